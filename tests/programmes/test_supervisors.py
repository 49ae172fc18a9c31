"""Supervisors' hours reach the incubators in force, by their places, and are gone with them or with their house."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.dynamics.programmes.incubator import Incubator
from simulator.dynamics.programmes.staffing import Staffing
from tests.programmes.world import World


def _house(world: World, name: str = "one", **inputs: float | str) -> Incubator:
    told = {"places": 6, "mentor_hours": 20, "applications_per_100": 0, "dropout": 0.0} | inputs
    house = world.add("incubator", name, **told)
    assert isinstance(house, Incubator)
    return house


def _supervisors(world: World, **inputs: float | str) -> Staffing:
    told = {
        "money": 240_000, "posts": 2, "wage": 120_000, "hiring_months": 0, "where": "incubator", "bodies_per_post": 10,
        "hours_per_body": 6,
    } | inputs  # fmt: skip
    posts = world.add("staffing", "supervisors", **told)
    assert isinstance(posts, Staffing)
    return posts


def _hours(house: Incubator) -> float:
    return sum(hall.mentors.capacity for hall in house.halls)


def test_hours_are_lent_by_places_and_by_halls() -> None:
    world = World()
    one, two = _house(world, places=6), _house(world, "two", places=3, level="street", mentor_hours=30)
    _supervisors(world)
    world.run(1)
    assert _hours(one) == pytest.approx(20 + 120 * 6 / 9)
    assert _hours(two) == pytest.approx(30 + 120 * 3 / 9)
    assert [hall.mentors.capacity for hall in two.halls] == pytest.approx([10 + 40 / 3] * 3)


def test_nobody_lends_more_than_a_months_work() -> None:
    world = World()
    house = _house(world)
    _supervisors(world, bodies_per_post=100)
    world.run(1)
    assert _hours(house) == pytest.approx(20 + 2 * 140)


def test_they_are_lent_when_they_are_hired_and_as_they_are_paid() -> None:
    world = World()
    house = _house(world)
    _supervisors(world, hiring_months=4, money=120_000)
    world.run(4)
    assert _hours(house) == 20
    world.run(5)
    assert _hours(house) == pytest.approx(20 + 60)


def test_they_go_when_they_end_and_when_the_house_ends() -> None:
    world = World()
    one, two = _house(world), _house(world, "two")
    posts = _supervisors(world)
    world.run(1)
    assert _hours(one) == _hours(two) == pytest.approx(80)
    one.end()
    assert _hours(one) == 0, "who has left the house can't be mentored by hours that are not booked anywhere"
    world.run(2)
    assert _hours(one) == 0
    assert _hours(two) == pytest.approx(20 + 120)
    posts.end()
    assert _hours(two) == pytest.approx(20)


def test_graduates_of_a_house_that_has_ended_learn_nothing_more() -> None:
    """The follow-up outside the place is mentored by the house: when it ends, lent hours or not, nothing is learnt."""
    worlds = [World(), World()]
    capability = []
    for world, lent in zip(worlds, (False, True), strict=True):
        bodies = world.city.organizations
        bodies.tier[0], bodies.tier_since[0], bodies.capability[0] = 1, -6, 0.2
        house = _house(world, months_after=6)
        if lent:
            _supervisors(world)
        house.receive(0)
        world.run(11)
        assert bodies.incubated[0]
        before = bodies.capability[0]
        house.end()
        world.run(20)
        capability.append(bodies.capability[0] - before)
    assert capability[0] == capability[1]
    assert capability[0] < 0.2 * 12 / 76


def test_more_hours_less_load() -> None:
    """A crowded house with supervisors teaches more than without, and not more than an empty one would."""
    gains = []
    for lent in (False, True):
        world = World()
        bodies = world.city.organizations
        bodies.tier[:6], bodies.tier_since[:6], bodies.capability[:6] = 1, -6, 0.2
        house = _house(world, mentor_hours=10)
        if lent:
            _supervisors(world, bodies_per_post=2)
        for row in range(6):
            house.receive(row)
        world.run(13)
        gains.append((bodies.capability[:6] - 0.2).mean())
    full = 1 - 0.8 * np.prod([1 - 0.2 * part / 60 for part in (8, 32, 16, 4)]) - 0.2
    assert 0 < 1.5 * gains[0] < gains[1] <= full + 1e-12


def test_houses_without_a_place_borrow_nobody() -> None:
    world = World()
    house = world.make("incubator", "none", places=0, mentor_hours=20)
    house.start()
    posts = _supervisors(world)
    world.run(3)
    assert isinstance(house, Incubator)
    assert not house.halls
    assert posts.filled == 2


def test_nobody_is_accompanied_online_and_a_course_there_closes_no_house() -> None:
    """Supervisors' hours go to the house with rooms alone; who was taught online may still be incubated, and is taught once."""
    world = World()
    told = {"places": 5, "mentor_hours": 30, "applications_per_100": 0}
    house = world.add("incubator", "house", **told)
    online = world.add(
        "incubator", "online", level="online", places=500, mentor_hours=30, applications_per_100=1e3, months_early=0,
        months_middle=2, months_late=0, months_after=0, dropout=0,
    )  # fmt: skip
    world.add("staffing", "supervisors", where="incubator", money=1_200_000, posts=10, hiring_months=0, bodies_per_post=10)
    world.run(6)
    assert isinstance(house, Incubator)
    assert isinstance(online, Incubator)
    assert sum(hall.mentors.capacity for hall in house.halls) == pytest.approx(30 + 10 * 60)
    assert sum(hall.mentors.capacity for hall in online.halls) == pytest.approx(30)
    assert len(online._taught) > 50
    assert not world.city.organizations.incubated.any()
    assert not set(online._stays) & online._taught
