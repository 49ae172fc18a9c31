"""Counts over time: growth that speeds up, then slows down."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from simulator.experiments.patterns.finding import Bounds, Seen, ratio, shown
from simulator.experiments.patterns.pattern import Pattern
from simulator.experiments.patterns.watching import Observer
from simulator.experiments.patterns.worlds import CARRIED_ON
from simulator.language.vocabulary import Title
from simulator.model import DistrictModel

QUARTERS: Final = 4


class Counts(Observer):
    """The organisations on the books at the window's quarters."""

    name = "counts"

    def __init__(self, model: DistrictModel) -> None:
        self._counted = [model.measure("counted_count")]

    def watch(self, model: DistrictModel) -> None:
        self._counted.append(model.measure("counted_count"))

    def tallies(self, model: DistrictModel) -> dict[str, float]:
        months = len(self._counted) - 1
        return {f"quarter {q}": self._counted[months * q // QUARTERS] for q in range(QUARTERS + 1)}


def growths(seen: Seen) -> list[float]:
    """Growth in each quarter of the window."""
    counted = [seen[CARRIED_ON][f"quarter {q}"] for q in range(QUARTERS + 1)]
    return [after - before for before, after in pairwise(counted)]


def both_bends(growth: Sequence[float]) -> float:
    """The smaller of the two bends over all growth: (2nd - 1st quarter) upward and (3rd - 4th) downward.

    Positive only if growth speeds up in the first half and slows down in the second: any logistic curve whose steepest point
    lies between the ends of the first and the third quarter. A straight line gives 0; an exponential, a curve that only
    saturates, and a stock that shrinks give less.
    """
    first, second, third, fourth = growth
    return ratio(min(second - first, third - fourth, sum(growth)), abs(sum(growth)))


def _remark(seen: Seen) -> Title:
    grown = " · ".join(shown(growth, "+,.0f") for growth in growths(seen))
    return {"en": f"growth by five years: {grown}", "zh": f"每五年增量：{grown}"}


S_SHAPED = Pattern(
    name="s_shaped_counts",
    title={"en": "Counts are S-shaped", "zh": "数量呈S形增长"},
    criterion={"en": "above 0", "zh": "大于0"},
    definition={
        "en": "Registered and filed bodies, carried on for twenty years: the smaller of (growth in the 2nd quarter minus the"
        " 1st) and (3rd minus 4th), over all growth. Positive only if growth speeds up and then slows down; a straight line"
        " is 0.",
        "zh": "登记与备案组织延续二十年：(第二个五年增量−第一个)与(第三个−第四个)中较小者除以总增量；"
        "先加速后减速才为正，直线为0。",
    },
    bounds=Bounds(low=1e-9),
    watched={CARRIED_ON: Counts},
    number=lambda seen: both_bends(growths(seen)),
    remark=_remark,
)
