"""How cost grows: in towns of more residents with their bodies, and with more bodies among as many residents.

The slope of log seconds on log n over the larger half of the sizes says how (1: in proportion); of the second series that of
the seconds which bodies take, residents' and fixed ones left out. A plane through all months,

    seconds = fixed + each resident * residents + each body * bodies          (least squares of relative errors)

says what one resident and one body more cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from time import perf_counter
from typing import Final

import numpy as np
from scipy.optimize import nnls

from simulator.documents.district import District
from simulator.experiments.benchmarks.figure import Figure, Goal, at_most
from simulator.experiments.benchmarks.scenarios import POLICIES, in_town, more_bodies
from simulator.experiments.benchmarks.worlds import town
from simulator.language.vocabulary import Title
from simulator.model import DistrictModel

RESIDENTS: Final = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_500_000)
OF_BODIES: Final = 300_000
"""Residents among whom the bodies become more."""
FACTORS: Final = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Times the bodies of so many residents."""
MONTHS: Final = 12
GOAL: Final = at_most(1.1)
"""Linear, and a little for what leaves the cache."""
LARGER_TOWNS: Final[Title] = {"en": "Cost of larger towns", "zh": "耗时随城区规模"}
MORE_BODIES: Final[Title] = {
    "en": f"Cost of more organisations among {OF_BODIES:,}", "zh": f"{OF_BODIES:,}居民中组织增多时的耗时"
}  # fmt: skip
NANOSECONDS: Final[Title] = {"en": "ns a month", "zh": "纳秒/月"}
MICROSECONDS: Final[Title] = {"en": "μs a month", "zh": "微秒/月"}
SLOPE: Final[Title] = {"en": "slope, log on log", "zh": "双对数斜率"}


@dataclass(frozen=True, slots=True)
class Town:
    """One town's month."""

    residents: int
    bodies: float
    """Alive, at the end."""
    seconds: float
    """Of a month, in the faster of two years."""
    events: float = 0.0
    """Share of residents to whom something happened in a month."""


def scaling(quick: bool) -> list[Figure]:
    """Both series, and the plane through them; up to 300,000 residents and without a judgement if quick."""
    sizes = [n for n in RESIDENTS if n <= OF_BODIES] if quick else list(RESIDENTS)
    larger = [_lived(town(n)) for n in sizes]
    denser = [_lived(more_bodies(town(OF_BODIES), factor)) for factor in FACTORS]
    fixed, resident, body = plane([*larger, *denser])
    goal, others = None if quick else GOAL, fixed + resident * OF_BODIES
    return [
        _slope("towns", LARGER_TOWNS, larger, [of.residents for of in larger], goal),
        _slope("bodies", MORE_BODIES, denser, [of.bodies for of in denser], goal, others),
        Figure("each_resident", {"en": "One resident more", "zh": "每增一名居民"}, 1e9 * resident, NANOSECONDS),
        Figure("each_body", {"en": "One organisation more", "zh": "每增一个组织"}, 1e6 * body, MICROSECONDS, beside={
            "en": f"fitted to all towns; {1000 * fixed:.1f} ms a month are due to neither",
            "zh": f"由全部城区拟合；另有每月{1000 * fixed:.1f}毫秒与两者无关"}),
    ]  # fmt: skip


def _lived(district: District) -> Town:
    """The first year of this town under the baseline, twice."""
    scenario, seconds = in_town(district, 1, POLICIES[:1]), []
    for _ in range(2):
        model = DistrictModel(scenario)
        began = perf_counter()
        for _ in range(MONTHS):
            model.step()
        seconds.append((perf_counter() - began) / MONTHS)
        model.close()
    events = sum(model.happened.values()) / (MONTHS * len(model.residents))
    return Town(len(model.residents), int(model.city.organizations.alive().sum()), min(seconds), events)


def slope(numbers: Sequence[float], seconds: Sequence[float]) -> float:
    """Of log seconds on log numbers, by least squares over the larger half."""
    larger = np.argsort(numbers)[len(numbers) // 2 :]
    return float(np.polyfit(np.log([numbers[at] for at in larger]), np.log([seconds[at] for at in larger]), 1)[0])


def plane(towns: Sequence[Town]) -> tuple[float, float, float]:
    """Seconds a month for nobody, for each resident and for each body; none is negative."""
    seconds = np.array([of.seconds for of in towns])
    terms = np.array([[1.0, of.residents, of.bodies] for of in towns])
    fixed, resident, body = nnls(terms / seconds[:, None], np.ones(seconds.size))[0]
    return float(fixed), float(resident), float(body)


def _slope(
    name: str, title: Title, towns: Sequence[Town], numbers: Sequence[float], goal: Goal | None, others: float = 0.0
) -> Figure:
    """Of seconds less those that are due to others; NaN if nothing is left of one."""
    seconds = [town.seconds - others for town in towns]
    value = slope(numbers, seconds) if min(seconds[len(seconds) // 2 :]) > 0 else nan
    points = "; ".join(f"{number:,.0f}: {1000 * town.seconds:.1f}" for number, town in zip(numbers, towns, strict=True))
    first, last = sorted(numbers)[len(numbers) // 2], max(numbers)
    events = float(np.mean([town.events for town in towns]))
    less = 1000 * others
    return Figure(name + "_slope", title, value, SLOPE, goal, {
        "en": f"fitted from {first:,.0f} to {last:,.0f}" + (f", less {less:.1f} ms for residents" if others else "")
        + f"; {events:.1%} events a month; ms a month at {points}",
        "zh": f"拟合范围{first:,.0f}至{last:,.0f}" + (f"，扣除居民部分{less:.1f}毫秒" if others else "")
        + f"；每月事件{events:.1%}；每月毫秒：{points}",
    })  # fmt: skip
