"""`sanshe sweep`, `merge`, `sensitivity`, `query` and `rerun`: thousands of runs, finished, taken up again, and asked."""

from __future__ import annotations

import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.experiments import (
    INTERRUPTED,
    Force,
    Json,
    Lang,
    Quiet,
    Replicates,
    Scale,
    Seed,
    Set,
    Workers,
    check_language,
    cores,
    reporting,
    split,
)

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from simulator.experiments.sensitivity.finding import Sensitivity
    from simulator.experiments.sweeps.opened import SweepResult
    from simulator.experiments.sweeps.rerun import Rerun
    from simulator.experiments.sweeps.varying import Varying

SECONDS_BETWEEN_LINES = 60.0
MOST_ROWS_PRINTED = 40
MOST_ROWS_OF_CSV = 1_000_000
"""Rows of summary.csv: a spreadsheet shows no more."""
FAILED_RUNS_TOLD = 5

class OnError(StrEnum):
    """What a failed run means for the rest."""

    go_on = "continue"
    stop = "stop"


Folder = Annotated[Path, typer.Argument(metavar="RESULT", help="the folder of a sweep")]


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command("sweep")(sweep)
    app.command("merge")(merge)
    app.command("sensitivity")(sensitivity)
    app.command("query")(query)
    app.command("rerun")(rerun)


def sweep(
    document: Annotated[str, typer.Argument(metavar="SWEEP", help="a sweep's file, or the name of a shipped one")],
    out: Annotated[
        Path | None, typer.Option("--out", help="folder [default: results/NAME, for a shard NAME-shard-I-of-N]")
    ] = None,
    workers: Workers = None,
    dask: Annotated[
        str | None,
        typer.Option("--dask", metavar="ADDRESS|local", help="a Dask scheduler's address, instead of processes here"),
    ] = None,
    shard: Annotated[
        str | None, typer.Option("--shard", metavar="I/N", help="do the I-th of N shares, counted from 0; then `sanshe merge`")
    ] = None,
    on_error: Annotated[OnError, typer.Option("--on-error", help="when a run fails: go on, or begin no more")] = OnError.go_on,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="do the runs again that failed before")] = False,
    chunk: Annotated[
        int | None, typer.Option("--chunk", min=1, help="runs that are stored together [default: a 200th of all, 4 to 200]")
    ] = None,
    replicates: Replicates = None, seed: Seed = None, scale: Scale = None, set_: Set = None,
    lang: Lang = "en", json: Json = False, quiet: Quiet = False, force: Force = False,
) -> None:  # fmt: skip
    """Run a scenario at many points, as far as that is not done yet. Give the same command again to go on.

    Ctrl-C finishes what is in flight. The tables are the same for any number of workers, starts and shards.
    """
    check_language(lang)
    from simulator.experiments.sweeps.sweep import sweep as run_sweep
    from simulator.experiments.sweeps.varying import load

    varying = load(document, set_ or (), overrides={"replicates": replicates, "seed": seed, "scale": scale})
    if not quiet:
        _remark(varying, lang)
    with reporting(quiet, SECONDS_BETWEEN_LINES) as progress:
        try:
            result = run_sweep(
                varying, workers=workers or cores(), out=out, dask=dask, shard=shard, on_error=on_error.value,
                retry_failed=retry_failed, runs_in_chunk=chunk, force=force, progress=progress,
            )  # fmt: skip
        except KeyboardInterrupt:
            typer.echo("interrupted: chunks that were finished are kept; give the same command again to go on", err=True)
            raise typer.Exit(INTERRUPTED) from None
    _close(result, lang, json, quiet)


def merge(
    shards: Annotated[list[Path], typer.Argument(metavar="RESULT…", help="the folders of the shards")],
    out: Annotated[Path, typer.Option("--out", help="the folder to put them together in")],
    lang: Lang = "en", json: Json = False, quiet: Quiet = False, force: Force = False,
) -> None:  # fmt: skip
    """Put the shards of a sweep together in one folder."""
    check_language(lang)
    from simulator.experiments.sweeps.merge import merge as put_together

    with reporting(quiet):
        result = put_together(shards, out, force=force)
    _close(result, lang, json, quiet, merged=True)


