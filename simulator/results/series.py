"""A measure month by month: the band of a policy's replicates, and the band of its paired differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from simulator.language.errors import UnknownName, UserError
from simulator.language.labels import measure
from simulator.results.pairing import BAND, interval_of_mean

Series = NDArray[np.float64]
"""One number per month, (n_months + 1,); empty where no replicate has a value."""


@dataclass(frozen=True, slots=True)
class Trajectory:
    """A policy's replicates: median, 5 % and 95 % of each month."""

    dates: pd.DatetimeIndex
    median: Series
    low: Series
    high: Series


@dataclass(frozen=True, slots=True)
class Difference:
    """A policy against the baseline, pair by pair: mean, its 95 % interval, 5 % and 95 % of single pairs."""

    dates: pd.DatetimeIndex
    mean: Series
    low: Series
    high: Series
    spread_low: Series
    spread_high: Series


def trajectory(data: xr.Dataset, name: str, policy: str) -> Trajectory:
    """The band of a measure in the district under a policy."""
    values = _values(data, name, policy)
    median, low, high = _by_month(values, lambda some: np.quantile(some, (0.5, *BAND)), 3)
    return Trajectory(_dates(data), median, low, high)


def difference(data: xr.Dataset, name: str, policy: str, baseline: str) -> Difference:
    """The paired difference of a measure in the district, month by month (each month's interval on its own)."""
    return Difference(_dates(data), *_by_month(_values(data, name, policy) - _values(data, name, baseline), _paired, 5))


def _paired(some: Series) -> list[float]:
    """Mean, interval and spread of one month's differences, (n_pairs,)."""
    _, low, high = interval_of_mean(some)
    spread = np.quantile(some, BAND)
    return [float(some.mean()), low, high, float(spread[0]), float(spread[1])]


def _by_month(values: Series, statistic: object, width: int) -> NDArray[np.float64]:
    """A statistic of each month's values that are not empty: (n, months) -> (width, months)."""
    assert callable(statistic)
    found = np.full((width, values.shape[1]), np.nan)
    for month in range(values.shape[1]):
        some = values[~np.isnan(values[:, month]), month]
        if some.size:
            found[:, month] = statistic(some)
    return found


def _values(data: xr.Dataset, name: str, policy: str) -> NDArray[np.float64]:
    """The district's values, (n_draws * n_replicates, n_months + 1)."""
    known = measure(name)
    if known.derived:
        raise UserError(f"'{name}' is a ratio over all replicates and has no course over time; it stands in the summary")
    if name not in data.data_vars:
        raise UnknownName("measure of this result", name, [str(found) for found in data.data_vars])
    policies = [str(found) for found in data["policy"].to_numpy()]
    if policy not in policies:
        raise UnknownName("policy of this result", policy, policies)
    values: NDArray[np.float64] = data[name].sel(policy=policy).isel(place=0).to_numpy()
    return values.reshape(-1, values.shape[-1])


def _dates(data: xr.Dataset) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(data["date"].to_numpy())
