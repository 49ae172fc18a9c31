"""A sweep with the reader of its documents: the scenario of any of its points."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from simulator import catalogue
from simulator.documents import changes as outside
from simulator.documents.library import ENOUGH, Library
from simulator.documents.moved import Mover, moves_alone
from simulator.documents.reading import Problems
from simulator.documents.scenario import Scenario
from simulator.documents.shelves import Shelves
from simulator.documents.sweep import Sweep
from simulator.documents.table import Table, Value, made_table
from simulator.dynamics.equal_money import equalize
from simulator.experiments.sweeps.design import Points
from simulator.language.errors import DocumentError, Problem, UnknownName, UserError

if TYPE_CHECKING:
    import pandas as pd

KEPT = 512
"""Scenarios that are kept at hand. They share all that no number moved, so one takes some kilobytes."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a worker makes the scenario of a point by itself: numbers moved, budgets made equal where that is asked."""

    mover: Mover
    total_yuan: float | None
    equal_by: tuple[str, ...] = ()

    def at(self, values: Sequence[Value]) -> Scenario:
        """The scenario of these values; UserError if equal budgets would leave their bounds."""
        return self.equalized(self.mover.at(values))

    def equalized(self, scenario: Scenario) -> Scenario:
        """The scenario with its budgets brought to the sweep's total, if there is one."""
        if self.total_yuan is None:
            return scenario
        return equalize(scenario, self.total_yuan, catalogue.programmes(), only=self.equal_by)


@dataclass(frozen=True, slots=True)
class Made:
    """Scenarios that only the reader of documents could make, by their values."""

    scenarios: Mapping[tuple[Value, ...], Scenario]

    def at(self, values: Sequence[Value]) -> Scenario:
        return self.scenarios[tuple(values)]


class Varying:
    """A sweep and its points' scenarios, each a pure function of the documents and the point's values."""

    def __init__(self, sweep: Sweep, reader: Library, overrides: Mapping[str, Any]) -> None:
        self.sweep, self._reader, self.overrides = sweep, reader, dict(overrides)
        self._kept: dict[tuple[Value, ...], Scenario] = {}
        self.total_yuan = catalogue.equal_total(sweep)
        recipe = Recipe(Mover(sweep.scenario, sweep.varied), self.total_yuan, sweep.equal_by)
        self._equalized = recipe.equalized
        self._recipe = recipe if all(map(moves_alone, sweep.varied)) else None

    @property
    def untouched(self) -> list[str]:
        """Policies that nothing touches that varies: their runs are the same at all points."""
        moved = [outside.parse_path(path) for number in self.sweep.varied for path in (number.path, *number.also)]
        names = [policy.name for policy in self.sweep.scenario.policies]
        return [name for name in names if all(path[0] == "policies" and path[1] != name for path in moved)]

    def making(self, rows: Iterable[Sequence[Value]]) -> Recipe | Made:
        """What a worker needs for the scenarios of these points."""
        return self._recipe or Made({tuple(row): self.at(row) for row in rows})

    @property
    def files(self) -> list[Path]:
        """The documents that all this was read from."""
        return self._reader.files

    def content_in_memory(self, file: Path) -> Any:
        """What was given in memory in the place of a file; None for a file."""
        return self._reader.taken.get(file)

    def at(self, values: Sequence[Value]) -> Scenario:
        """The scenario in which each number that varies has this value.

        DocumentError if the values do not go together, UserError if equal budgets would leave their bounds.
        """
        key = tuple(values)
        if key not in self._kept:
            if len(self._kept) >= KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = self._made(key)
        return self._kept[key]

    def _made(self, values: tuple[Value, ...]) -> Scenario:
        if self._recipe is not None:
            return self._recipe.at(values)
        self._reader.problems = Problems()
        composed = self._reader.composed(self.sweep, values, [number.place for number in self.sweep.varied])
        self._reader.problems.stop_if_any()
        assert composed is not None
        return self._equalized(composed)

    def with_factors(self, points: Points) -> Points:
        """The points, each with the factor by which equal budgets multiply each policy's lines there."""
        if self.total_yuan is None:
            return points
        names = [policy.name for policy in self.sweep.scenario.policies]
        factors: dict[str, list[float | None]] = {name: [] for name in names}
        for values in points.rows:
            equal = self.at(values).equal_money
            assert equal is not None
            for name in names:
                factors[name].append(equal.policies[name].factor)
        return replace(points, factors={name: tuple(found) for name, found in factors.items()})

    def check(self, points: Points, told: Callable[[int], None] | None = None) -> None:
        """Every point that could be wrong although each number alone was right; DocumentError tells of the first ones."""
        problems: list[Problem] = []
        can_be_wrong = self._recipe is None or self.total_yuan is not None
        for point, values in enumerate(points.rows if can_be_wrong else ()):
            try:
                self.at(values)
            except DocumentError as error:
                problems += [
                    Problem(one.file, one.line, one.column, f"{one.message} (point {point})") for one in error.problems
                ]
            except UserError as error:
                place = self.sweep.varied[0].place
                problems.append(Problem(place.file, place.line, place.column, f"{error} (point {point})"))
            if told is not None:
                told(point + 1)
            if len(problems) >= ENOUGH:
                break
        if problems:
            raise DocumentError(problems)


def load(
    what: str | Path | Mapping[str, Any],
    set: Iterable[str] = (),
    points: Table | pd.DataFrame | None = None,
    scenarios: Path | None = None,
    overrides: Mapping[str, Any] = MappingProxyType({}),
) -> Varying:
    """A sweep by its path, its shipped name, or its content as a mapping; DocumentError holds all its problems.

    `set` and `overrides` (seed, replicates, scale) change its scenario as in `catalogue.load`; `points` replace its design.
    `scenarios` is the folder that stands for the shipped one (default: the shipped one).
    """
    reader = Library(catalogue.vocabulary(), Shelves(scenarios or catalogue.shipped()))
    changes, given = list(set), {key: value for key, value in overrides.items() if value is not None}
    changed = outside.parse(changes, given, reader.problems)
    if isinstance(what, Mapping):
        path = Path("sweep.yaml").absolute()
        reader.take(path, {"kind": "sweep", **what})
    else:
        path = sweep_path(what, reader.shelves)
    table = points if isinstance(points, Table) or points is None else _table(points, reader.problems)
    found = reader.sweep(path, changed, table) if reader.kind(path) == "sweep" else None
    if found is None and not reader.problems.found:
        raise UserError(f"{what} is not a sweep: its kind is {reader.kind(path)}")
    reader.problems.stop_if_any()
    assert found is not None
    return Varying(found, reader, {"set": changes, **given})


def sweep_path(what: str | Path, shelves: Shelves) -> Path:
    """The file of a sweep: a path as given, else a shipped one of that name."""
    path = Path(what)
    if path.exists():
        return path
    name = path.as_posix().removeprefix("scenarios/").removeprefix("sweeps/").removesuffix(".yaml")
    found = shelves.find("sweep", name, None)
    if found is not None:
        return found
    if path.suffix in (".yaml", ".yml"):
        return path
    raise UnknownName("sweep", str(what), shelves.names("sweep"))


def _table(frame: pd.DataFrame, problems: Problems) -> Table | None:
    rows = frame.to_dict("split")["data"]
    return made_table("points", [list(frame.columns), *rows], problems)
