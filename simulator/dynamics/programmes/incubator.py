"""An incubator (社会组织孵化): places bound the queue, mentors the gain.

    applications   p = 1 - exp(-applications per 100 / 100 / 12) a month of each eligible body that has had its papers for
                   less than three years (assumption) and is neither inside, waiting nor incubated before
    places         one after another: referred bodies first, then who came first; who falls asleep gives up
    stages         early, middle, late inside; after outside the place. At the end of each dropout * lever stage_dropout leave
    gain of a stage = gain * gain_share * its share of mentoring hours * mean of 1 / (1 + max(0, load - 1)^2)  (see `mentors`)

An operator is paid monthly from the line; mentors work for the share that is paid, and nobody is let onto the list while
nothing is. At the level of streets, places and mentors are shared among streets by residents and are for community bodies;
online, nobody is sent, chosen or accompanied. Some graduates of streets are
referred to the district's incubators. When the instrument ends, places empty and the list is dissolved.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import simpy
from simpy.resources.resource import PriorityRequest

from simulator.city.layout import apportion
from simulator.city.organizations import AWAKE, COMMUNITY, DORMANT, INCUBATING
from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.calls import may_apply
from simulator.dynamics.programmes.mentors import Mentors
from simulator.dynamics.programmes.programme import Process, Programme
from simulator.dynamics.programmes.waiting_list import Turn, WaitingList
from simulator.dynamics.setting import Setting
from simulator.language.units import MONTHS_PER_YEAR, fen
from simulator.language.vocabulary import ProgrammeSignature

YOUNG_MONTHS: Final = 36
"""Bodies apply in the first so many months of their papers (assumption)."""
INSIDE: Final = ("early", "middle", "late")


@dataclass(slots=True)
class Hall:
    """One house: its places and its mentors."""

    places: WaitingList
    mentors: Mentors
    mentor_hours: float
    """Hours a month when everything is paid."""


@dataclass(slots=True)
class Stay:
    """One body, from its application to its end with the incubator."""

    row: int
    hall: Hall
    process: simpy.Process | None = None
    inside: bool = False


class Incubator(Programme):
    """One incubator, or one in every street that has places."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "incubator",
        {"en": "Incubator", "zh": "社会组织孵化"},
        {
            "money": d.money(0),
            "places": d.quantity("places", 1, 1e5, None, "Places", "入壳名额", whole=True, extensive=True),
            "level": d.choice(("district", "street", "online"), "district", "Level", "层级"),
            "months_early": d.months(2, "Months of the early stage", "孵化前期"),
            "months_middle": d.months(4, "Months of the middle stage", "孵化中期"),
            "months_late": d.months(4, "Months of the late stage", "孵化后期"),
            "months_after": d.months(2, "Months of follow-up outside the place", "出壳跟踪期"),
            "gain": d.quantity("capability", 0, 1, 0.2, "Capability gained in all, mentors permitting", "能力增益"),
            "gain_share": d.share(1, "Share of the gain that reaches a body here (1: on site)", "增益到达比例"),
            "dropout": d.share(0.08, "Share that drops out at each stage", "各阶段退出率"),
            "dormancy_inside": d.quantity("factor", 0, 1, 0.5, "Dormancy inside", "在孵休眠风险系数"),
            "mentor_hours": d.quantity("hours/month", 0, 1e6, None, "Mentors' hours", "导师工时", extensive=True),
            "hours_early": d.quantity("hours/month", 0, 1e3, 4, "Mentoring a body needs, early", "前期辅导需求"),
            "hours_middle": d.quantity("hours/month", 0, 1e3, 8, "Mentoring a body needs, middle", "中期辅导需求"),
            "hours_late": d.quantity("hours/month", 0, 1e3, 4, "Mentoring a body needs, late", "后期辅导需求"),
            "hours_after": d.quantity("hours/month", 0, 1e3, 2, "Mentoring a body needs, after", "跟踪期辅导需求"),
            "starter_yuan": d.quantity("yuan", 0, 1e7, 0, "Starting money at the end of the early stage", "启动资金"),
            "eligible": d.eligible("filed_or_registered"),
            "applications_per_100": d.quantity(
                "per year per 100 bodies", 0, 1e3, 3, "Applications of eligible young bodies", "申请入壳率"
            ),
            "quota_per_year": d.quantity(
                "bodies/year", 0, 1e5, 0, "Bodies let onto the list a year (0: no quota)", "年度孵化指标", extensive=True
            ),
            "referral_share": d.share(0.1, "Share of a street's graduates referred to the district", "转介比例"),
        },
        "a priority queue for places, four stages with drop-out; places bound the queue, mentors the gain",
        buys=({"en": "place-months", "zh": "名额·月"}, {"en": "bodies let in", "zh": "家入壳组织"},),
    )

    def __init__(
        self, setting: Setting, instrument: str, inputs: Mapping[str, float | str], serial: int = 0
    ) -> None:
        super().__init__(setting, instrument, inputs, serial)
        self._stays: dict[int, Stay] = {}
        """Bodies on the list or inside, by row, in the order of application."""
        self._taught: set[int] = set()
        """Bodies that have finished a course online: a house still takes them."""
        self._let_on: list[float] = []
        """The months in which bodies were let onto the list."""
        places = round(self.number("places"))
        streets = setting.city.streets
        whole_district = self.word("level") != "street"
        split = [places] if whole_district else apportion(places, streets.residents).tolist()
        self._halls: dict[int, Hall] = {
            street: Hall(
                WaitingList(setting.clock, n),
                Mentors(setting.clock, f"mentors:{self.name}" + ("" if whole_district else f":{street}")),
                self.number("mentor_hours") * n / places,
            )
            for street, n in enumerate(split)
            if n > 0
        }
        """By street; at the level of the district one under 0; without places none, and nobody is let onto the list."""
        needs = {stage: self.number(f"hours_{stage}") * self.number(f"months_{stage}") for stage in (*INSIDE, "after")}
        total = sum(needs.values())
        self._part = {stage: need / total if total > 0 else 1 / len(needs) for stage, need in needs.items()}
        """The part of the gain that falls to each stage."""
        months_inside = max(sum(self.number(f"months_{stage}") for stage in INSIDE), 1.0)
        starters = fen(self.number("starter_yuan")) * places * MONTHS_PER_YEAR / months_inside
        self._operator_part = 1 - min(starters / self.annual_fen, 1.0) if self.annual_fen else 1.0
        """The part of the line that is the operator's; the rest is kept for starting money."""

    @property
    def halls(self) -> tuple[Hall, ...]:
        """All houses."""
        return tuple(self._halls.values())

    @property
    def rows(self) -> list[int]:
        """Bodies on the list or inside."""
        return list(self._stays)

    @property
    def queue(self) -> int:
        """Bodies that wait for a place now."""
        return sum(hall.places.waiting for hall in self.halls)

    @property
    def wait_months(self) -> float:
        """Mean wait of those admitted in the last twelve months; not a number if nobody was."""
        waits = [wait for hall in self.halls for wait in hall.places.recent_waits()]
        return sum(waits) / len(waits) if waits else math.nan

    @property
    def load(self) -> float:
        """Hours that all bodies need over hours that all mentors have, this month."""
        return float(np.mean([hall.mentors.load for hall in self.halls])) if self.in_force and self._halls else 0.0

    def run(self) -> Process:
        while True:
            self.act(1.0)
            # mentoring is booked in the middle of the month, when those let in at its beginning are there
            yield self.setting.clock.timeout(0.5)
            for hall in self.halls:
                hall.mentors.work(self.setting.city.hours)
            yield self.setting.clock.timeout(0.5)

    def lend(self, lender: str, hours: float) -> None:
        """Somebody else's mentors are here for so many hours a month from now on, shared by the houses as their own are."""
        own = sum(hall.mentor_hours for hall in self.halls)
        for hall in self.halls:
            hall.mentors.lend(lender, hours * (hall.mentor_hours / own if own > 0 else 1 / len(self.halls)))

    def act(self, period: float) -> None:
        """A month: pay the operator, see who gave up, open the door."""
        paid = self.pay_share(period, "incubator operation", self._operator_part)
        self._see_who_left()
        if paid > 0:
            self._open_the_door()
        for hall in self.halls:
            hall.mentors.have(hall.mentor_hours * paid)
        self.delivery = paid
        self.tally(sum(hall.places.inside for hall in self.halls), 0)

    def close(self) -> None:
        """The list is dissolved and places empty."""
        for stay in list(self._stays.values()):
            self._send_away(stay, "the incubator is closed")
        for hall in self.halls:
            hall.mentors.leave()

    def receive(self, row: int) -> bool:
        """Take a referred body onto the list, before all who applied; False if it is not accepted."""
        organizations = self.setting.city.organizations
        if not self.in_force or row in self._stays or organizations.status[row] != AWAKE:
            return False
        return self._let_onto_list(row, Turn.REFERRED)

    def _open_the_door(self) -> None:
        """This month's applications."""
        organizations, now = self.setting.city.organizations, self.setting.now
        age = max(now, 0.0) - organizations.tier_since
        could = may_apply(organizations, self.word("eligible")) & (organizations.status == AWAKE)
        could &= (organizations.kind == COMMUNITY) | (self.word("level") != "street")
        rows = np.flatnonzero(could & (age < YOUNG_MONTHS) & ~organizations.incubated)
        p_applies = -np.expm1(-self.number("applications_per_100") / 100 / MONTHS_PER_YEAR)
        luck = self.dice("incubator applications", organizations.identity[rows])
        for row in rows[luck < p_applies].tolist():
            if row not in self._stays and row not in self._taught:
                self._let_onto_list(row, Turn.APPLIED)

    def _let_onto_list(self, row: int, turn: Turn) -> bool:
        hall = self._halls.get(0 if self.word("level") != "street" else int(
            self.setting.city.organizations.street[row]
        ))
        quota, since = self.number("quota_per_year"), self.setting.now - MONTHS_PER_YEAR
        self._let_on = [month for month in self._let_on if month > since]
        if hall is None or (quota > 0 and len(self._let_on) >= max(quota, 1.0)):
            return False
        self._let_on.append(self.setting.now)
        stay = self._stays[row] = Stay(row, hall)
        stay.process = self.setting.clock.process(self._stay(stay, turn))
        return True

    def _stay(self, stay: Stay, turn: Turn) -> Process:
        """One body: wait, the stages inside, then follow-up outside."""
        request = stay.hall.places.join(turn)
        try:
            yield request
            finished = yield from self._inside(stay, request)
        except simpy.Interrupt:
            finished = False
        finally:
            stay.hall.places.leave(request)
            self._move_out(stay)
        if finished:
            if self.word("level") == "online":
                self._taught.add(stay.row)
            else:
                self.setting.city.organizations.incubated[stay.row] = True
            self._refer(stay.row)
            yield from self._stage(stay, "after")

    def _inside(self, stay: Stay, request: PriorityRequest) -> Generator[simpy.Event, Any, bool]:
        """The stages in the place; True at the end if the body saw them through."""
        stay.hall.places.admit(request)
        organizations, row = self.setting.city.organizations, stay.row
        if organizations.status[row] != AWAKE:
            return False
        stay.inside = True
        self.tally(0, 1)
        organizations.status[row], organizations.status_since[row] = INCUBATING, self.setting.now
        organizations.dormancy_inside[row] = self.number("dormancy_inside")
        for number, stage in enumerate(INSIDE):
            yield from self._stage(stay, stage)
            luck = self.dice("incubator dropout", organizations.identity[[row]], self.setting.month * 4 + number)
            if luck[0] < self.number("dropout") * self.setting.levers["stage_dropout"]:
                return False
            if stage == "early":
                self._start_up(row)
        return True

    def _stage(self, stay: Stay, stage: str) -> Process:
        """The months of one stage, and what the body has learnt at its end."""
        mentors, hours, months = stay.hall.mentors, self.number(f"hours_{stage}"), self.number(f"months_{stage}")
        mentors.need(hours)
        earned = mentors.earned
        try:
            yield self.setting.clock.timeout(months)
        finally:
            mentors.need(-hours)
        if months > 0 and self.setting.city.organizations.status[stay.row] < DORMANT:
            undivided = (mentors.earned - earned) / months
            gain = self.number("gain") * self.number("gain_share") * self._part[stage]
            self.raise_capability(np.array([stay.row]), gain * undivided)

    def _start_up(self, row: int) -> None:
        """Starting money at the end of the early stage, if the line has it."""
        starter, setting = fen(self.number("starter_yuan")), self.setting
        if 0 < starter <= self.spendable_fen(1.0):
            rows, months = np.array([row]), self.number("months_middle") + self.number("months_late")
            setting.city.treasury.pay_bodies(self.account, rows, np.array([starter]), "starting money", setting.now)
            setting.projects.begin(rows, np.array([starter]), setting.now, max(months, 1.0))

    def _refer(self, row: int) -> None:
        """Some of a street's graduates go on to the district."""
        if self.word("level") != "street":
            return
        identity = self.setting.city.organizations.identity[[row]]
        if self.dice("referral", identity)[0] < self.number("referral_share"):
            for programme in self.setting.programmes:
                if isinstance(programme, Incubator) and programme.word("level") == "district" and programme.receive(row):
                    return

    def _see_who_left(self) -> None:
        """Bodies that fell asleep or ended give up their turn or their place."""
        status = self.setting.city.organizations.status
        for stay in list(self._stays.values()):
            if status[stay.row] != (INCUBATING if stay.inside else AWAKE):
                self._send_away(stay, "gave up")

    def _send_away(self, stay: Stay, reason: str) -> None:
        if stay.process is not None and stay.process.is_alive:
            stay.process.interrupt(reason)

    def _move_out(self, stay: Stay) -> None:
        """Back to ordinary life; the stay is over."""
        organizations, row = self.setting.city.organizations, stay.row
        self._stays.pop(row, None)
        if stay.inside:
            stay.inside = False
            organizations.dormancy_inside[row] = 1.0
            if organizations.status[row] == INCUBATING:
                organizations.status[row], organizations.status_since[row] = AWAKE, self.setting.now
