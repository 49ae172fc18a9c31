"""A number held against its criterion: met, not met, or not told apart from it.

The number is a function of tallies, taken at their means over the replicates; its standard error is the jackknife's: every
replicate is left out in turn (Efron and Stein 1981),

    se^2 = (R - 1) / R * sum over r of (number without r - mean of these)^2

A bound that lies within t * se of the number (95 %, R - 1 degrees of freedom) leaves the question open.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from scipy.special import stdtrit

CONFIDENCE: Final = 0.95

Tallies = Mapping[str, float]
"""What one observer counted in one run, by name."""
Seen = Mapping[str, Tallies]
"""The tallies of each world of one replicate, or their means over replicates."""


class Verdict(StrEnum):
    """What a number says about its criterion."""

    MET = "met"
    NOT_MET = "not_met"
    OPEN = "open"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which values a number meets its criterion, ends included."""

    low: float = -math.inf
    high: float = math.inf

    def judge(self, number: float, reach: float) -> Verdict:
        """The verdict on a number that is known up to `reach` either way; open if either is not a number."""
        if not (math.isfinite(number) and math.isfinite(reach)):
            return Verdict.OPEN
        if reach > 0 and any(abs(number - bound) <= reach for bound in (self.low, self.high)):
            return Verdict.OPEN
        return Verdict.MET if self.low <= number <= self.high else Verdict.NOT_MET


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its standard error (not a number with a single replicate) and the replicates behind it."""

    number: float
    se: float
    replicates: int

    @property
    def reach(self) -> float:
        """Half of the 95 % interval."""
        if self.replicates < 2:
            return math.nan
        return float(stdtrit(self.replicates - 1, (1 + CONFIDENCE) / 2)) * self.se


def estimate(number: Callable[[Seen], float], replicates: Sequence[Seen]) -> Estimate:
    """The number at the mean tallies, and its jackknife standard error."""
    value, n = number(mean_of(replicates)), len(replicates)
    if n < 2:
        return Estimate(value, math.nan, n)
    without = np.array([number(mean_of([*replicates[:left], *replicates[left + 1 :]])) for left in range(n)])
    return Estimate(value, float(np.sqrt((n - 1) / n * np.sum((without - without.mean()) ** 2))), n)


def mean_of(replicates: Sequence[Seen]) -> Seen:
    """Mean tallies over replicates; what one of them did not count is 0 there."""
    return {
        world: {
            name: math.fsum(seen[world].get(name, 0.0) for seen in replicates) / len(replicates)
            for name in sorted({name for seen in replicates for name in seen[world]})
        }
        for world in replicates[0]
    }


def shown(value: float, specification: str) -> str:
    """A number of a remark; a dash if there is none."""
    return "–" if math.isnan(value) else format(value, specification).replace("-", "−")


def ratio(part: float, whole: float) -> float:
    """part / whole; not a number if there is no whole."""
    return part / whole if whole else math.nan
