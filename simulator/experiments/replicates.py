"""Every policy of a scenario, replicate by replicate, in common luck."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from simulator.experiments.claim import claim
from simulator.experiments.processes import on_processes
from simulator.experiments.progress import Progress, Telling
from simulator.experiments.tasks import OneRun, Task, run_one, share_out
from simulator.language.errors import UnknownName, UserError
from simulator.results.manifest import describe, resume_key
from simulator.results.parts import Parts
from simulator.results.result import Result
from simulator.results.runs import Key, Run

if TYPE_CHECKING:
    from simulator.documents.scenario import Scenario

SECONDS_BETWEEN_PARTS = 5.0
"""What a power cut may cost: finished runs wait no longer than this before they are on disk."""


def run(
    scenario: Scenario,
    *,
    replicates: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    policies: Sequence[str] | None = None,
    progress: Telling | None = None,
    out: str | Path | None = None,
    on_error: Literal["continue", "stop"] = "continue",
    force: bool = False,
    equal_budget: str | float | None = None,
    one_run: OneRun | None = None,
) -> Result:
    """Run each policy with each replicate and return the result; write it to `out` if given.

    Replicate r of every policy meets the same luck. The result is the same for any number of workers. A run that raises
    is kept as failed (`Result.failed`); with `on_error="stop"` it is the last one. Ctrl-C ends the work and returns what
    is finished (`Result.interrupted`), or raises KeyboardInterrupt if nothing is.

    `out` is refused with ResultError before the first run if it cannot be written or holds another result, unless
    `force`. A folder with unfinished runs of the same scenario, seed, scale and program is taken up where it stopped.
    `equal_budget` brings every policy's budget to the same total over the window: yuan, "30/resident", or "baseline" (what the
    first policy budgets). `one_run` does one run in place of the model: `(scenario, policy, replicate) -> record`.
    """
    if seed is not None and seed != scenario.seed:
        scenario = dataclasses.replace(scenario, seed=seed)
    replicates = scenario.replicates if replicates is None else replicates
    chosen = _choose(scenario, policies)
    if replicates < 1 or workers < 1:
        raise UserError(f"replicates (={replicates}) and workers (={workers}) must be at least 1")
    if equal_budget is not None:
        scenario = _equalized(scenario, equal_budget, chosen[0])
    manifest = describe(scenario, chosen, replicates, scenario.seed) | {"notes": _remarks(scenario, chosen)}
    parts = None
    if out is not None:
        claim(Path(out), manifest, force)
        parts = Parts(Path(out), resume_key(manifest))
    collection = Collection([(p, 0, r) for r in range(replicates) for p in chosen], parts, progress)
    began = time.perf_counter()
    try:
        tasks = share_out(collection.missing, chosen, workers)
        for runs in _ended(scenario, tasks, one_run or _model(), workers):
            collection.add(runs)
            if on_error == "stop" and collection.failed:
                break
    except KeyboardInterrupt:
        if not collection.runs:
            raise
    finally:
        collection.flush()
    manifest |= collection.counts()
    manifest["performance"] = {
        "seconds": round(time.perf_counter() - began, 3),
        "workers": workers,
        "reused_runs": collection.reused,
        "seconds_by_phase": collection.seconds_by_phase(),
    }
    result = Result.of(collection.runs, manifest)
    if out is not None and parts is not None:
        result.save(Path(out))
        if not (result.interrupted or result.failed):
            parts.clear()
    return result


class Collection:
    """The runs that have ended, on disk soon after."""

    def __init__(self, planned: Sequence[Key], parts: Parts | None, progress: Telling | None) -> None:
        self.planned, self._parts, self._progress = planned, parts, progress
        wanted = set(planned)
        self.runs: list[Run] = [run for run in parts.resume() if run.key in wanted] if parts else []
        self.reused, self.failed = len(self.runs), 0
        self._waiting: list[Run] = []
        self._written = time.monotonic()
        self._tell()

    @property
    def missing(self) -> list[Key]:
        """The keys of the runs still to be done."""
        there = {run.key for run in self.runs}
        return [key for key in self.planned if key not in there]

    def add(self, runs: Sequence[Run]) -> None:
        """Take in runs that have just ended."""
        self.runs += runs
        self.failed += sum(run.status == "failed" for run in runs)
        self._waiting += runs
        if time.monotonic() - self._written > SECONDS_BETWEEN_PARTS:
            self.flush()
        self._tell()

    def flush(self) -> None:
        """Put what has ended on disk."""
        if self._parts is not None:
            self._parts.append(self._waiting)
        self._waiting, self._written = [], time.monotonic()

    def seconds_by_phase(self) -> dict[str, float]:
        """Mean seconds of a run in each of its phases."""
        records = [run.record for run in self.runs if run.record is not None]
        phases = dict.fromkeys(phase for record in records for phase in record.timings)
        return {phase: round(sum(record.timings.get(phase, 0.0) for record in records) / len(records), 4) for phase in phases}

    def counts(self) -> dict[str, Any]:
        return {"runs": {"planned": len(self.planned), "done": len(self.runs) - self.failed, "failed": self.failed}}

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(Progress(len(self.planned), len(self.runs) - self.failed, self.failed, self.reused))


def _ended(scenario: Scenario, tasks: Sequence[Task], one_run: OneRun, workers: int) -> Iterator[list[Run]]:
    """Runs as they end: in this process one by one, or task by task from others."""
    if workers > 1:
        yield from on_processes(scenario, tasks, one_run, workers)
        return
    for task in tasks:
        for policy in task.policies:
            yield [run_one(scenario, policy, task.replicate, one_run)]


def _choose(scenario: Scenario, policies: Sequence[str] | None) -> list[str]:
    """The policies to run, baseline first; UnknownName for one the scenario lacks, UserError for one given twice."""
    known = [policy.name for policy in scenario.policies]
    chosen = list(policies) if policies else known
    for name in chosen:
        if name not in known:
            raise UnknownName("policy of this scenario", name, known)
        if chosen.count(name) > 1:
            raise UserError(f"policy '{name}' is given {chosen.count(name)} times; give each once")
    return chosen


def _remarks(scenario: Scenario, chosen: Sequence[str]) -> list[str]:
    """What a reader should know of the policies that are run, imported late; nothing for what is no loaded scenario."""
    from simulator.catalogue import remarks
    from simulator.documents.scenario import Scenario as Loaded

    return [one.said("en") for one in remarks(scenario) if one.policy in chosen] if isinstance(scenario, Loaded) else []


def _equalized(scenario: Scenario, equal_budget: str | float, baseline: str) -> Scenario:
    """The scenario with equal budgets, imported late as the model is."""
    from simulator.catalogue import programmes
    from simulator.dynamics.equal_money import equalize

    return equalize(scenario, equal_budget, programmes(), baseline)


def _model() -> OneRun:
    """The simulator's own run, imported late: reading a result needs no model."""
    from simulator.model import run_once

    return run_once
