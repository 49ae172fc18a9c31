"""What a measure may look at: the city at a month's edge, the month's activity and flows, and how built becomes represented.

Measures are by place: first the district, then each built street, (1 + n_streets,). Counts, flows and yuan are for the whole
district or street: what is built times residents represented over residents built. A federation counts for the built share
of its street, so that a whole street never counts for less than one hub or more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulator.city.city import City
from simulator.city.organizations import Kind
from simulator.dynamics.activity import Activity
from simulator.dynamics.programmes.incubator import Incubator
from simulator.dynamics.programmes.programme import Programme

Places = NDArray[np.float64]
"""(1 + n_streets,): the district, then each built street."""


@dataclass
class View:
    """The state at a month's edge, as measures see it."""

    city: City
    activity: Activity
    month: int
    flows: Sequence[Mapping[str, NDArray[np.float64]]]
    """What happened in each month since the start, by name, as built by street, (n_streets,)."""
    coverage: NDArray[np.float64]
    """Share of needs met, (n_communities,)."""
    need: NDArray[np.float64]
    """Hours, (n_communities,)."""
    received_yuan: NDArray[np.float64]
    """Project money that each body spent in the last 12 months, (n_organizations,)."""
    breadth: float
    """How many kinds of taking part a survey counts."""
    programmes: Sequence[Programme]
    spent_fen: int
    """Public money that left the budget lines since the start, as built."""
    budgeted_fen: int
    start: Mapping[str, Places]
    """The measures at the start; empty at the start itself."""

    @property
    def n_streets(self) -> int:
        """Built streets."""
        return len(self.city.streets)

    @cached_property
    def factors(self) -> Places:
        """Represented over built residents, by place."""
        streets = self.city.streets
        return np.concatenate([[1 / self.city.share_built], streets.residents_represented / streets.residents])

    @cached_property
    def residents(self) -> Places:
        """Residents represented, by place."""
        represented = float(self.city.streets.residents.sum()) / self.city.share_built
        return np.concatenate([[represented], self.city.streets.residents_represented])

    @cached_property
    def body_weights(self) -> NDArray[np.float64]:
        """1 a body, the built share of its street for a federation, (n_organizations,)."""
        organizations = self.city.organizations
        built = self.city.streets.share_built[organizations.street]
        return np.where(organizations.kind == Kind.FEDERATION, built, 1.0)

    def bodies(self, which: NDArray[np.bool_]) -> Places:
        """Bodies for which this holds, (n_organizations,), as represented."""
        streets = self.city.organizations.street[which]
        return self.represented(np.bincount(streets, weights=self.body_weights[which], minlength=self.n_streets))

    def represented(self, by_street: NDArray[np.float64] | NDArray[np.int64]) -> Places:
        """Something counted as built, (n_streets,), for the whole district and the whole streets."""
        return np.asarray(np.concatenate([[by_street.sum()], by_street]) * self.factors)

    def by_street(self, by_community: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sums over a street's communities, (n_communities,) -> (n_streets,)."""
        return np.bincount(self.city.communities.street, weights=by_community, minlength=self.n_streets).astype(np.float64)

    def share(self, part: NDArray[np.float64], whole: NDArray[np.float64]) -> Places:
        """Part over whole, both by community, summed over each place."""
        parts, wholes = self.by_street(part), self.by_street(whole)
        parts, wholes = np.append(parts.sum(), parts), np.append(wholes.sum(), wholes)
        return np.asarray(np.divide(parts, wholes, out=np.full(parts.size, np.nan), where=wholes > 0))

    def flow(self, name: str) -> Places:
        """What happened in the last 12 months, as represented; empty before 12 months are over."""
        if self.month < 12:
            return np.full(1 + self.n_streets, np.nan)
        nothing = np.zeros(self.n_streets)
        return self.represented(np.sum([month.get(name, nothing) for month in self.flows[-12:]], axis=0))

    def district_only(self, value: float) -> Places:
        """A number that is known for the district alone."""
        places = np.full(1 + self.n_streets, np.nan)
        places[0] = value
        return places

    @property
    def incubators(self) -> list[Incubator]:
        """The incubators in force."""
        return [programme for programme in self.programmes if isinstance(programme, Incubator)]


def gini(values: NDArray[np.float64]) -> float:
    """The Gini coefficient of values >= 0, (n,): 0 if all are equal; NaN if there is nothing to share."""
    total = float(values.sum())
    if values.size == 0 or total <= 0:
        return float("nan")
    ranked = np.sort(values)
    rank = np.arange(1, ranked.size + 1)
    return float(2 * (rank * ranked).sum() / (ranked.size * total) - (ranked.size + 1) / ranked.size)
