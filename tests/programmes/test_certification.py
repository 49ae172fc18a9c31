"""Certificates spread by the logistic law while subsidies are there, and no faster than they are."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.city.organizations import Tier
from simulator.dynamics.programmes.certification import Certification
from tests.programmes.world import World


def _certification(world: World, **inputs: float | str) -> Certification:
    told = {
        "money": 1e9, "subsidy": 1000, "rate": 0.8, "cap": 0.4, "start_share": 0.1, "first_examination_months": 6,
    } | inputs  # fmt: skip
    programme = world.add("certification", "certification", **told)
    assert isinstance(programme, Certification)
    return programme


def _workers(world: World) -> float:
    """Two workers of each street, and one of each registered body."""
    bodies = world.city.organizations
    return 6.0 + float(bodies.staff[bodies.active() & (bodies.tier == Tier.REGISTERED)].sum())


def logistic(years: float, rate: float = 0.8, cap: float = 0.4, start: float = 0.1) -> float:
    """The closed form (Verhulst 1838)."""
    return cap / (1 + (cap / start - 1) * np.exp(-rate * years))


def test_with_enough_money_it_is_the_logistic() -> None:
    world = World()
    programme = _certification(world)
    world.run(6)
    assert programme.certified == 0.1
    assert programme.delivery == 0
    for year in range(1, 12):
        world.run(6 + 12 * (year - 1) + 1)
        assert programme.certified == pytest.approx(logistic(year), rel=1e-12)
        assert programme.delivery == pytest.approx((logistic(year) - 0.1) / 0.3)
        passed = (logistic(year) - 0.1) * _workers(world)
        assert world.paid("certificate subsidies") / 1000_00 == pytest.approx(passed, abs=0.01)
    assert programme.certified < 0.4


def test_with_less_money_no_more_pass_than_are_paid() -> None:
    """Seven subsidies a year: seven certificates a year, until the logistic asks for fewer."""
    world = World()
    programme = _certification(world, money=7000, rate=3.0)
    workers = _workers(world)
    for year in range(1, 5):
        world.run(6 + 12 * (year - 1) + 1)
        assert programme.certified == pytest.approx(0.1 + 7 * year / workers, rel=1e-9)
        assert world.paid("certificate subsidies") == 7 * year * 1000_00
    assert programme.certified < logistic(4, rate=3.0)
    world.run(6 + 12 * 40)
    assert programme.certified == pytest.approx(0.4, abs=1e-3)
    assert 0 <= programme.delivery <= 1


@pytest.mark.parametrize("told", [{"start_share": 0.0}, {"start_share": 0.5}, {"cap": 0.1}, {"rate": 0.0}, {"money": 0}])
def test_where_nobody_can_be_won_nothing_is_paid(told: dict[str, float]) -> None:
    world = World()
    programme = _certification(world, **told)
    world.run(40)
    assert programme.certified == told.get("start_share", 0.1)
    assert programme.delivery == 0
    assert world.paid("certificate subsidies") == 0


def test_a_successor_that_began_higher_promises_nothing_negative() -> None:
    """Certificates stay; a start beyond what is certified is delivery 0, and at worst the lever rests."""
    world = World()
    old = _certification(world, rate=0.1)
    world.run(7)
    assert 0.1 < old.certified < 0.12
    new = world.make("certification", "certification", **(dict(old.inputs) | {"start_share": 0.3}))
    assert isinstance(new, Certification)
    new.succeed(old)
    assert new.certified == old.certified
    for month in range(8, 60):
        world.run(month)
        assert 0 <= new.delivery <= 1
    assert new.certified > 0.12
