"""Taking part: one die each, and a look only at those whose die is low.

Hazards per month of resident i at stage s, class k, housing h, in community c:

    move       move_h                                                       (moving.py)
    drift      drift                                       if acquainted    (acquaintance.py)
    slip       h_down[s] * slip_c                          slip_c = lever * exp(b_load*(load_c-1) - b_recognition*r)
    acquaint   rho * contacts_c * contact_h * (2 if s>=2)  if not acquainted
    join       join                                        if s >= 2 and in no organisation (membership.py)
    climb      h_up[s] * exp(z_k) * climb_h * exp(b_peers*peers_i - peers_ref_c) * exp(b_acquainted*a_i - acquainted_ref_c)
               * exp(b_party*party_i*double_registration) * (exp(b_efficacy*(efficacy_c - efficacy_ref_c)) if s = 1)
               * opportunity_cs                             opportunity_cs = (O_cs / O_ref_cs)^eta  (opportunities.py)

`peers_i` is the share at stage >= 2 among the three before, the three after (in the community) and the friend. The month's
chance is 1 - exp(-H), H the sum, shared among the events in proportion: from u = 0 upward in the order above and nothing
above, so that what policy moves most turns *nothing* into *climb* and no event into another.

Exact thinning. `p_max` of a street and cell bounds the chance of every resident there; the die has 16 bits, refined for
those looked at by 53 keyed bits; who has u >= p_max can't stir, whatever their hazards. The die depends on seed,
replicate, street, month and home alone, never on policy.

Sources: the ladder and its terms are model form (docs/odd.md); all coefficients are assumptions with ranges in
scenarios/parameters.yaml.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from simulator.city.residents import (
    INVOLVED_CELL,
    N_CLASSES,
    N_STAGES,
    NEIGHBOURS_EACH_SIDE,
    Residents,
)
from simulator.language.streams import Streams
from simulator.language.units import probability

DIE_STEPS = 1 << 16


class Event(IntEnum):
    """What can happen to a resident in a month, in the order of the die from 0 upward."""

    MOVE = 0
    DRIFT = 1
    SLIP = 2
    ACQUAINT = 3
    JOIN = 4
    CLIMB = 5


@dataclass(frozen=True, slots=True)
class Ground:
    """What does not change during a run: base levels and coefficients; hazards per month."""

    climb: NDArray[np.float64]
    """h_up, (5,)."""
    slip: NDArray[np.float64]
    """h_down, (5,)."""
    rho: float
    drift: float
    join: float
    dispositions: NDArray[np.float64]
    """z by class, (16,)."""
    climb_factor: NDArray[np.float64]
    """By housing, (6,)."""
    contact_factor: NDArray[np.float64]
    """By housing, (6,)."""
    move: NDArray[np.float64]
    """By housing, (6,)."""
    stage_contact_factor: float
    b_peers: float
    b_acquainted: float
    b_party: float


@dataclass(frozen=True, slots=True)
class Exposure:
    """What communities do to their residents this month, relative to their own start; 1 means as at the start."""

    opportunity: NDArray[np.float64]
    """(O/O_ref)^eta times the efficacy term, by community and stage, (n_communities, 5)."""
    contacts: NDArray[np.float64]
    """Contacts per resident over those at the start, (n_communities,)."""
    slip: NDArray[np.float64]
    """(n_communities,)."""
    peers_ref: NDArray[np.float64]
    """log mean exp(b_peers * peers) at the start, (n_communities,)."""
    acquainted_ref: NDArray[np.float64]
    """log mean exp(b_acquainted * acquainted) at the start, (n_communities,)."""
    double_registration: float = 0.0


@dataclass(slots=True)
class Moves:
    """Who does what this month, decided from the state at the month's start. Nothing is changed yet."""

    homes: NDArray[np.intp]
    """(k,), ascending."""
    events: NDArray[np.int8]
    """(k,), an `Event` each."""
    looked_at: int = 0
    """How many residents were looked at to find them."""

    def of(self, event: Event) -> NDArray[np.intp]:
        """The homes to which this happens."""
        return self.homes[self.events == event]


