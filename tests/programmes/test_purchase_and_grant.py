"""Contracts, their renewal, and grants."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulator.dynamics.programmes.purchase import Purchase
from tests.programmes.samples import SAMPLES
from tests.programmes.world import World

FALSE_ALARM = 1e-4


def _purchase(world: World, **inputs: float | str) -> Purchase:
    purchase = world.add("purchase", **(dict(SAMPLES["purchase"]) | inputs))
    assert isinstance(purchase, Purchase)
    return purchase


def test_contracts_go_to_able_registered_bodies_as_far_as_the_money_goes() -> None:
    world = World()
    purchase = _purchase(world, money=600_000, price=60_000, capability_min=0.5)
    world.run(4)
    organizations = world.city.organizations
    signed = np.flatnonzero(purchase.contracted_until() > 0)
    # month 3 and the half year after it: three quarters of ten contracts
    assert signed.size == 7
    assert (organizations.tier[signed] == 2).all()
    assert (organizations.capability[signed] >= 0.5).all()
    assert (organizations.kind[signed] == 0).all()
    world.run(10)
    assert np.count_nonzero(purchase.contracted_until() > 9) == 10
    assert purchase.delivery == pytest.approx(1.0)
    assert (organizations.funded_until[signed] == 15).all()


def test_nobody_has_two_contracts_at_once() -> None:
    world = World()
    organizations = world.city.organizations
    organizations.tier[4:] = np.minimum(organizations.tier[4:], 1)
    organizations.tier[:4], organizations.capability[:4] = 2, 0.9
    _purchase(world, money=6_000_000, calls_per_year=6, contract_months=12)
    world.run(12)
    assert world.paid("first instalment") == 4 * 30_000_00


@pytest.mark.parametrize(("years", "inside"), [(1, False), (3, True)])
def test_renewal_is_nearly_certain_inside_the_entitlement(years: int, inside: bool) -> None:
    """About 60 contracts: within a binomial interval with a false-alarm rate of 1e-4."""
    world = World()
    organizations = world.city.organizations
    organizations.tier[:300], organizations.capability[:300] = 2, 0.6
    purchase = _purchase(world, money=3_600_000, calls_per_year=1, renew=0.5, entitlement_years=years)
    world.run(4)
    first = purchase.contracted_until()[:300] == 15
    assert first.sum() == 60
    world.run(15)
    # renewals and the next call fall into the same month; only renewals go to those who had a contract before
    purchase.end()
    purchase.in_force = True
    purchase.call = lambda period: False  # type: ignore[method-assign]
    world.run(16)
    renewed = np.count_nonzero(purchase.contracted_until()[:300][first] == 27)
    low, high = stats.binom.interval(1 - FALSE_ALARM, 60, 0.9 if inside else 0.5)
    assert low <= renewed <= high


@pytest.mark.parametrize("first", [0, 3])
@pytest.mark.parametrize("entitled", [False, True])
def test_renewals_come_before_new_contracts(first: int, entitled: bool) -> None:
    """Money for ten contracts a year, call and end in one month: who is renewed keeps it, however many bid anew.

    With a chance of 1 all ten stay; inside an entitlement nine tenths do (binomial, false alarm 1e-4).
    """
    stayed = 0
    for seed in range(10):
        world = World(seed)
        world.city.organizations.tier[:300], world.city.organizations.capability[:300] = 2, 0.6
        told = {"entitlement_years": 3, "renew": 0.0} if entitled else {"entitlement_years": 1, "renew": 1.0}
        purchase = _purchase(world, money=600_000, price=60_000, calls_per_year=1, first_call_months=first, **told)
        world.run(first + 1)
        holders = purchase.contracted_until() > world.setting.now
        assert holders.sum() == 10
        world.run(first + 13)
        stayed += np.count_nonzero(holders & (purchase.contracted_until() > world.setting.now))
    if not entitled:
        assert stayed == 100
    # who was not renewed may win again at the call, at 10 of 291 about
    assert stats.binomtest(stayed, 100, 0.9 + 0.1 * 10 / 291).pvalue > FALSE_ALARM or not entitled


def test_renewals_stop_when_the_instrument_ends_but_contracts_run_out() -> None:
    world = World()
    purchase = _purchase(world, renew=1.0)
    world.run(5)
    signed = np.count_nonzero(purchase.contracted_until() > 5)
    purchase.end()
    world.run(30)
    assert world.paid("second instalment") == signed * 30_000_00
    assert purchase.contracted_until().max() == 15


def test_a_kind_may_be_asked_for() -> None:
    world = World()
    organizations = world.city.organizations
    organizations.kind[:150] = 1
    organizations.kind[150:160] = 2
    for kind, allowed in (("community", {0}), ("professional", {1, 2})):
        bought = World()
        bought.city.organizations.kind[:160] = organizations.kind[:160]
        purchase = _purchase(bought, kinds=kind)
        bought.run(4)
        signed = np.flatnonzero(purchase.contracted_until() > 0)
        assert signed.size == 7
        assert set(bought.city.organizations.kind[signed].tolist()) <= allowed


def test_hubs_get_their_yearly_grant_as_built_and_are_cut_alike() -> None:
    world = World()
    world.city.streets.share_built[:] = [1.0, 0.5, 0.25]
    world.add("grant", recipients="hubs", money=87_500, grant_yuan=100_000)
    world.run(3)
    cash = world.city.organizations.cash_fen[world.city.streets.hub_organization]
    assert cash.tolist() == [50_000_00, 25_000_00, 12_500_00]
    world.run(15)
    cash = world.city.organizations.cash_fen[world.city.streets.hub_organization]
    assert cash.tolist() == [100_000_00, 50_000_00, 25_000_00]


def test_grants_from_outside_arrive_at_their_rate_and_cost_the_district_nothing() -> None:
    """24 a year over ten years: within a Poisson interval with a false-alarm rate of 1e-4."""
    world = World()
    world.add("grant", payer="outside", grants_per_year=24, grant_yuan=5_000)
    world.run(121)
    arrived = world.paid("grant") / 5_000_00
    low, high = stats.poisson.interval(1 - FALSE_ALARM, 240)
    assert low <= arrived <= high
    assert world.city.treasury.spent_fen() == 0


def test_earlier_winners_are_preferred() -> None:
    """The same grants, persistence 1 and 50: fewer different bodies win."""
    different = []
    for persistence in (1, 50):
        world = World()
        grant = world.add("grant", payer="outside", grants_per_year=24, grant_yuan=1000, persistence=persistence)
        world.run(60)
        different.append(grant._granted.size)  # type: ignore[attr-defined]
    assert different[1] < 0.7 * different[0]
