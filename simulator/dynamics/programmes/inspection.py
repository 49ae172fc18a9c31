"""The yearly inspection (年度检查): registered bodies are looked at, sleeping ones are warned and then struck off.

    inspected   as many as the bureau's hours (and the line, if it has one) allow, within half a year (assumption)
    dormant     detected with p = detect: warned, or removed after `warnings` warnings in a row
    awake       warnings are cleared; removed by mistake with p = false_removal

Order and verdict are keyed by body and month, so that more hours inspect the same bodies and more. The inspected body
spends as many hours on it as the bureau does (assumption). What a removed body still has goes to the public purse.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import DORMANT, FEDERATION, REGISTERED, REMOVED
from simulator.city.treasury import OUTSIDE
from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Process, Programme
from simulator.dynamics.setting import Setting
from simulator.language.units import MONTHS_PER_YEAR
from simulator.language.vocabulary import Choice, ProgrammeSignature

SEASON_MONTHS: Final = 6
"""An inspection that has not reached a body after so many months does not (assumption)."""
BUREAU: Final = "civil affairs"


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
        buys=({"en": "bodies inspected", "zh": "家受检组织"},),
    )

    def __init__(
        self, setting: Setting, instrument: str, inputs: Mapping[str, float | str], serial: int = 0
    ) -> None:
        super().__init__(setting, instrument, inputs, serial)
        self._began, self._reached, self._months_left = 0, 0.0, 0
        """The month in which the latest season began, the die up to which it has come, and the months left of it."""
        self._months_to_season = float((int(self.number("month_of_year")) - setting.month_of_year) % MONTHS_PER_YEAR)

    @classmethod
    def national(cls, setting: Setting) -> Inspection:
        """The inspection that national law asks of every district, with the numbers of the group `inspection`."""
        inputs: dict[str, float | str] = {}
        for name, declared in cls.signature.inputs.items():
            default = declared.default if declared.default is not None else 0.0
            given = setting.parameters.get("inspection", {})
            inputs[name] = default if isinstance(declared, Choice) else given.get(name, default)
        return cls(setting, "national law", inputs | {"money": 0.0})

    def take_over(self, predecessor: Programme) -> None:
        """A season that is under way goes on."""
        super().take_over(predecessor)
        if isinstance(predecessor, Inspection):
            self._began, self._reached = predecessor._began, predecessor._reached
            self._months_left = predecessor._months_left
            if not self._months_left:
                self.delivery = self._reached

    @property
    def lead_months(self) -> float:
        """From the month in which it was set up to its first season; one that it takes over is under way."""
        return self._months_to_season

    def run(self) -> Process:
        clock = self.setting.clock
        while True:
            if not self._months_left:
                wait = (int(self.number("month_of_year")) - self.setting.month_of_year) % MONTHS_PER_YEAR
                yield clock.timeout(max(self.setting.month + wait - self.setting.now, 0.0))
                self._began, self._reached, self._months_left = self.setting.month, 0.0, SEASON_MONTHS
            self._reached = self._inspect(self._began, self._reached)
            self._months_left -= 1
            yield clock.timeout(1.0)
            if not self._months_left:
                self.delivery = self._reached

    def _inspect(self, began: int, reached: float) -> float:
        """A month of the season: the next bodies in order, from die `reached` on; returns how far it has come, in [0, 1]."""
        if reached >= 1.0:
            return reached
        city, organizations = self.setting.city, self.setting.city.organizations
        registered = (organizations.tier == REGISTERED) & organizations.alive()
        rows = np.flatnonzero(registered & (organizations.kind != FEDERATION))
        order = self.dice("inspection", organizations.identity[rows], began)
        turn = np.argsort(order, kind="stable")
        turn = turn[order[turn] >= reached]
        hours_each, left = self.number("hours_per_body"), float(city.hours.left(BUREAU).sum())
        can = turn.size if hours_each == 0 else min(turn.size, int(left / hours_each + 1e-9))
        if can:
            can = int(can * self.pay_share(MONTHS_PER_YEAR * can / rows.size, "inspection"))
        if not can:
            return reached if turn.size else 1.0
        city.hours.book(BUREAU, can * hours_each, "inspection")
        self.tally(can)
        organizations.hours_charged[rows[turn[:can]]] += hours_each
        self._judge(rows[turn[:can]], began)
        return 1.0 if can == turn.size else float(order[turn[can]])

    def _judge(self, rows: NDArray[np.intp], began: int) -> None:
        """Warn, clear or strike off these bodies."""
        organizations = self.setting.city.organizations
        verdict = self.dice("inspection errors", organizations.identity[rows], began)
        dormant = organizations.status[rows] == DORMANT
        detected = rows[dormant & (verdict < self.number("detect"))]
        warned_enough = organizations.warnings[detected] >= int(self.number("warnings"))
        mistaken = rows[~dormant & (verdict < self.number("false_removal"))]
        organizations.warnings[rows[~dormant]] = 0
        organizations.warnings[detected[~warned_enough]] += 1
        organizations.warnings[detected[warned_enough]] = 0
        self._remove(np.concatenate([detected[warned_enough], mistaken]))

    def _remove(self, rows: NDArray[np.intp]) -> None:
        if self.setting.spinning_up:
            self.withhold("removal", rows.size)
            return
        city, organizations = self.setting.city, self.setting.city.organizations
        organizations.status[rows] = REMOVED
        organizations.status_since[rows] = self.setting.now
        city.treasury.bodies_pay(rows, organizations.cash_fen[rows], OUTSIDE, "liquidation", self.setting.now)
        self.setting.flows.add("removal", organizations.street[rows], len(city.streets))
