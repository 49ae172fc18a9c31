"""Opportunities: a matching of people and places.

Opportunities per eligible resident of a community, by the stage that they are for:

    O_0 = outreach contacts / uninvolved            O_1 = places at events / aware
    O_2 = vacant positions of volunteers / participants        O_3 = vacant positions of backbones / volunteers
    positions of volunteers = volunteers at start / filled * A(t)/A(0) * lever positions
    positions of backbones  = backbones at start  / filled * (awake bodies + 1)(t) / (awake bodies + 1)(0) * lever positions
    vacant = max(0, positions - taken)

They act on the climb as (O / O_ref)^eta, O_ref the community's own at the start; the ratio is held at OPPORTUNITY_CAP so that
a handful of people in an emptied stage does not climb without bound. A matching function with elasticity eta: model form;
eta 0.6 [0.3-1] and the share filled 0.8 [0.6-0.95] are assumptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.dynamics.activity import Activity

OPPORTUNITY_CAP = 20.0
"""Times the start's opportunities (assumption)."""


@dataclass(frozen=True, slots=True)
class References:
    """Each community's own start, (n_communities,) unless said otherwise: means over the status quo's last year."""

    hours: NDArray[np.float64]
    """A(0)."""
    awake_bodies: NDArray[np.float64]
    outreach: NDArray[np.float64]
    places: NDArray[np.float64]
    contacts: NDArray[np.float64]
    volunteer_hours: NDArray[np.float64]
    stages: NDArray[np.float64]
    """Residents by stage at the start, at least half a person, (n_communities, 5)."""


def opportunities(
    outreach: NDArray[np.float64], places: NDArray[np.float64], hours: NDArray[np.float64],
    awake_bodies: NDArray[np.float64], stages: NDArray[np.float64], references: References, filled: float,
    lever_positions: float,
) -> NDArray[np.float64]:  # fmt: skip
    """Opportunities per eligible resident by the stage that they are for, (n_communities, 4)."""
    volunteers = references.stages[:, 3] / filled * hours / references.hours * lever_positions
    backbones = (
        references.stages[:, 4] / filled * (awake_bodies + 1) / (references.awake_bodies + 1) * lever_positions
    )
    eligible = np.maximum(stages[:, :4], 0.5)
    offered = np.column_stack(
        [outreach, places, np.maximum(volunteers - stages[:, 3], 0), np.maximum(backbones - stages[:, 4], 0)]
    )
    return offered / eligible


def opportunity_factors(
    activity: Activity, stages: NDArray[np.int64], references: References, parameters: Mapping[str, Mapping[str, float]],
    lever_positions: float,
) -> NDArray[np.float64]:  # fmt: skip
    """(O / O_ref)^eta by community and stage, (n_communities, 5); 1 for the highest stage, which has nowhere to climb."""
    filled = parameters["positions"]["filled_at_start"]
    now = opportunities(
        activity.outreach, activity.places, activity.hours, activity.awake_bodies, stages.astype(np.float64),
        references, filled, lever_positions,
    )  # fmt: skip
    start = opportunities(
        references.outreach, references.places, references.hours, references.awake_bodies, references.stages,
        references, filled, 1.0,
    )  # fmt: skip
    ratio = np.minimum(now / np.maximum(start, 1e-12), OPPORTUNITY_CAP)
    factors = np.ones((len(ratio), 5))
    factors[:, :4] = ratio ** parameters["participation"]["eta"]
    return factors


def volunteers_load(
    volunteer_hours: NDArray[np.float64], stages: NDArray[np.int64], references: References, cap: float
) -> NDArray[np.float64]:
    """Hours asked over hours offered, 1 at the start, at most `cap`, (n_communities,).

    Asked: the hours of the community's bodies; offered: by its residents at stage >= 3, alike.
    """
    asked = volunteer_hours / np.maximum(references.volunteer_hours, 1e-9)
    offered = np.maximum(stages[:, 3:].sum(axis=1), 0.5) / references.stages[:, 3:].sum(axis=1)
    return np.minimum(np.where(references.volunteer_hours > 0, asked / offered, 1.0), cap)
