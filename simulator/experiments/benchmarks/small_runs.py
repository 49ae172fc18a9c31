"""Small runs, of which sweeps and calibrations take thousands: how many in a second on one core."""

from __future__ import annotations

from time import perf_counter
from typing import Final

from simulator.experiments.benchmarks.figure import RUNS_PER_SECOND, Figure, at_least
from simulator.experiments.benchmarks.scenarios import POLICIES, one_street
from simulator.language.vocabulary import Title
from simulator.model import run_once

GOAL: Final = at_least(15)
REPLICATES: Final = 12


def small_runs(quick: bool) -> list[Figure]:
    """Every policy of each replicate in turn, as a sweep does them: the replicate's city is built for the first."""
    scenario = one_street()
    run_once(scenario, POLICIES[0])  # what only a first run pays: programs, the ladder
    seconds: dict[str, list[float]] = {policy: [] for policy in POLICIES}
    events, dice = 0, 0
    for replicate in range(1, 1 + (3 if quick else REPLICATES)):
        for policy in POLICIES:
            began = perf_counter()
            record = run_once(scenario, policy, replicate)
            seconds[policy].append(perf_counter() - began)
            events += sum(record.facts["events"].values())
            dice += record.facts["dice_of_residents"]
    runs = sum(map(len, seconds.values()))
    work: Title = {
        "en": f"{events / dice:.1%} events a month; one street, 3 communities, 20,000 residents, 5 years; mean of {runs} runs, "
        f"{len(POLICIES)} policies of each replicate",
        "zh": f"每月事件{events / dice:.1%}；一条街道、3个社区、2万居民、5年；{runs}次运行的平均，"
        f"每次重复{len(POLICIES)}种政策",
    }  # fmt: skip
    title: Title = {"en": "Small runs, all policies", "zh": "小规模运行，各政策合计"}
    total = Figure("small_runs", title, runs / sum(map(sum, seconds.values())), RUNS_PER_SECOND, GOAL, work)
    return [total, *(_of(policy, taken) for policy, taken in seconds.items())]


def _of(policy: str, seconds: list[float]) -> Figure:
    title = {"en": f"Small runs, {policy}", "zh": f"小规模运行，{policy}"}
    best = {"en": f"{1000 * min(seconds):.0f} ms in the best", "zh": f"最快一次{1000 * min(seconds):.0f}毫秒"}
    return Figure(f"small_runs_{policy}", title, len(seconds) / sum(seconds), RUNS_PER_SECOND, beside=best)
