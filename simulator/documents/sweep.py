"""A sweep: a scenario of which some numbers vary, the points at which it is run, and how often.

`vary` names each number by the same path as `--set`, with a range (`{low: 0.5, high: 8}`) or with levels (`[1, 2, 4]`). What
must move with it stands under `with`: another path and how many times the number it gets (places that cost 15,000 yuan each).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Annotated, Any, Final, Literal

from pydantic import Field, WithJsonSchema, model_validator
from pydantic.functional_validators import PlainValidator

from simulator.documents.changes import Changes, Outside, parse_path
from simulator.documents.district import FIGURES
from simulator.documents.form import NO_NAME, NO_TITLE, Bilingual, Form, Text, refuse
from simulator.documents.in_force import InForce
from simulator.documents.laws import at_position, whole_at_position
from simulator.documents.parameter import Parameter, Per
from simulator.documents.parameters import WHOLE
from simulator.documents.reading import Document, Problems
from simulator.documents.scenario import MAX_REPLICATES, Scenario
from simulator.documents.table import Table, Value
from simulator.documents.tree import Place
from simulator.documents.wording import describe, plain
from simulator.language.labels import MEASURES

Method = Literal["grid", "lhs", "sobol", "halton", "saltelli", "morris", "table"]
SAMPLED: Final = ("lhs", "sobol", "halton", "saltelli", "morris")
"""Designs that throw their points into the ranges; they need `points`."""

MAX_POINTS: Final = 1_000_000
KEYS: Final = frozenset({
    "policy", "point", "replicate", "run_id", "seed", "status", "error", "month", "date", "place", "phase", "seconds", "host",
    "measure", "value", "unit", "mean", "se", "median", "low", "high", "n", "facts", "accounts", "lines", *MEASURES,
})  # fmt: skip
"""Columns of a sweep's tables, so that no varied number may be called so."""

NOT_VARIED: Final = ("policies", "replicates", "seed", "start", "years")
"""Keys of a scenario that a sweep sets once for all its runs."""


def _word_or_number(given: object) -> Value:
    if isinstance(given, bool) or not isinstance(given, (int, float, str)):
        refuse("not one of", given=describe(given), accepted="a number or a word")
    return given


Level = Annotated[Value, PlainValidator(_word_or_number), WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]})]


class VariedForm(Form):
    """One number that varies: `{low, high}` or `{levels: […]}`, or just the list of levels."""

    low: float | None = None
    high: float | None = None
    levels: Annotated[tuple[Level, ...], Field(min_length=1)] | None = None
    steps: int | None = Field(default=None, ge=2, le=1000, description="levels of a grid between low and high, both included")
    law: Literal["uniform", "log_uniform"] = Field(default="uniform", description="how points spread between low and high")
    name: Text | None = Field(default=None, description="what its column and its axis are called [default: the path]")
    unit: Text | None = Field(default=None, description="the unit in which it is declared, if you want it checked")
    per: Per | None = Field(default=None, description="whom it is counted for, if you want it checked")
    also: dict[Text, float] = Field(
        default_factory=dict, alias="with", description="paths that move with it, and how many times its value they get"
    )
    note: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _list(cls, given: Any) -> Any:
        return {"levels": given} if isinstance(given, (list, tuple)) else given

    @model_validator(mode="after")
    def _consistent(self) -> VariedForm:
        ends = (self.low is not None, self.high is not None)
        if self.levels is not None and (any(ends) or self.steps is not None):
            refuse("levels and range")
        if self.levels is None and any(ends) and not all(ends):
            refuse("no range to vary")
        if self.levels is not None and len(set(self.levels)) < len(self.levels):
            refuse("level twice")
        if self.low is not None and self.high is not None:
            if self.low >= self.high:
                refuse("range reversed", low=plain(self.low), high=plain(self.high))
            if self.law == "log_uniform" and self.low <= 0:
                refuse("law of positive numbers", law=self.law, low=plain(self.low), high=plain(self.high))
        return self


