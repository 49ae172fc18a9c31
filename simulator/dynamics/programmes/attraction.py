"""Attraction of professional agencies (引入专业机构): fees bring bodies from outside, which register after a procedure.

Agencies are sought at an even pace and as far as the fees are there. One comes with five workers and with a capability
0.15 above the mean of the registered bodies here (assumptions), and works for the whole district from a street drawn by
residents.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

import numpy as np

from simulator.city.identities import Origin, identity
from simulator.city.organizations import AWAKE, NO_ONE, PROFESSIONAL, REGISTERED, SUPPORT, Domain
from simulator.dynamics.density import measure_density
from simulator.dynamics.leadership import name_leaders
from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Process, Programme
from simulator.dynamics.setting import Setting
from simulator.language.units import MONTHS_PER_YEAR, fen
from simulator.language.vocabulary import ProgrammeSignature

ENTRANT_STAFF: Final = 5.0
"""Workers of an attracted agency (assumption)."""
CAPABILITY_ABOVE_MEAN: Final = 0.15
"""How much abler it is than the mean registered body (assumption)."""
CAPABILITY_WITHOUT_PEERS: Final = 0.5
"""The mean where no body is registered (assumption)."""


class Attraction(Programme):
    """Attraction of professional agencies."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "attraction",
        {"en": "Attraction of professional agencies", "zh": "引入专业机构"},
        {
            "money": d.money(),
            "fee_per_body": d.quantity("yuan", 0, 1e8, None, "Fee for one agency", "引入费用", price_when={}),
            "bodies_per_year": d.quantity("bodies/year", 0, 1e4, None, "Agencies sought a year", "年引入数", extensive=True),
            "procedure_months": d.months(6, "Months to registration", "落地时滞"),
            "kind": d.choice(("support", "professional"), "support", "Kind of agency", "机构类型"),
        },
        "fees bring agencies from outside, which register in the district after a procedure",
        buys=({"en": "agencies", "zh": "家引进机构"},),
    )

    def __init__(
        self, setting: Setting, instrument: str, inputs: Mapping[str, float | str], serial: int = 0
    ) -> None:
        super().__init__(setting, instrument, inputs, serial)
        self._sought = 0.0
        """Agencies that should have been approached by now and were not."""
        self._came: list[int] = []
        """Their rows."""

    def take_over(self, predecessor: Programme) -> None:
        """Agencies that came, or are still in the procedure, are its own."""
        super().take_over(predecessor)
        if isinstance(predecessor, Attraction):
            self._sought, self._came = predecessor._sought, predecessor._came

    @property
    def lead_months(self) -> float:
        """The procedure of those approached first."""
        return self.number("procedure_months")

    def run(self) -> Process:
        return self.every(1.0)

    def act(self, period: float) -> None:
        """Approach as many agencies as are due and paid for."""
        due = self.number("bodies_per_year") * period / MONTHS_PER_YEAR
        self._sought = min(self._sought + due, max(self.number("bodies_per_year"), 1.0))
        fee = fen(self.number("fee_per_body"))
        affordable = self.spendable_fen(float(MONTHS_PER_YEAR)) // fee if fee else int(self._sought)
        approached = min(int(self._sought + 1e-9), affordable)
        if approached:
            self._sought -= approached
            self.pay_outside(approached * fee, "introduction fee")
            self.setting.clock.process(self._register(approached))
        self.delivery = min(self._here() / max(self.number("bodies_per_year"), 1.0), 1.0)

    def _here(self) -> int:
        """Agencies that came by this programme and are at work."""
        organizations = self.setting.city.organizations
        return int(np.count_nonzero(organizations.active()[self._came]))

    def _register(self, bodies: int) -> Process:
        """The procedure of those approached together."""
        yield self.setting.clock.timeout(self.number("procedure_months"))
        if self.setting.spinning_up:
            self.withhold("entry", bodies)
            return
        city, organizations = self.setting.city, self.setting.city.organizations
        names = identity(Origin.ATTRACTED, self._key & 0xFFFFF, self.setting.month, np.arange(bodies))
        residents = np.cumsum(city.streets.residents_represented)
        streets = np.searchsorted(residents, self.dice("attraction street", names) * residents[-1], side="right")
        domains = (self.dice("attraction domain", names) * len(Domain)).astype(np.int8)
        registered = organizations.active() & (organizations.tier == REGISTERED)
        mean = float(organizations.capability[registered].mean()) if registered.any() else CAPABILITY_WITHOUT_PEERS
        kind = SUPPORT if self.word("kind") == "support" else PROFESSIONAL
        now = self.setting.now
        capability = min(mean + CAPABILITY_ABOVE_MEAN, 1.0)
        rows = organizations.append(
            bodies, identity=names, tier=REGISTERED, kind=kind, domain=domains, status=AWAKE,
            street=streets, community=NO_ONE, founded=now, tier_since=now, status_since=now, staff=ENTRANT_STAFF,
            capability=capability, settled_capability=capability, drawn_by_money=True,
            density_at_birth=measure_density(organizations, city.streets).registered,
        )  # fmt: skip
        self._came.extend(rows.tolist())
        self.tally(bodies)
        name_leaders(self.setting, rows, np.full(bodies, NO_ONE, np.int64))
        self.setting.flows.add("entry", streets.astype(np.int32), len(city.streets))
