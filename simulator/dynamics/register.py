"""The register of volunteers: who reaches stage 3 goes on it; who no longer volunteers is struck off in time.

    chance of being struck off in a month, below stage 3:     sigma = f * (1 - q) / below

f the monthly flow from stage 2 to 3, q the share of stage 2 that is on the register, `below` the share of residents below
stage 3 that is on it, all at the start and as shares of residents: so the register stands still while volunteering does.
Registered volunteers are another measure than active ones (stage >= 3). Model form; sigma follows from the district's shares.
"""

from __future__ import annotations

import numpy as np

from simulator.city.residents import N_CLASSES, Residents
from simulator.language.streams import Streams

VOLUNTEER_CELL = 3 * N_CLASSES


def striking_chance(climbing: float, registered_of_participants: float, registered_below: float) -> float:
    """sigma, at most 1; 0 if nobody below stage 3 is on the register."""
    if registered_below <= 0:
        return 0.0
    return min(climbing * (1 - registered_of_participants) / registered_below, 1.0)


def strike_off(residents: Residents, chance: float, streams: Streams, month: int) -> None:
    """Strike off this month those on the register below stage 3 whose keyed die is below `chance`."""
    homes = np.flatnonzero(residents.ever_volunteer & (residents.cell < VOLUNTEER_CELL))
    struck = homes[streams.dice("register", month, homes) < chance]
    residents.ever_volunteer[struck] = False
    np.subtract.at(residents.ever_count, residents.community_of(struck), 1)
