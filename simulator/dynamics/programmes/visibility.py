"""Where people see what a project has brought about: in the body's community, or all over its street."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.dynamics.setting import City


def show(city: City, rows: NDArray[np.intp], events_each: float) -> None:
    """Visible outcomes of these bodies' work, rows (n,): those of a street-wide body fall to communities by residents."""
    if events_each == 0 or not rows.size:
        return
    communities, organizations = city.communities, city.organizations
    local = organizations.community[rows]
    np.add.at(communities.visible_events, local[local >= 0], events_each)
    by_street = np.bincount(organizations.street[rows[local < 0]], minlength=len(city.streets)) * events_each
    residents = np.bincount(communities.street, weights=communities.residents, minlength=len(city.streets))
    communities.visible_events[:] += by_street[communities.street] * (
        communities.residents / np.maximum(residents, 1)[communities.street]
    )
