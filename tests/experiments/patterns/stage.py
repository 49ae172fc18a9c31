"""A stage on which a test moves the district by hand, so that what an observer should count is known."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from simulator.language.calendar import Month
from tests.programmes.world import World


class Stage:
    """What observers read of a model. The test changes the city, then calls `month_passed`."""

    def __init__(self, start: str = "2018-01", months: int = 60) -> None:
        self.world = World()
        self.city, self.setting = self.world.city, self.world.setting
        self.spec: Any = SimpleNamespace(start=Month.parse(start), months=months, shocks=())
        self.measures: dict[str, float] = {}
        self.month = 0

    @property
    def residents(self) -> Any:
        return self.city.residents

    @property
    def rows(self) -> np.ndarray:
        return np.arange(len(self.city.organizations))

    def measure(self, name: str) -> float:
        return self.measures.get(name, np.nan)

    def month_passed(self) -> None:
        self.month += 1
        self.setting.clock.run(until=self.month)
