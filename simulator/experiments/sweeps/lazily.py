"""A sweep as an xarray Dataset of which nothing is read before it is asked for.

A selection reads the parts that it touches one after another, and of each only the column of the measure; what is in memory is
the selection and one part.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from xarray.backends import BackendArray
from xarray.core import indexing

from simulator.experiments.sweeps.store import Store, read_part
from simulator.experiments.sweeps.tables import COLUMNS, RUNS, TRAJECTORIES
from simulator.language.calendar import Month
from simulator.language.labels import MEASURES
from simulator.results.dataset import dates
from simulator.results.tabular import to_json

DIMENSIONS = ("policy", "point", "replicate", "month", "place")


def lazy_dataset(store: Store, places: list[str], points: pd.DataFrame) -> xr.Dataset:
    """One variable for each measure, with units and titles, and the numbers that vary along `point`.

    A measure that no run records is there too, and empty: which ones these are is not known before all has been read.
    """
    plan, months = store.plan, np.arange(int(store.manifest["scenario"]["months"]) + 1)
    varied = {entry["name"]: {"units": entry["unit"], "path": entry["path"]} for entry in store.manifest["vary"]}
    columns = {name: indexing.LazilyIndexedArray(_Column(store, name, places)) for name in COLUMNS}
    data = xr.Dataset(
        {name: (DIMENSIONS, column, _about(name)) for name, column in columns.items()},
        coords={
            "policy": list(plan.policies), "point": np.arange(plan.points), "replicate": np.arange(plan.replicates),
            "month": months, "place": places,
            "date": ("month", dates(Month.parse(store.manifest["scenario"]["start"]), months)),
            **{name: ("point", points[name].to_numpy(), attrs) for name, attrs in varied.items()},
        },
    )  # fmt: skip
    data.attrs["manifest"] = to_json(store.manifest, indent=None)  # text, so that the dataset can be written as netCDF
    return data


def _about(name: str) -> dict[str, str]:
    found = MEASURES[name]
    return {
        "units": found.unit["en"],
        "long_name": found.title["en"],
        "long_name_zh": found.title["zh"],
        "better": found.better,
    }


class _Column(BackendArray):
    """A measure as an array, (n_policies, n_points, n_replicates, n_months + 1, n_places)."""

    def __init__(self, store: Store, name: str, places: list[str]) -> None:
        plan = store.plan
        self._store, self._name, self._places = store, name, places
        self.shape = (
            len(plan.policies),
            plan.points,
            plan.replicates,
            int(store.manifest["scenario"]["months"]) + 1,
            len(places),
        )
        self.dtype = np.dtype(np.float64)

    def __getitem__(self, key: Any) -> Any:
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._read)

    def _read(self, key: tuple[Any, ...]) -> NDArray[np.float64]:
        """The values at the crossing of five selections, each a number, a slice or an array of numbers."""
        chosen = [np.atleast_1d(np.arange(size)[one]) for one, size in zip(key, self.shape, strict=True)]
        values = np.full([len(one) for one in chosen], np.nan)
        unique = [np.unique(one) for one in chosen]
        found = np.full([len(one) for one in unique], np.nan)
        plan = self._store.plan
        for replicate in unique[2]:
            for block in sorted({int(point) // plan.points_in_chunk for point in unique[1]}):
                self._read_part(int(replicate) * plan.blocks + block, unique, found)
        values[...] = found[np.ix_(*(np.searchsorted(one, all_) for one, all_ in zip(unique, chosen, strict=True)))]
        dropped = tuple(axis for axis, one in enumerate(key) if isinstance(one, (int, np.integer)))
        return values.squeeze(axis=dropped) if dropped else values

    def _read_part(self, chunk: int, unique: list[NDArray[np.int64]], into: NDArray[np.float64]) -> None:
        """The rows of a chunk that lie in the selection; a chunk that is not there yet leaves it empty."""
        if not self._store.path(RUNS, chunk).exists():
            return
        rows = read_part(self._store.path(TRAJECTORIES, chunk), [*DIMENSIONS, self._name])
        policies = pd.Index(self._store.plan.policies)
        numbers = [
            policies.get_indexer(pd.Index(rows["policy"].to_pylist())), rows["point"].to_numpy(), rows["replicate"].to_numpy(),
            rows["month"].to_numpy(), pd.Index(self._places).get_indexer(pd.Index(rows["place"].to_pylist())),
        ]  # fmt: skip
        kept = np.logical_and.reduce([np.isin(number, one) for number, one in zip(numbers, unique, strict=True)])
        at = tuple(np.searchsorted(one, number[kept]) for one, number in zip(unique, numbers, strict=True))
        into[at] = rows[self._name].to_numpy(zero_copy_only=False)[kept]