class DesignForm(Form):
    """At which points the scenario is run."""

    method: Method = Field(description="grid, lhs (Latin hypercube), sobol, halton, saltelli, morris or table")
    points: int | None = Field(
        default=None, ge=1, le=MAX_POINTS,
        description="how many; for saltelli its base sample N of N*(numbers+2) points, for morris its trajectories",
    )  # fmt: skip
    seed: int = Field(default=1, ge=0)
    file: Text | None = Field(default=None, description="for a table: a .csv or .parquet with a column for each number")

    @classmethod
    def stand_ins(cls) -> dict[str, Any]:
        return {"method": "grid"}

    @model_validator(mode="after")
    def _consistent(self) -> DesignForm:
        if self.method in SAMPLED and self.points is None:
            refuse("points missing", method=self.method)
        if self.method not in SAMPLED and self.points is not None:
            refuse("points not wanted", method=self.method)
        if self.method != "table" and self.file is not None:
            refuse("file of a table", method=self.method)
        return self


class KeepForm(Form):
    """How much of each run is kept."""

    places: Literal["district", "all"] = "district"


class SweepForm(Form):
    """The file of a sweep."""

    kind: Literal["sweep"]
    title: Bilingual = Field(description="its name in English (en) and Chinese (zh)")
    scenario: Text = Field(description="the scenario of which numbers vary: a name, or a path from this file")
    policies: Annotated[tuple[Text, ...], Field(min_length=1)] | None = Field(
        default=None, description="the policies to run [default: the scenario's]"
    )
    vary: dict[Text, VariedForm] = Field(
        default_factory=dict, description="the numbers that vary, by the same paths as --set"
    )
    design: DesignForm = Field(description="at which points")
    replicates: int | None = Field(default=None, ge=1, le=MAX_REPLICATES, description="[default: the scenario's]")
    seed: int | None = Field(default=None, ge=0, description="the root of all luck [default: the scenario's]")
    scale: float | None = Field(default=None, gt=0, le=1, description="[default: the scenario's]")
    equal_budget: Level | None = Field(
        default=None, description="every point's budgets brought to one total: yuan, '30/resident', or 'baseline'"
    )
    equal_budget_by: Annotated[tuple[Text, ...], Field(min_length=1)] | None = Field(
        default=None, description="the instruments whose lines alone are multiplied to reach the total [default: all]"
    )
    keep: KeepForm = KeepForm()
    note: Text | None = None

    @classmethod
    def stand_ins(cls) -> dict[str, Any]:
        return {"title": NO_TITLE, "scenario": NO_NAME, "design": {"method": "grid"}}

    @model_validator(mode="after")
    def _varies(self) -> SweepForm:
        if not self.vary and self.design.method != "table":
            refuse("nothing varies")
        if self.equal_budget is None and self.equal_budget_by is not None:
            refuse("total missing")
        return self


@dataclass(frozen=True, slots=True)
class Declared:
    """What a path leads to in a scenario: a unit, whom it is counted for, and whether only whole numbers make sense."""

    unit: str
    per: Per
    whole: bool


@dataclass(frozen=True, slots=True)
class Varied:
    """One number that varies, with its places in the file."""

    path: str
    name: str
    low: float | None
    high: float | None
    levels: tuple[Value, ...] | None
    law: Literal["uniform", "log_uniform"]
    also: Mapping[str, float]
    unit: str
    per: Per
    whole: bool
    place: Place
    also_places: Mapping[str, Place]

    def at(self, u: float) -> Value:
        """The value at a position between 0 and 1: of a range by its law, of levels the one that lies there."""
        if self.levels is not None:
            return self.levels[min(int(u * len(self.levels)), len(self.levels) - 1)]
        assert self.low is not None
        assert self.high is not None
        take = whole_at_position if self.whole else at_position
        return take(self.law, self.low, self.high, u)

    @property
    def is_number(self) -> bool:
        return self.levels is None or not any(isinstance(level, str) for level in self.levels)

    def moved(self, value: Value, place: Place) -> Iterator[Outside]:
        """This number at a value, and what moves with it, as changes of the scenario."""
        yield Outside(parse_path(self.path), value, self.place, place)
        for path, times in self.also.items():
            if not isinstance(value, str):
                yield Outside(parse_path(path), value * times, self.also_places[path], self.also_places[path])

    def essence(self) -> list[Any]:
        """All that can change a result."""
        return [self.path, self.name, self.low, self.high, self.levels, self.law, dict(self.also)]


