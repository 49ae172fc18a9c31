"""An instrument listed with other numbers succeeds itself: rooms and posts go on, and so does the line."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.city.organizations import Kind, Status
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
