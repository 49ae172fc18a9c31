"""The world in which the ways are set side by side: a town after Nankai whose institutions stand still.

Streets of some 80,000 residents and communities of some 5,500, as in the shipped district; shares, laws and coefficients
are the district's and the model's own, and numbers of persons and bodies are the district's for so many residents.
Nobody founds, ends or funds anything, so that communities do to their residents what they did at the start, month after month.

Which body a joiner chooses changes nobody's hazards, so that a way may keep membership as a flag: every community of
these towns has a body that can be joined.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator import catalogue
from simulator.city.organizations import Organizations
from simulator.city.residents import CONTACTS, N_STAGES, NEIGHBOURS_EACH_SIDE, Residents, StartingLaw
from simulator.documents.district import District
from simulator.dynamics import register, status_quo
from simulator.dynamics.beginning import Beginning, begin
from simulator.dynamics.numbers import Numbers
from simulator.dynamics.participation import Exposure, Ground
from simulator.language.errors import UserError
from simulator.language.streams import Streams

FEWEST: Final = 2_000
"""Residents of the smallest town; the smallest community of a district has some 2,000."""
OF_A_STREET: Final = 80_000
OF_A_COMMUNITY: Final = 5_500
"""Residents, as in Nankai."""
COUNTED: Final = ("households", "registered", "filed", "support", "trained_leaders")
"""Figures of a district that count persons or bodies."""


@dataclass(frozen=True, slots=True)
class World:
    """A town at its start, and all that decides about its residents. A way copies what it changes."""

    residents: Residents
    organizations: Organizations
    street_numbers: NDArray[np.int32]
    """(n_streets,)."""
    ground: Ground
    exposure: Exposure
    """Of every month."""
    law: StartingLaw
    """Newcomers'."""
    striking: float
    """Chance of being struck off the register of volunteers in a month, below stage 3."""
    size_exponent: float
    """Of the odds that a joiner chooses a body."""
    seed: int


def world(residents: int, seed: int) -> World:
    """A town of so many residents at its start, at rest. UserError if there are too few for a community."""
    if residents < FEWEST:
        raise UserError(f"a town has at least {FEWEST} residents, not {residents}")
    parameters = Numbers(catalogue.parameters())
    beginning = begin(town(residents), 1.0, parameters, Streams(seed, 0))
    return World(
        residents=beginning.city.residents, organizations=beginning.city.organizations,
        street_numbers=beginning.city.streets.number, ground=beginning.ground,
        exposure=standing_still(beginning.city.residents, beginning.ground), law=beginning.law,
        striking=_striking(beginning), size_exponent=parameters["membership"]["size_exponent"], seed=seed,
    )  # fmt: skip


def town(residents: int) -> District:
    """Nankai for so many residents."""
    nankai: District = catalogue.read("district", "nankai")
    part = residents / nankai.residents.value
    numbers = {name: round(part * getattr(nankai, name).value) for name in COUNTED}
    numbers["residents"] = residents
    numbers["streets"] = numbers["hubs"] = max(1, round(residents / OF_A_STREET))
    numbers["communities"] = max(1, round(residents / OF_A_COMMUNITY))
    figures = {name: getattr(nankai, name).model_copy(update={"value": value}) for name, value in numbers.items()}
    return nankai.model_copy(update=figures)


def standing_still(residents: Residents, ground: Ground) -> Exposure:
    """What communities do to these residents while all is as at the start."""
    n = residents.n_communities
    return Exposure(
        opportunity=np.ones((n, N_STAGES)), contacts=np.ones(n), slip=np.ones(n),
        peers_ref=status_quo.peers_reference(residents, ground.b_peers),
        acquainted_ref=status_quo.acquainted_reference(residents, ground.b_acquainted),
    )  # fmt: skip


def contacts(residents: Residents) -> NDArray[np.intp]:
    """The homes of everybody's contacts, (7, n): the three before, the three after, the friend; n for no friend."""
    homes, n = np.arange(len(residents)), len(residents)
    community = residents.communities_of_sorted(homes)
    first, size = residents.first[community], np.diff(residents.first)[community]
    found = np.empty((CONTACTS, n), np.intp)
    steps = [step for step in range(-NEIGHBOURS_EACH_SIDE, NEIGHBOURS_EACH_SIDE + 1) if step]
    for row, step in enumerate(steps):
        found[row] = first + (homes - first + step) % size
    found[-1] = np.where(residents.friend == homes, n, residents.friend)
    return found


def _striking(beginning: Beginning) -> float:
    """At which the register stands still, from the start's shares."""
    residents, ever = beginning.city.residents, beginning.law.ever_volunteer
    stages = residents.stage_count.sum(axis=0) / len(residents)
    return register.striking_chance(float(beginning.ladder.upward[2]), float(ever[2]), float(ever[:3] @ stages[:3]))
