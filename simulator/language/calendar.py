"""Months: a calendar month is `2018-01`, the model's clock counts months from the scenario's start.

>>> start = Month.parse("2018-01")
>>> start + 14
Month(year=2019, month=3)
>>> (start + 14) - start
14
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.language.units import MONTHS_PER_YEAR

_CALENDAR = re.compile(r"(\d{4})-(\d{2})")
_RELATIVE = re.compile(r"start(?:\s*\+\s*(\d+)\s*([my]))?")

RELATIVE_OR_CALENDAR = "start, start+6m, start+2y or a calendar month such as 2018-07"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read `YYYY-MM`; ValueError says what was wrong."""
        match = _CALENDAR.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"'{text}' is not a month; write it as 2018-01")
        year, month = int(match[1]), int(match[2])
        if not 1 <= month <= MONTHS_PER_YEAR:
            raise ValueError(f"'{text}' is an impossible date: month {month} is not between 01 and 12")
        if not 1949 <= year <= 2149:
            raise ValueError(f"'{text}' is an impossible date: year {year} is not between 1949 and 2149")
        return cls(year, month)

    def __add__(self, months: int) -> Month:
        years, month = divmod(self.month - 1 + months, MONTHS_PER_YEAR)
        return Month(self.year + years, month + 1)

    def __sub__(self, other: Month) -> int:
        return (self.year - other.year) * MONTHS_PER_YEAR + self.month - other.month

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def months_from_start(text: str, start: Month) -> int:
    """The month number of `start`, `start+6m`, `start+2y` or `2018-07`, counted from `start`.

    May be negative for a calendar month before the start; ValueError says what was wrong.
    """
    match = _RELATIVE.fullmatch(text.strip())
    if match is None:
        try:
            return Month.parse(text) - start
        except ValueError as error:
            if _CALENDAR.fullmatch(text.strip()):
                raise
            raise ValueError(f"'{text}' is not a date; write {RELATIVE_OR_CALENDAR}") from error
    number = int(match[1] or 0)
    return number * (MONTHS_PER_YEAR if match[2] == "y" else 1)
