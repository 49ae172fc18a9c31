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
        self._delay = delay_months
        self._coming: list[tuple[float, NDArray[np.float64]]] = []

    def advance(self, now: float, payable: NDArray[np.float64]) -> NDArray[np.float64]:
        """Follow what can be paid for this month, (places,); returns how much more is held than before (or less)."""
        if not self._coming and (payable == self.held).all():  # as in most months, once all is set up
            return np.zeros_like(self.held)
        before = self.held
        ready = [amount for month, amount in self._coming if month <= now]
        self._coming = [(month, amount) for month, amount in self._coming if month > now]
        self.held = np.minimum(before + sum(ready), payable)
        missing = np.maximum(payable - self.held - sum(amount for _, amount in self._coming), 0.0)
        if missing.any():
            if self._delay > 0:
                self._coming.append((now + self._delay, missing))
            else:
                self.held = self.held + missing
        return self.held - before

    def give_up(self) -> NDArray[np.float64]:
        """End it all; returns the change, (places,)."""
        change = -self.held
        self.held = np.zeros_like(self.held)
        self._coming.clear()
        return change
