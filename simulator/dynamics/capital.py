"""Capital: what a body's people could raise for a registration.

    means_i ~ lognormal(median, sd of the log)

lasting, as people's means are; what they can raise just now varies around it (registration.py). Median and spread:
assumptions (parameters `founding.means_*`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simulator.dynamics.setting import Setting


def draw_means(setting: Setting, dice: NDArray[np.float64]) -> NDArray[np.float64]:
    """The capital [yuan] that a body's people could raise, at these dice. (n,) -> (n,)."""
    p = setting.parameters["founding"]
    return np.asarray(p["means_median_yuan"] * np.exp(p["means_sd_log"] * ndtri(dice)))
