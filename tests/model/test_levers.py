"""Every lever, moved alone, moves what it says it moves, the way it says. Common luck: nothing here is left to chance.

Two worlds are the same until the lever moves; then the hazard, flow or measure that it is declared to move is read in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.city.organizations import Kind, Status
from simulator.dynamics import entry
from simulator.dynamics.budget import Budget
from simulator.dynamics.density import measure_density
from simulator.dynamics.exposure import expose
from simulator.dynamics.founding import founding_rate
from simulator.dynamics.levers import LEVERS, Levers
from simulator.dynamics.lifecycle import Fate, mortal, yearly_hazards
from simulator.dynamics.participation import Event, Exposure, resident_hazards
from simulator.dynamics.programmes.calls import may_apply
from simulator.dynamics.programmes.incubator import Incubator
from simulator.dynamics.programmes.purchase import Purchase
from simulator.dynamics.registration import application_hazard
from simulator.language.streams import poisson
from simulator.model import DistrictModel
from tests.model.worlds import advanced, lever_moved, microcosm, month_opened, policy_of, with_policy
from tests.programmes.world import small_city

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


def street_lines(model: DistrictModel) -> float:
    """Fen that lines of streets and communities have released after a year."""
    lines = advanced(model, 12).setting.budget.lines.values()
    return float(sum(line.released_fen for line in lines if line.of_street and not line.basic))


def purchase(model: DistrictModel, number: int = 0) -> Purchase:
    """A purchase that is told its defaults; each number has its own luck."""
    told = {name: declared.default for name, declared in Purchase.signature.inputs.items()} | {"money": 0.0, "price": 1.0}
    return Purchase(model.setting, f"purchase {number}", told)  # type: ignore[arg-type]


def bidders(model: DistrictModel) -> NDArray[np.float64]:
    """Who bids at a call at which a fifth is expected to, (n,)."""
    with month_opened(model):
        rows = np.flatnonzero(model.city.organizations.active())
        return np.isin(rows, purchase(model).applicants(rows, 0.2, "purchase application")).astype(np.float64)


def contracts_of_community_bodies(model: DistrictModel) -> NDArray[np.float64]:
    """Of three contracts at each of forty calls, (40,)."""
    with month_opened(model):
        bodies = model.city.organizations
        rows = np.flatnonzero(may_apply(bodies, "registered"))
        chosen = [purchase(model, number)._choose(rows.copy(), 3) for number in range(40)]
        return np.array([np.count_nonzero(bodies.kind[winners] == Kind.COMMUNITY) for winners in chosen], np.float64)


def contracts_handed_over(model: DistrictModel) -> float:
    """Of two professional bodies' contracts that would be renewed, in each of twenty purchases."""
    with month_opened(model):
        bodies = model.city.organizations
        renewed = np.flatnonzero(may_apply(bodies, "registered") & (bodies.kind == Kind.PROFESSIONAL))[:2]
        assert renewed.size
        return float(sum(purchase(model, number)._hand_over(renewed)[1].size for number in range(20)))


def graduates(model: DistrictModel) -> float:
    """Of six bodies that the incubator is sent now, those that have seen it through after 28 months."""
    house = next(p for p in model.setting.programmes if isinstance(p, Incubator))
    awake = model.city.organizations.status == Status.AWAKE
    let_on = [house.receive(int(row)) for row in np.flatnonzero(may_apply(model.city.organizations, "filed") & awake)[:6]]
    assert all(let_on)
    return float(advanced(model, 28).city.organizations.incubated.sum())


def slips(*stages: int) -> Reading:
    """Hazards of slipping of residents at these stages, (n,)."""

    def read(model: DistrictModel) -> NDArray[np.float64]:
        residents, exposed = model.residents, exposure(model)
        homes = np.flatnonzero(np.isin(residents.stage(slice(None)), stages))
        return resident_hazards(residents, homes, model._ground, exposed)[Event.SLIP]

    return read


def hazards_of_all(event: Event) -> Reading:
    """Everybody's hazards of an event, (n_residents,)."""

    def read(model: DistrictModel) -> NDArray[np.float64]:
        exposed = exposure(model)
        return resident_hazards(model.residents, np.arange(len(model.residents)), model._ground, exposed)[event]

    return read


