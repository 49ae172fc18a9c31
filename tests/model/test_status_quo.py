"""Nankai as it is, five years, with the numbers as shipped: it follows its trend, people stay as they are."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.language.labels import MEASURES
from simulator.model import run_once
from simulator.observation.record import Record
from tests.model.worlds import district, nankai, recorded

STANDARD_ERRORS: Final = 2.0
"""Left to the luck of the replicates beside each tolerance. A district whose truth stood on the edge of its tolerance would
be refused once in 20 to 40 times; as it is, the tolerances are 3 (a tenth) and 6 (whole) standard errors away: false-alarm
rate below 1 in 100 for the worst, participation of a tenth, and far below it for the rest."""

UNBOUNDED: Final = np.inf
RANGES: Final[dict[str, tuple[float, float]]] = {
    "organisations": (0, 1e5), "per 10,000 residents": (0, 200), "per community": (0, 500), "× start": (0, 20),
    "share of residents": (0, 1), "persons": (0, 1e5), "per 1,000 residents and month": (0, 200), "share": (0, 1),
    "0–1": (0, 1), "yuan": (0, 1e9), "months": (0, 60),
}  # fmt: skip
"""What a measure of this unit can be in a district of a million residents."""
OVERLOADED: Final = {"incubator_load": (0.0, UNBOUNDED)}
"""A load is hours needed over hours there are: it may exceed 1."""
UNKNOWN_AT_FIRST: Final = (
    "founding_flow", "filing_flow", "registration_flow", "entry_flow", "dormancy_flow", "removal_flow", "merger_flow",
)  # fmt: skip
"""Sums of twelve months, not known before the twelfth."""
UNKNOWN_AT_START: Final = ("execution_rate",)
"""Nothing has been budgeted at month 0."""
MAY_BE_UNKNOWN: Final = ("incubator_wait_months",)
"""Not known while nobody has ever been given a place."""


def records(scale: float, replicates: int) -> list[Record]:
    return [recorded("nankai", "nankai-baseline", replicate, scale) for replicate in range(replicates)]


def assert_mean_within(values: NDArray[np.float64], low: float, high: float, what: str) -> None:
    """The mean lies within [low, high], up to so many of its standard errors."""
    error = float(values.std(ddof=1) / np.sqrt(values.size))
    mean = float(values.mean())
    said = f"{what}: {mean:.4g} (standard error {error:.2g}) is not within [{low:g}, {high:g}]"
    assert low - STANDARD_ERRORS * error <= mean <= high + STANDARD_ERRORS * error, said


def relative(runs: list[Record], measure: str) -> NDArray[np.float64]:
    """The last month over the first, by replicate."""
    return np.array([district(run, measure)[-1] / district(run, measure)[0] for run in runs])


SIZES = [pytest.param(0.1, 16, id="a tenth"), pytest.param(1.0, 8, id="whole", marks=pytest.mark.slow)]


@pytest.mark.parametrize(("scale", "replicates"), SIZES)
@pytest.mark.parametrize(
    ("measure", "low", "high"),
    [("counted_count", 0.90, 1.40), ("participation_rate", 0.96, 1.04), ("backbone_rate", 0.80, 1.20)],
)
def test_the_status_quo_stands_still(scale: float, replicates: int, measure: str, low: float, high: float) -> None:
    assert_mean_within(relative(records(scale, replicates), measure), low, high, f"{measure}, end over start")


@pytest.mark.parametrize(("scale", "replicates"), SIZES)
def test_sizes_are_heavy_tailed(scale: float, replicates: int) -> None:
    for run in records(scale, replicates):
        assert district(run, "members_gini").min() >= 0.5


def outside(record: Record) -> list[str]:
    """Measures that leave their range somewhere, in any place and month."""
    wrong = []
    for name, values in zip(record.measures, record.values, strict=True):
        low, high = OVERLOADED.get(name) or RANGES[MEASURES[name].unit["en"]]
        if ((values < low) | (values > high) | np.isinf(values)).any():
            wrong.append(f"{name}: {np.nanmin(values):g} to {np.nanmax(values):g}, not within {low:g} to {high:g}")
    return wrong


def missing(record: Record) -> list[str]:
    """Measures that are not known of the district in a month in which they should be."""
    unknown = []
    for name in record.measures:
        first = 12 if name in UNKNOWN_AT_FIRST else 1 if name in UNKNOWN_AT_START else 0
        if name not in MAY_BE_UNKNOWN and np.isnan(district(record, name)[first:]).any():
            unknown.append(name)
    return unknown


POLICIES = ("nankai-baseline", "chaoyang", "nankai-recommended", "none")


@pytest.mark.parametrize("policy", POLICIES)
def test_no_measure_leaves_its_range(policy: str) -> None:
    assert outside(recorded("nankai", policy)) == []


@pytest.mark.parametrize("policy", POLICIES)
def test_what_should_be_known_is_known(policy: str) -> None:
    """Where no incubator is in force there is no load; where nothing is, nothing is budgeted and money has no spread."""
    without = {"nankai-baseline": set(), "nankai-recommended": set(), "chaoyang": {"incubator_load"},
               "none": {"incubator_load", "execution_rate", "money_gini"}}[policy]  # fmt: skip
    assert set(missing(recorded("nankai", policy))) == without


def test_parts_are_parts_of_the_whole() -> None:
    """Of every month and policy: tiers add up, nobody is active who is not counted, stages are nested."""
    for policy in POLICIES:
        record = recorded("nankai", policy)
        of = {name: district(record, name) for name in record.measures}
        assert of["registered_count"] + of["filed_count"] == pytest.approx(of["counted_count"])
        assert of["active_count"] + of["dormant_count"] == pytest.approx(of["counted_count"])
        assert (of["support_count"] <= of["registered_count"]).all()
        assert (of["backbone_rate"] <= of["volunteer_rate"]).all()
        assert (of["volunteer_rate"] <= of["participation_rate"]).all()
        assert (of["volunteer_rate"] <= of["registered_volunteer_rate"]).all(), "who volunteers is on the register"
        assert (of["trained_leaders_count"] <= of["leaders_count"]).all()
        assert (of["participation_rate"] <= of["participation_reported"]).all()


def test_no_resident_becomes_active_without_what_feeds_them() -> None:
    """With nothing in force participation does not rise: Nankai at a tenth, pairs in the same luck, all of them."""
    for replicate in range(4):
        baseline, none = (recorded("nankai", policy, replicate) for policy in ("nankai-baseline", "none"))
        assert district(none, "participation_rate")[-1] < district(baseline, "participation_rate")[-1]


def test_stock_is_what_flowed() -> None:
    """Counted at the end = at the start + filings, entries (and introductions) - removals - mergers, of five years."""
    record = run_once(nankai(0.1), "nankai-baseline", 1)
    of = {name: district(record, name) for name in record.measures}
    years = slice(12, None, 12)
    flowed = sum(of[f"{name}_flow"][years].sum() for name in ("filing", "entry"))
    flowed -= sum(of[f"{name}_flow"][years].sum() for name in ("removal", "merger"))
    assert of["counted_count"][-1] - of["counted_count"][0] == pytest.approx(flowed)
