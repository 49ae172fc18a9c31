"""At which points a sweep is run: levels crossed, points thrown into ranges, or rows of the user's own.

    grid       every combination of the levels, the last number fastest
    lhs        Latin hypercube: each range cut into as many slices as points, one point in each slice (scipy.stats.qmc)
    sobol, halton    scrambled sequences that fill the space evenly (scipy.stats.qmc); sobol is best at powers of two
    saltelli   base sample of N points and its crossings, N * (numbers + 2) points: what Sobol indices are computed from (SALib)
    morris     N trajectories that move one number at a time, N * (numbers + 1) points (SALib)
    table      the rows of a table

Points are positions in the unit cube, (n_points, n_numbers), turned into values by each number's own law. They depend on the
design and its seed alone, and are stored with the results.
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import qmc

from simulator.documents.sweep import MAX_POINTS, Sweep, Varied
from simulator.documents.table import Value
from simulator.experiments.extras import wanted
from simulator.language.errors import UserError

if TYPE_CHECKING:
    from simulator.documents.sweep import DesignForm

FACTOR = "budget_factor."
"""What a column of factors is called, before the policy's name."""

MORRIS_LEVELS = 4
"""Levels of a range on which trajectories step; SALib's own default (Morris 1991)."""


@dataclass(frozen=True, slots=True)
class Points:
    """The values of each number at each point."""

    names: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    factors: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    """By policy: what equal budgets multiply its lines by at each point. The numbers in `rows` are those before that."""

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def types(self) -> tuple[pa.DataType, ...]:
        """Of each column: text if a word is in it, whole if all are, else a number."""
        return tuple(_type(column) for column in zip(*self.rows, strict=True))

    def table(self) -> pa.Table:
        """Columns: point, each number that varies, and `budget_factor.POLICY` where budgets are made equal."""
        columns: list[Any] = [pa.array(range(len(self)), pa.int64())]
        for column, kind in zip(zip(*self.rows, strict=True), self.types, strict=True):
            columns.append(pa.array([str(v) if kind == pa.string() else v for v in column], kind))
        columns += [pa.array(factors, pa.float64()) for factors in self.factors.values()]
        return pa.table(columns, names=["point", *self.names, *(FACTOR + policy for policy in self.factors)])

    @classmethod
    def of_table(cls, table: pa.Table) -> Points:
        """The reverse of `table`."""
        names = tuple(name for name in table.column_names if name != "point" and not name.startswith(FACTOR))
        factors = {name.removeprefix(FACTOR): tuple(table[name].to_pylist()) for name in table.column_names
                   if name.startswith(FACTOR)}  # fmt: skip
        return cls(names, tuple(zip(*(table[name].to_pylist() for name in names), strict=True)), factors)


def points_of(sweep: Sweep) -> Points:
    """The points of a sweep's design; UserError for more than a million."""
    names = tuple(number.name for number in sweep.varied)
    levels = [number.levels or () for number in sweep.varied]
    count = _count(sweep, levels)
    if count > MAX_POINTS:
        told = f" ({' x '.join(str(len(one)) for one in levels)})" if sweep.design.method == "grid" else ""
        raise UserError(f"this {sweep.design.method} has {count:,} points{told}; accepted: up to {MAX_POINTS:,}")
    if sweep.table is not None:
        return Points(names, sweep.table.rows)
    if sweep.design.method == "grid":
        return Points(names, tuple(itertools.product(*levels)))
    cube = positions(sweep.design, len(sweep.varied))
    return Points(names, tuple(_values(sweep.varied, row) for row in cube))


def _count(sweep: Sweep, levels: Sequence[Sequence[Value]]) -> int:
    """How many points a design comes to."""
    if sweep.table is not None:
        return len(sweep.table.rows)
    if sweep.design.method == "grid":
        return math.prod(map(len, levels))
    return (sweep.design.points or 0) * {"saltelli": len(levels) + 2, "morris": len(levels) + 1}.get(sweep.design.method, 1)


def positions(design: DesignForm, numbers: int) -> NDArray[np.float64]:
    """The points of a sampled design in the unit cube, (n_points, n_numbers)."""
    assert design.points is not None
    n, rng = design.points, np.random.default_rng(design.seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that Sobol's sequence is best at powers of two stands in the docs
        match design.method:
            case "lhs":
                found = qmc.LatinHypercube(numbers, rng=rng).random(n)
            case "sobol":
                found = qmc.Sobol(numbers, rng=rng).random(n)
            case "halton":
                found = qmc.Halton(numbers, rng=rng).random(n)
            case "saltelli":
                found = _saltelli(n, numbers, design.seed)
            case _:
                found = _morris(n, numbers, design.seed)
    return np.asarray(found, dtype=np.float64)


def unit_problem(names: Sequence[str]) -> dict[str, Any]:
    """SALib's description of numbers between 0 and 1."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def _saltelli(n: int, numbers: int, seed: int) -> NDArray[np.float64]:
    if n & (n - 1):
        raise UserError(f"a saltelli design takes a power of two points (={n}); accepted: {2 ** (n.bit_length() - 1)}, "
                        f"{2 ** n.bit_length()}")  # fmt: skip
    sample = wanted("SALib.sample.sobol", "sensitivity").sample
    found: NDArray[np.float64] = sample(unit_problem([str(i) for i in range(numbers)]), n, calc_second_order=False, seed=seed)
    return found


def _morris(n: int, numbers: int, seed: int) -> NDArray[np.float64]:
    sample = wanted("SALib.sample.morris", "sensitivity").sample
    found: NDArray[np.float64] = sample(unit_problem([str(i) for i in range(numbers)]), n, num_levels=MORRIS_LEVELS, seed=seed)
    return found


def _values(varied: Sequence[Varied], row: NDArray[np.float64]) -> tuple[Value, ...]:
    return tuple(number.at(float(u)) for number, u in zip(varied, row, strict=True))


def _type(column: Sequence[Value]) -> pa.DataType:
    if any(isinstance(value, str) for value in column):
        return pa.string()
    return pa.int64() if all(isinstance(value, int) for value in column) else pa.float64()
