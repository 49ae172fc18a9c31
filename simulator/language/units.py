"""Units: a yearly rate is a monthly hazard times twelve, a yuan is a hundred fen, a density is per 10,000 residents."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MONTHS_PER_YEAR = 12
FEN_PER_YUAN = 100
RESIDENTS_PER_DENSITY_UNIT = 10_000
FTE_HOURS_PER_MONTH = 140.0
"""Working hours of one full-time equivalent in a month (assumption)."""


def per_month(rate_per_year: float | NDArray[np.float64]) -> float | NDArray[np.float64]:
    """A hazard per year as a hazard per month (hazards add, so they divide)."""
    return rate_per_year / MONTHS_PER_YEAR


def probability(hazard: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probability that something with this hazard happens at least once: 1 - exp(-H)."""
    return -np.expm1(-hazard)


def fen(yuan: float) -> int:
    """Yuan as whole fen, the nearest (half to even)."""
    return round(yuan * FEN_PER_YUAN)


def yuan(fen: int | np.int64) -> float:
    """Fen as yuan."""
    return int(fen) / FEN_PER_YUAN


def per_10000(count: float, residents: float) -> float:
    """A count as a density per 10,000 residents."""
    return count / residents * RESIDENTS_PER_DENSITY_UNIT
