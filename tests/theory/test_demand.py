"""Demand: what reaches bodies from the district's contests and purchases in the last year, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.city.treasury import BODIES, OUTSIDE
from simulator.dynamics.demand import Demand
from tests.programmes.world import World

YUAN = 100


def test_only_the_districts_contests_and_purchases_count() -> None:
    world = World()
    treasury, demand = world.city.treasury, Demand(world.city.treasury)
    district = world.add("contest", "venture", level="district", money=0.0, award=0.0)
    street = world.add("contest", "micro", level="street", money=0.0, award=0.0)
    purchase = world.add("purchase", "services", money=0.0, price=0.0)
    grant = world.add("grant", "hub money", money=0.0, grant_yuan=0.0)
    for programme in (district, street, purchase, grant):
        for account in (programme.account, programme.escrow):
            treasury.transfer(OUTSIDE, account, 10_000 * YUAN, "a test's money", 0)

    def pay(account: int, yuan: int) -> None:
        treasury.pay_bodies(account, np.array([0, 1]), np.array([yuan, 0]) * YUAN, "a test", 0)

    pay(district.account, 100)
    pay(district.escrow, 20)
    pay(purchase.escrow, 3)
    pay(street.account, 5000)
    pay(grant.account, 5000)
    treasury.transfer(purchase.account, OUTSIDE, 700 * YUAN, "running a call", 0)
    treasury.transfer(BODIES, OUTSIDE, 50 * YUAN, "wages", 0)
    demand.count_month(world.setting.programmes)
    assert demand.yuan_per_resident(10) == pytest.approx(12.3)
    demand.count_month(world.setting.programmes)
    assert demand.yuan_per_resident(10) == pytest.approx(12.3)  # read once

    pay(purchase.escrow, 10)
    world.setting.programmes.remove(purchase)  # what was promised counts after its end
    demand.count_month(world.setting.programmes)
    assert demand.yuan_per_resident(10) == pytest.approx(13.3)
    for _ in range(9):
        demand.count_month(world.setting.programmes)
    assert demand.yuan_per_resident(10) == pytest.approx(13.3)
    demand.count_month(world.setting.programmes)
    assert demand.yuan_per_resident(10) == pytest.approx(1.0)  # the first month is a year ago
