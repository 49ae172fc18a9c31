"""The ways timed on the same world, round after round in turn, so that a busy minute of the machine hits them all."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.experiments.benchmarks.plain_mesa import PlainMesa
from simulator.experiments.benchmarks.plain_numpy import PlainNumpy
from simulator.experiments.benchmarks.resident_core import ResidentCore
from simulator.experiments.benchmarks.worlds import World
from simulator.language.errors import UserError


class Way(Protocol):
    """A way of doing a town's months."""

    happened: NDArray[np.int64]
    """Events since the start, (6,) in the order of `Event`."""

    def step(self) -> None:
        """A month."""


WAYS: Final[Mapping[str, Callable[[World], Way]]] = {
    "resident core": ResidentCore, "plain NumPy": PlainNumpy, "Mesa agents": PlainMesa,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Timing:
    """What one way came to."""

    way: str
    residents: int
    months: int
    """Of a round."""
    seconds: tuple[float, ...]
    """Of each round."""
    events: float
    """Share of residents to whom something happened in a month; a speed means nothing without it."""
    bytes_per_resident: float
    """Allocated for the town and kept from month to month, a month's own arrays apart."""

    @property
    def resident_months_per_second(self) -> float:
        """In the best round: what else the machine does can only slow it down."""
        return self.residents * self.months / min(self.seconds)


def side_by_side(
    world: World, *, months: int = 12, rounds: int = 5, ways: Mapping[str, Callable[[World], Way]] = WAYS
) -> list[Timing]:
    """Time so many rounds of so many months of each way, after a first month that does not count; in the order of `ways`.

    UserError if there is nothing to time.
    """
    if months < 1 or rounds < 1:
        raise UserError(f"nothing to time in {months} months and {rounds} rounds")
    built = {name: _build(world, way) for name, way in ways.items()}
    for way, _ in built.values():
        way.step()
    before = {name: int(way.happened.sum()) for name, (way, _) in built.items()}
    seconds: dict[str, list[float]] = {name: [] for name in built}
    for _ in range(rounds):
        for name, (way, _) in built.items():
            seconds[name].append(_seconds(way, months))
    residents = len(world.residents)
    return [
        Timing(
            way=name, residents=residents, months=months, seconds=tuple(seconds[name]),
            events=(int(way.happened.sum()) - before[name]) / (residents * months * rounds),
            bytes_per_resident=kept / residents,
        )
        for name, (way, kept) in built.items()
    ]  # fmt: skip


def _seconds(way: Way, months: int) -> float:
    """How long so many months take. Garbage is collected beforehand and not within, as by `timeit`."""
    gc.collect()
    usual = gc.isenabled()
    gc.disable()
    try:
        began = perf_counter()
        for _ in range(months):
            way.step()
        return perf_counter() - began
    finally:
        if usual:
            gc.enable()


def _build(world: World, way: Callable[[World], Way]) -> tuple[Way, int]:
    """A town done this way, and the bytes that building it allocated and kept, counted by tracemalloc."""
    gc.collect()
    tracemalloc.start()
    try:
        town = way(world)
        gc.collect()
        return town, tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
