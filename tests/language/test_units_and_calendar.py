"""Units and months: what a number means, and when."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.language import units
from simulator.language.calendar import Month, months_from_start

MONTHS = st.builds(Month, st.integers(1949, 2149), st.integers(1, 12))


@given(MONTHS, st.integers(-600, 600))
def test_months_add_and_subtract(month: Month, later: int) -> None:
    assert (month + later) - month == later
    assert 1 <= (month + later).month <= 12
    assert (month + later > month) == (later > 0)


@given(MONTHS)
def test_a_month_is_read_as_it_is_written(month: Month) -> None:
    assert Month.parse(str(month)) == month


@pytest.mark.parametrize(
    ("text", "number"),
    [("start", 0), ("start+6m", 6), ("start + 2y", 24), ("2018-07", 6), ("2017-11", -2), ("2020-01", 24), (" start+0m ", 0)],
)
def test_dates_count_from_the_start(text: str, number: int) -> None:
    assert months_from_start(text, Month(2018, 1)) == number


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2018-13", "month 13 is not between 01 and 12"), ("2018-00", "month 00|month 0 "), ("1800-01", "year 1800"),
        ("2018-1", "write start, start"), ("start-6m", "write start"), ("start+6", "write start"), ("", "is not a date"),
    ],
)  # fmt: skip
def test_impossible_dates_are_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        months_from_start(text, Month(2018, 1))


def test_a_month_alone_is_not_relative() -> None:
    with pytest.raises(ValueError, match="write it as 2018-01"):
        Month.parse("start")


@given(st.integers(-(10**15), 10**15))
def test_fen_survive_as_yuan(amount: int) -> None:
    assert units.fen(units.yuan(amount)) == amount


def test_hazards() -> None:
    assert units.per_month(1.2) == pytest.approx(0.1)
    hazards = np.array([0.0, 1e-12, 0.1, 50.0])
    assert units.probability(hazards) == pytest.approx([0.0, 1e-12, 1 - np.exp(-0.1), 1.0], rel=1e-11, abs=0)
    twice = 1 - (1 - units.probability(hazards)) ** 2
    assert units.probability(2 * hazards) == pytest.approx(twice, rel=1e-3)
    assert units.per_10000(271, 1_000_000) == pytest.approx(2.71)
