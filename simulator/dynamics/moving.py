"""Moving away: somebody else takes the home.

A home falls empty with a hazard by housing, 0.08 to 0.20 a year (assumption). The newcomer's class, stage, register entry,
Party membership and age are keyed dice of (home, month), from the law of the leavers at the start (ladder.py), so that
moving moves no share; they know nobody. Friend and housing stay with the home.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.city.residents import HOUSING, StartingLaw
from simulator.dynamics.register import VOLUNTEER_STAGE
from simulator.language.streams import Streams

_FIELDS = np.arange(5)[:, None]
"""Dice of one newcomer: class, stage, register, Party, age."""


@dataclass(frozen=True, slots=True)
class NewcomerLaw:
    """Who takes a home that falls empty, ready to be drawn from: the district's starting law."""

    disposition: NDArray[np.float64]
    """P(class | housing), as `steps_of`, (15, 6)."""
    stage: NDArray[np.float64]
    """P(stage | class, housing), likewise, class by class, (4, 96)."""
    age_band: NDArray[np.float64]
    """P(age band), likewise, (3, 1)."""
    on_register: NDArray[np.float64]
    """P(on the register | stage), (5,)."""
    party_member: float

    @classmethod
    def of(cls, law: StartingLaw) -> NewcomerLaw:
        """The law of newcomers that belongs to this starting law."""
        return cls(
            steps_of(law.newcomer_class), steps_of(law.newcomer_stage), steps_of(law.age_bands),
            law.ever_volunteer, law.party_member,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Those who take homes this month, (k,) each."""

    disposition: NDArray[np.intp]
    stage: NDArray[np.intp]
    on_register: NDArray[np.bool_]
    party_member: NDArray[np.bool_]
    age_band: NDArray[np.intp]


def steps_of(laws: NDArray[np.float64]) -> NDArray[np.float64]:
    """Laws over the last axis' m values as the dice at which each value gives way to the next, (..., m) -> (m - 1, n)."""
    return np.cumsum(laws, axis=-1).reshape(-1, laws.shape[-1]).T[:-1].copy()


def choose(steps: NDArray[np.float64], which: NDArray[np.intp], dice: NDArray[np.float64]) -> NDArray[np.intp]:
    """Invert law `which` at the dice, (k,): the first value whose cumulative share the die does not exceed. -> (k,)"""
    above = dice > steps.take(which, axis=1)
    passed: NDArray[np.int8] = np.add.reduce(above.view(np.int8), axis=0, dtype=np.int8)
    return passed.astype(np.intp)


def draw_newcomers(
    homes: NDArray[np.intp], housing: NDArray[np.uint8], law: NewcomerLaw, streams: Streams, month: int
) -> Newcomers:
    """Who moves into these homes of this housing, (k,)."""
    dice = streams.dice("newcomers", month, homes * _FIELDS.size + _FIELDS)
    where = housing.astype(np.intp)
    disposition = choose(law.disposition, where, dice[0])
    stage = choose(law.stage, disposition * len(HOUSING) + where, dice[1])
    return Newcomers(
        disposition, stage,
        on_register=(stage >= VOLUNTEER_STAGE) | (dice[2] < law.on_register[stage]),
        party_member=dice[3] < law.party_member,
        age_band=choose(law.age_band, np.zeros_like(where), dice[4]),
    )  # fmt: skip
