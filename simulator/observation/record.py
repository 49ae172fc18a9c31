"""The record of one run: every measure, at every month's edge, in every place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.observation.measures import MEASURED
from simulator.observation.view import Places, View


@dataclass(frozen=True)
class Record:
    """What a run leaves behind. Everything but `timings` is a function of scenario, policy, seed and replicate."""

    measures: tuple[str, ...]
    places: tuple[str, ...]
    """The district, then its built streets."""
    values: NDArray[np.float64]
    """(n_measures, n_months + 1, n_places); month 0 is the start; NaN where a measure is not known."""
    accounts: Mapping[str, float]
    """Yuan that left each budget line since the start, as represented."""
    lines: Mapping[str, Mapping[str, Any]]
    """What each budget line was for and what came of it: see `bought.tell_lines`."""
    facts: Mapping[str, Any]
    """What a reader should know of the run: residents built, events by kind, hours booked, unused parameters, notes."""
    timings: Mapping[str, float]
    """Seconds by phase: outside every equality."""


class Recorder:
    """Measures the city at each month's edge."""

    def __init__(self, months: int, street_numbers: NDArray[np.int32]) -> None:
        self.measures = tuple(MEASURED)
        self.places = ("district", *(f"street {number + 1}" for number in street_numbers))
        self.values = np.full((len(self.measures), months + 1, len(self.places)), np.nan)
        self.start: dict[str, Places] = {}

    def record(self, view: View) -> None:
        """Measure everything at the view's month."""
        for row, name in enumerate(self.measures):
            self.values[row, view.month] = MEASURED[name](view)
        if view.month == 0:
            self.start = {name: self.values[row, 0].copy() for row, name in enumerate(self.measures)}
