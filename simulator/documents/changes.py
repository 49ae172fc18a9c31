"""Changes from outside the files: `--set path.to.key=value`, and keywords of `load`.

A change is laid over the tree that it concerns before that tree is checked, so that it meets the same refusals, shown at
`--set:1:COLUMN` (the line counts the changes, the column stands in the text of the change).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.documents.district import FIGURES, SHARES
from simulator.documents.parameter import RELATIONS
from simulator.documents.reading import Problems
from simulator.documents.tree import Place, Tree
from simulator.documents.yaml_text import scalar
from simulator.language.errors import DocumentError, did_you_mean

OF_SCENARIO: Final = ("years", "replicates", "seed", "scale", "start", "district")
"""Keys of a scenario that a change may replace as a whole."""

ROOTS: Final = (*OF_SCENARIO, "policies.NAME.INSTRUMENT.PARAMETER", "parameters.GROUP.NAME", "district.FIGURE")


@dataclass(frozen=True, slots=True)
class Outside:
    """One change: the path as given, the value, and where both are written."""

    path: tuple[str, ...]
    value: Any
    place: Place
    value_place: Place

    @property
    def text(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of one loading, sorted by what they concern."""

    scenario: tuple[Outside, ...] = ()
    parameters: tuple[Outside, ...] = ()
    district: tuple[Outside, ...] = ()
    policies: tuple[Outside, ...] = ()

    @property
    def from_outside(self) -> tuple[Outside, ...]:
        """Those of the command line."""
        return tuple(change for change in (*self.scenario, *self.parameters, *self.district, *self.policies)
                     if change.place.file == "--set")  # fmt: skip

    def and_then(self, others: Changes) -> Changes:
        """These, and after them the others: of two changes of one thing the later holds."""
        return Changes(self.scenario + others.scenario, self.parameters + others.parameters,
                       self.district + others.district, self.policies + others.policies)  # fmt: skip

    def of_policy(self, name: str) -> list[Outside]:
        return [change for change in self.policies if change.path[1] == name]

    def over_scenario(self, tree: Tree) -> Tree:
        """A scenario's tree with the changes of its own keys and of the model's numbers."""
        for change in self.scenario:
            tree = tree.changed((change.path[0],), change.value, change.value_place)
        for change in self.parameters:
            tree = tree.changed(("parameters", ".".join(change.path[1:3])), {"value": change.value, "source": "--set"},
                                change.value_place)  # fmt: skip
        return tree

    def over_district(self, tree: Tree) -> Tree:
        """A district's tree with its changed figures: a changed figure is an assumption without a range."""
        for change in self.district:
            figure, *rest = change.path[1:]
            if figure in SHARES:
                tree = tree.changed((figure, "values", *rest), change.value, change.value_place)
                continue
            for key in ("range", "law", *RELATIONS):
                if figure in tree.below and key in tree.below[figure].below:
                    tree = tree.without((figure, key))
            written: dict[str, Any] = {"value": change.value, "certainty": "assumption", "source": "--set"}
            if figure not in tree.below:
                written["unit"] = FIGURES[figure].unit
            for key, value in written.items():
                tree = tree.changed((figure, key), value, change.value_place)
        return tree


def parse(texts: Iterable[str], keywords: Mapping[str, Any], problems: Problems) -> Changes:
    """`path=value` texts and keywords, sorted by their roots; what cannot be a change is noted as a problem."""
    given = [_parse_text(text, number, problems) for number, text in enumerate(texts, start=1)]
    for key, value in keywords.items():
        place = Place(f"--{key}")
        given.append(Outside((key,), value, place, place))
    return sorted_by_root((change for change in given if change is not None), problems)


def sorted_by_root(changes: Iterable[Outside], problems: Problems) -> Changes:
    """Changes by the document that they concern; a path that leads nowhere is noted as a problem."""
    found: dict[str, list[Outside]] = {"scenario": [], "parameters": [], "district": [], "policies": []}
    for change in changes:
        root = _root(change)
        if root is None:
            _refuse_path(change, problems)
        else:
            found[root].append(change)
    return Changes(**{root: tuple(items) for root, items in found.items()})


def parse_path(text: str) -> tuple[str, ...]:
    """`policies.chaoyang.hub_grant.posts_per_hub` as its steps."""
    return tuple(text.strip().split("."))


def _parse_text(text: str, number: int, problems: Problems) -> Outside | None:
    path, equals, value = text.partition("=")
    place = Place("--set", number, 1)
    if not equals or not path.strip():
        problems.add(place, "set without value", given=text)
        return None
    value_place = Place("--set", number, len(path) + 2)
    try:
        return Outside(parse_path(path), scalar(value.strip(), value_place), place, value_place)
    except DocumentError as error:
        problems.extend(error.problems)
        return None


def _root(change: Outside) -> str | None:
    """Which tree a path leads into; None if it leads nowhere."""
    root, *rest = change.path
    from_text = change.place.file == "--set"
    if not rest:
        return "scenario" if root in OF_SCENARIO or (root == "policies" and not from_text) else None
    if root == "parameters" and len(rest) in (2, 3) and rest[2:] in ([], ["value"]):
        return root
    if root == "policies" and len(rest) in (3, 4) and rest[3:] in ([], ["value"], ["per"]):
        return root
    is_figure = rest[0] in FIGURES and rest[1:] in ([], ["value"])
    if root == "district" and (is_figure or (rest[0] in SHARES and len(rest) == 2)):
        return root
    return None


def _refuse_path(change: Outside, problems: Problems) -> None:
    if change.path[0] == "district":
        known = [f"district.{name}" for name in (*FIGURES, *(f"{name}.{group}" for name, groups in SHARES.items()
                                                            for group in groups.names))]  # fmt: skip
        hint = did_you_mean(change.text, known)
    else:
        hint = did_you_mean(change.path[0] if len(change.path) == 1 else change.text, ROOTS)
    problems.add(change.place, "set unknown path", path=change.text, hint=hint or f" (accepted: {', '.join(ROOTS)})")
