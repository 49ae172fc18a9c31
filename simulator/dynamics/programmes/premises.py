"""Premises."""

from __future__ import annotations

from typing import ClassVar

from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Programme
from simulator.language.vocabulary import ProgrammeSignature


class Premises(Programme):
    """Rooms."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "premises",
        {"en": "Premises", "zh": "场地供给"},
        {
            "money": d.money(),
            "m2": d.quantity("m2", 0, 1e7, None, "Space", "面积", extensive=True),
            "where": d.choice(("hub", "community"), "hub", "Whose rooms", "场地去向"),
            "rent_per_m2": d.quantity("yuan/year", 0, 1e5, 300, "Rent of a square metre", "每平方米年租金"),
            "fit_out_months": d.months(6, "Months to fit the rooms out", "装修时滞"),
        },
        "rented rooms for hubs or communities, open after they are fitted out",
    )
