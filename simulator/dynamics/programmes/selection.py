"""Selection into incubation by contest (竞赛选拔入壳): a jury picks whom the district's incubators take first.

    p(chosen) proportional to (quality * effort)^r                  one after another, without replacement (Tullock 1980)

What a contest for places does that a waiting list does not: the able come in sooner, and all who bid pay with their hours.
Young bodies bid that are in none of the district's incubators and wait for none; who is chosen goes onto the list of one
before all who applied. There must be one. Effort as in contests (calls.py).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulator.city.organizations import AWAKE
from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.calls import Caller, may_apply, quality
from simulator.dynamics.programmes.incubator import YOUNG_MONTHS, Incubator
from simulator.language.streams import race
from simulator.language.units import fen
from simulator.language.vocabulary import ProgrammeSignature


class Selection(Caller):
    """A contest for places in the district's incubators."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "selection",
        {"en": "Selection into incubation", "zh": "入壳选拔"},
        {
            "money": d.money(0),
            "jury": d.quantity("yuan", 0, 1e7, 0, "Cost of the jury of a call", "每次评审费", extensive=True),
            "chosen_per_call": d.quantity("bodies", 0, 1e5, None, "Bodies chosen at a call", "每次入选数", extensive=True),
            "calls_per_year": d.calls_per_year(1),
            "first_call_months": d.first_call_months(3),
            "eligible": d.eligible("filed_or_registered"),
            "hours_per_application": d.hours(16, "Hours an application takes the applicant", "每份申报耗时"),
            "apply_share": d.share(0.2, "Share of eligible young bodies that apply at a call", "申报比例"),
            "discrimination": d.quantity("exponent", 0, 5, 1, "How far promise decides (Tullock's r)", "竞争区分度"),
        },
        "a jury chooses among young bodies that bid; the chosen enter the district's incubators before all others",
        buys=({"en": "places awarded", "zh": "个入选名额"},),
    )

    def call(self, period: float) -> bool:
        """Bids, choice, places."""
        jury = fen(self.number("jury"))
        if self.spendable_fen(period) < jury:
            return False
        bodies, now = self.setting.city.organizations, self.setting.now
        houses = [
            programme for programme in self.setting.programmes
            if isinstance(programme, Incubator) and programme.word("level") == "district" and programme.in_force
        ]  # fmt: skip
        chosen = int(self.number("chosen_per_call") + self.dice("places offered", np.zeros(1, np.uint64))[0])
        self.delivery = 0.0
        if not houses or not chosen:
            return True
        self.pay_outside(jury, "jury")
        young = may_apply(bodies, self.word("eligible")) & (bodies.tier_since > now - YOUNG_MONTHS) & ~bodies.incubated
        young &= bodies.status == AWAKE  # who is inside somewhere can be let in nowhere
        young[[row for house in houses for row in house.rows]] = False
        rows = self.applicants(np.flatnonzero(young), self.number("apply_share"), "contest application")
        effort = self.efforts(bodies.identity[rows])
        self.charge(rows, self.number("hours_per_application") * effort)
        weights = (effort * quality(bodies, rows)) ** self.number("discrimination")
        order = rows[race(weights, self.dice("contest choice", bodies.identity[rows]), rows.size)]
        let_in = 0
        for row in order.tolist():
            if let_in < chosen and any(house.receive(row) for house in houses):
                let_in += 1
        self.tally(let_in)
        self.delivery = let_in / chosen
        return True
