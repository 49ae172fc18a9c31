"""What is timed is what is said; how long it takes is nobody's assertion."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from simulator.dynamics.participation import Event
from simulator.experiments.benchmarks import WAYS, Timing, World, side_by_side
from simulator.language.errors import UserError
from tests.benchmarks.towns import at_rest


class Counted:
    """Seven events a month."""

    built: list[Counted] = []  # noqa: RUF012 - emptied by the test

    def __init__(self, world: World) -> None:
        self.happened = np.zeros(len(Event), np.int64)
        self.garbage: list[bool] = []
        self.built.append(self)

    def step(self) -> None:
        self.happened[Event.CLIMB] += 7
        self.garbage.append(gc.isenabled())


def test_the_first_month_does_not_count() -> None:
    Counted.built.clear()
    (timing,) = side_by_side(at_rest(2_000), months=3, rounds=4, ways={"counted": Counted})
    (town,) = Counted.built
    assert town.garbage == [True] + 12 * [False]
    assert gc.isenabled()
    assert (timing.way, timing.residents, timing.months, len(timing.seconds)) == ("counted", 2_000, 3, 4)
    assert timing.events == pytest.approx(7 / 2_000)


def test_three_ways_of_the_same_month() -> None:
    timings = side_by_side(at_rest(2_000), months=1, rounds=1)
    assert [timing.way for timing in timings] == list(WAYS) == ["resident core", "plain NumPy", "Mesa agents"]
    assert all(0.01 < timing.events < 0.1 for timing in timings)
    core, numpy, mesa = (timing.bytes_per_resident for timing in timings)
    assert core < numpy < mesa


def test_a_town_of_agents_is_forgotten() -> None:
    """So that timing one after another needs the memory of one."""
    town = weakref.ref(WAYS["Mesa agents"](at_rest(2_000)))
    gc.collect()
    assert town() is None


def test_a_speed_is_that_of_the_best_round() -> None:
    timing = Timing("any", residents=1_000, months=6, seconds=(0.5, 0.2, 0.3), events=0.03, bytes_per_resident=20.0)
    assert timing.resident_months_per_second == pytest.approx(30_000)


@pytest.mark.parametrize(("months", "rounds"), [(0, 1), (1, 0)])
def test_nothing_cannot_be_timed(months: int, rounds: int) -> None:
    with pytest.raises(UserError, match="nothing to time"):
        side_by_side(at_rest(2_000), months=months, rounds=rounds)
