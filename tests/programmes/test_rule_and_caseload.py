"""Rules deliver the hours that are there; posts with cases handle what they have hours for."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.city.organizations import Kind, Status
from simulator.dynamics.programmes.caseload import cases_of_month, handled_share
from simulator.dynamics.programmes.rule import Rule
from simulator.dynamics.programmes.staffing import Staffing
from tests.programmes.world import World

CAPACITY = {"committees": 9 * 140.0, "stations": 3 * 140.0, "hubs": 3 * 140.0, "bureau": 420.0}


def _rule(world: World, **inputs: float | str) -> Rule:
    rule = world.add("rule", "rule", **({"procedure_months": 0} | inputs))
    assert isinstance(rule, Rule)
    return rule


@pytest.mark.parametrize("whose", sorted(CAPACITY))
@pytest.mark.parametrize("times", [0.5, 1.0, 2.0, 10.0])
def test_it_delivers_the_share_of_its_hours_that_is_there(whose: str, times: float) -> None:
    world = World()
    rule = _rule(world, whose=whose, hours=times * CAPACITY[whose])
    world.run(1)
    assert rule.delivery == pytest.approx(min(1 / times, 1.0))
    pool = "civil affairs" if whose == "bureau" else whose
    assert world.city.hours.booked_for[pool, "rule"] == pytest.approx(min(times, 1.0) * CAPACITY[whose])
    assert world.city.hours.left(pool).sum() == pytest.approx(max(1 - times, 0.0) * CAPACITY[whose])


def test_a_rule_of_nobody_is_followed_when_it_is_in_force() -> None:
    world = World()
    rule = _rule(world, whose="nobody", hours=1e6, procedure_months=5)
    world.run(5)
    assert rule.delivery == 0
    world.run(6)
    assert rule.delivery == 1


def test_where_one_place_has_no_hours_the_others_follow_it() -> None:
    """Two of three stations are full: the rule of 60 hours is followed by a third."""
    world = World()
    world.city.streets.station_fte[1:] = 0
    rule = _rule(world, whose="stations", hours=60)
    world.run(1)
    assert rule.delivery == pytest.approx(1 / 3)


def test_two_rules_share_the_hours_of_one_pool_and_money_counts_too() -> None:
    world = World()
    first = _rule(world, whose="committees", hours=1000)
    second = world.add("rule", "second", procedure_months=0, whose="committees", hours=520, money=12_000)
    world.run(1)
    assert first.delivery == pytest.approx(1.0)
    assert second.delivery == pytest.approx(260 / 520)
    world.setting.levers = type(world.setting.levers)([("execution_rate", 0.25), ("allocation_delay_months", 0)])
    world.run(13)
    assert second.delivery == pytest.approx(260 / 520 * 0.25)


# caseload ---------------------------------------------------------------------------------------------------------------


def _posts(world: World, **inputs: float | str) -> Staffing:
    told = {"money": 240_000, "posts": 2, "wage": 120_000, "hiring_months": 0, "where": "agency"} | inputs
    posts = world.add("staffing", "posts", **told)
    assert isinstance(posts, Staffing)
    return posts


@pytest.mark.parametrize(
    ("cases", "number", "each", "handled"),
    [
        ("bodies", 300, 0.5, 1.0), ("bodies", 300, 2.0, 280 / 600), ("communities", 9, 20.0, 1.0),
        ("communities", 9, 100.0, 280 / 900), ("none", 0, 1e4, 1.0), ("filings", 0, 1e4, 1.0),
    ],
)  # fmt: skip
def test_two_posts_handle_what_280_hours_are_enough_for(cases: str, number: float, each: float, handled: float) -> None:
    world = World()
    posts = _posts(world, cases=cases, hours_per_case=each)
    world.run(1)
    assert posts.delivery == pytest.approx(handled)
    booked = world.city.hours.booked_for.get((posts.name, cases), 0.0)
    assert booked == pytest.approx(min(number * each, 280))


def test_half_the_posts_deliver_half_at_most() -> None:
    """One post of two is paid: a half of the promise, of which it has the hours for 140 / 300."""
    world = World()
    posts = _posts(world, money=120_000, cases="bodies", hours_per_case=1.0)
    world.run(1)
    assert posts.delivery == pytest.approx(0.5 * 140 / 300)


def test_sleepers_and_federations_are_no_cases() -> None:
    world = World()
    bodies = world.city.organizations
    bodies.status[:30] = Status.DORMANT
    assert cases_of_month(world.setting, "bodies") == 270
    assert np.count_nonzero(bodies.kind == Kind.FEDERATION) == 3


def test_cases_that_the_status_quo_had_already_are_not_the_posts() -> None:
    """The mean of the last twelve months' filings, all streets, less what was expected at the start; never below 0."""
    setting = World().setting
    setting.past_flows = [{"filing": np.array([2.0, 3.0, 4.0])} for _ in range(20)]
    assert cases_of_month(setting, "filings") == 9
    setting.flows_at_start = {"filing": 5.0, "registration": 1.0}
    assert cases_of_month(setting, "filings") == 4
    assert cases_of_month(setting, "registrations") == 0
    setting.past_flows += [{"registration": np.array([1.0, 1.0, 0.0])} for _ in range(6)]
    assert cases_of_month(setting, "filings") == pytest.approx(0.0)
    assert cases_of_month(setting, "registrations") == 0
    setting.past_flows += [{"registration": np.array([1.0, 1.0, 0.0])} for _ in range(6)]
    assert cases_of_month(setting, "registrations") == pytest.approx(1.0)
    setting.past_flows = []
    assert cases_of_month(setting, "filings") == 0


def test_posts_handle_twice_the_cases_half() -> None:
    """Delivery against hours over cases, from none to many."""
    setting = World().setting
    setting.flows_at_start = {"filing": 10.0}
    for above in (0.0, 10.0, 35.0, 70.0, 700.0):
        setting.past_flows = [{"filing": np.array([10.0 + above, 0.0, 0.0])}]
        assert handled_share(setting, "a pool", 2.0, "filings", 8.0) == pytest.approx(min(1.0, 280 / max(8 * above, 1e-9)))


def test_an_office_answers_for_as_many_project_budgets_as_it_has_hours_for() -> None:
    """Public project lines in force, in million yuan a year; neither wages nor gifts; half the posts handle half."""
    world = World()
    budget = world.setting.budget
    budget.open("contests", 200_000_000, 0, 24)
    budget.open("purchases", 100_000_000, 0, 24)
    budget.open("wages", 900_000_000, 0, 24, basic=True)
    budget.open("gifts", 900_000_000, 0, 24, given=True)
    budget.open("over", 900_000_000, 0, 0)
    assert cases_of_month(world.setting, "project_budgets") == pytest.approx(3.0)
    assert handled_share(world.setting, "office", 1.0, "project_budgets", 30) == 1.0
    assert handled_share(world.setting, "office", 0.05, "project_budgets", 30) == pytest.approx(0.05 * 140 / 90)
