"""The incubator: a queue that obeys queueing theory, places that are never exceeded, mentors that bound the gain."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
import simpy

from simulator.city.organizations import Status
from simulator.dynamics.programmes.incubator import Incubator
from simulator.dynamics.programmes.mentors import Mentors, congested
from simulator.dynamics.programmes.waiting_list import Turn, WaitingList
from tests.programmes.world import World

STAY = {"months_early": 2, "months_middle": 4, "months_late": 4, "months_after": 2}


def _incubator(world: World, instrument: str = "incubator", **inputs: float | str) -> Incubator:
    told = {"places": 5.0, "mentor_hours": 1000.0, "applications_per_100": 0.0, "dropout": 0.0} | inputs
    incubator = world.add("incubator", instrument, **told)
    assert isinstance(incubator, Incubator)
    return incubator


def _young(world: World, n: int) -> list[int]:
    """Rows of young filed bodies of low capability."""
    organizations = world.city.organizations
    organizations.tier[:n], organizations.tier_since[:n], organizations.capability[:n] = 1, -6.0, 0.2
    return list(range(n))


def erlang_c(servers: int, load: float) -> float:
    """The chance of having to wait in M/M/c with offered load a = lambda/mu (Erlang 1917)."""
    queued = load**servers / math.factorial(servers) * servers / (servers - load)
    return queued / (sum(load**k / math.factorial(k) for k in range(servers)) + queued)


def _visit(waiting_list: WaitingList, clock: simpy.Environment, stay: float) -> Generator[simpy.Event, Any, None]:
    request = waiting_list.join(Turn.APPLIED)
    yield request
    waiting_list.admit(request)
    yield clock.timeout(stay)
    waiting_list.leave(request)


def _arrivals(
    waiting_list: WaitingList, clock: simpy.Environment, draw: np.random.Generator, arrivals: float, leaving: float
) -> Generator[simpy.Event, Any, None]:
    while True:
        yield clock.timeout(draw.exponential(1 / arrivals))
        clock.process(_visit(waiting_list, clock, draw.exponential(1 / leaving)))


def test_the_waiting_list_is_an_m_m_c_queue() -> None:
    """Mean wait = Erlang C / (c mu - lambda), from 40 independent histories: within 4.5 standard errors of a t law with
    39 degrees of freedom, that is with a false-alarm rate of 6e-5."""
    servers, arrivals, leaving = 4, 1.6, 0.5
    expected = erlang_c(servers, arrivals / leaving) / (servers * leaving - arrivals)
    means = []
    for history in range(40):
        clock, draw = simpy.Environment(), np.random.default_rng(history)
        waiting_list = WaitingList(clock, servers)
        clock.process(_arrivals(waiting_list, clock, draw, arrivals, leaving))
        clock.run(until=1100)
        means.append(np.mean([wait for admitted, wait in waiting_list.waits if admitted > 100]))
    error = np.std(means, ddof=1) / math.sqrt(len(means))
    assert error < 0.2 * expected
    assert abs(np.mean(means) - expected) < 4.5 * error


def test_littles_law_holds_exactly() -> None:
    """The time integral of the number waiting is the sum of all waits, those still going on included."""
    clock, draw = simpy.Environment(), np.random.default_rng(5)
    waiting_list = WaitingList(clock, 2)
    clock.process(_arrivals(waiting_list, clock, draw, 1.5, 0.5))
    clock.run(until=300)
    assert waiting_list.waiting > 10
    finished = sum(wait for _, wait in waiting_list.waits)
    going_on = sum(300 - joined for joined in waiting_list._joined.values())
    assert waiting_list.area == pytest.approx(finished + going_on, rel=1e-12)
    assert waiting_list.inside == 2


def test_who_is_referred_goes_first_then_who_came_first() -> None:
    clock = simpy.Environment()
    waiting_list = WaitingList(clock, 1)
    order: list[str] = []

    def visit(name: str, turn: Turn) -> Generator[simpy.Event, Any, None]:
        request = waiting_list.join(turn)
        yield request
        waiting_list.admit(request)
        order.append(name)
        yield clock.timeout(1)
        waiting_list.leave(request)

    for name, turn in (("inside", Turn.APPLIED), ("a", Turn.APPLIED), ("b", Turn.APPLIED), ("sent", Turn.REFERRED)):
        clock.process(visit(name, turn))
    clock.run(until=10)
    assert order == ["inside", "sent", "a", "b"]


def test_the_gain_falls_when_mentors_are_overloaded() -> None:
    assert [congested(load) for load in (0, 1, 2, 3, math.inf)] == [1, 1, 0.5, 0.2, 0]


def test_a_stage_earns_what_the_load_leaves_of_each_month() -> None:
    clock, hours = simpy.Environment(), World().city.hours
    mentors = Mentors(clock, "mentors:test")
    mentors.have(100)
    mentors.need(100)
    clock.run(until=2)
    mentors.need(100)
    assert mentors.load == 2
    mentors.work(hours)
    clock.run(until=4)
    mentors.have(0)
    assert mentors.load == math.inf
    clock.run(until=6)
    assert mentors.earned == 2 * 1 + 2 * 0.5 + 2 * 0
    hours.check()
    assert hours.booked_for["mentors:test", "mentoring"] == 100


def test_a_body_goes_through_four_stages_and_learns_the_whole_gain() -> None:
    world = World()
    incubator = _incubator(world, dormancy_inside=0.4, **STAY)
    (row,) = _young(world, 1)
    organizations = world.city.organizations
    world.run(1)
    assert incubator.receive(row)
    world.run(2)
    assert organizations.status[row] == Status.INCUBATING
    assert organizations.dormancy_inside[row] == 0.4
    world.run(11)
    assert organizations.status[row] == Status.INCUBATING
    world.run(12)
    assert organizations.status[row] == Status.AWAKE
    assert organizations.dormancy_inside[row] == 1
    assert organizations.incubated[row]
    world.run(14)
    parts = np.array([8, 32, 16, 4]) / 60
    assert organizations.capability[row] == pytest.approx(1 - 0.8 * np.prod(1 - 0.2 * parts))
    assert not incubator._stays


def test_crowding_halves_the_gain_at_twice_the_mentors() -> None:
    """Ten bodies in ten places need twice the hours there are: every stage's gain is halved."""
    gains = []
    for hours in (1000.0, 20.0):
        world = World()
        incubator = _incubator(world, places=10, mentor_hours=hours, months_early=6, months_middle=0, months_late=0,
                               months_after=0, hours_early=4)  # fmt: skip
        rows = _young(world, 10)
        for row in rows:
            assert incubator.receive(row)
        world.run(7)
        gains.append(world.city.organizations.capability[rows] - 0.2)
    assert gains[0] == pytest.approx(0.2 * 0.8)
    assert gains[1] == pytest.approx(gains[0] / 2)


