"""What can be seen of a street month by month, and when two streets part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.dynamics.levers import LEVERS
from simulator.model import DistrictModel
from simulator.observation.measures import MEASURED

MONEY: Final = frozenset((
    "spending_total_yuan", "spending_per_resident_yuan", "execution_rate", "yuan_per_added_active_organization",
    "yuan_per_added_participant",
))  # fmt: skip
"""Measures of budgets: what leaves a line in preparation changes these, and nobody."""


@dataclass(frozen=True)
class Watched:
    """A street, month by month."""

    values: NDArray[np.float64]
    """The record, (measures, months + 1, places)."""
    levers: NDArray[np.float64]
    """Where the levers stood, (months, levers)."""
    hours: tuple[dict[tuple[str, str], float], ...]
    """Hours booked since the start, by the end of each month."""
    charged: NDArray[np.float64]
    """Hours that bodies spent on programmes since the start, by the end of each month, (months,)."""


def watch(model: DistrictModel, months: int, other: Watched | None = None, beyond: int = 0) -> Watched:
    """Let months pass, or as many as it takes to differ from the other street at an edge beyond this one."""
    levers, hours, charged = [], [], [0.0]
    while model.month < months:
        model.step()
        levers.append([model.setting.levers[name] for name in LEVERS])
        hours.append(dict(model.city.hours.booked_for))
        charged.append(charged[-1] + float(model.city.organizations.hours_charged.sum()))
        values = model.to_record().values[:, : model.month + 1]
        seen = Watched(values, np.array(levers), tuple(hours), np.array(charged[1:]))
        if other is not None and model.month > beyond and parted(seen, other, model.month):
            break
    model.close()
    return seen


def parted(one: Watched, other: Watched, edge: int) -> tuple[str, ...]:
    """What differs between two streets at an edge or in the month before it: measures, levers, hours."""
    names = [name for name, at in differing(one.values, other.values).items() if edge in at]
    moved = np.flatnonzero(one.levers[edge - 1] != other.levers[edge - 1])
    names += [f"lever {list(LEVERS)[row]}" for row in moved]
    names += ["hours booked"] if one.hours[edge - 1] != other.hours[edge - 1] else []
    names += ["hours charged"] if one.charged[edge - 1] != other.charged[edge - 1] else []
    return tuple(names)


def differing(
    one: NDArray[np.float64], other: NDArray[np.float64], aside: frozenset[str] = MONEY
) -> dict[str, tuple[int, ...]]:
    """Measures in which two records differ by any bit, with the edges; some measures aside."""
    edges = min(one.shape[1], other.shape[1])
    a, b = np.ascontiguousarray(one[:, :edges]), np.ascontiguousarray(other[:, :edges])
    apart = (a.view(np.uint64) != b.view(np.uint64)) & ~(np.isnan(a) & np.isnan(b))
    by_edge = apart.any(axis=2)
    return {
        name: tuple(np.flatnonzero(by_edge[row]).tolist())
        for row, name in enumerate(MEASURED)
        if name not in aside and by_edge[row].any()
    }
