"""The sentence above a figure: what the numbers say, and no more.

It speaks of the first policy after the baseline, never of the one with the largest difference: whoever picks the
largest of several differences reads luck as effect.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from simulator.language.labels import MEASURES, word
from simulator.results.ratios import COST

if TYPE_CHECKING:
    from simulator.results.result import Result

SUBJECTS = ("active_count", "registered_count", "filed_count")
LEAST_YUAN = 5e4
"""A smaller difference in spending would read as 0.0 million."""


def title_of(result: Result, policy: str, language: str) -> str:
    """A policy's title."""
    entry = next(entry for entry in result.manifest["policies"] if entry["name"] == policy)
    return str(entry["title"].get(language) or policy)


def scenario_title(result: Result, language: str) -> str:
    """The scenario's title, and that budgets were made equal if they were."""
    title = str(result.manifest["scenario"]["title"][language])
    return word("equal_title", language, scenario=title) if result.manifest.get("equal_money") else title


def finding(result: Result, baseline: str, language: str) -> str:
    """One sentence on active organisations at the horizon: the paired difference, its interval, and what it costs more."""
    scenario = scenario_title(result, language)
    others = [policy for policy in result.policies if policy != baseline]
    name = next((name for name in SUBJECTS if name in result.data.data_vars), None)
    if not others or name is None:
        return scenario
    rows = {str(row["measure"]): row for row in result.compare(baseline, [others[0]]).to_dict("records")}
    row, money = rows[name], _money(rows.get(COST), language)
    measure, low, high = MEASURES[name], float(row["low"]), float(row["high"])
    if math.isnan(float(row["diff"])):
        return scenario
    words = {
        "policy": title_of(result, others[0], language),
        "baseline": title_of(result, baseline, language),
        "measure": measure.title[language][0].lower() + measure.title[language][1:],
        "date": f"{result.data['date'].to_numpy()[-1].astype('datetime64[M]')}",
        "size": measure.show(abs(float(row["diff"]))),
    }
    if math.isnan(low):
        return word("finding_single", language, **words) + money
    if low <= 0 <= high:
        between = {"low": measure.show_difference(low), "high": measure.show_difference(high)}
        return word("finding_open", language, **between, **words) + money
    near, far = sorted((abs(low), abs(high)))
    sentence = "finding_more" if low > 0 else "finding_fewer"
    return word(sentence, language, low=measure.show(near), high=measure.show(far), **words) + money


def _money(row: Mapping[Hashable, Any] | None, language: str) -> str:
    """`, for 9.0 million yuan more`; nothing where spending is not known or not told apart."""
    if row is None or not abs(row["diff"]) >= LEAST_YUAN or row["low"] <= 0 <= row["high"]:
        return ""
    sentence = "finding_dearer" if row["diff"] > 0 else "finding_cheaper"
    return word(sentence, language, money=f"{abs(row['diff']) / 1e6:,.1f}")


def footnote(result: Result, language: str) -> str:
    """District, residents, replicates, seed and scale of a result, and whether budgets were made equal."""
    manifest, residents = result.manifest, result.manifest.get("residents") or {}
    text = word(
        "footnote",
        language,
        district=manifest["scenario"]["district"]["title"][language],
        represented=_count(residents.get("represented")),
        built=_count(residents.get("built")),
        replicates=manifest["replicates"],
        seed=manifest["seed"],
        scale=f"{manifest['scale']:g}",
    )
    if equal := manifest.get("equal_money"):
        text += " · " + word("equal_footnote", language, total=f"{equal['total_yuan'] / 1e6:,.2f}")
    counts = manifest["runs"]
    if counts["failed"]:
        text += " · " + word("failed_runs", language, failed=counts["failed"], planned=counts["planned"])
    if result.interrupted:
        text += " · " + word("interrupted", language, done=counts["done"], planned=counts["planned"])
    return text


def _count(value: object) -> str:
    return f"{value:,.0f}" if isinstance(value, (int, float)) else "?"
