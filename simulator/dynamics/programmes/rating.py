"""Rating (社会组织等级评估): assessors look at registered bodies and give grades; a good grade counts at calls.

    graded 3A and above if   capability + noise >= grade_at,   noise normal with sd `noise_sd`
    odds at calls            * rating_odds while the grade is valid

Bodies come in turn, the longest unrated first (ties by dice), as far as assessors are paid; an assessment costs the body
hours of its staff. A grade lapses after `valid_months`.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from scipy.special import ndtri

from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.calls import YearlyCaller, may_apply
from simulator.language.units import fen
from simulator.language.vocabulary import ProgrammeSignature


class Rating(YearlyCaller):
    """Grades for registered bodies."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "rating",
        {"en": "Rating", "zh": "等级评估"},
        {
            "money": d.money(),
            "cost_per_body": d.quantity("yuan", 1, 1e6, None, "Assessors' fee for one body", "单个评估费", price_when={}),
            "hours_per_body": d.hours(60, "Staff hours that an assessment costs the body", "每组织迎评工时"),
            "grade_at": d.quantity("capability", 0, 1, 0.5, "Capability that earns 3A", "3A能力线"),
            "noise_sd": d.quantity("capability", 0, 1, 0.1, "Spread of assessors' judgement", "评估误差"),
            "rating_odds": d.quantity("odds ratio", 0, 100, 1.5, "Odds at calls with 3A and above", "3A以上胜算比"),
            "valid_months": d.months(36, "Months for which a grade is valid", "等级有效期", low=1),
            "first_call_months": d.first_call_months(6, "Months to the first assessments", "首次评估时滞"),
        },
        "assessors grade registered bodies in turn; a good grade counts at calls",
        buys=({"en": "assessments", "zh": "次评估"},),
    )

    def call(self, period: float) -> bool:
        """One year's assessments."""
        cost, now = fen(self.number("cost_per_body")), self.setting.now
        bodies = self.setting.city.organizations
        rows = np.flatnonzero(may_apply(bodies, "registered") & (bodies.rated_until <= now))
        number = min(rows.size, self.spendable_fen(period) // cost)
        if rows.size and not number:
            return False
        identities = bodies.identity[rows]
        turn = np.lexsort((self.dice("rating order", identities), bodies.rated_until[rows]))
        assessed = rows[turn[:number]]
        self.charge(assessed, self.number("hours_per_body"))
        noise = self.number("noise_sd") * ndtri(self.dice("rating", bodies.identity[assessed]))
        good = bodies.capability[assessed] + noise >= self.number("grade_at")
        bodies.rating_odds[assessed] = np.where(good, self.number("rating_odds"), 1.0)
        bodies.rated_until[assessed] = now + self.number("valid_months")
        self.pay_outside(assessed.size * cost, "rating")
        self.tally(assessed.size)
        self.delivery = number / rows.size if rows.size else 0.0
        return True