def capacity(pool: str) -> Reading:
    def read(model: DistrictModel) -> NDArray[np.float64]:
        with month_opened(model):
            return model.city.hours.capacity(pool).copy()

    return read


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
    "filed_registration": (Effect(2, applications, 1, "application hazard"), Effect(0.5, applications, -1, "the same")),
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
    "recognition": (Effect(1, lambda model: exposure(model).quitting, -1, "quitting of volunteers"),),
    "double_registration": (Effect(1, climb_of_party_members, 1, "climbing of Party members"),),
    "committee_free_time": (
        Effect(2, activity("outreach"), 1, "outreach"),
        Effect(2, activity("events"), 1, "events"),
    ),
    "follow_through": (Effect(0.5, efficacy_later, 1, "efficacy"), Effect(-0.5, efficacy_later, -1, "efficacy")),
    "street_execution": (
        Effect(0.3, street_lines, 1, "fen released to streets"), Effect(-0.3, street_lines, -1, "fen released to streets"),
    ),
    "applicants": (Effect(2, bidders, 1, "bidders"), Effect(0.3, bidders, -1, "bidders")),
    "open_to_community": (Effect(1, contracts_of_community_bodies, 1, "contracts of community bodies"),),
    "contracts_to_local": (Effect(0.5, contracts_handed_over, 1, "contracts handed over"),),
    "revival": (
        Effect(2, hazard_of_bodies(Fate.WAKE_UP), 1, "revival hazard"),
        Effect(0.5, hazard_of_bodies(Fate.WAKE_UP), -1, "revival hazard"),
    ),
    "stage_dropout": (Effect(5, graduates, -1, "graduates"),),
    "quitting": (
        Effect(2, slips(3, 4), 1, "slip hazard of volunteers"), Effect(0.5, slips(3, 4), -1, "slip hazard of volunteers"),
    ),
    "volunteer_hours": (Effect(1.5, activity("hours"), 1, "hours"), Effect(0.5, activity("hours"), -1, "hours")),
    "estate_fit": (
        Effect(0.5, hazards_of_all(Event.CLIMB), 1, "climbing"), Effect(0.5, hazards_of_all(Event.ACQUAINT), 1, "acquaintance"),
    ),
    "worker_hours": (
        Effect(1.2, capacity("stations"), 1, "hours of stations"), Effect(0.8, capacity("stations"), -1, "hours of stations"),
        Effect(1.2, activity("outreach"), 1, "outreach"), Effect(1.2, activity("coaching_hours"), 1, "hours of coaching"),
    ),
    "need_match": (
        Effect(0.5, measured("service_coverage", 1), 1, "coverage"),
        Effect(0.5, measured("satisfaction", 2), 1, "satisfaction"),
    ),
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


def test_quitting_leaves_those_who_do_not_volunteer_alone() -> None:
    """Stages 1 and 2 slip as they did, and of those above by exactly the factor."""
    still, moved = world(None), world("quitting", 3.0)
    assert np.array_equal(slips(0, 1, 2)(still), slips(0, 1, 2)(moved))
    np.testing.assert_allclose(slips(3, 4)(world("quitting", 3.0)), 3 * slips(3, 4)(world(None)), rtol=1e-12)


@pytest.mark.parametrize("amount", [0.5, 2.0])
def test_hours_given_willingly_are_no_load(amount: float) -> None:
    """Members of bodies that nothing was charged to give so many times the hours, and nobody quits for it."""
    asked, loads = [], []
    for model in (world(None), world("volunteer_hours", amount)):
        exposed = exposure(model)
        assert not model.city.organizations.hours_charged.any(), "a month without calls is wanted here"
        asked.append(model._activity.volunteer_hours)
        loads.append(exposed.slip)
    np.testing.assert_allclose(asked[1], amount * asked[0], rtol=1e-12)
    assert asked[0].sum() > 0
    np.testing.assert_allclose(loads[1], loads[0], rtol=1e-12)


def test_fit_moves_residents_of_estates_below_the_usual_only() -> None:
    """By the closed form: a factor x below 1 becomes x + fit (1 - x), one above it stays."""
    fit = 0.4
    for event, factors in ((Event.CLIMB, "climb_factor"), (Event.ACQUAINT, "contact_factor")):
        still, moved = hazards_of_all(event)(world(None)), hazards_of_all(event)(model := world("estate_fit", fit))
        factor = getattr(model._ground, factors)[model.residents.housing]
        assert np.isin([True, False], factor < 1).all(), "both kinds of estate are wanted here"
        expected = np.where(factor < 1, (factor + fit * (1 - factor)) / factor, 1.0)
        np.testing.assert_allclose(moved, expected * still, rtol=1e-12)
        assert np.array_equal(np.asarray(moved)[factor >= 1], np.asarray(still)[factor >= 1])


def test_street_lines_release_at_execution_and_what_appraisal_adds_never_more_than_all() -> None:
    """Of each line the share of all that was appropriated and is due: 0.6, 0.6 + 0.3, and 1 at most."""
    for amount, share in ((0.0, 0.6), (0.3, 0.9), (-0.7, 0.0), (0.8, 1.0)):
        budget = Budget(small_city(1).treasury)
        budget.open("street", 120_000, 0, 100, of_street=True)
        budget.open("district", 120_000, 0, 100)
        for month in range(10):
            budget.release(month, Levers([("street_execution", amount)]))
        assert budget.lines["street"].released_fen == round(120_000 * share)
        assert budget.lines["district"].released_fen == 72_000


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
