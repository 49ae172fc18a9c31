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

Exact thinning. What a hazard owes to the resident's own state is a table over `key`: number of engaged contacts, acquaintance
and cell side by side. `p_max` of a street and key bounds the chance of every such resident; who has u >= p_max can't stir,
whatever their hazards. The die has 16 bits, refined by 53 keyed ones for those few whose event hangs on them; it depends on
seed, replicate, street, month and home alone, never on policy. A street is done with before the next begins, so that it stays
in the cache.

Sources: the ladder and its terms are model form (docs/odd.md); all coefficients are assumptions with ranges in
scenarios/parameters.yaml.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import IntEnum
from math import exp
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.city.residents import CONTACTS, HOUSING, N_CELLS, N_CLASSES, N_STAGES, Residents
from simulator.language.streams import Streams
from simulator.language.units import probability

DIE_STEPS: Final = 1 << 16
KEYS: Final = (CONTACTS + 1, 2, N_CELLS)
"""Shape of a table by key: engaged contacts, acquaintance, cell."""


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
    own: Own = field(init=False, repr=False)
    """The resident's own part of every hazard."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "own", Own.of(self))


@dataclass(frozen=True, slots=True)
class Own:
    """What hazards owe to the resident's own key, a table of (1280,) each; hazards are this times what is around them."""

    stage: NDArray[np.intp]
    drift: NDArray[np.float64]
    acquaint: NDArray[np.float64]
    """The factor of the stage; 0 of those acquainted."""
    join: NDArray[np.float64]
    climb: NDArray[np.float64]
    """h_up[s] * exp(z) * exp(b_peers * peers) * exp(b_acquainted * acquainted)."""

    @classmethod
    def of(cls, ground: Ground) -> Own:
        """The tables of these ground rules."""
        engaged, acquainted, cell = np.ogrid[: KEYS[0], : KEYS[1], : KEYS[2]]
        stage, disposition = cell // N_CLASSES, cell % N_CLASSES
        climb = ground.climb[stage] * np.exp(ground.dispositions[disposition])
        peers, knowing = np.exp(ground.b_peers * engaged / CONTACTS), np.exp(ground.b_acquainted * acquainted)
        return cls(
            stage=_by_key(stage).astype(np.intp),
            drift=_by_key(ground.drift * acquainted),
            acquaint=_by_key(np.where(stage >= 2, ground.stage_contact_factor, 1.0) * (1 - acquainted)),
            join=_by_key(ground.join * (stage >= 2)),
            climb=_by_key(climb * peers * knowing),
        )


def _by_key(values: NDArray[Any]) -> NDArray[np.float64]:
    """Spread over all keys, (1280,)."""
    return np.broadcast_to(values, KEYS).astype(np.float64).ravel()


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
    events: NDArray[np.intp]
    """(k,), an `Event` each."""
    looked_at: int = 0
    """How many residents were looked at to find them."""

    def of(self, event: Event) -> NDArray[np.intp]:
        """The homes to which this happens, ascending."""
        return np.asarray(self.homes[self.events == int(event)])


@dataclass(frozen=True, slots=True)
class _Around:
    """What the month makes of the ground rules, by where people live."""

    slip: NDArray[np.float64]
    """From each stage, (n_communities, 5)."""
    meeting: NDArray[np.float64]
    """rho * contacts * factor of the housing, (n_communities, 6)."""
    climbing: NDArray[np.float64]
    """What the community makes of a climb, by stage, (n_communities, 5)."""
    climb_factor: NDArray[np.float64]
    """By housing, (6,)."""
    party: float
    """The factor of a Party member."""

    @classmethod
    def of(cls, ground: Ground, exposure: Exposure) -> _Around:
        contact_factor = fitted(ground.contact_factor, exposure.estate_fit)
        slip = ground.slip.copy()
        slip[3:] *= exposure.quitting
        return cls(
            slip=exposure.slip[:, None] * slip,
            meeting=ground.rho * (exposure.contacts[:, None] * contact_factor),
            climbing=exposure.opportunity * np.exp(-exposure.peers_ref - exposure.acquainted_ref)[:, None],
            climb_factor=fitted(ground.climb_factor, exposure.estate_fit),
            party=exp(ground.b_party * exposure.double_registration),
        )


