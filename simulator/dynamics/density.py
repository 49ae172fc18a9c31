"""How crowded the field is: bodies alive per 10,000 residents built.

Two tracks, each with a carrying density K of its own:

    groups       all groups (latent, filed, registered), K = founding.K               [per 10,000 residents]
    registered   registered bodies only,                 K = dormancy.K_registered    [per 10,000 residents]

Legitimation is felt in the whole district, competition among groups in the street (Hannan, Carroll, Dundon and Torres 1995:
legitimation reaches further than competition); registered bodies work across streets and compete in the district. What is
not built of a street is taken to be like the district: a street of which one community is built would else be as crowded as
that community. Dormant bodies count: they hold names, rooms and members.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import REGISTERED, Organizations
from simulator.city.places import Streets
from simulator.language.units import RESIDENTS_PER_DENSITY_UNIT


@dataclass(frozen=True, slots=True)
class Density:
    """Bodies alive per 10,000 residents built."""

    groups: float
    """All groups, in the district."""
    groups_by_street: NDArray[np.float64]
    """All groups, (n_streets,)."""
    registered: float
    """Registered bodies, in the district."""


def measure_density(organizations: Organizations, streets: Streets) -> Density:
    """The densities of this moment."""
    alive = organizations.alive()
    residents = streets.residents / RESIDENTS_PER_DENSITY_UNIT
    by_street = np.bincount(organizations.street[alive], minlength=len(streets))
    registered = np.count_nonzero(alive & (organizations.tier == REGISTERED))
    groups = float(by_street.sum() / residents.sum())
    return Density(
        groups=groups,
        groups_by_street=streets.share_built * by_street / residents + (1 - streets.share_built) * groups,
        registered=float(registered / residents.sum()),
    )


def own_track(density: Density, tier: NDArray[np.int8], street: NDArray[np.int32]) -> NDArray[np.float64]:
    """The density that bodies of this tier and street compete in, (n,)."""
    return np.where(tier == REGISTERED, density.registered, density.groups_by_street[street])
