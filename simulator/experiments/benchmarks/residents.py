"""The resident core beside the same rule written plainly with NumPy and with Mesa, in one process, round after round."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from simulator.experiments.benchmarks.figure import (
    BYTES_PER_RESIDENT,
    MILLION_PER_SECOND,
    TIMES,
    Figure,
    Goal,
    at_least,
    at_most,
)
from simulator.experiments.benchmarks.timing import WAYS, Timing, side_by_side
from simulator.experiments.benchmarks.worlds import World, world
from simulator.language.vocabulary import Title

TOWN: Final = 1_000_000
QUICK_TOWN: Final = 50_000
ROUNDS, MONTHS = 3, 4
QUIET_EVENTS: Final = 0.03
"""Events a month at which the goal is set."""
SPEED, MEMORY, AGAINST_MESA = at_least(120), at_most(20), at_least(100)
CORE: Final = "resident core"


def residents(quick: bool) -> list[Figure]:
    """Speeds at the goal's event rate and at the district's own, memory, and ratios to both peers in the same town.

    A quick town is small, where the core's fixed cost of a month weighs much: no goal is held against it.
    """
    usual = world(QUICK_TOWN if quick else TOWN, seed=1)
    core, numpy, mesa = side_by_side(usual, months=MONTHS, rounds=ROUNDS)
    quiet = side_by_side(slowed(usual, QUIET_EVENTS / core.events), months=MONTHS, rounds=ROUNDS, ways={CORE: WAYS[CORE]})[0]
    speed, against_mesa = (None, None) if quick else (SPEED, AGAINST_MESA)
    return [
        _speed("core", {"en": "Resident core, at Nankai's event rate", "zh": "居民内核（南开事件率）"}, core),
        _speed("core_quiet", {"en": "Resident core, at the goal's event rate", "zh": "居民内核（目标事件率）"}, quiet, speed),
        _speed("numpy", {"en": "The same rule, plain NumPy", "zh": "同一规则，普通NumPy"}, numpy),
        _speed("mesa", {"en": "The same rule, Mesa agents", "zh": "同一规则，Mesa智能体"}, mesa),
        _ratio("core_to_mesa", {"en": "Core to Mesa, side by side", "zh": "内核与Mesa之比（并列）"}, core, mesa, against_mesa),
        _ratio("core_to_numpy", {"en": "Core to plain NumPy, side by side", "zh": "内核与普通NumPy之比（并列）"}, core, numpy),
        Figure("core_bytes", {"en": "Resident core, memory", "zh": "居民内核，内存"}, core.bytes_per_resident,
               BYTES_PER_RESIDENT, MEMORY, {
                   "en": f"plain NumPy {numpy.bytes_per_resident:.0f}, Mesa agents {mesa.bytes_per_resident:.0f}",
                   "zh": f"普通NumPy {numpy.bytes_per_resident:.0f}，Mesa智能体 {mesa.bytes_per_resident:.0f}"}),
    ]  # fmt: skip


def slowed(usual: World, factor: float) -> World:
    """The same town with every hazard times a factor, so that its law stands where it stood."""
    ground = usual.ground
    slow = replace(
        ground, climb=factor * ground.climb, slip=factor * ground.slip, rho=factor * ground.rho, drift=factor * ground.drift,
        join=factor * ground.join, move=factor * ground.move,
    )  # fmt: skip
    return replace(usual, ground=slow, striking=factor * usual.striking)


def _speed(name: str, title: Title, timing: Timing, goal: Goal | None = None) -> Figure:
    speed = timing.resident_months_per_second / 1e6
    return Figure(name, title, speed, MILLION_PER_SECOND, goal, {
        "en": f"{timing.events:.1%} events a month; {timing.residents:,} residents, best of {len(timing.seconds)}",
        "zh": f"每月事件{timing.events:.1%}；居民{timing.residents:,}，{len(timing.seconds)}轮中最好",
    })  # fmt: skip


def _ratio(name: str, title: Title, one: Timing, other: Timing, goal: Goal | None = None) -> Figure:
    ratio = one.resident_months_per_second / other.resident_months_per_second
    return Figure(name, title, ratio, TIMES, goal, {
        "en": f"{one.events:.1%} against {other.events:.1%} events a month",
        "zh": f"每月事件{one.events:.1%}对{other.events:.1%}",
    })  # fmt: skip
