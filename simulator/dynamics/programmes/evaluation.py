"""Evaluation by residents (居民评议): those for whom a contract is carried out say what they think, and it counts.

    signal of a body          s = capability + noise,   noise normal with sd `noise_sd`
    log odds of renewal       + weight * (s - mean s) / sd s          among the bodies evaluated
    its hours until the next  * (1 + effort)                            who is watched tries harder

Once a year, bodies that work under a contract, award or grant, drawn alike, as far as surveys are paid and committees have
the hours to go from door to door. What an evaluation says holds until the next one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.calls import YearlyCaller
from simulator.dynamics.programmes.programme import Programme
from simulator.dynamics.setting import Setting
from simulator.language.units import fen
from simulator.language.vocabulary import ProgrammeSignature

LEAST_SPREAD = 1e-6
"""Of the signals, below which all are alike."""


class Evaluation(YearlyCaller):
    """Residents evaluate those who work for public money."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "evaluation",
        {"en": "Evaluation by residents", "zh": "居民评议"},
        {
            "money": d.money(),
            "cost_per_body": d.quantity("yuan", 1, 1e6, None, "Cost of a survey on one body", "单个评议费", price_when={}),
            "hours_per_body": d.hours(6, "Committee hours for one survey", "每次评议工时"),
            "noise_sd": d.quantity("capability", 0, 2, 0.2, "Spread of what residents can tell", "评议误差"),
            "weight": d.quantity("log odds", 0, 10, 1, "Log odds of renewal by a standard deviation", "评议权重"),
            "effort": d.quantity("share", 0, 1, 0.1, "Hours that being evaluated adds", "努力增量"),
            "first_call_months": d.first_call_months(6, "Months to the first evaluation", "首次评议时滞"),
        },
        "residents evaluate bodies under contract; it enters renewals, and the evaluated try harder",
        buys=({"en": "surveys", "zh": "次评议"},),
    )

    def __init__(self, setting: Setting, instrument: str, inputs: Mapping[str, float | str], serial: int = 0) -> None:
        super().__init__(setting, instrument, inputs, serial)
        self._evaluated: NDArray[np.intp] = np.empty(0, np.intp)
        """Rows of those whose evaluation holds."""

    def take_over(self, predecessor: Programme) -> None:
        """What was said holds until the next evaluation, whose numbers are the new ones."""
        if not isinstance(predecessor, Evaluation):
            super().take_over(predecessor)
            return
        self._evaluated, predecessor._evaluated = predecessor._evaluated, self._evaluated

    def call(self, period: float) -> bool:
        """One year's evaluations."""
        city, cost = self.setting.city, fen(self.number("cost_per_body"))
        bodies = city.organizations
        funded = bodies.at_work() & (bodies.funded_until >= self.setting.now)
        rows = np.flatnonzero(funded)
        rows = rows[np.argsort(self.dice("evaluation order", bodies.identity[rows]), kind="stable")]
        number = min(rows.size, self.spendable_fen(period) // cost)
        if rows.size and not number:
            return False
        asked = rows[: self._with_hours(number)]
        self.pay_outside(asked.size * cost, "evaluation")
        self.tally(asked.size)
        self.close()
        self._evaluated = asked
        signal = bodies.capability[asked] + self.number("noise_sd") * ndtri(self.dice("evaluation", bodies.identity[asked]))
        spread = float(signal.std()) if asked.size else 0.0
        if spread > LEAST_SPREAD:
            bodies.evaluation[asked] = self.number("weight") * (signal - signal.mean()) / spread
        bodies.effort[asked] = 1 + self.number("effort")
        self.delivery = asked.size / rows.size if rows.size else 0.0
        return True

    def close(self) -> None:
        """What was said holds no longer."""
        bodies = self.setting.city.organizations
        bodies.evaluation[self._evaluated] = 0.0
        bodies.effort[self._evaluated] = 1.0
        self._evaluated = np.empty(0, np.intp)

    def _with_hours(self, number: int) -> int:
        """How many of so many surveys the committees, all together, have hours for."""
        each, communities = self.number("hours_per_body"), len(self.setting.city.communities)
        if not number or each == 0:
            return number
        wanted = np.full(communities, number * each / communities)
        granted = float(self.setting.city.hours.book("committees", wanted, "evaluation").sum())
        return int(granted / each + 1e-9)
