"""Capital: what a body's people could raise for a registration.

    means_i(year) ~ lognormal(median, sd of the log), drawn anew every year

Donors come and go, so that a lack of money shuts nobody out for good: what registers in a year is a share of those who are
able, not the last of a few. Median 10,000 yuan, sd of the log 1.2: assumptions (parameters `founding.means_*`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simulator.dynamics.setting import Setting
from simulator.language.units import MONTHS_PER_YEAR


def draw_means(setting: Setting, dice: NDArray[np.float64]) -> NDArray[np.float64]:
    """The capital [yuan] that a body's people could raise, at these dice. (n,) -> (n,)."""
    p = setting.parameters["founding"]
    return np.asarray(p["means_median_yuan"] * np.exp(p["means_sd_log"] * ndtri(dice)))


def raise_capital(setting: Setting) -> None:
    """In the first month of a year: what every body's people could raise this year."""
    if setting.month % MONTHS_PER_YEAR == 0:
        organizations = setting.city.organizations
        organizations.means_yuan[:] = draw_means(
            setting, setting.streams.dice("capital", setting.month, organizations.identity)
        )
