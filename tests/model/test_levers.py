"""Every lever, moved alone, moves what it says it moves, the way it says. Common luck: nothing here is left to chance.

Two worlds are the same until the lever moves; then the hazard, flow or measure that it is declared to move is read in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.dynamics import entry
from simulator.dynamics.density import measure_density
from simulator.dynamics.exposure import expose
from simulator.dynamics.founding import founding_rate
from simulator.dynamics.levers import LEVERS
from simulator.dynamics.lifecycle import Fate, mortal, yearly_hazards
from simulator.dynamics.participation import Event, Exposure, resident_hazards
from simulator.dynamics.registration import application_hazard
from simulator.language.streams import poisson
from simulator.model import DistrictModel
from tests.model.worlds import advanced, lever_moved, microcosm, month_opened, policy_of, with_policy

BEFORE = 6
"""Months that both worlds share."""

Reading = Callable[[DistrictModel], float | NDArray[np.float64]]


def exposure(model: DistrictModel) -> Exposure:
    """What the month does to residents; institutions have acted."""
    with month_opened(model):
        month = model.month
        model.setting.budget.release(model.setting.now, model.setting.levers)
        model.clock.run(until=month + 1)
        model._activity = model._measure_activity(month)
        return expose(model._activity, model.city, model._status_quo, model.parameters, model.setting.levers)[0]


def opportunity(stage: int) -> Reading:
    return lambda model: exposure(model).opportunity[:, stage]


def activity(name: str) -> Reading:
    def read(model: DistrictModel) -> NDArray[np.float64]:
        exposure(model)
        values: NDArray[np.float64] = getattr(model._activity, name)
        return values

    return read


def hours_of_funded(model: DistrictModel) -> float:
    exposure(model)
    funded = model.city.organizations.project_fen > 0
    assert funded.any(), "nobody has project money: the lever can't be seen"
    return float(model._activity.body_hours[funded].sum())


def hazard_of_bodies(fate: Fate) -> Reading:
    def read(model: DistrictModel) -> float:
        with month_opened(model):
            density = measure_density(model.city.organizations, model.city.streets)
            return float(yearly_hazards(model.setting, model._levels, density, mortal(model.setting))[fate].sum())

    return read


def foundings(model: DistrictModel) -> NDArray[np.float64]:
    with month_opened(model):
        density = measure_density(model.city.organizations, model.city.streets)
        return founding_rate(model.setting, model._levels.founding_per_10000, density)


def applications(model: DistrictModel) -> float:
    with month_opened(model):
        return float(application_hazard(model.setting, model._levels.registration_per_year).sum())


def climb_of_party_members(model: DistrictModel) -> float:
    residents, exposed = model.residents, exposure(model)
    homes = np.flatnonzero(residents.party_member)
    return float(resident_hazards(residents, homes, model._ground, exposed)[Event.CLIMB].sum())


def capability(model: DistrictModel) -> float:
    bodies = advanced(model, 3).city.organizations
    return float(bodies.capability[bodies.active()].mean())


def efficacy_later(model: DistrictModel) -> NDArray[np.float64]:
    return advanced(model, 3).city.communities.efficacy.copy()


def measured(name: str, months: int) -> Reading:
    return lambda model: advanced(model, months).measure(name)


def released(model: DistrictModel) -> float:
    lines = advanced(model, 12).setting.budget.lines.values()
    return float(sum(line.released_fen for line in lines if not line.basic))


@dataclass(frozen=True)
class Effect:
    """Moved to `amount`, the lever makes `reading` larger (1) or smaller (-1): somewhere, and nowhere the other way."""

    amount: float
    reading: Reading
    sign: int
    name: str


EFFECTS: dict[str, tuple[Effect, ...]] = {
    "execution_rate": (Effect(0.9, released, 1, "fen released"), Effect(0.3, released, -1, "fen released")),
    "allocation_delay_months": (Effect(2, released, 1, "fen released"), Effect(20, released, -1, "fen released")),
    "project_gain": (Effect(1.5, hours_of_funded, 1, "hours of funded bodies"),),
    "founding": (Effect(2, foundings, 1, "founding rate"), Effect(0.5, foundings, -1, "founding rate")),
    "filing": (Effect(2, hazard_of_bodies(Fate.FILE), 1, "filing hazard"),),
    "registration": (
        Effect(2, hazard_of_bodies(Fate.APPLY), 1, "application hazard"),
        Effect(20, measured("entry_flow", 12), 1, "entrants of a year"),
    ),
    "required_capital_yuan": (Effect(1, applications, 1, "application hazard"), Effect(90_000, applications, -1, "the same")),
    "dormancy": (Effect(2, hazard_of_bodies(Fate.FALL_DORMANT), 1, "dormancy hazard"),),
    "capability_drift_per_year": (Effect(0.1, capability, 1, "mean capability"), Effect(-0.1, capability, -1, "the same")),
    "support_spill_per_year": (Effect(0.2, capability, 1, "mean capability"),),
    "outreach": (Effect(2, opportunity(0), 1, "opportunities of the uninvolved"),),
    "event_places": (
        Effect(2, opportunity(1), 1, "opportunities of the aware"),
        Effect(2, lambda model: exposure(model).contacts, 1, "contacts"),
    ),
    "positions": (
        Effect(2, opportunity(2), 1, "vacancies for participants"),
        Effect(2, opportunity(3), 1, "vacancies for volunteers"),
    ),
    "slip": (Effect(2, lambda model: exposure(model).slip, 1, "slip hazard"),),
    "recognition": (Effect(1, lambda model: exposure(model).slip, -1, "slip hazard"),),
    "double_registration": (Effect(1, climb_of_party_members, 1, "climbing of Party members"),),
    "committee_free_time": (
        Effect(2, activity("outreach"), 1, "outreach"),
        Effect(2, activity("events"), 1, "events"),
    ),
    "follow_through": (Effect(0.5, efficacy_later, 1, "efficacy"), Effect(-0.5, efficacy_later, -1, "efficacy")),
    "reporting_breadth": (Effect(1, measured("participation_reported", 1), 1, "reported participation"),),
}

CASES = [(lever, effect) for lever, effects in EFFECTS.items() for effect in effects]


def world(lever: str | None, amount: float = 0.0, baseline: str = "as-it-is") -> DistrictModel:
    """The district as it is for some months; then the lever moves, if one is named. Nothing of that month has happened."""
    scenario = microcosm()
    moved: Iterable[object] = () if lever is None else (lever_moved(lever, amount, BEFORE),)
    return advanced(DistrictModel(with_policy(scenario, *policy_of(scenario, baseline), *moved)), BEFORE)  # type: ignore[arg-type]


def test_every_lever_is_tried() -> None:
    assert set(EFFECTS) == set(LEVERS)


@pytest.mark.parametrize(("lever", "effect"), CASES, ids=[f"{lever}: {e.name} at {e.amount:g}" for lever, e in CASES])
def test_lever_moves_what_it_says(lever: str, effect: Effect) -> None:
    declared = LEVERS[lever]
    still, moved = world(None), world(lever, effect.amount)
    at_rest = world(lever, declared.neutral)
    before = np.asarray(effect.reading(still))
    after = np.asarray(effect.reading(moved))
    change = effect.sign * (after - before)
    assert (change >= 0).all(), f"{lever} at {effect.amount:g} moves {effect.name} the other way: {before} -> {after}"
    assert (change > 0).any(), f"{lever} at {effect.amount:g} leaves {effect.name} where it is: {before}"
    assert np.array_equal(np.asarray(effect.reading(at_rest)), before), "at its neutral value it moves something"


def test_double_registration_is_felt_by_party_members_only() -> None:
    still, moved = world(None), world("double_registration", 1.0)
    others = np.flatnonzero(~still.residents.party_member)
    one, other = (resident_hazards(m.residents, others, m._ground, exposure(m)) for m in (still, moved))
    assert np.array_equal(one, other)


def test_easier_registration_draws_entrants_in_proportion(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entry is too rare to be read off a small district's flow: this is the mean of its month, where it is drawn from."""
    means: list[float] = []

    def listening(mean: NDArray[np.float64], dice: NDArray[np.float64]) -> NDArray[np.int64]:
        means.append(float(mean[0]))
        return poisson(mean, dice)

    monkeypatch.setattr(entry, "poisson", listening)
    for model in (world(None), world("registration", 3.0)):
        means.clear()
        model.step()
        assert means[0] > 0
        if model.setting.levers["registration"] == 1:
            plain = means[0]
    assert means == [pytest.approx(3 * plain)]


def test_filing_is_never_more_than_once_a_year() -> None:
    model = world("filing", 100.0)
    with month_opened(model):
        density = measure_density(model.city.organizations, model.city.streets)
        hazards = yearly_hazards(model.setting, model._levels, density, mortal(model.setting))[Fate.FILE]
    assert hazards.max() == model.parameters["filing"]["most_per_year"]


def test_what_surveys_count_changes_no_world() -> None:
    """Reporting breadth moves reported participation and nothing else, exactly."""
    still, moved = advanced(world(None), 6), advanced(world("reporting_breadth", 1.0), 6)
    a, b = still.to_record(), moved.to_record()
    apart = {
        name for row, name in enumerate(a.measures) if not np.array_equal(a.values[row], b.values[row], equal_nan=True)
    }
    assert apart == {"participation_reported"}
    assert still.residents.cell.tobytes() == moved.residents.cell.tobytes()
