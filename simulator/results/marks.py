"""Reference marks: published figures of other places, drawn as quiet lines and bands beside the curves.

They are for orientation. What lies far from the curves is named at the panel's edge instead of flattening them: the axis is
stretched to a mark only while the curves keep at least 1 / REACH of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from ruamel.yaml import YAML

from simulator.language.errors import ModelError
from simulator.language.labels import LANGUAGES, MEASURES, word
from simulator.language.vocabulary import Title
from simulator.results.style import spread, tick

REACH: Final = 2.5
"""How many times their own height the curves' panel may be stretched to show a mark."""
QUIET: Final = "#6b5b4b"
LEFT: Final = 0.012
"""Where names begin, of a panel's width."""
LINE_HEIGHT: Final = 0.07
"""Of a panel: what a name at its edge takes."""
_FILE = Path(__file__).with_name("marks.yaml")


@dataclass(frozen=True, slots=True)
class Mark:
    """One published figure: a line if `low` and `high` are the same, else a band."""

    name: str
    measure: str
    low: float
    high: float
    date: str
    label: Title
    source: str
    caveat: Title
    at_least: bool

    def said(self, language: str) -> str:
        """`Jing'an, Shanghai, 2016-01: 15`."""
        value = "≥" * self.at_least + _number(self.low, self)
        if self.low < self.high:
            value += f"–{_number(self.high, self)}"
        return word("mark", language, label=self.label[language], date=self.date, value=value)

    def warned(self, language: str) -> str:
        """The mark with its source and its caveat, as in a footnote."""
        source = self.source.partition(",")[0]
        return word("mark_caveat", language, mark=self.said(language), source=source, caveat=self.caveat[language])


def _number(value: float, mark: Mark) -> str:
    return tick(value, MEASURES[mark.measure], millions=False, signed=False)


def _read() -> dict[str, Mark]:
    """The marks of `marks.yaml`; ModelError for one without a measure, a text, or one of value and range."""
    document: Mapping[str, Any] = YAML(typ="safe", pure=True).load(_FILE.read_text(encoding="utf-8"))
    found = {}
    for name, entry in document["marks"].items():
        whole = set(entry["label"]) == set(entry["caveat"]) == set(LANGUAGES) and entry["measure"] in MEASURES
        if not whole or ("value" in entry) == ("range" in entry):
            raise ModelError(f"{_FILE.name}: {name} must name a measure, a value or a range, and texts in {LANGUAGES}")
        low, high = entry["range"] if "range" in entry else (entry["value"], entry["value"])
        found[name] = Mark(name, entry["measure"], float(low), float(high), str(entry["date"]), entry["label"],
                           str(entry["source"]), entry["caveat"], bool(entry.get("at_least", False)))  # fmt: skip
    return found


MARKS: Final[Mapping[str, Mark]] = MappingProxyType(_read())
"""Every mark by name."""


def marks_of(measures: Iterable[str]) -> list[Mark]:
    """The marks of these measures, lowest first."""
    wanted = set(measures)
    return sorted((mark for mark in MARKS.values() if mark.measure in wanted), key=lambda mark: mark.low)


def draw_marks(axes: Axes, measure: str, language: str) -> None:
    """Draw a measure's marks into its panel, whose curves are drawn already; names of those out of reach at its edge."""
    marks = marks_of([measure])
    low, high = axes.get_ylim()
    top, bottom = low + REACH * (high - low), high - REACH * (high - low)
    above = [mark for mark in marks if mark.low > top]
    below = [mark for mark in marks if mark.high < bottom]
    within = [mark for mark in marks if mark not in above and mark not in below]
    for mark in within:
        low, high = min(low, max(mark.low, bottom)), max(high, min(mark.high, top))
    lines = [mark.low == mark.high for mark in within]  # a line's name stands above it, a band's in it
    rows_above, rows_below = len(above) + any(lines), len(below) + 0.5 * bool(within)
    row = (high - low) * LINE_HEIGHT / (1 - LINE_HEIGHT * (rows_above + rows_below))
    axes.set_ylim(low - row * rows_below, high + row * rows_above)
    low, high = axes.get_ylim()
    shown = [(max(mark.low, low) + min(mark.high, high)) / 2 for mark in within]
    wanted = [(value - low) / (high - low) + 0.6 * LINE_HEIGHT * line for value, line in zip(shown, lines, strict=True)]
    free = LINE_HEIGHT * (len(below) + 0.5), 1 - LINE_HEIGHT * (len(above) + 0.5)
    for mark, value, height in zip(within, shown, spread(wanted, LINE_HEIGHT, *free), strict=True):
        _draw(axes, mark)
        _name(axes, height, mark.said(language), _far_at_left(axes, value), opaque=mark.low == mark.high)
    for place, mark in enumerate(reversed(above)):
        _name(axes, 1 - LINE_HEIGHT * (place + 0.5), f"↑ {mark.said(language)}")
    for place, mark in enumerate(below):
        _name(axes, LINE_HEIGHT * (place + 0.5), f"↓ {mark.said(language)}")


def _draw(axes: Axes, mark: Mark) -> None:
    """A dotted line, or a band."""
    if mark.low < mark.high:
        axes.axhspan(mark.low, mark.high, facecolor=QUIET, alpha=0.13, linewidth=0, zorder=0.5)
    else:
        axes.axhline(mark.low, color=QUIET, linewidth=1.1, linestyle=(0, (1.5, 2.5)), zorder=0.6)


def _far_at_left(axes: Axes, value: float) -> bool:
    """Are the curves farther from this value at their first months than at their last?"""
    curves = [np.asarray(line.get_ydata(), np.float64) for line in axes.lines]
    gaps = np.array([np.abs(curve[[0, -1]] - value) for curve in curves if curve.size > 2])
    if not np.isfinite(gaps).any(axis=0).all():
        return True
    first, last = np.nanmin(gaps, axis=0)
    return bool(first >= last)


def _name(axes: Axes, height: float, text: str, at_left: bool = True, opaque: bool = True) -> None:
    """A mark's name at a height of the panel, in front of the curves."""
    axes.text(
        LEFT if at_left else 1 - LEFT, height, text, transform=axes.transAxes, fontsize=9.5, color=QUIET, zorder=4,
        ha="left" if at_left else "right", va="center",
        bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 1.0} if opaque else None,
    )  # fmt: skip
