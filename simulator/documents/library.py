"""Following references: from the file that a user names to everything that it names.

A `Library` reads each file once for one command. What is wrong, in whatever file, is noted in its `problems`; a document
whose file has problems is None, and what refers to it goes on as far as it can, so that all problems are found at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any, Final

from simulator.documents.changes import Changes, Outside, sorted_by_root
from simulator.documents.district import District, DistrictForm, Figures, check_district
from simulator.documents.form import NO_NAME, Form
from simulator.documents.in_force import InForce, Policy, put_in_force
from simulator.documents.instrument import Instrument, InstrumentForm, check_instrument
from simulator.documents.listed import Listed, check_levers, check_times, check_together
from simulator.documents.parameters import (
    Parameters,
    ParametersForm,
    changed_in_scenario,
    check_names,
    check_relations_of_groups,
    flattened,
)
from simulator.documents.policy import (
    Listing,
    PolicyForm,
    Written,
    entries,
    extended,
    listed,
    merged,
)
from simulator.documents.policy_changes import change_entries
from simulator.documents.reading import Document, Problems, formed, kind_of, read_tree
from simulator.documents.scenario import (
    Scenario,
    ScenarioForm,
    check_shocks,
    whole_months,
)
from simulator.documents.shelves import Shelves
from simulator.documents.sweep import (
    Number,
    Sweep,
    SweepForm,
    Varied,
    check_design,
    check_numbers,
    declared,
)
from simulator.documents.table import Table, Value, read_table
from simulator.documents.tree import Place, Tree, grown
from simulator.language.calendar import Month
from simulator.language.errors import did_you_mean
from simulator.language.vocabulary import Vocabulary

FORMS: Final[dict[str, type[Form]]] = {
    "instrument": InstrumentForm, "policy": PolicyForm, "district": DistrictForm, "parameters": ParametersForm,
    "scenario": ScenarioForm, "sweep": SweepForm,
}  # fmt: skip
"""The kinds of documents, and the form of each."""

NO_CHANGES: Final = Changes()

ENOUGH: Final = 20
"""Faults of a table's rows after which the rest of it is not tried: one wrong unit makes every row wrong."""


