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

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulator.dynamics.activity import Activity

OPPORTUNITY_CAP = 20.0
"""Times the start's opportunities (assumption)."""
SMALLEST_GROUP = 0.5
"""Nobody is fewer than half a person, so that a ratio is finite."""


@dataclass(frozen=True, slots=True)
class InStreet:
    """Sums over each community's street, (n_communities,) unless said otherwise."""

    people: NDArray[np.float64]
    """Residents by stage, (n_communities, 5)."""
    hours: NDArray[np.float64]
    awake_bodies: NDArray[np.float64]
    volunteer_hours: NDArray[np.float64]


def in_street(
    stages: NDArray[np.float64] | NDArray[np.int64], hours: NDArray[np.float64], awake_bodies: NDArray[np.float64],
    volunteer_hours: NDArray[np.float64], street: NDArray[np.int32],
) -> InStreet:  # fmt: skip
    """Communities' amounts, (n_communities,) and (n_communities, 5), pooled over their streets."""
    amounts = np.empty((len(stages), 8))
    amounts[:, :5], amounts[:, 5], amounts[:, 6], amounts[:, 7] = stages, hours, awake_bodies, volunteer_hours
    sums = pooled(amounts, street)
    return InStreet(sums[:, :5], sums[:, 5], sums[:, 6], sums[:, 7])


@dataclass(frozen=True)
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
    street: NDArray[np.int32]
    """Each community's."""
    filled: float
    """Share of the positions that were taken."""

    @cached_property
    def in_street(self) -> InStreet:
        """The same by street."""
        return in_street(self.stages, self.hours, self.awake_bodies, self.volunteer_hours, self.street)

    @cached_property
    def opportunities(self) -> NDArray[np.float64]:
        """O_ref by community and stage, (n_communities, 4)."""
        return opportunities(self.outreach, self.places, self.stages, self.in_street, self, 1.0)


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


def pooled(by_community: NDArray[np.float64], street: NDArray[np.int32]) -> NDArray[np.float64]:
    """Sums over each one's street of several amounts, (n_communities, n) -> (n_communities, n)."""
    n = by_community.shape[1]
    place = street[:, None] * n + np.arange(n)
    sums = np.bincount(place.ravel(), weights=by_community.ravel())
    return sums.astype(np.float64).reshape(-1, n)[street]


def opportunities(
    outreach: NDArray[np.float64], places: NDArray[np.float64], stages: NDArray[np.float64] | NDArray[np.int64],
    here: InStreet, start: References, lever_positions: float,
) -> NDArray[np.float64]:  # fmt: skip
    """O per eligible resident, by community and stage, (n_communities, 4)."""
    first = start.in_street
    growth = np.array([here.hours / first.hours, (here.awake_bodies + 1) / (first.awake_bodies + 1)]).T
    offered, eligible = np.empty((2, len(stages), 4))
    offered[:, 0], offered[:, 1] = outreach, places
    offered[:, 2:] = vacant(first.people[:, 3:], start.filled, growth * lever_positions, here.people[:, 3:])
    eligible[:, :2], eligible[:, 2:] = stages[:, :2], here.people[:, 2:4]
    return per_eligible(offered, eligible)


def opportunity_factors(
    activity: Activity, stages: NDArray[np.int64], here: InStreet, start: References, lever_positions: float, eta: float
) -> NDArray[np.float64]:
    """(O / O_ref)^eta by community and stage, (n_communities, 5); 1 for the highest stage, which has nowhere to climb."""
    factors = np.ones((len(stages), 5))
    now = opportunities(activity.outreach, activity.places, stages, here, start, lever_positions)
    factors[:, :4] = matched(now, start.opportunities, eta)
    return factors


def volunteers_load(here: InStreet, start: InStreet, cap: float) -> NDArray[np.float64]:
    """Hours asked over hours offered in each community's street, 1 at the start, at most `cap`, (n_communities,).

    Asked: the hours of the street's bodies that members give; offered: by its residents at stage >= 3, alike.
    """
    asked = here.volunteer_hours / np.maximum(start.volunteer_hours, 1e-9)
    offered, at_start = (np.maximum(place.people[:, 3] + place.people[:, 4], SMALLEST_GROUP) for place in (here, start))
    ratio = asked * at_start / offered
    return np.minimum(np.where(start.volunteer_hours > 0, ratio, 1.0), cap)
