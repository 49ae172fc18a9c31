"""Plain values that remember their places: mappings are dicts, lists are tuples, and every key and value keeps its line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simulator.documents.wording import say
from simulator.language.errors import Problem

Path = tuple[str | int, ...]
"""The way from the top of a document to a value: keys and positions in lists."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def problem(self, sentence: str, **values: Any) -> Problem:
        return Problem(self.file, self.line, self.column, say(sentence, **values))


@dataclass(slots=True)
class Tree:
    """A value with its place, and those of everything below it."""

    value: Any
    place: Place
    below: dict[str | int, Tree] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)
    size: int = 1
    faulty: bool = False
    """True: the problem of this value is already noted, so that nothing more need be said of it."""

    def at(self, path: Path) -> Tree:
        """The subtree at a path, or the deepest that exists on the way there."""
        tree = self
        for step in path:
            if step not in tree.below:
                break
            tree = tree.below[step]
        return tree

    def key_place(self, path: Path) -> Place:
        """Where the key (or list item) at the end of the path is written."""
        parent = self.at(path[:-1])
        return parent.keys.get(str(path[-1]), self.at(path).place) if path else self.place

    def changed(self, path: Path, value: Any, place: Place) -> Tree:
        """A copy in which the path leads to `value`, written at `place`; this tree stays as it is."""
        if not path:
            return grown(value, place)
        step, rest = path[0], path[1:]
        child = self.below.get(step, Tree({}, place))
        below = {**self.below, step: child.changed(rest, value, place)}
        keys = {**self.keys, str(step): self.keys.get(str(step), place)}
        return Tree({key: item.value for key, item in below.items()}, self.place, below, keys)

    def without(self, path: Path) -> Tree:
        """A copy without the key or list item at the end of the path; what follows in a list moves up."""
        step, rest = path[0], path[1:]
        if step not in self.below:
            return self
        kept = {key: item.without(rest) if key == step else item for key, item in self.below.items()
                if key != step or rest}  # fmt: skip
        if not isinstance(self.value, tuple):
            return Tree({key: item.value for key, item in kept.items()}, self.place, kept, self.keys)
        below: dict[str | int, Tree] = dict(enumerate(kept.values()))
        return Tree(tuple(item.value for item in below.values()), self.place, below)


def grown(value: Any, place: Place) -> Tree:
    """A tree of a value made in memory: everything stands at one place."""
    if isinstance(value, dict):
        below: dict[str | int, Tree] = {str(key): grown(item, place) for key, item in value.items()}
        return Tree({key: item.value for key, item in below.items()}, place, below, dict.fromkeys(map(str, value), place))
    if isinstance(value, (list, tuple)):
        below = {index: grown(item, place) for index, item in enumerate(value)}
        return Tree(tuple(item.value for item in below.values()), place, below)
    return Tree(value, place)
