"""Whole runs at one to one: every resident, every institution, from a loaded scenario to a record."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Final

from simulator.experiments.benchmarks.alone import Alone, run_alone
from simulator.experiments.benchmarks.figure import MEGABYTES, SECONDS, Figure, at_most
from simulator.language.vocabulary import Title


@dataclass(frozen=True, slots=True)
class Job:
    """A run, and what is asked of it."""

    name: str
    title: Title
    scenario: str
    policy: str
    years: int
    seconds: float
    megabytes: float


NANKAI: Final = Job("nankai", {"en": "Nankai 1:1, 1 million residents, 5 years", "zh": "南开 1:1，100万居民，5年"},
                    "nankai-compare", "nankai-baseline", 5, 2.0, 300)  # fmt: skip
CHAOYANG: Final = Job("chaoyang", {"en": "Chaoyang 1:1, 3.6 million residents, 10 years", "zh": "朝阳 1:1，360万居民，10年"},
                      "history/chaoyang", "chaoyang", 10, 8.0, 600)  # fmt: skip
ROUNDS: Final = 3


def whole_runs(quick: bool) -> list[Figure]:
    """Seconds in the best of three rounds and memory of both districts; of Nankai in one round if quick."""
    jobs, rounds = ((NANKAI,), 1) if quick else ((NANKAI, CHAOYANG), ROUNDS)
    return [figure for job in jobs for figure in _figures(job, rounds)]


def _figures(job: Job, rounds: int) -> list[Figure]:
    runs = [run_alone(job.scenario, job.policy, job.years) for _ in range(rounds)]
    best = min(runs, key=lambda run: run.seconds)
    memory = {"en": f"{job.title['en']}: peak memory", "zh": f"{job.title['zh']}：内存峰值"}
    return [
        Figure(f"{job.name}_seconds", job.title, best.seconds, SECONDS, at_most(job.seconds), _beside(best, runs)),
        Figure(f"{job.name}_megabytes", memory, max(run.peak_bytes for run in runs) / 1e6, MEGABYTES,
               at_most(job.megabytes), {"en": "Python and libraries included", "zh": "含Python与程序库"}),
    ]  # fmt: skip


def _beside(best: Alone, runs: list[Alone]) -> Title:
    phases = ", ".join(f"{phase} {seconds:.2f} s" for phase, seconds in best.timings.items())
    middle = median(run.seconds for run in runs)
    work = best.facts["events_of_institutions"]
    return {
        "en": f"best of {len(runs)} (median {middle:.2f}); {best.events:.1%} events a month, {best.looked_at:.1%} of residents "
        f"looked at, {best.keyed_dice / 1e6:.1f} million keyed dice, {work:,} SimPy events; {phases}",
        "zh": f"{len(runs)}次中最好（中位数{middle:.2f}）；每月事件{best.events:.1%}，查看居民{best.looked_at:.1%}，"
        f"键控骰子{best.keyed_dice / 1e6:.1f}百万，SimPy事件{work:,}；{phases}",
    }  # fmt: skip
