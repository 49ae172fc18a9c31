"""A stored sweep, finished or not, read as far as one asks: a million runs need not fit into memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import xarray as xr
from numpy.typing import NDArray

from simulator.experiments.sweeps.design import Points
from simulator.experiments.sweeps.lazily import lazy_dataset
from simulator.experiments.sweeps.plan import Shard
from simulator.experiments.sweeps.store import AGAIN, Store, Stored, read_part
from simulator.experiments.sweeps.tables import BOOKS, COLUMNS, KEYS, RUNS, SUMMARY, TIMINGS, TRAJECTORIES, Layout
from simulator.language.calendar import Month
from simulator.language.errors import ResultError, UnknownName, UserError
from simulator.language.labels import MEASURES, measure
from simulator.results.dataset import dates
from simulator.results.pairing import BAND

if TYPE_CHECKING:
    from simulator.experiments.sensitivity.finding import Sensitivity
    from simulator.experiments.sweeps.rerun import Rerun

MOST_ROWS: Final = 50_000_000
"""Rows of a long table beyond which it is refused: some gigabytes."""


class SweepResult:
    """The folder of a sweep. Every method reads what is stored at that moment; rows stand in the order of the plan.

    manifest: what was run: scenario, numbers that vary, design, policies, replicates, seed, program
    interrupted: whether the start that returned this was asked to stop before it was done
    """

    def __init__(self, store: Store, shard: Shard | None = None, interrupted: bool = False) -> None:
        self.store, self.shard, self.interrupted = store, shard or Shard(), interrupted

    def __repr__(self) -> str:
        counts = self.counts
        return (f"<sweep '{self.manifest['name']}' in {self.folder}: {counts.done} of {self.planned} runs done, "
                f"{counts.failed} failed>")  # fmt: skip

    @property
    def folder(self) -> Path:
        return self.store.folder

    @property
    def manifest(self) -> dict[str, Any]:
        return self.store.manifest

    @property
    def policies(self) -> list[str]:
        return list(self.store.plan.policies)

    @property
    def names(self) -> list[str]:
        """The numbers that vary, by the names of their columns."""
        return [entry["name"] for entry in self.manifest["vary"]]

    @property
    def horizon(self) -> int:
        """The last month."""
        return int(self.manifest["scenario"]["months"])

    @property
    def planned(self) -> int:
        """Runs of the plan, or of the shard of it that was asked for."""
        return sum(self.store.plan.size(chunk) for chunk in self.store.plan.shard(self.shard))

    @cached_property
    def counts(self) -> Stored:
        """What was stored of the plan when this was first asked."""
        return self.store.look(self.store.plan.shard(self.shard))

    @property
    def finished(self) -> bool:
        """Whether every planned run is stored, as done or as failed."""
        return self.counts.done + self.counts.failed == self.planned

    def points(self) -> pd.DataFrame:
        """One row per point, indexed by its number: each number that varies, and the factors of equal budgets."""
        frame: pd.DataFrame = self._points.table().to_pandas()
        return frame.set_index("point")

    @cached_property
    def _points(self) -> Points:
        return self.store.points()

    def runs(self) -> pd.DataFrame:
        """One row per stored run: run_id, policy, point, replicate, seed, the numbers that vary, status, error."""
        return self._frame(RUNS)

    def books(self) -> pd.DataFrame:
        """Facts, accounts and budget lines of each finished run, as JSON."""
        return self._frame(BOOKS)

    def timings(self) -> pd.DataFrame:
        """Seconds of each finished run and phase, and the host that did it."""
        return self._frame(TIMINGS)

    def outcomes(self, *measures: str, month: int | None = None) -> pd.DataFrame:
        """One row per finished run: policy, point, replicate, the numbers that vary, and these measures of the district.

        At the horizon unless a month is given; all measures unless some are named. It is what most analyses begin with.
        """
        chosen = self._measures(measures)
        if month in (None, self.horizon):
            found = self._frame(SUMMARY, [*KEYS, *chosen])
        else:
            wanted = (ds.field("month") == self._month(month)) & (ds.field("place") == "district")
            found = self._frame(TRAJECTORIES, [*KEYS, *chosen], wanted)
        numbers = self.points()[self.names].loc[found["point"]].reset_index(drop=True)
        return pd.concat([found[list(KEYS)], numbers, found[chosen]], axis=1)

    def table(
        self,
        *measures: str,
        month: int | Sequence[int] | None = None,
        policies: Sequence[str] | None = None,
        points: Sequence[int] | None = None,
        places: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """A long table: policy, point, replicate, month, date, place, measure, value, unit; name what you need of it.

        UserError for more than 50 million rows; `batches` goes through everything chunk by chunk.
        """
        chosen = self._measures(measures)
        wanted = self._wanted(month, policies, points, places)
        n_rows = self._dataset(TRAJECTORIES).count_rows(filter=wanted) * len(chosen)
        if n_rows > MOST_ROWS:
            raise UserError(f"this table would have {n_rows:,} rows; accepted: up to {MOST_ROWS:,}. Name measures, a month, "
                            "policies, points or places, or go through `batches()`")  # fmt: skip
        return self._long(self._frame(TRAJECTORIES, [*KEYS, "month", "place", *chosen], wanted), chosen)

    def batches(self, *measures: str) -> Iterator[pd.DataFrame]:
        """The rows of `table`, a chunk of runs at a time: never more than one chunk is in memory."""
        chosen = self._measures(measures)
        for path in self.store.paths(TRAJECTORIES):
            yield self._long(read_part(path, [*KEYS, "month", "place", *chosen]).to_pandas(), chosen)

    def summary(self, *measures: str, month: int | None = None) -> pd.DataFrame:
        """Each policy, point and measure over its replicates: mean, its standard error, median, 5 % and 95 %, and how many."""
        numbers = self.points()[self.names].reset_index()
        frames = [self._summary_of(name, numbers, month) for name in self._measures(measures)]
        return pd.concat(frames, ignore_index=True)

    def cube(self, name: str, month: int | None = None) -> NDArray[np.float64]:
        """A measure of the district, (n_policies, n_points, n_replicates); runs that failed or are not there yet are empty."""
        plan = self.store.plan
        found = self.outcomes(name, month=month)
        values = np.full((len(plan.policies), plan.points, plan.replicates), np.nan)
        policy = pd.Index(plan.policies).get_indexer(pd.Index(found["policy"]))
        values[policy, found["point"], found["replicate"]] = found[name].to_numpy(dtype=float)
        return values

    @cached_property
    def places(self) -> list[str]:
        """The district, and the streets that were kept."""
        if self.manifest["keep"]["places"] == "district":
            return ["district"]
        found: set[str] = set()
        for path in self.store.paths(TRAJECTORIES):
            found |= set(read_part(path, ["place"])["place"].unique().to_pylist())
        return ["district", *sorted(found - {"district"}, key=lambda street: (len(street), street))]

    @property
    def data(self) -> xr.Dataset:
        """All measures, dims (policy, point, replicate, month, place), with the numbers that vary along `point`.

        Nothing is read before it is asked for: `data["participation_rate"].sel(policy="chaoyang", month=60).mean("replicate")`
        reads that column of each chunk in turn.
        """
        return lazy_dataset(self.store, self.places, self.points())

    def sensitivity(
        self, measure: str, policy: str | None = None, month: int | None = None, method: str | None = None
    ) -> Sensitivity:
        """What a measure depends on (`simulator.experiments.sensitivity.finding`)."""
        from simulator.experiments.sensitivity.finding import sensitivity

        return sensitivity(self, measure, policy, month, method)

    def query(self, sql: str) -> pd.DataFrame:
        """What SQL finds in the tables: runs, trajectories, summary, books, timings, points."""
        from simulator.experiments.query import query

        return query(self.folder, sql)

    def rerun(self, run_id: str) -> Rerun:
        """One run again, exactly (`simulator.experiments.sweeps.rerun`)."""
        from simulator.experiments.sweeps.rerun import rerun

        return rerun(self.folder, run_id)

    def _dataset(self, table: str) -> ds.Dataset:
        schema = Layout(self._points.names, self._points.types).schema(table)
        checked = ds.ParquetFragmentScanOptions(page_checksum_verification=True)
        form = ds.ParquetFileFormat(default_fragment_scan_options=checked)
        return ds.dataset([str(path) for path in self.store.paths(table)], schema=schema, format=form)

    def _frame(self, table: str, columns: list[str] | None = None, wanted: ds.Expression | None = None) -> pd.DataFrame:
        """The rows of a table in the order of the plan: by policy as listed, point and replicate."""
        try:
            rows = self._dataset(table).to_table(columns=columns, filter=wanted)
        except (OSError, pa.ArrowException) as error:
            raise ResultError(f"{table} of {self.folder} cannot be read ({str(error).splitlines()[0]}); {AGAIN}") from error
        rank = pc.index_in(rows["policy"], value_set=pa.array(self.policies))
        keys = {
            "policy": rank,
            "point": rows["point"],
            "replicate": rows["replicate"],
            "row": pa.array(range(len(rows)), pa.int64()),
        }
        at = pc.sort_indices(pa.table(keys), sort_keys=[(key, "ascending") for key in keys])
        frame: pd.DataFrame = rows.take(at).to_pandas()
        return frame

    def _long(self, wide: pd.DataFrame, chosen: Sequence[str]) -> pd.DataFrame:
        """A row for each value; a measure known for the district only has no rows for streets."""
        long = wide.melt(["policy", "point", "replicate", "month", "place"], list(chosen), "measure", "value")
        if len(self.places) > 1:
            by_street = long["measure"].map({name: MEASURES[name].by_street for name in chosen})
            long = long[by_street | (long["place"] == "district")]
        months = np.arange(self.horizon + 1)
        start = Month.parse(self.manifest["scenario"]["start"])
        long.insert(4, "date", dates(start, months)[long["month"].to_numpy()])
        long["unit"] = long["measure"].map({name: MEASURES[name].unit["en"] for name in chosen})
        order = pd.Series({name: rank for rank, name in enumerate(self.policies)})
        return long.sort_values(["policy", "point", "replicate", "month"], key=lambda column: column.map(order)
                                if column.name == "policy" else column, kind="stable", ignore_index=True)  # fmt: skip

    def _summary_of(self, name: str, numbers: pd.DataFrame, month: int | None) -> pd.DataFrame:
        values = self.cube(name, month)
        n = (~np.isnan(values)).sum(axis=2)
        filled = np.where(n[..., None] > 0, values, 0.0)  # a point without a run has no numbers, and no warning either
        mean = np.where(n > 0, np.nanmean(filled, axis=2), np.nan)
        sd = np.sqrt(np.nansum((values - mean[..., None]) ** 2, axis=2) / np.maximum(n - 1, 1))
        middle = np.where(n > 0, np.nanquantile(filled, (0.5, *BAND), axis=2), np.nan)
        frames = []
        for row, policy in enumerate(self.policies):
            frame = numbers.assign(measure=name, unit=MEASURES[name].unit["en"], mean=mean[row],
                                   se=np.where(n[row] > 1, sd[row] / np.sqrt(np.maximum(n[row], 1)), np.nan),
                                   median=middle[0, row], low=middle[1, row], high=middle[2, row], n=n[row])  # fmt: skip
            frame.insert(0, "policy", policy)
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    def _measures(self, names: Sequence[str]) -> list[str]:
        """The measures asked for; UnknownName, or UserError for a ratio over all replicates."""
        for name in names:
            if measure(name).derived:
                raise UserError(f"'{name}' is a ratio over all replicates, and a run has none; build it from "
                                "spending_total_yuan and a gain")  # fmt: skip
        return list(names) or list(COLUMNS)

    def _month(self, month: int) -> int:
        if not 0 <= month <= self.horizon:
            raise UserError(f"month {month} is outside the sweep; accepted: 0 to {self.horizon}")
        return month

    def _wanted(
        self, month: int | Sequence[int] | None, policies: Sequence[str] | None, points: Sequence[int] | None,
        places: Sequence[str] | None,
    ) -> ds.Expression | None:  # fmt: skip
        """Which rows are asked for; UserError or UnknownName for what the sweep does not have."""
        wanted = None
        if month is not None:
            wanted = ds.field("month").isin([self._month(int(one)) for one in np.atleast_1d(month)])
        for key, given, known in (("policy", policies, self.policies), ("place", places, self.places)):
            for one in given or ():
                if one not in known:
                    raise UnknownName(f"{key} of this sweep", one, known)
            if given is not None:
                wanted = _and(wanted, ds.field(key).isin(list(given)))
        if points is not None:
            wrong = [point for point in points if not 0 <= point < len(self._points)]
            if wrong:
                raise UserError(f"point {wrong[0]} is not in the sweep; accepted: 0 to {len(self._points) - 1}")
            wanted = _and(wanted, ds.field("point").isin(list(points)))
        return wanted


def open_sweep(folder: str | Path) -> SweepResult:
    """A sweep's folder, finished or not; ResultError says what is missing."""
    return SweepResult(Store.open(Path(folder)))


def _and(one: ds.Expression | None, other: ds.Expression) -> ds.Expression:
    return other if one is None else one & other
