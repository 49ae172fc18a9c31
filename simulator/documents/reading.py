"""From a file to a checked form, with all its problems at once.

`Problems` collects what is wrong over all the files of one command; nothing is raised until everything has been read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, Generic

from simulator.documents.form import Form
from simulator.documents.shaping import F, shape
from simulator.documents.source import read_text
from simulator.documents.tree import Path, Place, Tree
from simulator.documents.wording import describe
from simulator.documents.yaml_text import grow
from simulator.language.errors import DocumentError, Problem, did_you_mean


@dataclass(slots=True)
class Problems:
    """What is wrong, over several files."""

    found: list[Problem] = field(default_factory=list)

    def add(self, place: Place, sentence: str, **values: Any) -> None:
        self.found.append(place.problem(sentence, **values))

    def extend(self, problems: Iterable[Problem]) -> None:
        self.found.extend(problems)

    def drop_repeated(self, first: int, second: int) -> None:
        """Of what was noted from `second` on, drop what says the same as what was noted between `first` and `second`."""
        said = {problem.message for problem in self.found[first:second]}
        self.found[second:] = [problem for problem in self.found[second:] if problem.message not in said]

    def stop_if_any(self) -> None:
        """DocumentError with all of them, if there are any."""
        if self.found:
            raise DocumentError(self.found)


@dataclass(frozen=True, slots=True)
class Document(Generic[F]):
    """A file in its form, with the places of all that is written in it.

    `left_out` are the paths that were refused and left out or stood in for, so that the rest could be checked.
    """

    path: FilePath
    tree: Tree
    form: F
    left_out: frozenset[Path] = frozenset()

    @property
    def name(self) -> str:
        return self.path.stem

    def place(self, *path: str | int) -> Place:
        """Where a value is written (the nearest place above it, if it is not written)."""
        return self.tree.at(path).place

    def is_whole(self, *path: str | int) -> bool:
        """Was nothing at this path, above it or below it left out?"""
        return not any(other[: len(path)] == path[: len(other)] for other in self.left_out)

    def key(self, *path: str | int) -> Place:
        """Where the key of a value is written."""
        return self.tree.key_place(path)


def shown(path: FilePath) -> str:
    """A path as messages show it: from the working folder if it lies below, else whole."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        return str(path)
    return str(path) if relative.startswith("..") else relative


def read_tree(path: FilePath, kinds: Iterable[str], problems: Problems) -> Tree | None:
    """A file as a tree whose top is a mapping; None, with the problem noted, if it is not one."""
    file = shown(path)
    kinds = ", ".join(kinds)
    try:
        tree, faults = grow(read_text(path, file), file)
    except DocumentError as error:
        problems.extend(error.problems)
        return None
    problems.extend(faults)
    if tree is None or tree.value is None:
        problems.add(Place(file), "empty", kinds=kinds)
        return None
    if not isinstance(tree.value, dict):
        problems.add(tree.place, "not a mapping", given=describe(tree.value))
        return None
    return tree


def kind_of(tree: Tree, kinds: Iterable[str], problems: Problems) -> str | None:
    """The kind that a file says it is; None, with the problem noted, if it says none or an unknown one."""
    kinds = list(kinds)
    if "kind" not in tree.below:
        problems.add(tree.place, "no kind", kinds=", ".join(kinds))
        return None
    kind = tree.below["kind"]
    if not isinstance(kind.value, str) or kind.value not in kinds:
        hint = did_you_mean(str(kind.value), kinds)
        problems.add(kind.place, "unknown kind", given=describe(kind.value), hint=hint)
        return None
    return kind.value


def read_document(path: FilePath, forms: Mapping[str, type[Form]], problems: Problems) -> Document[Any] | None:
    """A file of any of these kinds in its form; None, with its problems noted, if it is none of them."""
    tree = read_tree(path, forms, problems)
    kind = kind_of(tree, forms, problems) if tree is not None else None
    if tree is None or kind is None:
        return None
    return formed(path, tree, forms[kind], problems)


def formed(path: FilePath, tree: Tree, form: type[F], problems: Problems) -> Document[F] | None:
    """A tree in a form that is already known."""
    made = shape(tree, form)
    problems.extend(made.problems)
    return Document(path, made.tree, made.form, made.left_out) if made.form is not None else None
