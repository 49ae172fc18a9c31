"""One die a body and month: competing hazards, no luck but one's own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.city.organizations import Kind, Status, Tier
from simulator.dynamics.density import measure_density
from simulator.dynamics.filing import filing_hazard
from simulator.dynamics.lifecycle import NOTHING, Fate, decide, live, mortal, yearly_hazards
from simulator.language.streams import Streams
from tests.chance import assert_binomial, assert_uniform
from tests.organizations import world

LEVELS = world.level(filing_per_year=0.3, closing_dormant_filed=0.2, closing_dormant_registered=0.1,
                     registration_per_year=0.8, founding_per_10000=5.0)  # fmt: skip


def test_competing_hazards_share_what_happens() -> None:
    """Frequencies of 200,000 dice against (1 - exp(-H)) h/H. False alarm 1e-4 for each of six."""
    n, hazards = 200_000, np.array([0.05, 0.3, 0.0, 0.6, 0.15])
    dice = Streams(11, 0).dice("lifecycle", 3, np.arange(n))
    fate = decide(np.tile(hazards[:, None], n), dice)
    total = hazards.sum()
    for event, hazard in enumerate(hazards):
        assert_binomial(int(np.count_nonzero(fate == event)), n, (1 - np.exp(-total)) * hazard / total)
    assert_binomial(int(np.count_nonzero(fate == NOTHING)), n, float(np.exp(-total)))


@given(
    hazards=st.lists(st.floats(0, 5), min_size=5, max_size=5),
    die=st.floats(1e-9, 1 - 1e-9),
)
def test_a_die_never_means_what_cannot_happen(hazards: list[float], die: float) -> None:
    fate = int(decide(np.array(hazards)[:, None], np.array([die]))[0])
    assert fate == NOTHING or hazards[fate] > 0


@given(more=st.floats(0.001, 3), die=st.floats(1e-9, 1 - 1e-9))
def test_easier_filing_makes_nobody_do_anything_else(more: float, die: float) -> None:
    """It stands last on the die: whoever filed still files, and whoever changes what he does now files."""
    before = np.array([[0.01], [0], [0], [0.005], [0]])
    after = before + np.array([[0], [0], [0], [more], [0]])
    was, now = (int(decide(hazards, np.array([die]))[0]) for hazards in (before, after))
    assert now in (was, Fate.FILE)


def test_who_may_do_what() -> None:
    setting = world.district(50, 100, 60, dormant_filed=30, dormant_registered=10, federations=5)
    density = measure_density(setting.city.organizations, setting.city.streets)
    organizations, rows = setting.city.organizations, mortal(setting)
    assert (organizations.kind[rows] != Kind.FEDERATION).all()
    assert rows.size == 205
    hazards = yearly_hazards(setting, LEVELS, density, rows)
    tier, dormant = organizations.tier[rows], organizations.status[rows] == Status.DORMANT
    latent = tier == Tier.LATENT
    assert (hazards[Fate.FILE, latent] == 0.3).all()
    assert (hazards[Fate.CLOSE, latent] == 0.12).all()
    assert (hazards[[Fate.FALL_DORMANT, Fate.WAKE_UP, Fate.APPLY]][:, latent] == 0).all()
    assert (hazards[Fate.WAKE_UP, dormant] == 0.05).all()
    assert (hazards[[Fate.FALL_DORMANT, Fate.FILE, Fate.APPLY]][:, dormant] == 0).all()
    awake_registered = ~dormant & (tier == Tier.REGISTERED)
    assert (hazards[Fate.CLOSE, awake_registered] == 0.02).all()
    assert (hazards[Fate.CLOSE, ~dormant & (tier == Tier.FILED)] == 0).all()
    assert (hazards[Fate.CLOSE, dormant & (tier == Tier.FILED)] == 0.2).all()
    assert (hazards[Fate.CLOSE, dormant & (tier == Tier.REGISTERED)] == 0.1).all()
    assert (hazards[Fate.FALL_DORMANT, ~latent & ~dormant] > 0).all()


def test_filing_never_exceeds_its_cap() -> None:
    assert filing_hazard(0.05, 4.0, 1.0) == pytest.approx(0.2)
    assert filing_hazard(0.05, 100.0, 1.0) == 1.0


def test_a_year_of_filing_at_the_cap() -> None:
    """At hazard 1 of filing and 0.12 of dissolving a year. False alarm 1e-4 each."""
    setting = world.district(20_000, 0, 0, levers=(("filing", 100.0),))
    for _ in range(12):
        density = measure_density(setting.city.organizations, setting.city.streets)
        live(setting, world.level(filing_per_year=0.5), density)
        setting.clock.run(until=setting.now + 1)
    organizations = setting.city.organizations
    gone = 1 - np.exp(-1.12)
    assert_binomial(int(np.count_nonzero(organizations.tier >= Tier.FILED)), 20_000, gone * 1 / 1.12)
    dissolved = (organizations.tier == Tier.LATENT) & (organizations.status == Status.REMOVED)
    assert_binomial(int(np.count_nonzero(dissolved)), 20_000, gone * 0.12 / 1.12)
    assert setting.flows.counts["filing"].sum() == np.count_nonzero(organizations.tier >= Tier.FILED)


def test_a_die_knows_its_body_and_not_its_row() -> None:
    """The same bodies in another order live the same lives."""
    n = 450
    order = np.random.default_rng(5).permutation(n)
    straight = world.district(200, 200, 50, dormant_filed=50)
    mixed = world.district(200, 200, 50, dormant_filed=50, order=order)
    for setting in (straight, mixed):
        setting.city.residents.cell[:] = 0
        world.enlist_leaders(setting)
        world.live_months(setting, LEVELS, 24)
    for name in ("tier", "status", "status_since", "leaderless", "staff", "community"):
        assert world.by_identity(straight.city.organizations, name) == world.by_identity(mixed.city.organizations, name)


def test_dice_are_uniform_and_new_each_month() -> None:
    """Kolmogorov's test of 20,000 dice and of the differences between two months (triangular). False alarm 1e-4 each."""
    setting = world.district(10_000, 10_000, 0)
    names = setting.city.organizations.identity
    first, second = (setting.streams.dice("lifecycle", month, names) for month in (0, 1))
    assert_uniform(first)
    assert_uniform((first - second) % 1.0)
    assert_uniform((first[1:] - first[:-1]) % 1.0)


def test_nothing_happens_while_the_status_quo_is_spun_up() -> None:
    setting = world.district(200, 200, 50, dormant_filed=50)
    world.enlist_leaders(setting)
    setting.spinning_up = True
    before = {name: getattr(setting.city.organizations, name).copy() for name in ("tier", "status", "leader", "capability")}
    world.live_months(setting, LEVELS, 12)
    for name, values in before.items():
        assert np.array_equal(getattr(setting.city.organizations, name), values), name
    assert not setting.flows.counts


def test_the_same_luck_gives_the_same_lives_and_another_gives_others() -> None:
    lives = []
    for luck in (1, 1, 2):
        setting = world.district(200, 200, 50, luck=luck)
        world.live_months(setting, LEVELS, 12)
        lives.append(world.by_identity(setting.city.organizations, "status"))
    assert lives[0] == lives[1] != lives[2]
