"""Whole things shared in proportion: Hamilton's method of largest remainders."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def by_largest_remainder(things: int, weights: NDArray[np.int64]) -> list[int]:
    """So many whole things among places by weight, (n,) -> n numbers that sum to `things`; ties to the first."""
    exact = things * weights / weights.sum()
    whole = np.floor(exact).astype(np.int64)
    most = np.argsort(-(exact - whole), kind="stable")
    whole[most[: things - int(whole.sum())]] += 1
    return [int(n) for n in whole]
