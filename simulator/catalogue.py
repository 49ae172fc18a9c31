"""The shipped catalogue, and the one way to load a document: names, files, and the vocabulary of this installation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from simulator.documents import changes as outside
from simulator.documents.instrument import Instrument
from simulator.documents.library import FORMS, Library
from simulator.documents.parameters import Parameters
from simulator.documents.scenario import Scenario
from simulator.documents.shelves import Shelves
from simulator.documents.sweep import Sweep
from simulator.dynamics.equal_money import equalize
from simulator.dynamics.levers import LEVERS
from simulator.dynamics.programmes import PROGRAMMES
from simulator.dynamics.programmes.programme import Programme
from simulator.dynamics.small_budgets import SmallBudget, small_budgets
from simulator.language.errors import DocumentError, ModelError, Problem, UnknownName, UserError
from simulator.language.vocabulary import Vocabulary

ENTRY_POINTS: Final = "sanshe.programmes"
"""An outside package registers a programme class (with its `signature`) under this group."""


@cache
def programmes() -> Mapping[str, type[Programme]]:
    """Every programme of this installation by the name that instruments call it, those of outside packages included.

    ModelError if an outside package registers what is no programme, or a name that is taken.
    """
    found: dict[str, type[Programme]] = dict(PROGRAMMES)
    for entry in entry_points(group=ENTRY_POINTS):
        kind = entry.load()
        if not (isinstance(kind, type) and issubclass(kind, Programme) and hasattr(kind, "signature")):
            raise ModelError(f"{entry.value} is registered as a programme, but is no subclass of Programme with a signature")
        name = kind.signature.name
        if name in found:
            raise ModelError(f"two programmes are called '{name}'; the second is {entry.value}")
        found[name] = kind
    return MappingProxyType(found)


@cache
def vocabulary() -> Vocabulary:
    """Every lever and programme that documents may name, those of outside packages included."""
    return Vocabulary(LEVERS, {name: kind.signature for name, kind in programmes().items()})


def shipped() -> Path:
    """The folder of shipped scenarios: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent
    for folder in (package / "scenarios", package.parent / "scenarios"):
        if folder.is_dir():
            return folder
    raise UserError(f"the shipped scenarios are missing: there is no folder 'scenarios' in or beside {package}")


def library() -> Library:
    """A fresh reader over the shipped catalogue."""
    return Library(vocabulary(), Shelves(shipped()))


def names(kind: str) -> list[str]:
    """The names of all shipped documents of a kind; UnknownName for a kind that does not exist."""
    if kind not in FORMS:
        raise UnknownName("kind", kind, list(FORMS))
    return Shelves(shipped()).names(kind)


def read(kind: str, name: str) -> Any:
    """One shipped document as its object (a policy as a Listing); UnknownName, or DocumentError with its problems."""
    path = Shelves(shipped()).find(kind, name, None) if kind in FORMS else None
    if path is None:
        raise UnknownName(kind, name, names(kind))
    reader = library()
    found = reader.read(path)
    reader.problems.stop_if_any()
    return found


def parameters() -> Parameters:
    """The model's own numbers as shipped."""
    found: Parameters = read("parameters", "parameters")
    return found


def instruments() -> Mapping[str, Instrument]:
    """The shipped instruments by name."""
    return {name: read("instrument", name) for name in names("instrument")}


def validate(files: Iterable[str | Path]) -> list[Any]:
    """Check files of any kind with all that they refer to; DocumentError holds every problem of all of them.

    Returns what was read, in the order of the files.
    """
    reader = library()
    found = [reader.read(Path(file)) for file in files]
    reader.problems.stop_if_any()
    for one in found:
        if isinstance(one, Sweep):
            equal_total(one)
    return found


def equal_total(sweep: Sweep) -> float | None:
    """The yuan to which every point of a sweep is brought; None: budgets stay. DocumentError at its place if it is wrong."""
    if sweep.equal_budget is None:
        return None
    asked = sweep.equal_budget if isinstance(sweep.equal_budget, str) else float(sweep.equal_budget)
    try:
        equal = equalize(sweep.scenario, asked, programmes(), only=sweep.equal_by).equal_money
    except UserError as error:
        place = sweep.equal_place
        raise DocumentError([Problem(place.file, place.line, place.column, str(error))]) from None
    assert equal is not None
    return equal.total_yuan


def remarks(scenario: Scenario) -> list[SmallBudget]:
    """What a reader of a scenario should know and what is no mistake: budgets that do not pay for one unit."""
    return list(small_budgets(scenario, programmes()))


def load(
    path_or_name: str | Path, set: Iterable[str] = (), equal_budget: str | float | None = None, **overrides: Any
) -> Scenario:
    """A scenario by its path or its shipped name.

    `set` holds changes as on the command line (`policies.chaoyang.service_purchase.annual_budget_yuan=3`), `overrides`
    replace whole keys of the scenario: years, replicates, seed, scale, start, district, policies. DocumentError holds
    all problems of the scenario and of everything that it refers to. `equal_budget` brings every policy's budget to the
    same total over the window: yuan, "30/resident", or "baseline" (what the first policy budgets).
    """
    reader = library()
    changed = outside.parse(set, {key: value for key, value in overrides.items() if value is not None}, reader.problems)
    path = scenario_path(path_or_name)
    found = reader.read(path, changed)
    if found is not None and not isinstance(found, Scenario):
        raise UserError(f"{path} is not a scenario: its kind is {type(found).__name__.lower()}")
    reader.problems.stop_if_any()
    assert found is not None
    return found if equal_budget is None else equalize(found, equal_budget, programmes())


def scenario_path(path_or_name: str | Path) -> Path:
    """The file of a scenario: a path as given, else a shipped one of that name (or path, from an empty folder)."""
    path = Path(path_or_name)
    if path.exists():
        return path
    name = path.as_posix().removeprefix("scenarios/").removesuffix(".yaml")
    found = Shelves(shipped()).find("scenario", name, None)
    if found is not None:
        return found
    if path.suffix in (".yaml", ".yml"):
        return path
    raise UnknownName("scenario", str(path_or_name), names("scenario"))