@dataclass(slots=True)
class _Buffers:
    """Preallocated for the largest street, so that a month allocates nothing of a street's size."""

    limit: NDArray[np.uint16] = field(default_factory=lambda: np.empty(0, np.uint16))

    def limits(self, n: int) -> NDArray[np.uint16]:
        if self.limit.size < n:
            self.limit = np.empty(n, np.uint16)
        return self.limit[:n]


_BUFFERS = _Buffers()


def peers_share(residents: Residents, homes: NDArray[np.intp]) -> NDArray[np.float64]:
    """Share of each one's contacts at stage >= 2: three before, three after in the community, and the friend. (k,)"""
    community = residents.community_of(homes)
    first, last = residents.first[community], residents.first[community + 1]
    friend = residents.friend[homes]
    contacts = (friend != homes).astype(np.float64)
    involved = ((residents.cell[friend] >= INVOLVED_CELL) & (friend != homes)).astype(np.float64)
    for step in range(1, NEIGHBOURS_EACH_SIDE + 1):
        for neighbour, there in ((homes - step, homes - step >= first), (homes + step, homes + step < last)):
            contacts += there
            involved += there & (residents.cell[np.where(there, neighbour, homes)] >= INVOLVED_CELL)
    return involved / np.maximum(contacts, 1.0)


def resident_hazards(
    residents: Residents, homes: NDArray[np.intp], ground: Ground, exposure: Exposure
) -> NDArray[np.float64]:
    """The hazards of these residents per month, (6, k), rows in the order of `Event`."""
    cell = residents.cell[homes]
    stage, disposition = (cell >> np.uint8(4)).astype(np.intp), cell & np.uint8(15)
    housing = residents.housing[homes]
    community = residents.community_of(homes)
    acquainted = residents.acquainted[homes]
    involved = stage >= 2
    hazards = np.empty((len(Event), homes.size))
    hazards[Event.MOVE] = ground.move[housing]
    hazards[Event.DRIFT] = ground.drift * acquainted
    hazards[Event.SLIP] = ground.slip[stage] * exposure.slip[community]
    hazards[Event.ACQUAINT] = np.where(
        acquainted,
        0.0,
        ground.rho
        * exposure.contacts[community]
        * ground.contact_factor[housing]
        * np.where(involved, ground.stage_contact_factor, 1.0),
    )
    hazards[Event.JOIN] = ground.join * (involved & (residents.organization[homes] < 0))
    log_climb = (
        ground.dispositions[disposition]
        + ground.b_peers * peers_share(residents, homes)
        - exposure.peers_ref[community]
        + ground.b_acquainted * acquainted
        - exposure.acquainted_ref[community]
    )
    if exposure.double_registration:
        log_climb += ground.b_party * exposure.double_registration * residents.party_member[homes]
    hazards[Event.CLIMB] = (
        ground.climb[stage]
        * ground.climb_factor[housing]
        * exposure.opportunity[community, stage]
        * np.exp(log_climb)
    )
    return hazards


def bound(street: slice, ground: Ground, exposure: Exposure) -> NDArray[np.float64]:
    """p_max of a street's communities (a slice of them) by cell, (80,): no resident's chance can be higher."""
    stage = np.repeat(np.arange(N_STAGES), N_CLASSES)
    disposition = np.tile(np.arange(N_CLASSES), N_STAGES)
    acquaint = ground.rho * exposure.contacts[street].max() * ground.contact_factor.max()
    log_reference = exposure.peers_ref[street] + exposure.acquainted_ref[street]
    most = np.max(exposure.opportunity[street] * np.exp(-log_reference)[:, None], axis=0)
    social = (
        max(ground.b_peers, 0.0)
        + max(ground.b_acquainted, 0.0)
        + max(ground.b_party, 0.0) * exposure.double_registration
    )
    total = (
        ground.move.max()
        + np.maximum(ground.drift, acquaint * np.where(stage >= 2, max(ground.stage_contact_factor, 1.0), 1.0))
        + ground.slip[stage] * exposure.slip[street].max()
        + ground.join * (stage >= 2)
        + ground.climb[stage]
        * ground.climb_factor.max()
        * most[stage]
        * np.exp(ground.dispositions[disposition] + social)
    )
    return probability(total)


