"""`sanshe bench`: how fast this is on this machine, beside what was asked and beside others' ways."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli import experiments
from simulator.cli.experiments import INTERRUPTED, Json, Lang, Quiet
from simulator.cli.patterns import refuse_what_is_there

if TYPE_CHECKING:
    from rich.console import Console

    from simulator.experiments.benchmarks.table import Section


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("bench")(bench)


def bench(
    quick: Annotated[bool, typer.Option("--quick", help="less of everything: half a minute instead of five")] = False,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="SECTION…", help="repeat or separate by commas: residents, whole-runs, scaling,"
                     " small-runs, workers, sweeps, start-up"),
    ] = None,
    lang: Lang = "en",
    json: Json = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="the table as .csv too")] = None,
    quiet: Quiet = False,
) -> None:
    """Time the resident core, whole runs, small runs and workers on this machine. A report: it ends with 0 all the same."""
    experiments.check_language(lang)
    if out is not None:
        refuse_what_is_there(out)
    from simulator.experiments.benchmarks.table import choose, measure

    names = choose(experiments.split(only or []))
    sections: list[Section] = []
    try:
        _say(names, 0, quiet)
        for section in measure(names, quick):
            sections.append(section)
            _print(section, lang, json or quiet)
            _say(names, len(sections), quiet)
    except KeyboardInterrupt:
        typer.echo(f"interrupted: {len(sections)} of {len(names)} sections are measured", err=True)
        _close(sections, quick, lang, json, out, quiet)
        raise typer.Exit(INTERRUPTED) from None
    _close(sections, quick, lang, json, out, quiet)


def _say(names: list[str], done: int, quiet: bool) -> None:
    """Which section is being measured, on standard error."""
    if not quiet and done < len(names):
        typer.echo(f"{done + 1} of {len(names)}: {names[done]} …", err=True)


def _print(section: Section, lang: str, silent: bool) -> None:
    if not silent:
        from simulator.experiments.benchmarks.table import print_section

        print_section(section, _console(), lang)


def _close(sections: list[Section], quick: bool, lang: str, json: bool, out: Path | None, quiet: bool) -> None:
    """The whole table as a file, as JSON, or its last lines."""
    from simulator.experiments.benchmarks.table import machine, print_close

    if not json and not quiet and sections:
        print_close(sections, quick, _console(), lang)
    rows = [{"section": section.name, **figure.as_row(lang)} for section in sections for figure in section.figures]
    if json:
        from simulator.results.tabular import to_json

        typer.echo(to_json({"quick": quick, "machine": machine(), "figures": rows}))
    if out is not None and rows:
        _write(rows, out)


def _write(rows: list[dict[str, Any]], out: Path) -> None:
    """The table as a file, last: what is printed is not lost if it cannot be written. ResultError if so."""
    import pandas as pd

    from simulator.language.errors import ResultError
    from simulator.results.tabular import to_csv, write_text

    try:
        write_text(to_csv(pd.DataFrame(rows)), out, encoding="utf-8-sig")
    except OSError as error:
        raise ResultError(f"cannot write to {out}: {error.strerror or error}") from error


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=120)
