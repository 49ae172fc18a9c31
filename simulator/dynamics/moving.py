"""Moving away: somebody else takes the home.

A home falls empty with a hazard by housing, 0.08 to 0.20 a year (assumption). The newcomer's class, stage, register entry,
Party membership and age are keyed dice of (home, month), from the law of the leavers at the start (ladder.py), so that
moving moves no share; they know nobody. Friend and housing stay with the home.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.city.residents import AGE_BANDS, HOUSING, N_CLASSES, N_STAGES, StartingLaw
from simulator.dynamics.register import VOLUNTEER_STAGE
from simulator.language.streams import Streams

_FIELDS = np.arange(5)[:, None]
"""Dice of one newcomer: class, stage, register, Party, age."""


@dataclass(frozen=True, slots=True)
class NewcomerLaw:
    """Who takes a home that falls empty, ready to be drawn from; from the district's starting law."""

    disposition: NDArray[np.float64]
    """P(class | housing), in a row for `choose`."""
    stage: NDArray[np.float64]
    """P(stage | class, housing), in a row."""
    age_band: NDArray[np.float64]
    on_register: NDArray[np.float64]
    """P(on the register | stage), (5,)."""
    party_member: float

    @classmethod
    def of(cls, law: StartingLaw) -> NewcomerLaw:
        """The law of newcomers that belongs to this starting law."""
        return cls(
            in_a_row(law.newcomer_class), in_a_row(law.newcomer_stage), in_a_row(law.age_bands),
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


def in_a_row(laws: NDArray[np.float64]) -> NDArray[np.float64]:
    """Laws over the last axis' m values, cumulative, in one row: law i climbs from 2i to 2i + 1. (..., m) -> (n * m,).

    The gaps keep the smallest and the largest die, which rounding moves to an end, from falling into a neighbour.
    """
    cumulative = np.cumsum(laws, axis=-1).reshape(-1, laws.shape[-1])
    cumulative[:, -1] = 1.0
    return (cumulative + 2 * np.arange(len(cumulative))[:, None]).ravel()


def choose(
    laws: NDArray[np.float64], values: int, which: NDArray[np.intp] | int, dice: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Invert law `which` of these laws over so many values at the dice: the first value whose sum the die does not exceed.

    which, dice (k,) -> (k,), 0 to values - 1.
    """
    return np.searchsorted(laws, 2 * which + dice) - which * values


def draw_newcomers(
    homes: NDArray[np.intp], housing: NDArray[np.uint8], law: NewcomerLaw, streams: Streams, month: int
) -> Newcomers:
    """Who moves into these homes of this housing, (k,)."""
    dice = streams.dice("newcomers", month, homes * _FIELDS.size + _FIELDS)
    where = housing.astype(np.intp)
    disposition = choose(law.disposition, N_CLASSES, where, dice[0])
    stage = choose(law.stage, N_STAGES, disposition * len(HOUSING) + where, dice[1])
    return Newcomers(
        disposition, stage,
        on_register=(stage >= VOLUNTEER_STAGE) | (dice[2] < law.on_register[stage]),
        party_member=dice[3] < law.party_member,
        age_band=choose(law.age_band, len(AGE_BANDS), 0, dice[4]),
    )  # fmt: skip
