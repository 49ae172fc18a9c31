"""A cheap honest stand-in for the model: random walks with luck common to all policies and a drift of each policy."""

from __future__ import annotations

import os
import signal
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.language.calendar import Month
from simulator.results.runs import Recording

MEASURES = (
    "registered_count", "filed_count", "active_count", "active_density", "registered_growth", "participation_rate",
    "unfamiliar_share", "spending_total_yuan", "spending_per_resident_yuan", "incubator_queue",
)  # fmt: skip
RESIDENTS = 1_000_000
COMMON, OWN = 5.0, 1.0
"""Monthly standard deviation of the shared luck and of what each policy has to itself."""


START = Month(2018, 1)


@dataclass(frozen=True)
class Named:
    name: str
    title: Mapping[str, str]


@dataclass(frozen=True)
class Walk:
    """Has the attributes of a loaded scenario that experiments rely on."""

    name: str = "walk"
    title: Mapping[str, str] = field(default_factory=lambda: {"en": "Random walks", "zh": "随机游走"})
    start: Month = START
    months: int = 24
    replicates: int = 6
    seed: int = 1
    scale: float = 1.0
    policies: tuple[Named, ...] = (
        Named("nankai-baseline", {"en": "Nankai baseline", "zh": "南开现状"}),
        Named("chaoyang", {"en": "Beijing Chaoyang model", "zh": "北京朝阳模式"}),
        Named("nankai-recommended", {"en": "Recommended for Nankai", "zh": "南开建议方案"}),
        Named("none", {"en": "No policy", "zh": "无政策"}),
    )
    district: Named = Named("nankai", {"en": "Nankai", "zh": "南开区"})
    digest: str = "d" * 64
    marks: str = ""
    """A folder in which tests leave word to a run (which fails, which dies)."""


DRIFT = {
    "nankai-baseline": 0.0, "chaoyang": 12.0, "nankai-recommended": 6.0, "none": -8.0, "luyang": 4.0, "changning": 9.0,
    "qingshan": 15.0, "tianyuan": 7.0,
}  # fmt: skip
MONEY = {
    "nankai-baseline": 0.4, "chaoyang": 0.3, "nankai-recommended": 0.45, "none": 0.0, "luyang": 0.3, "changning": 0.5,
    "qingshan": 9.0, "tianyuan": 1.0,
}  # fmt: skip


def walk(scenario: Walk, policy: str, replicate: int) -> Recording:
    """One run, a pure function of seed, policy and replicate."""
    shared = np.random.default_rng([scenario.seed, replicate])
    own = np.random.default_rng([scenario.seed, replicate, zlib.crc32(policy.encode())])
    months = scenario.months
    luck = shared.normal(0, COMMON, months) + own.normal(0, OWN, months) + DRIFT[policy]
    path = np.concatenate([[0.0], np.cumsum(luck)])
    money = MONEY[policy] * 1e6 * np.arange(months + 1) * (1 + 0.02 * own.normal())
    rows = {
        "registered_count": 270 + path / 4,
        "filed_count": 2700 + path,
        "active_count": 2000 + path,
        "active_density": (2000 + path) / RESIDENTS * 1e4,
        "registered_growth": (270 + path / 4) / 270,
        "participation_rate": 0.12 + path * 2e-5,
        "unfamiliar_share": 0.5 - path * 3e-5,
        "spending_total_yuan": money,
        "spending_per_resident_yuan": money / RESIDENTS,
        "incubator_queue": np.maximum(0, path / 20),
    }
    district = np.stack([rows[name] for name in MEASURES])
    streets = np.stack([district * 0.6, district * 0.4], axis=-1)
    values: NDArray[np.float64] = np.concatenate([district[..., None], streets], axis=-1)
    facts: dict[str, Any] = {
        "residents_built": RESIDENTS,
        "residents_represented": RESIDENTS,
        "events": {"climb": int(shared.integers(1e6))},
    }
    accounts = {"purchase": money[-1] * 0.7, "grants": money[-1] * 0.3}
    lines = {
        "purchase": {
            "instrument": "service_purchase", "programme": "purchase", "title": {"en": "Purchase", "zh": "购买"},
            "budgeted_yuan": money[-1] * 0.9, "spent_yuan": money[-1] * 0.7, "bought": [replicate + 1.0, 12.0 * replicate],
            "units": [{"en": "contracts", "zh": "份合同"}, {"en": "contract-months", "zh": "合同·月"}],
        },
    } if money[-1] else {}  # fmt: skip
    return Recording(
        MEASURES, ("district", "street 1", "street 2"), values, accounts, facts, {"residents": time.process_time()}, lines
    )


def walk_with_failures(scenario: Walk, policy: str, replicate: int) -> Recording:
    """Fails in replicate 1 of chaoyang."""
    if (policy, replicate) == ("chaoyang", 1):
        raise ValueError("the walk fell off the edge")
    return walk(scenario, policy, replicate)


def walk_that_kills_its_process_once(scenario: Walk, policy: str, replicate: int) -> Recording:
    """The first to come to replicate 2 dies without a word; the second lives."""
    mark = Path(scenario.marks) / "died"
    if replicate == 2 and not mark.exists():
        mark.touch()
        os._exit(9)
    return walk(scenario, policy, replicate)


def walk_that_always_kills_its_process(scenario: Walk, policy: str, replicate: int) -> Recording:
    """Chaoyang's replicate 2 kills whatever process does it."""
    if (policy, replicate) == ("chaoyang", 2):
        os._exit(9)
    return walk(scenario, policy, replicate)


def walk_that_is_interrupted(scenario: Walk, policy: str, replicate: int) -> Recording:
    """Gets Ctrl-C in its own process, as every process of a terminal does."""
    os.kill(os.getpid(), signal.SIGINT)
    return walk(scenario, policy, replicate)


def slow_walk(scenario: Walk, policy: str, replicate: int) -> Recording:
    """Does not end in replicate 1 of chaoyang, so that somebody can interrupt."""
    (Path(scenario.marks) / f"{policy}-{replicate}").touch()
    if (policy, replicate) == ("chaoyang", 1):
        time.sleep(60)
    return walk(scenario, policy, replicate)


def counting_walk(scenario: Walk, policy: str, replicate: int) -> Recording:
    """Leaves a mark for every run that is really done."""
    (Path(scenario.marks) / f"{policy}-{replicate}").touch()
    return walk(scenario, policy, replicate)


def marked(scenario: Walk, folder: Path) -> Walk:
    """The scenario with a folder for marks."""
    folder.mkdir(parents=True, exist_ok=True)
    return replace(scenario, marks=str(folder))
