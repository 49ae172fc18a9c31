"""The tables that a command prints: what each policy reached, and what it changes."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from simulator.language.labels import MEASURES, Measure, word
from simulator.results.finding import footnote, title_of

if TYPE_CHECKING:
    import pandas as pd

    from simulator.results.result import Result

HEADLINES = (
    "spending_total_yuan", "spending_per_resident_yuan", "registered_count", "filed_count", "active_count",
    "registered_density", "active_density", "registered_growth", "participation_rate", "participation_reported",
    "volunteer_rate", "unfamiliar_share", "service_coverage", "satisfaction", "yuan_per_added_active_organization",
    "yuan_per_added_participant",
)  # fmt: skip
"""What is printed, money first; everything else stands in summary.csv and comparison.csv."""
IN_MILLIONS = frozenset({"spending_total_yuan"})
WIDE = 128
"""Columns from which on a value and its interval stand on one line."""
BESIDE, A_COLUMN, A_NARROW_COLUMN = 44, 28, 18
"""Characters of a measure with its unit, of a policy's column with intervals beside the values, and with them beneath."""

Row = Mapping[Hashable, Any]


MOST_NOTES = 3
"""How many of the model's notes are printed; the manifest has them all."""


def print_equal_money(result: Result, console: Console, language: str) -> None:
    """What was done to each policy's budget lines, if budgets were made equal."""
    equal = result.manifest.get("equal_money")
    if not equal:
        return
    total, months = _millions(equal["total_yuan"]), result.manifest["scenario"]["months"]
    said = [word("equal_money", language, asked=equal["asked"], total=total, months=months)]
    for policy in result.policies:
        one, title = equal["policies"][policy], title_of(result, policy, language)
        if one["factor"] is None:
            said.append("  " + word("equal_nothing", language, policy=title))
            continue
        money = {"before": _millions(one["before_yuan"]), "after": _millions(one["after_yuan"])}
        said.append("  " + word("equal_factor", language, policy=title, factor=f"{one['factor']:.3g}", **money))
    console.print(*(Text(line) for line in said), "", sep="\n")


def _millions(yuan: float) -> str:
    return format(yuan / 1e6, ",.2f")


def print_summary(result: Result, console: Console, language: str) -> None:
    """Each policy at the horizon: median and 5–95 % of replicates."""
    last = len(result.data["month"]) - 1
    title = word("at_horizon", language, date=_horizon(result), months=last)
    rows = _rows(result.summary())
    for policies in _abreast(result.policies, console.width):
        table = _table(result, policies, title, language)
        for measure in _printed(result):
            cells = [_value(measure, rows[policy, measure.name], console.width >= WIDE) for policy in policies]
            table.add_row(_name(measure, language, result), _unit(measure, language), *cells)
        console.print(table)
    console.print(*_notes(result, language), sep="\n")


def print_comparison(result: Result, console: Console, language: str) -> None:
    """Each policy against the first: mean paired difference, its interval, and the chance of being better."""
    others = [policy for policy in result.policies if policy != result.baseline]
    if not others:
        return
    rows = _rows(result.compare())
    title = word("against", language, baseline=title_of(result, result.baseline, language))
    for policies in _abreast(others, console.width):
        table = _table(result, policies, title, language)
        for measure in _printed(result):
            cells = [_difference(measure, rows[policy, measure.name], console.width >= WIDE) for policy in policies]
            table.add_row(_name(measure, language, result), _unit(measure, language, signed=True), *cells)
        console.print(table)
    console.print(Text(word("contains", language), style="dim"))


def _abreast(policies: list[str], width: int) -> list[list[str]]:
    """As many policies side by side as a console of this width can show whole, in tables of about the same size."""
    most = max((width - BESIDE) // (A_COLUMN if width >= WIDE else A_NARROW_COLUMN), 1)
    tables = -(-len(policies) // most)
    each = -(-len(policies) // tables)
    return [policies[first : first + each] for first in range(0, len(policies), each)]


def _printed(result: Result) -> list[Measure]:
    """The headlines that this result can give."""
    known = {str(name) for name in result.summary()["measure"]}
    return [MEASURES[name] for name in HEADLINES if name in known]


def _rows(frame: pd.DataFrame) -> dict[tuple[str, str], Row]:
    return {(row["policy"], row["measure"]): row for row in frame.to_dict("records")}


def _horizon(result: Result) -> str:
    return str(result.data["date"].to_numpy()[-1].astype("datetime64[M]"))


def _table(result: Result, policies: list[str], title: str, language: str) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold"
    )
    table.add_column(word("measure", language))
    table.add_column(word("unit", language), style="dim")
    for policy in policies:
        table.add_column(title_of(result, policy, language), justify="right")
    return table


def _name(measure: Measure, language: str, result: Result) -> str:
    mark = "*" if not measure.scaled and result.manifest["scale"] < 1 else ""
    return measure.title[language] + mark


def _unit(measure: Measure, language: str, signed: bool = False) -> str:
    if measure.name in IN_MILLIONS:
        return word("million_yuan", language)
    return word("points", language) if signed and measure.is_share else measure.unit[language]


def _value(measure: Measure, row: Row, wide: bool) -> Group | Text:
    """`3,419 [3,362–3,461]`; a dash where there is none."""
    middle, low, high = (_show(measure, float(row[name])) for name in ("median", "low", "high"))
    return _cell(middle, "" if math.isnan(float(row["low"])) else f"[{low}–{high}]", wide)


def _difference(measure: Measure, row: Row, wide: bool) -> Group | Text:
    """`+720 [+715, +724] 1.00`: bright if the interval leaves 0 out, dim if not."""
    middle, low, high = (_show(measure, float(row[name]), signed=True) for name in ("diff", "low", "high"))
    chance = "" if math.isnan(float(row["p_better"])) else f" {float(row['p_better']):.2f}"
    interval = "" if math.isnan(float(row["low"])) else f"[{low}, {high}]"
    apart = bool(float(row["low"]) > 0 or float(row["high"]) < 0)
    return _cell(middle, interval + chance, wide, "bold" if apart else "dim")


def _cell(middle: str, rest: str, wide: bool, style: str = "") -> Group | Text:
    if wide or not rest:
        return Text.assemble((middle, style), (f" {rest}" if rest else "", "dim"))
    return Group(Text(middle, style=style), Text(rest, style="dim"))


def _show(measure: Measure, value: float, signed: bool = False) -> str:
    if math.isnan(value):
        return "–"
    if measure.name in IN_MILLIONS:
        return format(value * 1e-6, "+,.2f" if signed else ",.2f").replace("-", "−")
    text = measure.show_difference(value).removesuffix(" pp") if signed else measure.show(value)
    return text.replace("-", "−")


def _notes(result: Result, language: str) -> list[Text]:
    notes = [footnote(result, language)]
    if result.manifest["scale"] < 1 and not all(measure.scaled for measure in _printed(result)):
        notes.append(word("not_promised", language))
    unbalanced = {note for facts in result.manifest["facts"].values() for note in facts.get("notes", ())}
    if unbalanced:
        notes.append(word("unbalanced", language, notes="; ".join(sorted(unbalanced)[:MOST_NOTES])))
    return [Text(note, style="dim") for note in notes]
