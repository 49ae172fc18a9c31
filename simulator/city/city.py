"""A district's state: everything that can change, and nothing of time."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.city.hours import Hours
from simulator.city.leaders import Leaders
from simulator.city.organizations import Organizations
from simulator.city.places import Communities, Streets
from simulator.city.residents import Residents
from simulator.city.treasury import Treasury


@dataclass(slots=True)
class City:
    """The state of a district."""

    residents: Residents
    organizations: Organizations
    leaders: Leaders
    communities: Communities
    streets: Streets
    treasury: Treasury
    hours: Hours
    share_built: float
    """Residents built over residents represented."""
    households: float
    """Households built."""
