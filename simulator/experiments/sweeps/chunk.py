"""What a worker does at a time: the runs of a chunk, one after another, until they are bytes that only need to be stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

import pyarrow as pa

from simulator.documents.scenario import Scenario
from simulator.documents.table import Value
from simulator.experiments.sweeps.plan import Planned
from simulator.experiments.sweeps.tables import KEYS, TABLES, Ended, Layout, from_bytes, tables_of, to_bytes
from simulator.experiments.sweeps.varying import Made, Recipe
from simulator.experiments.tasks import OneRun, failed, run_one
from simulator.results.manifest import program

DIED = "WorkerDied: the process that did this run was killed or crashed (out of memory?)"


@dataclass(frozen=True)
class Chunk:
    """Some runs of one chunk of the plan, with all that they need: a worker has no files of the user's."""

    number: int
    runs: tuple[Planned, ...]
    values: Mapping[int, tuple[Value, ...]]
    """By point."""
    making: Recipe | Made
    layout: Layout
    one_run: OneRun | None

    def scenario(self, point: int) -> Scenario:
        """The scenario of a point."""
        return self.making.at(self.values[point])

    def only(self, runs: Sequence[Planned]) -> Chunk:
        """Some of its runs."""
        return replace(self, runs=tuple(runs))

    @property
    def told(self) -> str:
        first, last = self.runs[0].run_id, self.runs[-1].run_id
        return first if first == last else f"{first} to {last}"


@dataclass(frozen=True, slots=True)
class Part:
    """What came of a chunk: its tables as the bytes of Parquet files, and by which program."""

    number: int
    files: Mapping[str, bytes]
    done: int
    failed: int
    program: str


def carry_out(chunk: Chunk) -> Part:
    """Do the runs of a chunk; one that raises is kept as a failed run, the others go on."""
    one_run = chunk.one_run or _model()
    ended: list[Ended] = []
    for point, runs in groupby(chunk.runs, key=lambda run: run.point):
        scenario = chunk.scenario(point)
        ended += [(run, chunk.values[point], run_one(scenario, run.policy, run.replicate, one_run)) for run in runs]
    return _part(chunk, ended)


def given_up(chunk: Chunk) -> Part:
    """A chunk whose runs kill every process that does them."""
    return _part(chunk, [(run, chunk.values[run.point], failed(chunk.scenario(run.point), run.policy, run.replicate, DIED))
                         for run in chunk.runs])  # fmt: skip


def joined(parts: Sequence[Part], order: Sequence[Planned]) -> Part:
    """The runs of several parts of one chunk as one part, in the order of the plan: the bytes of a chunk done at once."""
    tables = {table: pa.concat_tables([from_bytes(part.files[table]) for part in parts]) for table in TABLES}
    place = {tuple(run): i for i, run in enumerate(order)}
    files = {}
    for name, table in tables.items():
        at = [place[key] for key in zip(*(table[key].to_pylist() for key in KEYS), strict=True)]
        files[name] = to_bytes(table.take(sorted(range(len(at)), key=at.__getitem__)))
    return Part(parts[0].number, files, sum(part.done for part in parts), sum(part.failed for part in parts), parts[0].program)


def _part(chunk: Chunk, ended: Sequence[Ended]) -> Part:
    tables = tables_of(ended, chunk.layout)
    n_failed = sum(run.status == "failed" for _, _, run in ended)
    return Part(chunk.number, {name: to_bytes(table) for name, table in tables.items()}, len(ended) - n_failed, n_failed,
                program())  # fmt: skip


@cache
def _model() -> OneRun:
    """The simulator's own run, imported late."""
    from simulator.model import run_once

    return run_once