def sensitivity(
    result: Folder,
    measures: Annotated[list[str], typer.Option("--measure", metavar="NAME", help="repeatable, or separated by commas")],
    policy: Annotated[str | None, typer.Option("--policy", help="[default: the first of the sweep]")] = None,
    month: Annotated[int | None, typer.Option("--month", min=0, help="months from the start [default: the last]")] = None,
    method: Annotated[
        str | None,
        typer.Option("--method", metavar="sobol|morris|delta|pawn", help="[default: what the design was made for, else delta]"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="folder for tables and figures [default: RESULT/sensitivity]")
    ] = None,
    lang: Lang = "en", json: Json = False, quiet: Quiet = False,
) -> None:  # fmt: skip
    """What a measure depends on: indices with intervals, how sure their order is, a bar figure and a tornado."""
    check_language(lang)
    from simulator.experiments.sensitivity.finding import sensitivity as ask
    from simulator.experiments.sweeps.opened import open_sweep
    from simulator.experiments.sweeps.store import SENSITIVITY
    from simulator.language.errors import UserError

    opened = open_sweep(result)
    found, refused = [], []
    for name in split(measures):
        try:
            found.append(ask(opened, name, policy, month, method))
        except UserError as error:
            refused.append(error)
    folder = out or result / SENSITIVITY
    paths = [path for one in found for path in _written(one, folder, lang)]
    if json:
        from simulator.results.tabular import to_json

        typer.echo(to_json([one.machine_readable() for one in found]))
    elif not quiet:
        console = _console()
        for one in found:
            _print_sensitivity(one, console, lang)
        for path in paths:
            console.print(str(path), style="dim", soft_wrap=True)
    if refused:  # the others are told all the same
        raise UserError("\n".join(map(str, refused)))


def query(
    result: Annotated[Path, typer.Argument(metavar="RESULT", help="the folder of a sweep or of a result")],
    sql: Annotated[
        str | None, typer.Argument(metavar="SQL", help="a query [default: tell which tables and columns there are]")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="a .csv or .parquet for all rows")] = None,
    json: Json = False,
) -> None:
    """SQL over the tables of a sweep or a result, by DuckDB."""
    from simulator.experiments import query as asking
    from simulator.language.errors import UserError

    if out is not None and out.suffix not in (".csv", ".parquet"):
        raise UserError(f"cannot write a table as '{out.name}'; accepted endings: .csv, .parquet")
    if sql is None:
        for table, columns in asking.tables(result).items():
            typer.echo(f"{table}: {', '.join(columns)}")
        return
    found = asking.query(result, sql)
    if out is not None:
        _write_table(found, out)
        typer.echo(f"{out}: {len(found):,} rows", err=True)
    elif json:
        typer.echo(found.to_json(orient="records", date_format="iso", double_precision=15, force_ascii=False))
    else:
        _print_frame(found)


def rerun(
    result: Folder,
    run_id: Annotated[str, typer.Argument(metavar="RUN_ID", help="policy/point/replicate, such as chaoyang/17/3")],
    lang: Lang = "en", json: Json = False, quiet: Quiet = False,
) -> None:  # fmt: skip
    """One run of a sweep again, exactly, held against what is stored; a run that fails shows where."""
    check_language(lang)
    from simulator.experiments.sweeps.rerun import rerun as do_again

    found = do_again(result, run_id)
    if json:
        from simulator.results.tabular import to_json

        typer.echo(to_json(_rerun_told(found)))
    elif not quiet:
        _print_rerun(found, lang)
    if found.error is not None:
        import traceback

        traceback.print_exception(found.error)
        raise typer.Exit(3)
    if found.same is False:
        raise typer.Exit(1 if not found.same_program else 3)


def _remark(varying: Varying, lang: str) -> None:
    """What is no mistake and should be known before thousands of runs, on standard error."""
    from simulator import catalogue
    from simulator.experiments.sweeps.design import points_of
    from simulator.language.labels import word

    for remark in catalogue.remarks(varying.sweep.scenario):
        typer.echo(remark.said(lang), err=True)
    for name in varying.untouched:
        typer.echo(word("sweep_untouched", lang, policy=name, points=len(points_of(varying.sweep))), err=True)


def _close(result: SweepResult, lang: str, json: bool, quiet: bool, merged: bool = False) -> None:
    """What is stored, on standard output; what is missing or failed, on standard error; the exit code."""
    from simulator.language.labels import word

    counts, planned = result.counts, result.planned
    if counts.failed:
        failed = result.runs().query("status == 'failed'").head(FAILED_RUNS_TOLD)
        for row in failed.to_dict("records"):
            typer.echo(f"failed: {row['run_id']}, seed {row['seed']}: {row['error']}", err=True)
        typer.echo(word("sweep_failed", lang, folder=result.folder, run_id=failed["run_id"].iloc[0]), err=True)
    if not result.finished:
        state = word("sweep_state", lang, done=counts.done, planned=planned, failed=counts.failed)
        advice = word("merge_go_on" if merged else "sweep_go_on", lang)
        typer.echo(f"{state}: {result.folder}. {advice}", err=True)
    elif result.shard.of == 1:
        _write_summary(result)
    if json:
        from simulator.results.tabular import to_json

        runs = {"planned": planned, "done": counts.done, "failed": counts.failed}
        typer.echo(
            to_json({"folder": str(result.folder), "runs": runs, "finished": result.finished, "manifest": result.manifest})
        )
    elif not quiet and counts.done:
        _print_sweep(result, lang)
    if result.interrupted:
        raise typer.Exit(INTERRUPTED)
    if counts.failed or (merged and not result.finished):
        raise typer.Exit(3)


