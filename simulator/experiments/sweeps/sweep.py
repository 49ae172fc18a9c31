"""Run a sweep: every policy at every point in every replicate, as far as it is not there yet."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
import platform
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from simulator.experiments.engines import Dask, Engine, Processes
from simulator.experiments.processes import needs_script
from simulator.experiments.progress import Progress, Telling
from simulator.experiments.signals import heeded
from simulator.experiments.sweeps.chunk import Chunk, Part, joined
from simulator.experiments.sweeps.design import Points, points_of
from simulator.experiments.sweeps.flight import flown
from simulator.experiments.sweeps.inputs import as_texts
from simulator.experiments.sweeps.opened import SweepResult
from simulator.experiments.sweeps.plan import Plan, Planned, Shard
from simulator.experiments.sweeps.store import FORMAT, Store, Stored, claim, read_part
from simulator.experiments.sweeps.tables import KEYS, TABLES, Layout, to_bytes
from simulator.experiments.sweeps.varying import Varying, load
from simulator.experiments.tasks import OneRun
from simulator.language.errors import ResultError, UserError
from simulator.results.manifest import describe, program

if TYPE_CHECKING:
    import pandas as pd

    from simulator.documents.table import Table

log = logging.getLogger("sanshe")

MOST_SEED = 2**63 - 1


def sweep(
    what: str | Path | Mapping[str, Any] | Varying,
    *,
    workers: int = 1,
    out: str | Path | None = None,
    replicates: int | None = None,
    seed: int | None = None,
    scale: float | None = None,
    set: Iterable[str] = (),
    points: Table | pd.DataFrame | None = None,
    dask: str | None = None,
    shard: str | Shard | None = None,
    on_error: Literal["continue", "stop"] = "continue",
    retry_failed: bool = False,
    runs_in_chunk: int | None = None,
    force: bool = False,
    progress: Telling | None = None,
    one_run: OneRun | None = None,
) -> SweepResult:
    """Run a sweep and return what is stored of it.

    what: a sweep's file or shipped name, its content as a mapping, or what `load` made of it (then seed, set, … are its own)
    out: the folder (default `results/NAME`, and `results/NAME-shard-I-of-N` for a shard). A folder that holds some of the same
        sweep, by the same program, is gone on with; anything else in it is refused with ResultError, unless `force`
    points: a table with a column for each number, in place of the file of a `table` design
    dask: the address of a scheduler, or "local"; otherwise `workers` processes of this machine do the work
    shard: "i/n" does every n-th chunk, from the i-th on, counted from 0
    on_error: "continue" keeps runs that raise as failed rows and goes on; "stop" begins no more after the first
    retry_failed: do runs again that an earlier start kept as failed
    one_run: does one run in place of the model: `(scenario, policy, replicate) -> record`, importable by name

    Ctrl-C or SIGTERM finishes what is in flight (`SweepResult.interrupted`); a second one leaves at once. The tables are the
    same, byte for byte, for any number of workers, starts and shards. DocumentError and UserError come before the first run.
    """
    if workers < 1 or (runs_in_chunk is not None and runs_in_chunk < 1):
        raise UserError(f"workers (={workers}) and runs in a chunk (={runs_in_chunk}) must be at least 1")
    if on_error not in ("continue", "stop"):
        raise UserError(f"on_error '{on_error}' is not accepted; give 'continue' or 'stop'")
    own = Shard.parse(shard) if isinstance(shard, str) else shard or Shard()
    overrides = {"replicates": replicates, "seed": seed, "scale": scale}
    varying = what if isinstance(what, Varying) else load(what, set, points, overrides=overrides)
    store = prepare(varying, out, own, runs_in_chunk, force)
    engine: Engine = Processes(workers, needs_script(varying.sweep.scenario, one_run)) if dask is None else Dask(dask, workers)
    work = _Work(store, varying, own, one_run, retry_failed, progress)
    with heeded() as asked:
        for part in flown(work.chunks(), engine, lambda: asked.to_stop or (on_error == "stop" and work.failed > 0)):
            work.add(part)
    return SweepResult(store, own, interrupted=asked.to_stop)


def prepare(varying: Varying, out: str | Path | None, shard: Shard, runs_in_chunk: int | None, force: bool) -> Store:
    """The store of a sweep, with all its points checked: a new one, or the one that is there with its replicates to come."""
    sweep = varying.sweep
    if sweep.scenario.seed > MOST_SEED:
        raise UserError(f"seed {sweep.scenario.seed} is too large for a sweep; accepted: up to {MOST_SEED}")
    points = points_of(sweep)
    manifest = described(varying, points, runs_in_chunk)
    folder = Path(out) if out is not None else default_folder(sweep.name, shard)
    store = claim(folder, manifest, force)
    if store is None:
        varying.check(points)
    points = varying.with_factors(points)
    if store is None:
        return Store.create(folder, manifest, points, as_texts(varying))
    store.mend(points)
    if runs_in_chunk is not None and manifest["points_in_chunk"] != store.manifest["points_in_chunk"]:
        log.warning("%s is cut into other chunks already; they stay", folder)
    if sweep.replicates < store.manifest["replicates"]:
        log.warning("%s is planned with %d replicates, and goes on with them", folder, store.manifest["replicates"])
    if sweep.replicates > store.manifest["replicates"]:
        store.manifest["replicates"] = sweep.replicates
        store.save_manifest()
    return store


def default_folder(name: str, shard: Shard) -> Path:
    """Where a sweep is stored unless it is said."""
    return Path("results") / (name if shard.of == 1 else f"{name}-shard-{shard.index}-of-{shard.of}")


def described(varying: Varying, points: Points, runs_in_chunk: int | None) -> dict[str, Any]:
    """The manifest of a sweep: what is run, by which program, and how it is cut."""
    sweep = varying.sweep
    policies = tuple(policy.name for policy in sweep.scenario.policies)
    plan = Plan.cut(policies, len(points), sweep.replicates, runs_in_chunk)
    about = describe(sweep.scenario, policies, sweep.replicates, sweep.scenario.seed)
    vary = [
        {"name": one.name, "path": one.path, "unit": one.unit, "per": one.per, "whole": one.whole, "low": one.low,
         "high": one.high, "levels": one.levels, "law": one.law, "with": dict(one.also)}
        for one in sweep.varied
    ]  # fmt: skip
    return {
        "kind": "sweep", "format": FORMAT, "name": sweep.name, "title": dict(sweep.title),
        "digest": _identity(varying, points), "program": program(), "code": about["code"], "versions": about["versions"],
        "scenario": about["scenario"], "policies": about["policies"], "vary": vary,
        "design": {"method": sweep.design.method, "points": sweep.design.points, "seed": sweep.design.seed},
        "points": len(points), "replicates": sweep.replicates, "seed": sweep.scenario.seed, "scale": sweep.scenario.scale,
        "equal_budget": None if varying.total_yuan is None else
        {"asked": sweep.equal_budget, "total_yuan": varying.total_yuan, "by": list(sweep.equal_by)},
        "keep": {"places": sweep.keep.places}, "points_in_chunk": plan.points_in_chunk, "overrides": varying.overrides,
        "platform": {"python": platform.python_version(), "system": platform.system(), "machine": platform.machine()},
    }  # fmt: skip


def _identity(varying: Varying, points: Points) -> str:
    """SHA-256 of all that can change a run of a sweep: its scenario, what varies, its points. Not how many replicates."""
    sweep = varying.sweep
    what = {
        "scenario": dataclasses.replace(sweep.scenario, replicates=1).digest,
        "vary": [one.essence() for one in sweep.varied],
        "total_yuan": [varying.total_yuan, list(sweep.equal_by)],
        "places": sweep.keep.places,
        "points": [points.names, points.rows],
    }
    return hashlib.sha256(json.dumps(what, sort_keys=True, allow_nan=False).encode()).hexdigest()


class _Work:
    """What is missing of a shard, as chunks that a worker can do, and what has come of them."""

    def __init__(
        self, store: Store, varying: Varying, shard: Shard, one_run: OneRun | None, retry_failed: bool, progress: Telling | None
    ) -> None:
        self._store, self._varying, self._one_run, self._progress = store, varying, one_run, progress
        self._plan, self._points = store.plan, store.points()
        self._numbers = list(self._plan.shard(shard))
        self._planned = sum(self._plan.size(number) for number in self._numbers)
        self._retry = retry_failed
        stored = store.look(self._numbers, thoroughly=True)
        self._there: Stored = stored
        self._old_failures = stored.failed if not retry_failed else 0
        self._done = stored.done
        self.failed = 0
        """Runs that failed in this start."""
        self._layout = Layout(self._points.names, self._points.types, varying.sweep.keep.places, store.manifest["digest"])
        self._tell()

    def chunks(self) -> Iterator[Chunk]:
        """What is missing, chunk by chunk, each made when it is asked for."""
        again = self._there.failures if self._retry else {}
        for number in self._numbers:
            if number not in self._there.chunks:
                yield self._chunk(number, self._plan.runs(number))
            elif number in again:
                yield self._chunk(number, again[number])

    def _chunk(self, number: int, runs: list[Planned]) -> Chunk:
        values = {point: self._points.rows[point] for point in sorted({run.point for run in runs})}
        return Chunk(number, tuple(runs), values, self._varying.making(values.values()), self._layout, self._one_run)

    def add(self, part: Part) -> None:
        """Store a part; UserError if another program made it, ResultError if there is no room."""
        if part.program != self._store.manifest["program"]:
            raise UserError("a worker runs another program than this one (sanshe or a library has another version there), and "
                            "runs of two programs do not mix; install the same on all machines")  # fmt: skip
        try:
            self._store.save(part if part.number not in self._there.chunks else self._mended(part))
        except ResultError as error:
            ended = self._done + self.failed + self._old_failures
            raise ResultError(f"{error}; {ended} of {self._planned} runs are stored: make room, and give the same command "
                              "again to go on") from error  # fmt: skip
        self._done += part.done
        self.failed += part.failed
        self._tell()

    def _mended(self, part: Part) -> Part:
        """A chunk of which failed runs were done again: its other runs as they were."""
        again = self._there.failures[part.number]
        files = {table: to_bytes(_without(self._store, table, part.number, again)) for table in TABLES}
        old = Part(part.number, files, 0, 0, part.program)
        return joined([old, part], self._plan.runs(part.number))

    def _tell(self) -> None:
        if self._progress is not None:
            reused = self._there.done + self._old_failures
            self._progress(Progress(self._planned, self._done, self.failed + self._old_failures, reused))


def _without(store: Store, table: str, chunk: int, runs: list[Planned]) -> pa.Table:
    """The stored rows of a chunk, but for those of some runs."""
    rows = read_part(store.path(table, chunk))
    left_out = {tuple(run) for run in runs}
    keys = zip(*(rows[key].to_pylist() for key in KEYS), strict=True)
    return rows.filter(pa.array([key not in left_out for key in keys], pa.bool_()))
