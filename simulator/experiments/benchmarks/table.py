"""The benchmark's sections, and its table: printed, or as rows for a file."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from math import isnan
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.experiments.benchmarks.figure import Figure
from simulator.experiments.benchmarks.residents import residents
from simulator.experiments.benchmarks.scaling import scaling
from simulator.experiments.benchmarks.small_runs import small_runs
from simulator.experiments.benchmarks.start_up import start_up
from simulator.experiments.benchmarks.sweeps import sweeps
from simulator.experiments.benchmarks.whole_runs import whole_runs
from simulator.experiments.benchmarks.workers import cores, workers
from simulator.language.errors import UnknownName
from simulator.language.labels import word
from simulator.language.vocabulary import Title

SECTIONS: Final[Mapping[str, Callable[[bool], list[Figure]]]] = {
    "residents": residents, "whole-runs": whole_runs, "scaling": scaling, "small-runs": small_runs, "workers": workers,
    "sweeps": sweeps, "start-up": start_up,
}  # fmt: skip
"""By name, in the order of the table; given whether to be quick."""
TITLES: Final[Mapping[str, Title]] = {
    "residents": {"en": "The resident core and its peers", "zh": "居民内核与同类写法"},
    "whole-runs": {"en": "Whole runs", "zh": "完整运行"},
    "scaling": {"en": "How cost grows", "zh": "耗时的增长"},
    "small-runs": {"en": "Small runs", "zh": "小规模运行"},
    "workers": {"en": "A second core", "zh": "第二个核"},
    "sweeps": {"en": "Sweeps", "zh": "扫描"},
    "start-up": {"en": "Start-up", "zh": "启动等待"},
}


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the table, measured."""

    name: str
    figures: Sequence[Figure]


def choose(names: Sequence[str]) -> list[str]:
    """These sections in the order of the table, all if none is named. UnknownName for one that there is not."""
    for name in names:
        if name not in SECTIONS:
            raise UnknownName("section of the benchmark", name, tuple(SECTIONS))
    return [name for name in SECTIONS if name in names or not names]


def measure(names: Sequence[str], quick: bool) -> Iterator[Section]:
    """Measure these sections one after another."""
    for name in names:
        yield Section(name, SECTIONS[name](quick))


def machine() -> dict[str, Any]:
    """What the figures were measured on; a load above 1 says that others were at work."""
    libraries = {name: version(name) for name in ("numpy", "scipy", "simpy", "mesa")}
    load = {"load": round(os.getloadavg()[0], 1)} if hasattr(os, "getloadavg") else {}
    return {"python": platform.python_version(), **libraries, "cores": cores(), **load, "system": platform.platform(terse=True)}


def print_section(section: Section, console: Console, language: str) -> None:
    """One table: what, how much, what was asked and whether it is met; beneath each, what it has to be read beside."""
    table = Table(title=TITLES[section.name][language], title_justify="left", title_style="bold", box=box.SIMPLE_HEAD,
                  pad_edge=False, header_style="bold", expand=True)  # fmt: skip
    table.add_column(word("benchmark_figure", language), ratio=1)
    table.add_column(word("benchmark_measured", language), justify="right", no_wrap=True)
    table.add_column(word("unit", language), max_width=18)
    table.add_column(word("benchmark_goal", language), justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for figure in section.figures:
        note = f"\n{figure.beside[language]}" if figure.beside else ""
        table.add_row(
            Text.assemble(figure.title[language], (note, "dim")), number(figure.value), figure.unit[language], goal(figure),
            _verdict(figure, language),
        )  # fmt: skip
    console.print(table)


def print_close(sections: Sequence[Section], quick: bool, console: Console, language: str) -> None:
    """What was missed, by how much and where it says why; and the machine."""
    judged = [figure for section in sections for figure in section.figures if figure.met is not None]
    missed = [figure for figure in judged if not figure.met]
    if judged:
        console.print(Text(word("benchmark_met", language, met=len(judged) - len(missed), asked=len(judged))))
    for figure in missed:
        console.print(Text(f"  {shortfall(figure, language)}", style="bold red"))
    if missed:
        console.print(Text(word("benchmark_why", language), style="dim"))
    console.print(Text(" · ".join(f"{name} {value}" for name, value in machine().items()), style="dim"))
    if quick:
        console.print(Text(word("benchmark_quick", language), style="dim"))


def shortfall(figure: Figure, language: str) -> str:
    """`Small runs: 7.6 runs per second and core, goal ≥ 15: 49 % off`."""
    assert figure.goal is not None
    return word(
        "benchmark_shortfall", language, title=figure.title[language], value=number(figure.value),
        unit=figure.unit[language], goal=goal(figure), off=f"{figure.goal.missed_by(figure.value):.0%}",
    )  # fmt: skip


def number(value: float) -> str:
    """Three digits that mean something, a dash for what is not known."""
    if isnan(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def goal(figure: Figure) -> str:
    """The bound, as `≥ 120`."""
    if figure.goal is None:
        return ""
    return f"{'≥' if figure.goal.at_least else '≤'} {figure.goal.bound:,g}"


def _verdict(figure: Figure, language: str) -> Text:
    if figure.met is None:
        return Text("")
    name, style = ("benchmark_is_met", "green") if figure.met else ("benchmark_missed", "bold red")
    return Text(word(name, language), style)
