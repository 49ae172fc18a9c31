"""Projects: money that a body was promised, spent evenly over the contract's months as far as it has arrived.

    spent in a month = min(cash, sum over its running projects of  total / months)

An instalment that is late leaves the body with nothing to spend; what is left is spent when it comes, until half a year
after the project's end (assumption). A body that sleeps does not spend. Spending leaves to `outside` (wages, rent,
materials).
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from simulator.city.columns import Columns, column
from simulator.city.organizations import Organizations
from simulator.city.treasury import OUTSIDE, Treasury
from simulator.language.units import FEN_PER_YUAN, MONTHS_PER_YEAR

GRACE_MONTHS = 6
"""Months after a project's end in which late money is still spent (assumption)."""


class _Running(Columns):
    row: NDArray[np.int32] = column(np.int32, 0)
    fen_per_month: NDArray[np.int64] = column(np.int64, 0)
    begins: NDArray[np.float64] = column(np.float64, 0)
    ends: NDArray[np.float64] = column(np.float64, 0)


class Projects:
    """All projects that are or were, and what they spend."""

    def __init__(self) -> None:
        self._running = _Running(256)
        self._months: deque[tuple[NDArray[np.intp], NDArray[np.int64]]] = deque(maxlen=MONTHS_PER_YEAR)
        """In each of the last twelve months the bodies that spent, and their fen, both (n,)."""

    def begin(self, rows: NDArray[np.intp], fen: NDArray[np.int64], begins: float, months: float) -> None:
        """A project each for these bodies: fen in all, over so many months. rows, fen (n,)."""
        if rows.size:
            self._running.append(
                rows.size, row=rows, fen_per_month=np.ceil(fen / months).astype(np.int64), begins=begins,
                ends=begins + months,
            )  # fmt: skip

    def hand_over(self, row: int, successor: int) -> None:
        """The successor carries on what this body had begun."""
        self._running.row[self._running.row == row] = successor

    def spend(self, organizations: Organizations, treasury: Treasury, month: int) -> None:
        """Spend this month's project money and write it into `organizations.project_fen`."""
        rows, fen = self._outlays(organizations, month)
        organizations.project_fen[:] = 0
        if rows.size:
            treasury.bodies_pay(rows, fen, OUTSIDE, "project work", month)
            organizations.project_fen[rows] = fen
        self._months.append((rows, fen))

    def spent_in_a_year(self, bodies: int) -> NDArray[np.float64]:
        """Yuan that each of so many bodies spent in the last twelve months, (bodies,)."""
        rows, fen = (np.concatenate(both) for both in zip(*self._months, strict=True))
        return np.bincount(rows, weights=fen, minlength=bodies) / FEN_PER_YUAN

    def _outlays(self, organizations: Organizations, month: int) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """The bodies that spend in this month, and how much, both (n,)."""
        running = self._running
        open_now = ((running.begins < month + 1) & (running.ends + GRACE_MONTHS > month)).nonzero()[0]
        if not open_now.size:
            return open_now, np.zeros(0, np.int64)
        planned = np.bincount(
            running.row[open_now], weights=running.fen_per_month[open_now], minlength=len(organizations)
        ).astype(np.int64)
        cash = organizations.cash_fen
        rows = ((planned > 0) & (cash > 0) & organizations.active()).nonzero()[0]
        return rows, np.minimum(planned[rows], cash[rows])
