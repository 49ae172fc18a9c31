"""The register of volunteers: who reaches stage 3 goes on it; who no longer volunteers is struck off in time.

    chance of being struck off in a month, below stage 3:     sigma = f * (1 - q) / below

f the monthly flow from stage 2 to 3, q the share of stage 2 that is on the register, `below` the share of residents below
stage 3 that is on it, all at the start and as shares of residents: so the register stands still while volunteering does.
Registered volunteers are another measure than active ones (stage >= 3). Model form; sigma follows from the district's shares.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from simulator.city.residents import N_CLASSES, Residents, Stage
from simulator.language.streams import Streams

VOLUNTEER_STAGE = int(Stage.VOLUNTEER)
VOLUNTEER_CELL = VOLUNTEER_STAGE * N_CLASSES


def shares_on_register(
    stage_shares: NDArray[np.float64], upward: NDArray[np.float64], striking: float
) -> NDArray[np.float64]:
    """The shares on the register by stage at rest, (5,), 1 from stage 3 on, if so many below are struck off in a month.

    stage_shares (5,) of residents; upward (5,) the share of all residents that climbs from each stage in a month.
    """
    n0, n1, n2 = striking * stage_shares[:3]
    f1, f2, f3 = upward[:3]
    balance = np.array([[n0 + f1, -f1, 0.0], [-f1, n1 + f1 + f2, -f2], [0.0, -f2, n2 + f2 + f3]])
    return np.append(np.linalg.solve(balance, [0.0, 0.0, f3]), [1.0, 1.0])


def register_at_rest(
    stage_shares: NDArray[np.float64], upward: NDArray[np.float64], registered_share: float
) -> NDArray[np.float64]:
    """The shares on the register by stage, (5,), at which `registered_share` of all residents stay on it.

    Nobody below stage 3 is on it if the district registers no more than volunteer.
    """
    only_volunteers = np.array([0.0, 0.0, 0.0, 1.0, 1.0])
    if registered_share <= only_volunteers @ stage_shares:
        return only_volunteers

    def excess(log_striking: float) -> float:
        return float(shares_on_register(stage_shares, upward, float(np.exp(log_striking))) @ stage_shares - registered_share)

    if excess(0.0) > 0:  # who slipped this month is more than are to be on it: nobody stays on it for a second month
        return shares_on_register(stage_shares, upward, 1.0)
    return shares_on_register(stage_shares, upward, float(np.exp(brentq(excess, -30.0, 0.0, xtol=1e-12))))


def striking_chance(climbing: float, registered_of_participants: float, registered_below: float) -> float:
    """sigma, at most 1; 0 if nobody below stage 3 is on the register."""
    if registered_below <= 0:
        return 0.0
    return min(climbing * (1 - registered_of_participants) / registered_below, 1.0)


def strike_off(residents: Residents, chance: float, streams: Streams, month: int) -> None:
    """Strike off this month those on the register below stage 3 whose keyed die is below `chance`."""
    homes = (residents.ever_volunteer & (residents.cell < VOLUNTEER_CELL)).nonzero()[0]
    struck = homes[streams.dice("register", month, homes) < chance]
    residents.ever_volunteer[struck] = False
    residents.ever_count -= residents.tally(struck)
