"""All patterns in some districts: which worlds are run, on processes, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from simulator.documents.scenario import Scenario
from simulator.experiments.patterns.finding import Seen
from simulator.experiments.patterns.pattern import Finding, Pattern, find
from simulator.experiments.patterns.watching import Observer, watched
from simulator.experiments.patterns.worlds import WORLDS, World
from simulator.experiments.processes import on_processes
from simulator.experiments.progress import Progress
from simulator.experiments.replicates import Collection
from simulator.experiments.tasks import Task, run_one
from simulator.language.errors import FailedRuns
from simulator.results.runs import Recording, Run

_BETWEEN: Final = "/"
"""A run is named by its scenario's place in the survey and its world: `0/usual`."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A world and who watches it."""

    world: World
    observers: tuple[type[Observer], ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """Every run that the patterns need, by name. It stands for the scenario where processes are given their tasks."""

    watches: Mapping[str, Watch]
    seed: int
    months: int = 0
    """No trajectory is kept: a record here has tallies only."""


def check_patterns(
    scenarios: Sequence[Scenario], patterns: Sequence[Pattern], *, replicates: int, workers: int = 1,
    progress: Callable[[Progress], None] | None = None,
) -> list[list[Finding]]:  # fmt: skip
    """The findings of each scenario under its first policy, in the order of the patterns; the same for any `workers`.

    Worlds are shared by the patterns that look at them. FailedRuns names the first run that failed, if one did.
    """
    survey = plan(scenarios, patterns)
    longest_first = sorted(survey.watches, key=lambda name: -_size(survey.watches[name].world))
    keys = [(name, 0, replicate) for name in longest_first for replicate in range(replicates)]
    collection = Collection(keys, None, progress)
    for runs in _ended(survey, [Task(replicate, (name,)) for name, _, replicate in keys], workers):
        collection.add(runs)
    if collection.failed:
        first = next(run for run in collection.runs if run.status == "failed")
        which = f"{first.policy}, replicate {first.replicate}: {first.error}"
        raise FailedRuns(f"{collection.failed} of {len(keys)} runs failed; the first: {which}")
    tallies = {(run.policy, run.replicate): run.record.facts["tallies"] for run in collection.runs if run.record is not None}
    return [
        [find(pattern, scenario, _seen(place, pattern, replicates, tallies)) for pattern in patterns]
        for place, scenario in enumerate(scenarios)
    ]


def plan(scenarios: Sequence[Scenario], patterns: Sequence[Pattern]) -> Survey:
    """The worlds that these patterns look at in each scenario, as far as they can be built, with all their observers."""
    watches: dict[str, Watch] = {}
    for place, scenario in enumerate(scenarios):
        for name, build in WORLDS.items():
            observers = dict.fromkeys(pattern.watched[name] for pattern in patterns if name in pattern.watched)
            world = build(scenario) if observers else None
            if world is not None:
                watches[f"{place}{_BETWEEN}{name}"] = Watch(world, tuple(observers))
    return Survey(watches, scenarios[0].seed)


def watch_run(survey: Survey, name: str, replicate: int) -> Recording:
    """One run of a survey: a pure function of its world and replicate."""
    watch = survey.watches[name]
    tallies = watched(watch.world.scenario, replicate, watch.world.months, watch.observers)
    return Recording((), (), np.empty((0, 1, 0)), {}, {"tallies": tallies}, {})


def _ended(survey: Survey, tasks: Sequence[Task], workers: int) -> Iterator[list[Run]]:
    """Runs as they end."""
    if workers > 1:
        yield from on_processes(survey, tasks, watch_run, workers)
        return
    for task in tasks:
        yield [run_one(survey, name, task.replicate, watch_run) for name in task.policies]


def _size(world: World) -> float:
    """How long a run takes, roughly: residents times months."""
    return world.scenario.district.residents.value * world.months


def _seen(
    place: int, pattern: Pattern, replicates: int, tallies: Mapping[tuple[str, int], Mapping[str, Any]]
) -> list[Seen]:
    """What the pattern's observers saw in each replicate; nothing if one of its worlds could not be built."""
    names = {world: f"{place}{_BETWEEN}{world}" for world in pattern.watched}
    if not all((name, 0) in tallies for name in names.values()):
        return []
    return [
        {world: tallies[name, replicate][pattern.watched[world].name] for world, name in names.items()}
        for replicate in range(replicates)
    ]
