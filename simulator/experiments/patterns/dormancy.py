"""Dormancy by age: the young fall asleep more often, unless they are paid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from simulator.city.organizations import Kind, Tier
from simulator.dynamics.density import measure_density
from simulator.dynamics.dormancy import dormancy_hazard
from simulator.experiments.patterns.finding import Bounds, Seen, ratio, shown
from simulator.experiments.patterns.pattern import Pattern
from simulator.experiments.patterns.watching import Observer
from simulator.experiments.patterns.worlds import USUAL
from simulator.language.units import MONTHS_PER_YEAR
from simulator.language.vocabulary import Title
from simulator.model import DistrictModel

YOUNG_YEARS: Final = 2.0


class Dormancy(Observer):
    """Years at risk of filed bodies and what they are expected to lose to dormancy, by age in their papers and funding.

    Expected, at each body's own hazard at each month's edge, rather than counted: funded filed bodies are few, and a few
    events would tell nothing.
    """

    name = "dormancy"

    def __init__(self, model: DistrictModel) -> None:
        self._sums = {f"{what} {age} {money}": 0.0 for what in ("years", "asleep") for age in ("young", "old")
                      for money in ("funded", "unfunded")}  # fmt: skip

    def watch(self, model: DistrictModel) -> None:
        setting, bodies = model.setting, model.city.organizations
        awake = bodies.active() & (bodies.tier == Tier.FILED) & (bodies.kind != Kind.FEDERATION)
        rows = np.flatnonzero(awake)
        hazard = dormancy_hazard(setting, rows, measure_density(bodies, model.city.streets))
        young = setting.now - bodies.tier_since[rows] < YOUNG_YEARS * MONTHS_PER_YEAR
        funded = bodies.funded_until[rows] >= setting.now
        for age, aged in (("young", young), ("old", ~young)):
            for money, paid in (("funded", funded), ("unfunded", ~funded)):
                self._sums[f"years {age} {money}"] += np.count_nonzero(aged & paid) / MONTHS_PER_YEAR
                self._sums[f"asleep {age} {money}"] += float(hazard[aged & paid].sum()) / MONTHS_PER_YEAR

    def tallies(self, model: DistrictModel) -> dict[str, float]:
        return dict(self._sums)


def _rate(seen: Seen, age: str, money: str) -> float:
    return ratio(seen[USUAL][f"asleep {age} {money}"], seen[USUAL][f"years {age} {money}"])


def young_over_old(money: str) -> Callable[[Seen], float]:
    """Dormancy a year in the first two years over dormancy later, of `funded` or `unfunded` bodies."""
    return lambda seen: ratio(_rate(seen, "young", money), _rate(seen, "old", money))


def _remark(money: str) -> Callable[[Seen], Title]:
    def remark(seen: Seen) -> Title:
        young, old = (shown(_rate(seen, age, money), ".1%") for age in ("young", "old"))
        return {"en": f"{young} and {old} a year", "zh": f"年休眠率{young}与{old}"}

    return remark


_DEFINITION: Final = {
    "en": "Filed bodies awake: expected dormancy a year in the first two years of their papers over that of later years, at"
    " each body's hazard each month. Registered bodies have no age term.",
    "zh": "活跃的备案组织：取得备案两年内与其后的年预期休眠率之比，按每月每个组织的风险率计算。登记组织无年龄项。",
}

UNFUNDED = Pattern(
    name="dormancy_of_the_unfunded",
    title={"en": "Young unfunded bodies fall dormant more often", "zh": "无资助组织早期更易休眠"},
    criterion={"en": "at least 1.5", "zh": "不小于1.5"},
    definition=_DEFINITION,
    bounds=Bounds(low=1.5),
    watched={USUAL: Dormancy},
    number=young_over_old("unfunded"),
    remark=_remark("unfunded"),
)

FUNDED = Pattern(
    name="dormancy_of_the_funded",
    title={"en": "Funding takes the liability of newness away", "zh": "资助消除新生劣势"},
    criterion={"en": "at most 1.2", "zh": "不大于1.2"},
    definition={
        "en": _DEFINITION["en"] + " Funded: under contract or award.", "zh": _DEFINITION["zh"] + "受资助：合同或资助期内。"
    },
    bounds=Bounds(high=1.2),
    watched={USUAL: Dormancy},
    number=young_over_old("funded"),
    remark=_remark("funded"),
)  # fmt: skip