def draw_moves(
    residents: Residents, ground: Ground, exposure: Exposure, streams: Streams, month: int,
    street_numbers: NDArray[np.int32],
) -> Moves:  # fmt: skip
    """Throw everybody's die for this month, look at the low ones, and say what happens to whom.

    `street_numbers` (n_streets,) are the streets' numbers in the whole district: a street owns its stream.
    """
    found = []
    community_first = np.searchsorted(residents.street_of_community, np.arange(residents.n_streets + 1))
    dice_kept = []
    for street, number in enumerate(street_numbers):
        begin, end = int(residents.street_first[street]), int(residents.street_first[street + 1])
        words = streams.words("residents", int(number), month).random_raw((end - begin + 3) // 4)
        dice = words.view(np.uint16)[: end - begin]
        p_max = bound(slice(community_first[street], community_first[street + 1]), ground, exposure)
        highest = np.minimum(np.ceil(p_max * DIE_STEPS), DIE_STEPS).astype(np.int64) - 1
        limits = _BUFFERS.limits(end - begin)
        np.take(np.maximum(highest, 0).astype(np.uint16), residents.cell[begin:end], out=limits, mode="clip")
        low = np.flatnonzero(dice <= limits)
        found.append(low + begin)
        dice_kept.append(dice[low])
    homes = np.concatenate(found)
    fine = streams.dice("residents refined", month, homes)
    u = (np.concatenate(dice_kept) + fine) / DIE_STEPS
    return _decide(residents, homes, u, ground, exposure)


def _decide(
    residents: Residents, homes: NDArray[np.intp], u: NDArray[np.float64], ground: Ground, exposure: Exposure
) -> Moves:
    """What these residents' dice u (k,) mean, given the state: the events share [0, 1 - exp(-H)) in proportion."""
    hazards = resident_hazards(residents, homes, ground, exposure)
    upper = np.cumsum(hazards, axis=0)
    total = upper[-1]
    chance = probability(total)
    stirs = u < chance
    reach = u[stirs] / chance[stirs] * total[stirs]
    events = np.sum(upper[:, stirs] <= reach, axis=0).astype(np.int8)
    return Moves(homes[stirs], np.minimum(events, Event.CLIMB).astype(np.int8), looked_at=homes.size)


def climb_and_slip(residents: Residents, moves: Moves) -> None:
    """Carry out climbs and slips; who reaches stage 3 goes on the register of volunteers."""
    for event, step in ((Event.CLIMB, 1), (Event.SLIP, -1)):
        homes = moves.of(event)
        change_stage(residents, homes, residents.stage(homes).astype(np.int64) + step)


def change_stage(residents: Residents, homes: NDArray[np.intp], stage: NDArray[np.int64]) -> None:
    """Give these residents a new stage, (k,), and keep the tallies and the register of volunteers."""
    community = residents.community_of(homes)
    old = residents.stage(homes)
    np.add.at(residents.stage_count, (community, old), -1)
    np.add.at(residents.stage_count, (community, stage), 1)
    residents.cell[homes] = (stage.astype(np.uint8) << np.uint8(4)) | (residents.cell[homes] & np.uint8(15))
    newly = homes[(stage >= 3) & ~residents.ever_volunteer[homes]]
    residents.ever_volunteer[newly] = True
    np.add.at(residents.ever_count, residents.community_of(newly), 1)


