"""A number, its standard error, and the verdict on its criterion."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator.experiments.patterns.finding import Bounds, Estimate, Verdict, estimate, mean_of, ratio, shown
from simulator.experiments.patterns.pattern import Pattern, find
from tests.model.worlds import microcosm

SAMPLE = [2.0, 3.0, 5.0, 7.0, 11.0]


def seen(values: list[float]) -> list[dict[str, dict[str, float]]]:
    return [{"usual": {"x": value, "y": 1 + value}} for value in values]


def test_the_jackknife_of_a_mean_is_its_standard_error() -> None:
    found = estimate(lambda seen: seen["usual"]["x"], seen(SAMPLE))
    assert found.number == pytest.approx(np.mean(SAMPLE))
    assert found.se == pytest.approx(np.std(SAMPLE, ddof=1) / math.sqrt(len(SAMPLE)))
    assert found.reach == pytest.approx(2.776445 * found.se)


def test_a_ratio_is_of_means_and_not_a_mean_of_ratios() -> None:
    found = estimate(lambda seen: ratio(seen["usual"]["x"], seen["usual"]["y"]), seen(SAMPLE))
    assert found.number == pytest.approx(5.6 / 6.6)
    assert 0 < found.se < 0.1


def test_one_replicate_has_no_standard_error() -> None:
    found = estimate(lambda seen: seen["usual"]["x"], seen([2.0]))
    assert (found.number, found.replicates) == (2.0, 1)
    assert math.isnan(found.se)
    assert Bounds(low=1).judge(found.number, found.reach) is Verdict.OPEN


def test_what_a_replicate_did_not_count_is_none_there() -> None:
    pooled = mean_of([{"usual": {"left": 4.0}}, {"usual": {}}])
    assert pooled == {"usual": {"left": 2.0}}


@pytest.mark.parametrize(
    ("bounds", "number", "reach", "verdict"),
    [
        (Bounds(low=1.5), 2.0, 0.4, Verdict.MET),
        (Bounds(low=1.5), 2.0, 0.6, Verdict.OPEN),
        (Bounds(low=1.5), 1.0, 0.4, Verdict.NOT_MET),
        (Bounds(low=1.5), 1.0, 0.6, Verdict.OPEN),
        (Bounds(high=1.2), 1.0, 0.1, Verdict.MET),
        (Bounds(high=1.2), 1.4, 0.1, Verdict.NOT_MET),
        (Bounds(0.03, 0.08), 0.05, 0.01, Verdict.MET),
        (Bounds(0.03, 0.08), 0.05, 0.03, Verdict.OPEN),
        (Bounds(0.03, 0.08), 0.10, 0.01, Verdict.NOT_MET),
        (Bounds(low=1.5), 1.5, 0.0, Verdict.MET),
        (Bounds(low=1.5), math.nan, 0.1, Verdict.OPEN),
    ],
)  # fmt: skip
def test_verdicts(bounds: Bounds, number: float, reach: float, verdict: Verdict) -> None:
    assert bounds.judge(number, reach) is verdict


def pattern(why_not: str | None = None) -> Pattern:
    words = {"en": "x", "zh": "x"}
    return Pattern(
        "x", words, words, words, Bounds(low=1.5), {}, lambda seen: seen["usual"]["x"],
        why_not=lambda scenario: {"en": why_not, "zh": why_not} if why_not else None,
    )  # fmt: skip


def test_what_cannot_be_asked_is_shown_and_not_judged() -> None:
    found = find(pattern("another century"), microcosm(), seen(SAMPLE))
    assert isinstance(found.estimate, Estimate)
    assert found.verdict is Verdict.NOT_ASKED
    assert found.why_not == {"en": "another century", "zh": "another century"}
    assert find(pattern(), microcosm(), seen([5.0, 5.1])).verdict is Verdict.MET
    nothing = find(pattern("no such world"), microcosm(), [])
    assert (nothing.estimate, nothing.verdict) == (None, Verdict.NOT_ASKED)


def test_a_missing_number_is_a_dash() -> None:
    assert (shown(math.nan, ".1f"), shown(-2.34, ".1f")) == ("–", "−2.3")
