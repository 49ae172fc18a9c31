"""SQL over a result or a sweep, by DuckDB, which reads the Parquet files where they lie."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from simulator.experiments.extras import wanted
from simulator.experiments.sweeps.store import POINTS, Store, is_sweep
from simulator.experiments.sweeps.tables import TABLES, Layout
from simulator.language.errors import ResultError, UserError, did_you_mean
from simulator.results.folder import COMPARISON, MONEY, RUNS, SUMMARY, TIMINGS, TRAJECTORIES, read_manifest


def query(folder: str | Path, sql: str) -> pd.DataFrame:
    """What a query finds in the tables of a sweep (`tables` names them) or of a result.

    UserError if the query is wrong, with DuckDB's words; ResultError if the folder is neither.
    """
    connection = _connected(Path(folder))
    duckdb = wanted("duckdb", "query")
    try:
        answer = connection.execute(sql)
        if answer is None:
            raise UserError("an empty query; give one such as: select * from runs")
        found: pd.DataFrame = answer.df()
    except duckdb.CatalogException as error:
        names = list(tables(folder))
        raise UserError(f"{str(error).splitlines()[0]} (tables: {', '.join(names)}{_hint(error, names)})") from error
    except duckdb.Error as error:
        raise UserError(str(error).strip()) from error
    finally:
        connection.close()
    return found


def tables(folder: str | Path) -> dict[str, list[str]]:
    """The tables of a folder, each with its columns."""
    connection = _connected(Path(folder))
    try:
        rows = connection.execute(
            "select table_name, column_name from information_schema.columns order by table_name, ordinal_position"
        ).fetchall()
    finally:
        connection.close()
    found: dict[str, list[str]] = {}
    for table, column in rows:
        found.setdefault(table, []).append(column)
    return found


def _connected(folder: Path) -> Any:
    """A database in memory with a view of each table."""
    duckdb = wanted("duckdb", "query")
    sources = _of_sweep(folder) if is_sweep(folder) else _of_result(folder)
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    for name, source in sources.items():
        if isinstance(source, str):
            connection.execute(f'create view "{name}" as select * from {source}')
        else:
            connection.register(name, source)
    return connection


def _of_sweep(folder: Path) -> dict[str, Any]:
    store = Store.open(folder)
    points = store.points()
    layout = Layout(points.names, points.types)
    found: dict[str, Any] = {"points": f"read_parquet({_text(folder / POINTS)})"}
    for table in TABLES:
        paths = ", ".join(_text(path) for path in store.paths(table))
        found[table] = f"read_parquet([{paths}])" if paths else layout.schema(table).empty_table()
    return found


def _of_result(folder: Path) -> dict[str, Any]:
    if read_manifest(folder) is None:
        raise ResultError(f"{folder} is neither a result nor a sweep: it has no manifest.json")
    parquet = {Path(name).stem: f"read_parquet({_text(folder / name)})" for name in (TRAJECTORIES, RUNS, TIMINGS)}
    csv = {Path(name).stem: f"read_csv({_text(folder / name)})" for name in (SUMMARY, COMPARISON, MONEY)}
    return {name: source for name, source in {**parquet, **csv}.items() if (folder / _file_of(name)).exists()}


def _file_of(name: str) -> str:
    return next(file for file in (TRAJECTORIES, RUNS, TIMINGS, SUMMARY, COMPARISON, MONEY) if Path(file).stem == name)


def _text(path: Path) -> str:
    """A path as a text of SQL."""
    return "'" + str(path).replace("'", "''") + "'"


def _hint(error: Exception, names: list[str]) -> str:
    words = str(error).split('"') + str(error).split(" ")
    near = next((did_you_mean(word, names) for word in words if "did you mean" in did_you_mean(word, names)), "")
    return f";{near.strip(' ()')}" if near else ""
