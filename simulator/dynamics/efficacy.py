"""Efficacy: how far people see that speaking up changes something, in [0, 1], by community.

    de/dt = (gain * visible * follow + from_satisfaction * satisfaction) * (1 - e) - fade * e

`visible` events a month whose outcome people can see, `follow` the share of them followed by action (lever follow_through),
rates per month. It starts at its fixed point, so that it stands still while nothing is done differently. The month's step is
exact for constant rates. Gain 0.01 an event, fade 0.3 a year: assumptions.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from simulator.language.units import MONTHS_PER_YEAR

VISIBLE_OF_OWN_EVENTS = 0.05
"""Share of the events of bodies, committees and stations whose outcome can be seen (assumption)."""


def gain_per_month(
    visible: NDArray[np.float64], follow_through: float, satisfaction: NDArray[np.float64],
    parameters: Mapping[str, float],
) -> NDArray[np.float64]:  # fmt: skip
    """The rate of gaining, (n_communities,); `follow_through` with the lever."""
    return (
        parameters["gain_per_event"] * visible * min(max(follow_through, 0.0), 1.0)
        + parameters["from_satisfaction"] / MONTHS_PER_YEAR * satisfaction
    )


def resting_efficacy(gain: NDArray[np.float64], fade_per_year: float) -> NDArray[np.float64]:
    """The fixed point, (n_communities,)."""
    return gain / (gain + fade_per_year / MONTHS_PER_YEAR)


def advance(efficacy: NDArray[np.float64], gain: NDArray[np.float64], fade_per_year: float) -> NDArray[np.float64]:
    """A month later, (n_communities,)."""
    rate = gain + fade_per_year / MONTHS_PER_YEAR
    rest = gain / rate
    return rest + (efficacy - rest) * np.exp(-rate)
