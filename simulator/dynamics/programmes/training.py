"""Leader training."""

from __future__ import annotations

from typing import ClassVar

from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Programme
from simulator.language.vocabulary import ProgrammeSignature


class Training(Programme):
    """Courses for grassroots leaders."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "training",
        {"en": "Leader training", "zh": "草根领袖培训"},
        {
            "money": d.money(),
            "persons": d.quantity("persons/year", 0, 1e6, None, "Persons to be trained", "培训人数", extensive=True),
            "cost_per_person": d.quantity("yuan", 0, 1e6, 1500, "Cost of one person", "人均培训费"),
            "hours_per_person": d.hours(60, "Trainers' hours for one person", "人均培训工时"),
            "courses_per_year": d.calls_per_year(2, "Courses a year", "每年培训期数"),
            "first_course_months": d.first_call_months(2, "Months to the first course", "首期培训时滞"),
            "skill_factor": d.quantity(
                "factor", 0, 1, 0.8, "What training leaves of a body's first-year dormancy", "首年休眠风险系数"
            ),
        },
        "courses that train the leaders of bodies and, if there are too few, backbone residents who lead nothing",
    )
