"""Volunteer points (志愿积分兑换): hours are noted and may be changed for goods, as far as the goods are there.

    delivery = goods paid / (volunteers * goods of one)          volunteers: residents at stage 3 and 4

Points carry levers of quitting and of hours; their sign is uncertain (Frey & Goette 1999: pay can make volunteers give less).
What merchants give is in the line of whoever pays (the district, or donors). The same goods for ten times the volunteers are
worth a tenth to each.
"""

from __future__ import annotations

from typing import ClassVar

from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Process, Programme
from simulator.language.units import MONTHS_PER_YEAR, fen
from simulator.language.vocabulary import ProgrammeSignature


class Points(Programme):
    """Points for volunteers' hours."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "points",
        {"en": "Volunteer points", "zh": "志愿积分"},
        {
            "money": d.money(),
            "payer": d.payer(),
            "goods_per_volunteer": d.quantity("yuan/year", 1, 1e6, None, "Goods of one volunteer", "人均兑换额"),
            "set_up_months": d.months(3, "Months until points can be changed", "启动时滞"),
        },
        "volunteers' hours are noted and changed for goods, as far as these are there",
        buys=({"en": "volunteer-months", "zh": "人·月"},),
    )

    @property
    def lead_months(self) -> float:
        """Nothing can be changed before."""
        return self.number("set_up_months")

    def run(self) -> Process:
        return self.every(1.0, self.number("set_up_months"))

    def act(self, period: float) -> None:
        """A month's exchange."""
        volunteers = int(self.setting.city.residents.stage_count[:, 3:].sum())
        wanted = round(volunteers * fen(self.number("goods_per_volunteer")) * period / MONTHS_PER_YEAR)
        paid = min(self.spendable_fen(period), wanted)
        self.pay_outside(paid, "goods for points")
        self.tally(volunteers * paid / wanted if wanted > 0 else 0)
        self.delivery = paid / wanted if wanted > 0 else 0.0
