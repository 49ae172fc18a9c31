"""What a sweep's machinery can take: runs that cost nothing, designed, done on two workers, stored on the disk."""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np

from simulator.documents.scenario import Scenario
from simulator.experiments.benchmarks.figure import Figure, at_least
from simulator.experiments.benchmarks.workers import cores
from simulator.experiments.sweeps.sweep import sweep
from simulator.language.vocabulary import Title
from simulator.results.runs import Recording

GOAL: Final = at_least(2000)
POINTS: Final = 1000
REPLICATES: Final = 20
PER_SECOND: Final[Title] = {"en": "runs/s", "zh": "次运行/秒"}
BYTES_A_RUN: Final[Title] = {"en": "bytes a run", "zh": "字节/次运行"}
PURCHASE, GRANT = "policies.chaoyang.service_purchase.annual_budget_yuan", "policies.chaoyang.hub_grant.annual_yuan_per_hub"
WHAT: Final[dict[str, Any]] = {
    "title": {"en": "Runs that cost nothing", "zh": "空运行"}, "scenario": "nankai-compare", "policies": ["chaoyang"],
    "vary": {PURCHASE: {"low": 0, "high": 8}, GRANT: {"low": 0, "high": 300000}},
}  # fmt: skip


def sweeps(quick: bool) -> list[Figure]:
    """Runs a second of stub runs, starting the processes included, and what the disk keeps of each."""
    points, replicates = POINTS, 2 if quick else REPLICATES
    with tempfile.TemporaryDirectory() as folder:
        began = perf_counter()
        what = WHAT | {"design": {"method": "lhs", "points": points}, "replicates": replicates}
        found = sweep(what, out=Path(folder) / "out", workers=min(2, cores()), one_run=nothing)
        seconds = perf_counter() - began
        if found.interrupted:  # what is stored of an interruption is no measurement
            raise KeyboardInterrupt
        size = sum(path.stat().st_size for path in found.folder.rglob("*.parquet"))
    runs = points * replicates
    beside: Title = {
        "en": f"{runs:,} runs of 60 months and three measures, {seconds:.1f} s with the start of the processes",
        "zh": f"{runs:,}次60个月、三项指标的空运行，含启动进程共{seconds:.1f}秒",
    }
    return [
        Figure("stub_runs", {"en": "Stub runs of a sweep", "zh": "扫描的空运行"}, runs / seconds, PER_SECOND,
               None if quick else GOAL, beside),
        Figure("stored", {"en": "What is stored", "zh": "存储量"}, size / runs, BYTES_A_RUN),
    ]  # fmt: skip


def nothing(scenario: Scenario, policy: str, replicate: int) -> Recording:
    """A run that does nothing but draw three courses."""
    values = np.random.default_rng([scenario.seed, replicate]).random((3, scenario.months + 1, 1))
    return Recording(("active_count", "filed_count", "participation_rate"), ("district",), values, {}, {}, {"stub": 0.0})
