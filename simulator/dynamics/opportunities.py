"""Opportunities: a matching of people and places.

Opportunities per eligible resident, by the stage that they are for:

    O_0 = outreach contacts / uninvolved            O_1 = places at events / aware                   in the community
    O_2 = vacant positions of volunteers / participants    O_3 = vacant positions of backbones / volunteers     in the street
    positions of volunteers = volunteers at start / filled * A(t)/A(0) * lever positions
    positions of backbones  = backbones at start  / filled * (awake bodies + 1)(t) / (awake bodies + 1)(0) * lever positions
    vacant = max(0, positions - taken)
    load   = hours asked of volunteers / hours they offer, 1 at the start                               in the street

They act on the climb as (O / O_ref)^eta, O_ref the place's own at the start; the ratio is held at OPPORTUNITY_CAP so that a
handful of people in an emptied stage does not climb without bound. Positions and load are those of the street: people
volunteer across it, and a community's two dozen bodies wander so much by themselves that the concave response alone
would make participation sink (docs/odd.md). A matching function with elasticity eta: model form; eta 0.6 [0.3-1] and the
share filled 0.8 [0.6-0.95] are assumptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.dynamics.activity import Activity

OPPORTUNITY_CAP = 20.0
"""Times the start's opportunities (assumption)."""
SMALLEST_GROUP = 0.5
"""Nobody is fewer than half a person, so that a ratio is finite."""


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
    """Residents by stage at the start, (n_communities, 5)."""


def per_eligible(
    offered: NDArray[np.float64], eligible: NDArray[np.float64] | NDArray[np.int64]
) -> NDArray[np.float64]:
    """What is offered per eligible resident, (n,)."""
    return offered / np.maximum(eligible, SMALLEST_GROUP)


def vacant(taken_at_start: NDArray[np.float64], filled: float, growth: NDArray[np.float64],
           taken: NDArray[np.float64]) -> NDArray[np.float64]:  # fmt: skip
    """Positions nobody holds, (n,): those at the start grow with what feeds them."""
    return np.maximum(taken_at_start / filled * growth - taken, 0.0)


def matched(now: NDArray[np.float64], start: NDArray[np.float64], eta: float) -> NDArray[np.float64]:
    """(O / O_ref)^eta, (n,)."""
    return np.minimum(now / np.maximum(start, 1e-12), OPPORTUNITY_CAP) ** eta


def pooled(by_community: NDArray[np.float64] | NDArray[np.int64], street: NDArray[np.int32]) -> NDArray[np.float64]:
    """The sum over each one's street, (n_communities,) -> (n_communities,)."""
    return np.bincount(street, weights=by_community).astype(np.float64)[street]


def opportunity_factors(
    activity: Activity, stages: NDArray[np.int64], references: References, parameters: Mapping[str, Mapping[str, float]],
    lever_positions: float, street: NDArray[np.int32],
) -> NDArray[np.float64]:  # fmt: skip
    """(O / O_ref)^eta by community and stage, (n_communities, 5); 1 for the highest stage, which has nowhere to climb."""
    filled, eta = parameters["positions"]["filled_at_start"], parameters["participation"]["eta"]
    first = references.stages
    people = np.column_stack([pooled(stages[:, stage], street) for stage in range(5)])
    people_first = np.column_stack([pooled(first[:, stage], street) for stage in range(5)])
    hours = pooled(activity.hours, street) / pooled(references.hours, street)
    bodies = (pooled(activity.awake_bodies, street) + 1) / (pooled(references.awake_bodies, street) + 1)
    factors = np.ones((len(stages), 5))
    for stage, now, start in ((0, activity.outreach, references.outreach), (1, activity.places, references.places)):
        factors[:, stage] = matched(per_eligible(now, stages[:, stage]), per_eligible(start, first[:, stage]), eta)
    for stage, growth in ((2, hours), (3, bodies)):
        held = people_first[:, stage + 1]
        now = vacant(held, filled, growth * lever_positions, people[:, stage + 1])
        start = vacant(held, filled, np.ones_like(growth), held)
        factors[:, stage] = matched(per_eligible(now, people[:, stage]), per_eligible(start, people_first[:, stage]), eta)
    return factors


def volunteers_load(
    volunteer_hours: NDArray[np.float64], stages: NDArray[np.int64], references: References, cap: float,
    street: NDArray[np.int32],
) -> NDArray[np.float64]:  # fmt: skip
    """Hours asked over hours offered in each community's street, 1 at the start, at most `cap`, (n_communities,).

    Asked: the hours of the street's bodies that members give; offered: by its residents at stage >= 3, alike.
    """
    at_start = pooled(references.volunteer_hours, street)
    asked = pooled(volunteer_hours, street) / np.maximum(at_start, 1e-9)
    offered = np.maximum(pooled(stages[:, 3:].sum(axis=1), street), SMALLEST_GROUP)
    ratio = asked * np.maximum(pooled(references.stages[:, 3:].sum(axis=1), street), SMALLEST_GROUP) / offered
    return np.minimum(np.where(at_start > 0, ratio, 1.0), cap)
