"""Certified social workers (社工持证补贴): subsidies and rewards for those who pass the examination.

    dc/dt = rate * c * (1 - c / cap)         c the certified share of workers, from `start_share`;  paid newcomers only
    delivery = (c - start_share) / (cap - start_share)

Logistic: who passes brings colleagues along, until those are certified who ever will be. Workers are those of stations and
hubs and the paid staff of registered bodies. Who is certified stays longer, so fewer hours are lost to vacancies: the lever
worker_hours is carried by this programme. Model form; all values are assumptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from simulator.city.organizations import REGISTERED
from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.calls import YearlyCaller
from simulator.dynamics.programmes.programme import Programme
from simulator.dynamics.setting import Setting
from simulator.language.units import MONTHS_PER_YEAR, fen
from simulator.language.vocabulary import ProgrammeSignature


class Certification(YearlyCaller):
    """Subsidies for certificates."""

    first_call: ClassVar[str] = "first_examination_months"
    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "certification",
        {"en": "Certificates of social workers", "zh": "社工持证"},
        {
            "money": d.money(),
            "subsidy": d.quantity("yuan", 1, 1e6, None, "Subsidy for one certificate", "人均补贴"),
            "rate": d.quantity("per year", 0, 5, 0.08, "Speed of certification", "持证扩散率"),
            "cap": d.share(0.4, "Certified share of workers that is reached in the end", "持证比例上限"),
            "start_share": d.share(0.1, "Certified share of workers at its beginning", "初始持证比例"),
            "first_examination_months": d.first_call_months(6, "Months to the first examination", "首次考试时滞"),
        },
        "subsidies for social workers who pass the examination; the certified stay",
        buys=({"en": "certificates", "zh": "份证书"},),
    )

    def __init__(self, setting: Setting, instrument: str, inputs: Mapping[str, float | str], serial: int = 0) -> None:
        super().__init__(setting, instrument, inputs, serial)
        self.certified = self.number("start_share")
        """The certified share of workers."""

    def take_over(self, predecessor: Programme) -> None:
        """Certificates stay."""
        super().take_over(predecessor)
        if isinstance(predecessor, Certification):
            self.certified = predecessor.certified

    def call(self, period: float) -> bool:
        """A year's examination: the logistic's step, exact, as far as the subsidies are there."""
        cap, start = self.number("cap"), self.number("start_share")
        if cap <= start or not 0 < self.certified < cap:
            return True
        if not self.spendable_fen(period):
            return False
        odds = self.certified / (cap - self.certified) * np.exp(self.number("rate") * period / MONTHS_PER_YEAR)
        passing = cap * odds / (1 + odds) - self.certified
        workers, subsidy = self._workers(), fen(self.number("subsidy"))
        paid = min(workers * passing, self.spendable_fen(period) / subsidy)
        self.pay_outside(round(paid * subsidy), "certificate subsidies")
        self.tally(paid)
        self.certified += paid / workers if workers > 0 else 0.0
        self.delivery = min(max((self.certified - start) / (cap - start), 0.0), 1.0)
        return True

    def _workers(self) -> float:
        """Workers of stations, hubs and registered bodies, as built."""
        city, bodies = self.setting.city, self.setting.city.organizations
        registered = bodies.active() & (bodies.tier == REGISTERED)
        return float(city.streets.station_fte.sum() + city.streets.hub_fte.sum() + bodies.staff[registered].sum())