def test_places_bound_who_is_inside_and_the_others_wait() -> None:
    world = World()
    incubator = _incubator(world, places=3, **STAY)
    rows = _young(world, 8)
    for row in rows:
        incubator.receive(row)
    world.run(1)
    inside = world.city.organizations.status[rows] == Status.INCUBATING
    assert inside.sum() == 3
    assert incubator.queue == 5
    world.run(11)
    assert incubator.queue == 2
    assert incubator.wait_months == pytest.approx(10 * 3 / 6)


def test_who_falls_asleep_gives_up_the_turn_or_the_place() -> None:
    world = World()
    incubator = _incubator(world, places=1, **STAY)
    organizations = world.city.organizations
    inside, waiting, next_one = _young(world, 3)
    for row in (inside, waiting, next_one):
        incubator.receive(row)
    world.run(1)
    organizations.status[[inside, waiting]] = Status.DORMANT
    world.run(2)
    assert organizations.status[[inside, waiting]].tolist() == [Status.DORMANT] * 2
    assert organizations.status[next_one] == Status.INCUBATING
    assert organizations.dormancy_inside[inside] == 1
    assert incubator.queue == 0


def test_a_place_that_falls_free_does_not_wake_who_ended_within_the_month() -> None:
    """A body that waits is struck off in the middle of the month in which its turn comes."""
    world = World()
    incubator = _incubator(world, places=1, **(STAY | {"months_late": 4.5}))
    organizations, clock = world.city.organizations, world.setting.clock
    first, second = _young(world, 2)
    for row in (first, second):
        incubator.receive(row)

    def strike_off() -> Generator[simpy.Event, Any, None]:
        yield clock.timeout(10.2)
        organizations.status[second] = Status.REMOVED

    clock.process(strike_off())
    world.run(12)
    assert organizations.status[second] == Status.REMOVED
    assert organizations.dormancy_inside[second] == 1
    assert incubator.halls[0].places.inside == 0


