"""Ending by one's own decision: a body takes itself off the books, or a latent group dissolves.

Hazards per year:

    latent                     dissolving_per_year (0.12, assumption)
    dormant, filed             solved, so that the dormant share of filed bodies stands still (base_levels.py)
    dormant, registered        solved likewise, beside what inspection removes
    awake, registered          awake_registered_per_year (0.02, assumption): liquidation of a legal person that works
    awake, filed               0: it falls dormant first

Sources: the solved levels follow from stocks and the dormancy hazard; exits far below entries and mostly among the long
dormant agree with national registers of charities. Removal by inspection and merger are programmes.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import FILED, LATENT, REMOVED
from simulator.city.treasury import OUTSIDE
from simulator.dynamics.setting import Setting


def closing_hazard(
    tier: NDArray[np.int8], dormant: NDArray[np.bool_], dormant_filed: float, dormant_registered: float,
    filing: Mapping[str, float], closing: Mapping[str, float],
) -> NDArray[np.float64]:  # fmt: skip
    """Hazard of ending by own decision per year, (n,)."""
    awake_or_dormant = np.array([  # a line a tier
        [filing["dissolving_per_year"], filing["dissolving_per_year"]],
        [0.0, dormant_filed],
        [closing["awake_registered_per_year"], dormant_registered],
    ])  # fmt: skip
    return np.asarray(awake_or_dormant[tier, dormant.astype(np.int8)])


def close(setting: Setting, rows: NDArray[np.intp]) -> None:
    """These bodies end. Their members and leaders are let go by membership and leadership."""
    if not rows.size:
        return
    organizations = setting.city.organizations
    counted = rows[organizations.tier[rows] >= FILED]
    latent = rows[organizations.tier[rows] == LATENT]
    organizations.status[rows] = REMOVED
    organizations.status_since[rows] = setting.now
    organizations.applying[rows] = False
    treasury = setting.city.treasury
    treasury.bodies_pay(rows, organizations.cash_fen[rows], OUTSIDE, "liquidation", setting.now)
    for name, ended in (("removal", counted), ("dissolving", latent)):
        if ended.size:
            setting.flows.add(name, organizations.street[ended], len(setting.city.streets))
