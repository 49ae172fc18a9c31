"""Grants."""

from __future__ import annotations

from typing import ClassVar

from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Programme
from simulator.language.vocabulary import ProgrammeSignature


class Grant(Programme):
    """Grants to street federations or to bodies."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "grant",
        {"en": "Grants", "zh": "资助"},
        {
            "money": d.money(0),
            "payer": d.choice(("line", "outside"), "line", "Who pays: the district's line or somebody outside", "出资方"),
            "recipients": d.choice(("hubs", "bodies"), "bodies", "Who receives", "受助方"),
            "grant_yuan": d.quantity("yuan", 0, 1e8, None, "One grant (for hubs: per hub and year)", "单项资助额"),
            "grants_per_year": d.quantity(
                "per year", 0, 1e5, 0, "Grants a year from outside, on average", "年均资助项数", extensive=True
            ),
            "eligible": d.eligible("registered"),
            "persistence": d.quantity("odds ratio", 0, 100, 2, "Odds of those who won before", "既往获资助者胜算比"),
            "project_months": d.months(12, "Months in which a grant is spent", "项目周期", low=1),
            "first_call_months": d.first_call_months(1, "Months to the first grant", "首次资助时滞"),
        },
        "yearly money for street federations; or grants to bodies, drawn with an advantage for earlier winners",
    )
