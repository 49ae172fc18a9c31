"""What every programme can see and use: the clock, the city, the levers, the purse, the hours and the luck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import simpy
from numpy.typing import NDArray

from simulator.city.city import City
from simulator.dynamics.levers import Levers
from simulator.language.streams import Streams
from simulator.language.vocabulary import ProgrammeSignature

__all__ = ["City", "Flows", "Setting", "Tally"]

if TYPE_CHECKING:
    from simulator.dynamics.budget import Budget
    from simulator.dynamics.programmes.programme import Programme
    from simulator.dynamics.projects import Projects


@dataclass(slots=True)
class Flows:
    """What happened in the month at hand, counted as built: a name each ("filing", "entry", "merger", ...)."""

    counts: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    """Per street, (n_streets,)."""

    def add(self, name: str, streets: NDArray[np.int32], n_streets: int) -> None:
        """Count one event at each of these streets, (n,)."""
        counted = np.bincount(streets, minlength=n_streets).astype(np.float64)
        self.counts[name] = self.counts.get(name, np.zeros(n_streets)) + counted


@dataclass(slots=True)
class Tally:
    """What one budget line has bought since the start, as built."""

    instrument: str
    signature: ProgrammeSignature
    bought: list[float]
    """In the units of `signature.buys`."""


@dataclass(slots=True)
class Setting:
    """Everything that institutions act on. One per model."""

    clock: simpy.Environment
    """In months from the scenario's start; negative while the status quo is spun up."""
    city: City
    budget: Budget
    projects: Projects
    streams: Streams
    parameters: Mapping[str, Mapping[str, float]]
    """Group -> name -> value: the model's own numbers."""
    levers: Levers = field(default_factory=Levers)
    """Where the levers stand this month."""
    flows: Flows = field(default_factory=Flows)
    past_flows: list[Mapping[str, NDArray[np.float64]]] = field(default_factory=list)
    """The counts of each month since the start."""
    flows_at_start: Mapping[str, float] = field(default_factory=dict)
    """Flows a month that the balance of the status quo expects, by name, as built; empty before the start."""
    levers_at_start: Levers | None = None
    """Where the levers stood when the base levels were solved; nothing before the start."""
    programmes: list[Programme] = field(default_factory=list)
    """Programmes in force, in the order in which they came into force."""
    tallies: dict[str, Tally] = field(default_factory=dict)
    """What every budget line has bought, by its name; a successor counts on."""
    spinning_up: bool = True
    """Before the start: institutions work, but stocks and residents stand still."""
    spin_up_gains: dict[str, float] = field(default_factory=dict)
    """What programmes would have changed while stocks stood still, by cause ("capability", "filing", "removal", ...):
    sums since the spin-up began, of which the base levels take account."""
    start_month_of_year: int = 1
    """The calendar month (1 to 12) of month 0."""

    @property
    def now(self) -> float:
        """The time in months."""
        return float(self.clock.now)

    @property
    def month_of_year(self) -> int:
        """The calendar month at hand, 1 to 12."""
        return (self.start_month_of_year - 1 + self.month) % 12 + 1

    @property
    def month(self) -> int:
        """The number of the month at hand: an event at exactly a month's edge belongs to the month that begins."""
        return int(np.floor(self.clock.now))
