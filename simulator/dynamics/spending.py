"""Spending: public money that has left the budget lines since the start, for bodies or outside.

    spent of a line = released - what the line still holds - what it has promised and not yet paid (its escrow)

counted from month 0, so that what the status quo paid before is not the policy's; what was promised before and is paid after
is. Money that does not come from the district's budget (grants from above, gifts) is not counted.
"""

from __future__ import annotations

from simulator.city.treasury import Treasury
from simulator.dynamics.budget import Budget


class Spending:
    """What left the lines since `begin` was called, in fen, as built."""

    def __init__(self, budget: Budget, treasury: Treasury) -> None:
        self._budget, self._treasury = budget, treasury
        self._before: dict[str, int] = {}
        self._budgeted_before: dict[str, int] = {}

    def begin(self) -> None:
        """Count from now on."""
        self._before = self._by_line()
        self._budgeted_before = self._budgeted()

    def by_line(self) -> dict[str, int]:
        """Spent by each line."""
        return {name: spent - self._before.get(name, 0) for name, spent in self._by_line().items()}

    @property
    def spent_fen(self) -> int:
        """Spent by all lines."""
        return sum(self._by_line().values()) - sum(self._before.values())

    def budgeted_by_line(self) -> dict[str, int]:
        """Appropriated for each line."""
        return {name: budgeted - self._budgeted_before.get(name, 0) for name, budgeted in self._budgeted().items()}

    @property
    def budgeted_fen(self) -> int:
        """Appropriated for all lines."""
        return sum(self._budgeted().values()) - sum(self._budgeted_before.values())

    def _by_line(self) -> dict[str, int]:
        held = self._treasury.balances
        return {
            name: line.released_fen - held[line.account] - held[line.escrow]
            for name, line in self._budget.lines.items()
            if not line.given
        }

    def _budgeted(self) -> dict[str, int]:
        return {name: line.budgeted_fen for name, line in self._budget.lines.items() if not line.given}
