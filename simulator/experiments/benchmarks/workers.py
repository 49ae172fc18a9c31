"""Two workers against one on the same runs: what a sweep gains from a second core."""

from __future__ import annotations

import json
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
PASSES: Final = 2
OF_ONE: Final[Title] = {"en": "of one worker's time", "zh": "（一个进程用时=1）"}
TITLE: Final[Title] = {"en": "Two workers", "zh": "两个进程"}


def workers(quick: bool) -> list[Figure]:
    """The same small runs with one worker and with two, in turn, starting the processes included; the best pass of each."""
    if cores() < 2:
        return [Figure("two_workers", TITLE, nan, OF_ONE, None, {"en": "one core only", "zh": "只有一个核"})]
    scenario, replicates, passes = one_street(), 8 if quick else REPLICATES, 1 if quick else PASSES
    _lived(scenario, 1, 1)
    seconds: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(passes):
        for number, taken in seconds.items():
            spent, events = _lived(scenario, replicates, number)
            taken.append(spent)
    one, two = min(seconds[1]), min(seconds[2])
    runs = replicates * len(POLICIES)
    beside: Title = {
        "en": f"{runs} small runs, {events:.1%} events a month: {one:.1f} s and {two:.1f} s, starting the processes included",
        "zh": f"{runs}次小规模运行，每月事件{events:.1%}：{one:.1f}秒与{two:.1f}秒，含启动进程",
    }
    if quick:  # starting takes a second or two, which so few runs cannot make up for
        beside = {"en": f"{beside['en']}; too few to judge", "zh": f"{beside['zh']}；次数太少，不作判断"}
    return [Figure("two_workers", TITLE, two / one, OF_ONE, None if quick else GOAL, beside)]


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _lived(scenario: Scenario, replicates: int, workers: int) -> tuple[float, float]:
    """Seconds of these runs, and the share of residents to whom something happened in a month."""
    began = perf_counter()
    result = run(scenario, replicates=replicates, workers=workers)
    seconds = perf_counter() - began
    if result.interrupted:  # what a comparison keeps of an interruption is no measurement
        raise KeyboardInterrupt
    facts = [json.loads(told) for told in result.runs["facts"]]
    return seconds, sum(sum(of["events"].values()) for of in facts) / sum(of["dice_of_residents"] for of in facts)
