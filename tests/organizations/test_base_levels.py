"""Base levels: at the solved levels the status quo follows its trend, in whatever district."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator.city.organizations import Kind, Status, Tier
from simulator.dynamics.base_levels import BalanceConditions, BaseLevels, solve
from simulator.dynamics.density import measure_density
from simulator.dynamics.founding import founding_rate
from simulator.dynamics.lifecycle import Fate, mortal, yearly_hazards
from simulator.dynamics.setting import Setting
from simulator.dynamics.settling import settle
from tests.chance import assert_mean
from tests.organizations import world

INSPECTED = {"inspection_dormant_per_year": 0.12, "inspection_awake_per_year": 0.003}


def _settled(setting: Setting, conditions: BalanceConditions) -> BaseLevels:
    world.enlist_leaders(setting)
    return settle(setting, conditions)


@pytest.mark.parametrize("inspection", [{}, INSPECTED])
@pytest.mark.parametrize("trend", [0.0, 0.02, 0.05])
def test_expected_flows_balance_exactly(trend: float, inspection: dict[str, float]) -> None:
    """Sums of the very hazards that the dice will meet, at month 0: every stock grows at the trend."""
    setting = world.nankai()
    conditions = replace(world.NANKAI, trend_per_year=trend, **inspection)
    levels = _settled(setting, conditions)
    assert levels.notes == ()
    organizations, rows = setting.city.organizations, mortal(setting)
    density = measure_density(organizations, setting.city.streets)
    hazards = yearly_hazards(setting, levels, density, rows)
    tier, dormant = organizations.tier[rows], organizations.status[rows] == Status.DORMANT

    def flow(fate: Fate, of: Tier, sleeping: bool | None = None) -> float:
        chosen = (tier == of) & (True if sleeping is None else dormant == sleeping)
        return float(hazards[fate, chosen].sum())

    def count(of: Tier, sleeping: bool) -> int:
        return int(np.count_nonzero((tier == of) & (dormant == sleeping)))

    filing, registering = flow(Fate.FILE, Tier.LATENT), levels.flows["registration"]
    inspected = {
        Tier.FILED: (0.0, 0.0),
        Tier.REGISTERED: (conditions.inspection_dormant_per_year, conditions.inspection_awake_per_year),
    }
    founding = float(founding_rate(setting, levels.founding_per_10000, density).sum())
    latent = np.count_nonzero(tier == Tier.LATENT)
    assert founding - flow(Fate.CLOSE, Tier.LATENT) - filing == pytest.approx(trend * latent)
    for of, stock, gained in (
        (Tier.FILED, 2689, filing - registering), (Tier.REGISTERED, 271, registering + levels.entry_per_year),
    ):  # fmt: skip
        sleepers, awake = count(of, True), count(of, False)
        removed = inspected[of][0] * sleepers + inspected[of][1] * awake
        assert gained - flow(Fate.CLOSE, of) - removed == pytest.approx(trend * stock)
        into_sleep = flow(Fate.FALL_DORMANT, of) - flow(Fate.WAKE_UP, of) - flow(Fate.CLOSE, of, sleeping=True)
        assert into_sleep - inspected[of][0] * sleepers == pytest.approx(trend * sleepers)


def test_the_orders_of_magnitude_of_two_districts() -> None:
    """What is solved is plausible: easy filing in one district, hardly any in the other (ranges, not targets)."""
    easy = _settled(world.nankai(), world.NANKAI)
    assert 0.04 < easy.filing_per_year * 4.0 < 0.09
    assert 400 < easy.flows["founding"] < 650
    seldom = _settled(world.chaoyang(), world.CHAOYANG)
    assert 0.002 < seldom.filing_per_year < 0.012
    for levels in (easy, seldom):
        assert 0 < levels.founding_per_10000 < 30
        assert 0 <= levels.closing_dormant_filed < 0.3
        assert 0 <= levels.closing_dormant_registered < 0.6
        assert 0 < levels.registration_per_year <= 1.0
        assert levels.flows["registration"] <= levels.flows["entry"] + 1e-9


def test_a_year_of_the_status_quo_follows_the_trend() -> None:
    """24 years that could have been, leaders staying. False alarm 1e-4 each; 0.7 % for what a year changes in ages."""
    growth: dict[Tier, list[float]] = {tier: [] for tier in Tier}
    for luck in range(24):
        setting = world.nankai(luck=luck, seed=100 + luck)
        setting.parameters["leadership"]["leave_per_year"] = 0.0  # type: ignore[index]
        levels = _settled(setting, world.NANKAI)
        before = {tier: world.stock(setting, tier) for tier in Tier}
        world.live_months(setting, levels, 12)
        for tier in Tier:
            growth[tier].append(world.stock(setting, tier) / before[tier] - 1)
    for tier in Tier:
        assert_mean(growth[tier], 0.02, bias=0.007)


def test_the_levers_in_force_are_in_the_levels() -> None:
    """A policy in force at the start is part of the status quo: the hazard met is the same, the level beneath is lower."""
    plain, eased = (
        _settled(world.nankai(levers=levers), world.NANKAI)
        for levers in ((), (("filing", 4.0), ("founding", 2.0), ("registration", 1.5)))
    )
    assert eased.filing_per_year * 4 == pytest.approx(plain.filing_per_year)
    assert eased.registration_per_year * 1.5 == pytest.approx(plain.registration_per_year)
    assert eased.entry_per_year * 1.5 == pytest.approx(plain.entry_per_year)
    assert eased.founding_per_10000 < plain.founding_per_10000
    assert eased.flows["founding"] == pytest.approx(plain.flows["founding"])


def test_what_cannot_be_balanced_is_held_and_noted() -> None:
    setting = world.district(10, 1000, 100, dormant_filed=900, dormant_registered=90)
    conditions = BalanceConditions(trend_per_year=0.1, dormant_share_filed=0.9, dormant_share_registered=0.9)
    levels = _settled(setting, conditions)
    assert levels.closing_dormant_filed == 0.0
    assert levels.filing_per_year == 1.0
    assert {note.split(":")[0] for note in levels.notes} >= {
        "closing of dormant filed bodies", "closing of dormant registered bodies", "filing of latent groups",
    }  # fmt: skip


def test_bodies_that_programmes_bring_are_not_brought_twice() -> None:
    plain = _settled(world.nankai(), world.NANKAI)
    helping = replace(world.NANKAI, filed_by_programmes_per_year=20.0, entered_by_programmes_per_year=3.0)
    helped = _settled(world.nankai(), helping)
    assert plain.flows["filing"] - helped.flows["filing"] == pytest.approx(20.0)
    assert plain.flows["entry"] - helped.flows["entry"] == pytest.approx(3.0)


@pytest.mark.parametrize("stocks", [(0, 0, 0), (5, 0, 0), (0, 5, 0), (0, 0, 3), (3, 2, 1)])
def test_the_smallest_cities_have_levels_too(stocks: tuple[int, int, int]) -> None:
    setting = world.district(*stocks, residents=6_000, communities=3, streets=1)
    levels = _settled(setting, BalanceConditions(0.02, 0.35, 0.15))
    for value in (levels.founding_per_10000, levels.filing_per_year, levels.registration_per_year, levels.entry_per_year):
        assert np.isfinite(value)
        assert value >= 0
    world.live_months(setting, levels, 6)


def test_the_start_is_in_motion() -> None:
    """Applications are under way, some bodies look for a leader, and everybody has met a density."""
    setting = world.district(2700, 2689, 271, changes={"registration.registered_from_filed_share": 0.7})
    levels = _settled(setting, BalanceConditions(0.1, 0.35, 0.15))
    organizations = setting.city.organizations
    assert organizations.applying.any()
    assert (organizations.leaderless & (organizations.leader == -1)).any()
    assert organizations.leaderless[organizations.kind == Kind.COMMUNITY].mean() < 0.4
    assert (organizations.density_at_birth > 0).all()
    setting.clock.run(until=2.5)
    assert setting.flows.counts["registration"].sum() > 0
    assert levels.flows["registration"] > 0


def test_solving_changes_nothing() -> None:
    setting = world.nankai()
    world.enlist_leaders(setting)
    first = solve(setting, world.NANKAI)
    again = solve(setting, world.NANKAI)
    assert first.flows == again.flows
