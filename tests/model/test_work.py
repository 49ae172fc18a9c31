"""How much work a run is, counted and not timed; and that a hundred runs leave nothing behind."""

from __future__ import annotations

import cProfile
import gc
import pstats
import tracemalloc
import weakref

import pytest
import simpy

from simulator import model as page
from simulator.experiments.benchmarks.scenarios import one_street
from simulator.model import DistrictModel, run_once
from tests.model.worlds import advanced, microcosm, nankai, recorded, shortened

RUNS = 100


@pytest.mark.parametrize("policy", ["nankai-baseline", "chaoyang", "nankai-recommended", "none"])
def test_few_residents_are_looked_at(policy: str) -> None:
    """Thinning: at most 9 in 100 in a month, and nobody stirs unseen."""
    facts = recorded("nankai", policy).facts
    resident_months = facts["residents_built"] * 60
    events = facts["events"]
    assert facts["residents_looked_at"] < 0.09 * resident_months
    assert sum(events.values()) <= facts["residents_looked_at"]
    assert sum(events.values()) > 0.02 * resident_months


@pytest.mark.parametrize("policy", ["nankai-baseline", "nankai-recommended"])
def test_dice_are_thrown_by_those_concerned(policy: str) -> None:
    """One die a resident and month; a keyed one only for who moves in, joins, may be struck off, or is a body."""
    facts = recorded("nankai", policy).facts
    keyed, events, resident_months = facts["keyed_dice"], facts["events"], facts["dice_of_residents"]
    assert resident_months == 60 * facts["residents_built"]
    assert 0 < keyed["residents refined"] < 0.01 * facts["residents_looked_at"]  # whose event hangs on more than 16 bits
    assert keyed["newcomers"] == 5 * events["move"]
    assert keyed["register"] < 0.05 * resident_months
    assert keyed["joining"] < 60 * events["join"]  # a die for each body of the community
    assert keyed["lifecycle"] < 0.008 * resident_months  # the mortal bodies, once a month
    assert sum(keyed.values()) < 0.3 * resident_months


CALLS_A_MONTH = {"nankai-baseline": 1840, "chaoyang": 1863, "nankai-recommended": 2475, "none": 1231}
"""Of functions, Python's and NumPy's, as the profiler of Python 3.11 counts them; operators on arrays are not among them."""


@pytest.mark.parametrize("policy", CALLS_A_MONTH)
def test_a_small_run_makes_few_calls(policy: str) -> None:
    """What a small run costs are its calls: at most a fifth more than when this was written, whatever the machine."""
    scenario = one_street()
    run_once(scenario, policy)  # the city and the ladder are there, and everything is imported
    profile = cProfile.Profile()
    profile.runcall(run_once, scenario, policy)
    months = scenario.months + scenario.parameters.by_path["spin_up.months"].value
    calls = pstats.Stats(profile).total_calls / months  # type: ignore[attr-defined]
    print(f"{policy}: {calls:.0f} calls a month")
    assert calls < 1.2 * CALLS_A_MONTH[policy]


def test_a_resident_is_sixteen_bytes() -> None:
    assert recorded("nankai", "nankai-baseline").facts["bytes_per_resident"] <= 16


@pytest.mark.parametrize("policy", ["nankai-baseline", "nankai-recommended"])
def test_institutions_take_few_events(policy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """SimPy's events in a month: a few for each programme and each body under contract, and none for a resident."""
    model = DistrictModel(nankai(0.1), policy)
    stepped = 0
    step = simpy.Environment.step

    def counting(self: simpy.Environment) -> None:
        nonlocal stepped
        stepped += 1
        step(self)

    monkeypatch.setattr(simpy.Environment, "step", counting)
    advanced(model, 24)
    assert 24 < stepped < 24 * 250


def test_events_do_not_grow_with_residents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three times the district is at most about three times the events: linear in bodies, never more."""
    stepped: list[int] = []
    step = simpy.Environment.step

    def counting(self: simpy.Environment) -> None:
        stepped[-1] += 1
        step(self)

    for scale in (0.1, 0.3):
        model = DistrictModel(nankai(scale), "nankai-recommended")
        stepped.append(0)
        monkeypatch.setattr(simpy.Environment, "step", counting)
        advanced(model, 18)
        monkeypatch.setattr(simpy.Environment, "step", step)
    assert stepped[1] < 4 * stepped[0]


def test_a_hundred_runs_leave_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """No model lives on, and memory is where it was.

    A model of the microcosm holds some 2 MB; were one run in ten kept, a hundred runs would hold 20 MB more. What may remain
    is the one city that is kept for the next policy (a tenth of the margin) and what Python keeps of its own accord.
    """
    scenario = shortened(microcosm(), 2)
    alive: weakref.WeakSet[DistrictModel] = weakref.WeakSet()
    begin = DistrictModel.__init__

    def noting(self: DistrictModel, *given: object, **named: object) -> None:
        begin(self, *given, **named)  # type: ignore[arg-type]
        alive.add(self)

    monkeypatch.setattr(page.DistrictModel, "__init__", noting)
    for replicate in range(5):
        run_once(scenario, "as-it-is", replicate)
    gc.collect()
    tracemalloc.start()
    try:
        before = 0
        for replicate in range(RUNS + 5):
            if replicate == 5:
                gc.collect()
                before = tracemalloc.get_traced_memory()[0]
            run_once(scenario, "chaoyang", replicate // 20)  # a city is built anew every twenty runs
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert len(alive) == 0
    assert grown < 5e6
