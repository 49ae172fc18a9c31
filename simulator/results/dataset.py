"""All runs of a comparison as one labelled dataset, and the dataset as one long table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from simulator.language.calendar import Month
from simulator.language.labels import MEASURES
from simulator.results.runs import Run

DIMENSIONS = ("policy", "draw", "replicate", "month", "place")


def dates(start: Month, months: NDArray[np.int64]) -> pd.DatetimeIndex:
    """The first day of each month counted from the start. (n,) -> (n,)."""
    return pd.DatetimeIndex([pd.Timestamp(f"{start + int(month)}-01") for month in months])


def from_runs(runs: Sequence[Run], policies: Sequence[str], months: int, manifest: Mapping[str, Any]) -> xr.Dataset:
    """One variable per measure, dims (policy, draw, replicate, month, place); failed runs are empty (NaN).

    Rows stand in the order of the comparison (policies as listed, draws and replicates ascending), whatever the order
    in which the runs ended. Measures that only exist over all replicates (`derived`) have no place here.
    """
    done = [run for run in runs if run.record is not None]
    draws = sorted({run.draw for run in runs}) or [0]
    replicates = sorted({run.replicate for run in runs})
    places = all_places(runs)
    recorded = {name for run in done if run.record for name in run.record.measures}
    measures = [name for name, measure in MEASURES.items() if name in recorded and not measure.derived]
    sizes = (len(measures), len(policies), len(draws), len(replicates), months + 1, len(places))
    values = np.full(sizes, np.nan)
    for run in done:
        assert run.record is not None
        at = (policies.index(run.policy), draws.index(run.draw), replicates.index(run.replicate))
        rows = {name: row for row, name in enumerate(run.record.measures)}
        there = [places.index(place) for place in run.record.places]
        for column, name in enumerate(measures):
            if name in rows:
                values[(column, *at)][:, there] = run.record.values[rows[name]]
    return build(values, measures, policies, draws, replicates, places, manifest)


def all_places(runs: Iterable[Run]) -> list[str]:
    """The district and every street that some run built, in the order of their numbers (part-built districts differ)."""
    found = dict.fromkeys(place for run in runs if run.record is not None for place in run.record.places)
    district, *streets = found or ("district",)
    return [district, *sorted(streets, key=lambda street: (len(street), street))]


def build(
    values: NDArray[np.float64],
    measures: Sequence[str],
    policies: Sequence[str],
    draws: Sequence[int],
    replicates: Sequence[int],
    places: Sequence[str],
    manifest: Mapping[str, Any],
) -> xr.Dataset:
    """The dataset of values (measure, policy, draw, replicate, month, place), with units and labels as attributes."""
    blank_growth_from_nothing(values, measures)
    months = np.arange(values.shape[4])
    data = xr.Dataset(
        {
            name: (
                DIMENSIONS,
                values[row],
                {
                    "units": MEASURES[name].unit["en"],
                    "long_name": MEASURES[name].title["en"],
                    "long_name_zh": MEASURES[name].title["zh"],
                    "better": MEASURES[name].better,
                },
            )
            for row, name in enumerate(measures)
        },
        coords={
            "policy": list(policies),
            "draw": list(draws),
            "replicate": list(replicates),
            "month": months,
            "place": list(places),
            "date": ("month", dates(Month.parse(manifest["scenario"]["start"]), months)),
        },
    )
    data.attrs["units"] = {name: MEASURES[name].unit["en"] for name in measures}
    data.attrs["labels"] = {name: dict(MEASURES[name].title) for name in measures}
    data.attrs["manifest"] = dict(manifest)
    return data


def blank_growth_from_nothing(values: NDArray[np.float64], measures: Sequence[str]) -> None:
    """Empty every growth factor whose count was 0 at the start, in place; the first axis is the measure."""
    rows = {name: row for row, name in enumerate(measures)}
    for name in measures:
        count = rows.get(name.removesuffix("_growth") + "_count")
        if name.endswith("_growth") and count is not None:
            from_nothing = values[count][..., :1, :] == 0
            values[rows[name]][np.broadcast_to(from_nothing, values[rows[name]].shape)] = np.nan


def long_table(data: xr.Dataset) -> pd.DataFrame:
    """One row per value: policy, draw, replicate, month, date, place, measure, value, unit.

    Ordered by these keys; failed runs have no rows, and a measure known for the district only has no rows for streets.
    """
    measures = [str(name) for name in data.data_vars]
    sizes = tuple(data.sizes[dimension] for dimension in DIMENSIONS)
    values = np.empty((*sizes, len(measures)))
    for column, name in enumerate(measures):
        values[..., column] = data[name].to_numpy()
    ran = np.asarray(~np.isnan(values).all(axis=(3, 5), keepdims=True))  # a street may be built in some replicates only
    streets_too = np.array([MEASURES[name].by_street for name in measures], dtype=bool)
    at_district = np.arange(values.shape[4]) == 0
    kept = ran & (at_district[:, None] | streets_too)
    policy, draw, replicate, month, place, measure = np.nonzero(np.broadcast_to(kept, values.shape))
    units = list(dict.fromkeys(MEASURES[name].unit["en"] for name in measures))
    unit_of = np.array([units.index(MEASURES[name].unit["en"]) for name in measures], dtype=np.int64)
    return pd.DataFrame(
        {
            "policy": _named(policy, data["policy"].to_numpy()),
            "draw": data["draw"].to_numpy()[draw],
            "replicate": data["replicate"].to_numpy()[replicate],
            "month": data["month"].to_numpy()[month],
            "date": data["date"].to_numpy()[month],
            "place": _named(place, data["place"].to_numpy()),
            "measure": _named(measure, measures),
            "value": values[policy, draw, replicate, month, place, measure],
            "unit": _named(unit_of[measure], units),
        }
    )


def _named(codes: NDArray[np.int64], names: Iterable[str]) -> pd.Categorical[str]:
    """Positions (n,) as words."""
    return pd.Categorical.from_codes(codes, pd.Index([str(name) for name in names]))


def from_table(table: pd.DataFrame, runs: pd.DataFrame, manifest: Mapping[str, Any]) -> xr.Dataset:
    """The dataset of a long table and its runs, the reverse of `long_table`."""
    policies = [entry["name"] for entry in manifest["policies"]]
    recorded = set(table["measure"].astype(str))
    measures = [name for name in MEASURES if name in recorded]
    draws = sorted(runs["draw"].unique().tolist()) or [0]
    replicates = sorted(runs["replicate"].unique().tolist())
    places, months = list(manifest["places"]), int(manifest["scenario"]["months"])
    values = np.full((len(measures), len(policies), len(draws), len(replicates), months + 1, len(places)), np.nan)
    values[
        pd.Index(measures).get_indexer(pd.Index(table["measure"].astype(str))),
        pd.Index(policies).get_indexer(pd.Index(table["policy"].astype(str))),
        np.searchsorted(draws, table["draw"].to_numpy()),
        np.searchsorted(replicates, table["replicate"].to_numpy()),
        table["month"].to_numpy(),
        pd.Index(places).get_indexer(pd.Index(table["place"].astype(str))),
    ] = table["value"].to_numpy(dtype=float)
    return build(values, measures, policies, draws, replicates, places, manifest)
