"""Community organisations, professional and support-type bodies, street federations: one row each, for good.

A body is never deleted: it ends by its status. Tier says what papers it has, status what it does.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from simulator.city.columns import Columns, column


class Tier(IntEnum):
    """What papers a body has."""

    LATENT = 0
    FILED = 1
    REGISTERED = 2


class Kind(IntEnum):
    """What a body is for; federations are the registered street hubs and are exempt from birth and death."""

    COMMUNITY = 0
    PROFESSIONAL = 1
    SUPPORT = 2
    FEDERATION = 3


class Domain(IntEnum):
    """What a body does."""

    CHARITY = 0
    DAILY_LIFE = 1
    COMMUNITY_AFFAIRS = 2
    CULTURE_AND_SPORT = 3


class Status(IntEnum):
    """What a body is doing. Awake and incubating bodies are active; dormant ones are still on the books."""

    AWAKE = 0
    INCUBATING = 1
    DORMANT = 2
    REMOVED = 3
    MERGED = 4


# The same codes as plain numbers: a column is compared with one of them in a sixth of the time that an enumeration's takes.
LATENT, FILED, REGISTERED = map(int, Tier)
COMMUNITY, PROFESSIONAL, SUPPORT, FEDERATION = map(int, Kind)
AWAKE, INCUBATING, DORMANT, REMOVED, MERGED = map(int, Status)

NO_ONE = -1
"""No leader, no community, no organisation."""


class Organizations(Columns):
    """All bodies that are or ever were, (n,) a column; times are months from the scenario's start (negative before)."""

    identity: NDArray[np.uint64] = column(np.uint64, 0)
    """Stable name for keyed dice: where and when it was founded, never its row (see `identities`)."""
    tier: NDArray[np.int8] = column(np.int8, Tier.LATENT)
    kind: NDArray[np.int8] = column(np.int8, Kind.COMMUNITY)
    domain: NDArray[np.int8] = column(np.int8, Domain.CHARITY)
    status: NDArray[np.int8] = column(np.int8, Status.AWAKE)
    street: NDArray[np.int32] = column(np.int32, 0)
    community: NDArray[np.int32] = column(np.int32, NO_ONE)
    """NO_ONE for a body that works for its whole street or, if professional, support-type, the whole district."""
    founded: NDArray[np.float64] = column(np.float64, 0)
    tier_since: NDArray[np.float64] = column(np.float64, 0)
    status_since: NDArray[np.float64] = column(np.float64, 0)
    members: NDArray[np.int32] = column(np.int32, 0)
    """Residents who belong to it; equals the count of `residents.organization` at any month's edge."""
    staff: NDArray[np.float64] = column(np.float64, 0)
    drawn_by_money: NDArray[np.bool_] = column(np.bool_, 0)
    """It came for the district's money, and pays its staff from project money alone."""
    capability: NDArray[np.float64] = column(np.float64, 0)
    means_yuan: NDArray[np.float64] = column(np.float64, 0)
    """The capital that its people could raise for a registration (assumption: lognormal)."""
    cash_fen: NDArray[np.int64] = column(np.int64, 0)
    leader: NDArray[np.int32] = column(np.int32, NO_ONE)
    leaderless: NDArray[np.bool_] = column(np.bool_, 0)
    """The leader left and nobody has succeeded: dormancy is three times as likely."""
    applying: NDArray[np.bool_] = column(np.bool_, 0)
    """Its registration is under way."""
    incubated: NDArray[np.bool_] = column(np.bool_, 0)
    """Has finished an incubation."""
    funded_until: NDArray[np.float64] = column(np.float64, -1e9)
    """The last month of its last contract or award."""
    last_won: NDArray[np.float64] = column(np.float64, -1e9)
    """The month of its last contest award."""
    warnings: NDArray[np.int8] = column(np.int8, 0)
    """Inspection's warnings in a row (0 to 2; the next is removal)."""
    project_fen: NDArray[np.int64] = column(np.int64, 0)
    """Project money that it spent this month."""
    hours_at_start: NDArray[np.float64] = column(np.float64, 0)
    """Its hours a month at the start, capability apart; for a new body, in its first month at work (0: none yet)."""
    hours_charged: NDArray[np.float64] = column(np.float64, 0)
    """Hours of this month that applications, visits and inspections took."""
    skill_factor: NDArray[np.float64] = column(np.float64, 1)
    """What its leader's training leaves of the hazard of its first year (1: untrained)."""
    dormancy_inside: NDArray[np.float64] = column(np.float64, 1)
    """What an incubator's shelter leaves of its dormancy hazard (1: not inside)."""
    legitimacy_factor: NDArray[np.float64] = column(np.float64, 1)
    """What a Party branch or the like leaves of its dormancy hazard (1: none)."""
    rating_odds: NDArray[np.float64] = column(np.float64, 1)
    """Odds that its rating is worth at calls, until `rated_until`."""
    rated_until: NDArray[np.float64] = column(np.float64, -1e9)
    award_odds: NDArray[np.float64] = column(np.float64, 1)
    """Odds that its latest award is worth at calls, until `awarded_until`."""
    awarded_until: NDArray[np.float64] = column(np.float64, -1e9)
    evaluation: NDArray[np.float64] = column(np.float64, 0)
    """What residents' latest evaluation adds to the log odds that its contract is renewed (0: none)."""
    effort: NDArray[np.float64] = column(np.float64, 1)
    """Hours of a body that knows it is being evaluated, over those otherwise (1)."""
    density_at_birth: NDArray[np.float64] = column(np.float64, 0)
    """Bodies of its track per 10,000 residents when it got its present papers (see `dynamics.density`)."""
    settled_capability: NDArray[np.float64] = column(np.float64, 0.4)
    """The capability at which it stands still in the status quo: a lasting difference between bodies."""
    merged_into: NDArray[np.int32] = column(np.int32, NO_ONE)
    """The row that absorbed it."""
    member_loss: NDArray[np.float64] = column(np.float64, 0)
    """Of a merged body: the share of its members that does not go along."""

    def alive(self) -> NDArray[np.bool_]:
        """Neither removed nor merged, (n,)."""
        return self.status < REMOVED

    def active(self) -> NDArray[np.bool_]:
        """Alive and not dormant, (n,)."""
        return self.status < DORMANT

    def at_work(self) -> NDArray[np.bool_]:
        """Active, federations aside: those who apply, learn and are served, (n,)."""
        return np.asarray(self.active() & (self.kind != FEDERATION))

    def successors(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Who acts for these bodies now: themselves, or who absorbed them in the end. (n,) -> (n,)."""
        now = rows.copy()
        while (merged := self.status[now] == MERGED).any():
            now[merged] = self.merged_into[now[merged]]
        return now

    def counted(self) -> NDArray[np.bool_]:
        """On the books: filed or registered, dormant ones too, (n,)."""
        return self.alive() & (self.tier >= FILED)
