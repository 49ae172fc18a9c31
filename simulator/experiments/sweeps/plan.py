"""Policies x points x replicates as runs with names and numbers, cut into chunks that are done and stored as a whole.

Replicates come first: when a third of a sweep is done, a third of the replicates of *all* its points is there. A chunk holds
the runs of one replicate, which share luck and, where the district does not vary, the city of the start.

    chunk number = replicate * blocks + block,   blocks = ceil(points / points in a chunk)

How a plan is cut depends on nothing but the plan; more replicates add chunks behind the others and change none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from simulator.language.errors import UserError

CHUNKS_AIMED_AT = 200
FEWEST_RUNS_IN_A_CHUNK, MOST_RUNS_IN_A_CHUNK = 4, 200
"""Five files for each run would be too many for shared file systems; more than 200 runs too many to lose."""


class Planned(NamedTuple):
    """One run of a sweep."""

    policy: str
    point: int
    replicate: int

    @property
    def run_id(self) -> str:
        """Its name: `chaoyang/17/3` is chaoyang at point 17 in replicate 3."""
        return f"{self.policy}/{self.point}/{self.replicate}"


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several that share a plan: it does the chunks whose number leaves `index` when divided by `of`."""

    index: int = 0
    of: int = 1

    def has(self, chunk: int) -> bool:
        return chunk % self.of == self.index

    @classmethod
    def parse(cls, text: str) -> Shard:
        """`3/10`, counted from 0 as Slurm's arrays and Kubernetes' indexed jobs do; UserError for anything else."""
        found = re.fullmatch(r"\s*(\d{1,6})\s*/\s*(\d{1,6})\s*", text)
        if found is None or not 0 <= int(found[1]) < int(found[2]):
            raise UserError(f"shard '{text}' is not accepted; give i/n with i from 0 to n-1, such as 0/10 to 9/10")
        return cls(int(found[1]), int(found[2]))


@dataclass(frozen=True, slots=True)
class Plan:
    """All runs of a sweep."""

    policies: tuple[str, ...]
    points: int
    replicates: int
    points_in_chunk: int

    @classmethod
    def cut(cls, policies: tuple[str, ...], points: int, replicates: int, runs_in_chunk: int | None = None) -> Plan:
        """A plan in about 200 chunks, of 4 to 200 runs, unless it is said how many runs a chunk should have."""
        total = len(policies) * points * replicates
        wanted = runs_in_chunk or min(max(FEWEST_RUNS_IN_A_CHUNK, total // CHUNKS_AIMED_AT), MOST_RUNS_IN_A_CHUNK)
        return cls(policies, points, replicates, min(points, max(1, wanted // len(policies))))

    @property
    def blocks(self) -> int:
        return math.ceil(self.points / self.points_in_chunk)

    @property
    def chunks(self) -> range:
        return range(self.replicates * self.blocks)

    def __len__(self) -> int:
        return len(self.policies) * self.points * self.replicates

    def runs(self, chunk: int) -> list[Planned]:
        """The runs of a chunk, in their order: point by point, the policies of each as listed."""
        replicate, block = divmod(chunk, self.blocks)
        first = block * self.points_in_chunk
        points = range(first, min(first + self.points_in_chunk, self.points))
        return [Planned(policy, point, replicate) for point in points for policy in self.policies]

    def size(self, chunk: int) -> int:
        """How many runs a chunk has."""
        block = chunk % self.blocks
        return len(self.policies) * (min((block + 1) * self.points_in_chunk, self.points) - block * self.points_in_chunk)

    def chunk_of(self, run: Planned) -> int:
        return run.replicate * self.blocks + run.point // self.points_in_chunk

    def shard(self, shard: Shard) -> Iterator[int]:
        """The numbers of a shard's chunks, in order."""
        return (chunk for chunk in self.chunks if shard.has(chunk))

    def find(self, run_id: str) -> Planned:
        """The run of this name; UserError if the plan has none."""
        found = re.fullmatch(r"(.+)/(\d{1,9})/(\d{1,9})", run_id.strip())
        if found is None or found[1] not in self.policies:
            raise UserError(f"'{run_id}' is no run of this sweep; give policy/point/replicate, such as "
                            f"{Planned(self.policies[0], 0, 0).run_id} (policies: {', '.join(self.policies)})")  # fmt: skip
        run = Planned(found[1], int(found[2]), int(found[3]))
        if run.point >= self.points or run.replicate >= self.replicates:
            raise UserError(f"'{run_id}' is no run of this sweep; points go from 0 to {self.points - 1}, replicates from 0 to "
                            f"{self.replicates - 1}")  # fmt: skip
        return run
