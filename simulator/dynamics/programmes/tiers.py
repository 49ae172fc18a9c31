"""Three tiers of management (三级管理): groups, filed teams, registered bodies; who does well moves up, who can do little down.

    up     of a latent group, and of a filed body that qualifies for registration:   promote * k / mean k       per year
    down   of an awake filed body with k < demote_below that does not qualify:       demote                     per year

k capability, the mean over active community bodies; for registration times the chance that the capital can be raised just now
(registration.py). A group moved up is filed, a filed one applies for registration, without staff of its own; a team
moved down is a group again and off the books (it counts among removals), with its members. Each case takes hours of
the street's station, or of its hub: as many cases are handled as there are hours, in the order of their dice. Being latent
means being on no list, so a census or a clerk who meets the group comes first: that is what the hours are for.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import AWAKE, COMMUNITY, FILED, LATENT
from simulator.dynamics import filing, registration
from simulator.dynamics.density import measure_density
from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Process, Programme
from simulator.language.units import MONTHS_PER_YEAR, probability
from simulator.language.vocabulary import ProgrammeSignature


class Tiers(Programme):
    """Groups, teams and registered bodies under one management."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "tiers",
        {"en": "Three tiers of management", "zh": "三级管理"},
        {
            "money": d.money(0),
            "promote": d.quantity("per year", 0, 5, 0.03, "Hazard of moving up, at average capability", "晋级率"),
            "demote": d.quantity("per year", 0, 5, 0.02, "Hazard of moving down, of the least able", "降级率"),
            "demote_below": d.quantity("capability", 0, 1, 0.2, "Capability below which a team may move down", "降级能力线"),
            "hours_per_case": d.hours(4, "Station or hub hours for one case", "每例工时"),
            "set_up_months": d.months(3, "Months until the lists are made", "建制时滞"),
        },
        "able groups are filed, able teams registered; teams that can do little are groups again",
        buys=({"en": "cases", "zh": "件"},),
    )

    @property
    def lead_months(self) -> float:
        """The lists come first."""
        return self.number("set_up_months")

    def run(self) -> Process:
        return self.every(1.0, self.number("set_up_months"))

    def act(self, period: float) -> None:
        """A month's cases, up and down."""
        paid = self.pay_share(period, "three tiers of management")
        bodies = self.setting.city.organizations
        community = bodies.active() & (bodies.kind == COMMUNITY)
        mean = float(bodies.capability[community].mean()) if community.any() else 1.0
        rising = community & ((bodies.tier == LATENT) | self._qualify())
        failing = (bodies.status == AWAKE) & (bodies.tier == FILED) & ~bodies.applying
        failing &= community & ~rising & (bodies.capability < self.number("demote_below"))
        rate = self.number("promote") * bodies.capability / max(mean, 1e-9)
        hazard = np.where(rising, rate * np.where(bodies.tier == FILED, self._affords(), 1.0), 0.0)
        hazard = np.where(failing, self.number("demote"), hazard) * paid * period / MONTHS_PER_YEAR
        luck = self.dice("tiers", bodies.identity)
        cases = np.flatnonzero(luck < probability(hazard))
        cases = cases[np.argsort(luck[cases], kind="stable")]
        handled = self._handled(cases)
        self.tally(handled.size)
        self.delivery = paid * (handled.size / cases.size if cases.size else 1.0)
        self._move(handled[rising[handled]], handled[failing[handled]])

    def _qualify(self) -> NDArray[np.bool_]:
        if self.setting.spinning_up:
            return np.zeros(len(self.setting.city.organizations), np.bool_)
        p, bodies = self.setting.parameters["registration"], self.setting.city.organizations
        return registration.qualifying(bodies, p["c_star"], p["m_star"]) & ~bodies.applying

    def _affords(self) -> NDArray[np.float64]:
        """The chance that each body can raise the capital of a registration just now, (n,)."""
        p = self.setting.parameters["registration"]
        capital = self.setting.levers["required_capital_yuan"]
        return registration.p_affords(capital, self.setting.city.organizations.means_yuan, p["means_passing_sd_log"])

    def _handled(self, cases: NDArray[np.intp]) -> NDArray[np.intp]:
        """The first of each street for which there are hours, in order."""
        city, each = self.setting.city, self.number("hours_per_case")
        streets = city.organizations.street[cases]
        wanted = each * np.bincount(streets, minlength=len(city.streets)).astype(np.float64)
        granted = city.hours.book_in_turn(("stations", "hubs"), wanted, "three tiers of management")
        if each == 0:
            return cases
        kept = [cases[streets == street][: int(hours / each + 1e-9)] for street, hours in enumerate(granted)]
        return np.concatenate(kept)

    def _move(self, up: NDArray[np.intp], down: NDArray[np.intp]) -> None:
        city, bodies = self.setting.city, self.setting.city.organizations
        filing_now = up[bodies.tier[up] == LATENT]
        if self.setting.spinning_up:
            self.withhold("filing", float(filing_now.size - down.size))
            return
        registration.apply(self.setting, up[bodies.tier[up] == FILED], staffed=0.0)
        filing.file(self.setting, filing_now, measure_density(bodies, city.streets))
        bodies.tier[down], bodies.tier_since[down] = LATENT, self.setting.now
        self.setting.flows.add("removal", bodies.street[down], len(city.streets))
