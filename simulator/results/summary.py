"""The two tables of a comparison: what each policy reached, and how it differs from the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from simulator.language.errors import UnknownName, UserError
from simulator.language.labels import MEASURES, Measure
from simulator.results.pairing import BAND, PairedDifference, paired
from simulator.results.ratios import COST, GAINS, Ratio, difference_of_ratios, ratio_of_means

NOTHING = "none"
"""The policy against which the price of a gain is measured in comparisons."""


class Samples:
    """One number per (draw, replicate) for each measure and policy of a dataset."""

    def __init__(self, data: xr.Dataset, month: int | None, place: str) -> None:
        months = data["month"].to_numpy()
        self.month = int(months[-1]) if month is None else month
        if self.month not in months:
            raise UserError(f"month {self.month} is outside the result; accepted: 0 to {int(months[-1])}")
        self.policies = [str(name) for name in data["policy"].to_numpy()]
        places = [str(name) for name in data["place"].to_numpy()]
        if place not in places:
            raise UnknownName("place", place, places)
        self.data = data.sel(place=place)
        self.residents = float((data.attrs["manifest"].get("residents") or {}).get("represented") or np.nan)
        self.measures = [m for m in MEASURES.values() if m.name in data.data_vars or self._can_derive(m, data, place)]

    @staticmethod
    def _can_derive(measure: Measure, data: xr.Dataset, place: str) -> bool:
        """Whether a ratio's cost and gain are in the dataset; ratios are the district's."""
        needed = (COST, GAINS.get(measure.name, ""))
        return measure.derived and place == str(data["place"].to_numpy()[0]) and all(name in data.data_vars for name in needed)

    def known(self, policy: str) -> str:
        """The policy itself; UnknownName if the result does not have it."""
        if policy not in self.policies:
            raise UnknownName("policy of this result", policy, self.policies)
        return policy

    def of(self, measure: str, policy: str, month: int | None = None) -> NDArray[np.float64]:
        """The values of a measure, (n_draws * n_replicates,); failed runs are empty."""
        at = self.month if month is None else month
        values: NDArray[np.float64] = self.data[measure].sel(policy=policy, month=at).to_numpy()
        return values.ravel()

    def cost_and_gain(self, ratio: str, policy: str, against: str | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Yuan and added organisations or residents, since the start or against another policy, (n,) each."""
        factor = self.residents if MEASURES[GAINS[ratio]].is_share else 1.0
        cost, gain = self._since_start(COST, policy), self._since_start(GAINS[ratio], policy) * factor
        if against is not None:
            cost = cost - self._since_start(COST, against)
            gain = gain - self._since_start(GAINS[ratio], against) * factor
        return cost, gain

    def marked(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with its month and place, and `promised`: false where a part-built district gives no promise."""
        whole = float(self.data.attrs["manifest"]["scale"]) >= 1
        promised = [whole or MEASURES[str(name)].scaled for name in frame["measure"]]
        return frame.assign(month=self.month, place=str(self.data["place"].item()), promised=promised)

    def _since_start(self, measure: str, policy: str) -> NDArray[np.float64]:
        return self.of(measure, policy) - self.of(measure, policy, 0)


def band(values: NDArray[np.float64]) -> tuple[float, float, float]:
    """Median, 5 % and 95 % quantile of (n,), empty values left out."""
    values = values[~np.isnan(values)]
    if values.size == 0:
        return np.nan, np.nan, np.nan
    low, high = np.quantile(values, BAND)
    return float(np.median(values)), float(low), float(high)


def summarize(data: xr.Dataset, month: int | None = None, place: str = "district") -> pd.DataFrame:
    """Each policy and measure at a month (default: the horizon): median, 5 % and 95 % of replicates, and the start.

    A ratio of means has no replicates of its own: its columns hold the ratio and its 95 % interval; `spread` says so.
    """
    samples = Samples(data, month, place)
    rows = [_summary_row(samples, policy, measure) for policy in samples.policies for measure in samples.measures]
    columns = ["policy", "month", "place", "measure", "unit", "median", "low", "high", "mean", "n", "start", "spread"]
    return samples.marked(pd.DataFrame(rows, columns=columns))


def _summary_row(samples: Samples, policy: str, measure: Measure) -> dict[str, Any]:
    row: dict[str, Any] = {"policy": policy, "measure": measure.name, "unit": measure.unit["en"]}
    if measure.derived:
        cost, gain = samples.cost_and_gain(measure.name, policy, None)
        ratio = ratio_of_means(cost, gain)
        n = int((~np.isnan(cost + gain)).sum())
        return row | {
            "median": ratio.value, "low": ratio.low, "high": ratio.high, "mean": ratio.value, "n": n,
            "start": np.nan, "spread": "ratio of means, 95 % interval",
        }  # fmt: skip
    values = samples.of(measure.name, policy)
    median, low, high = band(values)
    whole = values[~np.isnan(values)]
    return row | {
        "median": median, "low": low, "high": high,
        "mean": float(whole.mean()) if whole.size else np.nan, "n": int(whole.size),
        "start": band(samples.of(measure.name, policy, 0))[0], "spread": "5–95 % of replicates",
    }  # fmt: skip


def compare(
    data: xr.Dataset,
    baseline: str,
    policies: Sequence[str] | None = None,
    month: int | None = None,
    place: str = "district",
) -> pd.DataFrame:
    """Paired differences of each policy to the baseline, one row per policy and measure.

    `value` and `baseline_value` are means over replicates. The price of a gain is measured against the policy `none`
    where the result has it, otherwise against the start; `against` says which.
    """
    samples = Samples(data, month, place)
    samples.known(baseline)
    chosen = [samples.known(policy) for policy in policies] if policies else [p for p in samples.policies if p != baseline]
    rows = [_difference_row(samples, policy, baseline, measure) for policy in chosen for measure in samples.measures]
    columns = [
        "policy", "baseline", "month", "place", "measure", "unit", "better", "value", "baseline_value", "diff", "se",
        "low", "high", "p_better", "n_pairs", "n_dropped", "variance_reduction", "spread_low", "spread_high", "against",
    ]  # fmt: skip
    return samples.marked(pd.DataFrame(rows, columns=columns))


def _difference_row(samples: Samples, policy: str, baseline: str, measure: Measure) -> dict[str, Any]:
    row: dict[str, Any] = {
        "policy": policy, "baseline": baseline, "measure": measure.name, "unit": measure.unit["en"],
        "better": measure.better,
    }  # fmt: skip
    if measure.derived:
        return row | _ratio_difference(samples, policy, baseline, measure)
    a, b = samples.of(measure.name, policy), samples.of(measure.name, baseline)
    difference = paired(a, b, measure.better)
    return row | {name: getattr(difference, name) for name in PairedDifference.__slots__} | {
        "value": float(np.nanmean(a)) if not np.isnan(a).all() else np.nan,
        "baseline_value": float(np.nanmean(b)) if not np.isnan(b).all() else np.nan,
        "n_dropped": int(a.size - difference.n_pairs), "against": "",
    }  # fmt: skip


def _ratio_difference(samples: Samples, policy: str, baseline: str, measure: Measure) -> dict[str, Any]:
    """Two prices of a gain and their difference; a chance of being better in one replicate does not exist for them."""
    against = NOTHING if NOTHING in samples.policies else None
    price: dict[str, Ratio] = {}
    parts = {name: samples.cost_and_gain(measure.name, name, against) for name in (policy, baseline)}
    for name, (cost, gain) in parts.items():
        price[name] = ratio_of_means(cost, gain)
    diff, se, low, high = difference_of_ratios(*parts[policy], *parts[baseline])
    whole = int((~np.isnan(sum(sum(pair) for pair in parts.values()))).sum())
    return {
        "value": price[policy].value, "baseline_value": price[baseline].value,
        "diff": diff, "se": se, "low": low, "high": high,
        "p_better": np.nan, "n_pairs": whole, "n_dropped": int(parts[policy][0].size - whole),
        "variance_reduction": np.nan, "spread_low": np.nan, "spread_high": np.nan, "against": against or "start",
    }  # fmt: skip
