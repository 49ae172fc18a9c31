"""`sanshe run`, `compare` and `plot`: many runs, tables and pictures."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from simulator.documents.scenario import Scenario as LoadedScenario
    from simulator.experiments.progress import Progress
    from simulator.results.result import Result

INTERRUPTED = 130

Scenario = Annotated[str, typer.Argument(metavar="SCENARIO", help="a scenario file, or the name of a shipped one")]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="root of all luck")]
Replicates = Annotated[int | None, typer.Option("--replicates", min=1, help="runs of each policy")]
Scale = Annotated[float | None, typer.Option("--scale", help="share of the communities that is built, up to 1")]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="processes; the result is the same for any number")]
Out = Annotated[
    Path | None, typer.Option("--out", help="result folder [default: results/<scenario>, never in place of another]")
]
Policies = Annotated[
    list[str] | None,
    typer.Option("--policies", metavar="NAME…|all", help="repeat or separate by commas; the first is the baseline"),
]
Set = Annotated[
    list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="change a number of the scenario (repeatable)")
]
EqualBudget = Annotated[
    str | None,
    typer.Option("--equal-budget", metavar="YUAN|YUAN/resident|baseline",
                 help="bring every policy's budget over the window to the same total"),
]  # fmt: skip
Marks = Annotated[bool, typer.Option("--marks", help="draw published figures of other places, with their caveats")]
Lang = Annotated[str, typer.Option("--lang", envvar="SANSHE_LANG", metavar="en|zh", help="language of tables and figures")]
Json = Annotated[bool, typer.Option("--json", help="machine-readable summary on standard output")]
Quiet = Annotated[bool, typer.Option("--quiet", help="no progress, no tables")]
Force = Annotated[bool, typer.Option("--force", help="replace what the result folder holds")]


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command("run")(run)
    app.command("compare")(compare)
    app.command("plot")(plot)


def run(
    scenario: Scenario, seed: Seed = None, replicates: Replicates = None, scale: Scale = None,
    workers: Workers = None, out: Out = None, policies: Policies = None, set_: Set = None,
    equal_budget: EqualBudget = None, marks: Marks = False, lang: Lang = "en", json: Json = False, quiet: Quiet = False,
    force: Force = False,
) -> None:  # fmt: skip
    """Run every policy of a scenario with its replicates; write a result folder with pictures and print a summary."""
    _carry_out(scenario, seed, replicates, scale, workers, out, policies, set_, equal_budget, marks, lang, json,
               quiet, force, comparing=False)  # fmt: skip


def compare(
    scenario: Scenario, seed: Seed = None, replicates: Replicates = None, scale: Scale = None,
    workers: Workers = None, out: Out = None, policies: Policies = None, set_: Set = None,
    equal_budget: EqualBudget = None, marks: Marks = False, lang: Lang = "en", json: Json = False, quiet: Quiet = False,
    force: Force = False,
) -> None:  # fmt: skip
    """Run a scenario, then compare each policy with the first in the same luck."""
    _carry_out(scenario, seed, replicates, scale, workers, out, policies, set_, equal_budget, marks, lang, json,
               quiet, force, comparing=True)  # fmt: skip


def plot(
    result: Annotated[Path, typer.Argument(metavar="RESULT", help="a result folder")],
    measures: Annotated[
        list[str], typer.Option("--measure", metavar="NAME", help="repeatable; names may be separated by commas")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help=".png, .svg or .pdf [default: RESULT/figures/<measures>.png]")
    ] = None,
    baseline: Annotated[str | None, typer.Option("--baseline", help="compare with this policy instead of the first")] = None,
    marks: Marks = False,
    lang: Lang = "en",
    quiet: Quiet = False,
) -> None:
    """Draw measures of a result: trajectories with bands, the baseline in grey, and the paired difference."""
    from simulator.language.labels import word
    from simulator.results.folder import FIGURES, open_result, save_figure
    from simulator.results.marks import marks_of

    check_language(lang)
    names = split(measures)
    figure = open_result(result).plot(*names, language=lang, baseline=baseline, marks=marks)
    if marks and not marks_of(names):
        typer.echo(word("no_marks", lang, measures=", ".join(names)), err=True)
    path = save_figure(figure, out or result / FIGURES / f"{'+'.join(names)[:120]}.png")
    if not quiet:
        typer.echo(str(path))


def _carry_out(
    name: str, seed: int | None, replicates: int | None, scale: float | None, workers: int | None, out: Path | None,
    policies: list[str] | None, changes: list[str] | None, equal_budget: str | None, marks: bool, lang: str,
    json: bool, quiet: bool, force: bool, comparing: bool,
) -> None:  # fmt: skip
    """Load, run, write, print. typer.Exit with 3 if runs failed, 130 if the user interrupted."""
    check_language(lang)
    from simulator import catalogue

    given = {"seed": seed, "replicates": replicates, "scale": scale}
    overrides: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if policies:
        overrides["policies"] = _policies(name, split(policies), changes or [])
    scenario = catalogue.load(name, set=changes or [], equal_budget=equal_budget, **overrides)
    folder = out or _default_folder(scenario)
    if not quiet:
        for remark in catalogue.remarks(scenario):
            typer.echo(remark.said(lang), err=True)
    from simulator.experiments.replicates import run as run_replicates

    with reporting(quiet) as progress:
        try:
            result = run_replicates(scenario, workers=workers or cores(), progress=progress, out=folder, force=force)
        except KeyboardInterrupt:
            typer.echo("interrupted before a run was finished: nothing is kept", err=True)
            raise typer.Exit(INTERRUPTED) from None
    _draw(result, folder, lang, marks)
    _tell(result, folder, lang, json, quiet, comparing)
    if result.interrupted:
        raise typer.Exit(INTERRUPTED)
    if result.failed:
        raise typer.Exit(3)


def _default_folder(scenario: LoadedScenario) -> Path:
    """`results/NAME` (`NAME-equal-money`); if that holds another comparison, `…-DIGEST` too, so that nothing is lost."""
    from simulator.results.folder import read_manifest

    plain = Path("results") / (scenario.name + ("-equal-money" if scenario.equal_money else ""))
    there = read_manifest(plain)
    same = there is None or there["scenario"].get("digest") == scenario.digest
    return plain if same else plain.with_name(f"{plain.name}-{scenario.digest[:8]}")


def _policies(name: str, asked: list[str], changes: list[str]) -> list[str]:
    """The policies named, or with `all` the scenario's own, baseline first, and then the rest of the catalogue."""
    if asked != ["all"]:
        return asked
    from simulator import catalogue

    own = [policy.name for policy in catalogue.load(name, set=changes).policies]
    return own + [policy for policy in catalogue.names("policy") if policy not in own]


