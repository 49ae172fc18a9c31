"""Contracts kept open to community bodies, and contracts that pass from professional to local bodies."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulator.city.organizations import Kind, Status, Tier
from simulator.dynamics.programmes.calls import quality
from simulator.dynamics.programmes.purchase import Purchase
from simulator.language.streams import Streams
from tests.programmes.samples import SAMPLES
from tests.programmes.world import World

FALSE_ALARM = 1e-4
"""Chance that one of the statistical tests here fails although all is well."""


def _world(lever: str, share: float, professional: int = 30) -> World:
    """Sixty able registered bodies, so many of them professional; all others are groups."""
    world = World(levers=(("execution_rate", 1.0), ("allocation_delay_months", 0.0), (lever, share)))
    bodies = world.city.organizations
    bodies.tier[:300], bodies.tier[:60] = Tier.LATENT, Tier.REGISTERED
    bodies.capability[:60], bodies.members[:60], bodies.staff[:60] = 0.6, 10, 1.0
    bodies.kind[:professional] = Kind.PROFESSIONAL
    return world


def _purchase(world: World, **inputs: float | str) -> Purchase:
    told = SAMPLES["purchase"] | {"renew": 1.0, "first_call_months": 0, "calls_per_year": 1} | inputs
    purchase = world.add("purchase", "purchase", **told)
    assert isinstance(purchase, Purchase)
    return purchase


@pytest.mark.parametrize("share", [0.0, 0.3, 0.65, 1.0])
def test_the_share_kept_open_goes_to_community_bodies_and_the_rest_as_quality_says(share: float) -> None:
    """Four contracts among three community and seven professional bodies, 3,000 calls.

    Kept are floor(4 * share + u), u uniform; the community wins these and of the others as drawing one after another
    without replacement says, by the exact law of the small urn (Pearson; false alarm 1e-4).
    """
    world = _world("open_to_community", share)
    purchase, bodies = _purchase(world), world.city.organizations
    rows = np.arange(23, 33)
    assert (bodies.kind[rows] == Kind.COMMUNITY).sum() == 3
    counted = np.zeros(4, np.int64)
    for replicate in range(3000):
        world.setting.streams = Streams(47, replicate)
        chosen = purchase._choose(rows.copy(), 4)
        assert np.unique(chosen).size == 4
        counted[np.count_nonzero(bodies.kind[chosen] == Kind.COMMUNITY)] += 1
    law = np.zeros(4)
    for kept, chance in ((int(4 * share), 1 - 4 * share % 1), (int(4 * share) + 1, 4 * share % 1)):
        first = min(kept, 3)
        # all have the same quality: the rest is an urn of 3 - first community and 7 professional bodies
        law[first:] += chance * stats.hypergeom.pmf(np.arange(4 - first), 10 - first, 3 - first, 4 - first)
    assert law.sum() == pytest.approx(1.0)
    keep = law > 0
    assert counted[~keep].sum() == 0
    if keep.sum() > 1:
        assert stats.chisquare(counted[keep], 3000 * law[keep]).pvalue > FALSE_ALARM, (counted, 3000 * law)


def test_among_community_bodies_quality_decides() -> None:
    """One contract, kept open: p proportional to quality among community bodies (Pearson; false alarm 1e-4)."""
    world = _world("open_to_community", 1.0)
    purchase, bodies = _purchase(world), world.city.organizations
    rows = np.arange(20, 36)
    bodies.capability[30:36] = np.linspace(0.2, 0.9, 6)
    wins = np.zeros(len(bodies), np.int64)
    for replicate in range(3000):
        world.setting.streams = Streams(53, replicate)
        wins[purchase._choose(rows.copy(), 1)] += 1
    assert wins[:30].sum() == 0
    weights = quality(bodies, np.arange(30, 36))
    assert stats.chisquare(wins[30:36], 3000 * weights / weights.sum()).pvalue > FALSE_ALARM


@pytest.mark.parametrize("lever", ["open_to_community", "contracts_to_local"])
@pytest.mark.parametrize("share", [0.3, 1.0])
def test_never_more_contracts_than_money(lever: str, share: float) -> None:
    """Ten contracts a year for five years: each year 600,000 yuan signed, and nobody has two at once."""
    world = _world(lever, share)
    purchase, bodies = _purchase(world), world.city.organizations
    for year in range(5):
        world.run(12 * year + 2)
        under = purchase.contracted_until() > world.setting.now
        assert under.sum() <= 10
        assert purchase.delivery <= 1
        assert world.paid("first instalment") <= (year + 1) * 10 * 30_000_00
    treasury = world.city.treasury
    journal = treasury.journal
    first = journal.purpose == treasury.purposes.index("first instalment")
    for month in np.unique(journal.month[first]):
        payees = journal.payee[first & (journal.month == month)]
        assert np.unique(payees).size == payees.size, "two contracts of one body"
    if lever == "contracts_to_local":
        assert (bodies.kind[purchase.contracted_until() > world.setting.now] == Kind.COMMUNITY).any()


def test_at_the_end_of_a_contract_the_share_of_professional_bodies_passes_on() -> None:
    """30 contracts of professional bodies, 60 worlds: each passes with p = 0.3 (binomial, false alarm 1e-4)."""
    passed = 0
    for seed in range(60):
        world = _world("contracts_to_local", 0.3)
        world.setting.streams = Streams(seed, 0)
        purchase = _purchase(world, money=0)
        leaving, local = purchase._hand_over(np.arange(30))
        assert leaving.size == local.size
        assert np.isin(leaving, np.arange(30)).all()
        assert ((local >= 30) & (local < 60)).all()
        assert np.unique(local).size == local.size
        passed += leaving.size
    assert stats.binomtest(passed, 60 * 30, 0.3).pvalue > FALSE_ALARM


def test_nothing_passes_where_no_local_body_is_able_and_free() -> None:
    """Below c_star, asleep, filed only, or under contract here already; those up for renewal keep their own."""
    world = _world("contracts_to_local", 1.0)
    bodies = world.city.organizations
    purchase = _purchase(world, money=0)
    bodies.capability[30:36] = 0.39
    bodies.status[36:42] = Status.DORMANT
    bodies.tier[42:48] = Tier.FILED
    purchase.contracted_until()[48:54] = 12.0
    leaving, local = purchase._hand_over(np.arange(20, 57))
    assert sorted(local.tolist()) == [57, 58, 59]
    assert leaving.size == 3
    assert np.isin(leaving, np.arange(20, 30)).all()
    leaving, local = purchase._hand_over(np.arange(20, 30))
    assert sorted(local.tolist()) == [54, 55, 56, 57, 58, 59]
    leaving, local = purchase._hand_over(np.concatenate([np.arange(20, 30), np.arange(54, 60)]))
    assert leaving.size == local.size == 0


def test_a_contract_that_passes_begins_anew_and_ends_the_others() -> None:
    """One professional body's contract, all pass: after a year a local one has it, at the same price."""
    world = _world("contracts_to_local", 1.0, professional=60)
    bodies = world.city.organizations
    purchase = _purchase(world, money=60_000)
    world.run(2)
    (holder,) = np.flatnonzero(purchase.contracted_until() > 2)
    local = (int(holder) + 1) % 60
    bodies.kind[local] = Kind.COMMUNITY
    bodies.tier[:60] = np.where(np.isin(np.arange(60), [holder, local]), Tier.REGISTERED, Tier.LATENT)
    world.run(14)
    assert np.flatnonzero(purchase.contracted_until() > world.setting.now).tolist() == [local]
    assert bodies.funded_until[local] == 24
    assert world.paid("first instalment") == 2 * 30_000_00