def test_dropping_out_ends_the_stay_early() -> None:
    world = World()
    incubator = _incubator(world, dropout=1.0, **STAY)
    (row,) = _young(world, 1)
    incubator.receive(row)
    world.run(3)
    assert world.city.organizations.status[row] == Status.AWAKE
    assert not world.city.organizations.incubated[row]
    assert not incubator._stays


def test_applications_come_at_their_rate_from_young_bodies_only() -> None:
    """60 per 100 young bodies and year, 100 bodies for two months: 95 +- 3.9 binomial standard errors is a false-alarm
    rate of 1e-4; old ones never."""
    world = World()
    incubator = _incubator(world, applications_per_100=60, places=1, months_early=60)
    organizations = world.city.organizations
    organizations.tier_since[:] = -100
    organizations.tier[:] = 1
    organizations.tier_since[:100] = -6
    world.run(2)
    applied = set(incubator._stays)
    assert applied <= set(range(100))
    p = 1 - math.exp(-0.6 * 2 / 12)
    assert abs(len(applied) - 100 * p) < 3.9 * math.sqrt(100 * p * (1 - p))


def test_a_quota_bounds_who_is_let_onto_the_list() -> None:
    world = World()
    incubator = _incubator(world, applications_per_100=600, places=50, quota_per_year=4)
    world.city.organizations.tier_since[:] = -6
    world.run(12)
    assert len(incubator.halls[0].places.waits) == 4
    world.run(13)
    assert len(incubator.halls[0].places.waits) == 8


def test_streets_send_their_graduates_to_the_district() -> None:
    world = World()
    street = _incubator(world, "street incubator", level="street", places=3, referral_share=1.0, **STAY)
    district = _incubator(world, "district incubator", **STAY)
    (row,) = _young(world, 1)
    street.receive(row)
    world.run(11)
    assert row in district._stays
    assert world.city.organizations.status[row] == Status.INCUBATING
    assert len(street.halls) == 3


def test_starting_money_is_paid_at_the_end_of_the_early_stage() -> None:
    world = World()
    incubator = _incubator(world, money=120_000, starter_yuan=2_000, **STAY)
    (row,) = _young(world, 1)
    world.run(1)
    incubator.receive(row)
    world.run(3)
    assert world.paid("starting money") == 0
    world.run(4)
    assert world.paid("starting money") == 2_000_00
    assert world.city.organizations.cash_fen[row] > 0


def test_without_a_paid_operator_nobody_comes_in_and_nobody_learns() -> None:
    world = World(levers=(("execution_rate", 0.0), ("allocation_delay_months", 0.0)))
    incubator = _incubator(world, money=100_000, applications_per_100=600, **STAY)
    organizations = world.city.organizations
    organizations.tier_since[:] = -6
    before = organizations.capability.copy()
    world.run(14)
    assert not incubator._stays
    assert incubator.delivery == 0
    assert incubator.receive(0)
    world.run(30)
    assert (organizations.capability == before).all()


def test_when_it_ends_places_empty_and_the_list_dissolves() -> None:
    world = World()
    incubator = _incubator(world, places=2, **STAY)
    rows = _young(world, 5)
    for row in rows:
        incubator.receive(row)
    world.run(2)
    incubator.end()
    world.run(3)
    organizations = world.city.organizations
    assert (organizations.status[rows] == Status.AWAKE).all()
    assert incubator.queue == incubator.halls[0].places.inside == incubator.load == 0
    assert not incubator.receive(rows[0])
    before = organizations.capability.copy()
    world.run(30)
    assert (organizations.capability == before).all()
