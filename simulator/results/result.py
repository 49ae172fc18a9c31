"""What a comparison found: the data of all its runs, and the questions one asks of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xarray as xr

from simulator.results.dataset import all_places, from_runs, long_table
from simulator.results.money import counted, described, money_table
from simulator.results.runs import Run
from simulator.results.summary import compare, summarize
from simulator.results.tabular import plain, to_json

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Result:
    """The runs of a scenario's policies with common luck.

    data: xarray.Dataset, dims (policy, draw, replicate, month, place); the first place is "district", the whole, and its
        streets follow: `sel(place="district")` before you average or sum, or the district is counted twice
    runs: one row per run with its seed, status, error, facts, accounts and budget lines
    timings: seconds per run and phase, outside every equality
    manifest: what was run, with which seed, versions and digest; `facts` tells of one run of each policy, the replicate
        `of_replicate`, but for its `notes`, which are those of all; every run's own facts stand in `runs`
    """

    def __init__(self, data: xr.Dataset, runs: pd.DataFrame, timings: pd.DataFrame, manifest: Mapping[str, Any]) -> None:
        self.data, self.runs, self.timings, self.manifest = data, runs, timings, dict(manifest)

    @classmethod
    def of(cls, runs: Sequence[Run], manifest: Mapping[str, Any]) -> Result:
        """The result of finished and failed runs, in the comparison's order whatever the order of their ending."""
        policies = [entry["name"] for entry in manifest["policies"]]
        ordered = sorted(runs, key=lambda run: (policies.index(run.policy), run.draw, run.replicate))
        full = dict(manifest) | {"places": all_places(ordered)} | _totals(ordered, policies)
        data = from_runs(ordered, policies, int(manifest["scenario"]["months"]), full)
        return cls(data, _runs_table(ordered), _timings_table(ordered), full)

    @property
    def policies(self) -> list[str]:
        """The policies in the order of the scenario; the first is the baseline."""
        return [entry["name"] for entry in self.manifest["policies"]]

    @property
    def baseline(self) -> str:
        return self.policies[0]

    @property
    def failed(self) -> int:
        """The number of runs that ended in an error."""
        return int((self.runs["status"] == "failed").sum())

    @property
    def interrupted(self) -> bool:
        """Whether the comparison was stopped before all its runs had ended."""
        return bool(self.manifest["runs"]["done"] + self.manifest["runs"]["failed"] < self.manifest["runs"]["planned"])

    def table(self) -> pd.DataFrame:
        """One long table: policy, draw, replicate, month, date, place, measure, value, unit."""
        return long_table(self.data)

    def summary(self, month: int | None = None, place: str = "district") -> pd.DataFrame:
        """Median, 5 % and 95 % of each measure and policy, at the horizon unless a month is given."""
        return summarize(self.data, month, place)

    def compare(
        self,
        baseline: str | None = None,
        policies: Sequence[str] | None = None,
        month: int | None = None,
        place: str = "district",
    ) -> pd.DataFrame:
        """Paired differences to the baseline (default: the first policy), at the horizon unless a month is given."""
        return compare(self.data, baseline or self.baseline, policies, month, place)

    def money(self, language: str = "en") -> pd.DataFrame:
        """What each budget line of each policy budgeted, spent and bought since the start: means over replicates."""
        return money_table(self.runs, self.manifest, language)

    def plot(
        self, *measures: str, language: str = "en", baseline: str | None = None, marks: bool = False
    ) -> Figure:
        """Trajectories of the measures with bands, and beside each its paired difference to the baseline.

        `marks` draws published figures of other places into the trajectories, with their caveats in the footnote.
        """
        from simulator.results.plots import plot_measures

        return plot_measures(self, measures, language, baseline, marks)

    def machine_readable(self) -> dict[str, Any]:
        """The summary of `--json`; empty numbers are null."""
        columns = ["median", "low", "high", "start", "n", "unit"]
        return plain(  # type: ignore[no-any-return]
            {
                "scenario": self.manifest["scenario"]["name"],
                "baseline": self.baseline,
                "policies": _nested(self.summary(), columns),
                "comparison": _nested(
                    self.compare(), ["diff", "low", "high", "p_better", "se", "n_pairs", "variance_reduction"]
                ),
                "manifest": self.manifest,
            }
        )

    def save(self, folder: str | Path) -> Path:
        """Write the result folder; ResultError if it cannot be written."""
        from simulator.results.folder import save

        return save(self, Path(folder))


def _nested(frame: pd.DataFrame, columns: Sequence[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """{policy: {measure: {column: value}}}."""
    nested: dict[str, dict[str, dict[str, Any]]] = {}
    for row in frame.to_dict("records"):
        nested.setdefault(row["policy"], {})[row["measure"]] = {column: row[column] for column in columns}
    return nested


def _totals(runs: Sequence[Run], policies: Sequence[str]) -> dict[str, Any]:
    """What the manifest says of each policy: mean money and all notes; facts and residents of the first run that ended well.

    Of every budget line it says whose it is and what it counts; what came of each stands in `runs`.
    Facts are counts of one run (events, hours booked, residents built), which have no mean worth telling: `of_replicate`
    names the run.
    """
    totals: dict[str, Any] = {"facts": {}, "accounts": {}, "lines": {}}
    for policy in policies:
        replicates = [run.replicate for run in runs if run.policy == policy and run.record is not None]
        records = [run.record for run in runs if run.policy == policy and run.record is not None]
        if not records:
            continue
        totals["facts"][policy] = {"of_replicate": replicates[0], **plain(dict(records[0].facts))}
        totals["facts"][policy]["notes"] = sorted({note for record in records for note in record.facts.get("notes", ())})
        lines = dict.fromkeys(line for record in records for line in record.accounts)
        totals["accounts"][policy] = {
            line: sum(float(record.accounts.get(line, 0.0)) for record in records) / len(records) for line in lines
        }
        totals["lines"] |= {name: told for record in records for name, told in described(record.lines).items()}
    first: Mapping[str, Any] = next((run.record.facts for run in runs if run.record is not None), {})
    totals["residents"] = {"built": first.get("residents_built"), "represented": first.get("residents_represented")}
    return totals


def _runs_table(runs: Sequence[Run]) -> pd.DataFrame:
    """One row per run, failed ones with the text of their error."""
    columns = ["policy", "draw", "replicate", "seed", "status", "error", "facts", "accounts", "lines"]
    rows = [
        [
            run.policy, run.draw, run.replicate, run.seed, run.status, run.error,
            to_json(dict(run.record.facts), indent=None) if run.record else "",
            json.dumps(dict(run.record.accounts), ensure_ascii=False) if run.record else "",
            json.dumps(counted(run.record.lines), ensure_ascii=False) if run.record else "",
        ]
        for run in runs
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).astype({"draw": "int64", "replicate": "int64"})


def _timings_table(runs: Sequence[Run]) -> pd.DataFrame:
    """Seconds per run and phase."""
    rows = [
        (run.policy, run.draw, run.replicate, phase, float(seconds))
        for run in runs
        if run.record is not None
        for phase, seconds in run.record.timings.items()
    ]
    return pd.DataFrame(rows, columns=["policy", "draw", "replicate", "phase", "seconds"])
