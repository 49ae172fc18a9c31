"""The record of one run: every measure, at every month's edge, in every place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.city.city import City
from simulator.observation.edge import Edge
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
    """Keeps what is counted at each month's edge, and measures all of them at once when somebody asks."""

    def __init__(
        self, months: int, city: City, need: NDArray[np.float64], flows: Sequence[Mapping[str, NDArray[np.float64]]]
    ) -> None:
        self.measures = tuple(MEASURED)
        self.places = ("district", *(f"street {number + 1}" for number in city.streets.number))
        self._months, self._city, self._need, self._flows = months, city, need, flows
        self._noted = 0
        self._columns: list[NDArray[Any]] = []
        """What is counted, each with the edges as its first axis, (n_months + 1, ...)."""

    def note(self, edge: Edge) -> None:
        """Keep a copy of the next edge."""
        self._columns = self._columns or [_room(self._months + 1, value) for value in edge]
        for column, value in zip(self._columns, edge, strict=True):
            column[self._noted] = value
        self._noted += 1

    def measured(self, name: str) -> Places:
        """A measure at every edge so far, (n_edges, n_places)."""
        return MEASURED[name](self._view())

    def values(self) -> NDArray[np.float64]:
        """Every measure, (n_measures, n_months + 1, n_places); NaN at edges to come."""
        values = np.full((len(self.measures), self._months + 1, len(self.places)), np.nan)
        view = self._view()
        for row, name in enumerate(self.measures):
            values[row, : self._noted] = MEASURED[name](view)
        return values

    def _view(self) -> View:
        so_far = Edge(*(column[: self._noted] for column in self._columns))
        return View(self._city, so_far, self._need, self._flows[: self._noted - 1])


def _room(edges: int, value: ArrayLike) -> NDArray[Any]:
    """Room for so many values like this one, (edges, ...); single numbers as floats, whether the first is whole or not."""
    like = np.asarray(value)
    return np.empty((edges, *like.shape), like.dtype if like.ndim else np.float64)
