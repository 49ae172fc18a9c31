"""Places with a waiting list: who is referred goes first, then who came first. Counts what queueing theory speaks of.

With arrivals of a Poisson law (rate lambda) and exponential stays (rate mu) it is an M/M/c queue: the mean wait is Erlang's
C(c, lambda/mu) / (c*mu - lambda), and the mean number waiting is lambda times the mean wait (Little 1961).
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import simpy
from simpy.resources.resource import PriorityRequest

from simulator.language.units import MONTHS_PER_YEAR


class Turn(IntEnum):
    """Who goes first."""

    REFERRED = 0
    APPLIED = 1


class WaitingList:
    """Whole places, the requests for them, and the waits. `join`, `yield` the request, `admit`, and at last `leave`."""

    RECALL_MONTHS: Final = float(MONTHS_PER_YEAR)

    def __init__(self, clock: simpy.Environment, places: int) -> None:
        self.places = places
        self.waiting = 0
        """Bodies on the list now."""
        self.waits: list[tuple[float, float]] = []
        """(month of admission, months waited) of everybody admitted so far."""
        self._clock = clock
        self._resource = simpy.PriorityResource(clock, places)
        self._joined: dict[PriorityRequest, float] = {}
        self._area, self._area_until = 0.0, float(clock.now)

    @property
    def inside(self) -> int:
        """Places taken."""
        return self._resource.count

    @property
    def area(self) -> float:
        """The time integral of the number waiting, body-months."""
        return self._area + self.waiting * (float(self._clock.now) - self._area_until)

    def join(self, turn: Turn) -> PriorityRequest:
        """Come onto the list; wait for the event that is returned."""
        self._count(+1)
        request = self._resource.request(priority=int(turn))
        self._joined[request] = float(self._clock.now)
        return request

    def admit(self, request: PriorityRequest) -> None:
        """The place has been granted and is taken."""
        now = float(self._clock.now)
        self.waits.append((now, now - self._joined.pop(request)))
        self._count(-1)

    def leave(self, request: PriorityRequest) -> None:
        """Give up waiting, or free the place."""
        if self._joined.pop(request, None) is not None:
            self._count(-1)
        if request.triggered:
            self._resource.release(request)
        else:
            request.cancel()

    def recent_waits(self) -> list[float]:
        """Months waited by those admitted in the last twelve months."""
        since = float(self._clock.now) - self.RECALL_MONTHS
        return [wait for admitted, wait in self.waits if admitted > since]

    def _count(self, change: int) -> None:
        self._area, self._area_until = self.area, float(self._clock.now)
        self.waiting += change
