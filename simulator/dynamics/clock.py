"""The one clock: months from the scenario's start, negative while the status quo is spun up; it counts its events."""

from __future__ import annotations

import simpy


class Clock(simpy.Environment):
    """SimPy's environment that says how many events it has processed."""

    def __init__(self, initial_time: float = 0) -> None:
        super().__init__(initial_time)
        self.events = 0

    def step(self) -> None:
        """Process the next event."""
        self.events += 1
        super().step()
