"""Two pictures of importance: bars of the indices, and the measure itself where each number is lowest and highest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simulator.documents.wording import plain
from simulator.language.calendar import Month
from simulator.language.labels import word
from simulator.results.style import COLOURS, FAINT, GREY, INK, drawing, family, tick

if TYPE_CHECKING:
    from simulator.experiments.sensitivity.finding import Sensitivity

WIDTH, ROW, FRAME, DPI = 11.0, 0.62, 2.6, 120
"""Inches: of the figure, of a number's row, of all above and below the rows; and dots an inch."""
Z = 1.96
MILLION = 1e6


def bars(found: Sensitivity, language: str = "en") -> Figure:
    """The main index of each number with its interval, the most important on top; what nothing would show as a line."""
    table = found.table
    title = "sensitivity_title" if found.leader else "sensitivity_title_open"
    with drawing():
        figure, axes = _sheet(found, language, word(title, language, **_words(found, language)))
        rows = np.arange(len(table))
        axes.barh(rows, table[found.main].clip(lower=0), height=0.52, color=COLOURS[0], alpha=0.30)
        _whiskers(axes, rows, table, found.main, COLOURS[0], filled=True)
        if "first" in table:
            _whiskers(axes, rows + 0.2, table, "first", COLOURS[1], filled=False)
        if found.nothing > 0:
            axes.axvline(found.nothing, color=GREY, linewidth=1.2, linestyle=(0, (4, 3)))
            low, high = axes.get_xlim()
            is_right = found.nothing > (low + high) / 2  # the words stand on the side where there is room for them
            axes.annotate(
                word("index_nothing", language), (found.nothing, 1), xycoords=("data", "axes fraction"),
                xytext=(-5 if is_right else 5, 4), ha="right" if is_right else "left", textcoords="offset points", fontsize=9.5,
                color=GREY,
            )  # fmt: skip
        axes.axvline(0, color=GREY, linewidth=0.8)
        shown_as_share = found.main == "mu_star" and found.measure.is_share
        unit = word("points", language) if shown_as_share else found.measure.unit[language]
        _dress(axes, found, word(f"index_{found.main}", language, unit=unit), _numbers_at(found, table))
        if shown_as_share:
            axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 100:.6g}"))
    return figure


def tornado(found: Sensitivity, language: str = "en") -> Figure:
    """The measure's mean where each number lies in the lowest and the highest fifth of its range, the widest on top."""
    width = (found.table["at_high"] - found.table["at_low"]).abs()
    table = found.table.loc[width.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)
    title = "tornado_title" if found.leader == table["number"][0] else "tornado_title_open"
    with drawing():
        figure, axes = _sheet(found, language, word(title, language, **_words(found, language)))
        rows, mean = np.arange(len(table)), float(found.taken.sample.y.mean())
        axes.axvline(mean, color=GREY, linewidth=1.2)
        axes.hlines(rows, table["at_low"], table["at_high"], color=FAINT, linewidth=9, zorder=1)
        for key, colour in (("low", COLOURS[1]), ("high", COLOURS[0])):
            axes.errorbar(
                table[f"at_{key}"], rows, xerr=Z * table[f"at_{key}_se"], fmt="o", color=colour, markersize=8, capsize=4,
                linewidth=1.6, label=word(f"tornado_{key}", language),
            )  # fmt: skip
        millions = abs(mean) >= MILLION
        unit = word("million_yuan", language) if millions else found.measure.unit[language]
        _dress(axes, found, f"{found.measure.title[language]} · {unit}", _numbers_at(found, table))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value, found.measure, millions, False)))
        axes.legend(loc="upper left", bbox_to_anchor=(0, 1.0), ncols=2, frameon=False, fontsize=10, borderaxespad=0,
                    bbox_transform=axes.transAxes).set_in_layout(False)  # fmt: skip
        axes.set_ylim(len(table) - 0.4, -1.0)
        _note(figure, word("tornado_note", language), 0.44)
    return figure


def _sheet(found: Sensitivity, language: str, title: str) -> tuple[Figure, Axes]:
    """A page with a title, room for one row a number, and what the sample is at its foot."""
    height = FRAME + ROW * len(found.table)
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
    axes = figure.add_axes((0.30, 1.25 / height, 0.66, 1 - 2.0 / height))
    figure.text(0.02, 1 - 0.32 / height, title, fontsize=14, color=INK, va="center")
    manifest = found.sweep.manifest
    told = word("sensitivity_footnote", language, district=manifest["scenario"]["district"]["title"][language],
                design=manifest["design"]["method"], points=found.taken.points, replicates=found.taken.replicates,
                seed=manifest["seed"], scale=manifest["scale"])  # fmt: skip
    second = "sensitivity_equal" if manifest["equal_budget"] else "sensitivity_priors"
    _note(figure, told + " · " + word(second, language), 0.18)
    return figure, axes


def _note(figure: Figure, text: str, inches: float) -> None:
    """A line at the foot, that many inches above the lower edge."""
    figure.text(0.02, inches / figure.get_figheight(), text, fontsize=8.5, color=GREY, va="center")


def _whiskers(axes: Axes, rows: np.ndarray, table: pd.DataFrame, name: str, colour: str, filled: bool) -> None:
    low, high = table[name] - table[f"{name}_low"], table[f"{name}_high"] - table[name]
    axes.errorbar(table[name], rows, xerr=np.array([low.clip(lower=0), high.clip(lower=0)]), fmt="o", color=colour, capsize=4,
                  markersize=7, linewidth=1.6, markerfacecolor=colour if filled else "white")  # fmt: skip


def _dress(axes: Axes, found: Sensitivity, label: str, names: list[str]) -> None:
    axes.set_yticks(range(len(names)), names, fontsize=10.5)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlabel(label, fontsize=10.5, color=INK)
    axes.xaxis.set_major_locator(MaxNLocator(7))
    axes.tick_params(colors=INK, length=3, labelfontfamily=family())
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=FAINT, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(GREY)


def _numbers_at(found: Sensitivity, table: pd.DataFrame) -> list[str]:
    """Each number with its range and unit below its name."""
    frame, vary = found.sweep.points(), {entry["name"]: entry for entry in found.sweep.manifest["vary"]}
    told = []
    for name, unit in zip(table["number"], table["unit"], strict=True):
        low = frame[name].min() if vary[name]["low"] is None else vary[name]["low"]
        high = frame[name].max() if vary[name]["high"] is None else vary[name]["high"]
        told.append(f"{_plain_name(name)}\n{_short(low)} – {_short(high)} {unit}")
    return told


def _plain_name(name: str) -> str:
    """A path without its policy: the rest says what it is."""
    steps = name.removesuffix(".value").split(".")
    return (".".join(steps[-2:]) if len(steps) > 2 else name).replace("$", r"\$")  # matplotlib reads $ as mathematics


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else plain(float(f"{value:.3g}"))


def _words(found: Sensitivity, language: str) -> dict[str, str]:
    manifest = found.sweep.manifest
    title = next(entry["title"] for entry in manifest["policies"] if entry["name"] == found.policy)
    date = Month.parse(manifest["scenario"]["start"]) + found.month
    return {"measure": found.measure.title[language], "policy": title[language], "date": str(date),
            "first": _plain_name(found.table["number"][0])}  # fmt: skip
