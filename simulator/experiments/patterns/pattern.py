"""A pattern: what a run must be able to reproduce, as a number with a criterion, and what is watched to get it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulator.documents.scenario import Scenario
from simulator.experiments.patterns.finding import Bounds, Estimate, Seen, Verdict, estimate, mean_of
from simulator.experiments.patterns.watching import Observer
from simulator.language.vocabulary import Title

__all__ = ["Finding", "Pattern", "always", "find"]


def always(scenario: Scenario) -> Title | None:
    """The pattern can be asked in every district and window."""
    return None


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern. A new one is one declaration, and an observer if nothing is watched yet that tells its number."""

    name: str
    title: Title
    criterion: Title
    definition: Title
    """What is measured, and how."""
    bounds: Bounds
    watched: Mapping[str, type[Observer]]
    """World -> who watches it; see `worlds`."""
    number: Callable[[Seen], float]
    """From the tallies of these worlds."""
    remark: Callable[[Seen], Title] | None = None
    """What else the tallies say, in a line."""
    why_not: Callable[[Scenario], Title | None] = always
    """Why it cannot be asked of a scenario; None if it can. What can be measured is shown all the same."""
    places: int = 2
    """Decimals that are printed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one pattern came to in one district."""

    pattern: Pattern
    estimate: Estimate | None
    """None where there was nothing to measure."""
    verdict: Verdict
    remark: Title | None
    why_not: Title | None


def find(pattern: Pattern, scenario: Scenario, replicates: list[Seen]) -> Finding:
    """The finding from the tallies of the pattern's worlds, one `Seen` a replicate (none if a world cannot be built)."""
    why_not = pattern.why_not(scenario)
    if not replicates:
        return Finding(pattern, None, Verdict.NOT_ASKED, None, why_not)
    found = estimate(pattern.number, replicates)
    remark = pattern.remark(mean_of(replicates)) if pattern.remark else None
    verdict = Verdict.NOT_ASKED if why_not else pattern.bounds.judge(found.number, found.reach)
    return Finding(pattern, found, verdict, remark, why_not)
