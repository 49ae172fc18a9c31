"""Who lives in each home at the start.

A community has estates of about ESTATE_RESIDENTS residents; the first is of the community's main housing, the others are with
probability MAIN_HOUSING_SHARE, else of any housing by the district's shares. Households fill an estate one after another.
Class, stage and acquaintance come from the stationary law of the home's housing (dynamics/ladder.py), so that the status quo
stands still. A community draws from a stream of its own: it has the same residents at every scale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.city.layout import Layout
from simulator.city.residents import (
    HOUSING,
    N_CLASSES,
    N_STAGES,
    Residents,
    StartingLaw,
)
from simulator.language.streams import Streams

if TYPE_CHECKING:
    from simulator.documents.district import District

ESTATE_RESIDENTS = 1500
"""Residents of an estate (assumption)."""
MAIN_HOUSING_SHARE = 0.7
"""Chance that another estate is of the community's main housing (assumption)."""


def settle(layout: Layout, district: District, law: StartingLaw, streams: Streams) -> Residents:
    """Residents of the built communities, in columns."""
    first = np.concatenate([[0], np.cumsum(layout.residents)]).astype(np.int64)
    residents = Residents(first, layout.street)
    shares = np.array([district.housing_shares.values[name] for name in HOUSING])
    p_head = district.households.value / district.residents.value
    state_steps = np.cumsum(law.state.transpose(1, 0, 2, 3).reshape(len(HOUSING), -1) / N_CLASSES, axis=1)
    state_cells, state_known = _states()
    age_steps = np.cumsum(law.age_bands)[:-1]
    for community, number in enumerate(layout.number):
        rng = streams.generator("residents at the start", int(number))
        homes = residents.homes(community)
        n = homes.stop - homes.start
        housing = estates(n, int(layout.main_housing[community]), shares, rng)
        residents.housing[homes] = housing
        die = rng.random(n)
        for kind in np.unique(housing):
            here = np.flatnonzero(housing == kind)
            state = np.minimum(np.searchsorted(state_steps[kind], die[here], side="right"), state_cells.size - 1)
            residents.cell[here + homes.start] = state_cells[state]
            residents.acquainted[here + homes.start] = state_known[state]
        residents.age_band[homes] = bands(age_steps, rng.random(n))
        adult = residents.age_band[homes] > 0
        residents.party_member[homes] = adult & (rng.random(n) < law.party_member / max(adult.mean(), 1e-9))
        residents.head[homes] = rng.random(n) < p_head
        residents.head[homes.start] = True
        residents.ever_volunteer[homes] = rng.random(n) < law.ever_volunteer[residents.stage(homes)]
    for street, number in enumerate(layout.street_number):
        _befriend(residents, street, streams.generator("friends", int(number)))
    residents.recount()
    return residents


def bands(steps: NDArray[np.float64], dice: NDArray[np.float64]) -> NDArray[np.uint8]:
    """How many of a few steps each die has reached, (n,): for so few, comparing beats searching."""
    reached = np.zeros(dice.size, np.uint8)
    for step in steps.tolist():
        reached += dice >= step
    return reached


def estates(residents: int, main: int, shares: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The housing of each resident of a community, estate by estate, (residents,)."""
    n_estates = max(1, round(residents / ESTATE_RESIDENTS))
    other = rng.random(n_estates) >= MAIN_HOUSING_SHARE
    other[0] = False
    drawn = np.minimum(np.searchsorted(np.cumsum(shares), rng.random(n_estates), side="right"), len(HOUSING) - 1)
    kinds = np.where(other, drawn, main)
    edges = np.linspace(0, residents, n_estates + 1).astype(int)
    return np.repeat(kinds, np.diff(edges)).astype(np.uint8)


def _states() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Cell and acquaintance of each of the 160 states, in the order (class, stage, acquainted)."""
    disposition, stage, known = np.meshgrid(np.arange(N_CLASSES), np.arange(N_STAGES), (0, 1), indexing="ij")
    return (16 * stage + disposition).astype(np.uint8).ravel(), known.astype(np.bool_).ravel()


def _befriend(residents: Residents, street: int, rng: np.random.Generator) -> None:
    """A random matching within a street: everybody has one friend, and is that friend's; an odd one out has none."""
    begin, end = int(residents.street_first[street]), int(residents.street_first[street + 1])
    shuffled = (rng.permutation(end - begin) + begin).astype(np.int32)
    pairs = shuffled[: 2 * (shuffled.size // 2)].reshape(-1, 2)
    residents.friend[pairs[:, 0]] = pairs[:, 1]
    residents.friend[pairs[:, 1]] = pairs[:, 0]
