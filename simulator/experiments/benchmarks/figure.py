"""A figure of the benchmark: what was measured, what was asked of it, and what it has to be read beside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from simulator.language.vocabulary import Title


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound that a figure is held against; docs/performance.md says where it comes from."""

    bound: float
    at_least: bool
    """Or at most."""

    def met_by(self, value: float) -> bool:
        """Whether this value keeps to the bound."""
        return value >= self.bound if self.at_least else value <= self.bound

    def missed_by(self, value: float) -> float:
        """How far the value is from the bound, as a share of it."""
        return abs(value / self.bound - 1)


def at_least(bound: float) -> Goal:
    """So much or more."""
    return Goal(bound, at_least=True)


def at_most(bound: float) -> Goal:
    """So much or less."""
    return Goal(bound, at_least=False)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    name: str
    """Machine-readable, unique in the table."""
    title: Title
    value: float
    """NaN if it could not be measured; `beside` then says why."""
    unit: Title
    goal: Goal | None = None
    beside: Title | None = None
    """Event rate, rounds, phases: without it the value means little."""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None if nothing was asked."""
        return None if self.goal is None else self.goal.met_by(self.value)

    def as_row(self, language: str) -> dict[str, Any]:
        """For a file: names and numbers, and what is said in this language."""
        return {
            "name": self.name, "title": self.title[language], "value": self.value, "unit": self.unit[language],
            "goal": None if self.goal is None else self.goal.bound,
            "goal_is": None if self.goal is None else ("at_least" if self.goal.at_least else "at_most"),
            "met": self.met, "beside": "" if self.beside is None else self.beside[language],
        }  # fmt: skip


SECONDS: Final[Title] = {"en": "s", "zh": "秒"}
MEGABYTES: Final[Title] = {"en": "MB", "zh": "MB"}
TIMES: Final[Title] = {"en": "times", "zh": "倍"}
BYTES_PER_RESIDENT: Final[Title] = {"en": "bytes per resident", "zh": "字节/居民"}
MILLION_PER_SECOND: Final[Title] = {"en": "million resident-months/s", "zh": "百万居民·月/秒"}
RUNS_PER_SECOND: Final[Title] = {"en": "runs/s and core", "zh": "次运行/秒·核"}
