"""What a measure may look at: what was counted at every edge so far, and how built becomes represented.

Measures are by edge and place: an edge each since the start, and of each first the district, then each built street,
(n_edges, 1 + n_streets). Counts, flows and yuan are for the whole district or street: what is built times residents
represented over residents built. A federation counts for the built share of its street, so that a whole street never counts
for less than one hub or more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulator.city.city import City
from simulator.city.organizations import Kind
from simulator.language.units import MONTHS_PER_YEAR
from simulator.observation.edge import KIND, Edge, Number

Places = NDArray[np.float64]
"""(n_edges, 1 + n_streets): at each edge the district, then each built street."""
Amounts = NDArray[np.float64] | NDArray[np.int64]


@dataclass
class View:
    """A run so far, as measures see it."""

    city: City
    """Of it, only what a run does not change: residents by place, and the shares built."""
    edges: Edge
    """What was counted, each with the edges as its first axis."""
    need: NDArray[np.float64]
    """Hours, (n_communities,)."""
    flows: Sequence[Mapping[str, NDArray[np.float64]]]
    """What happened in each month, by name, as built by street, (n_streets,)."""

    @property
    def n_streets(self) -> int:
        """Built streets."""
        return len(self.city.streets)

    @cached_property
    def factors(self) -> NDArray[np.float64]:
        """Represented over built residents, by place, (1 + n_streets,)."""
        streets = self.city.streets
        return np.concatenate([[1 / self.city.share_built], streets.residents_represented / streets.residents])

    @cached_property
    def residents(self) -> NDArray[np.float64]:
        """Residents represented, by place, (1 + n_streets,)."""
        represented = float(self.city.streets.residents.sum()) / self.city.share_built
        return np.concatenate([[represented], self.city.streets.residents_represented])

    @cached_property
    def weighted_bodies(self) -> NDArray[np.float64]:
        """Bodies by edge, street and sort, a federation as the built share of its street, (n_edges, n_streets, n_sorts)."""
        of_each = np.where(KIND == Kind.FEDERATION, self.city.streets.share_built[:, None], 1.0)
        return np.asarray(self.edges.bodies * of_each, np.float64)

    def bodies(self, sorts: NDArray[np.bool_]) -> Places:
        """Bodies of these sorts, (n_sorts,), as represented."""
        return self.represented(self.weighted_bodies[:, :, sorts].sum(axis=2))

    def represented(self, by_street: NDArray[np.float64]) -> Places:
        """Something counted as built, (n_edges, n_streets), for the whole district and the whole streets."""
        return with_district(by_street) * self.factors

    def by_street(self, by_community: Amounts) -> NDArray[np.float64]:
        """Sums over a street's communities, (n_edges, n_communities) -> (n_edges, n_streets)."""
        n_edges = len(by_community)
        place = np.arange(n_edges)[:, None] * self.n_streets + self.city.communities.street
        summed = np.bincount(place.ravel(), weights=by_community.ravel(), minlength=n_edges * self.n_streets)
        return summed.astype(np.float64).reshape(n_edges, self.n_streets)

    def share(self, part: Amounts, whole: Amounts) -> Places:
        """Part by edge and community over whole, (n_communities,), both summed over each place."""
        return ratio(with_district(self.by_street(part)), with_district(self.by_street(whole[None])))

    def flow(self, name: str) -> Places:
        """What happened in the last 12 months, as represented; not known before 12 months are over."""
        nothing = np.zeros(self.n_streets)
        until = np.cumsum([nothing, *(month.get(name, nothing) for month in self.flows)], axis=0)
        in_a_year = np.full(until.shape, np.nan)
        in_a_year[MONTHS_PER_YEAR:] = until[MONTHS_PER_YEAR:] - until[:-MONTHS_PER_YEAR]
        return self.represented(in_a_year)

    def district_only(self, values: Number) -> Places:
        """Numbers that are known for the district alone, (n_edges,)."""
        places = np.full((len(self.edges.bodies), 1 + self.n_streets), np.nan)
        places[:, 0] = values
        return places


def ratio(part: Amounts, whole: Amounts) -> NDArray[np.float64]:
    """Part over whole, each of the other's shape or broadcast to it; not known where the whole is nothing."""
    unknown = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    return np.asarray(np.divide(part, whole, out=unknown, where=whole > 0))


def with_district(by_street: Amounts) -> NDArray[np.float64]:
    """The sum over streets before the streets, (n_edges, n_streets) -> (n_edges, 1 + n_streets)."""
    return np.concatenate([by_street.sum(axis=1, keepdims=True), by_street], axis=1)
