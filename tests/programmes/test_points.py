"""Points are worth the goods that are there: goods over volunteers."""

from __future__ import annotations

import pytest

from simulator.city.residents import N_CLASSES
from simulator.dynamics.budget import FUNDRAISING_MONTHS
from tests.programmes.world import World


def _volunteers(world: World, number: int, stage: int = 3) -> None:
    """So many residents at this stage, everybody else uninvolved."""
    residents = world.city.residents
    residents.cell[:] = 0
    residents.cell[:number] = stage * N_CLASSES
    residents.recount()


@pytest.mark.parametrize(
    ("volunteers", "money", "delivery"), [(100, 120_000, 1.0), (100, 60_000, 1.0), (400, 60_000, 0.25), (1000, 60_000, 0.1)]
)
@pytest.mark.parametrize("payer", ["line", "donors"])
def test_delivery_is_goods_over_volunteers(volunteers: int, money: float, delivery: float, payer: str) -> None:
    """600 yuan for each: what is there for a hundred is worth a tenth to a thousand."""
    world = World()
    _volunteers(world, volunteers)
    points = world.add("points", money=money, goods_per_volunteer=600, set_up_months=0, payer=payer)
    asked = int(FUNDRAISING_MONTHS) if payer == "donors" else 0
    world.run(asked)
    assert points.delivery == 0
    world.run(asked + 1)
    assert points.delivery == pytest.approx(delivery, rel=1e-6)
    assert world.paid("goods for points") == pytest.approx(min(money / 12, volunteers * 50) * 100, abs=1)
    world.run(asked + 12)
    assert points.delivery == pytest.approx(delivery, rel=1e-6)
    assert world.paid("goods for points") == pytest.approx(min(money, volunteers * 600) * 100, abs=12)


def test_volunteers_and_backbones_count_and_nobody_else() -> None:
    for stage, delivery in ((2, 0.0), (3, 1.0), (4, 1.0)):
        world = World()
        _volunteers(world, 50, stage)
        points = world.add("points", money=60_000, goods_per_volunteer=600, set_up_months=0)
        world.run(1)
        assert points.delivery == delivery


def test_nothing_can_be_changed_before_it_is_set_up() -> None:
    world = World()
    points = world.add("points", money=60_000, goods_per_volunteer=600, set_up_months=4)
    world.run(4)
    assert points.delivery == 0
    assert world.paid("goods for points") == 0
    world.run(5)
    assert points.delivery > 0
