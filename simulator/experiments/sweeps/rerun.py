"""One run of a sweep again, from the documents that are kept with it, held against what is stored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.compute as pc

from simulator.documents.table import Table
from simulator.experiments.sweeps.inputs import SHIPPED, first
from simulator.experiments.sweeps.plan import Planned
from simulator.experiments.sweeps.store import INPUTS, Store, read_part
from simulator.experiments.sweeps.tables import BOOKS, RUNS, SUMMARY, TRAJECTORIES, Layout, tables_of
from simulator.experiments.sweeps.varying import Varying, load
from simulator.experiments.tasks import OneRun
from simulator.results.manifest import program
from simulator.results.runs import Recorded, Run


@dataclass(frozen=True)
class Rerun:
    """What came of a run that was done again."""

    run: Planned
    values: dict[str, Any]
    """The numbers that vary, at this run's point."""
    seed: int
    error: BaseException | None
    """What the run raised, with its traceback; None for a run that ended well."""
    record: Recorded | None
    stored: str
    """How it stands in the store: done, failed, or missing."""
    same: bool | None
    """Whether every value is the stored one, bit for bit; None where the store has none to compare with."""
    same_program: bool

    def trajectory(self) -> pd.DataFrame:
        """The district month by month: a row for each month, a column for each measure; empty for a run that failed."""
        if self.record is None:
            return pd.DataFrame()
        return pd.DataFrame(dict(zip(self.record.measures, self.record.values[:, :, 0], strict=True))).rename_axis("month")


def rerun(folder: str | Path, run_id: str, one_run: OneRun | None = None) -> Rerun:
    """Do a run of a sweep again, exactly; UserError if the sweep has no run of this name.

    The scenario is read from the documents kept with the sweep. If the program is another than the one that made the sweep
    (`same_program`), values may differ, and `same` says whether they do.
    """
    store = Store.open(Path(folder))
    planned = store.plan.find(run_id)
    varying, points = _as_it_was(store), store.points()
    scenario, values = varying.at(points.rows[planned.point]), points.rows[planned.point]
    record, error = _done(one_run or _model(), scenario, planned)
    status = _status(store, planned)
    same = _is_same(store, planned, record, values, scenario.seed) if status == "done" and record is not None else None
    return Rerun(planned, dict(zip(points.names, values, strict=True)), scenario.seed, error, record, status, same,
                 store.manifest["program"] == program())  # fmt: skip


def _as_it_was(store: Store) -> Varying:
    """The sweep, read from what was kept of it."""
    inputs, points = store.folder / INPUTS, store.points()
    is_table = store.manifest["design"]["method"] == "table"
    table = Table("points", points.names, points.rows, tuple(range(len(points.names)))) if is_table else None
    overrides = dict(store.manifest["overrides"])
    return load(first(inputs), overrides.pop("set"), table, inputs / SHIPPED, overrides)


def _done(one_run: OneRun, scenario: Any, planned: Planned) -> tuple[Recorded | None, BaseException | None]:
    try:
        return one_run(scenario, planned.policy, planned.replicate), None
    except Exception as error:  # it is what the user wants to see
        return None, error


def _status(store: Store, planned: Planned) -> str:
    path = store.path(RUNS, store.plan.chunk_of(planned))
    if not path.exists():
        return "missing"
    rows = read_part(path, ["run_id", "status"])
    return str(rows.filter(pc.equal(rows["run_id"], planned.run_id))["status"][0])


def _is_same(store: Store, planned: Planned, record: Recorded, values: Any, seed: int) -> bool:
    """Every stored table has the rows that this record makes."""
    points = store.points()
    layout = Layout(points.names, points.types, store.manifest["keep"]["places"], store.manifest["digest"])
    made = tables_of([(planned, values, Run(planned.policy, 0, planned.replicate, seed, "done", "", record))], layout)
    chunk = store.plan.chunk_of(planned)
    for table in (TRAJECTORIES, SUMMARY, BOOKS):
        rows = read_part(store.path(table, chunk))
        mine = pc.and_(pc.equal(rows["policy"], planned.policy), pc.equal(rows["point"], planned.point))
        if not rows.filter(mine).combine_chunks().equals(made[table].combine_chunks()):
            return False
    return True


def _model() -> OneRun:
    """The simulator's own run, imported late."""
    from simulator.model import run_once

    return run_once
