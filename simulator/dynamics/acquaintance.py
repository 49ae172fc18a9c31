"""Knowing the neighbours: made by contacts, lost by drifting apart and by moving.

Expected share known F of a community whose residents all take the home's hazards:

    F(t+1) = F(t) + p_acquaint * (1 - F(t)) - (p_drift + p_move) * F(t)

with the monthly chances of participation.py; its fixed point is p_acquaint / (p_acquaint + p_drift + p_move). `rho` is
solved so that the share stands still at the start (ladder.py). Source: tie formation and decay as in Preciado et al. 2012
and in studies of neighbourhood ties by months of residence; values are assumptions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.dynamics.participation import Event

_EVENTS = np.arange(len(Event))
_MADE = np.isin(_EVENTS, [Event.ACQUAINT])
_LOST = np.isin(_EVENTS, [Event.DRIFT, Event.MOVE])
"""By `Event`, (6,)."""



def knows_after(acquainted: NDArray[np.bool_], events: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Who knows the neighbours once this has happened to them; newcomers know nobody. (k,) each."""
    return np.asarray((acquainted | _MADE[events]) & ~_LOST[events])


def expected_share(share: float, acquaint: float, lose: float, months: int) -> NDArray[np.float64]:
    """The recursion above from `share`, with monthly chances of making and losing, (months + 1,)."""
    shares = np.empty(months + 1)
    shares[0] = share
    for month in range(months):
        shares[month + 1] = shares[month] + acquaint * (1 - shares[month]) - lose * shares[month]
    return shares
