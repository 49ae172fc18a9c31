"""What one worker does at a time: the policies of one replicate, one after another."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.results.runs import Key, Recorded, Recording, Run, check
from simulator.results.tabular import plain

OneRun = Callable[[Any, str, int], Recorded]
"""(scenario, policy, replicate) -> record: a pure function, importable by name so that a process can find it."""


@dataclass(frozen=True, slots=True)
class Task:
    """Some policies of one replicate. They share luck and the city at the start, so one process does them all."""

    replicate: int
    policies: tuple[str, ...]


def share_out(missing: Iterable[Key], policies: Sequence[str], workers: int) -> list[Task]:
    """The runs still to be done as tasks, by replicate; single runs where replicates are too few to keep workers busy.

    How runs are shared out changes neither their seeds nor their rows.
    """
    by_replicate: dict[int, list[str]] = {}
    for policy, _, replicate in missing:
        by_replicate.setdefault(replicate, []).append(policy)
    tasks = [Task(r, tuple(sorted(names, key=policies.index))) for r, names in sorted(by_replicate.items())]
    if workers > 1 and len(tasks) < 2 * workers:
        return [Task(task.replicate, (policy,)) for task in tasks for policy in task.policies]
    return tasks


def carry_out(scenario: Any, task: Task, one_run: OneRun) -> list[Run]:
    """Do the runs of a task; one that raises is kept as a failed run, the others go on."""
    return [run_one(scenario, policy, task.replicate, one_run) for policy in task.policies]


def run_one(scenario: Any, policy: str, replicate: int, one_run: OneRun) -> Run:
    """One run, finished or failed."""
    try:
        record = one_run(scenario, policy, replicate)
        check(record, scenario.months)
    except Exception as error:  # whatever a run raises, the others must go on
        return failed(scenario, policy, replicate, describe(error))
    kept = Recording(
        measures=tuple(record.measures),
        places=tuple(record.places),
        values=record.values,
        accounts={name: float(yuan) for name, yuan in record.accounts.items()},
        facts=plain(dict(record.facts)),
        timings={phase: float(seconds) for phase, seconds in record.timings.items()},
        lines=plain(dict(record.lines)),
    )
    return Run(policy, 0, replicate, scenario.seed, "done", "", kept)


def failed(scenario: Any, policy: str, replicate: int, error: str) -> Run:
    """A run that ended in an error, with what it takes to repeat it."""
    return Run(policy, 0, replicate, scenario.seed, "failed", error, None)


def describe(error: Exception) -> str:
    """The error and where it arose, without the machine's paths: `ValueError: … (founding.py:41, found)`."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno}, {frames[-1].name})" if frames else ""
    return f"{type(error).__name__}: {error}{where}"
