"""Attraction of professional agencies."""

from __future__ import annotations

from typing import ClassVar

from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Programme
from simulator.language.vocabulary import ProgrammeSignature


class Attraction(Programme):
    """Attraction of professional agencies."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "attraction",
        {"en": "Attraction of professional agencies", "zh": "引入专业机构"},
        {
            "money": d.money(),
            "fee_per_body": d.quantity("yuan", 0, 1e8, None, "Fee for one agency", "引入费用"),
            "bodies_per_year": d.quantity("bodies/year", 0, 1e4, None, "Agencies sought a year", "年引入数", extensive=True),
            "procedure_months": d.months(6, "Months to registration", "落地时滞"),
            "kind": d.choice(("support", "professional"), "support", "Kind of agency", "机构类型"),
        },
        "fees bring agencies from outside, which register in the district after a procedure",
    )
