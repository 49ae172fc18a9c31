"""What is counted at a month's edge: the little that measures need of it, as built.

A count is kept raw, by street or by community, and measures are made of it when somebody asks (view.py, measures.py). Only
what takes the bodies one by one, such as a Gini coefficient, is worked out here and now.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.city.city import City
from simulator.city.leaders import Leaders
from simulator.city.organizations import Kind, Organizations, Status, Tier
from simulator.dynamics.activity import Activity
from simulator.dynamics.programmes.incubator import Incubator
from simulator.dynamics.programmes.programme import Programme

TIER, KIND, STATUS = np.indices((len(Tier), len(Kind), len(Status))).reshape(3, -1)
"""A body's sort is its tier, kind and status: those of every sort, (n_sorts,). `KIND == Kind.SUPPORT` are sorts of bodies."""
ALIVE: Final = STATUS < Status.REMOVED
COUNTED: Final = ALIVE & (TIER >= Tier.FILED)
"""On the books: filed or registered, dormant ones too."""
ACTIVE: Final = COUNTED & (STATUS < Status.DORMANT)
"""On the books and at work."""
GATHERS_MEMBERS: Final = ALIVE & (KIND == Kind.COMMUNITY)
MAY_WIN_MONEY: Final = COUNTED & (KIND != Kind.FEDERATION)

Number = Any
"""One number at an edge, (n_edges,) in a history."""


class Edge(NamedTuple):
    """One month's edge; a history of edges has the same names, each with the edges as its first axis."""

    bodies: NDArray[np.int64]
    """By sort, (n_streets, n_sorts); those that ended, too."""
    capability: NDArray[np.float64]
    """Sum over the active, (n_streets,)."""
    members_gini: Number
    money_gini: Number
    """Of project money spent in the last 12 months."""
    leaders: NDArray[np.int64]
    """By home, untrained and trained, (n_communities, 2)."""
    stages: NDArray[np.int64]
    """Residents by stage, (n_communities, 5)."""
    acquainted: NDArray[np.int64]
    """Residents, (n_communities,)."""
    registered_volunteers: NDArray[np.int64]
    """Residents, (n_communities,)."""
    satisfaction: NDArray[np.float64]
    """(n_communities,)."""
    events: NDArray[np.float64]
    """Of the month, (n_communities,)."""
    hours: NDArray[np.float64]
    """Of bodies in the month, (n_communities,)."""
    need_match: Number
    """The lever."""
    breadth: Number
    """How many kinds of taking part a survey counts."""
    spent_fen: Number
    """Public money that left the budget lines since the start."""
    budgeted_fen: Number
    waiting: Number
    """Bodies that wait for an incubator's place."""
    wait_months: Number
    """Mean wait of those let in during the last 12 months."""
    incubator_load: Number
    """The highest of hours needed over hours there; of a house without mentors it is not known."""


def count(
    city: City, activity: Activity, received_yuan: NDArray[np.float64], programmes: Sequence[Programme], *,
    need_match: float, breadth: float, spent_fen: int, budgeted_fen: int,
) -> Edge:  # fmt: skip
    """What this edge is like. received_yuan: what each body spent in the last 12 months, (n_organizations,)."""
    bodies, residents = city.organizations, city.residents
    sort, n_streets = sorts(bodies), len(city.streets)
    incubators = [programme for programme in programmes if isinstance(programme, Incubator)]
    return Edge(
        bodies=_tally(bodies.street, sort, n_streets),
        capability=np.bincount(
            bodies.street, weights=bodies.capability * ACTIVE[sort], minlength=n_streets
        ).astype(np.float64),
        members_gini=gini(bodies.members[GATHERS_MEMBERS[sort]].astype(np.float64)),
        money_gini=gini(received_yuan[MAY_WIN_MONEY[sort]]),
        leaders=_leaders_at_home(city.leaders, len(city.communities)),
        stages=residents.stage_count,
        acquainted=residents.acquainted_count,
        registered_volunteers=residents.ever_count,
        satisfaction=city.communities.satisfaction,
        events=activity.events,
        hours=activity.domain_hours.sum(axis=1),
        need_match=need_match,
        breadth=breadth,
        spent_fen=spent_fen,
        budgeted_fen=budgeted_fen,
        waiting=sum(incubator.queue for incubator in incubators),
        wait_months=_mean_wait(incubators),
        incubator_load=max((load for incubator in incubators if isfinite(load := incubator.load)), default=np.nan),
    )


def sorts(bodies: Organizations) -> NDArray[np.int64]:
    """Each body's sort, (n_organizations,)."""
    return (bodies.tier.astype(np.int64) * len(Kind) + bodies.kind) * len(Status) + bodies.status


def _tally(street: NDArray[np.int32], sort: NDArray[np.int64], n_streets: int) -> NDArray[np.int64]:
    """Bodies by street and sort, (n_streets, n_sorts)."""
    return np.bincount(street * TIER.size + sort, minlength=n_streets * TIER.size).reshape(n_streets, TIER.size)


def _leaders_at_home(leaders: Leaders, n_communities: int) -> NDArray[np.int64]:
    """Leaders who have not left, by home, untrained and trained, (n_communities, 2); heads from outside have no home here."""
    place = ((leaders.community + 1) * 2 + leaders.left) * 2 + leaders.trained
    return np.bincount(place, minlength=(n_communities + 1) * 4).reshape(-1, 2, 2)[1:, 0]


def _mean_wait(incubators: Sequence[Incubator]) -> float:
    waits = [wait for incubator in incubators for hall in incubator.halls for wait in hall.places.recent_waits()]
    return float(np.mean(waits)) if waits else np.nan


def gini(values: NDArray[np.float64]) -> float:
    """The Gini coefficient of values >= 0, (n,): 0 if all are equal; NaN if there is nothing to share."""
    total = float(values.sum())
    if values.size == 0 or total <= 0:
        return float("nan")
    ranked = np.sort(values)
    rank = np.arange(1, ranked.size + 1)
    return float(2 * (rank * ranked).sum() / (ranked.size * total) - (ranked.size + 1) / ranked.size)
