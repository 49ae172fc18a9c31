"""The arithmetic of pairs against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulator.results.pairing import interval_of_mean, paired, share_better, variance_reduction


def test_a_small_sample_by_hand() -> None:
    found = paired(np.array([3.0, 5.0, 10.0]), np.array([1.0, 2.0, 3.0]), "more")
    assert found.diff == 4.0  # differences 2, 3, 7
    assert found.se == pytest.approx(np.sqrt(7.0 / 3.0))
    assert (found.low, found.high) == pytest.approx(stats.ttest_rel([3, 5, 10], [1, 2, 3]).confidence_interval())
    assert found.p_better == 1.0
    assert found.n_pairs == 3


def test_a_policy_against_itself_is_exactly_nothing() -> None:
    sample = np.random.default_rng(1).normal(1e9, 3.3, 20)
    found = paired(sample, sample, "more")
    assert (found.diff, found.se, found.low, found.high, found.p_better) == (0.0, 0.0, 0.0, 0.0, 0.5)
    assert found.variance_reduction == np.inf


def test_pairs_with_an_empty_side_are_left_out() -> None:
    found = paired(np.array([1.0, np.nan, 4.0, 9.0]), np.array([0.0, 0.0, np.nan, 2.0]), "more")
    assert (found.diff, found.n_pairs) == (4.0, 2)
    nothing = paired(np.array([np.nan]), np.array([1.0]), "more")
    assert nothing.n_pairs == 0
    assert np.isnan(nothing.diff)


def test_one_pair_has_a_difference_and_no_interval() -> None:
    found = paired(np.array([2.0]), np.array([1.0]), "more")
    assert found.diff == 1.0
    assert np.isnan([found.se, found.low, found.high, found.variance_reduction]).all()


def test_better_follows_the_measure_and_ties_are_half() -> None:
    differences = np.array([-1.0, -2.0, 0.0, 3.0])
    assert share_better(differences, "more") == share_better(differences, "neither") == 0.375
    assert share_better(differences, "less") == 0.625


def test_variance_reduction_at_its_edges() -> None:
    assert np.isnan(variance_reduction(np.ones(5), np.ones(5)))
    assert variance_reduction(np.arange(5.0), np.arange(5.0) + 7) == np.inf
    assert np.isnan(interval_of_mean(np.array([1.0]))).all()


def test_variance_reduction_of_correlated_normals() -> None:
    """Closed form: equal variances and correlation rho give 1 / (1 - rho), here 5.

    With n = 20,000 pairs the two variances are independent chi-squares nearly enough that the estimate's relative standard
    deviation is at most sqrt(2/n) * 2 = 0.02; 0.11 is 5.5 of them: a false alarm in fewer than one seed of ten million.
    """
    rng, n, rho = np.random.default_rng(11), 20_000, 0.8
    a = rng.normal(size=n)
    b = rho * a + np.sqrt(1 - rho**2) * rng.normal(size=n)
    assert variance_reduction(a, b) == pytest.approx(1 / (1 - rho), rel=0.11)


@pytest.mark.parametrize("rho", [0.0, 0.9])
def test_the_interval_covers_the_true_difference(rho: float) -> None:
    """Student's interval is exact for normal pairs: covered trials are Binomial(4000, 0.95).

    Bounds at a false-alarm rate of 1e-6 per test, both sides together.
    """
    rng, trials, n, truth = np.random.default_rng(5), 4_000, 8, 2.0
    shared, a, b = rng.normal(size=(3, trials, n))
    x = truth + np.sqrt(rho) * shared + np.sqrt(1 - rho) * a
    y = np.sqrt(rho) * shared + np.sqrt(1 - rho) * b
    covered = 0
    for trial in range(trials):
        found = paired(x[trial], y[trial], "more")
        covered += found.low <= truth <= found.high
    low, high = stats.binom.ppf([0.5e-6, 1 - 0.5e-6], trials, 0.95)
    assert low <= covered <= high
