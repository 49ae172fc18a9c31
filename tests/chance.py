"""Stochastic tests through one door: each states how often it may cry wolf while nothing is wrong."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

FALSE_ALARM = 1e-4
"""Of each assertion here, two-sided, unless it says otherwise."""


def assert_poisson(observed: int, mean: float, false_alarm: float = FALSE_ALARM) -> None:
    """A number of independent rare events is as expected."""
    p = 2 * min(stats.poisson.cdf(observed, mean), stats.poisson.sf(observed - 1, mean))
    assert p > false_alarm, f"{observed} events where {mean:.1f} were expected (p = {p:.2g})"


def assert_binomial(observed: int, n: int, chance: float, false_alarm: float = FALSE_ALARM) -> None:
    """A number of successes is as expected."""
    p = stats.binomtest(observed, n, chance).pvalue
    assert p > false_alarm, f"{observed} of {n} where {n * chance:.1f} were expected (p = {p:.2g})"


def assert_uniform(dice: ArrayLike, false_alarm: float = FALSE_ALARM) -> None:
    """Dice are uniform in (0, 1) (Kolmogorov and Smirnov)."""
    p = stats.kstest(np.asarray(dice), "uniform").pvalue
    assert p > false_alarm, f"not uniform (p = {p:.2g})"


def assert_mean(sample: ArrayLike, mean: float, bias: float = 0.0, false_alarm: float = FALSE_ALARM) -> None:
    """The mean of independent draws is as expected, up to a bias that the test argues (Student)."""
    values = np.asarray(sample, dtype=np.float64)
    error = values.std(ddof=1) / np.sqrt(values.size)
    allowed = stats.t.ppf(1 - false_alarm / 2, values.size - 1) * error + bias
    assert abs(values.mean() - mean) <= allowed, f"mean {values.mean():.5g}, expected {mean:.5g} within {allowed:.2g}"


def assert_multinomial(counts: ArrayLike, shares: ArrayLike, false_alarm: float = FALSE_ALARM) -> None:
    """Independent draws fall into classes as expected (Pearson); classes expected fewer than 5 times are pooled."""
    observed, law = np.ravel(np.asarray(counts, np.float64)), np.ravel(np.asarray(shares, np.float64))
    expected = law / law.sum() * observed.sum()
    assert not observed[expected == 0].any(), "a class that can't be was drawn"
    rare = expected < 5
    if expected[rare].sum() >= 5:
        observed = np.append(observed[~rare], observed[rare].sum())
        expected = np.append(expected[~rare], expected[rare].sum())
    else:
        observed, expected = observed[~rare], expected[~rare]
        expected = expected * observed.sum() / expected.sum()
    p = stats.chisquare(observed, expected).pvalue
    assert p > false_alarm, f"{observed.round(1).tolist()} where {expected.round(1).tolist()} were expected (p = {p:.2g})"


def assert_same_means(one: ArrayLike, other: ArrayLike, false_alarm: float = FALSE_ALARM) -> None:
    """Independent draws of some numbers, (n, k) and (m, k), have the same means (Welch; `false_alarm` of all k together)."""
    a, b = np.asarray(one, np.float64), np.asarray(other, np.float64)
    p = stats.ttest_ind(a, b, equal_var=False).pvalue
    least = int(np.argmin(p))
    assert p[least] > false_alarm / p.size, (
        f"number {least} of {p.size}: means {a[:, least].mean():.5g} and {b[:, least].mean():.5g} (p = {p[least]:.2g})"
    )
