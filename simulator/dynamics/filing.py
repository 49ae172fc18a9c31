"""Filing: a latent group is put on the street's books.

Hazard per year of every latent group:

    h = min(level * lever, 1.0)

`level` is solved from the district's stocks (base_levels.py); however easy filing is made, a group files once a year at
most on average (assumption). A latent group also dissolves, at 0.12 a year (assumption); being on nobody's books, it is
missed by no count but the latent one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import FILED
from simulator.dynamics.density import Density
from simulator.dynamics.setting import Setting


def filing_hazard(level_per_year: float, lever: float, most_per_year: float) -> float:
    """The hazard of filing per year, never above `most_per_year`."""
    return min(level_per_year * lever, most_per_year)


def file(setting: Setting, rows: NDArray[np.intp], density: Density) -> None:
    """These latent groups are on the books from now on."""
    if not rows.size:
        return
    organizations = setting.city.organizations
    organizations.tier[rows] = FILED
    organizations.tier_since[rows] = setting.now
    organizations.density_at_birth[rows] = density.groups_by_street[organizations.street[rows]]
    setting.flows.add("filing", organizations.street[rows], len(setting.city.streets))
