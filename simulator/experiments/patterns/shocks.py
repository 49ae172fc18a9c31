"""After a shock: a dip, and a partial rebound."""

from __future__ import annotations

from typing import Final

from simulator.documents.scenario import Scenario
from simulator.dynamics.registration import application_hazard
from simulator.experiments.patterns.finding import Bounds, Seen, ratio, shown
from simulator.experiments.patterns.pattern import Pattern
from simulator.experiments.patterns.watching import Observer
from simulator.experiments.patterns.worlds import (
    REBOUND_MONTHS,
    SHOCK,
    SHOCK_BACKLOG,
    SHOCK_FORGOTTEN,
    SHOCK_MONTH,
    USUAL,
    shock_month,
)
from simulator.language.vocabulary import Title
from simulator.model import DistrictModel

SMALL_LEVEL: Final = 1e-3
"""A level per year, so low that no cap binds: only ratios of what follows from it are used."""


class Applications(Observer):
    """Applications for registration, in expectation: in the month of the shock, and in the year after it.

    Per unit of the solved level, at each body's hazard and the month's levers: a district has two a month.
    """

    name = "applications"

    def __init__(self, model: DistrictModel) -> None:
        self._shock = shock_month(model.spec)
        self._sums = {"in the month": 0.0, "in the year after": 0.0}

    def watch(self, model: DistrictModel) -> None:
        if self._shock is None:
            return
        since = model.month - 1 - self._shock
        if 0 <= since <= REBOUND_MONTHS:
            expected = float(application_hazard(model.setting, SMALL_LEVEL).sum()) / SMALL_LEVEL
            self._sums["in the month" if since == 0 else "in the year after"] += expected

    def tallies(self, model: DistrictModel) -> dict[str, float]:
        return dict(self._sums)


def dip(seen: Seen) -> float:
    """Applications in the month of the shock over those of the same month without it."""
    return ratio(seen[SHOCK]["in the month"], seen[USUAL]["in the month"])


def rebound(seen: Seen, world: str = SHOCK) -> float:
    """What the year after the shock brings beyond the same year without it, over what the month lost."""
    lost = seen[USUAL]["in the month"] - seen[world]["in the month"]
    return ratio(seen[world]["in the year after"] - seen[USUAL]["in the year after"], lost)


def _remark(seen: Seen) -> Title:
    alone = shown(rebound(seen, SHOCK_FORGOTTEN), ".3f")
    return {
        "en": f"the scenario's backlog says {SHOCK_BACKLOG:g}; without one {alone} comes back by itself",
        "zh": f"情景设定的补办比例为{SHOCK_BACKLOG:g}；不设补办时自行恢复{alone}",
    }


def outside_the_window(scenario: Scenario) -> Title | None:
    """Why the pattern cannot be asked, if it cannot."""
    if shock_month(scenario) is not None:
        return None
    last = scenario.start + (scenario.months - 1)
    return {
        "en": f"{SHOCK_MONTH} and the year after it are not within {scenario.start} to {last}",
        "zh": f"{SHOCK_MONTH}及其后一年不在{scenario.start}至{last}之内",
    }


DIP = Pattern(
    name="shock_dip",
    title={"en": "A shock brings a dip", "zh": "冲击带来下降"},
    criterion={"en": "below 1", "zh": "小于1"},
    definition={
        "en": "Expected applications for registration in February 2020, when registrations are at 0.15 of normal, over those of"
        " the same month without the shock, in the same luck.",
        "zh": "2020年2月登记降至平常的0.15：该月预期登记申请与无冲击时之比，同一随机性。",
    },
    bounds=Bounds(high=1 - 1e-9),
    watched={USUAL: Applications, SHOCK: Applications},
    number=dip,
    why_not=outside_the_window,
)

REBOUND = Pattern(
    name="shock_rebound",
    title={"en": "and a partial rebound", "zh": "并部分反弹"},
    criterion={"en": "between 0 and 1", "zh": "0与1之间"},
    definition={
        "en": "Expected applications in the twelve months after it beyond those without the shock, over what its month lost.",
        "zh": "其后十二个月预期申请多出无冲击时的部分，与该月损失之比。",
    },
    bounds=Bounds(1e-9, 1 - 1e-9),
    watched={USUAL: Applications, SHOCK: Applications, SHOCK_FORGOTTEN: Applications},
    number=rebound,
    remark=_remark,
    why_not=outside_the_window,
)
