"""Equal money: what was asked for, and what it did to each policy's budget.

A policy's budget is what its lines appropriate over the scenario's window for the whole district (`appropriations.py`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.documents.wording import plain
from simulator.language.errors import UserError

BASELINE: Final = "baseline"
PER_RESIDENT: Final = "/resident"
ACCEPTED: Final = (
    "yuan of the whole district over the whole window (30000000), yuan per resident (30/resident), or 'baseline' "
    "(what the first policy budgets)"
)


@dataclass(frozen=True, slots=True)
class Rescaled:
    """One policy's budget over the window, before and after; a factor of None: it budgets nothing and is as it was."""

    factor: float | None
    before_yuan: float
    after_yuan: float


@dataclass(frozen=True, slots=True)
class EqualMoney:
    """Every policy's budget brought to the same total."""

    asked: str
    total_yuan: float
    policies: Mapping[str, Rescaled]

    def described(self) -> dict[str, Any]:
        """As the manifest tells it."""
        return {
            "asked": self.asked,
            "total_yuan": self.total_yuan,
            "policies": {
                name: {"factor": one.factor, "before_yuan": one.before_yuan, "after_yuan": one.after_yuan}
                for name, one in self.policies.items()
            },
        }


def total_asked(asked: str | float, residents: float, baseline_yuan: float, baseline: str) -> float:
    """Yuan over the window that `asked` means; UserError for what is no amount of money above 0."""
    text = plain(asked) if isinstance(asked, (int, float)) and not isinstance(asked, bool) else str(asked).strip()
    if text == BASELINE:
        if baseline_yuan <= 0:
            raise UserError(f"the first policy, '{baseline}', budgets nothing that others could be brought to; give {ACCEPTED}")
        return baseline_yuan
    amount = _number(text.removesuffix(PER_RESIDENT))
    if amount is None or not 0 < amount < math.inf:
        raise UserError(f"an equal budget of '{text}' is not accepted; give {ACCEPTED}")
    return amount * residents if text.endswith(PER_RESIDENT) else amount


def _number(text: str) -> float | None:
    """A plain number; None for anything else."""
    try:
        return float(text)
    except ValueError:
        return None
