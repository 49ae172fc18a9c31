"""Grants (资助): yearly money of street federations, or grants to bodies from the district's line or from outside.

    hubs:    each federation gets `grant_yuan` a year for its built share, all cut alike where the line holds less
    bodies:  p(granted) proportional to quality, times `persistence` for whom this programme has granted before

Grants from outside (lottery, central and city funds) arrive by a Poisson law; the district does not pay them. Donors fill a
line of gifts (budget.py), which is granted every month as far as it goes. A grant may bring legitimacy: `dormancy_factor` on
the body's hazard of falling dormant, for good. With a persistence of 0 nobody is granted twice. Small help (travel money, a
branch's first desk) funds nobody: it is paid and spent, but leaves the liability of newness where it is (dormancy.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulator.city.treasury import OUTSIDE
from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.calls import Caller, may_apply, quality
from simulator.dynamics.programmes.programme import Process, Programme
from simulator.dynamics.setting import Setting
from simulator.language.streams import poisson, race
from simulator.language.units import MONTHS_PER_YEAR, fen
from simulator.language.vocabulary import ProgrammeSignature


class Grant(Caller):
    """Grants to street federations or to bodies."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "grant",
        {"en": "Grants", "zh": "资助"},
        {
            "money": d.money(0),
            "payer": d.choice(
                ("line", "outside", "donors"), "line", "Who pays: the district's line, somebody above, or donors", "出资方"
            ),
            "crowd_out": d.quantity(
                "share", -1, 1, 0, "Yuan of gifts that a yuan of public money displaces", "公共资金对捐赠的挤出"
            ),
            "recipients": d.choice(("hubs", "bodies"), "bodies", "Who receives", "受助方"),
            "grant_yuan": d.quantity(
                "yuan", 0, 1e8, None, "One grant (for hubs: per hub and year)", "单项资助额",
                grows_when={"recipients": "hubs", "payer": "line"}, price_when={"recipients": "bodies", "payer": "line"},
            ),
            "grants_per_year": d.quantity(
                "per year", 0, 1e5, 0, "Grants a year from outside, on average", "年均资助项数", extensive=True
            ),
            "eligible": d.eligible("registered"),
            "persistence": d.quantity("odds ratio", 0, 100, 2, "Odds of those who won before", "既往获资助者胜算比"),
            "project_months": d.months(12, "Months in which a grant is spent", "项目周期", low=1),
            "counts_as": d.choice(("funding", "help"), "funding", "Whether it carries a body or only helps it", "资助性质"),
            "capability_gain": d.quantity("capability", 0, 1, 0, "Capability gained by a grant's end", "能力增益"),
            "dormancy_factor": d.quantity("factor", 0, 1, 1, "What a grant leaves of dormancy", "休眠风险系数"),
            "first_call_months": d.first_call_months(1, "Months to the first grant", "首次资助时滞"),
        },
        "yearly money for street federations; or grants to bodies, drawn with an advantage for earlier winners",
        buys=({"en": "grants", "zh": "笔资助"},),
    )

    def __init__(
        self, setting: Setting, instrument: str, inputs: Mapping[str, float | str], serial: int = 0
    ) -> None:
        super().__init__(setting, instrument, inputs, serial)
        self._granted: NDArray[np.intp] = np.zeros(0, np.intp)
        """Rows that this programme has granted before, sorted."""

    def take_over(self, predecessor: Programme) -> None:
        """Who won before is remembered."""
        super().take_over(predecessor)
        if isinstance(predecessor, Grant):
            self._granted = predecessor._granted

    @property
    def period_months(self) -> float:
        """A month where others than the line give to bodies, else a year."""
        monthly = self.word("payer") != "line" and self.word("recipients") == "bodies"
        return 1.0 if monthly else float(MONTHS_PER_YEAR)

    def call(self, period: float) -> bool:
        """One round of grants."""
        return self._to_hubs() if self.word("recipients") == "hubs" else self._to_bodies(period)

    def _to_hubs(self) -> bool:
        city, outside = self.setting.city, self.word("payer") == "outside"
        streets = np.flatnonzero(city.streets.hub_organization >= 0)
        wanted = city.streets.share_built[streets] * fen(self.number("grant_yuan"))
        held = np.inf if outside else self.spendable_fen(MONTHS_PER_YEAR)
        cut = min(1.0, held / wanted.sum()) if wanted.sum() > 0 else 0.0
        granted = np.floor(wanted * cut).astype(np.int64)
        if not granted.sum():
            return False
        hubs = city.streets.hub_organization[streets].astype(np.intp)
        payer = OUTSIDE if outside else self.account
        city.treasury.pay_bodies(payer, hubs, granted, "hub grant", self.setting.now)
        self.tally(float(city.streets.share_built[streets].sum()))
        self.delivery = cut
        return True

    def _to_bodies(self, period: float) -> bool:
        grant, outside = fen(self.number("grant_yuan")), self.word("payer") == "outside"
        grants = self._arrivals(period) if outside else self.spendable_fen(period) // max(grant, 1)
        if not (grants or outside):
            return False
        granted = 0
        if grants:
            winners = self._winners(grants)
            granted = winners.size
            self._pay(winners, grant, OUTSIDE if outside else self.account)
            self.tally(granted)
        self.delivery = 1.0 if outside else self.share_of_year(granted * grant, period)
        return True

    def _arrivals(self, period: float) -> int:
        """Grants from outside in so many months."""
        mean = np.array([self.number("grants_per_year") * period / MONTHS_PER_YEAR])
        return int(poisson(mean, self.dice("grant arrivals", np.zeros(1, np.uint64)))[0])

    def _winners(self, grants: int) -> NDArray[np.intp]:
        """Rows of those who are granted, in order."""
        organizations = self.setting.city.organizations
        rows = np.flatnonzero(may_apply(organizations, self.word("eligible")))
        advantage = np.ones(len(organizations))
        advantage[self._granted] = self.number("persistence")
        luck = self.dice("grant choice", organizations.identity[rows])
        return np.asarray(rows[race(quality(organizations, rows) * advantage[rows], luck, grants)])

    def _pay(self, winners: NDArray[np.intp], grant: int, payer: int) -> None:
        """The whole grant at once, spent over the project's months."""
        setting, months = self.setting, self.number("project_months")
        amounts = np.full(winners.size, grant)
        setting.city.treasury.pay_bodies(payer, winners, amounts, "grant", setting.now)
        setting.projects.begin(winners, amounts, setting.now, months)
        if self.word("counts_as") == "funding":
            funded = setting.city.organizations.funded_until
            funded[winners] = np.maximum(funded[winners], setting.now + months)
        self._granted = np.union1d(self._granted, winners)
        setting.city.organizations.legitimacy_factor[winners] *= self.number("dormancy_factor")
        if self.number("capability_gain") > 0:
            setting.clock.process(self._learn(winners, months))

    def _learn(self, winners: NDArray[np.intp], months: float) -> Process:
        """What the winners have learnt when their project ends, if they are still at it."""
        yield self.setting.clock.timeout(months)
        organizations = self.setting.city.organizations
        heirs = np.unique(organizations.successors(winners))
        self.raise_capability(heirs[organizations.active()[heirs]], self.number("capability_gain"))
