"""Working hours, booked like money: nobody works more hours in a month than there are.

A pool is a kind of worker with a place each (committees by community, stations and hubs by street, mentors and the
civil-affairs bureau by district). Its capacity opens with the month; what is not booked is gone at the month's end. Posts and
mentors that do one thing alone `work` in a pool that nobody else books.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.language.errors import ModelError


class Hours:
    """The hours of every pool in the month that is open, and what was booked for what since the start."""

    def __init__(self) -> None:
        self._capacity: dict[str, NDArray[np.float64]] = {}
        self._booked: dict[str, NDArray[np.float64]] = {}
        self.booked_for: dict[tuple[str, str], float] = {}
        """Hours booked since the start, by (pool, purpose)."""

    def open_month(self, pool: str, capacity: ArrayLike) -> None:
        """Give a pool this month's hours, (places,); nothing is booked yet."""
        hours = np.array(capacity, dtype=np.float64, ndmin=1)
        if (hours < 0).any():
            raise ModelError(f"pool '{pool}' has negative hours")
        self._capacity[pool] = hours
        self._booked[pool] = np.zeros(hours.shape)

    def left(self, pool: str) -> NDArray[np.float64]:
        """Hours not yet booked this month, (places,); a pool that was never opened has one place without hours."""
        if pool not in self._capacity:
            return np.zeros(1)
        return np.maximum(self._capacity[pool] - self._booked[pool], 0.0)

    def capacity(self, pool: str) -> NDArray[np.float64]:
        """This month's hours, (places,)."""
        return self._capacity.get(pool, np.zeros(1))

    def book(self, pool: str, wanted: ArrayLike, purpose: str) -> NDArray[np.float64]:
        """Book hours, (places,) or one number for all; returns what was granted: never more than was left."""
        hours = np.asarray(wanted, dtype=np.float64)
        if pool not in self._capacity:
            return np.zeros_like(np.atleast_1d(hours))
        left = self.left(pool)
        granted = np.minimum(hours, left)
        self._enter(pool, granted, purpose)
        return granted

    def book_the_rest(self, pool: str, purpose: str) -> NDArray[np.float64]:
        """Book all that is left of a pool that is open, (places,)."""
        rest = self.left(pool)
        self._enter(pool, rest, purpose)
        return rest

    def book_in_turn(self, pools: tuple[str, ...], wanted: NDArray[np.float64], purpose: str) -> NDArray[np.float64]:
        """Book at the first pool, and what it lacks at the next, and so on: pools of the same places. (places,)."""
        granted = np.zeros_like(wanted)
        for pool in pools:
            granted = granted + self.book(pool, wanted - granted, purpose)
        return granted

    def left_at(self, pool: str, place: int) -> float:
        """Hours not yet booked at one place; none if the pool was never opened."""
        return float(self.left(pool)[place]) if pool in self._capacity else 0.0

    def book_at(self, pool: str, place: int, wanted: float, purpose: str) -> float:
        """Book hours at one place; returns what was granted."""
        hours = np.zeros_like(self.left(pool))
        hours[place if pool in self._capacity else 0] = wanted
        return float(self.book(pool, hours, purpose).sum())

    def work(self, pool: str, there: float, wanted: float, purpose: str) -> float:
        """This month's hours of people who do nothing else: granted as far as they are there; nobody else can book them."""
        if there < 0:
            raise ModelError(f"pool '{pool}' has negative hours")
        granted = min(wanted, there)
        self._note(pool, purpose, granted)
        return granted

    def check(self) -> None:
        """ModelError if somewhere more was booked than there was."""
        if not self._booked:
            return
        booked, capacity = (np.concatenate(list(of.values())) for of in (self._booked, self._capacity))
        over = booked > capacity * (1 + 1e-12) + 1e-9
        if over.any():
            pool = np.repeat(list(self._booked), [hours.size for hours in self._booked.values()])[over][0]
            raise ModelError(f"pool '{pool}' booked more hours than it has")

    def _enter(self, pool: str, granted: NDArray[np.float64], purpose: str) -> None:
        self._booked[pool] += granted
        self._note(pool, purpose, float(granted.sum()))

    def _note(self, pool: str, purpose: str, granted: float) -> None:
        key = (pool, purpose)
        self.booked_for[key] = self.booked_for.get(key, 0.0) + granted
