"""`sanshe check-patterns`: the patterns by which the model is judged, each with its number and criterion."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from simulator.cli import experiments
from simulator.cli.experiments import INTERRUPTED, Json, Lang, Quiet, Seed, Workers

if TYPE_CHECKING:
    from simulator.documents.scenario import Scenario

DEFAULT_SCALE: Final = 0.2
DEFAULT_REPLICATES: Final = 12
"""Two to three minutes on two idle cores."""
SIDE_BY_SIDE: Final = ("nankai-compare", "history/chaoyang")
"""What is checked when no scenario is named: Nankai 2018 to 2023 and Chaoyang 2013 to 2018, each under its own policy."""


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("check-patterns")(check)


def check(
    scenario: Annotated[
        str | None,
        typer.Argument(metavar="SCENARIO", help="its district under its first policy [default: Nankai and Chaoyang]"),
    ] = None,
    scale: Annotated[float, typer.Option("--scale", help="share of the communities that is built, up to 1")] = DEFAULT_SCALE,
    replicates: Annotated[int, typer.Option("--replicates", min=1, help="runs of each world")] = DEFAULT_REPLICATES,
    seed: Seed = None,
    workers: Workers = None,
    lang: Lang = "en",
    json: Json = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="the table as .csv too")] = None,
    quiet: Quiet = False,
) -> None:
    """Measure the patterns by which the model is judged (docs/odd.md), and say which are met. A report: it ends with 0."""
    experiments.check_language(lang)
    if out is not None:
        refuse_what_is_there(out)
    from simulator import catalogue

    given: dict[str, Any] = {"scale": scale, "seed": seed}
    asked = [catalogue.load(name, **given) for name in ([scenario] if scenario is not None else SIDE_BY_SIDE)]
    _report(asked, replicates, workers or experiments.cores(), lang, json, out, quiet)


def _report(
    asked: list[Scenario], replicates: int, workers: int, lang: str, json: bool, out: Path | None, quiet: bool
) -> None:
    """Run, write, print."""
    from simulator.experiments.patterns import PATTERNS, check_patterns
    from simulator.experiments.patterns.printed import print_patterns, rows

    with experiments.reporting(quiet) as progress:
        try:
            findings = check_patterns(asked, PATTERNS, replicates=replicates, workers=workers, progress=progress)
        except KeyboardInterrupt:
            typer.echo("interrupted: a pattern needs all of its runs, so nothing is kept", err=True)
            raise typer.Exit(INTERRUPTED) from None
    table = rows(asked, findings, lang)
    if out is not None:
        import pandas as pd

        from simulator.results.tabular import to_csv, write_text

        write_text(to_csv(pd.DataFrame(table)), out, encoding="utf-8-sig")
    if json:
        from simulator.results.tabular import to_json

        head = {"replicates": replicates, "seed": asked[0].seed, "scale": asked[0].scale}
        typer.echo(to_json({**head, "patterns": table}))
    elif not quiet:
        from rich.console import Console

        console = Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=160)
        print_patterns(asked, findings, replicates, console, lang)


def refuse_what_is_there(out: Path) -> None:
    """ResultError, before the first run, if the file is there already or cannot be written."""
    from simulator.language.errors import ResultError

    if out.exists():
        raise ResultError(f"{out} is there already; choose another file with --out")
    if not out.parent.is_dir() or not os.access(out.parent, os.W_OK):
        raise ResultError(f"cannot write to {out}: {out.parent} is no folder that can be written; choose another with --out")
