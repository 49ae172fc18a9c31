"""The stable identity of things that come and go: who they are, packed into 64 bits, so that dice can be keyed by it.

A body of the start is its place and its number there; a founding is its community, month and serial; an entrant of the
district is its kind, month and serial. None depends on how many others there are.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

_MONTH_SHIFT = 4096
"""Months from -4096 on can be packed (the spin-up and founding dates before the start are negative)."""


class Origin(IntEnum):
    """How a thing came to be."""

    AT_START = 0
    FOUNDED = 1
    ENTERED = 2
    ATTRACTED = 3
    APPOINTED = 4
    TRAINED = 5


def identity(origin: Origin, place: ArrayLike, month: int, serial: ArrayLike) -> NDArray[np.uint64]:
    """origin (4 bits) | place (20 bits) | month (16 bits) | serial (24 bits). place, serial (n,) -> (n,)."""
    head = np.uint64((int(origin) << 60) | ((month + _MONTH_SHIFT) << 24))
    place = np.asarray(place).astype(np.uint64) << np.uint64(40)
    return np.atleast_1d(head | place | np.asarray(serial).astype(np.uint64))
