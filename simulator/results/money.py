"""What each budget line bought: budgeted, spent, and what came of it, in the line's own unit.

    yuan per unit = mean spent / mean bought        a ratio of means over replicates, as the other prices are

A price is what was paid in the window for what was bought in it. Work that was promised before the start and paid after is in
it, and so is what will be paid after the horizon for what has begun.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from simulator.language.labels import word

COLUMNS: Final = (
    "policy", "instrument", "line", "budgeted_yuan", "spent_yuan", "bought", "unit", "yuan_per_unit", "also_bought",
    "also_unit",
)  # fmt: skip
NUMBERS: Final = ("budgeted_yuan", "spent_yuan", "bought")


def counted(lines: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The numbers of a run's lines, as its row keeps them."""
    return {name: {key: told[key] for key in NUMBERS} for name, told in lines.items()}


def described(lines: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What is the same in every run: whose line it is, and in which units it counts; as the manifest keeps it."""
    return {name: {key: value for key, value in told.items() if key not in NUMBERS} for name, told in lines.items()}


def money_table(runs: pd.DataFrame, manifest: Mapping[str, Any], language: str = "en") -> pd.DataFrame:
    """One row per policy and line, means over the finished runs; empty for a result that does not tell of lines."""
    rows: list[dict[str, Any]] = []
    about = manifest.get("lines", {})
    done = runs[runs["status"] == "done"] if "lines" in runs else runs.iloc[:0]
    for policy in [entry["name"] for entry in manifest["policies"]]:
        told = [json.loads(text) for text in done.loc[done["policy"] == policy, "lines"]] if len(done) else []
        lines = dict.fromkeys(name for run in told for name in run)
        rows += [_row(policy, line, told, about[line], language) for line in lines]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(policy: str, line: str, told: list[dict[str, Any]], about: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The means of one line; a run in which nothing came of it counts as 0."""
    n = len(told)
    here = [run[line] for run in told if line in run]
    budgeted, spent = (sum(one[key] for one in here) / n for key in ("budgeted_yuan", "spent_yuan"))
    units = [unit[language] for unit in about["units"]]
    bought = [sum(one["bought"][position] for one in here) / n for position in range(len(units))]
    main, also = bought[:1], bought[1:2]
    return {
        "policy": policy, "instrument": about["instrument"], "line": line, "budgeted_yuan": budgeted, "spent_yuan": spent,
        "bought": main[0] if main else np.nan, "unit": units[0] if main else "",
        "yuan_per_unit": spent / main[0] if main and main[0] > 0 and spent > 0 else np.nan,
        "also_bought": also[0] if also else np.nan, "also_unit": units[1] if also else "",
    }  # fmt: skip


def line_title(line: str, manifest: Mapping[str, Any], language: str, several: bool) -> str:
    """The instrument of a line by its title, with the programme's where the instrument has several lines."""
    about = manifest["lines"][line]
    instrument = manifest.get("instruments", {}).get(about["instrument"])
    title = str(instrument[language]) if instrument else word("national_law", language)
    return f"{title}: {about['title'][language]}" if several else title
