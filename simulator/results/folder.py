"""A result folder: written at the end, opened again later.

trajectories.parquet, runs.parquet, summary.csv, comparison.csv, money.csv and figures/ are the same bytes for the same
command and seed; so is manifest.json except its `performance` and `platform`. timings.parquet is not.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from simulator.language.errors import ResultError
from simulator.results.dataset import from_table
from simulator.results.result import Result
from simulator.results.tabular import to_arrow, to_csv, to_json, write_parquet, write_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MANIFEST, TRAJECTORIES, RUNS, TIMINGS = "manifest.json", "trajectories.parquet", "runs.parquet", "timings.parquet"
SUMMARY, COMPARISON, MONEY, FIGURES = "summary.csv", "comparison.csv", "money.csv", "figures"


def save(result: Result, folder: Path) -> Path:
    """Write the tables of a result; ResultError if the folder cannot be written.

    The manifest comes last: a folder with a manifest is a whole one.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
        write_parquet(to_arrow(result.table()), folder / TRAJECTORIES)
        write_parquet(to_arrow(result.runs), folder / RUNS)
        write_parquet(to_arrow(result.timings), folder / TIMINGS)
        write_text(to_csv(result.summary()), folder / SUMMARY, "utf-8-sig")
        write_text(to_csv(result.compare()), folder / COMPARISON, "utf-8-sig")
        write_text(to_csv(result.money()), folder / MONEY, "utf-8-sig")
        write_text(to_json(result.manifest) + "\n", folder / MANIFEST)
    except OSError as error:
        raise ResultError(f"cannot write the result to {folder}: {error.strerror or error}") from error
    return folder


def save_figure(figure: Figure, path: Path) -> Path:
    """Write a figure as .png, .svg or .pdf, the same bytes each time; ResultError for another ending or place."""
    from matplotlib import rc_context

    metadata: dict[str, dict[str, Any]] = {
        ".png": {"Software": None}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None, "Producer": None},
    }  # fmt: skip
    if path.suffix.lower() not in metadata:
        raise ResultError(f"cannot write a figure as '{path.name}'; accepted endings: {', '.join(metadata)}")
    temporary = path.with_name("." + path.name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with rc_context({"svg.hashsalt": "sanshe", "svg.fonttype": "path"}):
            figure.savefig(temporary, metadata=metadata[path.suffix.lower()])
        os.replace(temporary, path)
    except OSError as error:
        raise ResultError(f"cannot write the figure {path}: {error.strerror or error}") from error
    return path


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a result folder, or None if there is none; ResultError if it cannot be read as one."""
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResultError(f"{path} is not a manifest: {error}") from error
    missing = {"scenario", "policies", "seed", "scale", "runs", "places"} - set(manifest if isinstance(manifest, dict) else ())
    if missing:
        raise ResultError(f"{path} is not the manifest of a result: it lacks {', '.join(sorted(missing))}")
    return dict(manifest)


def open_result(folder: str | Path) -> Result:
    """Read a result folder; ResultError says what is missing or damaged."""
    folder = Path(folder)
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise ResultError(f"{folder} {what}; a result is a folder written by `sanshe run` or `sanshe compare`")
    manifest = read_manifest(folder)
    if manifest is None:
        raise ResultError(f"{folder} has no {MANIFEST}: it is not a result folder, or the run that writes it has not finished")
    runs, timings = _read(folder / RUNS), _read(folder / TIMINGS)
    table = _read(folder / TRAJECTORIES)
    done = int(manifest["runs"]["done"])
    if int((runs["status"] == "done").sum()) != done:
        raise ResultError(f"{folder / RUNS} has {int((runs['status'] == 'done').sum())} finished runs, the manifest has {done}")
    recorded = table[["policy", "draw", "replicate"]].drop_duplicates().shape[0]
    if recorded != done:
        raise ResultError(f"{folder / TRAJECTORIES} holds {recorded} runs, the manifest has {done}; the file is cut short")
    return Result(from_table(table, runs, manifest), runs, timings, manifest)


def _read(path: Path) -> pd.DataFrame:
    """A table of the folder; ResultError if it is missing or not whole."""
    if not path.is_file():
        raise ResultError(f"{path} is missing; the result folder is not whole: run the scenario again")
    try:
        table: pd.DataFrame = pq.read_table(path).to_pandas()
    except (OSError, pa.ArrowException) as error:
        raise ResultError(
            f"{path} cannot be read ({str(error).splitlines()[0]}); it is cut short or not a Parquet file"
        ) from error
    return table