def fitted(factor: NDArray[np.float64], fit: float) -> NDArray[np.float64]:
    """Factors by housing of which those below 1 have come nearer to it by the share `fit`, (6,)."""
    return factor + fit * np.maximum(1 - factor, 0.0) if fit else factor


def resident_hazards(
    residents: Residents, homes: NDArray[np.intp], ground: Ground, exposure: Exposure
) -> NDArray[np.float64]:
    """The hazards of these residents, in ascending order, per month, (6, k), rows in the order of `Event`."""
    key = np.empty(homes.size, np.uint16)
    _tell_keys(residents.engaged[homes], residents.acquainted[homes], residents.cell[homes], key)
    return _hazards(residents, homes, key.astype(np.intp), ground, _Around.of(ground, exposure))


def _hazards(
    residents: Residents, homes: NDArray[np.intp], key: NDArray[np.intp], ground: Ground, around: _Around
) -> NDArray[np.float64]:
    """The same for residents with these keys, (k,): their own part, times their community's and their housing's."""
    own, housing = ground.own, residents.housing[homes].astype(np.intp)  # a byte is a slow index
    community = residents.communities_of_sorted(homes)
    hazards = np.empty((len(Event), homes.size))
    hazards[Event.MOVE] = ground.move.take(housing)
    hazards[Event.DRIFT] = own.drift.take(key)
    place = community * N_STAGES + own.stage[key]
    hazards[Event.SLIP] = around.slip.take(place)
    meeting = around.meeting.take(community * len(HOUSING) + housing)
    np.multiply(meeting, own.acquaint[key], out=hazards[Event.ACQUAINT])
    np.multiply(own.join[key], residents.organization[homes] < 0, out=hazards[Event.JOIN])
    climb = np.multiply(own.climb[key], around.climb_factor[housing], out=hazards[Event.CLIMB])
    climb *= around.climbing.take(place)
    if around.party != 1:
        climb *= np.where(residents.party_member[homes], around.party, 1.0)
    return hazards


def bound(street: slice, ground: Ground, exposure: Exposure) -> NDArray[np.float64]:
    """p_max of a street's communities (a slice of them) by engaged contacts, acquaintance and cell, (8, 2, 80).

    No resident's chance can be higher.
    """
    return _p_max(street, ground, _Around.of(ground, exposure)).reshape(KEYS)


def _p_max(street: slice, ground: Ground, around: _Around) -> NDArray[np.float64]:
    """The same by key, (1280,): every factor at its street's highest."""
    own = ground.own
    slip = around.slip[street].max(axis=0)
    climb = around.climbing[street].max(axis=0) * (around.climb_factor.max() * max(around.party, 1.0))
    highest = own.climb * climb[own.stage]
    highest += (ground.move.max() + slip)[own.stage]
    highest += own.drift
    highest += own.acquaint * around.meeting[street].max()
    highest += own.join
    return probability(highest)


