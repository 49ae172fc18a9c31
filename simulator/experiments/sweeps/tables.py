"""The tables of a sweep: what each holds, and how the runs of a chunk become rows and bytes.

    runs          a row for each run: run_id, policy, point, replicate, seed, the numbers that vary, status, error
    trajectories  a row for each month and place of each finished run, a column for each measure; the whole is place "district"
    summary       a row for each finished run: every measure of the district at the horizon
    books         a row for each finished run: its facts, accounts and budget lines, as JSON
    timings       seconds of each finished run and phase, and the host; the only table that differs from start to start

Measures that exist only over all replicates (ratios of means) have no column. A measure that a run does not record is empty,
and so is one known for the district only in rows of streets.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from simulator.documents.table import Value
from simulator.experiments.sweeps.plan import Planned
from simulator.language.labels import MEASURES
from simulator.results.dataset import blank_growth_from_nothing
from simulator.results.money import counted
from simulator.results.runs import Recorded, Run
from simulator.results.tabular import plain, to_json

RUNS, TRAJECTORIES, SUMMARY, BOOKS, TIMINGS = "runs", "trajectories", "summary", "books", "timings"
TABLES: Final = (TRAJECTORIES, SUMMARY, BOOKS, TIMINGS, RUNS)
"""In the order in which a chunk is stored. `runs` is last: a chunk is there when its runs are."""

KEYS: Final = ("policy", "point", "replicate")
SWEEP: Final = b"sweep"
"""Under this name a file says whose it is."""
COLUMNS: Final = tuple(name for name, measure in MEASURES.items() if not measure.derived)
"""The measures of a run, in the order of the catalogue."""

Tables = dict[str, pa.Table]
_KEY_FIELDS: Final = [("policy", pa.string()), ("point", pa.int64()), ("replicate", pa.int64())]
_MEASURES: Final = [(name, pa.float64()) for name in COLUMNS]


@dataclass(frozen=True, slots=True)
class Layout:
    """What the tables of one sweep look like: the numbers that vary with their types, and which places are kept."""

    names: tuple[str, ...]
    types: tuple[pa.DataType, ...]
    places: Literal["district", "all"] = "district"
    sweep: str = ""
    """The digest of the sweep, which every file carries: no part is taken for another sweep's."""

    def schema(self, table: str) -> pa.Schema:
        """The columns of a table."""
        return self._columns(table).with_metadata({SWEEP: self.sweep})

    def _columns(self, table: str) -> pa.Schema:
        match table:
            case "runs":
                varied = list(zip(self.names, self.types, strict=True))
                return pa.schema([("run_id", pa.string()), *_KEY_FIELDS, ("seed", pa.int64()), *varied,
                                  ("status", pa.string()), ("error", pa.string())])  # fmt: skip
            case "trajectories":
                return pa.schema([*_KEY_FIELDS, ("month", pa.int64()), ("place", pa.string()), *_MEASURES])
            case "summary":
                return pa.schema([*_KEY_FIELDS, *_MEASURES])
            case "books":
                return pa.schema([*_KEY_FIELDS, ("facts", pa.string()), ("accounts", pa.string()), ("lines", pa.string())])
        return pa.schema([*_KEY_FIELDS, ("phase", pa.string()), ("seconds", pa.float64()), ("host", pa.string())])


Ended = tuple[Planned, tuple[Value, ...], Run]
"""A run of the plan, its point's values, and what came of it."""


def tables_of(ended: Sequence[Ended], layout: Layout) -> Tables:
    """The rows of some runs, in their order."""
    done = [(planned, run.record) for planned, _, run in ended if run.record is not None]
    kept = [(planned, _kept(record, layout.places)) for planned, record in done]
    runs = [[planned.run_id, *planned, run.seed, *_typed(values, layout), run.status, run.error]
            for planned, values, run in ended]  # fmt: skip
    books = [[*planned, to_json(dict(record.facts), indent=None), _json(dict(record.accounts)), _json(counted(record.lines))]
             for planned, record in done]  # fmt: skip
    host = platform.node()
    timings = [[*planned, phase, float(seconds), host] for planned, record in done for phase, seconds in record.timings.items()]
    return {
        TRAJECTORIES: _trajectories(kept, layout.schema(TRAJECTORIES)),
        SUMMARY: _summary(kept, layout.schema(SUMMARY)),
        BOOKS: _rows(books, layout.schema(BOOKS)),
        TIMINGS: _rows(timings, layout.schema(TIMINGS)),
        RUNS: _rows(runs, layout.schema(RUNS)),
    }


