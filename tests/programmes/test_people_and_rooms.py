"""Training, posts, rooms and events: what money and hours allow, after the delay, and no more."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.dynamics.programmes.upkeep import Upkeep
from tests.programmes.world import N_COMMUNITIES, World


def test_what_is_kept_up_comes_late_and_goes_at_once() -> None:
    upkeep = Upkeep(1, 3)
    held = []
    for month, payable in enumerate([2, 2, 2, 2, 5, 1, 1, 1, 1]):
        upkeep.advance(month, np.array([payable], float))
        held.append(upkeep.in_all)
        assert upkeep.in_all == upkeep.held.sum()
    assert held == [0, 0, 0, 2, 2, 1, 1, 1, 1]
    assert upkeep.advance(9, np.array([1.0])) is None
    assert upkeep.give_up()[0] == -1
    assert upkeep.in_all == 0


def test_what_is_coming_is_not_ordered_twice() -> None:
    upkeep = Upkeep(2, 2)
    for month in range(6):
        upkeep.advance(month, np.array([3.0, 0.5]))
    assert upkeep.held.tolist() == [3.0, 0.5]


def test_trainers_hours_bound_how_many_finish() -> None:
    """One hub and one station worker a street: 280 h a month, 20 h of them for one person."""
    world = World()
    world.add("training", money=10_000_000, persons=1000, courses_per_year=1, first_course_months=0)
    world.run(4)
    assert world.paid("leader training") == (30 + 90) * 1500_00
    trained = int(world.city.leaders.trained.sum())
    assert trained <= 3 * 280 * 3 / 60
    assert trained >= 3 * 280 * 3 / 60 - 3
    booked = world.city.hours.booked_for
    assert booked["stations", "leader training"] == booked["hubs", "leader training"] == 3 * 3 * 140


def test_leaders_are_trained_first_and_their_bodies_gain() -> None:
    world = World()
    world.add("training", money=1_000_000, persons=20, courses_per_year=1, first_course_months=0, skill_factor=0.7)
    world.run(4)
    leaders, organizations = world.city.leaders, world.city.organizations
    assert leaders.trained.sum() == 20
    assert len(leaders) == 30
    led = leaders.organization[leaders.trained]
    assert (organizations.skill_factor[led] == 0.7).all()
    assert np.count_nonzero(organizations.skill_factor != 1) == 20


def test_backbones_become_leaders_once_leaders_are_trained() -> None:
    world = World()
    world.city.leaders.trained[:] = True
    world.add("training", money=1_000_000, persons=20, courses_per_year=1, first_course_months=0)
    world.run(4)
    leaders, residents = world.city.leaders, world.city.residents
    new = slice(30, None)
    assert len(leaders) == 50
    assert leaders.trained[new].all()
    assert (leaders.organization[new] == -1).all()
    homes = leaders.resident[new]
    assert np.unique(homes).size == 20
    assert (residents.stage(homes.astype(np.intp)) == 4).all()
    assert (residents.community_of(homes) == leaders.community[new]).all()
    world.run(16)
    assert len(leaders) == 70
    assert np.unique(leaders.resident[30:]).size == 40


def test_posts_are_filled_after_hiring_as_far_as_the_wages_go() -> None:
    world = World()
    staffing = world.add("staffing", money=480_000, posts=6, where="hub", wage=120_000, hiring_months=3)
    world.run(3)
    assert world.city.streets.hub_fte.tolist() == [1, 1, 1]
    assert staffing.delivery == 0
    world.run(4)
    assert world.city.streets.hub_fte.sum() == pytest.approx(3 + 4)
    assert staffing.delivery == pytest.approx(4 / 6)
    assert world.paid("wages") == 40_000_00
    world.run(40)
    assert world.city.streets.hub_fte.sum() == pytest.approx(3 + 4)


@pytest.mark.parametrize(("where", "table", "column"), [
    ("station", "streets", "station_fte"), ("committee", "communities", "committee_fte"), ("hub", "streets", "hub_fte"),
])  # fmt: skip
def test_posts_work_where_they_are(where: str, table: str, column: str) -> None:
    world = World()
    before = getattr(getattr(world.city, table), column).copy()
    world.add("staffing", money=1_080_000, posts=9, where=where)
    world.run(4)
    gained = getattr(getattr(world.city, table), column) - before
    np.testing.assert_allclose(gained, 9 / gained.size)


def test_hub_workers_serve_so_many_bodies() -> None:
    world = World()
    organizations = world.city.organizations
    world.add("staffing", money=360_000, posts=3, where="hub", bodies_per_post=40, capability_per_year=0.05)
    world.run(4)
    bodies = np.bincount(organizations.street[:300], minlength=3)
    np.testing.assert_allclose(world.city.streets.served_drift_per_year, 0.05 * 40 / bodies)
    organizations.status[np.flatnonzero(organizations.street[:300] == 0)[30:]] = 2
    world.run(5)
    assert world.city.streets.served_drift_per_year[0] == 0.05


def test_experts_serve_the_whole_district_alike() -> None:
    world = World()
    world.add("staffing", money=360_000, posts=3, where="experts", bodies_per_post=10, capability_per_year=0.01)
    world.run(4)
    np.testing.assert_allclose(world.city.streets.served_drift_per_year, 0.01 * 30 / 300)


def test_hubs_plan_what_they_receive_over_twelve_months() -> None:
    world = World()
    world.add("grant", recipients="hubs", money=300_000, grant_yuan=60_000)
    world.add("staffing", money=0, posts=9, where="hub", wage=60_000, paid_by="hub", hiring_months=0)
    filled = []
    for month in range(1, 26):
        world.run(month)
        filled.append(float(world.city.streets.hub_fte.sum()) - 3)
    assert filled[0] == 0
    np.testing.assert_allclose(filled[2:], 3, rtol=1e-4)
    hubs = world.city.organizations.cash_fen[world.city.streets.hub_organization]
    assert (hubs >= 0).all()
    assert world.paid("wages") == pytest.approx(24 * 15_000_00, rel=0.05)


def test_rooms_open_after_fitting_out_and_cost_rent_from_then_on() -> None:
    world = World()
    world.add("premises", money=60_000, m2=300, rent_per_m2=300, fit_out_months=6)
    world.run(6)
    assert not world.city.streets.hub_rooms_m2.any()
    world.run(7)
    assert world.city.streets.hub_rooms_m2.sum() == pytest.approx(200)
    assert world.paid("rent") == 5_000_00


def test_rooms_of_communities_are_shared_alike() -> None:
    world = World()
    world.add("premises", money=90_000, m2=300, where="community")
    world.run(7)
    np.testing.assert_allclose(world.city.communities.rooms_m2, 300 / N_COMMUNITIES)


def test_events_are_what_the_month_can_pay_for_shared_by_residents() -> None:
    world = World()
    world.city.communities.residents[:] = [2000] + [1000] * (N_COMMUNITIES - 1)
    events = world.add("events", money=360_000, cost_per_event=3000, visible_share=0.25)
    world.run(1)
    np.testing.assert_allclose(world.funded_events, [2] + [1] * (N_COMMUNITIES - 1))
    np.testing.assert_allclose(world.visible_events, world.funded_events / 4)
    assert world.paid("community events") == 30_000_00
    assert events.delivery == pytest.approx(1)


def test_events_are_held_by_committees_then_stations_and_no_more() -> None:
    """140 h of each committee and 140 h of each station, an event takes 70 h."""
    world = World()
    events = world.add("events", money=36_000_000, cost_per_event=3000, hours_per_event=70)
    world.run(1)
    assert world.funded_events.sum() == pytest.approx((9 * 140 + 3 * 140) / 70)
    assert world.paid("community events") == pytest.approx(24 * 3000_00)
    assert events.delivery == pytest.approx(24 / 1000)


def test_events_of_a_community_can_be_limited() -> None:
    world = World()
    world.add("events", money=36_000_000, events_per_community=12)
    world.run(12)
    np.testing.assert_allclose(world.funded_events, 12)
