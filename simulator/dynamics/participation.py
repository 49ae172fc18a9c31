"""Taking part: one die each, and a look only at those whose die is low.

Hazards per month of resident i at stage s, class k, housing h, in community c:

    move       move_h                                                       (moving.py)
    drift      drift                                       if acquainted    (acquaintance.py)
    slip       h_down[s] * slip_c * (quitting if s>=3)     slip_c, quitting: exposure.py
    acquaint   rho * contacts_c * contact_h * (2 if s>=2)  if not acquainted
    join       join                                        if s >= 2 and in no organisation (membership.py)
    climb      h_up[s] * exp(z_k) * climb_h * exp(b_peers*peers_i - peers_ref_c) * exp(b_acquainted*a_i - acquainted_ref_c)
               * exp(b_party*party_i*double_registration) * (exp(b_efficacy*(efficacy_c - efficacy_ref_c)) if s = 1)
               * opportunity_cs                             opportunity_cs = (O_cs / O_ref_cs)^eta  (opportunities.py)

contact_h and climb_h below 1 are drawn towards 1 by the lever estate_fit: x + fit * max(1 - x, 0).

`peers_i` is the share at stage >= 2 among seven contacts: the three before, the three after and the friend. The month's
chance is 1 - exp(-H), H the sum, shared among the events in proportion: from u = 0 upward in the order above and nothing
above, so that what policy moves most turns *nothing* into *climb* and no event into another.

Exact thinning. `p_max` of a street, cell, acquaintance and number of engaged contacts bounds the chance of every such
resident; the die has 16 bits, refined for those looked at by 53 keyed bits; who has u >= p_max can't stir, whatever their
hazards. The die depends on seed, replicate, street, month and home alone, never on policy.

Sources: the ladder and its terms are model form (docs/odd.md); all coefficients are assumptions with ranges in
scenarios/parameters.yaml.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from simulator.city.residents import CONTACTS, N_CLASSES, N_STAGES, Residents
from simulator.language.streams import Streams
from simulator.language.units import probability

DIE_STEPS = 1 << 16
CELL_STEP = 128
"""Cells fit below this power of two, so that a key is engaged, acquainted and cell side by side."""


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
    quitting: float = 1.0
    """Factor on slipping from stage 3 and 4."""
    estate_fit: float = 0.0


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
        return np.asarray(self.homes[self.events == event])


class _Buffers(threading.local):
    """Preallocated for the largest street, so that a month allocates nothing of a street's size; a thread has its own."""

    def __init__(self) -> None:
        self.key = np.empty(0, np.uint16)
        self.limit = np.empty(0, np.uint16)

    def of(self, n: int) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
        """Two arrays of this size."""
        if self.key.size < n:
            self.key, self.limit = np.empty(n, np.uint16), np.empty(n, np.uint16)
        return self.key[:n], self.limit[:n]


_BUFFERS = _Buffers()


def resident_hazards(
    residents: Residents, homes: NDArray[np.intp], ground: Ground, exposure: Exposure
) -> NDArray[np.float64]:
    """The hazards of these residents, in ascending order, per month, (6, k), rows in the order of `Event`."""
    cell = residents.cell[homes]
    stage = (cell >> np.uint8(4)).astype(np.intp)
    housing = residents.housing[homes]
    community = residents.communities_of_sorted(homes)
    acquainted = residents.acquainted[homes]
    involved = stage >= 2
    hazards = np.empty((len(Event), homes.size))
    hazards[Event.MOVE] = ground.move[housing]
    hazards[Event.DRIFT] = ground.drift * acquainted
    hazards[Event.SLIP] = _own_slip(ground, exposure)[stage] * exposure.slip[community]
    meeting = ground.rho * np.outer(exposure.contacts, fitted(ground.contact_factor, exposure.estate_fit))
    hazards[Event.ACQUAINT] = (
        meeting[community, housing] * np.where(involved, ground.stage_contact_factor, 1.0) * ~acquainted
    )
    hazards[Event.JOIN] = ground.join * (involved & (residents.organization[homes] < 0))
    climb = _own_climb(ground)[cell] * fitted(ground.climb_factor, exposure.estate_fit)[housing]
    climb *= _peers_factor(ground)[residents.engaged[homes]]
    climb *= _community_climb(exposure)[community, stage]
    climb *= np.where(acquainted, np.exp(ground.b_acquainted), 1.0)
    if exposure.double_registration:
        party = np.exp(ground.b_party * exposure.double_registration)
        climb *= np.where(residents.party_member[homes], party, 1.0)
    hazards[Event.CLIMB] = climb
    return hazards


