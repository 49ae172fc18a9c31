"""One run of a comparison: who it was, how it ended, and what it recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.language.errors import ModelError
from simulator.language.labels import MEASURES

Status = Literal["done", "failed"]
Key = tuple[str, int, int]
"""Policy, parameter draw, replicate."""


class Recorded(Protocol):
    """What a run hands over: months 0 (the start) to the horizon, for the district and its streets."""

    @property
    def measures(self) -> tuple[str, ...]: ...
    @property
    def places(self) -> tuple[str, ...]: ...
    @property
    def values(self) -> NDArray[np.float64]: ...  # (n_measures, n_months + 1, n_places)
    @property
    def accounts(self) -> Mapping[str, float]: ...  # yuan paid out by budget line
    @property
    def lines(self) -> Mapping[str, Mapping[str, Any]]: ...  # what each budget line was for, budgeted, spent and bought
    @property
    def facts(self) -> Mapping[str, Any]: ...  # deterministic, can be written as JSON
    @property
    def timings(self) -> Mapping[str, float]: ...  # seconds by phase


@dataclass(frozen=True)
class Recording:
    """A record read back from a file."""

    measures: tuple[str, ...]
    places: tuple[str, ...]
    values: NDArray[np.float64]
    accounts: Mapping[str, float]
    facts: Mapping[str, Any]
    timings: Mapping[str, float]
    lines: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """One run: a failed one keeps its seed and the text of its error, and has no record."""

    policy: str
    draw: int
    replicate: int
    seed: int
    status: Status
    error: str
    record: Recorded | None

    @property
    def key(self) -> Key:
        return self.policy, self.draw, self.replicate


def check(record: Recorded, months: int) -> None:
    """ModelError unless the record has the promised shape, known measures and no infinite value.

    Empty values (NaN) are allowed: a growth factor from a start of 0, a wait of nobody.
    """
    unknown = sorted(set(record.measures) - set(MEASURES))
    if unknown:
        raise ModelError(f"the record holds measures that have no label: {', '.join(unknown)}")
    shape = (len(record.measures), months + 1, len(record.places))
    if record.values.shape != shape:
        raise ModelError(f"the record's values have the shape {record.values.shape}; (measures, months, places) is {shape}")
    infinite = np.argwhere(np.isinf(record.values))
    if infinite.size:
        measure, month, place = (int(i) for i in infinite[0])
        raise ModelError(f"{record.measures[measure]} is infinite in month {month} at {record.places[place]}")
