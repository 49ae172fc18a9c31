"""Figures: how each policy went, how it differs from the baseline, and both for any measure.

Each returns a matplotlib Figure and shows nothing; `folder.save_figure` writes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from rich.cells import cell_len

from simulator.language.errors import UnknownName, UserError
from simulator.language.labels import Measure, measure, word
from simulator.results.finding import finding, footnote, scenario_title, title_of
from simulator.results.marks import draw_marks, marks_of
from simulator.results.series import difference, trajectory
from simulator.results.style import GREY, INK, Pen, drawing, dress, pens, spread, tick

if TYPE_CHECKING:
    from simulator.results.result import Result

PANELS = (
    "registered_count",
    "filed_count",
    "active_density",
    "participation_rate",
    "unfamiliar_share",
    "spending_total_yuan",
)
MARKED_PANELS = ("registered_density", "organizations_per_community")
"""The companion of the six panels: measures of which other places' figures are known."""
WIDTH, DPI = 16.0, 100  # 1,600 pixels
LEGEND_LINE, LEGEND_HANDLE, LEGEND_CELL = 0.27, 0.75, 0.088
"""Inches: a line of the legend, a handle with the space after its title, one character of a title (Chinese ones are two)."""
FOOTNOTE_LINE = 0.21
"""Inches."""
TITLE_SIZE, LEAST_TITLE_SIZE = 16.0, 8.0
"""Points; a title that is too long for one line, as a user's own titles can make it, is written smaller."""
_LEAST_MEDIAN_OF_MILLIONS = 1e6


def comparison_figure(result: Result, language: str = "en", baseline: str | None = None) -> Figure:
    """Six panels: each policy's median and 5–95 % band, the baseline in grey; the title is the finding."""
    baseline = _baseline(result, baseline)
    with drawing():
        figure, grid = _sheet(
            result, language, 2, 3, finding(result, baseline, language), ("bands",), result.policies, baseline
        )
        for axes, name in zip(grid, _present(result), strict=False):
            _draw_trajectories(axes, result, measure(name), language, baseline)
    return figure


def difference_figure(result: Result, language: str = "en", baseline: str | None = None) -> Figure:
    """The same panels as paired differences to the baseline: mean, 95 % interval, and spread of single pairs."""
    baseline = _baseline(result, baseline)
    others = [policy for policy in result.policies if policy != baseline]
    with drawing():
        title = word("differences_title", language, baseline=title_of(result, baseline, language))
        figure, grid = _sheet(result, language, 2, 3, title, ("bands_of_differences",), others, baseline)
        for axes, name in zip(grid, _present(result), strict=False):
            one = measure(name)
            _draw_differences(axes, result, one, language, baseline, one.title[language])
    return figure


def marks_figure(result: Result, language: str = "en", baseline: str | None = None) -> Figure:
    """Densities of each policy beside the reference marks; UserError if the result has none of these measures."""
    baseline = _baseline(result, baseline)
    names = marked_panels(result)
    if not names:
        raise UserError(f"this result has no measure that reference marks are known of: {', '.join(MARKED_PANELS)}")
    with drawing():
        caveats = [mark.warned(language) for mark in marks_of(names)]
        title = word("marks_title", language)
        figure, grid = _sheet(
            result, language, 1, len(names), title, ("bands",), result.policies, baseline, caveats, row_height=5.0
        )
        for axes, name in zip(grid, names, strict=True):
            _draw_trajectories(axes, result, measure(name), language, baseline, marks=True)
    return figure


def marked_panels(result: Result) -> list[str]:
    """The measures of the figure with reference marks that the result has."""
    return [name for name in MARKED_PANELS if name in result.data.data_vars]


