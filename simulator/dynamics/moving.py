"""Moving away: somebody else takes the home.

A home falls empty with a hazard by housing, 0.08 to 0.20 a year (assumption). The newcomer's class, stage, register entry,
Party membership and age are keyed dice of (home, month), from the law of the leavers at the start (ladder.py), so that
moving moves no share; they know nobody. Friend and housing stay with the home.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.city.residents import Residents, StartingLaw
from simulator.dynamics.acquaintance import set_acquainted
from simulator.dynamics.participation import Event, Moves, change_stage, enter_register
from simulator.language.streams import Streams

_FIELDS = 5
"""Dice of one newcomer: class, stage, register, Party, age."""


def choose(cumulative: NDArray[np.float64], dice: NDArray[np.float64]) -> NDArray[np.int64]:
    """Invert cumulative laws, (k, m) or (1, m), at dice, (k,): the first column whose value the die does not exceed. -> (k,)"""
    return np.asarray(np.minimum(np.sum(dice[:, None] > cumulative, axis=1), cumulative.shape[1] - 1))


def move_in(residents: Residents, moves: Moves, law: StartingLaw, streams: Streams, month: int) -> None:
    """Newcomers take the homes of those who move away this month."""
    homes = moves.of(Event.MOVE)
    if not homes.size:
        return
    dice = streams.dice("newcomers", month, homes * _FIELDS + np.arange(_FIELDS)[:, None])
    housing = residents.housing[homes]
    disposition = choose(np.cumsum(law.newcomer_class, axis=1)[housing], dice[0])
    stage = choose(np.cumsum(law.newcomer_stage, axis=2)[disposition, housing], dice[1])
    residents.ever_count -= residents.tally(homes[residents.ever_volunteer[homes]])
    residents.ever_volunteer[homes] = False
    change_stage(residents, homes, stage)
    enter_register(residents, homes[dice[2] < law.ever_volunteer[stage]])
    residents.cell[homes] = (stage << 4 | disposition).astype(np.uint8)
    residents.party_member[homes] = dice[3] < law.party_member
    residents.age_band[homes] = choose(np.cumsum(law.age_bands)[None, :], dice[4])
    set_acquainted(residents, homes, False)
