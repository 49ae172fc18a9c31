"""Posts (岗位配置): filled after a hiring delay, kept as far as the wages are there, taken back at the end.

    posts payable = min(posts, money a month / wage)
    served share  = min(1, posts * bodies per post / active bodies of the street)          hubs and experts only
    drift         = capability per year * served share                  written into `streets.served_drift_per_year`
    mentors' hours = posts * min(bodies per post * hours per body, 140)          lent to the incubators in force, by places
    delivery      = posts filled / posts * share of their cases handled          (caseload.py; of bodies inside for supervisors)

Wages come from the budget line, or from what the street federations hold: a federation plans what it receives over the
twelve months after (assumption). Posts of hubs and stations are shared by streets as built, those of committees by
communities alike; agency workers, experts and incubation supervisors belong to no street.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import INCUBATING
from simulator.city.treasury import OUTSIDE
from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.caseload import CASES, handled_share
from simulator.dynamics.programmes.incubator import Incubator
from simulator.dynamics.programmes.programme import Process, Programme
from simulator.dynamics.programmes.upkeep import Upkeep
from simulator.dynamics.setting import Setting
from simulator.language.units import FTE_HOURS_PER_MONTH, MONTHS_PER_YEAR, fen
from simulator.language.vocabulary import ProgrammeSignature


class Staffing(Programme):
    """Posts."""

    basic_expenditure: ClassVar[bool] = True
    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "staffing",
        {"en": "Posts", "zh": "岗位配置"},
        {
            "money": d.money(),
            "posts": d.quantity("posts", 0, 1e6, None, "Posts", "岗位数", extensive=True, grows_when={"paid_by": "hub"}),
            "wage": d.quantity("yuan/year", 1, 1e7, 120_000, "Cost of a post", "岗位年成本"),
            "hiring_months": d.months(3, "Months to fill a post", "招聘时滞"),
            "where": d.choice(
                ("agency", "hub", "station", "committee", "experts", "incubator"), None, "Where they work", "岗位去向"
            ),
            "paid_by": d.choice(("line", "hub"), "line", "Who pays the wages", "工资来源"),
            "bodies_per_post": d.quantity("bodies", 0, 1e4, 40, "Bodies that one post can serve", "每岗服务组织数"),
            "capability_per_year": d.quantity(
                "capability/year", 0, 1, 0.045, "Capability of a served body (hub and experts only)", "受服务组织能力年增益"
            ),
            "hours_per_body": d.quantity(
                "hours/month", 0, 140, 6, "Hours that one body is given (incubator only)", "每组织辅导工时"
            ),
            "free_share": d.share(1, "Share of a committee's post that paperwork leaves free", "可用于自治的时间比例"),
            "cases": d.choice(CASES, "none", "What cases the posts handle", "经办事项"),
            "hours_per_case": d.hours(0, "Hours for one case (for bodies and communities: a month)", "每件工时"),
        },
        "posts filled after a hiring delay, as far as the wages are there",
        buys=({"en": "post-months", "zh": "岗·月"},),
    )

    def __init__(
        self, setting: Setting, instrument: str, inputs: Mapping[str, float | str], serial: int = 0
    ) -> None:
        super().__init__(setting, instrument, inputs, serial)
        streets = setting.city.streets
        built = streets.share_built / streets.share_built.sum()
        self._posts: NDArray[np.float64] = self.number("posts") * built
        """Posts by street, (n_streets,)."""
        self._posts_in_all = float(self._posts.sum())
        self._upkeep = Upkeep(len(streets), self.number("hiring_months"))
        self._drift: NDArray[np.float64] = np.zeros(len(streets))
        self._received: NDArray[np.float64] = np.zeros((MONTHS_PER_YEAR, len(streets)))
        """What each federation received in each of the last twelve months, fen."""
        self._hub_cash: NDArray[np.int64] | None = None

    @property
    def wage_fen(self) -> float:
        """A month's wage."""
        return fen(self.number("wage")) / MONTHS_PER_YEAR

    @property
    def filled(self) -> float:
        """Posts filled and paid."""
        return self._upkeep.in_all

    @property
    def lead_months(self) -> float:
        """To the first post filled."""
        return self.number("hiring_months")

    def run(self) -> Process:
        return self.every(1.0)

    def act(self, period: float) -> None:
        """A month: hire or let go, pay, serve."""
        if self.word("paid_by") == "hub":
            cash = self._cash_of_hubs()
            self._follow(self._payable_by_hubs(cash))
            self._hubs_pay(cash)
        else:
            self._follow(self._payable_by_line())
            self.pay_outside(min(round(self.filled * self.wage_fen), self._line_fen()), "wages")
        self._serve()
        filled, posts = self.filled, self._posts_in_all
        self.tally(filled)
        self.delivery = self._handled(filled) * min(filled / posts, 1.0) if posts > 0 else 0.0

    def take_over(self, predecessor: Programme) -> None:
        """Posts that are filled stay filled."""
        alike = isinstance(predecessor, Staffing) and all(
            predecessor.word(name) == self.word(name) for name in ("where", "paid_by")
        )
        if not (alike and isinstance(predecessor, Staffing)):
            super().take_over(predecessor)
            return
        self._upkeep.take_over(predecessor._upkeep)
        self._drift, self._received, self._hub_cash = predecessor._drift, predecessor._received.copy(), predecessor._hub_cash
        if self.word("where") == "committee":
            freed = self.filled * (self.number("free_share") - predecessor.number("free_share"))
            self.setting.city.communities.committee_fte[:] += freed / len(self.setting.city.communities)

    def close(self) -> None:
        """Posts end."""
        self._place(self._upkeep.give_up())
        self._serve()

    def _line_fen(self) -> int:
        return self.setting.city.treasury.balance(self.account)

    def _payable_by_line(self) -> NDArray[np.float64]:
        money = min(self.pace_fen(), float(self._line_fen()))
        wanted = self._posts_in_all * self.wage_fen
        return self._posts * min(1.0, money / wanted) if wanted > 0 else self._posts

    def _hubs(self) -> NDArray[np.intp]:
        return self.setting.city.streets.hub_organization.astype(np.intp)

    def _cash_of_hubs(self) -> NDArray[np.int64]:
        """What each street's federation holds, 0 without one, fen, (n_streets,)."""
        hubs = self._hubs()
        return np.where(hubs >= 0, self.setting.city.organizations.cash_fen[hubs], 0)

    def _payable_by_hubs(self, cash: NDArray[np.int64]) -> NDArray[np.float64]:
        before = 0 if self._hub_cash is None else self._hub_cash
        self._received[1:] = self._received[:-1]
        self._received[0] = np.maximum(cash - before, 0)
        money = np.minimum(self._received.sum(axis=0) / MONTHS_PER_YEAR, cash)
        return np.asarray(np.minimum(self._posts, money / self.wage_fen))

    def _hubs_pay(self, cash: NDArray[np.int64]) -> None:
        hubs = self._hubs()
        wages = np.minimum(np.round(self._upkeep.held * self.wage_fen).astype(np.int64), cash)
        paying = hubs >= 0
        self.setting.city.treasury.bodies_pay(hubs[paying], wages[paying], OUTSIDE, "wages", self.setting.now)
        self._hub_cash = cash - wages

    def _follow(self, payable: NDArray[np.float64]) -> None:
        """Hire or let go, (n_streets,)."""
        change = self._upkeep.advance(self.setting.now, payable)
        if change is not None:
            self._place(change)

    def _place(self, change: NDArray[np.float64]) -> None:
        """Put so many more workers where they work (or take them away), (n_streets,)."""
        city = self.setting.city
        match self.word("where"):
            case "hub":
                city.streets.hub_fte[:] += change
            case "station":
                city.streets.station_fte[:] += change
            case "committee":
                free = change.sum() * self.number("free_share")
                city.communities.committee_fte[:] += free / len(city.communities)

    def _serve(self) -> None:
        """Write what hub workers and experts add to the capability of the bodies that they serve."""
        where = self.word("where")
        if where == "incubator":
            self._lend()
        if where not in ("hub", "experts"):
            return
        organizations, streets = self.setting.city.organizations, self.setting.city.streets
        served = organizations.at_work()
        bodies = np.bincount(organizations.street[served], minlength=len(streets)).astype(np.float64)
        posts = self._upkeep.held
        if where == "experts":
            bodies, posts = np.full_like(bodies, bodies.sum()), np.full_like(posts, posts.sum())
        share = np.minimum(posts * self.number("bodies_per_post") / np.maximum(bodies, 1.0), 1.0)
        drift = self.number("capability_per_year") * share
        streets.served_drift_per_year[:] += drift - self._drift
        self._drift = drift

    def _handled(self, filled: float) -> float:
        """The share of their cases that the posts handle: for supervisors, of the bodies inside."""
        if self.word("where") == "incubator":
            inside = int(np.count_nonzero(self.setting.city.organizations.status == INCUBATING))
            return min(filled * self.number("bodies_per_post") / max(inside, 1), 1.0)
        return handled_share(self.setting, self.name, filled, self.word("cases"), self.number("hours_per_case"))

    def _lend(self) -> None:
        """Supervisors' hours to the incubators in force that have rooms, by their places."""
        hours = min(self.number("bodies_per_post") * self.number("hours_per_body"), FTE_HOURS_PER_MONTH) * self.filled
        running = [item for item in self.setting.programmes if isinstance(item, Incubator) and item.in_force and item.halls]
        houses = [house for house in running if house.word("level") != "online"]
        places = sum(house.number("places") for house in houses)
        for house in houses:
            house.lend(self.name, hours * house.number("places") / places)