class Library:
    """Reads documents and what they refer to."""

    def __init__(self, vocabulary: Vocabulary, shelves: Shelves) -> None:
        self.vocabulary, self.shelves = vocabulary, shelves
        self.problems = Problems()
        self._trees: dict[FilePath, tuple[str, Tree] | None] = {}
        self._read: dict[tuple[str, FilePath], Any] = {}
        self.taken: dict[FilePath, Mapping[str, Any]] = {}
        """Documents made in memory, by the path of the file in whose place they stand."""

    def read(self, path: FilePath, changes: Changes = NO_CHANGES) -> Any:
        """A file of any kind as its object: Instrument, Listing, District, Parameters, Scenario or Sweep."""
        match self.kind(path):
            case "instrument":
                return self.instrument(path)
            case "policy":
                return self.listing(path)
            case "district":
                return self.district(path)
            case "parameters":
                return self.own_parameters(path)
            case "scenario":
                return self.scenario(path, changes)
            case "sweep":
                return self.sweep(path, changes)
        return None

    def take(self, path: FilePath, content: Mapping[str, Any]) -> None:
        """A document made in memory, in the place of the file of this path."""
        tree = grown(dict(content), Place(path.stem))
        self.taken[path.absolute()] = dict(content)
        kind = kind_of(tree, FORMS, self.problems)
        self._trees[path.absolute()] = (kind, tree) if kind is not None else None

    @property
    def files(self) -> list[FilePath]:
        """Every file that was read as a document, in the order of their paths."""
        return sorted(path for path, found in self._trees.items() if found is not None)

    def _tree(self, path: FilePath) -> tuple[str, Tree] | None:
        """The kind and the tree of a file, read once."""
        path = path.absolute()
        if path not in self._trees:
            tree = read_tree(path, FORMS, self.problems)
            kind = kind_of(tree, FORMS, self.problems) if tree is not None else None
            self._trees[path] = (kind, tree) if kind is not None and tree is not None else None
        return self._trees[path]

    def kind(self, path: FilePath) -> str | None:
        """The kind that a file says it is; None, with the problem noted, if it is no document."""
        found = self._tree(path)
        return found[0] if found else None

    def _find(self, kind: str, name: str, beside: FilePath, place: Place) -> FilePath | None:
        """The file that a reference means; a name that nothing has, or of another kind, is noted at the reference."""
        path = self.shelves.find(kind, name, beside)
        if path is None:
            hint = did_you_mean(name, self.shelves.names(kind, beside))
            self.problems.add(place, "unknown name", kind=kind, given=name, hint=hint)
            return None
        written = self.kind(path)
        if written is not None and written != kind:
            self.problems.add(place, "other kind", name=name, given=written, wanted=kind)
            return None
        return path if written is not None else None

    def instrument(self, path: FilePath) -> Instrument | None:
        """An instrument that agrees with the vocabulary."""
        key = ("instrument", path.absolute())
        if key not in self._read:
            before = len(self.problems.found)
            found = self._tree(path)
            document = formed(path, found[1], InstrumentForm, self.problems) if found else None
            instrument = check_instrument(document, self.vocabulary, self.problems) if document else None
            if document and document.form.succeeds is not None:
                self._find("instrument", document.form.succeeds, path, document.place("succeeds"))
            self._read[key] = instrument if len(self.problems.found) == before else None
        return self._read[key]  # type: ignore[no-any-return]

    def listing(self, path: FilePath, chain: tuple[FilePath, ...] = ()) -> Listing | None:
        """A policy with its `extends` written out; its dates are still words."""
        path = path.absolute()
        key = ("policy", path)
        if key not in self._read:
            before = len(self.problems.found)
            found = self._tree(path)
            document = formed(path, found[1], PolicyForm, self.problems) if found else None
            made = self._list(document, (*chain, path)) if document else None
            self._read[key] = made if len(self.problems.found) == before else None
        return self._read[key]  # type: ignore[no-any-return]

    def _list(self, document: Document[PolicyForm], chain: tuple[FilePath, ...]) -> Listing | None:
        form = document.form
        taken: tuple[Listed, ...] = ()
        parent: Listing | None = None
        if form.extends is not None:
            parent = self._parent(document, form.extends, chain)
            if parent is None:
                return None
            taken = extended(parent, document, self.problems)
        own = []
        for written in entries(document, "instruments", self.problems):
            base = [entry for entry in taken if entry.name == written.name]
            if parent is not None and len(base) > 1:
                self.problems.add(written.place, "ambiguous change", name=written.name, parent=parent.name)
                continue
            entry = self._entry(written, base[0] if len(base) == 1 else None, document)
            own.extend([entry] if entry else [])
        instruments = merged(taken, own)
        check_together(instruments, self.problems)
        if _dates_are_whole(document):
            check_times(instruments, None, self.problems)
            check_levers(instruments, self.vocabulary, None, document.tree.place.file, self.problems)
        return Listing(document.name, form.title, instruments, document.tree.place.file)

    def _parent(self, document: Document[PolicyForm], name: str, chain: tuple[FilePath, ...]) -> Listing | None:
        place = document.place("extends")
        path = self._find("policy", name, document.path, place)
        if path is None:
            return None
        if path.absolute() in chain:
            names = " -> ".join(step.stem for step in (*chain, path))
            self.problems.add(place, "circular", chain=names)
            return None
        return self.listing(path, chain)

    def _entry(self, written: Written, base: Listed | None, document: Document[Any]) -> Listed | None:
        path = self._find("instrument", written.name, document.path, written.place)
        instrument = self.instrument(path) if path else None
        if instrument is None:
            return None
        return listed(written, base, instrument, document, self.vocabulary, self.problems)

    def district(self, path: FilePath, changes: Changes = NO_CHANGES) -> District | None:
        """A district with what is in force at its start."""
        if changes.district:
            return self._district(path, changes)
        key = ("district", path.absolute())
        if key not in self._read:
            self._read[key] = self._district(path, changes)
        return self._read[key]  # type: ignore[no-any-return]

    def _district(self, path: FilePath, changes: Changes) -> District | None:
        before = len(self.problems.found)
        found = self._tree(path)
        document = formed(path, changes.over_district(found[1]), DistrictForm, self.problems) if found else None
        if document is None:
            return None
        check_district(document, self.problems)
        in_force = self._in_force(document)
        if len(self.problems.found) > before:
            return None
        figures = {name: getattr(document.form, name) for name in Figures.model_fields}
        return District(name=document.name, title=document.form.title, in_force=in_force, **figures)

    def _in_force(self, document: Document[DistrictForm]) -> tuple[InForce, ...]:
        own: list[Listed] = []
        for written in entries(document, "in_force", self.problems):
            for key, date in (("from", written.settings.since), ("until", written.settings.until)):
                if date is not None:
                    self.problems.add(document.key(*written.path, key), "dates in force", key=key)
            entry = self._entry(written, None, document)
            own.extend([entry] if entry else [])
        check_together(own, self.problems)
        check_times(own, None, self.problems)
        check_levers(own, self.vocabulary, None, document.tree.place.file, self.problems)
        return tuple(put_in_force(entry.instrument, entry.values, 0, None, self.vocabulary) for entry in own)

    def shipped_parameters(self) -> Parameters | None:
        """The model's own numbers as shipped."""
        path = self.shelves.find("parameters", "parameters", None)
        key = ("parameters", path or FilePath())
        if key not in self._read:
            self._read[key] = self._shipped_parameters(path)
        return self._read[key]  # type: ignore[no-any-return]

    def _shipped_parameters(self, path: FilePath | None) -> Parameters | None:
        found = self._tree(path) if path else None
        document = formed(path, found[1], ParametersForm, self.problems) if path and found else None
        if document is None:
            return None
        shipped = Parameters(flattened(document.form))
        check_relations_of_groups(document, shipped, self.problems)
        return shipped

    def own_parameters(self, path: FilePath) -> Parameters | None:
        """The numbers of a file of the user's: the shipped ones, with those that it changes."""
        before = len(self.problems.found)
        shipped_path = self.shelves.find("parameters", "parameters", None)
        shipped = self.shipped_parameters()
        if shipped is None or (shipped_path and shipped_path.absolute() == path.absolute()):
            return shipped
        found = self._tree(path)
        document = formed(path, found[1], ParametersForm, self.problems) if found else None
        made = check_names(document, shipped, self.problems) if document else None
        return made if len(self.problems.found) == before else None

    def scenario(self, path: FilePath, changes: Changes = NO_CHANGES) -> Scenario | None:
        """A scenario with everything that it names."""
        before = len(self.problems.found)
        found = self._tree(path)
        document = formed(path, changes.over_scenario(found[1]), ScenarioForm, self.problems) if found else None
        if document is None:
            return None
        form = document.form
        start, months = Month.parse(form.start), whole_months(document, self.problems)
        district = self._district_of(document, changes)
        policies = self._policies(document, start, months, changes)
        beside = self.shelves.find("parameters", "parameters", path)
        base = self.own_parameters(beside) if beside else Parameters({})
        parameters = changed_in_scenario(document, form.parameters, base or Parameters({}), self.problems)
        shocks = check_shocks(document, start, months, self.vocabulary, self.problems)
        if len(self.problems.found) > before or district is None:
            return None
        return Scenario(document.name, form.title, start, months, form.replicates, form.seed, form.scale, district,
                        policies, parameters, shocks)  # fmt: skip

    def _district_of(self, document: Document[ScenarioForm], changes: Changes) -> District | None:
        if document.form.district == NO_NAME:
            return None
        path = self._find("district", document.form.district, document.path, document.place("district"))
        return self.district(path, changes) if path else None

    def _policies(
        self, document: Document[ScenarioForm], start: Month, months: int, changes: Changes
    ) -> tuple[Policy, ...]:
        dated: dict[str, Policy | None] = {}
        has_window = document.is_whole("start") and document.is_whole("years")
        for index, name in enumerate(document.form.policies):
            place = document.place("policies", index)
            path = self._find("policy", name, document.path, place) if name != NO_NAME else None
            listing = self.listing(path) if path else None
            if path is not None and path.stem in dated:
                self.problems.add(place, "policy twice", name=path.stem)
            elif listing is not None:
                listing = change_entries(listing, changes.of_policy(listing.name), self.vocabulary, self.problems)
                dated[listing.name] = (listing.dated(start, months, self.vocabulary, self.problems)
                                       if has_window else None)  # fmt: skip
        self._check_policies_named(changes.policies, document)
        return tuple(policy for policy in dated.values() if policy is not None)

    def _check_policies_named(self, changes: tuple[Outside, ...], document: Document[ScenarioForm]) -> None:
        names = [FilePath(name).stem for name in document.form.policies]
        for change in changes:
            if change.path[1] not in names:
                hint = did_you_mean(change.path[1], names)
                self.problems.add(change.place, "set unknown path", path=change.text, hint=hint)


    def sweep(self, path: FilePath, changes: Changes = NO_CHANGES, table: Table | None = None) -> Sweep | None:
        """A sweep with its scenario; each number that varies is held against the scenario at its ends or levels.

        `table` are points given in place of a file.
        """
        before = len(self.problems.found)
        found = self._tree(path)
        document = formed(path, found[1], SweepForm, self.problems) if found else None
        if document is None:
            return None
        check_design(document, self.problems)
        form = document.form
        scenario_path = None
        if form.scenario != NO_NAME:
            scenario_path = self._find("scenario", form.scenario, path, document.place("scenario"))
        table = self._table(document, table)
        numbers = _numbers(document, table)
        fixed = self._fixed(document).and_then(changes)
        check_numbers(numbers, fixed, self.problems)
        if scenario_path is None:
            return None
        scenario = self.scenario(scenario_path, fixed)
        if scenario is None:
            return None
        varied = tuple(self._varied(number, scenario, scenario_path, fixed) for number in numbers)
        for index, name in enumerate(form.equal_budget_by or ()):
            listed = sorted({entry.name for policy in scenario.policies for entry in policy.instruments})
            if name not in listed:
                self.problems.add(document.place("equal_budget_by", index), "unknown name", kind="instrument of these policies",
                                  given=name, hint=did_you_mean(name, listed))  # fmt: skip
        if table is not None:
            table = self._ordered(table, varied, document)
        if len(self.problems.found) > before:
            return None
        sweep = Sweep(document.name, form.title, scenario, varied, form.design, table, scenario.replicates,
                      form.equal_budget, document.place("equal_budget"),
                      form.equal_budget_by or (), form.keep, path.absolute(), scenario_path, fixed)  # fmt: skip
        if table is not None:
            self._try_rows(sweep, table)
        return sweep if len(self.problems.found) == before else None

    def _try_rows(self, sweep: Sweep, table: Table) -> None:
        """Every point of a table, until enough of them are wrong."""
        before = len(self.problems.found)
        for row, values in enumerate(table.rows):
            if len(self.problems.found) - before < ENOUGH:
                self.composed(sweep, values, [table.place(row, column) for column in table.columns])

    def _table(self, document: Document[SweepForm], given: Table | None) -> Table | None:
        """The points of the user's own: those given, or those of the file that the sweep names."""
        method, file = document.form.design.method, document.form.design.file
        if method != "table":
            if given is not None:
                self.problems.add(document.place("design", "method"), "table not wanted", method=method)
            return None
        if given is not None:
            return given
        if file is None:
            self.problems.add(document.place("design"), "no table")
            return None
        return read_table(document.path.parent / file, document.place("design", "file"), self.problems)

    def _ordered(self, table: Table, varied: Sequence[Varied], document: Document[SweepForm]) -> Table | None:
        """The table with its columns in the order of the numbers that vary; one that it lacks is noted."""
        places = []
        for number in varied:
            column = table.column(number.path, number.name)
            if column is None:
                self.problems.add(number.place, "column missing", file=table.file, name=number.name,
                                  hint=did_you_mean(number.name, table.names))  # fmt: skip
            else:
                places.append(column)
        return table.ordered(places) if len(places) == len(varied) else None

    def _fixed(self, document: Document[SweepForm]) -> Changes:
        """What a sweep says of its scenario as a whole."""
        form, changes = document.form, []
        for key in ("policies", "replicates", "seed", "scale"):
            value = getattr(form, key)
            if value is not None:
                given = [self._beside(document.path, name) for name in value] if key == "policies" else value
                changes.append(Outside((key,), given, document.key(key), document.place(key)))
        return sorted_by_root(changes, self.problems)

    def _beside(self, path: FilePath, name: str) -> str:
        """A policy that a sweep brings along, as a path; any other by its name, to be looked for by the scenario."""
        found = Shelves(None).find("policy", name, path)
        return str(found.absolute()) if found is not None else name

    def _varied(self, number: Number, scenario: Scenario, scenario_path: FilePath, fixed: Changes) -> Varied:
        varied, before = number.varied(), len(self.problems.found)
        for value, place in number.tried:
            earlier = len(self.problems.found)
            moved = sorted_by_root(varied.moved(value, place), self.problems)
            if len(self.problems.found) == earlier:
                self.scenario(scenario_path, fixed.and_then(moved))
            self.problems.drop_repeated(before, earlier)
        if len(self.problems.found) > before:
            return varied
        known = declared(scenario, number.path)
        number.check_unit(known, self.problems)
        return number.known(known) if known is not None else varied

    def composed(self, sweep: Sweep, values: Sequence[Value], places: Sequence[Place]) -> Scenario | None:
        """The sweep's scenario at a point: a value for each number that varies, and where it is written."""
        changes = [change for varied, value, place in zip(sweep.varied, values, places, strict=True)
                   for change in varied.moved(value, place)]  # fmt: skip
        return self.scenario(sweep.scenario_path, sweep.fixed.and_then(sorted_by_root(changes, self.problems)))


def _numbers(document: Document[SweepForm], table: Table | None) -> list[Number]:
    """The numbers that vary: those that the sweep names, and further columns of a table."""
    found = [Number.written(document, path) for path in document.form.vary]
    if table is None:
        return found
    named = [Number.written(document, path, table) for path in document.form.vary]
    known = {name for number in named for name in (number.path, number.form.name)}
    return named + [Number.column(table, column) for column, name in enumerate(table.names) if name not in known]


def _dates_are_whole(document: Document[Any]) -> bool:
    """Was no date of the list left out? Without it, times of entries can't be compared."""
    return not any(path[-1] in ("from", "until") for path in document.left_out)
