"""Budget lines: late, not in full, and spent evenly over the year they are for."""

from __future__ import annotations

import pytest

from simulator.city.treasury import OUTSIDE, Treasury
from simulator.dynamics.budget import Budget
from simulator.dynamics.levers import Levers
from simulator.language.errors import ModelError
from tests.programmes.world import small_city

AGENCY = Levers([("execution_rate", 0.9), ("allocation_delay_months", 4)])


def _budget() -> tuple[Budget, Treasury]:
    treasury = small_city(1).treasury
    return Budget(treasury), treasury


def test_a_line_is_released_late_and_in_part() -> None:
    budget, treasury = _budget()
    account = budget.open("a", 120_000, 0, 100)
    released = []
    for month in range(30):
        budget.release(month, Levers())
        released.append(treasury.balance(account))
    assert released[8] == 0
    assert released[9] == released[20] == 72_000
    assert released[21] == 144_000
    assert budget.lines["a"].budgeted_fen == 360_000


def test_an_agency_releases_sooner_and_more() -> None:
    budget, treasury = _budget()
    account = budget.open("a", 120_000, 0, 100)
    for month in range(5):
        budget.release(month, AGENCY)
    assert treasury.balance(account) == 108_000


def test_basic_expenditure_comes_monthly_in_full_and_at_once() -> None:
    budget, treasury = _budget()
    account = budget.open("wages", 120_000, 0, 14.5, basic=True)
    for month in range(30):
        budget.release(month, Levers())
        expected = 10_000 * min(month + 1, 14) + (5_000 if month >= 14 else 0)
        assert treasury.balance(account) == budget.spendable_fen("wages", month, 1.0) == expected
    assert budget.pace_fen("wages", 3) == 10_000
    assert budget.lines["wages"].budgeted_fen == 145_000


def test_a_line_appropriates_only_the_months_that_it_is_in_force() -> None:
    budget, _ = _budget()
    budget.open("a", 120_000, 0, 15)
    for month in range(30):
        budget.release(month, Levers())
    assert budget.lines["a"].budgeted_fen == 120_000 + 30_000


def test_what_waits_lapses_when_the_line_ends_and_what_is_there_stays() -> None:
    budget, treasury = _budget()
    account = budget.open("a", 120_000, 0, 100)
    for month in range(14):
        budget.release(month, Levers())
    budget.close("a", 14)
    for month in range(14, 40):
        budget.release(month, Levers())
    assert treasury.balance(account) == 72_000


def test_a_line_opened_again_in_force_keeps_its_calendar() -> None:
    budget, _ = _budget()
    budget.open("a", 120_000, 0, 100)
    budget.release(0, Levers())
    budget.open("a", 240_000, 6, 100)
    budget.release(6, Levers())
    assert budget.lines["a"].budgeted_fen == 120_000
    budget.release(12, Levers())
    assert budget.lines["a"].budgeted_fen == 360_000


def test_a_call_may_commit_what_its_part_of_the_year_has_brought() -> None:
    budget, treasury = _budget()
    account = budget.open("a", 120_000, 0, 100)
    budget.release(0, Levers([("execution_rate", 1.0), ("allocation_delay_months", 0)]))
    assert budget.spendable_fen("a", 0, 6) == 60_000
    treasury.transfer(account, OUTSIDE, 50_000, "first call", 0)
    assert budget.spendable_fen("a", 0, 6) == 10_000
    assert budget.spendable_fen("a", 6, 6) == 70_000
    assert budget.spendable_fen("a", 40, 6) == 70_000
    assert budget.spendable_fen("a", 0, 12) == 70_000


def test_pace_is_a_twelfth_of_the_last_years_releases() -> None:
    budget, _ = _budget()
    budget.open("a", 120_000, 0, 12)
    for month in range(25):
        budget.release(month, Levers())
        expected = 6_000 if 9 <= month < 21 else 0
        assert budget.pace_fen("a", month) == expected, month


def test_a_negative_line_is_refused() -> None:
    budget, _ = _budget()
    with pytest.raises(ModelError, match="'a' of -1 fen a year is negative"):
        budget.open("a", -1, 0, 12)