def fitted(factor: NDArray[np.float64], fit: float) -> NDArray[np.float64]:
    """Factors by housing of which those below 1 have come nearer to it by the share `fit`, (6,)."""
    return factor + fit * np.maximum(1 - factor, 0.0)


def _own_slip(ground: Ground, exposure: Exposure) -> NDArray[np.float64]:
    """h_down[s], volunteers' with the lever, (5,)."""
    return np.where(np.arange(N_STAGES) >= 3, exposure.quitting, 1.0) * ground.slip


def _own_climb(ground: Ground) -> NDArray[np.float64]:
    """h_up[s] * exp(z) by cell, (80,)."""
    return np.outer(ground.climb, np.exp(ground.dispositions)).ravel()


def _peers_factor(ground: Ground) -> NDArray[np.float64]:
    """exp(b_peers * peers) by the number of engaged contacts, (8,)."""
    return np.exp(ground.b_peers * np.arange(CONTACTS + 1) / CONTACTS)


def _community_climb(exposure: Exposure) -> NDArray[np.float64]:
    """What the community makes of a climb, by stage, (n_communities, 5)."""
    return exposure.opportunity * np.exp(-exposure.peers_ref - exposure.acquainted_ref)[:, None]


def bound(street: slice, ground: Ground, exposure: Exposure) -> NDArray[np.float64]:
    """p_max of a street's communities (a slice of them) by engaged contacts, acquaintance and cell, (8, 2, 128).

    No resident's chance can be higher. Cells from 80 on do not exist.
    """
    stage = np.repeat(np.arange(N_STAGES), N_CLASSES)
    involved = stage >= 2
    meeting = ground.rho * exposure.contacts[street].max() * fitted(ground.contact_factor, exposure.estate_fit).max()
    slip = _own_slip(ground, exposure)[stage] * exposure.slip[street].max()
    alike = ground.move.max() + slip + ground.join * involved
    unacquainted = meeting * np.where(involved, ground.stage_contact_factor, 1.0)
    highest = fitted(ground.climb_factor, exposure.estate_fit).max()
    climb = _own_climb(ground) * highest * _community_climb(exposure)[street].max(axis=0)[stage]
    climb = climb * np.exp(max(ground.b_party, 0.0) * exposure.double_registration)
    total = np.zeros((CONTACTS + 1, 2, CELL_STEP))
    peers = _peers_factor(ground)[:, None]
    total[:, 0, : stage.size] = alike + unacquainted + climb * peers
    total[:, 1, : stage.size] = alike + ground.drift + climb * peers * np.exp(ground.b_acquainted)
    return probability(total)


def draw_moves(
    residents: Residents, ground: Ground, exposure: Exposure, streams: Streams, month: int,
    street_numbers: NDArray[np.int32],
) -> Moves:  # fmt: skip
    """Throw everybody's die for this month, look at the low ones, and say what happens to whom.

    `street_numbers` (n_streets,) are the streets' numbers in the whole district: a street owns its stream.
    """
    found, dice_kept = [], []
    community_first = np.searchsorted(residents.street_of_community, np.arange(residents.n_streets + 1))
    for street, number in enumerate(street_numbers):
        begin, end = int(residents.street_first[street]), int(residents.street_first[street + 1])
        words = streams.words("residents", int(number), month).random_raw((end - begin + 3) // 4)
        dice = words.view(np.uint16)[: end - begin]
        p_max = bound(slice(community_first[street], community_first[street + 1]), ground, exposure)
        highest = (np.minimum(np.ceil(p_max.ravel() * DIE_STEPS), DIE_STEPS) - 1).clip(0).astype(np.uint16)
        key, limit = _BUFFERS.of(end - begin)
        np.left_shift(residents.engaged[begin:end], np.uint16(1), out=key)
        np.bitwise_or(key, residents.acquainted[begin:end], out=key)
        np.left_shift(key, np.uint16(CELL_STEP.bit_length() - 1), out=key)
        np.bitwise_or(key, residents.cell[begin:end], out=key)
        np.take(highest, key, out=limit, mode="clip")
        low = np.flatnonzero(dice <= limit)
        found.append(low + begin)
        dice_kept.append(dice[low])
    homes = np.concatenate(found)
    u = (np.concatenate(dice_kept) + streams.dice("residents refined", month, homes)) / DIE_STEPS
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
    """Give these residents a new stage, (k,); who reaches stage 3 goes on the register of volunteers."""
    residents.set_stage(homes, stage)
    newly = homes[(stage >= 3) & ~residents.ever_volunteer[homes]]
    residents.ever_volunteer[newly] = True
    np.add.at(residents.ever_count, residents.community_of(newly), 1)
