"""Runs of a world: one life a replicate, with what was read of it on the way. A world is lived once for all stories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.documents.scenario import Scenario
from simulator.dynamics.levers import LEVERS
from simulator.dynamics.participation import Exposure
from simulator.language.errors import UnknownName
from simulator.language.units import FEN_PER_YUAN, MONTHS_PER_YEAR
from simulator.model import DistrictModel
from tests.stories.moments import Moment, learnt, read_moment
from tests.stories.readings import READINGS

WATCHED: Final = 3
"""In so many replicates the chances and rates of every month are read: what is asserted exactly must hold in each."""


SAME_BODIES: Final = "capability_of_same_bodies"
"""What is measured of two worlds together."""


STILL_FUNDED: Final = "bodies_still_funded"
"""Bodies under contract, award or grant that were so a year before as well."""


MENTORING_LEFT: Final = "mentoring_left"
"""The share of mentoring, and so of the gain, that the load of mentors has left in the last twelve months."""
EARNED: Final = list(READINGS).index("mentoring_earned")


class Watched(DistrictModel):
    """The model, with somebody who looks on: just before dice are thrown, and at what a month of learning makes."""

    moments: list[Moment]

    def _throw_dice(self, month: int, exposed: Exposure) -> None:
        self.moments.append(read_moment(self, exposed))
        super()._throw_dice(month, exposed)

    def _organizations_live(self, load: NDArray[np.float64]) -> None:
        before = self.city.organizations.capability.copy()
        super()._organizations_live(load)
        self.moments[-1].of_bodies["learning"] = learnt(before, self.city.organizations)


@dataclass(frozen=True, slots=True)
class Life:
    """One replicate of one world."""

    measures: Mapping[str, NDArray[np.float64]]
    """Published measures and readings at every month's edge, (months + 1,)."""
    levers: Mapping[str, NDArray[np.float64]]
    """Where each lever stood, (months,)."""
    hours: Mapping[tuple[str, str], float]
    """Hours booked in all, by pool and purpose; of bodies, those that others charged them with."""
    yuan: Mapping[str, float]
    """Yuan that changed hands in all, by purpose."""
    capability: tuple[tuple[NDArray[np.uint64], NDArray[np.float64]], ...] = ()
    """Active bodies and how able they are, at every month's edge, (months + 1,): identities and capabilities, (n,) each."""
    moments: tuple[Moment, ...] = field(default=())
    """Chances and rates by month, (months,); nothing if nobody looked on."""


class Lives:
    """Every life lived so far, by world and replicate. A world with a piece of an instrument missing is not kept."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], Life] = {}

    def of(self, world: Scenario, replicate: int, keep: bool) -> Life:
        """The life of a world under one replicate's luck."""
        key = (world.digest, replicate)
        if key in self._known:
            return self._known[key]
        life = live(world, replicate, replicate < WATCHED)
        if keep:
            self._known[key] = life
        return life


def live(world: Scenario, replicate: int, watched: bool) -> Life:
    """A world from its start to its end."""
    model: Any = (Watched if watched else DistrictModel)(world, replicate=replicate)
    model.moments = []
    try:
        readings, capability, funded = [_read(model)], [_able(model)], [_funded(model)]
        levers: list[list[float]] = []
        charged = 0.0
        for _ in range(world.months):
            model.step()
            readings.append(_read(model))
            capability.append(_able(model))
            funded.append(_funded(model))
            levers.append([model.setting.levers[name] for name in LEVERS])
            charged += float(model.city.organizations.hours_charged.sum())
        record = model.to_record()
        measures = {name: record.values[row, :, 0].copy() for row, name in enumerate(record.measures)}
        return Life(
            measures=dict(zip(READINGS, np.array(readings).T, strict=True))
            | {STILL_FUNDED: _still_there(funded), MENTORING_LEFT: _share_of_a_year([row[EARNED] for row in readings])}
            | measures,
            levers=dict(zip(LEVERS, np.array(levers).T, strict=True)),
            hours=dict(model.city.hours.booked_for) | {("bodies", "applications and visits"): charged},
            yuan=_yuan(model),
            capability=tuple(capability),
            moments=tuple(model.moments),
        )
    finally:
        model.close()


def _read(model: DistrictModel) -> list[float]:
    return [reading(model) for reading in READINGS.values()]


def _able(model: DistrictModel) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
    bodies = model.city.organizations
    active = bodies.active()
    return bodies.identity[active], bodies.capability[active]


def _funded(model: DistrictModel) -> NDArray[np.uint64]:
    bodies = model.city.organizations
    return bodies.identity[bodies.active() & (bodies.funded_until > model.setting.now)]


def _still_there(whose: Sequence[NDArray[np.uint64]]) -> NDArray[np.float64]:
    """How many of each month were there twelve months before as well, (months + 1,); not a number in the first year."""
    return np.array([
        np.nan if month < MONTHS_PER_YEAR else np.intersect1d(now, whose[month - MONTHS_PER_YEAR]).size
        for month, now in enumerate(whose)
    ])  # fmt: skip


def _share_of_a_year(earned: Sequence[float]) -> NDArray[np.float64]:
    """Months earned in the last twelve over these twelve (or over those since the start), (months + 1,)."""
    back = [min(month, MONTHS_PER_YEAR) for month in range(len(earned))]
    return np.array([
        (now - earned[month - back[month]]) / back[month] if month else np.nan for month, now in enumerate(earned)
    ])  # fmt: skip


def _yuan(model: DistrictModel) -> dict[str, float]:
    treasury = model.city.treasury
    journal = treasury.journal
    since_start = journal.month >= 0
    fen = np.bincount(
        journal.purpose[since_start], weights=journal.fen[since_start], minlength=len(treasury.purposes)
    )
    return {purpose: float(fen[row]) / FEN_PER_YUAN for row, purpose in enumerate(treasury.purposes)}


def hours_of(life: Life, pool: str, purpose: str) -> float:
    """Hours that a kind of worker was booked for; pools of mentors are all called 'mentors'. 0 if never."""
    return float(sum(
        hours for (name, what), hours in life.hours.items() if what == purpose and name.split(":")[0] == pool
    ))  # fmt: skip


def yuan_for(life: Life, purpose: str) -> float:
    """Yuan paid for this; 0 if never."""
    return life.yuan.get(purpose, 0.0)


def capability_of_same_bodies(without: Life, with_it: Life, month: int) -> tuple[float, float]:
    """The mean capability of the bodies that are active in both worlds, in each: who came and went does not blur it."""
    (whose, able), (whose_with, able_with) = without.capability[month], with_it.capability[month]
    _, here, there = np.intersect1d(whose, whose_with, return_indices=True)
    return float(able[here].mean()), float(able_with[there].mean())


def series(life: Life, name: str) -> NDArray[np.float64]:
    """A measure or reading by month; UnknownName if there is none of that name."""
    if name not in life.measures:
        raise UnknownName("measure or reading", name, sorted([*life.measures, SAME_BODIES]))
    return life.measures[name]
