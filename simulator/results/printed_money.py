"""The table of money: by policy, where it went and what it bought, the largest lines first."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.language.labels import word
from simulator.results.finding import title_of
from simulator.results.money import line_title

if TYPE_CHECKING:
    from simulator.results.result import Result

MOST_LINES: Final = 8
"""Lines printed of each policy; the rest is summed in one."""
WIDEST_TITLE: Final = 35
NARROWEST_TITLE, UNIT, FIGURES_WIDTH = 14, 10, 64
"""Characters: of a line's name and of a unit at least, and of all that stands beside a name."""
NARROW: Final = 100
"""Columns below which units give way too."""
WIDE: Final = 128
"""Columns from which on the second unit of what was bought is printed too."""


def print_money(result: Result, console: Console, language: str) -> None:
    """A block of lines for each policy that budgeted or spent something; nothing where no run tells of lines."""
    rows = [row for row in result.money(language).to_dict("records") if row["budgeted_yuan"] > 0 or row["spent_yuan"] > 0]
    if not rows:
        return
    table = Table(
        title=word("money_went", language), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False,
        header_style="bold",
    )  # fmt: skip
    # names give way where a console is narrow, figures never
    room = max(min(console.width - FIGURES_WIDTH, WIDEST_TITLE if console.width < WIDE else 2 * WIDEST_TITLE), NARROWEST_TITLE)
    table.add_column(word("line", language), max_width=room, no_wrap=True, overflow="ellipsis")
    for name in ("budgeted", "spent", "bought"):
        table.add_column(word(name, language), justify="right", no_wrap=True)
    narrow = console.width < NARROW
    table.add_column("", no_wrap=True, overflow="ellipsis", max_width=UNIT if narrow else None)
    table.add_column(word("yuan_per_unit", language), justify="right", no_wrap=True)
    for policy in result.policies:
        own = sorted((row for row in rows if row["policy"] == policy), key=_size, reverse=True)
        if own:
            _block(table, result, policy, own, language, console.width >= WIDE)
    console.print(table)


def _size(row: dict[Any, Any]) -> tuple[float, float]:
    return float(row["spent_yuan"]), float(row["budgeted_yuan"])


def _block(table: Table, result: Result, policy: str, rows: list[dict[Any, Any]], language: str, wide: bool) -> None:
    """A policy's head with its sums, then its lines."""
    table.add_row(Text(title_of(result, policy, language), style="bold"), *(Text(cell, style="bold") for cell in _sums(rows)))
    lines = Counter(row["instrument"] for row in rows)
    shown = rows if len(rows) <= MOST_LINES + 1 else rows[:MOST_LINES]
    for row in shown:
        title = line_title(row["line"], result.manifest, language, lines[row["instrument"]] > 1)
        bought, price = _amount(row["bought"]), _amount(row["yuan_per_unit"])
        table.add_row(f"  {title}", *_sums([row]), bought, _units(row, language, wide), price)
    rest = rows[len(shown) :]
    if rest:
        table.add_row(Text("  " + word("further_lines", language, number=len(rest)), style="dim"), *_sums(rest))
    table.add_section()


def _sums(rows: list[dict[Any, Any]]) -> list[str]:
    return [format(sum(row[key] for row in rows) / 1e6, ",.2f") for key in ("budgeted_yuan", "spent_yuan")]


def _units(row: dict[Any, Any], language: str, wide: bool) -> str:
    """`contracts`, or where there is room `contracts (1,204 contract-months)`."""
    if not (wide and row["also_unit"]):
        return str(row["unit"])
    return word("also_bought", language, unit=row["unit"], number=_amount(row["also_bought"]), also=row["also_unit"])


def _amount(value: float) -> str:
    """Whole from ten on; a dash for nothing."""
    return "–" if math.isnan(value) or value == 0 else format(value, ",.0f" if value >= 10 else ",.1f")