def split(names: list[str]) -> list[str]:
    """`--policies a,b --policies c` as [a, b, c]."""
    return [part.strip() for name in names for part in name.split(",") if part.strip()]


def check_language(lang: str) -> None:
    from simulator.language.errors import UnknownName
    from simulator.language.labels import LANGUAGES

    if lang not in LANGUAGES:
        raise UnknownName("language", lang, LANGUAGES)


def cores() -> int:
    """The cores that this process may use."""
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _draw(result: Result, folder: Path, lang: str, marks: bool) -> None:
    """The two figures of every result, and the one with reference marks if wanted, unless no run was finished."""
    from simulator.results.folder import FIGURES, save_figure
    from simulator.results.plots import comparison_figure, difference_figure, marked_panels, marks_figure

    if not len(result.data.data_vars):
        return
    save_figure(comparison_figure(result, lang), folder / FIGURES / "comparison.png")
    if len(result.policies) > 1:
        save_figure(difference_figure(result, lang), folder / FIGURES / "differences.png")
    if marks and marked_panels(result):
        save_figure(marks_figure(result, lang), folder / FIGURES / "marks.png")


def _tell(result: Result, folder: Path, lang: str, json: bool, quiet: bool, comparing: bool) -> None:
    """Tables or JSON on standard output; what went wrong on standard error."""
    from simulator.language.labels import word

    counts = result.manifest["runs"]
    if result.interrupted:
        typer.echo(word("interrupted", lang, done=counts["done"], planned=counts["planned"]) + f": {folder}", err=True)
    for error in result.runs.loc[result.runs["status"] == "failed"].head(5).to_dict("records"):
        typer.echo(
            f"failed: {error['policy']}, replicate {error['replicate']}, seed {error['seed']}: {error['error']}",
            err=True,
        )
    if result.failed:
        typer.echo(word("failed_runs", lang, failed=counts["failed"], planned=counts["planned"]), err=True)
    if json:
        from simulator.results.tabular import to_json

        typer.echo(to_json(result.machine_readable()))
    elif not quiet and len(result.data.data_vars):
        from rich.console import Console

        from simulator.results.printed import print_comparison, print_equal_money, print_summary
        from simulator.results.printed_money import print_money

        console = Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=160)
        print_equal_money(result, console, lang)
        print_summary(result, console, lang)
        if comparing:
            print_money(result, console, lang)
            print_comparison(result, console, lang)
        console.print(f"{folder}", style="dim", soft_wrap=True)


@contextmanager
def reporting(quiet: bool, seconds_between_lines: float = 10.0) -> Iterator[Callable[[Progress], None] | None]:
    """A bar on a terminal, a line now and then elsewhere; warnings in both; nothing goes to standard output."""
    import logging

    from simulator.cli.progress import Bar, Lines

    log = logging.getLogger("sanshe")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.addHandler(handler)
    try:
        if quiet:
            yield None
            return
        with Bar() if sys.stderr.isatty() else Lines(seconds_between_lines) as report:
            yield report
    finally:
        log.removeHandler(handler)
