"""The price of a gain: Fieller's interval, the jackknife, and when there is no price."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulator.results.ratios import difference_of_ratios, ratio_of_means

TRIALS, N = 2_000, 12


def bounds() -> tuple[float, float]:
    """Binomial bounds of the number of covered trials at a false-alarm rate of 1e-6, widened by what the method owes.

    Fieller's interval is exact for normal pairs; the jackknife is only nearly so, and is granted two points either way.
    """
    low, high = stats.binom.ppf([0.5e-6, 1 - 0.5e-6], TRIALS, 0.95)
    return low, high


def test_a_ratio_of_means_is_not_a_mean_of_ratios() -> None:
    cost, gain = np.full(4, 10.0), np.array([2.0, 3.0, 4.0, 5.0])
    assert ratio_of_means(cost, gain).value == pytest.approx(10 / 3.5)
    assert np.mean(cost / gain) > 10 / 3.5 + 0.3


def test_without_chance_the_interval_is_the_ratio() -> None:
    found = ratio_of_means(np.full(5, 30.0), np.full(5, 2.0))
    assert (found.value, found.low, found.high) == (15.0, 15.0, 15.0)


@pytest.mark.parametrize("gain", [[-1.0, 0.5, 1.0], [-5.0, -6.0, -5.5], [3.0], [np.nan, np.nan, 4.0]])
def test_no_price_where_the_gain_may_be_nothing(gain: list[float]) -> None:
    found = ratio_of_means(np.full(len(gain), 10.0), np.array(gain))
    assert np.isnan([found.value, found.low, found.high]).all()


def test_fiellers_interval_covers() -> None:
    """Covered trials are Binomial(2000, 0.95); false alarm 1e-6."""
    rng = np.random.default_rng(3)
    shared, x, y = rng.normal(size=(3, TRIALS, N))
    cost, gain = 100 + 10 * shared + 5 * x, 20 + 3 * shared + 3 * y
    found = [ratio_of_means(cost[t], gain[t]) for t in range(TRIALS)]
    low, high = bounds()
    assert low <= sum(one.low <= 5.0 <= one.high for one in found) <= high


def test_the_jackknifes_interval_covers() -> None:
    """Nominally 95 %; two points are granted for n = 12, beyond the binomial bounds of a false alarm of 1e-6."""
    rng = np.random.default_rng(4)
    shared, *own = rng.normal(size=(5, TRIALS, N))
    cost_a, gain_a, cost_b, gain_b = (
        mean * (1 + 0.05 * shared + 0.08 * one) for mean, one in zip((100, 20, 90, 30), own, strict=True)
    )
    truth = 100 / 20 - 90 / 30
    covered = 0
    for t in range(TRIALS):
        _, _, low, high = difference_of_ratios(cost_a[t], gain_a[t], cost_b[t], gain_b[t])
        covered += low <= truth <= high
    low_bound, high_bound = bounds()
    assert low_bound - 0.02 * TRIALS <= covered <= high_bound + 0.02 * TRIALS


def test_the_difference_of_a_ratio_to_itself_is_nothing() -> None:
    cost, gain = np.random.default_rng(2).normal(50, 1, (2, 9))
    diff, se, low, high = difference_of_ratios(cost, gain, cost, gain)
    assert (diff, se, low, high) == (0.0, 0.0, 0.0, 0.0)
    assert np.isnan(difference_of_ratios(cost, gain, cost, -gain)).all()
