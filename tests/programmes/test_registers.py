"""Census, inspection, merger, attraction: what enters the books and what leaves them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulator.city.organizations import Kind, Status
from simulator.dynamics.density import measure_density
from simulator.dynamics.programmes.inspection import Inspection
from tests.programmes.world import World

FALSE_ALARM = 1e-4


def _inside(observed: float, n: int, p: float) -> bool:
    low, high = stats.binom.interval(1 - FALSE_ALARM, n, p)
    return bool(low <= observed <= high)


def test_a_census_finds_its_share_street_by_street_and_only_once() -> None:
    world = World()
    organizations = world.city.organizations
    organizations.tier[:300] = 0
    by_street = np.bincount(organizations.street[:300], minlength=3)
    world.add("census", money=60_000, months=3, discovery=0.6, filed_when_found=0.5)
    for month in range(3):
        world.run(month + 1)
        filed = np.bincount(organizations.street[:300][organizations.tier[:300] == 1], minlength=3)
        assert (filed[: month + 1] > 0).all()
        assert not filed[month + 1 :].any()
    assert _inside(int(filed.sum()), int(by_street.sum()), 0.3)
    assert world.setting.flows.counts["filing"].tolist() == filed.tolist()
    assert (organizations.tier_since[:300][organizations.tier[:300] == 1] >= 0).all()
    world.run(40)
    assert np.count_nonzero(organizations.tier[:300] == 1) == filed.sum()
    assert world.paid("census") == 60_000_00
    assert world.setting.budget.lines["an instrument:census"].budgeted_fen == 60_000_00


def test_who_files_at_a_census_competes_in_the_density_of_its_street_then() -> None:
    world = World()
    organizations = world.city.organizations
    organizations.tier[:300], organizations.density_at_birth[:] = 0, -1.0
    by_street = measure_density(organizations, world.city.streets).groups_by_street
    world.add("census", money=60_000, months=3, discovery=1.0, filed_when_found=1.0)
    world.run(4)
    filed = np.flatnonzero(organizations.tier[:300] == 1)
    assert filed.size > 100
    np.testing.assert_allclose(organizations.density_at_birth[filed], by_street[organizations.street[filed]])


def test_a_census_finds_less_where_there_are_fewer_hours() -> None:
    """280 h a street reach 28 of about 100 groups at 10 h each."""
    world = World()
    organizations = world.city.organizations
    organizations.tier[:300] = 0
    world.add("census", money=60_000, months=3, discovery=1.0, filed_when_found=1.0, hours_per_group=10)
    world.run(4)
    assert _inside(np.count_nonzero(organizations.tier[:300] == 1), 300, 3 * 28 / 300)


def _registered(world: World, dormant: int) -> None:
    organizations = world.city.organizations
    organizations.tier[:300] = 2
    organizations.status[:dormant] = Status.DORMANT


def test_the_sleeping_are_warned_then_struck_off() -> None:
    world = World()
    _registered(world, 100)
    organizations = world.city.organizations
    organizations.cash_fen[0] = 0
    world.add("inspection", detect=0.6, false_removal=0.0, month_of_year=1, warnings=1, hours_per_body=1)
    world.run(6)
    warned = organizations.warnings[:100] == 1
    assert _inside(int(warned.sum()), 100, 0.6)
    assert (organizations.status[:100] == Status.DORMANT).all()
    world.run(18)
    removed = organizations.status[:300] == Status.REMOVED
    assert _inside(int(removed.sum()), int(warned.sum()), 0.6)
    assert (warned[removed[:100]]).all()
    assert world.setting.flows.counts["removal"].sum() == removed.sum()
    assert not removed[100:].any()


def test_an_awakened_body_loses_its_warning() -> None:
    world = World()
    _registered(world, 100)
    organizations = world.city.organizations
    world.add("inspection", detect=1.0, false_removal=0.0, month_of_year=1, warnings=1, hours_per_body=1)
    world.run(6)
    organizations.status[:50] = Status.AWAKE
    world.run(18)
    assert (organizations.warnings[:50] == 0).all()
    assert (organizations.status[:50] == Status.AWAKE).all()
    assert (organizations.status[50:100] == Status.REMOVED).all()


def test_some_are_struck_off_by_mistake_and_their_money_goes_to_the_purse() -> None:
    world = World()
    _registered(world, 0)
    world.add("grant", money=300_000, grant_yuan=1000)
    world.add("inspection", "law", false_removal=0.2, month_of_year=2, hours_per_body=1)
    world.run(7)
    organizations = world.city.organizations
    removed = np.flatnonzero(organizations.status[:300] == Status.REMOVED)
    assert _inside(removed.size, 300, 0.2)
    assert (organizations.cash_fen[removed] == 0).all()
    assert world.paid("liquidation") > 0
    assert (organizations.status[300:] == Status.AWAKE).all()


def test_hours_bound_how_many_are_inspected() -> None:
    """420 h a month for half a year, 28 h for each of 300 bodies: 90 of 300."""
    world = World()
    _registered(world, 300)
    world.add("inspection", detect=1.0, false_removal=0.0, month_of_year=1, warnings=0, hours_per_body=28)
    world.run(12)
    assert world.city.hours.booked_for["civil affairs", "inspection"] == 6 * 420
    assert np.count_nonzero(world.city.organizations.status[:300] == Status.REMOVED) == 90


@pytest.mark.parametrize(("start_month", "first"), [(1, 5), (6, 0), (7, 11)])
def test_inspection_keeps_the_calendar(start_month: int, first: int) -> None:
    world = World()
    _registered(world, 300)
    world.setting.start_month_of_year = start_month
    world.add("inspection", detect=1.0, month_of_year=6, warnings=0, hours_per_body=1)
    world.run(first)
    assert not (world.city.organizations.status == Status.REMOVED).any()
    world.run(first + 1)
    assert (world.city.organizations.status == Status.REMOVED).any()


def test_national_law_inspects_with_the_models_own_numbers() -> None:
    world = World()
    world.setting.parameters = {"inspection": {"detect": 0.9, "month_of_year": 3, "hours_per_body": 2}}
    national = Inspection.national(world.setting)
    assert national.number("detect") == 0.9
    assert national.number("false_removal") == 0.005
    assert national.annual_fen == 0
    _registered(world, 100)
    national.start()
    world.run(30)
    assert (world.city.organizations.status == Status.REMOVED).any()


def _alike(world: World, n: int, members: int) -> None:
    """The first n bodies: filed, awake, alike, of one community."""
    bodies = world.city.organizations
    bodies.tier[:n], bodies.street[:n], bodies.community[:n], bodies.domain[:n] = 1, 0, 0, 1
    bodies.members[:] = 100
    bodies.members[:n] = members


def test_small_like_bodies_merge_at_their_rate() -> None:
    """50 pairs at 0.5 a year: in one month each with p = 1 - exp(-0.5/12); hub hours suffice."""
    world = World()
    _alike(world, 100, 5)
    world.add("merger", rate=0.5, size_below=10, hours_per_merger=1)
    world.run(1)
    bodies = world.city.organizations
    merged = np.flatnonzero(bodies.status == Status.MERGED)
    assert merged.size > 0
    assert _inside(merged.size, 50, 1 - np.exp(-0.5 / 12))
    assert (merged < 100).all()
    assert (bodies.merged_into[merged] < 100).all()
    assert (bodies.status[bodies.merged_into[merged]] == Status.AWAKE).all()
    assert world.setting.flows.counts["merger"].tolist() == [merged.size, 0, 0]


def test_the_larger_absorbs_the_smaller_with_cash_and_projects() -> None:
    """At a rate of 1 a year, a pair is left after thirty years with a probability of 1e-13."""
    world = World()
    _alike(world, 2, 4)
    bodies = world.city.organizations
    bodies.members[:2] = [3, 9]
    bodies.capability[:2] = [0.2, 0.6]
    world.city.treasury.pay_bodies(0, np.array([0, 1]), np.array([3_600_000, 50]), "grant", 0)
    world.setting.projects.begin(np.array([0]), np.array([3_600_000]), 0, 360)
    world.add("merger", rate=1.0, size_below=10, member_loss=0.25)
    while bodies.status[0] != Status.MERGED and world.month < 360:
        assert bodies.project_fen[0] == (10_000 if world.month else 0)
        world.one_month()
    assert bodies.status[:2].tolist() == [Status.MERGED, Status.AWAKE]
    assert bodies.project_fen[:2].tolist() == [0, 10_000]
    assert bodies.cash_fen[:2].tolist() == [0, 3_600_050 - 10_000 * world.month]
    assert bodies.merged_into[0] == 1
    assert bodies.member_loss[0] == 0.25
    assert bodies.capability[1] == pytest.approx(0.5)
    assert bodies.successors(np.array([0, 1, 2])).tolist() == [1, 1, 2]
    assert world.city.treasury.total() == 0


def test_unlike_or_large_bodies_do_not_merge() -> None:
    world = World()
    _alike(world, 4, 5)
    bodies = world.city.organizations
    bodies.domain[:4] = [0, 1, 1, 1]
    bodies.community[2] = 1
    bodies.members[3] = 10
    world.add("merger", rate=1.0, size_below=10)
    world.run(60)
    assert not (bodies.status == Status.MERGED).any()


def test_hub_hours_bound_mergers() -> None:
    """140 h a month, 140 h a merger: one a month at most."""
    world = World()
    _alike(world, 100, 5)
    world.add("merger", rate=1.0, size_below=10, hours_per_merger=140)
    for month in range(1, 10):
        world.run(month)
        assert np.count_nonzero(world.city.organizations.status == Status.MERGED) <= month


def test_agencies_register_after_the_procedure_at_the_pace_that_fees_allow() -> None:
    world = World()
    world.add("attraction", money=80_000, fee_per_body=20_000, bodies_per_year=12, procedure_months=6)
    world.run(6)
    bodies = world.city.organizations
    assert len(bodies) == 303
    mean = bodies.capability[bodies.active() & (bodies.tier == 2)].mean()
    world.run(30)
    new = slice(303, None)
    assert len(bodies) == 303 + 8
    assert (bodies.kind[new] == Kind.SUPPORT).all()
    assert (bodies.tier[new] == 2).all()
    assert (bodies.community[new] == -1).all()
    assert bodies.capability[303] == pytest.approx(mean + 0.15)
    assert np.unique(bodies.identity).size == len(bodies)
    assert world.paid("introduction fee") == 3 * 80_000_00
    assert world.setting.flows.counts["entry"].sum() == 8
