"""Where the money goes: spending adds up, accounts are what the journal says, and purses open as policies say."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.city.treasury import BODIES, OUTSIDE
from simulator.language.units import FEN_PER_YUAN
from simulator.model import DistrictModel
from tests.model.worlds import advanced, district, microcosm, nankai, recorded, with_policy

POLICIES = ("as-it-is", "chaoyang", "nankai-recommended", "none")


@pytest.mark.parametrize("policy", POLICIES)
def test_money_by_line_adds_up_to_all_spending(policy: str) -> None:
    record = recorded("microcosm", policy)
    total = district(record, "spending_total_yuan")
    assert sum(record.accounts.values()) == pytest.approx(total[-1], rel=1e-12, abs=1e-6)
    per_resident = district(record, "spending_per_resident_yuan")
    assert per_resident == pytest.approx(total / 30_000, rel=1e-12)
    assert (np.diff(total) >= 0).all(), "money that was spent came back"


@pytest.fixture(scope="module")
def spent() -> DistrictModel:
    """Three years of the policy that pays for most."""
    return advanced(DistrictModel(microcosm(), "nankai-recommended"), 36)


def test_accounts_are_what_the_journal_says(spent: DistrictModel) -> None:
    """Every transfer once more, from nothing."""
    treasury, bodies = spent.city.treasury, spent.city.organizations
    journal = treasury.journal
    assert len(journal) > 1000
    named, cash = np.zeros(len(treasury.names), np.int64), np.zeros(len(bodies), np.int64)
    for column, sign in ((journal.payer, -1), (journal.payee, 1)):
        to_bodies = column >= BODIES
        np.add.at(cash, column[to_bodies] - BODIES, sign * journal.fen[to_bodies])
        np.add.at(named, column[~to_bodies], sign * journal.fen[~to_bodies])
    assert np.array_equal(cash, bodies.cash_fen)
    assert named.tolist() == treasury.balances
    assert treasury.total() == 0


def test_what_a_line_spent_left_for_bodies_or_outside(spent: DistrictModel) -> None:
    """Told in another way: what its account and its escrow paid out since month 0, in the journal."""
    treasury, journal = spent.city.treasury, spent.city.treasury.journal
    began = journal.month >= 0
    for name, yuan in spent.to_record().accounts.items():
        own = [treasury.open(f"line:{name}"), treasury.open(f"escrow:{name}")]
        left = np.isin(journal.payer, own) & ((journal.payee == OUTSIDE) | (journal.payee >= BODIES))
        assert journal.fen[began & left].sum() / FEN_PER_YUAN == pytest.approx(yuan), name


def test_no_purse_opens_without_a_policy() -> None:
    """`none` spends nothing but what was promised before: less every year, and far less than the district as it is."""
    held_up, alone = recorded("microcosm", "as-it-is"), recorded("microcosm", "none")
    spent = np.diff(district(alone, "spending_total_yuan")[::12])
    assert spent[-1] == 0
    assert district(alone, "spending_total_yuan")[-1] < 0.2 * district(held_up, "spending_total_yuan")[-1]


def test_none_shows_what_the_baseline_holds_up() -> None:
    """Nankai at a tenth, four pairs in the same luck: every one of them has fewer events and filings with nothing in force."""
    for replicate in range(4):
        baseline, none = (recorded("nankai", policy, replicate) for policy in ("nankai-baseline", "none"))
        for measure in ("events_per_1000", "filing_flow", "filed_count", "active_count"):
            assert district(none, measure)[-1] < district(baseline, measure)[-1], (replicate, measure)
        assert district(none, "trained_leaders_count")[-1] < district(baseline, "trained_leaders_count")[-1]


def test_an_agency_gets_money_spent() -> None:
    """Chaoyang's lines are released at 0.9 and in 4 months, Nankai's at 0.6 and in 9: a matter of rules, not of luck.

    Project lines spend what is released within the year after, so five years hold the spending of at least four; wages are
    released in full.
    """
    chaoyang, baseline = (recorded("nankai", policy) for policy in ("chaoyang", "nankai-baseline"))
    assert 0.70 <= district(chaoyang, "execution_rate")[-1] <= 0.95
    assert 0.40 <= district(baseline, "execution_rate")[-1] <= 0.70
    assert district(chaoyang, "spending_per_resident_yuan")[-1] > district(baseline, "spending_per_resident_yuan")[-1]


def test_nothing_listed_is_nothing_budgeted() -> None:
    model = advanced(DistrictModel(with_policy(microcosm())), 12)
    assert model._spending.budgeted_fen == 0
    assert np.isnan(model.measure("execution_rate"))


def test_nankai_spends_what_it_is_known_to_spend() -> None:
    """Four to six million yuan a year are budgeted; what is released of it in five years lies beneath.

    The built tenth has its own households, which the fund is paid by: 1 % is left for them.
    """
    baseline = DistrictModel(nankai(0.1), "nankai-baseline")
    advanced(baseline, 60)
    budgeted = baseline._spending.budgeted_fen / FEN_PER_YUAN / baseline.city.share_built
    assert 4e6 * 5 <= budgeted <= 6e6 * 5 * 1.01
    assert baseline.measure("spending_total_yuan") < budgeted
