"""Differences between two policies in the same luck.

Replicate r of policy A and replicate r of policy B met the same dice, so that what they share cancels in `a_r - b_r`.
The pairs are independent of one another; the interval of their mean is Student's (argued in `docs/statistics.md`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from simulator.language.labels import Better

CONFIDENCE = 0.95
BAND = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """What n pairs say of a difference; a number that they cannot give is empty (NaN)."""

    diff: float
    """Mean of the differences a - b."""
    se: float
    """Standard error of that mean."""
    low: float
    high: float
    """Student's 95 % interval of the mean difference."""
    p_better: float
    """Share of pairs in which a is better, ties half: the chance that a is better in one replicate, in the same luck."""
    n_pairs: int
    variance_reduction: float
    """Variance of a - b if the two had met different luck, over the variance of the paired difference."""
    spread_low: float
    spread_high: float
    """5 % and 95 % quantile of single-pair differences."""


def interval_of_mean(sample: NDArray[np.float64]) -> tuple[float, float, float]:
    """Standard error and Student's 95 % interval of the mean of a sample (n,); empty for fewer than two."""
    n = sample.size
    if n < 2:
        return np.nan, np.nan, np.nan
    mean, se = float(sample.mean()), float(sample.std(ddof=1) / np.sqrt(n))
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, n - 1)) * se
    return se, mean - half, mean + half


def paired(a: NDArray[np.float64], b: NDArray[np.float64], better: Better) -> PairedDifference:
    """Compare a with b, both (n,), pair by pair; pairs with an empty side are left out."""
    whole = ~(np.isnan(a) | np.isnan(b))
    a, b = a[whole], b[whole]
    if a.size == 0:
        return PairedDifference(*(np.nan,) * 5, 0, *(np.nan,) * 3)
    differences = a - b
    se, low, high = interval_of_mean(differences)
    spread_low, spread_high = np.quantile(differences, BAND)
    return PairedDifference(
        diff=float(differences.mean()),
        se=se,
        low=low,
        high=high,
        p_better=share_better(differences, better),
        n_pairs=int(a.size),
        variance_reduction=variance_reduction(a, b),
        spread_low=float(spread_low),
        spread_high=float(spread_high),
    )


def share_better(differences: NDArray[np.float64], better: Better) -> float:
    """Share of differences on the better side, ties half; for `neither` the share of more. (n,) -> number."""
    gains = -differences if better == "less" else differences
    return float(np.mean((gains > 0) + 0.5 * (gains == 0)))


def variance_reduction(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """(var a + var b) / var(a - b): infinite if the difference never varies, empty if nothing does. (n,), (n,)."""
    if a.size < 2:
        return np.nan
    unpaired, together = float(a.var(ddof=1) + b.var(ddof=1)), float((a - b).var(ddof=1))
    if together == 0:
        return np.inf if unpaired > 0 else np.nan
    return unpaired / together
