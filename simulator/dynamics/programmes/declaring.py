"""How a programme declares what it must be told: short forms of `Quantity` and `Choice`, and the inputs that many share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from simulator.language.vocabulary import Choice, Quantity


def quantity(
    unit: str,
    low: float,
    high: float,
    default: float | None,
    en: str,
    zh: str,
    *,
    whole: bool = False,
    extensive: bool = False,
    grows_when: Mapping[str, str] | None = None,
    price_when: Mapping[str, str] | None = None,
) -> Quantity:
    """A number with its unit, bounds and titles; a default of None makes it required."""
    return Quantity(unit, low, high, default, {"en": en, "zh": zh}, whole, extensive, grows_when, price_when)


def choice(options: tuple[str, ...], default: str | None, en: str, zh: str) -> Choice:
    """A word out of a few; a default of None makes it required."""
    return Choice(options, default, {"en": en, "zh": zh})


def money(default: float | None = None) -> Quantity:
    """The programme's budget line: yuan appropriated a year, of the whole district."""
    return quantity("yuan/year", 0, 1e10, default, "Annual budget", "年度预算", extensive=True)


def eligible(default: str) -> Choice:
    """The papers that a body must have to apply."""
    accepted = ("registered", "filed", "filed_or_registered", "any", "incubating")
    return choice(accepted, default, "Who may apply", "申请资格")


def payer() -> Choice:
    """Whose money fills the line."""
    return choice(("line", "donors"), "line", "Who pays: the district's line, or donors", "出资方")


def months(default: float, en: str, zh: str, low: float = 0, high: float = 120) -> Quantity:
    """A duration."""
    return quantity("months", low, high, default, en, zh)


def share(default: float, en: str, zh: str) -> Quantity:
    """A share or probability."""
    return quantity("share", 0, 1, default, en, zh)


def hours(default: float | None, en: str, zh: str) -> Quantity:
    """Working hours for one piece of work."""
    return quantity("hours", 0, 1e4, default, en, zh)


CALLS_PER_YEAR: Final = (0.1, 12.0)
"""Calls are at least a month apart, so that a month names a call."""


def calls_per_year(default: float, en: str = "Calls a year", zh: str = "每年申报次数") -> Quantity:
    """How often the door opens."""
    return quantity("per year", *CALLS_PER_YEAR, default, en, zh)


def first_call_months(default: float, en: str = "Months to the first call", zh: str = "首次申报时滞") -> Quantity:
    """Months from coming into force to the first call, at the earliest."""
    return quantity("months", 0, 120, default, en, zh)