def _write_summary(result: SweepResult) -> None:
    """summary.csv of a finished sweep, if it is not longer than a spreadsheet."""
    from simulator.experiments.sweeps.tables import COLUMNS
    from simulator.results.tabular import to_csv

    if len(result.policies) * len(result.points()) * len(COLUMNS) <= MOST_ROWS_OF_CSV:
        text = to_csv(result.summary()).encode("utf-8-sig")
        result.store.write(result.folder / "summary.csv", text)


def _print_sweep(result: SweepResult, lang: str) -> None:
    """For the headline measures: the lowest, the middle and the highest of the points' means, and at which points."""
    import numpy as np
    from rich.table import Table

    from simulator.language.calendar import Month
    from simulator.language.labels import MEASURES, word
    from simulator.results.plots import PANELS

    console = _console()
    date = str(Month.parse(result.manifest["scenario"]["start"]) + result.horizon)
    for row, policy in enumerate(result.manifest["policies"]):
        values = {name: result.cube(name)[row] for name in PANELS}
        there = int(max((~np.isnan(cube)).any(axis=1).sum() for cube in values.values()))
        title = word("sweep_summary", lang, title=policy["title"][lang], date=date, points=there)
        table = Table(title=title, title_justify="left", box=None, header_style="bold")
        for name in ("measure", "unit", "lowest_point", "middle_point", "highest_point", "luck_sd"):
            table.add_column(word(name, lang), justify="left" if name in ("measure", "unit") else "right")
        for name, cube in values.items():
            means = np.array([one[~np.isnan(one)].mean() if (~np.isnan(one)).any() else np.nan for one in cube])
            if np.isnan(means).all():
                continue
            sds = [one[~np.isnan(one)].std(ddof=1) for one in cube if (~np.isnan(one)).sum() > 1]
            measure, low, high = MEASURES[name], int(np.nanargmin(means)), int(np.nanargmax(means))
            luck = float(np.mean(sds)) if sds else float("nan")
            shown = [f"{measure.show(means[low])} #{low}", measure.show(float(np.nanmedian(means))),
                     f"{measure.show(means[high])} #{high}", measure.show(luck)]  # fmt: skip
            table.add_row(measure.title[lang], measure.unit[lang], *shown)
        console.print(table)
    console.print(word("sweep_points_numbered", lang), style="dim")
    state = word("sweep_state", lang, done=result.counts.done, planned=result.planned, failed=result.counts.failed)
    console.print(f"{state}: {result.folder}", style="dim", soft_wrap=True)
    if result.finished and result.shard.of == 1:
        told = word("sweep_next", lang, folder=shlex.quote(str(result.folder)), measure=_most_moved(result))
        console.print(told, style="dim", soft_wrap=True)


def _most_moved(result: SweepResult) -> str:
    """The measure whose means differ most between points, beside what chance makes of them: a good one to ask about first."""
    import numpy as np

    from simulator.experiments.sensitivity.sample import chance
    from simulator.experiments.sweeps.tables import COLUMNS

    best, least = COLUMNS[0], np.inf
    for name in COLUMNS:
        values = result.cube(name)[0]
        values = values[~np.isnan(values).any(axis=1)]
        if len(values) > 1 and np.ptp(values.mean(axis=1)) > 0 and not name.startswith(("spending", "execution")):
            share = chance(values)[0] if values.shape[1] > 1 else 0.5
            best, least = (name, share) if share < least else (best, least)
    return best


def _written(found: Sensitivity, folder: Path, lang: str) -> list[Path]:
    """The table and the two figures of a finding."""
    from simulator.language.errors import ResultError
    from simulator.results.folder import save_figure
    from simulator.results.tabular import to_csv, write_text

    name = f"{found.measure.name}-{found.policy}-month-{found.month}-{found.method}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_text(to_csv(found.table), folder / f"{name}.csv", "utf-8-sig")
    except OSError as error:
        raise ResultError(f"cannot write to {folder}: {error.strerror or error}; choose another folder with --out") from error
    return [folder / f"{name}.csv", save_figure(found.plot(lang), folder / f"{name}-bars.png"),
            save_figure(found.tornado(lang), folder / f"{name}-tornado.png")]  # fmt: skip