class _Buffers(threading.local):
    """Preallocated for the largest street, so that a month allocates nothing of a street's size; a thread has its own."""

    def __init__(self) -> None:
        self.key = np.empty(0, np.uint16)
        self.limit = np.empty(0, np.uint16)
        self.low = np.empty(0, np.bool_)

    def of(self, n: int) -> tuple[NDArray[np.uint16], NDArray[np.uint16], NDArray[np.bool_]]:
        """Keys and limits of a street of n, and whose die is low: this with a tail of n // 8 that is always true.

        NumPy goes through a mask straight if a tenth of it is true, and searches from one to the next if less is, which
        takes twice the time at the few in a hundred that are looked at.
        """
        if self.key.size < n:
            self.key, self.limit, self.low = np.empty(n, np.uint16), np.empty(n, np.uint16), np.ones(n + n // 8, np.bool_)
        low = self.low[: n + n // 8]
        low[n:] = True
        return self.key[:n], self.limit[:n], low


_BUFFERS = _Buffers()


def draw_moves(
    residents: Residents, ground: Ground, exposure: Exposure, streams: Streams, month: int,
    street_numbers: NDArray[np.int32],
) -> Moves:  # fmt: skip
    """Throw everybody's die for this month, look at the low ones, and say what happens to whom.

    `street_numbers` (n_streets,) are the streets' numbers in the whole district: a street owns its stream.
    """
    around = _Around.of(ground, exposure)
    looked_at, homes, events = 0, [], []
    for street, number in enumerate(street_numbers.tolist()):
        begin, end = int(residents.street_first[street]), int(residents.street_first[street + 1])
        dice = streams.words("residents", number, month).random_raw((end - begin + 3) // 4).view(np.uint16)[: end - begin]
        p_max = _p_max(residents.communities_in(street), ground, around)
        low, key = _look_for(residents, slice(begin, end), dice, p_max)
        here = low + begin
        edges = _edges(_hazards(residents, here, key, ground, around))
        event, unclear = _decide(edges, dice[low])
        if unclear.size:
            fine = streams.dice("residents refined", month, here[unclear])
            event[unclear] = _passed(edges[:, unclear], dice[low[unclear]] + fine)
        stirs = (event < len(Event)).nonzero()[0]
        looked_at += low.size
        homes.append(here[stirs])
        events.append(event[stirs])
    return Moves(np.concatenate(homes), np.concatenate(events), looked_at)


def _look_for(
    residents: Residents, street: slice, dice: NDArray[np.uint16], p_max: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places in the street of those whose die, (n,), is low enough for a resident of their key, and their keys, (k,)."""
    limits = np.minimum(p_max * DIE_STEPS, DIE_STEPS - 1).astype(np.uint16)
    n = dice.size
    key, limit, mask = _BUFFERS.of(n)
    _tell_keys(residents.engaged[street], residents.acquainted[street], residents.cell[street], key)
    limits.take(key, out=limit, mode="clip")
    np.less_equal(dice, limit, out=mask[:n])
    low = mask.nonzero()[0][: n - mask.size]
    return low, key[low].astype(np.intp)


def _tell_keys(
    engaged: NDArray[np.uint8], acquainted: NDArray[np.bool_], cell: NDArray[np.uint8], key: NDArray[np.uint16]
) -> None:
    """Write the keys of these residents, (n,) each."""
    np.left_shift(engaged, np.uint16(1), out=key)
    np.bitwise_or(key, acquainted, out=key)
    np.multiply(key, np.uint16(N_CELLS), out=key)
    np.add(key, cell, out=key)


def _edges(hazards: NDArray[np.float64]) -> NDArray[np.float64]:
    """Up to where on the die each event goes, in its steps, (6, k): they share [0, 1 - exp(-H)) in proportion."""
    edges = hazards
    for event in range(1, len(Event)):
        edges[event] += edges[event - 1]
    total = edges[-1]
    edges *= probability(total) / np.maximum(total, 1e-300) * DIE_STEPS
    return edges


def _decide(
    edges: NDArray[np.float64], dice: NDArray[np.uint16]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """What the coarse dice mean, (k,) each: an event, or their number for nothing; and for which the fine die decides.

    Those are few: an edge has to lie between the die and the next one.
    """
    die = dice.astype(np.float64)
    event = _passed(edges, die)
    die += 1
    return event, (_passed(edges, die) != event).nonzero()[0]


def _passed(edges: NDArray[np.float64], die: NDArray[np.float64]) -> NDArray[np.intp]:
    """How many edges each die has reached, (6, k), (k,) -> (k,)."""
    passed: NDArray[np.int8] = np.add.reduce((edges <= die).view(np.int8), axis=0, dtype=np.int8)  # bytes add up fastest
    return passed.astype(np.intp)


_STEP: Final = np.array([0, 0, -1, 0, 0, 1], np.int8).astype(np.uint8)
"""On the ladder, by `Event`; a byte and 255 is a byte less one."""


def stage_after(stage: NDArray[np.uint8], events: NDArray[np.intp]) -> NDArray[np.uint8]:
    """Where on the ladder those stand to whom this happened, (k,) each."""
    return stage + _STEP[events]
