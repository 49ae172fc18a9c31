"""A plan holds every run once, cuts it the same way each time, and shares it out without gaps."""

from __future__ import annotations

from itertools import product

import pytest

from simulator.experiments.sweeps.plan import Plan, Planned, Shard
from simulator.language.errors import UserError

PLANS = [Plan.cut(("a", "b"), 7, 3), Plan.cut(("a",), 1000, 100), Plan.cut(("a", "b", "c"), 5, 2, 1), Plan.cut(("a",), 1, 1)]


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_chunks_hold_every_run_once(plan: Plan) -> None:
    runs = [run for chunk in plan.chunks for run in plan.runs(chunk)]
    assert len(runs) == len(plan) == sum(plan.size(chunk) for chunk in plan.chunks)
    assert set(runs) == {Planned(*key) for key in product(plan.policies, range(plan.points), range(plan.replicates))}
    assert all(run in plan.runs(plan.chunk_of(run)) for run in runs[:: len(runs) // 50 + 1])


@pytest.mark.parametrize("plan", PLANS, ids=str)
@pytest.mark.parametrize("of", [1, 2, 5])
def test_shards_hold_every_chunk_once(plan: Plan, of: int) -> None:
    shared = [chunk for index in range(of) for chunk in plan.shard(Shard(index, of))]
    assert sorted(shared) == list(plan.chunks)


def test_replicates_come_first_and_more_of_them_change_nothing() -> None:
    few, many = Plan(("a", "b"), 10, 2, 4), Plan(("a", "b"), 10, 5, 4)
    assert [few.runs(chunk) for chunk in few.chunks] == [many.runs(chunk) for chunk in few.chunks]
    first = [run for chunk in list(many.chunks)[: many.blocks] for run in many.runs(chunk)]
    assert {run.replicate for run in first} == {0}
    assert {run.point for run in first} == set(range(10))


def test_a_chunk_is_a_two_hundredth_of_all_and_four_to_two_hundred_runs() -> None:
    assert len(Plan.cut(("a",), 200, 10).chunks) == 200
    assert len(Plan.cut(("a",), 10_000, 100).chunks) == 5000
    assert Plan.cut(("a",), 72, 1).size(0) == 4
    assert Plan.cut(("a", "b"), 50, 2, 10).points_in_chunk == 5


@pytest.mark.parametrize("text", ["10/10", "1", "a/b", "-1/4", "0/0", "1/2/3", ""])
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="with i from 0 to n-1, such as 0/10 to 9/10"):
        Shard.parse(text)


def test_runs_have_names() -> None:
    plan = Plan(("chaoyang", "none"), 12, 3, 1)
    assert plan.find("none/11/2") == Planned("none", 11, 2)
    assert plan.find(Planned("chaoyang", 0, 1).run_id) == Planned("chaoyang", 0, 1)
    for wrong in ("none", "nobody/1/1", "none/12/0", "none/0/3", "none/x/1"):
        with pytest.raises(UserError, match="is no run of this sweep"):
            plan.find(wrong)
