"""Mentoring by mature bodies (成熟组织结对帮带): each year the ablest registered bodies take young ones under their wing.

    a month of a mentee:   k += (1 - exp(-kappa / 12)) * (k_mentor - k)^+

Mentors are the ablest active registered bodies of three years and more (assumption); mentees are drawn among active filed and
registered bodies with papers of less than three years, all alike, `mentees_per_mentor` for each mentor, for a year. Each
mentee costs its mentor hours that are missing in the mentor's own work. A pair ends when one of the two sleeps or is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import DORMANT, FILED, REGISTERED
from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.calls import YearlyCaller
from simulator.dynamics.programmes.programme import Process, Programme
from simulator.dynamics.setting import Setting
from simulator.language.streams import race
from simulator.language.units import MONTHS_PER_YEAR, fen
from simulator.language.vocabulary import ProgrammeSignature

MATURE_MONTHS: Final = 36
"""Papers of this age and more make a body mature, of less young (assumption)."""


class Mentoring(YearlyCaller):
    """Young bodies mentored by mature ones."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "mentoring",
        {"en": "Mentoring by mature bodies", "zh": "成熟组织帮带"},
        {
            "money": d.money(0),
            "mentors": d.quantity("bodies/year", 0, 1e5, None, "Mature bodies chosen a year", "年选聘数", extensive=True),
            "fee": d.quantity("yuan/year", 0, 1e7, 0, "Fee of a mentor", "帮带补贴", price_when={}),
            "mentees_per_mentor": d.quantity("bodies", 0, 1e3, 4, "Young bodies of one mentor", "每组织帮带数"),
            "kappa": d.quantity("per year", 0, 10, 0.3, "Rate at which the gap to the mentor closes", "差距缩小速率"),
            "hours_per_mentee": d.quantity("hours/month", 0, 1e3, 8, "Mentor's hours for one body", "每对象帮带工时"),
            "first_call_months": d.first_call_months(3, "Months to the first pairing", "首次结对时滞"),
        },
        "each year the ablest registered bodies take young ones under their wing and give hours of their own",
        buys=({"en": "bodies mentored", "zh": "家受帮带组织"},),
    )

    def __init__(self, setting: Setting, instrument: str, inputs: Mapping[str, float | str], serial: int = 0) -> None:
        super().__init__(setting, instrument, inputs, serial)
        self._accompanied_until: dict[int, float] = {}
        """The month in which each mentee's year ends, by row."""

    def take_over(self, predecessor: Programme) -> None:
        """Pairs go on as they were agreed; whoever is in one is not drawn again."""
        super().take_over(predecessor)
        if isinstance(predecessor, Mentoring):
            self._accompanied_until = dict(predecessor._accompanied_until)

    def call(self, period: float) -> bool:
        """A year's pairs."""
        fee, planned = fen(self.number("fee")), self.number("mentors")
        wanted = self._whole(planned)
        if fee and self.spendable_fen(period) < fee * min(wanted, 1):
            return False
        mentors = self._mentors(min(wanted, self.spendable_fen(period) // fee) if fee else wanted)
        self.pay_outside(mentors.size * fee, "mentors' fees")
        mentees = self._mentees(mentors, int(mentors.size * self.number("mentees_per_mentor") + 1e-9))
        self.tally(mentees.size)
        self.delivery = min(mentors.size / planned, 1.0) if planned > 0 else 0.0
        if mentees.size:
            self._accompanied_until |= dict.fromkeys(mentees.tolist(), self.setting.now + MONTHS_PER_YEAR)
            self.setting.clock.process(self._accompany(np.resize(mentors, mentees.size), mentees))
        return True

    def _whole(self, planned: float) -> int:
        """Whole mentors for a part-built district: what is left over is one more with that chance."""
        return int(planned + self.dice("mentors", np.zeros(1, np.uint64))[0])

    def _mentors(self, number: int) -> NDArray[np.intp]:
        """The ablest mature bodies."""
        bodies = self.setting.city.organizations
        mature = self._with_papers(REGISTERED) & (bodies.tier_since <= self.setting.now - MATURE_MONTHS)
        rows = np.flatnonzero(mature)
        order = np.lexsort((bodies.identity[rows], -bodies.capability[rows]))
        return np.asarray(rows[order[:number]])

    def _mentees(self, mentors: NDArray[np.intp], number: int) -> NDArray[np.intp]:
        """Young bodies, drawn alike."""
        bodies = self.setting.city.organizations
        young = self._with_papers(FILED) & (bodies.tier_since > self.setting.now - MATURE_MONTHS)
        young[mentors] = False
        young[[row for row, until in self._accompanied_until.items() if until > self.setting.now]] = False
        rows = np.flatnonzero(young)
        return np.asarray(rows[race(np.ones(rows.size), self.dice("mentees", bodies.identity[rows]), number)])

    def _with_papers(self, least: int) -> NDArray[np.bool_]:
        """Bodies at work that have at least the papers of this tier, (n,)."""
        bodies = self.setting.city.organizations
        return np.asarray(bodies.at_work() & (bodies.tier >= least))

    def _accompany(self, mentors: NDArray[np.intp], mentees: NDArray[np.intp]) -> Process:
        """Twelve months of these pairs, (n,) each."""
        bodies, closed = self.setting.city.organizations, -np.expm1(-self.number("kappa") / MONTHS_PER_YEAR)
        for _ in range(MONTHS_PER_YEAR):
            if not self.in_office().in_force:
                return
            both = (bodies.status[mentors] < DORMANT) & (bodies.status[mentees] < DORMANT)
            mentors, mentees = mentors[both], mentees[both]
            np.add.at(bodies.hours_charged, mentors, self.number("hours_per_mentee"))
            gap = np.maximum(bodies.capability[mentors] - bodies.capability[mentees], 0.0)
            # raise_capability multiplies by 1 - k, which is above 0 wherever there is a gap
            self.raise_capability(mentees, closed * gap / np.maximum(1 - bodies.capability[mentees], gap + 1e-12))
            yield self.setting.clock.timeout(1.0)
