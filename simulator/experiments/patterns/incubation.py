"""Incubation: the gain falls when mentors are overloaded."""

from __future__ import annotations

import numpy as np

from simulator.city.organizations import Status
from simulator.documents.scenario import Scenario
from simulator.experiments.patterns.finding import Bounds, Seen, ratio, shown
from simulator.experiments.patterns.pattern import Pattern
from simulator.experiments.patterns.watching import Observer
from simulator.experiments.patterns.worlds import MENTORS_FEW, USUAL, mentors_few
from simulator.language.vocabulary import Title
from simulator.model import DistrictModel


class Stays(Observer):
    """Bodies that have gone through an incubator, and how much abler each of them is than when it was let in."""

    name = "stays"

    def __init__(self, model: DistrictModel) -> None:
        self._came_with: dict[int, float] = {}
        """Capability of those inside before they were let in, by row."""
        self._sums = dict.fromkeys(("stays", "rise", "load", "months"), 0.0)
        self._inside = set(np.flatnonzero(model.city.organizations.status == Status.INCUBATING).tolist())
        self._capability = model.city.organizations.capability.copy()

    def watch(self, model: DistrictModel) -> None:
        bodies = model.city.organizations
        inside = set(np.flatnonzero(bodies.status == Status.INCUBATING).tolist())
        for row in inside - self._inside:
            if row < self._capability.size:
                self._came_with[row] = float(self._capability[row])
        for row in self._inside - inside:
            came_with = self._came_with.pop(row, None)
            if came_with is not None and bodies.status[row] == Status.AWAKE:
                self._sums["stays"] += 1
                self._sums["rise"] += float(bodies.capability[row]) - came_with
        load = model.measure("incubator_load")
        if np.isfinite(load):
            self._sums["load"] += load
            self._sums["months"] += 1
        self._inside, self._capability = inside, bodies.capability.copy()

    def tallies(self, model: DistrictModel) -> dict[str, float]:
        return dict(self._sums)


def rise(seen: Seen, world: str) -> float:
    """Mean rise of capability in a stay."""
    return ratio(seen[world]["rise"], seen[world]["stays"])


def _remark(seen: Seen) -> Title:
    rises = [shown(rise(seen, world), "+.3f") for world in (USUAL, MENTORS_FEW)]
    loads = [shown(ratio(seen[world]["load"], seen[world]["months"]), ".1f") for world in (USUAL, MENTORS_FEW)]
    return {
        "en": f"a stay raises capability by {rises[0]} at load {loads[0]}, by {rises[1]} at {loads[1]}",
        "zh": f"负荷{loads[0]}时一次孵化能力{rises[0]}，负荷{loads[1]}时{rises[1]}",
    }


def nobody_mentors(scenario: Scenario) -> Title | None:
    """Why the pattern cannot be asked, if it cannot."""
    if mentors_few(scenario) is not None:
        return None
    return {"en": "the policy has no incubator", "zh": "该政策没有孵化基地"}


INCUBATION = Pattern(
    name="incubation_congested",
    title={"en": "Incubation gains less when mentors are overloaded", "zh": "导师超负荷时孵化效果下降"},
    criterion={"en": "below 1", "zh": "小于1"},
    definition={
        "en": "Mean rise of capability from before to after a stay with a third of the mentors' hours, over that with all of"
        " them, in the same luck. What the bodies learn by themselves is in both.",
        "zh": "导师工时减为三分之一与原额时，一次孵化前后能力平均提升之比，同一随机性；两者均含自身学习。",
    },
    bounds=Bounds(high=1 - 1e-9),
    watched={USUAL: Stays, MENTORS_FEW: Stays},
    number=lambda seen: ratio(rise(seen, MENTORS_FEW), rise(seen, USUAL)),
    remark=_remark,
    why_not=nobody_mentors,
)
