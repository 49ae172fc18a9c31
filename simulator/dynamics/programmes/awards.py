"""Awards (评优评星): once a year the best of the bodies are named; juries and neighbours think more of them for a while.

    p(named) proportional to quality^2, as many as there is money for;    odds at calls * award_odds for `months` months

    delivery = min(named / planned, named * volunteers_per_award / volunteers)

The square makes a jury of awards pickier than one of contests (assumption). Prizes are spent on the day. Carries the lever
of recognition: stars for volunteers are read out at the same ceremony, and each is seen by so many (assumption).
"""

from __future__ import annotations

from typing import ClassVar, Final

import numpy as np

from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.calls import YearlyCaller, may_apply, quality
from simulator.language.streams import race
from simulator.language.units import fen
from simulator.language.vocabulary import ProgrammeSignature

PICKY: Final = 2.0
"""Exponent of quality (assumption)."""


class Awards(YearlyCaller):
    """Awards for bodies, stars for volunteers."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "awards",
        {"en": "Awards", "zh": "评优评星"},
        {
            "money": d.money(),
            "awards": d.quantity("bodies/year", 0, 1e5, None, "Bodies named a year", "年评选数", extensive=True),
            "prize": d.quantity("yuan", 1, 1e7, None, "Cost of one award", "单项奖励", price_when={}),
            "award_odds": d.quantity("odds ratio", 0, 100, 1.3, "Odds at calls of who was named", "获奖组织胜算比"),
            "volunteers_per_award": d.quantity(
                "persons", 0, 1e6, 800, "Volunteers who see one of their own named", "每项荣誉带动的志愿者"
            ),
            "months": d.months(24, "Months for which an award is remembered", "荣誉影响期", low=1),
            "first_call_months": d.first_call_months(6, "Months to the first ceremony", "首次评选时滞"),
            "eligible": d.eligible("filed_or_registered"),
        },
        "once a year the best bodies are named; juries think more of them for a while",
        buys=({"en": "awards", "zh": "项荣誉"},),
    )

    def call(self, period: float) -> bool:
        """One ceremony."""
        prize, planned = fen(self.number("prize")), self.number("awards")
        wanted = int(planned + self.dice("awards", np.zeros(1, np.uint64))[0])
        number = min(wanted, self.spendable_fen(period) // prize)
        if wanted and not number:
            return False
        bodies = self.setting.city.organizations
        rows = np.flatnonzero(may_apply(bodies, self.word("eligible")))
        luck = self.dice("award choice", bodies.identity[rows])
        named = rows[race(quality(bodies, rows) ** PICKY, luck, number)]
        bodies.award_odds[named] = self.number("award_odds")
        bodies.awarded_until[named] = self.setting.now + self.number("months")
        self.pay_outside(named.size * prize, "awards")
        self.tally(named.size)
        volunteers = max(int(self.setting.city.residents.stage_count[:, 3:].sum()), 1)
        seen = named.size * self.number("volunteers_per_award") / volunteers
        self.delivery = min(named.size / planned, seen, 1.0) if planned > 0 else 0.0
        return True
