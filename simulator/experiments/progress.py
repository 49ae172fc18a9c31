"""How far many runs are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of runs."""

    planned: int
    done: int
    failed: int
    reused: int
    """Runs taken up from an earlier, interrupted start (counted in `done` and `failed`)."""


Telling = Callable[[Progress], None]
"""Whom to tell."""
