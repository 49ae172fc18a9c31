"""Points of a sweep that the user brings along: a .csv or .parquet with a column for each number that varies."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from simulator.documents.reading import Problems, shown
from simulator.documents.tree import Place
from simulator.documents.yaml_text import scalar
from simulator.language.errors import DocumentError

Value = float | int | str
"""What a number that varies can be: a number, or a word where the scenario takes one (a date, a unit of counting)."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of values, one for each point; `file` is what messages call it."""

    file: str
    names: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    columns: tuple[int, ...]
    """Where in the file each column stands."""

    def header(self, column: int) -> Place:
        return Place(self.file, 1, column + 1)

    def place(self, row: int, column: int) -> Place:
        """The line of a file with a header, and the number of the column."""
        return Place(self.file, row + 2, column + 1)

    def column(self, path: str, name: str) -> int | None:
        """The column that is called by this path or this name."""
        return next((i for i, found in enumerate(self.names) if found in (path, name)), None)

    def ordered(self, columns: Sequence[int]) -> Table:
        """The same rows with these columns."""
        names = tuple(self.names[column] for column in columns)
        rows = tuple(tuple(row[column] for column in columns) for row in self.rows)
        return Table(self.file, names, rows, tuple(columns))


def read_table(path: FilePath, place: Place, problems: Problems) -> Table | None:
    """The table of a file; None, with its problems noted, if it is none. `place` is where the file is named."""
    file = shown(path)
    try:
        lines = _parquet(path) if path.suffix.lower() == ".parquet" else _csv(path)
    except (OSError, ValueError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error).split("\n")[0]
        problems.add(place, "unreadable table", reason=f"{file}: {reason}")
        return None
    return made_table(file, lines, problems)


def made_table(file: str, lines: Sequence[Sequence[Any]], problems: Problems) -> Table | None:
    """A table from its lines, the names first; None, with its problems noted, if a cell is empty or a row not whole."""
    before = len(problems.found)
    if len(lines) < 2:
        problems.add(Place(file), "table without rows")
        return None
    names = tuple(str(name).strip() for name in lines[0])
    for column, name in enumerate(names):
        if not name:
            problems.add(Place(file, 1, column + 1), "nameless column")
        elif name in names[:column]:
            problems.add(Place(file, 1, column + 1), "column twice", name=name)
    rows = [_row(file, names, number, cells, problems) for number, cells in enumerate(lines[1:], start=2)]
    return Table(file, names, tuple(rows), tuple(range(len(names)))) if len(problems.found) == before else None


def _row(file: str, names: Sequence[str], line: int, cells: Sequence[Any], problems: Problems) -> tuple[Value, ...]:
    if len(cells) != len(names):
        problems.add(Place(file, line), "cells missing", given=len(cells), wanted=len(names))
        return ()
    values: list[Value] = []
    for column, (name, cell) in enumerate(zip(names, cells, strict=True), start=1):
        place, value = Place(file, line, column), cell
        if isinstance(cell, str):
            try:
                value = scalar(cell.strip(), place)
            except DocumentError as error:
                problems.extend(error.problems)
                continue
        if value is None or value != value:
            problems.add(place, "empty cell", name=name)
            continue
        values.append(value)
    return tuple(values)


def _csv(path: FilePath) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    return rows


def _parquet(path: FilePath) -> list[list[Any]]:
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    return [list(table.column_names), *(list(row.values()) for row in table.to_pylist())]