def to_bytes(table: pa.Table) -> bytes:
    """A table as Parquet: the same rows give the same bytes; every page carries a checksum.

    Minima and maxima are written of keys only, dictionaries of texts only: of few runs they would be most of a file.
    """
    stream = BytesIO()
    texts = [field.name for field in table.schema if field.type == pa.string()]
    keys = [key for key in (*KEYS, "month", "place") if key in table.column_names]
    with pq.ParquetWriter(stream, table.schema, compression="zstd", use_dictionary=texts, write_statistics=keys,
                          write_page_checksum=True, store_schema=False) as writer:  # fmt: skip
        writer.write_table(table.combine_chunks(), row_group_size=1 << 24)
        writer.add_key_value_metadata(table.schema.metadata or {})
    return stream.getvalue()


def from_bytes(data: bytes) -> pa.Table:
    """The reverse of `to_bytes`."""
    return pq.read_table(BytesIO(data), page_checksum_verification=True)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept of a record: values (n_measures, n_months + 1, n_places) of the places that are kept."""

    measures: tuple[str, ...]
    places: tuple[str, ...]
    values: NDArray[np.float64]


def _kept(record: Recorded, places: str) -> _Kept:
    n_places = len(record.places) if places == "all" else 1
    values = np.array(record.values[:, :, :n_places])
    blank_growth_from_nothing(values, record.measures)
    for row, name in enumerate(record.measures):
        if not MEASURES[name].by_street:
            values[row, :, 1:] = np.nan
    return _Kept(tuple(record.measures), tuple(record.places[:n_places]), values)


def _trajectories(kept: Sequence[tuple[Planned, _Kept]], schema: pa.Schema) -> pa.Table:
    """Months and, within them, places of each run."""
    rows = [one.values.shape[1] * one.values.shape[2] for _, one in kept]
    columns: list[Any] = _key_columns([planned for planned, _ in kept], rows)
    columns.append(np.concatenate([np.repeat(np.arange(one.values.shape[1]), one.values.shape[2]) for _, one in kept])
                   if kept else np.empty(0, np.int64))  # fmt: skip
    columns.append([place for _, one in kept for _ in range(one.values.shape[1]) for place in one.places])
    columns += [_column([one.values[one.measures.index(name)].ravel() if name in one.measures else np.full(n, np.nan)
                         for (_, one), n in zip(kept, rows, strict=True)]) for name in COLUMNS]  # fmt: skip
    return _table(columns, schema)


def _summary(kept: Sequence[tuple[Planned, _Kept]], schema: pa.Schema) -> pa.Table:
    columns: list[Any] = _key_columns([planned for planned, _ in kept], [1] * len(kept))
    columns += [_column([one.values[one.measures.index(name), -1, :1] if name in one.measures else np.full(1, np.nan)
                         for _, one in kept]) for name in COLUMNS]  # fmt: skip
    return _table(columns, schema)


def _key_columns(planned: Sequence[Planned], rows: Sequence[int]) -> list[Any]:
    numbers = [np.repeat(np.array([getattr(one, key) for one in planned], np.int64), rows) for key in KEYS[1:]]
    return [[one.policy for one, n in zip(planned, rows, strict=True) for _ in range(n)], *numbers]


def _column(parts: Sequence[NDArray[np.float64]]) -> pa.Array:
    """Numbers of all runs; empty ones become null."""
    return pa.array(np.concatenate(parts) if parts else np.empty(0), pa.float64(), from_pandas=True)


def _rows(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return _table(columns, schema)


def _table(columns: Sequence[Any], schema: pa.Schema) -> pa.Table:
    arrays = [column if isinstance(column, pa.Array) else pa.array(column, field.type)
              for column, field in zip(columns, schema, strict=True)]  # fmt: skip
    return pa.Table.from_arrays(arrays, schema=schema)


def _typed(values: Sequence[Value], layout: Layout) -> list[Value]:
    return [str(value) if kind == pa.string() else value for value, kind in zip(values, layout.types, strict=True)]


def _json(value: Any) -> str:
    return json.dumps(plain(value), ensure_ascii=False)