@dataclass(frozen=True, slots=True)
class Number:
    """A number that a sweep or a table of points names, where, and the values at which it is tried before anything runs."""

    path: str
    form: VariedForm
    place: Place
    name_place: Place
    also_places: Mapping[str, Place]
    unit_places: Mapping[str, Place]
    tried: tuple[tuple[Value, Place], ...]

    @classmethod
    def written(cls, document: Document[SweepForm], path: str, table: Table | None = None) -> Number:
        """One that stands under `vary`; it is tried at both ends, at each level, or at its first value in the table."""
        form = document.form.vary[path]
        also_places = {other: document.place("vary", path, "with", other) for other in form.also}
        unit_places = {key: document.place("vary", path, key) for key in ("unit", "per")}
        tried: list[tuple[Value, Place]] = []
        if form.low is not None and form.high is not None:
            tried = [(value, document.place("vary", path, key)) for key, value in (("low", form.low), ("high", form.high))]
        for index, level in enumerate(form.levels or ()):
            is_list = not isinstance(document.tree.at(("vary", path)).value, dict)
            key = (index,) if is_list else ("levels", index)
            tried.append((level, document.place("vary", path, *key)))
        column = table.column(path, form.name or path) if table is not None else None
        if table is not None and column is not None:
            tried = [(table.rows[0][column], table.place(0, column))]
        name_place = document.place("vary", path, "name") if form.name else document.key("vary", path)
        return cls(path, form, document.key("vary", path), name_place, also_places, unit_places, tuple(tried))

    @classmethod
    def column(cls, table: Table, column: int) -> Number:
        """One that only the table names."""
        place = table.header(column)
        first = (table.rows[0][column], table.place(0, column))
        return cls(table.names[column], VariedForm(), place, place, {}, {}, (first,))

    def varied(self) -> Varied:
        """As it varies, its unit still unknown."""
        form = self.form
        return Varied(self.path, form.name or self.path, form.low, form.high, made_levels(form), form.law, form.also, "",
                      "district", False, self.place, self.also_places)  # fmt: skip

    def known(self, found: Declared) -> Varied:
        """As it varies, now that its unit is known; steps of what comes whole are whole."""
        varied = replace(self.varied(), unit=found.unit, per=found.per, whole=found.whole)
        if not found.whole or self.form.steps is None:
            return varied
        return replace(varied, levels=tuple(dict.fromkeys(float(round(float(level))) for level in varied.levels or ())))

    def check_unit(self, found: Declared | None, problems: Problems) -> None:
        """The unit and the `per` that a sweep names must be those of the number that it varies."""
        for key in ("unit", "per"):
            given, wanted = getattr(self.form, key), getattr(found, key, "nothing")
            if given is not None and given != wanted:
                problems.add(self.unit_places[key], f"wrong {key}", given=given, name=self.path, of="it", wanted=wanted)


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep whose names are resolved; `scenario` is what it varies, as it stands before anything moved."""

    name: str
    title: Bilingual
    scenario: Scenario
    varied: tuple[Varied, ...]
    design: DesignForm
    table: Table | None
    replicates: int
    equal_budget: Value | None
    equal_place: Place
    equal_by: tuple[str, ...]
    keep: KeepForm
    path: FilePath
    scenario_path: FilePath
    fixed: Changes
    """What holds at all points: the sweep's own policies, seed, scale and replicates, and changes from outside."""


