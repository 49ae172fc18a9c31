"""Merger of like bodies."""

from __future__ import annotations

from typing import ClassVar

from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Programme
from simulator.language.vocabulary import ProgrammeSignature


class Merger(Programme):
    """Merger of like bodies."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "merger",
        {"en": "Merger of like bodies", "zh": "同类组织整合"},
        {
            "money": d.money(0),
            "rate": d.share(0.02, "Share of small like pairs that merges in a year", "年整合率"),
            "size_below": d.quantity("members", 0, 1e6, 10, "Members below which a body is small", "小型组织成员上限"),
            "member_loss": d.share(0.1, "Share of the absorbed body's members that leaves", "成员流失率"),
            "hours_per_merger": d.hours(40, "Hub hours for one merger", "每次整合工时"),
        },
        "small bodies alike in place, domain and papers become one",
    )
