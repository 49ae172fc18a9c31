"""Runs on disk as they finish: append-only parts, one Parquet file per batch of runs.

A part is written under a temporary name and put in place at once, so that an interruption leaves whole parts only. The
parts of an unfinished comparison carry the key of what they belong to; a later start with the same key takes them up.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simulator.results.runs import Recording, Run
from simulator.results.tabular import to_json, write_parquet

FOLDER = ".unfinished"
_SCHEMA = pa.schema(
    [
        ("policy", pa.string()), ("draw", pa.int64()), ("replicate", pa.int64()), ("seed", pa.string()),
        ("status", pa.string()), ("error", pa.string()), ("record", pa.string()), ("shape", pa.list_(pa.int64())),
        ("values", pa.large_list(pa.float64())),
    ]
)  # fmt: skip


class Parts:
    """The unfinished runs of a result folder."""

    def __init__(self, out: Path, key: str) -> None:
        self.folder = out / FOLDER
        self.key = key
        self._written = 0

    def resume(self) -> list[Run]:
        """The finished runs of an earlier start with the same key; parts of anything else are cleared away."""
        name = self.folder / "key"
        if self.folder.exists() and (not name.is_file() or name.read_text(encoding="utf-8") != self.key):
            self.clear()
        self.folder.mkdir(parents=True, exist_ok=True)
        name.write_text(self.key, encoding="utf-8")
        paths = sorted(self.folder.glob("part-*.parquet"))
        self._written = len(paths)
        done = {run.key: run for path in paths for run in _read(path) if run.status == "done"}
        return list(done.values())

    def append(self, runs: Iterable[Run]) -> None:
        """Put finished runs on disk."""
        rows = [_row(run) for run in runs]
        if rows:
            write_parquet(pa.Table.from_pylist(rows, schema=_SCHEMA), self.folder / f"part-{self._written:06d}.parquet")
            self._written += 1

    def clear(self) -> None:
        """Remove the parts: the comparison is complete and stands in its tables."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _row(run: Run) -> dict[str, object]:
    row: dict[str, object] = {
        "policy": run.policy, "draw": run.draw, "replicate": run.replicate, "seed": str(run.seed), "status": run.status,
        "error": run.error, "record": None, "shape": None, "values": None,
    }  # fmt: skip
    if run.record is not None:
        described = {
            "measures": run.record.measures, "places": run.record.places, "accounts": dict(run.record.accounts),
            "facts": dict(run.record.facts), "timings": dict(run.record.timings),
            "lines": dict(run.record.lines),
        }  # fmt: skip
        row |= {
            "record": to_json(described, indent=None),
            "shape": list(run.record.values.shape),
            "values": run.record.values.ravel(),
        }
    return row


def _read(path: Path) -> Iterator[Run]:
    for row in pq.read_table(path).to_pylist():
        record = None
        if row["record"] is not None:
            described = json.loads(row["record"])
            values = np.array(row["values"], dtype=np.float64).reshape(row["shape"])
            record = Recording(
                tuple(described["measures"]), tuple(described["places"]), values,
                described["accounts"], described["facts"], described["timings"], described["lines"],
            )  # fmt: skip
        yield Run(row["policy"], row["draw"], row["replicate"], int(row["seed"]), row["status"], row["error"], record)
