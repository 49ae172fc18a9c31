"""What must be paid month after month and takes a while to set up: posts to be filled, rooms to be fitted out.

    held(t) = min(payable(t), held(t - 1) + what was set in motion `delay` months ago)

Set-up begins as soon as more can be paid for than is held or coming; what can no longer be paid for is given up at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Upkeep:
    """Amounts held at some places, (places,): fractions are fine."""

    def __init__(self, places: int, delay_months: float) -> None:
        self.held: NDArray[np.float64] = np.zeros(places)
        self.in_all = 0.0
        """What is held at all places together."""
        self._delay = delay_months
        self._coming: list[tuple[float, NDArray[np.float64]]] = []

    def advance(self, now: float, payable: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """Follow what can be paid for this month, (places,).

        Returns how much more is held than before (or less), (places,); None if all is as it was, as in most months.
        """
        if not self._coming and (payable == self.held).all():
            return None
        ready = [amount for month, amount in self._coming if month <= now]
        self._coming = [(month, amount) for month, amount in self._coming if month > now]
        held = np.minimum(self.held + sum(ready), payable)
        missing = np.maximum(payable - held - sum(amount for _, amount in self._coming), 0.0)
        if missing.any():
            if self._delay > 0:
                self._coming.append((now + self._delay, missing))
            else:
                held = held + missing
        return self._hold(held)

    def take_over(self, predecessor: Upkeep) -> None:
        """Hold what the predecessor held."""
        self._hold(predecessor.held.copy())

    def give_up(self) -> NDArray[np.float64]:
        """End it all; returns the change, (places,)."""
        self._coming.clear()
        return self._hold(np.zeros_like(self.held))

    def _hold(self, held: NDArray[np.float64]) -> NDArray[np.float64]:
        """From now on so much; returns the change."""
        change = held - self.held
        self.held, self.in_all = held, float(held.sum())
        return change
