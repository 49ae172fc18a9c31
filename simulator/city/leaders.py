"""Grassroots leaders: residents who lead a body, or were trained to found one. One row each, for good."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.city.columns import Columns, column
from simulator.city.organizations import NO_ONE


class Leaders(Columns):
    """All leaders that are or ever were, (n,) a column."""

    identity: NDArray[np.uint64] = column(np.uint64, 0)
    resident: NDArray[np.int32] = column(np.int32, NO_ONE)
    """The home from which the leader came; NO_ONE for the head of a professional body from outside."""
    community: NDArray[np.int32] = column(np.int32, NO_ONE)
    organization: NDArray[np.int32] = column(np.int32, NO_ONE)
    energy: NDArray[np.float64] = column(np.float64, 1.0)
    trained: NDArray[np.bool_] = column(np.bool_, 0)
    since: NDArray[np.float64] = column(np.float64, 0)
    resting_until: NDArray[np.float64] = column(np.float64, -1e9)
    """Until when somebody who gave up is not asked again."""
    left: NDArray[np.bool_] = column(np.bool_, 0)

    def here(self) -> NDArray[np.bool_]:
        """Has not left, (n,)."""
        return ~self.left
