"""A sweep's numbers moved in memory are those that reading with the same changes gives."""

from __future__ import annotations

import random

import pytest

from simulator import catalogue
from simulator.documents.reading import Problems
from simulator.documents.scenario import Scenario
from simulator.documents.sweep import declared
from simulator.experiments.sweeps.design import points_of
from simulator.experiments.sweeps.varying import Varying, load
from simulator.language.errors import DocumentError


def ranges(policy: str) -> dict[str, tuple[float, float]]:
    """Every number of a policy and of the model that has a range, by its path."""
    scenario = catalogue.load("nankai-compare", policies=[policy])
    found = {}
    for entry in scenario.policies[0].instruments:
        for name, item in entry.values.items():
            if item.range and item.range[0] < item.range[1]:
                found[f"policies.{policy}.{entry.name}.{name}"] = item.range
    for path, item in scenario.parameters.by_path.items():
        if item.range and item.range[0] < item.range[1]:
            found[f"parameters.{path}"] = item.range
    return found


def read_anew(varying: Varying, values: tuple[float, ...]) -> Scenario:
    """The scenario of a point as the reader of documents makes it."""
    reader = varying._reader
    reader.problems = Problems()
    found = reader.composed(varying.sweep, values, [number.place for number in varying.sweep.varied])
    reader.problems.stop_if_any()
    assert found is not None
    return found


@pytest.mark.parametrize("policy", catalogue.names("policy"))
def test_moving_in_memory_is_reading_with_changes(policy: str) -> None:
    """Ten numbers of each shipped policy and of the model, at random positions."""
    paths = random.Random(policy).sample(sorted(ranges(policy).items()), 10)
    vary = {path: {"low": low, "high": high} for path, (low, high) in paths}
    about = {"title": {"en": "Tried", "zh": "试验"}, "scenario": "nankai-compare", "policies": [policy]}
    varying = load({**about, "vary": vary, "design": {"method": "lhs", "points": 3}})
    assert varying._recipe is not None
    base = varying.sweep.scenario.digest
    for row in points_of(varying.sweep).rows:
        assert varying.at(row) == read_anew(varying, row)  # type: ignore[arg-type]
        assert varying.at(row).digest != base


def test_changes_from_outside_hold_at_every_point() -> None:
    varying = load("purchase-against-hubs", ["years=2", "policies.chaoyang.hub_grant.posts_per_hub=3"],
                   overrides={"seed": 9, "scale": 0.5})  # fmt: skip
    scenario = varying._recipe.mover.at((2.0, 70000.0)) if varying._recipe else None
    assert scenario is not None
    (hub,) = (entry for entry in scenario.policies[0].instruments if entry.name == "hub_grant")
    assert (scenario.months, scenario.seed, scenario.scale) == (24, 9, 0.5)
    assert (hub.values["annual_yuan_per_hub"].value, hub.values["posts_per_hub"].value) == (70000, 3)


def test_equal_budgets_hold_at_every_point() -> None:
    """The shipped trade-off: whatever the two weights are, the policy budgets what it budgets unmoved; its other lines stay."""
    varying = load("purchase-against-hubs")
    assert varying.total_yuan == pytest.approx(31.21e6)
    points = varying.with_factors(points_of(varying.sweep))
    base = {entry.name: entry.programmes() for entry in varying.sweep.scenario.policies[0].instruments}
    for point, row in enumerate(points.rows[:20]):
        scenario = varying.at(row)
        assert scenario.equal_money is not None
        told = scenario.equal_money.policies["chaoyang"]
        assert told.after_yuan == pytest.approx(varying.total_yuan, rel=1e-12)
        assert points.factors["chaoyang"][point] == told.factor
        # By hand: 2 yuan for a million residents and 100,000 for twelve hubs a year, divided as 1,000,000 and 12 weights.
        assert told.factor == pytest.approx(3.2e6 / (1e6 * row[0] + 12 * row[1]))  # type: ignore[operator]
        for entry in scenario.policies[0].instruments:
            assert (entry.programmes() == base[entry.name]) == (entry.name not in ("service_purchase", "hub_grant"))


def test_what_is_left_of_a_total_is_divided() -> None:
    """Asked for less than the other lines cost, nothing is left to divide."""
    about = {"title": {"en": "Tried", "zh": "试验"}, "scenario": "nankai-compare", "policies": ["chaoyang"]}
    vary = {"policies.chaoyang.hub_grant.annual_yuan_per_hub": [1, 2]}
    with pytest.raises(DocumentError, match=r"so nothing of 1,000,000 is left for hub_grant; ask for more"):
        load({**about, "vary": vary, "design": {"method": "grid"}, "equal_budget": 1000000, "equal_budget_by": ["hub_grant"]})


@pytest.mark.parametrize(
    ("path", "unit", "per", "whole"),
    [
        ("policies.chaoyang.service_purchase.annual_budget_yuan", "yuan/year", "resident", False),
        ("policies.chaoyang.service_purchase.annual_budget_yuan.value", "yuan/year", "resident", False),
        ("policies.nankai-baseline.district_incubator.slots", "places", "district", True),
        ("parameters.entry.kappa", None, "district", False),
        ("parameters.entry.staff_least", None, "district", True),
        ("district.residents", "residents", "district", True),
        ("district.age_shares.60_plus", "share", "district", False),
        ("scale", "share", "district", False),
    ],
)
def test_what_a_path_leads_to(path: str, unit: str | None, per: str, whole: bool) -> None:
    scenario = catalogue.load("nankai-compare")
    found = declared(scenario, path)
    assert found is not None
    assert (found.per, found.whole) == (per, whole)
    assert unit is None or found.unit == unit
    assert declared(scenario, "policies.chaoyang.hub_grant.from") is None
