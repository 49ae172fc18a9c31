"""The tree of refusals.

SansheError
├── UserError             the user's input is wrong; exit code 1, a message and no traceback
│   ├── DocumentError     one or more problems in YAML files, each with file:line:column
│   ├── UnknownName       a name that the catalogue does not have, with the nearest ones
│   └── ResultError       a result folder that is missing, unwritable or made by something else
├── FailedRuns            the work is finished, but some runs failed; exit code 3
└── ModelError            the model broke one of its own invariants: a fault of ours, never the user's
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class SansheError(Exception):
    """Anything that sanshe refuses or cannot finish."""

    exit_code = 1


class UserError(SansheError):
    """The user's input is wrong: the message says what was given, where, and what would be accepted."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault of a document, at a place (line and column count from 1)."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class DocumentError(UserError):
    """All the problems of one or more documents, in the order of their places."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnknownName(UserError):
    """A name that is not in the catalogue."""

    def __init__(self, kind: str, given: str, known: Sequence[str]) -> None:
        self.kind, self.given, self.known = kind, given, tuple(known)
        super().__init__(f"unknown {kind} '{given}'{did_you_mean(given, known)}")


class ResultError(UserError):
    """A result folder that is missing, unwritable, incomplete or made by another scenario."""


class FailedRuns(SansheError):
    """The work is finished, but some of its runs failed."""

    exit_code = 3


class ModelError(SansheError):
    """The model broke one of its own invariants."""

    exit_code = 70


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """The end of a refusal: the nearest accepted names, or all of them if they are few."""
    known = sorted(known)
    near = difflib.get_close_matches(given, known, n=3, cutoff=0.6)
    if near:
        return f" (did you mean {' or '.join(near)}?)"
    if known and len(known) <= 12:
        return f" (accepted: {', '.join(known)})"
    return ""
