"""A census of organisations (社会组织普查): once, street by street, latent groups are visited; some are found, some file.

    p(found) = discovery * share of the street's groups that hours and money reach;   p(files | found) = filed_when_found

The census begins when its money is there; each month has its part of it, a year's money is appropriated once, and the line
ends with the census. Its lists are of use as long as the instrument is in force: what it carries moves by the mean share
reached, when all streets have been visited.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulator.city.organizations import LATENT
from simulator.dynamics.density import measure_density
from simulator.dynamics.filing import file
from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Process, Programme
from simulator.language.units import MONTHS_PER_YEAR
from simulator.language.vocabulary import ProgrammeSignature


class Census(Programme):
    """A census of organisations."""

    appropriated_months: ClassVar[float] = MONTHS_PER_YEAR
    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "census",
        {"en": "Census of organisations", "zh": "社会组织普查"},
        {
            "money": d.money(),
            "months": d.months(6, "Months it takes", "普查周期", low=1),
            "discovery": d.share(0.4, "Share of latent groups that is found", "发现率"),
            "filed_when_found": d.share(0.5, "Share of found groups that files", "发现后备案率"),
            "hours_per_group": d.hours(2, "Hours to visit one group", "每组织走访工时"),
        },
        "once, street by street: latent groups are found, some of them file",
        buys=({"en": "groups visited", "zh": "个走访群体"},),
    )

    _reached: float = 0.0
    """The sum over streets visited of the share of their groups that was reached."""

    def run(self) -> Process:
        clock = self.setting.clock
        while self.annual_fen and not self.spendable_fen(1.0):
            yield clock.timeout(1.0)
        rounds = max(1, round(self.number("months")))
        n_streets = len(self.setting.city.streets)
        for turn in range(rounds):
            self._visit(range(n_streets * turn // rounds, n_streets * (turn + 1) // rounds), rounds - turn)
            yield clock.timeout(1.0)
        self.delivery = self._reached / n_streets
        self.setting.budget.close(self.name, self.setting.now)

    def _pay(self, rounds_left: int) -> float:
        """A month's part of what is left; the share of its part of the whole that this is, 1 without a line."""
        due = self.annual_fen / max(1, round(self.number("months")))
        if not due:
            return 1.0
        paid = min(self.spendable_fen(MONTHS_PER_YEAR) // rounds_left, round(due))
        self.pay_outside(paid, "census")
        return min(paid / due, 1.0)

    def _visit(self, streets: range, rounds_left: int) -> None:
        """Visit the latent groups of these streets."""
        city, organizations = self.setting.city, self.setting.city.organizations
        here = (organizations.street >= streets.start) & (organizations.street < streets.stop)
        rows = np.flatnonzero(here & (organizations.tier == LATENT) & organizations.active())
        paid = self._pay(rounds_left)
        hours_each = self.number("hours_per_group")
        groups = np.bincount(organizations.street[rows], minlength=len(city.streets)).astype(np.float64)
        wanted = groups * (hours_each * paid)
        granted = city.hours.book_in_turn(("stations", "hubs"), wanted, "census")
        reached = paid * np.divide(granted, wanted, out=np.ones(wanted.size), where=wanted > 0)
        self.tally(float(reached[organizations.street[rows]].sum()))
        p_found = self.number("discovery") * reached[organizations.street[rows]]
        # one die for both: given that a group is found, its die is uniform below p_found
        luck = self.dice("census", organizations.identity[rows], month=0)
        filing = rows[luck < p_found * self.number("filed_when_found")]
        self._reached += float(reached[streets.start : streets.stop].sum())
        if self.setting.spinning_up:
            self.withhold("filing", filing.size)
            return
        file(self.setting, filing, measure_density(organizations, city.streets))
