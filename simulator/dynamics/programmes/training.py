"""Leader training (草根领袖培训): courses for those who lead a body, and for backbone residents who lead nothing yet.

    persons of a course = min(persons a year / courses, money / cost of a person)
    who finish          = those for whom stations and hubs had the hours, over the course's three months (assumption)

Trained leaders found more (`founding`), and the body they lead outlives its first year more often (`skill_factor`).
"""

from __future__ import annotations

from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.calls import Caller
from simulator.dynamics.programmes.programme import Process
from simulator.dynamics.programmes.trainees import Trainees, backbones, finish, untrained_leaders
from simulator.language.streams import race
from simulator.language.units import MONTHS_PER_YEAR, fen
from simulator.language.vocabulary import ProgrammeSignature

COURSE_MONTHS: Final = 3
"""Months of a course (assumption)."""


class Training(Caller):
    """Courses for grassroots leaders; a course takes hours that stations and hubs lack elsewhere from its first day."""

    first_call: ClassVar[str] = "first_course_months"
    calls_a_year: ClassVar[str] = "courses_per_year"

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "training",
        {"en": "Leader training", "zh": "草根领袖培训"},
        {
            "money": d.money(),
            "persons": d.quantity("persons/year", 0, 1e6, None, "Persons to be trained", "培训人数", extensive=True),
            "cost_per_person": d.quantity("yuan", 0, 1e6, 1500, "Cost of one person", "人均培训费", price_when={}),
            "hours_per_person": d.hours(60, "Trainers' hours for one person", "人均培训工时"),
            "courses_per_year": d.calls_per_year(2, "Courses a year", "每年培训期数"),
            "first_course_months": d.first_call_months(2, "Months to the first course", "首期培训时滞"),
            "skill_factor": d.quantity(
                "factor", 0, 1, 0.8, "What training leaves of a body's first-year dormancy", "首年休眠风险系数"
            ),
        },
        "courses that train the leaders of bodies and, if there are too few, backbone residents who lead nothing",
        buys=({"en": "persons trained", "zh": "名受训者"},),
    )

    def call(self, period: float) -> bool:
        """One course: who comes, what it costs."""
        cost = fen(self.number("cost_per_person"))
        planned = round(self.number("persons") * min(period, MONTHS_PER_YEAR) / MONTHS_PER_YEAR)
        persons = min(planned, self.spendable_fen(period) // cost) if cost else planned
        if not persons:
            return False
        trainees = self._chosen(persons)
        self.pay_outside(len(trainees) * cost, "leader training")
        self.setting.clock.process(self._teach(trainees))
        self.delivery = min(len(trainees) / planned, 1.0)
        return True

    def _chosen(self, persons: int) -> Trainees:
        """Leaders first, backbone residents for the places left; each by a race in which all are alike."""
        first = self._drawn(untrained_leaders(self.setting.city), persons)
        if len(first) == persons:
            return first
        return first.with_more(self._drawn(backbones(self.setting.city), persons - len(first)))

    def _drawn(self, pool: Trainees, persons: int) -> Trainees:
        luck = self.dice("training choice", pool.identities)
        return pool.only(race(np.ones(len(pool)), luck, persons))

    def _teach(self, trainees: Trainees) -> Process:
        """The months of one course; at its end those finish, street by street, for whom there were the hours."""
        city = self.setting.city
        persons = np.bincount(trainees.streets, minlength=len(city.streets)).astype(np.float64)
        wanted = persons * self.number("hours_per_person")
        granted = np.zeros_like(wanted)
        for _ in range(COURSE_MONTHS):
            granted += city.hours.book_in_turn(("stations", "hubs"), wanted / COURSE_MONTHS, "leader training")
            yield self.setting.clock.timeout(1.0)
        taught = np.divide(granted, wanted, out=np.ones_like(wanted), where=wanted > 0)
        finishing = trainees.only(_first_of_each(trainees.streets, np.floor(persons * taught + 1e-9)))
        self.tally(len(finishing))
        if self.setting.spinning_up:
            self.withhold("trained leaders", len(finishing))
            return
        finish(self.setting, finishing, self.number("skill_factor"))


def _first_of_each(streets: NDArray[np.int32], numbers: NDArray[np.float64]) -> NDArray[np.intp]:
    """Positions of the first `numbers[s]` that belong to each street s, streets (n,) in order of choice."""
    order = np.argsort(streets, kind="stable")
    begins = np.searchsorted(streets[order], np.arange(numbers.size))
    rank = np.arange(streets.size) - begins[streets[order]]
    return np.sort(order[rank < numbers[streets[order]]])
