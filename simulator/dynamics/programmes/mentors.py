"""Mentors: their hours bound what a place is worth.

    load = hours that the bodies need / hours that the mentors have           gain = full gain / (1 + max(0, load - 1)^2)

A stage earns the mean over its time of what the load leaves; while there are no mentors, nothing.
"""

from __future__ import annotations

import math

import simpy

from simulator.city.hours import Hours


def congested(load: float) -> float:
    """The share of the gain that is left under this load, in [0, 1]; none if there are no mentors."""
    return 1.0 / (1.0 + max(0.0, load - 1.0) ** 2) if math.isfinite(load) else 0.0


class Mentors:
    """The mentors of one house: one pool of hours, needed by the bodies that are with them."""

    def __init__(self, clock: simpy.Environment, pool: str) -> None:
        self.pool = pool
        self.needed = 0.0
        """Hours a month that bodies need now."""
        self._own = 0.0
        self._lent: dict[str, float] = {}
        self._clock = clock
        self._earned, self._earned_until = 0.0, float(clock.now)

    @property
    def capacity(self) -> float:
        """Hours a month that mentors have now: the house's own, and those that others lend it."""
        return self._own + sum(self._lent.values())

    @property
    def load(self) -> float:
        """Hours needed over hours there; infinite if some are needed and there are none."""
        if self.capacity > 0:
            return self.needed / self.capacity
        return math.inf if self.needed > 0 else 0.0

    @property
    def earned(self) -> float:
        """Months of undivided mentoring that a body who was here all the time has had: the integral of `congested`."""
        return self._earned + congested(self.load) * (float(self._clock.now) - self._earned_until)

    def need(self, hours: float) -> None:
        """Bodies need so many hours a month more (or fewer) from now on."""
        self._earned, self._earned_until = self.earned, float(self._clock.now)
        self.needed = max(self.needed + hours, 0.0)

    def have(self, hours: float) -> None:
        """The house's mentors have so many hours a month from now on."""
        self._earned, self._earned_until = self.earned, float(self._clock.now)
        self._own = hours

    def lend(self, lender: str, hours: float) -> None:
        """Mentors of somebody else are here for so many hours a month from now on."""
        self._earned, self._earned_until = self.earned, float(self._clock.now)
        self._lent[lender] = hours

    def leave(self) -> None:
        """Nobody is here any more, whoever's they were."""
        self.have(0.0)
        self._lent.clear()

    def work(self, hours: Hours) -> None:
        """Book this month's mentoring."""
        hours.work(self.pool, self.capacity, self.needed, "mentoring")
