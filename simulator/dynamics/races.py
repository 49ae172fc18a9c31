"""Many small exponential races at once: one winner in each.

Candidate i of a race arrives at -ln(u_i) / w_i, u_i a die keyed by (race, candidate); the first to arrive wins, so that the
chances are proportional to the weights, and one candidate more changes a race only by winning it (`streams.race` is the
same law for one race with several winners).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""Odd, so that multiplying by it loses nothing."""


def pair_identity(of_race: NDArray[np.uint64], of_candidate: NDArray[np.integer]) -> NDArray[np.uint64]:
    """The identity of a (race, candidate) pair, for a keyed die; a column's words wrap around. (m,), (m,) -> (m,)."""
    return of_race ^ (of_candidate.astype(np.uint64) * _SPREAD)


def arrivals(dice: NDArray[np.float64], weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """When each candidate arrives, (m,); never, if its weight is 0. All weigh the same if no weights are given."""
    if weights is None:
        return -np.log(dice)
    with np.errstate(divide="ignore"):
        return np.where(weights > 0, -np.log(dice) / weights, np.inf)


def winners(race: NDArray[np.intp], arrival: NDArray[np.float64], n_races: int) -> NDArray[np.intp]:
    """The position of the first to arrive in each race, (n_races,); -1 where nobody ever arrives.

    race, arrival (m,): the race that a candidate runs in, 0 to n_races - 1, and when it arrives.
    """
    earliest = np.full(n_races, np.inf)
    np.minimum.at(earliest, race, arrival)
    won = ((arrival == earliest[race]) & (arrival < np.inf)).nonzero()[0]
    first = np.full(n_races, -1, np.intp)
    first[race[won][::-1]] = won[::-1]  # should several arrive at once: of values for one place the last stays
    return first


def paired(of_race: NDArray[np.integer], group: NDArray[np.integer]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """All (race, candidate) pairs in which both belong to the same group.

    of_race (r,) is the group of each race, `group` (m,) that of each candidate, ascending; returns race and candidate
    positions, two arrays of the same length.
    """
    first = group.searchsorted(of_race)
    sizes = group.searchsorted(of_race, side="right") - first
    race = np.arange(of_race.size).repeat(sizes)
    begins = sizes.cumsum() - sizes
    return race, np.arange(race.size) + (first - begins)[race]
