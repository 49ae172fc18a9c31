"""What a document may say: levers, programmes and the quantities that both accept.

A *lever* is a named quantity of the model that an instrument moves; a *programme* is an institution's process with
calendar, money, hours and queues. Both are declared here as words, and given their meaning in `dynamics`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Combination = Literal["add", "multiply", "union", "set"]
"""How several movements of one lever stack: sum, product, 1 - (1-p)(1-q), or one only (two different ones are refused)."""

Title = Mapping[str, str]
"""A text in English and Chinese: {"en": ..., "zh": ...}."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that a document may give: its unit, the bounds it must lie in, and its default (None: required)."""

    unit: str
    low: float
    high: float
    default: float | None
    title: Title
    whole: bool = False
    extensive: bool = False
    """An amount of the whole district (money, places, posts): a part-built district gets its share."""
    grows_when: Mapping[str, str] | None = None
    """It grows with a policy's money, when budgets are made equal, where the programme is told these words ({}: always).

    For what more money would otherwise pile up at: a cap, a limit, posts that another line's money pays. An extensive
    amount grows anyway with the money of its own programme; prices, awards, shares and durations never do.
    """


    price_when: Mapping[str, str] | None = None
    """The price of one whole unit of what the money buys, where the programme is told these words ({}: always)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A word that a document may give, out of a few."""

    options: tuple[str, ...]
    default: str | None
    title: Title


@dataclass(frozen=True, slots=True)
class Lever:
    """A named quantity of the model: unit, neutral value, bounds, and how several movements combine."""

    name: str
    unit: str
    neutral: float
    low: float
    high: float
    combine: Combination
    title: Title
    moves: str
    """The hazard or measure that it moves, and the direction, in words."""


@dataclass(frozen=True, slots=True)
class ProgrammeSignature:
    """A programme's name and what it must be told."""

    name: str
    title: Title
    inputs: Mapping[str, Quantity | Choice]
    summary: str = ""
    buys: tuple[Title, ...] = ()
    """The units of what its money buys, the one that a price is told for first: events, contracts, post-months."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every lever and programme that a document may name."""

    levers: Mapping[str, Lever] = field(default_factory=dict)
    programmes: Mapping[str, ProgrammeSignature] = field(default_factory=dict)
