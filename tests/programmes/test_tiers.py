"""Three tiers: the able rise, the least able fall, hours bound the cases, and no body or member is lost on the way."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulator.city.organizations import Kind, Status, Tier
from simulator.dynamics.programmes.tiers import Tiers
from simulator.language.streams import Streams
from simulator.language.units import probability
from tests.programmes.world import World

FALSE_ALARM = 1e-4
"""Chance that one of the statistical tests here fails although all is well."""


def _tiers(world: World, **inputs: float | str) -> Tiers:
    told = {"promote": 0.5, "demote": 0.5, "demote_below": 0.3, "set_up_months": 0, "hours_per_case": 0} | inputs
    world.city.organizations.means_yuan[:] = 1e12  # capital is in nobody's way, unless a test says so
    tiers = world.add("tiers", "tiers", **told)
    assert isinstance(tiers, Tiers)
    return tiers


def _counts(world: World, tier: Tier) -> int:
    bodies = world.city.organizations
    return int(np.count_nonzero(bodies.alive() & (bodies.tier == tier) & (bodies.kind == Kind.COMMUNITY)))


def test_hazards_are_as_declared() -> None:
    """A month of 3,000 bodies, 60 times: up with promote * k / mean k, down alike; each group within false alarm 1e-4."""
    world = World(times=10)
    bodies = world.city.organizations
    tiers = _tiers(world, promote=1.2, demote=0.6)
    start = {name: getattr(bodies, name).copy() for name in ("tier", "tier_since", "applying")}
    n = len(bodies)
    mean = bodies.capability[: n - 3].mean()
    latent, filed = start["tier"] == Tier.LATENT, start["tier"] == Tier.FILED
    qualifies = filed & (bodies.capability >= 0.4) & (bodies.members >= 20)
    low = latent & (bodies.capability < 0.3)
    high = latent & (bodies.capability > 0.7)
    weak = filed & (bodies.capability < 0.3)
    rest = ~(latent | qualifies | weak)
    moved = dict.fromkeys(("low", "high", "qualifies", "weak", "rest"), 0)
    for replicate in range(60):
        world.setting.streams = Streams(23, replicate)
        for name, column in start.items():
            getattr(bodies, name)[:] = column
        tiers.act(1.0)
        for name, of in (("low", low), ("high", high)):
            moved[name] += int(np.count_nonzero(bodies.tier[of] == Tier.FILED))
        moved["qualifies"] += int(np.count_nonzero(bodies.applying[qualifies]))
        moved["weak"] += int(np.count_nonzero(bodies.tier[weak] == Tier.LATENT))
        moved["rest"] += int(np.count_nonzero((bodies.tier != start["tier"])[rest] | bodies.applying[rest]))
    up = probability(1.2 * bodies.capability / mean / 12)
    for name, chances in (
        ("low", up[low]), ("high", up[high]), ("qualifies", up[qualifies]),
        ("weak", np.full(np.count_nonzero(weak), 1 - np.exp(-0.6 / 12))),
    ):  # fmt: skip
        expected, spread = 60 * chances.sum(), np.sqrt(60 * (chances * (1 - chances)).sum())
        assert abs(moved[name] - expected) < stats.norm.isf(FALSE_ALARM / 2) * spread, (name, moved[name], expected)
    assert moved["rest"] == 0
    assert moved["high"] / high.sum() > 2 * moved["low"] / low.sum()


def test_hours_bound_the_cases_of_each_street() -> None:
    """A station's 140 hours and a hub's 140: 20 cases of 14 hours in each street, first those with the lowest dice."""
    world, free = World(), World()
    for each in (world, free):
        each.city.organizations.tier[:300] = Tier.LATENT
    tiers, unbounded = _tiers(world, promote=5, hours_per_case=14), _tiers(free, promote=5)
    world.run(1)
    free.run(1)
    handled = np.bincount(world.city.organizations.street[:300][world.city.organizations.tier[:300] == 1], minlength=3)
    all_cases = np.bincount(free.city.organizations.street[:300][free.city.organizations.tier[:300] == 1], minlength=3)
    np.testing.assert_array_equal(handled, np.minimum(all_cases, 20))
    assert (all_cases > 20).any()
    hours = world.city.hours.booked_for
    assert hours["stations", "three tiers of management"] + hours["hubs", "three tiers of management"] == 14 * handled.sum()
    assert tiers.delivery == pytest.approx(handled.sum() / all_cases.sum())
    assert unbounded.delivery == 1
    luck = tiers.dice("tiers", world.city.organizations.identity[:300], month=0)
    for street in range(3):
        here = world.city.organizations.street[:300] == street
        moved = world.city.organizations.tier[:300] == 1
        left = (free.city.organizations.tier[:300] == 1) & ~moved
        if (here & left).any():
            assert luck[here & moved].max() < luck[here & left].min()


def test_nobody_is_handled_where_nobody_has_hours() -> None:
    world = World()
    world.city.streets.station_fte[:] = world.city.streets.hub_fte[:] = 0
    tiers = _tiers(world, promote=5, hours_per_case=4)
    before = world.city.organizations.tier.copy()
    world.run(6)
    np.testing.assert_array_equal(world.city.organizations.tier, before)
    assert not world.city.organizations.applying.any()
    assert tiers.delivery == 0


def test_stocks_change_by_their_flows_and_members_stay() -> None:
    """latent + filed + registered is what it was; filed = before + filings - registrations - removals, to the body."""
    world = World()
    bodies = world.city.organizations
    before = {tier: _counts(world, tier) for tier in Tier}
    members, k = bodies.members.copy(), bodies.capability.copy()
    tier = bodies.tier.copy()
    _tiers(world, promote=1.0, demote=2.0)
    world.run(24)
    filed, registered, removed = (
        float(world.setting.flows.counts[name].sum()) for name in ("filing", "registration", "removal")
    )
    assert min(filed, registered, removed) > 5
    assert _counts(world, Tier.FILED) == before[Tier.FILED] + filed - registered - removed
    assert _counts(world, Tier.REGISTERED) == before[Tier.REGISTERED] + registered
    assert _counts(world, Tier.LATENT) == before[Tier.LATENT] - filed + removed
    np.testing.assert_array_equal(bodies.members, members)
    np.testing.assert_array_equal(bodies.capability, k)
    down = np.flatnonzero((tier == Tier.FILED) & (bodies.tier == Tier.LATENT))
    assert down.size
    assert bodies.alive()[down].all()
    assert (bodies.tier_since[down] >= 0).all()
    assert (k[down] < 0.3).all()


def test_sleepers_the_incubated_applicants_and_other_kinds_stay_where_they_are() -> None:
    world = World()
    bodies = world.city.organizations
    bodies.tier[:300], bodies.capability[:300] = Tier.FILED, 0.1
    bodies.status[:50], bodies.status[50:100] = Status.DORMANT, Status.INCUBATING
    bodies.applying[100:150] = True
    bodies.kind[150:200] = Kind.PROFESSIONAL
    _tiers(world, demote=5, promote=0)
    world.run(12)
    moved = bodies.tier[:300] == Tier.LATENT
    assert not moved[:200].any()
    assert moved[200:].sum() > 80


def test_who_qualifies_for_registration_does_not_fall_however_high_the_bar() -> None:
    """Below the bar and able enough to register: up only, and never both in a month."""
    world = World()
    bodies = world.city.organizations
    bodies.tier[:300], bodies.capability[:300], bodies.members[:300] = Tier.FILED, 0.6, 25
    _tiers(world, demote=5, promote=5, demote_below=0.9)
    world.run(12)
    assert not (bodies.tier[:300] == Tier.LATENT).any()
    assert "removal" not in world.setting.flows.counts or not world.setting.flows.counts["removal"].any()
    assert (bodies.tier[:300] == Tier.REGISTERED).sum() > 200


def test_nobody_is_registered_without_the_capital_nor_with_staff_that_nobody_pays() -> None:
    """Tiers waive no requirement, and who is promoted has no more income than before."""
    for means, registered in ((0.0, 0), (1e12, 200)):
        world = World()
        bodies = world.city.organizations
        bodies.tier[:300], bodies.capability[:300], bodies.members[:300], bodies.staff[:300] = Tier.FILED, 0.6, 25, 0.0
        _tiers(world, promote=5)
        bodies.means_yuan[:] = means
        world.run(12)
        assert (bodies.tier[:300] == Tier.REGISTERED).sum() >= registered
        assert registered or not (bodies.tier[:300] == Tier.REGISTERED).any()
        assert not bodies.staff[:300].any()


def test_half_the_money_is_half_the_hazard() -> None:
    """The same dice: who moves with half the money moves with all of it."""
    worlds = [World(), World()]
    moved = []
    for world, execution in zip(worlds, (1.0, 0.5), strict=True):
        world.setting.levers = type(world.setting.levers)([("execution_rate", execution), ("allocation_delay_months", 0)])
        world.city.organizations.tier[:300] = Tier.LATENT
        tiers = _tiers(world, promote=3, money=12_000)
        world.run(1)
        moved.append(world.city.organizations.tier[:300] == Tier.FILED)
        assert tiers.delivery == pytest.approx(execution)
    assert (moved[0] | ~moved[1]).all()
    assert 0 < moved[1].sum() < moved[0].sum()
