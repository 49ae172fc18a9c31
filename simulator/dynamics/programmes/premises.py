"""Premises (场地供给): rented rooms, open after they are fitted out, given back at the end.

    m2 payable = min(m2, money a month / rent)

Rooms of hubs are shared by streets as built, those of communities by communities alike. The rent runs from the opening;
what fitting out costs is part of the rent (assumption).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Process, Programme
from simulator.dynamics.programmes.upkeep import Upkeep
from simulator.dynamics.setting import Setting
from simulator.language.units import MONTHS_PER_YEAR, fen
from simulator.language.vocabulary import ProgrammeSignature


class Premises(Programme):
    """Rooms."""

    basic_expenditure: ClassVar[bool] = True
    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "premises",
        {"en": "Premises", "zh": "场地供给"},
        {
            "money": d.money(),
            "m2": d.quantity("m2", 0, 1e7, None, "Space", "面积", extensive=True),
            "where": d.choice(("hub", "community"), "hub", "Whose rooms", "场地去向"),
            "rent_per_m2": d.quantity("yuan/year", 0, 1e5, 300, "Rent of a square metre", "每平方米年租金"),
            "fit_out_months": d.months(6, "Months to fit the rooms out", "装修时滞"),
        },
        "rented rooms for hubs or communities, open after they are fitted out",
        buys=({"en": "m2-months", "zh": "平方米·月"},),
    )

    def __init__(
        self, setting: Setting, instrument: str, inputs: Mapping[str, float | str], serial: int = 0
    ) -> None:
        super().__init__(setting, instrument, inputs, serial)
        self._upkeep = Upkeep(1, self.number("fit_out_months"))

    @property
    def rooms_m2(self) -> float:
        """Rooms that are open and paid for."""
        return self._upkeep.in_all

    @property
    def lead_months(self) -> float:
        """To the opening."""
        return self.number("fit_out_months")

    def run(self) -> Process:
        return self.every(1.0)

    def act(self, period: float) -> None:
        """A month's rent, and the rooms that it keeps open."""
        rent = fen(self.number("rent_per_m2")) / MONTHS_PER_YEAR
        held = self.setting.city.treasury.balance(self.account)
        money = min(self.pace_fen(), float(held))
        m2 = self.number("m2")
        payable = min(m2, money / rent) if rent > 0 else m2
        change = self._upkeep.advance(self.setting.now, np.array([payable]))
        if change is not None:
            self._open(change)
        self.pay_outside(min(round(self.rooms_m2 * rent), held), "rent")
        self.tally(self.rooms_m2)
        self.delivery = min(self.rooms_m2 / m2, 1.0) if m2 > 0 else 0.0

    def take_over(self, predecessor: Programme) -> None:
        """Rooms that are open stay open."""
        if isinstance(predecessor, Premises) and predecessor.word("where") == self.word("where"):
            self._upkeep.take_over(predecessor._upkeep)
        else:
            super().take_over(predecessor)

    def close(self) -> None:
        """Rooms are given back."""
        self._open(self._upkeep.give_up())

    def _open(self, change: NDArray[np.float64]) -> None:
        """So many more square metres where they belong (or fewer), (1,)."""
        city = self.setting.city
        if self.word("where") == "hub":
            city.streets.hub_rooms_m2[:] += change * city.streets.share_built / city.streets.share_built.sum()
        else:
            city.communities.rooms_m2[:] += change / len(city.communities)