def plot_measures(
    result: Result, measures: Sequence[str], language: str = "en", baseline: str | None = None, marks: bool = False
) -> Figure:
    """One row per measure: its course, with reference marks if wanted, and beside it the paired difference to the baseline."""
    baseline = _baseline(result, baseline)
    if not measures:
        raise UserError("name at least one measure to plot; `sanshe list measures` has them all")
    chosen = [measure(name) for name in dict.fromkeys(measures)]
    for one in chosen:
        trajectory(result.data, one.name, baseline)  # refuses what this result cannot plot before anything is drawn
    with drawing():
        title = scenario_title(result, language)
        caveats = [mark.warned(language) for mark in marks_of(one.name for one in chosen)] if marks else []
        alone = len(result.policies) == 1  # nothing to differ from
        notes, columns = ("bands",) if alone else ("bands", "bands_of_differences"), 1 if alone else 2
        figure, grid = _sheet(result, language, len(chosen), columns, title, notes, result.policies, baseline, caveats)
        for row, one in enumerate(chosen):
            _draw_trajectories(grid[columns * row], result, one, language, baseline, marks)
            if alone:
                continue
            title = word("difference_to", language, baseline=title_of(result, baseline, language))
            _draw_differences(grid[2 * row + 1], result, one, language, baseline, title)
    return figure


def _baseline(result: Result, baseline: str | None) -> str:
    if baseline is not None and baseline not in result.policies:
        raise UnknownName("policy of this result", baseline, result.policies)
    return baseline or result.baseline


def _present(result: Result) -> list[str]:
    """The panels' measures that the result has."""
    return [name for name in PANELS if name in result.data.data_vars]


