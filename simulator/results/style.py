"""How figures look: one font, colours that colour-blind readers can tell apart, the baseline in grey."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from matplotlib import font_manager, rc_context
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, DateFormatter, YearLocator
from matplotlib.ticker import FuncFormatter

import simulator.fonts
from simulator.language.labels import Measure, word

FONT = Path(simulator.fonts.__file__).with_name("SansheSansSC-Regular.otf")
GREY, INK, FAINT = "#7f7f7f", "#222222", "#d9d9d9"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C6D1F")
"""The palette of Okabe and Ito (2008), darkest first, without its black and its yellow, which is lost on white."""
Dash = Literal["-"] | tuple[float, tuple[float, ...]]
DASHES: Final[tuple[Dash, ...]] = (
    "-",
    (0, (5, 1.5)),
    (0, (1.2, 1.2)),
    (0, (6, 1.5, 1.2, 1.5)),
    "-",
    (0, (5, 1.5)),
    (0, (1.2, 1.2)),
)


@dataclass(frozen=True, slots=True)
class Pen:
    """How a policy is drawn, the same in every panel and figure."""

    colour: str
    dash: Dash


def pens(policies: Sequence[str], baseline: str) -> dict[str, Pen]:
    """A pen for each policy: the baseline grey, the others in the palette's order, told apart by their dashes too."""
    others = [policy for policy in policies if policy != baseline]
    found = {policy: Pen(COLOURS[i % len(COLOURS)], DASHES[i % len(DASHES)]) for i, policy in enumerate(others)}
    return {policy: found.get(policy, Pen(GREY, "-")) for policy in policies}


@cache
def family() -> str:
    """The shipped font's family, made known to matplotlib."""
    font_manager.fontManager.addfont(str(FONT))
    return font_manager.FontProperties(fname=str(FONT)).get_name()


@contextmanager
def drawing() -> Iterator[None]:
    """Within it, texts are made in the shipped font, whatever the reader's own settings."""
    with rc_context({"font.family": [family(), "DejaVu Sans"], "axes.unicode_minus": True, "text.usetex": False}):
        yield


def dress(axes: Axes, measure: Measure, language: str, title: str, months: int, millions: bool, signed: bool) -> None:
    """Title, unit, ticks and grid of a panel."""
    axes.set_title(title, loc="left", fontsize=12.5, color=INK, pad=22)
    points = signed and measure.is_share
    unit = word("million_yuan" if millions else "points", language) if millions or points else measure.unit[language]
    # The unit stands under the title rather than along the axis: upright Chinese cannot be read lying on its side.
    axes.annotate(unit, (0, 1), xycoords="axes fraction", xytext=(0, 6), textcoords="offset points", fontsize=10.5, color=GREY)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value, measure, millions, signed)))
    # matplotlib.dates has no types.
    axes.xaxis.set_major_locator(YearLocator() if months > 30 else AutoDateLocator(maxticks=6))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(DateFormatter("%Y" if months > 30 else "%Y-%m"))  # type: ignore[no-untyped-call]
    axes.tick_params(labelsize=10, labelfontfamily=family(), colors=INK, length=3)
    axes.grid(axis="y", color=FAINT, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GREY)


def tick(value: float, measure: Measure, millions: bool, signed: bool) -> str:
    """A number on an axis: shares in per cent (their differences in bare points), yuan in millions."""
    factor = 100.0 if measure.is_share else 1e-6 if millions else 1.0
    text = f"{value * factor:{'+' if signed and value else ''},.6g}"
    # A true minus, as wide as the plus.
    text = text.replace("-", "−")
    return text + ("%" if measure.is_share and not signed else "")


def spread(positions: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions moved apart to at least `gap`, as little as possible, inside [low, high]; for labels at lines' ends."""
    order = sorted(range(len(positions)), key=positions.__getitem__)
    placed = [positions[i] for i in order]
    for _ in range(200):
        for i in range(len(placed) - 1):
            overlap = gap - (placed[i + 1] - placed[i])
            if overlap > 1e-12:
                placed[i] -= overlap / 2
                placed[i + 1] += overlap / 2
        if placed:
            down, up = max(0.0, low - placed[0]), max(0.0, placed[-1] - high)
            placed = [position + down - up for position in placed]
    found = [0.0] * len(positions)
    for i, position in zip(order, placed, strict=True):
        found[i] = position
    return found
