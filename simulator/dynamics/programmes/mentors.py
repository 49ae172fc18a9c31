"""Mentors: their hours bound what a place is worth.

    load = hours that the bodies need / hours that the mentors have           gain = full gain / (1 + max(0, load - 1)^2)

Load is measured monthly; a stage counts its mean load.
"""

from __future__ import annotations

import math

from simulator.city.hours import Hours


def congested(load: float) -> float:
    """The share of the gain that is left under this load, in [0, 1]; none if there are no mentors."""
    return 1.0 / (1.0 + max(0.0, load - 1.0) ** 2) if math.isfinite(load) else 0.0


class Mentors:
    """The mentors of one instrument: one pool of hours."""

    def __init__(self, pool: str) -> None:
        self.pool = pool
        self.load = 0.0
        """Hours needed over hours there, this month; infinite if hours are needed and there are none."""
        self._months: list[tuple[float, float]] = []
        """(month, load) of every month so far."""

    def work(self, hours: Hours, capacity: float, needed: float, month: float) -> None:
        """One month: open the pool, book what is needed, note the load."""
        hours.open_month(self.pool, capacity)
        hours.book(self.pool, needed, "mentoring")
        self.load = needed / capacity if capacity > 0 else (math.inf if needed > 0 else 0.0)
        self._months.append((month, self.load))

    def mean_load(self, since: float) -> float:
        """The mean of the monthly loads from this month on; the present load if there is none."""
        loads = []
        for month, load in reversed(self._months):
            if month < since:
                break
            loads.append(load)
        return sum(loads) / len(loads) if loads else self.load
