"""Needs, coverage and satisfaction.

    need of a domain      = hours_per_resident * sum over residents of weight(age, domain) * (elderly_factor from 60 on)
    coverage of a domain  = 1 - exp(-(1 + match) * hours / need),   match the lever need_match
    satisfaction now      = sum over domains of need share * ((1 - q)*coverage + q*quality),   q = quality_weight
    satisfaction          = its exponential mean over `memory_months`

in a community and month; hours are those of bodies, quality the capability of those at work. Coverage with diminishing
returns is model form; the weights and values are assumptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.city.residents import AGE_BANDS, HOUSING, Residents

DOMAIN_WEIGHTS: Final = np.array(
    [  # charity, daily life, community affairs, culture and sport
        [0.15, 0.25, 0.10, 0.50],  # under 18
        [0.10, 0.30, 0.25, 0.35],  # 18-34
        [0.15, 0.35, 0.25, 0.25],  # 35-59
        [0.30, 0.35, 0.10, 0.25],  # 60 and over
    ]
)
"""What a resident of each age band needs of each domain, rows sum to 1 (assumption)."""
HOUSING_NEED: Final = np.array([1.1, 1.0, 1.2, 0.8, 0.9, 1.1])
"""Need by housing: affordable and old estates more, high-end estates less (assumption)."""


def needs(residents: Residents, parameters: Mapping[str, float]) -> NDArray[np.float64]:
    """Hours a month that residents could use, by community and domain, (n_communities, 4)."""
    community = np.repeat(np.arange(residents.n_communities), np.diff(residents.first))
    ages, housings = len(AGE_BANDS), len(HOUSING)
    joint = np.bincount(
        (community * ages + residents.age_band) * housings + residents.housing,
        minlength=residents.n_communities * ages * housings,
    ).reshape(residents.n_communities, ages, housings)
    elderly = np.where(np.arange(ages) == ages - 1, parameters["elderly_factor"], 1.0)
    weighted = np.einsum("cah,h,a->ca", joint, HOUSING_NEED, elderly)
    return np.asarray(parameters["hours_per_resident"] * weighted @ DOMAIN_WEIGHTS)


def coverage(
    hours: NDArray[np.float64], need: NDArray[np.float64], match: float | NDArray[np.float64] = 0.0
) -> NDArray[np.float64]:
    """Share of need met, by community and domain, both (n_communities, 4) (or of any shape)."""
    return np.asarray(-np.expm1(-(1 + match) * hours / np.maximum(need, 1e-9)))


def satisfaction_now(
    covered: NDArray[np.float64], need: NDArray[np.float64], quality: NDArray[np.float64], quality_weight: float
) -> NDArray[np.float64]:
    """This month's satisfaction, (n_communities,)."""
    shares = need / np.maximum(need.sum(axis=1, keepdims=True), 1e-9)
    return np.asarray((1 - quality_weight) * (shares * covered).sum(axis=1) + quality_weight * quality)


def remember(old: NDArray[np.float64], now: NDArray[np.float64], memory_months: float) -> NDArray[np.float64]:
    """The exponential mean, a month later, (n_communities,)."""
    return np.asarray(old + (now - old) * -np.expm1(-1 / memory_months))
