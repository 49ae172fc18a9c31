"""Runs on one and on many processes: the same bytes, nothing lost, and a clear no before the first run."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from simulator.experiments.progress import Progress
from simulator.experiments.replicates import run
from simulator.experiments.tasks import Task, share_out
from simulator.language.errors import ResultError, UserError
from simulator.results.parts import FOLDER
from tests.experiments import walk as walks
from tests.experiments.walk import Walk, marked, walk

TABLES = ("trajectories.parquet", "runs.parquet", "summary.csv", "comparison.csv")


def same_tables(one: Path, other: Path) -> None:
    for table in TABLES:
        assert (one / table).read_bytes() == (other / table).read_bytes(), table


def test_one_worker_and_two_give_the_same_bytes(tmp_path: Path) -> None:
    for workers in (1, 2):
        run(Walk(replicates=5), one_run=walk, workers=workers, out=tmp_path / str(workers))
    same_tables(tmp_path / "1", tmp_path / "2")


def test_another_seed_gives_other_luck_and_says_so() -> None:
    one, other = run(Walk(replicates=1), one_run=walk), run(Walk(replicates=1), one_run=walk, seed=7)
    assert not one.data.equals(other.data)
    assert set(other.runs["seed"]) == {7}
    assert other.manifest["seed"] == 7


def test_more_replicates_leave_the_first_as_they_were() -> None:
    few, many = run(Walk(), one_run=walk, replicates=2), run(Walk(), one_run=walk, replicates=4)
    assert few.data.equals(many.data.sel(replicate=[0, 1]))


def test_chosen_policies_are_as_they_were_and_the_first_is_the_baseline() -> None:
    found = run(Walk(replicates=2), one_run=walk, policies=["none", "chaoyang"])
    assert found.baseline == "none"
    assert found.data.sel(policy=["chaoyang"]).equals(run(Walk(replicates=2), one_run=walk).data.sel(policy=["chaoyang"]))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"policies": ["chaoyan"]}, "did you mean chaoyang"),
        ({"policies": ["none", "none"]}, "given 2 times"),
        ({"replicates": 0}, r"replicates \(=0\)"),
        ({"workers": 0}, r"workers \(=0\)"),
    ],
)
def test_what_cannot_be_run_is_refused(wrong: dict[str, object], words: str) -> None:
    with pytest.raises(UserError, match=words):
        run(Walk(), one_run=walk, **wrong)  # type: ignore[arg-type]


def test_progress_is_told_from_none_to_all() -> None:
    told: list[Progress] = []
    run(Walk(replicates=2), one_run=walks.walk_with_failures, progress=told.append)
    assert [one.done + one.failed for one in told] == list(range(9))
    assert (told[-1].planned, told[-1].done, told[-1].failed) == (8, 7, 1)


def test_stop_at_the_first_error_keeps_what_is_there() -> None:
    found = run(Walk(), one_run=walks.walk_with_failures, on_error="stop")
    assert (found.failed, found.interrupted) == (1, True)
    assert found.manifest["runs"] == {"planned": 24, "done": 5, "failed": 1}


def test_a_worker_that_dies_costs_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "sanshe"):
        found = run(marked(Walk(), tmp_path), one_run=walks.walk_that_kills_its_process_once, workers=2)
    assert "a worker process died" in caplog.text
    assert found.failed == 0
    assert found.data.equals(run(Walk(), one_run=walk).data)


def test_only_the_parent_answers_ctrl_c() -> None:
    found = run(Walk(replicates=2), one_run=walks.walk_that_is_interrupted, workers=2)
    assert found.data.equals(run(Walk(replicates=2), one_run=walk).data)


def test_a_run_that_kills_every_worker_is_kept_as_failed(caplog: pytest.LogCaptureFixture) -> None:
    found = run(Walk(replicates=3), one_run=walks.walk_that_always_kills_its_process, workers=2)
    bad = found.runs[found.runs.status == "failed"]
    assert list(zip(bad.policy, bad.replicate, strict=True)) == [("chaoyang", 2)]
    assert bad.error.iloc[0].startswith("WorkerDied")
    expected = run(Walk(replicates=3), one_run=walk).data
    assert found.data.sel(policy="none").equals(expected.sel(policy="none"))
    assert "died again" in caplog.text


def test_runs_are_shared_out_by_replicate_unless_there_are_too_few() -> None:
    keys = [(policy, 0, replicate) for replicate in range(4) for policy in ("b", "a")]
    assert share_out(keys, ["b", "a"], 2) == [Task(r, ("b", "a")) for r in range(4)]
    assert share_out(keys, ["b", "a"], 4) == [Task(r, (p,)) for r in range(4) for p in ("b", "a")]
    assert share_out(keys[3:], ["b", "a"], 1)[0] == Task(1, ("a",))


def test_an_interrupted_start_is_taken_up(tmp_path: Path) -> None:
    scenario, out = marked(Walk(replicates=3), tmp_path / "marks"), tmp_path / "out"

    def interrupted(scenario: Walk, policy: str, replicate: int) -> object:
        if (policy, replicate) == ("none", 1):
            raise KeyboardInterrupt
        return walk(scenario, policy, replicate)

    first = run(scenario, one_run=interrupted, out=out)  # type: ignore[arg-type]
    assert first.interrupted
    assert first.manifest["runs"]["done"] == 7
    assert (out / FOLDER).is_dir()
    second = run(scenario, one_run=walks.counting_walk, out=out)
    assert len(list((tmp_path / "marks").iterdir())) == 5  # 12 planned, 7 on disk
    assert second.manifest["performance"]["reused_runs"] == 7
    assert not second.interrupted
    assert not (out / FOLDER).exists()
    run(scenario, one_run=walk, out=tmp_path / "whole")
    same_tables(out, tmp_path / "whole")


def test_parts_of_another_seed_are_not_taken_up(tmp_path: Path) -> None:
    def interrupted(scenario: Walk, policy: str, replicate: int) -> object:
        if replicate == 1:
            raise KeyboardInterrupt
        return walk(scenario, policy, replicate)

    run(Walk(replicates=2), one_run=interrupted, out=tmp_path)  # type: ignore[arg-type]
    found = run(Walk(replicates=2), one_run=walk, out=tmp_path, seed=2, force=True)
    assert found.manifest["performance"]["reused_runs"] == 0
    assert found.data.equals(run(Walk(replicates=2), one_run=walk, seed=2).data)


def test_nothing_finished_is_nothing_returned() -> None:
    def interrupted(scenario: Walk, policy: str, replicate: int) -> object:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(Walk(), one_run=interrupted)  # type: ignore[arg-type]


def refused(*_: object) -> object:
    raise AssertionError("a run was begun")


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"name": "another"}, "scenario 'another'"),
        ({"digest": "e" * 64}, "eeeeeeee"),
        ({"seed": 9}, "seed 9"),
        ({"scale": 0.1}, r"scale 0\.1"),
    ],
)
def test_a_folder_of_another_scenario_is_refused_before_the_first_run(
    tmp_path: Path, other: dict[str, object], words: str
) -> None:
    there = Walk(replicates=1, **other)  # type: ignore[arg-type]
    run(there, one_run=walk, out=tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ResultError, match=words) as caught:
        run(Walk(replicates=1), one_run=refused, out=tmp_path, on_error="stop")  # type: ignore[arg-type]
    assert "--force" in str(caught.value)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    replaced = run(Walk(replicates=1), one_run=walk, out=tmp_path, force=True)
    assert json.loads((tmp_path / "manifest.json").read_text("utf-8"))["seed"] == replaced.manifest["seed"] == 1


def test_a_folder_of_other_files_is_refused_and_never_emptied(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(ResultError, match=r"thesis\.docx"):
        run(Walk(), one_run=refused, out=tmp_path)  # type: ignore[arg-type]
    run(Walk(replicates=1), one_run=walk, out=tmp_path, force=True)
    assert (tmp_path / "thesis.docx").read_text() == "years of work"


def test_a_place_that_cannot_be_written_is_refused_before_the_first_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ResultError, match="cannot write to"):
        run(Walk(), one_run=refused, out=tmp_path / "file" / "result")  # type: ignore[arg-type]
