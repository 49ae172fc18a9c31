"""The patterns as one table: printed, or as rows for a file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.documents.scenario import Scenario
from simulator.experiments.patterns.finding import Verdict
from simulator.experiments.patterns.pattern import Finding
from simulator.language.labels import word

STYLES = {Verdict.MET: "green", Verdict.NOT_MET: "bold red", Verdict.OPEN: "yellow", Verdict.NOT_ASKED: "dim"}


def rows(scenarios: Sequence[Scenario], findings: Sequence[Sequence[Finding]], language: str) -> list[dict[str, Any]]:
    """A row for each pattern and district: machine-readable names, numbers, and what is said in this language."""
    return [
        {
            "pattern": finding.pattern.name,
            "title": finding.pattern.title[language],
            "criterion": finding.pattern.criterion[language],
            "district": scenario.district.name,
            "policy": scenario.policies[0].name,
            "number": finding.estimate.number if finding.estimate else math.nan,
            "se": finding.estimate.se if finding.estimate else math.nan,
            "verdict": finding.verdict.value,
            "remark": finding.remark[language] if finding.remark else "",
            "why_not": finding.why_not[language] if finding.why_not else "",
            "definition": finding.pattern.definition[language],
        }
        for of_pattern in zip(*findings, strict=True)
        for scenario, finding in zip(scenarios, of_pattern, strict=True)
    ]


def print_patterns(
    scenarios: Sequence[Scenario], findings: Sequence[Sequence[Finding]], replicates: int, console: Console, language: str
) -> None:
    """One line for each pattern, one column for each district; what else is known stands dim beneath the number."""
    table = Table(title=word("patterns_title", language), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD,
                  pad_edge=False, header_style="bold")  # fmt: skip
    table.add_column(word("pattern", language))
    table.add_column(word("criterion", language), style="dim")
    for scenario in scenarios:
        policy = scenario.policies[0].title[language]
        table.add_column(Text.assemble(scenario.district.title[language], "\n", (policy, "not bold dim")))
    for of_pattern in zip(*findings, strict=True):
        pattern = of_pattern[0].pattern
        table.add_row(pattern.title[language], pattern.criterion[language], *(cell(found, language) for found in of_pattern))
    console.print(table)
    first = scenarios[0]
    notes = [word("patterns_note", language, replicates=replicates, seed=first.seed, scale=f"{first.scale:g}")]
    if first.scale < 1:
        notes.append(word("patterns_not_promised", language))
    console.print(*(Text(note, style="dim") for note in notes), sep="\n")


def cell(finding: Finding, language: str) -> Text:
    """`2.38 ± 0.05 met`, and beneath it the remark, or why it is not asked."""
    parts: list[tuple[str, str]] = []
    if finding.estimate is not None:
        parts.append((_number(finding.estimate.number, finding.pattern.places), ""))
        if math.isfinite(finding.estimate.se):
            parts.append((f" ± {_number(finding.estimate.se, finding.pattern.places)}", "dim"))
        parts.append(("  ", ""))
    parts.append((word(f"pattern_{finding.verdict.value}", language), STYLES[finding.verdict]))
    parts += [(f"\n{note[language]}", "dim") for note in (finding.remark, finding.why_not) if note]
    return Text.assemble(*parts)


def _number(value: float, places: int) -> str:
    return "–" if math.isnan(value) else f"{value:,.{places}f}".replace("-", "−")
