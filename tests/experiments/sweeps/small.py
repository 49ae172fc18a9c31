"""A small sweep, as a mapping and as a file, and what all tests of sweeps ask of two folders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simulator.experiments.sweeps.tables import TABLES, TIMINGS

PURCHASE = "policies.chaoyang.service_purchase.annual_budget_yuan"
GRANT = "policies.chaoyang.hub_grant.annual_yuan_per_hub"
CONTEST = "policies.chaoyang.venture_contest.annual_budget_yuan"

TEXT = f"""kind: sweep
title: {{en: Tried, zh: 试验}}
scenario: nankai-compare
policies: [chaoyang, none]
vary:
  {PURCHASE}: {{name: purchase, low: 0, high: 8, unit: yuan/year, per: resident}}
  {GRANT}: {{low: 0, high: 300000}}
design: {{method: lhs, points: 12, seed: 3}}
replicates: 3
"""


def small(**changes: Any) -> dict[str, Any]:
    """Two policies at twelve points in three replicates."""
    return {
        "title": {"en": "Tried", "zh": "试验"}, "scenario": "nankai-compare", "policies": ["chaoyang", "none"],
        "vary": {PURCHASE: {"name": "purchase", "low": 0, "high": 8}, GRANT: {"low": 0, "high": 300000}},
        "design": {"method": "lhs", "points": 12, "seed": 3}, "replicates": 3,
    } | changes  # fmt: skip


def three(**design: Any) -> dict[str, Any]:
    """Three numbers of one policy, for analytic functions."""
    vary = {
        PURCHASE: {"name": "x1", "low": 0, "high": 8}, GRANT: {"name": "x2", "low": 0, "high": 300000},
        CONTEST: {"name": "x3", "low": 0, "high": 3},
    }  # fmt: skip
    return small(policies=["chaoyang"], vary=vary, design=design, replicates=5)


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a sweep but its timings, by its place."""
    paths = [path for path in folder.rglob("*") if path.is_file() and TIMINGS not in path.relative_to(folder).parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def same(one: Path, other: Path) -> None:
    """Two folders hold the same bytes, their timings apart."""
    first, second = files(one), files(other)
    assert sorted(first) == sorted(second)
    different = [name for name in first if first[name] != second[name]]
    assert not different, different
    assert {name.partition("/")[0] for name in first} >= set(TABLES) - {TIMINGS}
