"""A contest for project money (公益创投): call, bids, choice, instalments, check, evaluation.

    p(win) proportional to effort^r * quality * standing * (persistence for earlier winners)

drawn one after another without replacement (Tullock 1980).

Bidding costs the applicants hours whether they win or not, so that many small contests eat what they bring. Winners
come again because the able both bid and win more often, a finished project makes them abler, and a jury trusts who has won
within three years (assumption): their odds are multiplied by `persistence`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import DORMANT
from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.calls import Caller, may_apply, quality, standing
from simulator.dynamics.programmes.programme import Process, Programme
from simulator.dynamics.programmes.visibility import show
from simulator.dynamics.setting import Setting
from simulator.language.streams import race
from simulator.language.units import MONTHS_PER_YEAR, fen
from simulator.language.vocabulary import ProgrammeSignature

TRUSTED_MONTHS: Final = 36
"""How long a jury remembers an award (assumption)."""
ROUNDING_FEN: Final = 1e-3
"""A street's share that lacks less than this for one more award is whole: floating point only."""


class Contest(Caller):
    """A contest for project money."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "contest",
        {"en": "Contest", "zh": "公益创投"},
        {
            "money": d.money(),
            "payer": d.payer(),
            "award": d.quantity("yuan", 1, 1e7, None, "Award", "单项资助额", price_when={}),
            "calls_per_year": d.calls_per_year(1),
            "first_call_months": d.first_call_months(2),
            "project_months": d.months(12, "Months of a project", "项目周期", low=1),
            "level": d.choice(("district", "street"), "district", "Where it is decided", "组织层级"),
            "eligible": d.eligible("filed_or_registered"),
            "hours_per_application": d.hours(40, "Hours an application takes the applicant", "每份申报耗时"),
            "apply_share": d.share(0.2, "Share of eligible bodies that apply at a call", "申报比例"),
            "discrimination": d.quantity("exponent", 0, 5, 1, "How far effort decides (Tullock's r)", "竞争区分度"),
            "persistence": d.quantity("odds ratio", 0, 100, 1.5, "Odds of those who won before", "既往获资助者胜算比"),
            "capability_gain": d.quantity("capability", 0, 1, 0.05, "Capability gained by a finished project", "能力增益"),
            "first_instalment": d.share(0.5, "Share paid when the contract is signed", "首付比例"),
            "fail_share": d.share(0.05, "Share that fails the mid-term check", "中期评估淘汰率"),
            "residents_per_award": d.quantity(
                "residents", 0, 1e7, 0, "Residents to whom one award is an example (0: all)", "每项资助的示范人数"
            ),
            "visible_events_per_award": d.quantity(
                "events", 0, 1000, 0, "Visible outcomes of a finished project", "可见成果数"
            ),
        },
        "call, bids at the applicants' cost, Tullock's choice, two instalments with a check between, final evaluation",
        buys=({"en": "awards", "zh": "项资助"},),
    )

    def __init__(
        self, setting: Setting, instrument: str, inputs: Mapping[str, float | str], serial: int = 0
    ) -> None:
        super().__init__(setting, instrument, inputs, serial)
        self._street_fen: NDArray[np.float64] = np.zeros(len(setting.city.streets))
        """What each street has been given and not yet awarded, fen, (n_streets,)."""

    def take_over(self, predecessor: Programme) -> None:
        """What streets have kept is theirs."""
        super().take_over(predecessor)
        if isinstance(predecessor, Contest):
            self._street_fen = predecessor._street_fen.copy()

    def call(self, period: float) -> bool:
        """Bids, choice, contracts."""
        award = fen(self.number("award"))
        spendable = self.spendable_fen(period)
        if spendable < award:
            return False
        organizations = self.setting.city.organizations
        rows = np.flatnonzero(may_apply(organizations, self.word("eligible")))
        rows = self.applicants(rows, self.number("apply_share"), "contest application")
        effort = self.efforts(organizations.identity[rows])
        self.charge(rows, self.number("hours_per_application") * effort)
        weights = effort ** self.number("discrimination") * quality(organizations, rows)
        trusted = organizations.last_won[rows] > self.setting.now - TRUSTED_MONTHS
        weights *= np.where(trusted, self.number("persistence"), 1.0) * standing(organizations, rows, self.setting.now)
        winners = self.choose(rows, weights, spendable, award)
        shown = self._shown(winners.size * MONTHS_PER_YEAR / period)
        self.delivery = min(self.share_of_year(winners.size * award, period), shown)
        self.tally(winners.size)
        if winners.size:
            organizations.last_won[winners] = self.setting.now
            months = self.number("project_months")
            rest = self.sign(winners, award, months, self.number("first_instalment"))
            self.setting.clock.process(self.follow(winners, rest, months))
        return True

    def _shown(self, awards_a_year: float) -> float:
        """The share of residents to whom so many awards are an example."""
        each = self.number("residents_per_award")
        return min(awards_a_year * each / float(self.setting.city.streets.residents.sum()), 1.0) if each > 0 else 1.0

    def choose(
        self, rows: NDArray[np.intp], weights: NDArray[np.float64], spendable: int, award: int
    ) -> NDArray[np.intp]:
        """The winners: by one race, or by one in each street for what its residents' share of the money buys."""
        organizations = self.setting.city.organizations
        luck = self.dice("contest choice", organizations.identity[rows])
        if self.word("level") == "district":
            return rows[race(weights, luck, spendable // award)]
        residents = self.setting.city.streets.residents
        self._street_fen += (spendable - self._street_fen.sum()) * residents / residents.sum()
        streets = organizations.street[rows]
        winners = []
        for street, money in enumerate(self._street_fen):
            here = np.flatnonzero(streets == street)
            won = here[race(weights[here], luck[here], int((money + ROUNDING_FEN) // award))]
            self._street_fen[street] -= won.size * award
            winners.append(rows[won])
        return np.concatenate(winners)

    def follow(self, rows: NDArray[np.intp], rest: int, months: float) -> Process:
        """One call's projects: the check in the middle, the evaluation at the end."""
        clock, organizations = self.setting.clock, self.setting.city.organizations
        ends = self.setting.now + months
        yield clock.timeout(months / 2)
        passed = self.dice("mid-term check", organizations.identity[rows]) >= self.number("fail_share")
        going = self.settle(rows, passed, rest, ends)
        yield clock.timeout(months / 2)
        heirs = np.unique(organizations.successors(going))
        finished = heirs[organizations.status[heirs] < DORMANT]
        self.raise_capability(finished, self.number("capability_gain"))
        show(self.setting.city, finished, self.number("visible_events_per_award"))
