"""Inspection."""

from __future__ import annotations

from typing import ClassVar

from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Programme
from simulator.language.vocabulary import ProgrammeSignature


class Inspection(Programme):
    """The yearly inspection."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "inspection",
        {"en": "Annual inspection", "zh": "年度检查"},
        {
            "money": d.money(0),
            "hours_per_body": d.hours(6, "Hours to inspect one body", "每组织检查工时"),
            "detect": d.share(0.3, "Share of inspected dormant bodies that is detected", "休眠组织查出率"),
            "false_removal": d.share(0.005, "Share of inspected awake bodies removed by mistake", "误除名率"),
            "month_of_year": d.quantity("month", 1, 12, 6, "Calendar month in which it begins", "年检月份", whole=True),
            "warnings": d.quantity("warnings", 0, 3, 1, "Warnings in a row before removal", "除名前警告次数", whole=True),
        },
        "registered bodies are inspected as far as hours allow; dormant ones are warned, then removed",
    )
