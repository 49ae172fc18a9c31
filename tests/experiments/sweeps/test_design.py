"""Points: where designs put them, that they depend on nothing else, and what a table may hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import qmc

from simulator.experiments.sweeps.design import Points, points_of, positions
from simulator.experiments.sweeps.varying import load
from simulator.language.errors import DocumentError, UserError
from tests.experiments.sweeps.small import GRANT, PURCHASE, small

SLOTS = "policies.nankai-baseline.district_incubator.slots"


def rows(**changes: Any) -> np.ndarray:
    return np.array(points_of(load(small(**changes)).sweep).rows)


def test_a_latin_hypercube_has_one_point_in_each_slice_of_each_range() -> None:
    found = rows(design={"method": "lhs", "points": 40, "seed": 5}) / np.array([8, 300000])
    for column in found.T:
        assert sorted(np.floor(column * 40).astype(int)) == list(range(40))


@pytest.mark.parametrize("method", ["sobol", "halton", "lhs"])
def test_sequences_fill_the_square_more_evenly_than_chance(method: str) -> None:
    found = rows(design={"method": method, "points": 64, "seed": 2}) / np.array([8, 300000])
    chance = [qmc.discrepancy(np.random.default_rng(seed).random((64, 2))) for seed in range(50)]
    assert qmc.discrepancy(found) < min(chance)


@pytest.mark.parametrize("method", ["sobol", "halton", "lhs", "saltelli", "morris"])
def test_points_depend_on_the_seed_alone(method: str) -> None:
    design = {"method": method, "points": 8}
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    assert (rows(design={**design, "seed": 1}) == rows(design={**design, "seed": 1})).all()
    assert (rows(design={**design, "seed": 1}) != rows(design={**design, "seed": 2})).any()
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002


def test_designs_for_indices_have_the_points_that_their_methods_need() -> None:
    assert len(rows(design={"method": "saltelli", "points": 16})) == 16 * (2 + 2)
    trajectories = rows(design={"method": "morris", "points": 10}).reshape(10, 3, 2)
    assert ((np.diff(trajectories, axis=1) != 0).sum(axis=2) == 1).all()
    with pytest.raises(UserError, match=r"power of two points \(=12\); accepted: 8, 16"):
        rows(design={"method": "saltelli", "points": 12})


def test_a_grid_crosses_levels_and_steps_the_last_number_fastest() -> None:
    vary = {PURCHASE: [1, 2], GRANT: {"low": 0, "high": 200000, "steps": 3}}
    found = points_of(load(small(vary=vary, design={"method": "grid"})).sweep).rows
    assert found == ((1, 0.0), (1, 100000.0), (1, 200000.0), (2, 0.0), (2, 100000.0), (2, 200000.0))


def test_too_large_a_grid_is_refused() -> None:
    with pytest.raises(UserError, match="this saltelli has 2,097,152 points"):
        rows(design={"method": "saltelli", "points": 2**19})
    steps = {"low": 0, "high": 8, "steps": 1000}
    vary = {PURCHASE: steps, GRANT: steps, "parameters.entry.kappa": [0.2, 0.3]}
    with pytest.raises(UserError, match=r"2,000,000 points \(1000 x 1000 x 2\)"):
        rows(vary=vary, design={"method": "grid"})


def test_laws_and_whole_numbers() -> None:
    vary = {SLOTS: {"low": 8, "high": 60, "law": "log_uniform"}}
    places = rows(policies=["nankai-baseline"], vary=vary, design={"method": "lhs", "points": 400})[:, 0]
    assert (places == np.round(places)).all()
    assert places.min() == 8
    assert places.max() == 60
    # Log-uniform: half of the points lie below the geometric mean, sqrt(8 * 60) = 21.9; uniform would have a quarter there.
    assert 0.47 < (places < 21.9).mean() < 0.53


def test_steps_of_what_comes_whole_are_whole() -> None:
    vary = {SLOTS: {"low": 8, "high": 60, "steps": 4}}
    assert rows(policies=["nankai-baseline"], vary=vary, design={"method": "grid"})[:, 0].tolist() == [8, 25, 43, 60]


def test_levels_are_drawn_evenly_by_a_sampled_design() -> None:
    vary = {PURCHASE: [1, 2, 4, 8], GRANT: {"low": 0, "high": 300000}}
    found = rows(vary=vary, design={"method": "lhs", "points": 40})[:, 0]
    assert [int((found == level).sum()) for level in (1, 2, 4, 8)] == [10] * 4


def test_what_moves_with_a_number_is_its_multiple() -> None:
    fee = "policies.nankai-baseline.district_incubator.operator_yuan"
    vary = {SLOTS: {"levels": [10, 20], "with": {fee: 15000}}}
    varying = load(small(policies=["nankai-baseline"], vary=vary, design={"method": "grid"}))
    for places in (10, 20):
        (policy,) = varying.at([places]).policies
        (incubator,) = (entry for entry in policy.instruments if entry.name == "district_incubator")
        assert (incubator.values["slots"].value, incubator.values["operator_yuan"].value) == (places, places * 15000)


def test_points_of_ones_own_from_csv_parquet_and_a_frame(tmp_path: Path) -> None:
    frame = pd.DataFrame({GRANT: [100000, 0], "purchase": [1.5, 2]})
    frame.to_csv(tmp_path / "points.csv", index=False)
    frame.to_parquet(tmp_path / "points.parquet")
    expected = ((1.5, 100000), (2.0, 0))
    named = {PURCHASE: {"name": "purchase"}}
    for file in ("points.csv", "points.parquet"):
        found = points_of(load(small(vary=named, design={"method": "table", "file": str(tmp_path / file)})).sweep)
        assert found.names == ("purchase", GRANT)
        assert found.rows == expected
    given = load(small(vary=named, design={"method": "table"}), points=frame)
    assert points_of(given.sweep).rows == expected


def test_words_can_vary_too() -> None:
    varying = load(small(vary={"policies.chaoyang.hub_grant.from": ["start", "start+12m"]}, design={"method": "grid"}))
    months = []
    for row in points_of(varying.sweep).rows:
        (chaoyang, _) = varying.at(row).policies
        months.append(next(entry.from_month for entry in chaoyang.instruments if entry.name == "hub_grant"))
    assert months == [0, 12]


def test_points_survive_their_table() -> None:
    points = Points(("a", "b", "c"), ((1, 0.1, "x"), (2, 1 / 3, "y")))
    again = Points.of_table(points.table())
    assert again == points
    assert [type(value) for value in again.rows[0]] == [int, float, str]


def test_points_that_only_together_are_wrong_are_named_before_the_first_run() -> None:
    vary = {"policies.chaoyang.hub_grant.from": ["start", "start+48m"], "policies.chaoyang.hub_grant.until": ["start+24m"]}
    varying = load(small(vary=vary, design={"method": "grid"}))
    with pytest.raises(DocumentError, match=r"until \(start\+24m\) is not after from \(start\+48m\) \(point 1\)"):
        varying.check(points_of(varying.sweep))


def test_positions_are_between_0_and_1() -> None:
    for method in ("lhs", "sobol", "halton", "saltelli", "morris"):
        design = load(small(design={"method": method, "points": 16})).sweep.design
        found = positions(design, 2)
        assert found.min() >= 0
        assert found.max() <= 1