def declared(scenario: Scenario, path: str) -> Declared | None:
    """What a path of `--set` leads to; None for words and dates, which have no unit."""
    root, *rest = parse_path(path)
    if root == "policies":
        entries = [entry for policy in scenario.policies if policy.name == rest[0] for entry in policy.instruments]
        return _of_entries(entries, rest[1], rest[2]) if rest[3:] in ([], ["value"]) else None
    if root == "parameters":
        name = ".".join(rest[:2])
        return _declared(scenario.parameters[name], name in WHOLE)
    if root == "district" and rest and rest[0] in FIGURES:
        return _declared(getattr(scenario.district, rest[0]), FIGURES[rest[0]].whole)
    if root == "district" and rest:
        return Declared("share", "district", False)
    return Declared("share", "district", False) if root == "scale" else None


def _of_entries(entries: Sequence[InForce], instrument: str, name: str) -> Declared | None:
    for entry in entries:
        if entry.name == instrument and name in entry.values:
            return _declared(entry.values[name], name in entry.whole)
    return None


def _declared(item: Parameter, whole: bool) -> Declared:
    return Declared(item.unit, item.per, whole)


def check_numbers(numbers: Sequence[Number], fixed: Changes, problems: Problems) -> None:
    """Each path once, none that holds for the whole sweep or is set from outside, and no column called as another."""
    taken: dict[str, str] = {}
    names: dict[str, str] = {}
    outside = {_plain_path(".".join(change.path)) for change in fixed.from_outside}
    for number in numbers:
        for path, place in {number.path: number.place, **number.also_places}.items():
            plain_path = _plain_path(path)
            if path in NOT_VARIED:
                problems.add(place, "not varied", path=path)
            if plain_path in outside:
                problems.add(place, "varied and set", path=path)
            if plain_path in taken:
                problems.add(place, "varied twice", path=path, other=taken[plain_path])
            taken.setdefault(plain_path, path)
        name = number.form.name or number.path
        if (name.lower() in KEYS and name not in NOT_VARIED) or name.startswith("budget_factor."):
            problems.add(number.name_place, "name of a key", name=name)
        elif name.lower() in names:
            problems.add(number.name_place, "name twice", name=name, other=names[name.lower()])
        names.setdefault(name.lower(), number.path)


def check_design(document: Document[SweepForm], problems: Problems) -> None:
    """A grid needs levels of every number; a range has them only by `steps`, which nothing but a grid uses.

    The values of a table's numbers stand in the table: `vary` may name them, check their units, and let others move with them.
    """
    form = document.form
    if not document.is_whole("design", "method"):
        return
    for path, varied in form.vary.items():
        has_values = varied.levels is not None or varied.low is not None
        if form.design.method == "table":
            if has_values:
                problems.add(document.key("vary", path), "values in a table", path=path)
            continue
        if not has_values:
            problems.add(document.key("vary", path), "no range to vary")
            continue
        if form.design.method == "grid" and made_levels(varied) is None:
            problems.add(document.key("vary", path), "grid without levels", path=path)
        if form.design.method != "grid" and varied.steps is not None:
            problems.add(document.place("vary", path, "steps"), "steps without grid", method=form.design.method)
        if form.design.method in ("saltelli", "morris") and varied.levels is not None:
            problems.add(document.key("vary", path), "range wanted", method=form.design.method, path=path)
        if varied.also and any(isinstance(level, str) for level in varied.levels or ()):
            problems.add(document.key("vary", path, "with"), "words move nothing", path=path)


def made_levels(form: VariedForm) -> tuple[Value, ...] | None:
    """The levels as written, or a range's steps; None for a range."""
    if form.levels is not None or form.steps is None:
        return form.levels
    assert form.low is not None
    assert form.high is not None
    last = form.steps - 1
    return tuple(at_position(form.law, form.low, form.high, step / last) for step in range(form.steps))


def _plain_path(path: str) -> str:
    return path.removesuffix(".value")
