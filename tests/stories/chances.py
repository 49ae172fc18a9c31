"""How likely a true expectation is to fail with other seeds.

With its seed fixed a story always ends alike. The rate that the suite states is about the luck in that seed: had another one
been written down, would the story, being right, have failed? An expectation fails only if the mean over its pairs lies on
the wrong side of a bound. Of n pairs with mean m and standard deviation s, those of another seed have a mean m' with

    (m' - m) / (s * sqrt(2 / n))  ~  Student's t with n - 1 degrees of freedom

so the chance that m' lies on the wrong side of a bound b, when m lies on the right one, is T(-|m - b| / (s * sqrt(2 / n))).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

FALSE_ALARM: Final = 1e-3
"""Of the whole suite."""
MOST_OUTCOMES: Final = 200
"""So many expectations over pairs share it alike: a test counts them."""
ALLOWED: Final = FALSE_ALARM / MOST_OUTCOMES
"""The most that one expectation over pairs may spend."""


def p_wrong_side(margins: NDArray[np.float64]) -> float:
    """The chance that another n pairs have a mean margin below 0, margins (n,): how far each pair is on the right side."""
    n, mean, sd = margins.size, float(margins.mean()), float(margins.std(ddof=1))
    if sd <= 1e-12 * max(abs(mean), 1e-300):
        return 0.0 if mean >= 0 else 1.0
    return float(stats.t.cdf(-mean / (sd * np.sqrt(2 / n)), n - 1))
