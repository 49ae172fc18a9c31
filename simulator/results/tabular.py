"""Tables as bytes: the same content gives the same file, byte for byte."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write to a temporary name and put in place at once, so that nobody reads half a file."""
    temporary = path.with_name(path.name + ".part")
    pq.write_table(table, temporary, compression="zstd", use_dictionary=True)
    os.replace(temporary, path)


def write_text(text: str, path: Path, encoding: str = "utf-8") -> None:
    """As `write_parquet`, for text; line ends are always a line feed."""
    temporary = path.with_name(path.name + ".part")
    temporary.write_bytes(text.encode(encoding))
    os.replace(temporary, path)


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """A pandas table as Arrow: empty numbers become null, dates become days, no writer's metadata."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for position, name in enumerate(table.column_names):
        if pa.types.is_timestamp(table.schema.field(name).type):
            table = table.set_column(position, name, table.column(name).cast(pa.timestamp("s")).cast(pa.date32()))
    return table.replace_schema_metadata(None)


def to_csv(frame: pd.DataFrame) -> str:
    """Comma-separated text with ten significant digits: enough for every measure, few enough to read."""
    return frame.to_csv(index=False, float_format="%.10g", lineterminator="\n")


def to_json(value: Any, indent: int | None = 2) -> str:
    """Strict JSON: a number that is empty or infinite becomes null; keys keep their order."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, indent=indent)


def plain(value: Any) -> Any:
    """The same value in types that JSON knows."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (np.bool_, np.integer)):
        return value.item()
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return value
