"""Leaving the register: how many registered bodies a year, and whether the old go first."""

from __future__ import annotations

from typing import Final

import numpy as np

from simulator.city.organizations import Kind, Tier
from simulator.documents.scenario import Scenario
from simulator.experiments.patterns.finding import Bounds, Seen, ratio, shown
from simulator.experiments.patterns.pattern import Pattern
from simulator.experiments.patterns.watching import Observer
from simulator.experiments.patterns.worlds import USUAL
from simulator.language.calendar import Month
from simulator.language.units import MONTHS_PER_YEAR
from simulator.language.vocabulary import Title
from simulator.model import DistrictModel

FIRST: Final = Month(2018, 1)
AFTER: Final = Month(2021, 1)
"""The years in which the nation's register was observed: from the first of these months until the second."""
OBSERVED_MONTHS: Final = AFTER - FIRST


def years_observed(scenario: Scenario) -> range:
    """The months that lie in 2018–20; the first three years of a window in which less than a year of them lies."""
    inside = range(max(FIRST - scenario.start, 0), min(AFTER - scenario.start, scenario.months))
    return inside if len(inside) >= MONTHS_PER_YEAR else range(min(OBSERVED_MONTHS, scenario.months))


def outside_the_years(scenario: Scenario) -> Title | None:
    """Why the criterion does not bind this scenario, if it does not."""
    if min(AFTER - scenario.start, scenario.months) - max(FIRST - scenario.start, 0) >= MONTHS_PER_YEAR:
        return None
    months = years_observed(scenario)
    begin, end = scenario.start + months.start, scenario.start + (months.stop - 1)
    return {
        "en": f"the criterion is of 2018–20, outside the window; measured in {begin} to {end}",
        "zh": f"判据针对2018–20年，不在时段内；此处量于{begin}至{end}",
    }


class Leaving(Observer):
    """Years that registered bodies spend on the books, those that leave, and the ages of both in years of their papers.

    A federation counts for the built share of its street, as everywhere.
    """

    name = "leaving"

    def __init__(self, model: DistrictModel) -> None:
        self._months = years_observed(model.spec)
        self._sums = dict.fromkeys(("years", "age of stock", "left", "age of leavers"), 0.0)
        self._rows = self._registered(model)

    def watch(self, model: DistrictModel) -> None:
        bodies, rows, month = model.city.organizations, self._rows, model.month - 1
        if month in self._months:
            built = model.city.streets.share_built[bodies.street[rows]]
            weight = np.where(bodies.kind[rows] == Kind.FEDERATION, built, 1.0)
            age = (model.month - bodies.tier_since[rows]) / MONTHS_PER_YEAR
            left = ~bodies.alive()[rows]
            self._sums["years"] += float(weight.sum()) / MONTHS_PER_YEAR
            self._sums["age of stock"] += float(weight @ age) / MONTHS_PER_YEAR
            self._sums["left"] += float(weight[left].sum())
            self._sums["age of leavers"] += float(weight[left] @ age[left])
        self._rows = self._registered(model)

    def tallies(self, model: DistrictModel) -> dict[str, float]:
        return dict(self._sums)

    @staticmethod
    def _registered(model: DistrictModel) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        bodies = model.city.organizations
        return np.flatnonzero(bodies.alive() & (bodies.tier == Tier.REGISTERED))


def rate(seen: Seen) -> float:
    """Leavers per body and year."""
    return ratio(seen[USUAL]["left"], seen[USUAL]["years"])


def relative_age(seen: Seen) -> float:
    """Mean age of leavers over mean age of the stock."""
    found = seen[USUAL]
    return ratio(ratio(found["age of leavers"], found["left"]), ratio(found["age of stock"], found["years"]))


def _ages(seen: Seen) -> Title:
    found = seen[USUAL]
    leavers = shown(ratio(found["age of leavers"], found["left"]), ".1f")
    stock = shown(ratio(found["age of stock"], found["years"]), ".1f")
    return {"en": f"{leavers} and {stock} years", "zh": f"{leavers}年与{stock}年"}


LEAVING = Pattern(
    name="leaving_the_register",
    title={"en": "Bodies leave the register", "zh": "登记组织退出"},
    criterion={"en": "5–6 % (± 2) a year", "zh": "每年5–6%（±2）"},
    definition={
        "en": "Registered bodies that end (closed, removed, merged) per registered body and year, 2018–20.",
        "zh": "2018–20年登记组织的年退出率（自行终止、除名、合并）。",
    },
    bounds=Bounds(0.03, 0.08),
    watched={USUAL: Leaving},
    number=rate,
    why_not=outside_the_years,
    places=3,
)

OLD_FIRST = Pattern(
    name="old_ones_first",
    title={"en": "Old ones leave first", "zh": "退出者以老组织为主"},
    criterion={"en": "above 1", "zh": "大于1"},
    definition={
        "en": "Mean age of leavers over mean age of registered bodies on the books in the same months; age since registration.",
        "zh": "退出组织与同期在册登记组织的平均年龄之比；年龄自登记起算。",
    },
    bounds=Bounds(low=1 + 1e-9),
    watched={USUAL: Leaving},
    number=relative_age,
    remark=_ages,
    why_not=outside_the_years,
)
