"""From YAML text to a tree.

The text is read event by event (YAML 1.2, by ruamel's parser), so that limits hold before anything is built: depth,
number of values with aliases written out, tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from simulator.documents.tree import Place, Tree
from simulator.documents.wording import say
from simulator.language.errors import DocumentError, Problem

MAX_DEPTH: Final = 24
MAX_VALUES: Final = 50_000
MAX_DIGITS: Final = 18

_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: Final[dict[str, bool | None]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
FULL_WIDTH: Final = {"：": ":", "，": ",", "－": "-", "｛": "{", "［": "["}
"""Punctuation of Chinese keyboards that looks like YAML's."""


def scalar(text: str, place: Place) -> Any:
    """An unquoted scalar by the core schema of YAML 1.2; DocumentError for infinities and endless digits."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text) or _OTHER_BASE.fullmatch(text):
        if len(text) > MAX_DIGITS:
            raise DocumentError([place.problem("number too long", digits=len(text))])
        return int(text, 0) if _OTHER_BASE.fullmatch(text) else int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if number in (float("inf"), float("-inf")):
            raise DocumentError([place.problem("not finite", text=text)])
        return number
    if _NOT_FINITE.fullmatch(text):
        raise DocumentError([place.problem("not finite", text=text)])
    return text


class _Builder:
    """Builds the tree of one document from its events, without recursion."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.open: list[tuple[Tree, str | None, bool]] = []  # the tree, its anchor, is it a mapping
        self.pending: list[tuple[str, Place] | None] = []  # a mapping's key that waits for its value
        self.anchors: dict[str, Tree] = {}
        self.values = 0
        self.tagged = False
        self.root: Tree | None = None

    def place(self, event: Event) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def refuse(self, event: Event, sentence: str, **values: Any) -> None:
        self.problems.append(self.place(event).problem(sentence, **values))

    def stop(self, event: Event, sentence: str, **values: Any) -> DocumentError:
        return DocumentError([*self.problems, self.place(event).problem(sentence, **values)])

    def take(self, event: Event) -> None:
        """One event of the document."""
        if isinstance(event, CollectionEndEvent):
            self.close()
        elif isinstance(event, NodeEvent):
            tag = event.tag if isinstance(event, (ScalarEvent, CollectionStartEvent)) else None
            self.tagged = tag is not None
            if self.tagged:
                self.refuse(event, "tag", tag=tag)
            if isinstance(event, CollectionStartEvent):
                self.open_collection(event)
            elif isinstance(event, AliasEvent):
                self.alias(event)
            elif isinstance(event, ScalarEvent):
                self.scalar(event)

    def open_collection(self, event: CollectionStartEvent) -> None:
        if len(self.open) >= MAX_DEPTH:
            raise self.stop(event, "too deep", limit=MAX_DEPTH)
        if self.waits_for_key():
            raise self.stop(event, "odd key")
        mapping = isinstance(event, MappingStartEvent)
        tree = Tree({} if mapping else (), self.place(event), faulty=self.tagged)
        self.open.append((tree, event.anchor, mapping))
        self.pending.append(None)

    def waits_for_key(self) -> bool:
        return bool(self.open) and self.open[-1][2] and self.pending[-1] is None

    def close(self) -> None:
        tree, anchor, mapping = self.open.pop()
        self.pending.pop()
        items = {key: item.value for key, item in tree.below.items()}
        tree.value = items if mapping else tuple(items.values())
        self.attach(tree, anchor)

    def alias(self, event: AliasEvent) -> None:
        if self.waits_for_key():
            raise self.stop(event, "odd key")
        target = self.anchors.get(event.anchor)
        if target is None:
            raise self.stop(event, "unknown alias", name=event.anchor)
        self.values += target.size
        self.count(event)
        self.attach(target, None)

    def scalar(self, event: ScalarEvent) -> None:
        place = self.place(event)
        self.values += 1
        self.count(event)
        if self.waits_for_key():
            key = event.value
            first = self.open[-1][0].keys.get(key)
            if first is not None:
                self.refuse(event, "duplicate key", key=key, line=first.line)
            self.pending[-1] = (key, place)
            return
        tree = Tree(event.value, place, faulty=self.tagged)
        if event.implicit[0]:
            try:
                tree.value = scalar(event.value, place)
            except DocumentError as error:
                self.problems.extend(error.problems)
                tree.faulty = True
        self.attach(tree, event.anchor)

    def count(self, event: Event) -> None:
        if self.values > MAX_VALUES:
            raise self.stop(event, "too many values", limit=MAX_VALUES)

    def attach(self, tree: Tree, anchor: str | None) -> None:
        """Put a finished value where it belongs."""
        if anchor is not None:
            self.anchors[anchor] = tree
        if not self.open:
            self.root = tree
            return
        parent, _, mapping = self.open[-1]
        parent.size += tree.size
        if not mapping:
            parent.below[len(parent.below)] = tree
            return
        pending = self.pending[-1]
        assert pending is not None
        key, place = pending
        parent.below.setdefault(key, tree)
        parent.keys.setdefault(key, place)
        self.pending[-1] = None


def _events(text: str, file: str) -> Iterator[Event]:
    """The parser's events; whatever it raises becomes a DocumentError with a place."""
    try:
        yield from YAML(typ="rt", pure=True).parse(text)
    except YAMLError as error:
        raise DocumentError([_yaml_problem(error, text, file)]) from error


def _yaml_problem(error: YAMLError, text: str, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = Place(file, mark.line + 1, mark.column + 1) if mark is not None else Place(file)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    if "'\\t'" in problem:
        return place.problem("tab")
    return place.problem("not YAML", problem=" ".join(str(problem).split()), hint=full_width(text, place.line))


def full_width(text: str, until_line: int) -> str:
    """A hint, if a Chinese colon or comma stands where YAML may have wanted its own: the last one up to this line."""
    lines = text.split("\n")[:until_line]
    for number, line in reversed(list(enumerate(lines, start=1))):
        found = next((mark for mark in FULL_WIDTH if mark in line), None)
        if found is not None:
            return say("full width", line=number, found=found, plain=FULL_WIDTH[found])
    return ""


def grow(text: str, file: str) -> tuple[Tree | None, list[Problem]]:
    """The tree of a text (None if nothing is written in it), and the problems that leave the rest readable.

    DocumentError if it is not YAML, or of a kind that cannot be read on.
    """
    builder = _Builder(file)
    documents = 0
    for event in _events(text, file):
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise builder.stop(event, "several documents")
        elif not isinstance(event, DocumentEndEvent):
            builder.take(event)
    return builder.root, builder.problems
