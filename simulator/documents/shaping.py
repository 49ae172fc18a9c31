"""From a tree to its form, going on past what is refused, so that the rest can be checked in the same pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from simulator.documents.faults import problem_of, written_path
from simulator.documents.form import Form
from simulator.documents.tree import Path, Tree
from simulator.language.errors import Problem

F = TypeVar("F", bound=Form)

ROUNDS: Final = 6
"""How often a form is tried: each round leaves out what the one before refused."""


@dataclass(frozen=True, slots=True)
class Shaped(Generic[F]):
    """What became of a tree: its form if one could be made, its problems, and what was left out to make it."""

    form: F | None
    tree: Tree
    problems: list[Problem]
    left_out: frozenset[Path]


def shape(tree: Tree, form: type[F]) -> Shaped[F]:
    """The tree as a form, with all problems of shape.

    What is refused is left out (or, where the form cannot do without it, stood in for), so that the rest can be held
    against what it refers to in the same pass.
    """
    problems: list[Problem] | None = None
    left_out: set[Path] = set()
    for _ in range(ROUNDS):
        try:
            made = form.model_validate(tree.value)
            return Shaped(made, tree, problems or [], frozenset(left_out))
        except ValidationError as error:
            details = error.errors(include_url=False)
        if problems is None:
            problems = [problem_of(tree, form, item) for item in details if not _is_noted(tree, item)]
        refused = {_refused_path(tree, item) for item in details}
        if () in refused:
            break
        left_out |= refused
        tree = _mended(tree, form, refused)
    return Shaped(None, tree, problems or [], frozenset(left_out))


def _is_noted(tree: Tree, item: ErrorDetails) -> bool:
    """Has reading already found fault with this value or with what holds it?"""
    path = written_path(tree, item["loc"])
    return any(tree.at(path[:depth]).faulty for depth in range(len(path) + 1))


def _refused_path(tree: Tree, item: ErrorDetails) -> Path:
    """What must go: the value itself; the whole mapping that lacks a key; a key that the top lacks."""
    path = written_path(tree, item["loc"])
    return (item["loc"][-1],) if item["type"] == "missing" and not path else path


def _mended(tree: Tree, form: type[Form], refused: set[Path]) -> Tree:
    for path in sorted(refused, reverse=True):
        tree = tree.without(path)
        if len(path) == 1 and path[0] in form.stand_ins():
            tree = tree.changed(path, form.stand_ins()[str(path[0])], tree.place)
    return tree