def _print_sensitivity(found: Sensitivity, console: Console, lang: str) -> None:
    from rich.table import Table

    from simulator.language.labels import word

    title = f"{found.measure.title[lang]} · {found.policy} · {found.method}"
    table = Table(title=title, title_justify="left", box=None, header_style="bold")
    indices = [name for name in found.table.columns if f"{name}_low" in found.table and f"{name}_high" in found.table]
    plain = [name for name in ("mu", "sigma") if name in found.table]
    for heading in (word("number", lang), *indices, *plain, word("tornado_low", lang), word("tornado_high", lang)):
        table.add_column(heading, justify="left" if heading == word("number", lang) else "right")
    share = found.main == "mu_star" and found.measure.is_share
    for row in found.table.to_dict("records"):
        cells = [f"{_index(row[name], share)} [{_index(row[f'{name}_low'], share)}, {_index(row[f'{name}_high'], share)}]"
                 for name in indices]  # fmt: skip
        cells += [_index(row[name], share) for name in plain]
        table.add_row(row["number"], *cells, found.measure.show(row["at_low"]), found.measure.show(row["at_high"]))
    console.print(table)
    for remark in found.remarks(lang):
        console.print(remark, soft_wrap=True)


def _index(value: float, share: bool) -> str:
    """An index as it is printed; a change of a share in percentage points."""
    return f"{value * 100:.3g} pp" if share else f"{value:.3g}"


def _rerun_told(found: Rerun) -> dict[str, Any]:
    error = None if found.error is None else f"{type(found.error).__name__}: {found.error}"
    horizon = {} if found.record is None else found.trajectory().iloc[-1].to_dict()
    return {"run_id": found.run.run_id, "seed": found.seed, "numbers": found.values, "stored": found.stored, "same": found.same,
            "same_program": found.same_program, "error": error, "horizon": horizon}  # fmt: skip


def _print_rerun(found: Rerun, lang: str) -> None:
    from rich.table import Table

    from simulator.language.labels import MEASURES, word
    from simulator.results.plots import PANELS

    console = _console()
    numbers = ", ".join(f"{name} = {value}" for name, value in found.values.items())
    console.print(f"{found.run.run_id}, {word('seed', lang)} {found.seed}: {numbers}", soft_wrap=True)
    if found.record is not None:
        table = Table(box=None, header_style="bold")
        for heading in (word("measure", lang), word("unit", lang), word("start", lang), str(len(found.trajectory()) - 1)):
            table.add_column(heading)
        for name in PANELS:
            if name in found.trajectory():
                course, measure = found.trajectory()[name], MEASURES[name]
                table.add_row(
                    measure.title[lang], measure.unit[lang], measure.show(course.iloc[0]), measure.show(course.iloc[-1])
                )
        console.print(table)
    key = {True: "rerun_same", False: "rerun_other", None: "rerun_alone"}[found.same]
    console.print(word(key, lang, stored=found.stored), soft_wrap=True)
    if not found.same_program:
        console.print(word("rerun_program", lang), soft_wrap=True)


def _write_table(frame: pd.DataFrame, out: Path) -> None:
    """All rows as .csv or .parquet; ResultError if it cannot be written."""
    from simulator.language.errors import ResultError
    from simulator.results.tabular import to_arrow, to_csv, write_parquet, write_text

    try:
        if out.suffix == ".csv":
            write_text(to_csv(frame), out, "utf-8-sig")
        else:
            write_parquet(to_arrow(frame), out)
    except OSError as error:
        raise ResultError(f"cannot write to {out}: {error.strerror or error}") from error


def _print_frame(frame: pd.DataFrame) -> None:
    from rich.table import Table

    console = _console()
    table = Table(box=None, header_style="bold")
    for name, dtype in frame.dtypes.items():
        table.add_column(str(name), justify="right" if dtype.kind in "iuf" else "left", overflow="fold")
    for row in frame.head(MOST_ROWS_PRINTED).itertuples(index=False):
        table.add_row(*(f"{cell:.6g}" if isinstance(cell, float) else str(cell) for cell in row))
    console.print(table)
    if len(frame) > MOST_ROWS_PRINTED:
        console.print(f"… {len(frame) - MOST_ROWS_PRINTED:,} rows more; --out FILE.csv writes all", style="dim")


def _console() -> Console:
    from rich.console import Console

    # No markup: names and texts are the user's, and may hold brackets.
    return Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 160)
