"""What one more active organisation or participant costs: a ratio of means over replicates.

A mean of ratios would be ruled by the replicates in which hardly anything was gained; the ratio of means is not. It is
empty unless the gain is told apart from nothing (the 95 % interval of the mean gain lies above 0): the price of a gain
that may not exist is not a number.

Intervals: Fieller's for one ratio (Fieller 1954), the jackknife with Student's quantile for the difference of two
(Miller 1974); both are argued in `docs/statistics.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from simulator.results.pairing import CONFIDENCE, interval_of_mean

COST = "spending_total_yuan"
GAINS: Final = {
    "yuan_per_added_active_organization": "active_count",
    "yuan_per_added_participant": "participation_rate",
}
"""The gain of each ratio; a share of residents is multiplied by the district's residents."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of means with its 95 % interval; empty (NaN) when the gain may be nothing."""

    value: float
    low: float
    high: float


EMPTY: Final = Ratio(np.nan, np.nan, np.nan)


def ratio_of_means(cost: NDArray[np.float64], gain: NDArray[np.float64]) -> Ratio:
    """mean(cost) / mean(gain) over replicates, both (n,), with Fieller's interval."""
    whole = ~(np.isnan(cost) | np.isnan(gain))
    cost, gain = cost[whole], gain[whole]
    if not gained(gain):
        return EMPTY
    n, x, y = gain.size, float(cost.mean()), float(gain.mean())
    covariance = np.cov(cost, gain, ddof=1) / n
    square = float(stats.t.ppf(0.5 + CONFIDENCE / 2, n - 1)) ** 2
    # The interval is the set of r for which (x - r y)^2 <= t^2 var(x - r y): a quadratic in r that opens upward, since
    # the gain's own interval excludes 0.
    a = y * y - square * covariance[1, 1]
    b = x * y - square * covariance[0, 1]
    c = x * x - square * covariance[0, 0]
    root = float(np.sqrt(max(b * b - a * c, 0.0)))
    return Ratio(x / y, float((b - root) / a), float((b + root) / a))


def difference_of_ratios(
    cost_a: NDArray[np.float64], gain_a: NDArray[np.float64], cost_b: NDArray[np.float64], gain_b: NDArray[np.float64]
) -> tuple[float, float, float, float]:
    """Ratio a minus ratio b, all (n,) in the same replicates: difference, standard error, low, high."""
    columns = np.stack([cost_a, gain_a, cost_b, gain_b])
    columns = columns[:, ~np.isnan(columns).any(axis=0)]
    if not (gained(columns[1]) and gained(columns[3])):
        return np.nan, np.nan, np.nan, np.nan
    n = columns.shape[1]
    sums = columns.sum(axis=1)
    whole = sums[0] / sums[1] - sums[2] / sums[3]
    rest = sums[:, None] - columns
    without_one = rest[0] / rest[1] - rest[2] / rest[3]
    pseudo = n * whole - (n - 1) * without_one
    se, low, high = interval_of_mean(pseudo)
    centre = float(whole - pseudo.mean())  # the interval stands around the ratio itself, not its bias-corrected twin
    return float(whole), se, low + centre, high + centre


def gained(gain: NDArray[np.float64]) -> bool:
    """Whether the mean gain (n,) is told apart from nothing: at least two replicates, and an interval above 0."""
    _, low, _ = interval_of_mean(gain)
    return low > 0
