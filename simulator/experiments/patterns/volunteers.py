"""Volunteers: of the new ones, some are gone within a year."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.city.residents import N_CLASSES, Stage
from simulator.documents.scenario import Scenario
from simulator.experiments.patterns.finding import Bounds, ratio
from simulator.experiments.patterns.pattern import Pattern
from simulator.experiments.patterns.watching import Observer
from simulator.experiments.patterns.worlds import USUAL
from simulator.language.units import MONTHS_PER_YEAR
from simulator.language.vocabulary import Title
from simulator.model import DistrictModel

PARTICIPANT_CELL = int(Stage.PARTICIPANT) * N_CLASSES
VOLUNTEER_CELL = int(Stage.VOLUNTEER) * N_CLASSES
"""Cells from here on volunteer."""


class Volunteers(Observer):
    """First-time volunteers of each month, and those who at an edge of the twelve months after it no longer are.

    New is who was a participant a month ago, is a volunteer now and was not on the register of volunteers: so that hardly any
    newcomer to a home is mistaken for one. Who moves away is gone.
    """

    name = "volunteers"

    def __init__(self, model: DistrictModel) -> None:
        self._cohorts: list[tuple[int, NDArray[np.intp]]] = []
        """Number of new volunteers, and the homes of those still there, of each of the last twelve months."""
        self._new, self._gone = 0, 0
        self._remember(model)

    def watch(self, model: DistrictModel) -> None:
        cell = model.residents.cell
        self._cohorts = [(size, homes[cell[homes] >= VOLUNTEER_CELL]) for size, homes in self._cohorts]
        if len(self._cohorts) == MONTHS_PER_YEAR:
            size, left = self._cohorts.pop(0)
            self._new += size
            self._gone += size - left.size
        homes = np.flatnonzero(self._could & (cell >= VOLUNTEER_CELL))
        self._cohorts.append((homes.size, homes))
        self._remember(model)

    def tallies(self, model: DistrictModel) -> dict[str, float]:
        return {"new": float(self._new), "gone": float(self._gone)}

    def _remember(self, model: DistrictModel) -> None:
        """Who could be a new volunteer next month, (n_residents,)."""
        cell = model.residents.cell
        self._could = (cell >= PARTICIPANT_CELL) & (cell < VOLUNTEER_CELL) & ~model.residents.ever_volunteer


def too_short(scenario: Scenario) -> Title | None:
    """Why the pattern cannot be asked, if it cannot."""
    if scenario.months > MONTHS_PER_YEAR:
        return None
    return {"en": "the window is a year or less", "zh": "时段不足一年"}


VOLUNTEERS = Pattern(
    name="new_volunteers_gone",
    title={"en": "New volunteers gone within a year", "zh": "新志愿者一年内流失"},
    criterion={"en": "0.25–0.40", "zh": "0.25–0.40"},
    definition={
        "en": "Of residents who volunteer for the first time, the share that at some month's edge within a year does not"
        " volunteer (slipped or moved away).",
        "zh": "首次成为志愿者的居民中，一年内曾退出（含迁走）者的比重。",
    },
    bounds=Bounds(0.25, 0.40),
    watched={USUAL: Volunteers},
    number=lambda seen: ratio(seen[USUAL]["gone"], seen[USUAL]["new"]),
    why_not=too_short,
    places=3,
)
