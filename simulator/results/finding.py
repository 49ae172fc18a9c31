"""The sentence above a figure: what the numbers say, and no more.

It speaks of the first policy after the baseline, never of the one with the largest difference: whoever picks the
largest of several differences reads luck as effect.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulator.language.labels import MEASURES, word

if TYPE_CHECKING:
    from simulator.results.result import Result

SUBJECTS = ("active_count", "registered_count", "filed_count")


def title_of(result: Result, policy: str, language: str) -> str:
    """A policy's title."""
    entry = next(entry for entry in result.manifest["policies"] if entry["name"] == policy)
    return str(entry["title"].get(language) or policy)


def finding(result: Result, baseline: str, language: str) -> str:
    """One sentence on active organisations at the horizon: the paired difference and its interval."""
    scenario = str(result.manifest["scenario"]["title"][language])
    others = [policy for policy in result.policies if policy != baseline]
    name = next((name for name in SUBJECTS if name in result.data.data_vars), None)
    if not others or name is None:
        return scenario
    rows = result.compare(baseline, [others[0]]).to_dict("records")
    row = next(row for row in rows if row["measure"] == name)
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
        return word("finding_single", language, **words)
    if low <= 0 <= high:
        return word("finding_open", language, low=measure.show_difference(low), high=measure.show_difference(high), **words)
    near, far = sorted((abs(low), abs(high)))
    sentence = "finding_more" if low > 0 else "finding_fewer"
    return word(sentence, language, low=measure.show(near), high=measure.show(far), **words)


def footnote(result: Result, language: str) -> str:
    """District, residents, replicates, seed and scale of a result."""
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
    counts = manifest["runs"]
    if counts["failed"]:
        text += " · " + word("failed_runs", language, failed=counts["failed"], planned=counts["planned"])
    if result.interrupted:
        text += " · " + word("interrupted", language, done=counts["done"], planned=counts["planned"])
    return text


def _count(value: object) -> str:
    return f"{value:,.0f}" if isinstance(value, (int, float)) else "?"