def _sheet(
    result: Result,
    language: str,
    rows: int,
    columns: int,
    title: str,
    notes: Sequence[str],
    policies: Sequence[str],
    baseline: str,
    caveats: Sequence[str] = (),
    row_height: float = 3.5,
) -> tuple[Figure, list[Axes]]:
    """An empty figure with its title, legend and footnote, and its panels row by row. Heights are in inches."""
    titles = [title_of(result, policy, language) for policy in policies]
    abreast = legend_columns(titles)
    further = LEGEND_LINE * (-(-len(titles) // abreast) - 1)
    top, bottom = 1.55 + further, 1.05 + FOOTNOTE_LINE * len(caveats)
    height = top + bottom + row_height * rows
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
    heading = figure.text(0.012, 1 - 0.38 / height, title, fontsize=TITLE_SIZE, color=INK, va="center")
    size = TITLE_SIZE
    while heading.get_window_extent().x1 > 0.988 * figure.bbox.width and size > LEAST_TITLE_SIZE:
        size -= 0.5  # by trial: a width is not quite in proportion to its size
        heading.set_fontsize(size)
    scenario = scenario_title(result, language)
    if scenario != title:
        figure.text(0.012, 1 - 0.74 / height, scenario, fontsize=11.5, color=GREY, va="center")
    drawn = pens(result.policies, baseline)
    figure.legend(
        handles=[_handle(drawn[policy], label) for policy, label in zip(policies, titles, strict=True)],
        loc="center left", bbox_to_anchor=(0.006, 1 - (1.1 + further / 2) / height), ncols=abreast, frameon=False,
        fontsize=11.5, handlelength=2.6, columnspacing=2.2,
    )  # fmt: skip
    below = "\n".join([*(word(note, language) for note in notes), *caveats, footnote(result, language)])
    figure.text(0.012, 0.15 / height, below, fontsize=10, color=GREY, va="bottom", linespacing=1.5)
    grid = figure.subplots(rows, columns, squeeze=False)
    figure.subplots_adjust(
        left=0.045, right=0.945, top=1 - (top + 0.35) / height, bottom=(bottom + 0.15) / height, wspace=0.3, hspace=0.45
    )
    for axes in grid.flat:
        axes.set_visible(False)
    return figure, list(grid.flat)


def legend_columns(titles: Sequence[str]) -> int:
    """How many titles stand side by side above a figure: all if they fit, else as many as the widest allows."""
    widths = [LEGEND_HANDLE + LEGEND_CELL * cell_len(title) for title in titles]
    if sum(widths) <= WIDTH or not widths:
        return max(len(titles), 1)
    return max(int(WIDTH / max(widths)), 1)


def _handle(pen: Pen, label: str) -> Line2D:
    return Line2D([], [], color=pen.colour, linestyle=pen.dash, linewidth=2.4, label=label)


def _draw_trajectories(
    axes: Axes, result: Result, one: Measure, language: str, baseline: str, marks: bool = False
) -> None:
    axes.set_visible(True)
    drawn = pens(result.policies, baseline)
    series = {policy: trajectory(result.data, one.name, policy) for policy in result.policies}
    ends = np.array([abs(found.median[-1]) for found in series.values()])
    millions = one.unit["en"] == "yuan" and bool(np.nanmax(np.nan_to_num(ends)) >= _LEAST_MEDIAN_OF_MILLIONS)
    for policy, found in series.items():
        pen = drawn[policy]
        axes.fill_between(found.dates, found.low, found.high, color=pen.colour, alpha=0.16, linewidth=0)
        axes.plot(found.dates, found.median, color=pen.colour, linestyle=pen.dash, linewidth=2.0)
    if marks:
        draw_marks(axes, one.name, language)
    months = len(result.data["month"]) - 1
    dress(axes, one, language, one.title[language], months, millions, signed=False)
    _label_ends(axes, [(drawn[p], float(s.median[-1])) for p, s in series.items()], one, millions, signed=False)


def _draw_differences(axes: Axes, result: Result, one: Measure, language: str, baseline: str, title: str) -> None:
    axes.set_visible(True)
    drawn = pens(result.policies, baseline)
    series = {p: difference(result.data, one.name, p, baseline) for p in result.policies if p != baseline}
    ends = np.array([abs(found.mean[-1]) for found in series.values()] or [0.0])
    millions = one.unit["en"] == "yuan" and bool(np.nanmax(np.nan_to_num(ends)) >= _LEAST_MEDIAN_OF_MILLIONS)
    axes.axhline(0, color=GREY, linewidth=1.4)
    for policy, found in series.items():
        pen: Any = drawn[policy]
        axes.fill_between(found.dates, found.spread_low, found.spread_high, color=pen.colour, alpha=0.12, linewidth=0)
        axes.fill_between(found.dates, found.low, found.high, color=pen.colour, alpha=0.32, linewidth=0)
        axes.plot(found.dates, found.mean, color=pen.colour, linestyle=pen.dash, linewidth=2.0)
    months = len(result.data["month"]) - 1
    dress(axes, one, language, title, months, millions, signed=True)
    _label_ends(axes, [(drawn[p], float(s.mean[-1])) for p, s in series.items()], one, millions, signed=True)


def _label_ends(axes: Axes, ends: Sequence[tuple[Pen, float]], one: Measure, millions: bool, signed: bool) -> None:
    """The last value of each line, right of the panel, moved apart where they would lie on one another."""
    ends = [(pen, value) for pen, value in ends if not np.isnan(value)]
    if not ends:
        return
    low, high = axes.get_ylim()
    heights = spread([(value - low) / (high - low) for _, value in ends], gap=0.075, low=0.0, high=1.0)
    for (pen, value), height in zip(ends, heights, strict=True):
        axes.annotate(
            _end(value, one, millions, signed),
            (1.015, height),
            xycoords="axes fraction",
            color=pen.colour,
            fontsize=10.5,
            va="center",
        )


def _end(value: float, one: Measure, millions: bool, signed: bool) -> str:
    """A value at a line's end: as in tables, except yuan in millions."""
    if millions:
        return tick(round(value, -4), one, millions, signed)
    text = one.show_difference(value).removesuffix(" pp") if signed else one.show(value)  # the unit stands above
    return text.replace("-", "−")
