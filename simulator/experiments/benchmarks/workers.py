"""Two workers against one on the same runs: what a sweep gains from a second core."""

from __future__ import annotations

import os
from math import nan
from time import perf_counter
from typing import Final

from simulator.documents.scenario import Scenario
from simulator.experiments.benchmarks.figure import Figure, at_most
from simulator.experiments.benchmarks.scenarios import POLICIES, one_street
from simulator.experiments.replicates import run
from simulator.language.vocabulary import Title

GOAL: Final = at_most(0.55)
REPLICATES: Final = 80
OF_ONE: Final[Title] = {"en": "of one worker's time", "zh": "（一个进程用时=1）"}
TITLE: Final[Title] = {"en": "Two workers", "zh": "两个进程"}


def workers(quick: bool) -> list[Figure]:
    """The same small runs with one worker and with two, starting the processes included."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores < 2:
        return [Figure("two_workers", TITLE, nan, OF_ONE, None, {"en": "one core only", "zh": "只有一个核"})]
    scenario, replicates = one_street(), 8 if quick else REPLICATES
    _seconds(scenario, 1, 1)
    one, two = (_seconds(scenario, replicates, workers) for workers in (1, 2))
    runs = replicates * len(POLICIES)
    beside: Title = {
        "en": f"{runs} small runs: {one:.1f} s and {two:.1f} s, starting the processes included",
        "zh": f"{runs}次小规模运行：{one:.1f}秒与{two:.1f}秒，含启动进程",
    }
    if quick:  # starting takes a second or two, which so few runs cannot make up for
        beside = {"en": f"{beside['en']}; too few to judge", "zh": f"{beside['zh']}；次数太少，不作判断"}
    return [Figure("two_workers", TITLE, two / one, OF_ONE, None if quick else GOAL, beside)]


def _seconds(scenario: Scenario, replicates: int, workers: int) -> float:
    began = perf_counter()
    result = run(scenario, replicates=replicates, workers=workers)
    assert not result.failed
    return perf_counter() - began
