"""Runs that cost next to nothing and know at which point they are: what is tested is the machinery around them.

Those that take a folder of marks leave word there and find orders; bind it with `functools.partial`.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from simulator.documents.scenario import Scenario
from simulator.results.runs import Recording

PLACES = ("district", "street 1", "street 2")


def number(scenario: Scenario, policy: str, instrument: str, name: str) -> float:
    """A number of a policy's instrument."""
    (found,) = (one for one in scenario.policies if one.name == policy)
    return next(entry.values[name].value for entry in found.instruments if entry.name == instrument)


def purchase(scenario: Scenario, policy: str) -> float:
    """Chaoyang's purchase money; 0 where a policy buys nothing."""
    return number(scenario, policy, "service_purchase", "annual_budget_yuan") if policy == "chaoyang" else 0.0


def stub(scenario: Scenario, policy: str, replicate: int) -> Recording:
    """Luck that all points share, and a part of the purchase money on top, month by month."""
    rng = np.random.default_rng([scenario.seed, replicate])
    months = np.arange(scenario.months + 1)
    luck = np.concatenate([[0.0], np.cumsum(rng.normal(0, 1, scenario.months))])
    active = 1000 + luck + purchase(scenario, policy) * months
    district = np.stack([active, 270 + luck / 4, (270 + luck / 4) / 270, np.where(months > 3, luck, np.nan)])
    values = np.stack([district, district * 0.6, district * 0.4], axis=-1)
    measures = ("active_count", "registered_count", "registered_growth", "incubator_wait_months")
    facts: dict[str, Any] = {"residents_built": 1000, "residents_represented": 1000}
    return Recording(measures, PLACES, values, {"purchase": 5.0}, facts, {"residents": time.process_time()})


def slow(scenario: Scenario, policy: str, replicate: int) -> Recording:
    """Takes a moment, so that somebody can come in between."""
    time.sleep(0.02)
    return stub(scenario, policy, replicate)


def failing(marks: Path, scenario: Scenario, policy: str, replicate: int) -> Recording:
    """Fails in replicate 1 where more than 4 yuan are for purchases, unless it was mended."""
    if replicate == 1 and purchase(scenario, policy) > 4 and not (marks / "mended").exists():
        raise ValueError("too much money")
    return stub(scenario, policy, replicate)


def killing_once(marks: Path, scenario: Scenario, policy: str, replicate: int) -> Recording:
    """The first to come to replicate 1 dies without a word."""
    mark = marks / "died"
    if replicate == 1 and not mark.exists():
        mark.touch()
        os._exit(9)
    return stub(scenario, policy, replicate)


def killing(scenario: Scenario, policy: str, replicate: int) -> Recording:
    """Replicate 1 of whatever spends more than 7 yuan kills whoever does it."""
    if replicate == 1 and purchase(scenario, policy) > 7:
        os._exit(9)
    return stub(scenario, policy, replicate)


def counting(marks: Path, scenario: Scenario, policy: str, replicate: int) -> Recording:
    """Leaves a mark each time it is done."""
    with (marks / f"{policy}-{purchase(scenario, policy):.6f}-{replicate}").open("a") as stream:
        stream.write("x")
    return stub(scenario, policy, replicate)


def ishigami(scenario: Scenario, policy: str, replicate: int) -> Recording:
    """sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1 at the horizon, of three numbers between 0 and 1 stretched to [-pi, pi]."""
    rules = (("service_purchase", "annual_budget_yuan", 8), ("hub_grant", "annual_yuan_per_hub", 3e5),
             ("venture_contest", "annual_budget_yuan", 3))  # fmt: skip
    x1, x2, x3 = ((2 * number(scenario, policy, i, name) / most - 1) * np.pi for i, name, most in rules)
    y = np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)
    luck = np.random.default_rng([scenario.seed, replicate]).normal()
    values = np.zeros((1, scenario.months + 1, 1))
    values[0, -1, 0] = 100 + y + luck
    return Recording(("active_count",), ("district",), values, {}, {}, {"residents": 0.0})
