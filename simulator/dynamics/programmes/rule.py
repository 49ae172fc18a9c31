"""A rule (制度): drafted, then in force, as far as those who must live by it have the hours.

    delivery = 0 while it is drafted;   then   hours granted / hours it takes * share of its line that is paid

Meetings, reports and lists take hours a month of committees, stations, hubs or the civil-affairs bureau, shared by places as
built: a rule that nobody has time to follow moves nothing. It does nothing by itself: it carries levers.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.inspection import BUREAU
from simulator.dynamics.programmes.programme import Process, Programme
from simulator.language.vocabulary import ProgrammeSignature

POOLS = {"committees": "committees", "stations": "stations", "hubs": "hubs", "bureau": BUREAU}
"""Whose hours, and the name of their pool."""


class Rule(Programme):
    """A rule that carries levers."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "rule",
        {"en": "Rule", "zh": "制度规定"},
        {
            "money": d.money(0),
            "procedure_months": d.months(3, "Months from decision to force", "出台时滞"),
            "whose": d.choice((*POOLS, "nobody"), "nobody", "Whose hours it takes", "占用谁的工时"),
            "hours": d.quantity("hours/month", 0, 1e6, 0, "Hours it takes a month", "每月占用工时", extensive=True),
        },
        "a rule, in force after a procedure, as far as those who must follow it have the hours",
        buys=({"en": "months in force", "zh": "个施行月"},),
    )

    @property
    def lead_months(self) -> float:
        """Nothing changes while it is drafted."""
        return self.number("procedure_months")

    def run(self) -> Process:
        return self.every(1.0, self.number("procedure_months"))

    def act(self, period: float) -> None:
        """A month under the rule."""
        self.delivery = self.pay_share(period, "a rule's upkeep") * self._followed()
        self.tally(self.delivery * self.setting.city.share_built)  # a month of the whole district

    def _followed(self) -> float:
        """The share of the hours that it takes which is there."""
        wanted = self.number("hours") * self._by_place()
        if not wanted.any():
            return 1.0
        granted = self.setting.city.hours.book(POOLS[self.word("whose")], wanted, self.instrument.replace("_", " "))
        return float(granted.sum() / wanted.sum())

    def _by_place(self) -> NDArray[np.float64]:
        """How the hours are shared among those who give them, sums to 1; 0 if nobody does."""
        city = self.setting.city
        match self.word("whose"):
            case "committees":
                return np.full(len(city.communities), 1 / len(city.communities))
            case "stations" | "hubs":
                return np.asarray(city.streets.share_built / city.streets.share_built.sum())
            case "bureau":
                return np.ones(1)
        return np.zeros(1)
