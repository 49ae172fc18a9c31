"""An instrument listed with other numbers succeeds itself: rooms and posts go on, and so does the line."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.city.organizations import Kind, Status
from simulator.dynamics.programmes.contest import Contest
from simulator.dynamics.programmes.inspection import SEASON_MONTHS, Inspection
from simulator.dynamics.programmes.programme import Programme
from simulator.dynamics.programmes.purchase import Purchase
from tests.programmes.samples import SAMPLES
from tests.programmes.world import AT_ONCE, World


@pytest.mark.parametrize(
    ("kind", "few", "many", "column"),
    [
        ("premises", {"money": 30_000, "m2": 100, "fit_out_months": 6}, {"money": 90_000, "m2": 300, "fit_out_months": 6},
         "hub_rooms_m2"),
        ("staffing", {"money": 360_000, "posts": 3, "where": "hub"}, {"money": 720_000, "posts": 6, "where": "hub"}, "hub_fte"),
    ],
)  # fmt: skip
def test_what_is_there_stays_while_more_is_on_its_way(
    kind: str, few: dict[str, float | str], many: dict[str, float | str], column: str
) -> None:
    world = World(levers=AT_ONCE)
    before = getattr(world.city.streets, column).sum()
    old = world.add(kind, "instrument", **few)
    world.run(20)
    held = getattr(world.city.streets, column).sum() - before
    assert held > 0
    new = world.make(kind, "instrument", **many)
    new.succeed(old)
    for month in range(21, 40):
        world.run(month)
        assert getattr(world.city.streets, column).sum() - before >= held - 1e-9, month
    assert getattr(world.city.streets, column).sum() - before == pytest.approx((3 if kind == "premises" else 2) * held)
    new.end()
    np.testing.assert_allclose(getattr(world.city.streets, column).sum(), before)


def test_agencies_deliver_when_they_are_there() -> None:
    world = World(levers=AT_ONCE)
    agencies = world.add("attraction", money=200_000, fee_per_body=100_000, bodies_per_year=2, procedure_months=6)
    world.run(6)
    assert agencies.delivery == 0
    world.run(30)
    assert agencies.delivery == 1
    organizations = world.city.organizations
    came = np.flatnonzero(organizations.kind == Kind.SUPPORT)
    assert came.size >= 2
    assert organizations.drawn_by_money[came].all()
    assert (organizations.leader[came] >= 0).all()
    np.testing.assert_array_equal(organizations.settled_capability[came], organizations.capability[came])
    organizations.status[came] = Status.REMOVED
    world.run(31)
    assert agencies.delivery == 0


def test_visits_teach_those_who_visited() -> None:
    world = World(levers=AT_ONCE)
    before = world.city.organizations.capability.copy()
    world.add("grant", money=60_000, grant_yuan=5_000, project_months=3, capability_gain=0.1, persistence=1)
    world.run(4)
    assert (world.city.organizations.capability == before).all()
    world.run(5)
    gained = world.city.organizations.capability - before
    learnt = np.flatnonzero(gained)
    assert 0 < learnt.size < before.size / 2
    np.testing.assert_allclose(gained[learnt], 0.1 * (1 - before[learnt]))


def _succeeded(world: World, old: Programme, **inputs: float | str) -> Programme:
    """The same instrument with other numbers, in force from now on."""
    assert set(inputs) <= set(old.inputs)
    new = type(old)(world.setting, old.instrument, dict(old.inputs) | inputs)
    world.setting.programmes.remove(old)
    world.setting.programmes.append(new)
    new.succeed(old)
    return new


def _contracts(world: World) -> Purchase:
    """Sixty contracts of a year, signed at month 3."""
    organizations = world.city.organizations
    organizations.tier[:300], organizations.capability[:300] = 2, 0.6
    told = dict(SAMPLES["purchase"]) | {"money": 3_600_000, "calls_per_year": 1, "renew": 1.0}
    purchase = world.add("purchase", **told)
    assert isinstance(purchase, Purchase)
    world.run(5)
    assert np.count_nonzero(purchase.contracted_until() == 15) == 60
    return purchase


def test_contracts_that_run_are_known_and_renewed_by_the_successor() -> None:
    """Twice in succession, so that the renewal is by the last in the line; its own first call comes later."""
    world = World()
    old = _contracts(world)
    signed = old.contracted_until() == 15
    between = _succeeded(world, old, renew=0.9)
    world.run(7)
    last = _succeeded(world, between, renew=1.0, first_call_months=24)
    assert isinstance(last, Purchase)
    np.testing.assert_array_equal(last.contracted_until(), old.contracted_until())
    assert last.delivery == pytest.approx(1.0)
    world.run(16)
    renewed = last.contracted_until() == 27
    assert 0 < renewed.sum() <= 60
    assert signed[renewed].all(), "nobody else was called"
    assert world.paid("second instalment") == 60 * 30_000_00


def test_nobody_has_a_contract_with_both() -> None:
    """The successor calls at once: only those without a contract are asked, though there is money for all."""
    world = World()
    old = _contracts(world)
    signed = old.contracted_until() == 15
    new = _succeeded(world, old, money=36_000_000, first_call_months=0)
    assert isinstance(new, Purchase)
    world.run(14)
    assert np.count_nonzero(new.contracted_until() > 14) > 60
    np.testing.assert_array_equal(new.contracted_until()[signed], 15)


def test_no_renewal_after_the_last_has_ended() -> None:
    world = World()
    old = _contracts(world)
    new = _succeeded(world, old, renew=0.9)
    new.end()
    world.run(30)
    assert isinstance(new, Purchase)
    assert new.contracted_until().max() == 15
    assert world.paid("second instalment") == 60 * 30_000_00


def test_what_was_delivered_stands_until_the_successor_acts() -> None:
    world = World()
    old = world.add("training", "instrument", **SAMPLES["training"])
    world.run(6)
    assert old.delivery > 0
    delivered = old.delivery
    new = _succeeded(world, old, first_course_months=6)
    world.run(8)
    assert (old.delivery, new.delivery) == (0, delivered)
    new.end()
    assert new.delivery == 0


def test_earlier_winners_are_remembered() -> None:
    """Persistence of 100, and as many grants again: without a memory few of the first would win again."""
    world = World()
    old = world.add("grant", money=100_000, grant_yuan=5_000, persistence=100)
    world.run(2)
    first = set(np.flatnonzero(world.city.organizations.cash_fen[:300] > 0).tolist())
    assert len(first) > 5
    new = _succeeded(world, old, money=100_001)
    assert set(new._granted.tolist()) == first  # type: ignore[attr-defined]


def test_streets_keep_what_they_have_not_awarded() -> None:
    world = World()
    told = dict(SAMPLES["contest"]) | {"level": "street", "money": 500_000, "award": 60_000}
    old = world.add("contest", **told)
    world.run(3)
    assert isinstance(old, Contest)
    kept = old._street_fen.copy()
    assert kept.any()
    new = _succeeded(world, old, money=500_001)
    assert isinstance(new, Contest)
    np.testing.assert_array_equal(new._street_fen, kept)


def test_agencies_that_came_or_are_coming_count_for_the_successor() -> None:
    world = World(levers=AT_ONCE)
    old = world.add("attraction", money=200_000, fee_per_body=100_000, bodies_per_year=2, procedure_months=6)
    world.run(12)
    assert 0 < len(old._came) < 2  # type: ignore[attr-defined]
    new = _succeeded(world, old, fee_per_body=1_000_000)
    world.run(18)
    assert new.delivery == 1, "one came before, one was in the procedure"


def test_a_season_of_inspection_goes_on() -> None:
    """Of a season in two halves everybody is looked at once; the successor does not wait for the next year."""
    world = World()
    world.city.organizations.status[:] = Status.AWAKE
    world.city.organizations.tier[:300] = 2
    told = {"hours_per_body": 8, "month_of_year": 1, "false_removal": 0.0}
    old = world.add("inspection", **told)
    world.run(2)
    reached = old._reached  # type: ignore[attr-defined]
    assert 0 < reached < 1
    new = _succeeded(world, old, detect=0.5)
    assert isinstance(new, Inspection)
    world.run(SEASON_MONTHS)
    assert new._reached == 1
    world.run(SEASON_MONTHS + 1)
    assert new.delivery == 1
