"""Sweeps on one and on many workers, taken up again, shared out, refused: the same bytes and nothing lost."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simulator.experiments.progress import Progress
from simulator.experiments.sweeps.merge import merge
from simulator.experiments.sweeps.opened import SweepResult, open_sweep
from simulator.experiments.sweeps.sweep import sweep
from simulator.language.errors import DocumentError, ResultError, UserError
from tests.experiments.sweeps import stubs
from tests.experiments.sweeps.small import GRANT, PURCHASE, same, small


@pytest.fixture(autouse=True)
def marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "marks").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "marks"


def swept(out: str | Path, one_run: Any = stubs.stub, what: Any = None, **options: Any) -> SweepResult:
    return sweep(what or small(), out=out, one_run=one_run, **options)


def times_done(marks: Path) -> list[int]:
    return [len(path.read_text()) for path in marks.iterdir()]


def test_one_worker_and_two_give_the_same_bytes() -> None:
    found = swept("one")
    assert (found.counts.done, found.counts.failed, found.planned, found.finished) == (72, 0, 72, True)
    swept("two", workers=2)
    same(Path("one"), Path("two"))


def test_shards_merged_are_the_whole() -> None:
    swept("whole")
    for index in (2, 0, 1):
        shard = swept(f"shard {index}", shard=f"{index}/3", workers=index % 2 + 1)
        assert shard.finished
        assert shard.planned < 72
    merged = merge([f"shard {index}" for index in range(3)], "merged")
    assert merged.finished
    same(Path("whole"), Path("merged"))
    merge(["shard 1"], "merged")  # again: nothing changes
    same(Path("whole"), Path("merged"))


def test_shards_may_share_a_folder() -> None:
    swept("whole")
    for index in range(2):
        swept("shared", shard=f"{index}/2")
    assert open_sweep("shared").finished
    same(Path("whole"), Path("shared"))


def test_a_merge_goes_on_where_shards_are_missing() -> None:
    swept("shard", shard="0/2")
    merged = merge(["shard"], "merged")
    assert not merged.finished
    swept("whole")
    swept("merged")
    same(Path("whole"), Path("merged"))


def test_what_does_not_belong_together_is_not_merged(tmp_path: Path) -> None:
    swept("one", shard="0/2")
    swept("other", what=small(seed=2), shard="1/2")
    with pytest.raises(ResultError, match="other does not belong to one: digest"):
        merge(["one", "other"], "merged")
    with pytest.raises(ResultError, match="does not exist; a sweep is a folder written by"):
        merge(["nowhere"], "merged")
    with pytest.raises(UserError, match="nothing to merge"):
        merge([], "merged")
    swept("again", shard="0/2")
    part = next(Path("again/summary").iterdir())
    part.write_bytes(Path("again/runs", part.name).read_bytes()[::-1])
    with pytest.raises(ResultError, match="the same runs with other values"):
        merge(["one", "one", "again"], "merged") if _stays_readable(part, Path("one/summary") / part.name) else None


def _stays_readable(part: Path, original: Path) -> bool:
    """Other values in a whole file: what a machine that computes differently would leave."""
    import pyarrow.parquet as pq

    from simulator.experiments.sweeps.tables import to_bytes

    table = pq.read_table(original)
    column = table.column_names.index("active_count")
    doubled = [None if value is None else value * 2 for value in table["active_count"].to_pylist()]
    import pyarrow as pa

    part.write_bytes(to_bytes(table.set_column(column, table.schema.field(column), pa.array(doubled))))
    return True


def test_nothing_that_is_there_is_done_again(marks: Path) -> None:
    swept("out", partial(stubs.counting, marks), shard="0/2")
    half = len(times_done(marks))
    told: list[Progress] = []
    swept("out", partial(stubs.counting, marks), progress=told.append)
    # none does not know where it is, so its twelve points leave one mark a replicate
    assert max(n for n, path in zip(times_done(marks), marks.iterdir(), strict=True)
               if path.name.startswith("chaoyang")) == 1  # fmt: skip
    assert half < len(times_done(marks))
    assert (told[0].reused, told[0].done) == (36, 36)
    assert (told[-1].planned, told[-1].done, told[-1].failed) == (72, 72, 0)
    swept("whole")
    same(Path("whole"), Path("out"))


def test_more_replicates_go_on_from_fewer() -> None:
    swept("out", what=small(replicates=1))
    found = swept("out", replicates=3)
    assert found.manifest["replicates"] == 3
    assert found.finished
    fewer = swept("out", replicates=2)
    assert (fewer.planned, fewer.finished) == (72, True)
    swept("whole", runs_in_chunk=found.manifest["points_in_chunk"] * 2)
    pd.testing.assert_frame_equal(open_sweep("out").runs(), open_sweep("whole").runs())


def test_failed_runs_are_rows_with_error_and_seed(marks: Path) -> None:
    found = swept("out", partial(stubs.failing, marks))
    failed = found.runs().query("status == 'failed'")
    points = set(found.points().query("purchase > 4").index)
    assert set(failed["point"]) == points
    assert set(failed["replicate"]) == {1}
    assert set(failed["seed"]) == {1}
    assert failed["error"].str.startswith("ValueError: too much money (stubs.py:").all()
    assert found.counts.failed == len(points)
    assert found.finished
    swept("two", partial(stubs.failing, marks), workers=2)
    same(Path("out"), Path("two"))


def test_failed_runs_stay_unless_they_are_to_be_retried(marks: Path) -> None:
    swept("out", partial(stubs.failing, marks))
    (marks / "mended").touch()
    assert swept("out", partial(stubs.failing, marks)).counts.failed > 0
    assert swept("out", partial(stubs.failing, marks), retry_failed=True).counts.failed == 0
    swept("whole")
    same(Path("whole"), Path("out"))


def test_stop_begins_no_more_after_the_first_failure(marks: Path) -> None:
    found = swept("out", partial(stubs.failing, marks), on_error="stop")
    assert found.counts.failed >= 1
    assert not found.finished
    assert not found.interrupted
    swept("out", partial(stubs.failing, marks))
    swept("whole", partial(stubs.failing, marks))
    same(Path("whole"), Path("out"))


def test_a_worker_that_dies_costs_nothing(marks: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "sanshe"):
        found = swept("out", partial(stubs.killing_once, marks), workers=2)
    assert "a worker process died" in caplog.text
    assert found.counts.done == 72
    swept("whole")
    same(Path("whole"), Path("out"))


@pytest.mark.slow
def test_a_run_that_kills_every_worker_is_found_and_kept_as_failed() -> None:
    found = swept("out", stubs.killing, workers=2, runs_in_chunk=8)
    failed = found.runs().query("status == 'failed'")
    assert set(failed["point"]) == set(found.points().query("purchase > 7").index)
    assert set(failed["policy"]) == {"chaoyang"}
    assert failed["error"].str.startswith("WorkerDied").all()
    assert found.counts.done + found.counts.failed == 72


@pytest.mark.parametrize(
    ("changes", "options", "words"),
    [
        ({"seed": 2}, {}, "holds another sweep"),
        ({"design": {"method": "lhs", "points": 13, "seed": 3}}, {}, "lhs, 12 points, 2 policies, seed 1"),
        ({"policies": ["chaoyang"]}, {}, "holds another sweep"),
        ({"keep": {"places": "all"}}, {}, "holds another sweep"),
        ({"equal_budget": "20/resident"}, {}, "holds another sweep"),
        ({}, {"scale": 0.5}, "holds another sweep"),
        ({}, {"set": ["years=2"]}, "holds another sweep"),
    ],
)
def test_another_sweep_is_refused_before_the_first_run(
    changes: dict[str, Any], options: dict[str, Any], words: str, marks: Path
) -> None:
    swept("out", partial(partial(stubs.counting, marks), marks))
    before = times_done(marks)
    with pytest.raises(ResultError, match=words):
        swept("out", partial(stubs.counting, marks), small(**changes), **options)
    assert times_done(marks) == before
    assert swept("out", what=small(**changes), force=True, **options).finished


def test_another_program_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    swept("out")
    monkeypatch.setattr("simulator.experiments.sweeps.sweep.program", lambda: "another")
    with pytest.raises(ResultError, match=r"begun with another program .*runs of two programs do not mix"):
        swept("out")


def test_parts_of_another_program_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster's worker on which another version is installed."""
    monkeypatch.setattr("simulator.experiments.sweeps.sweep.program", lambda: "another")
    with pytest.raises(UserError, match="a worker runs another program"):
        swept("out")


def test_folders_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ResultError, match=r"cannot write to .*file"):
        swept("file")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.docx").touch()
    with pytest.raises(ResultError, match=r"holds files that are not a sweep \(thesis.docx\)"):
        swept("mine")
    with pytest.raises(ResultError, match=r"holds files that are not a sweep"):
        swept("mine", force=True)
    assert (tmp_path / "mine" / "thesis.docx").exists()
    (tmp_path / "theirs" / "inputs").mkdir(parents=True)
    (tmp_path / "theirs" / "inputs" / "first").write_text("dear diary")
    for force in (False, True):
        with pytest.raises(ResultError, match=r"holds files that are not a sweep \(inputs\)"):
            swept("theirs", force=force)
    assert (tmp_path / "theirs" / "inputs" / "first").read_text() == "dear diary"
    (tmp_path / "result").mkdir()
    (tmp_path / "result" / "manifest.json").write_text('{"scenario": {}}')
    with pytest.raises(ResultError, match="holds the result of `sanshe run`"):
        swept("result")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"workers": 0}, r"workers \(=0\)"),
        ({"runs_in_chunk": 0}, r"runs in a chunk \(=0\)"),
        ({"on_error": "ignore"}, "give 'continue' or 'stop'"),
        ({"shard": "3/3"}, "shard '3/3'"),
        ({"seed": 2**63}, "too large for a sweep"),
        ({"set": [f"{PURCHASE}=-4"]}, "out of bounds"),
        ({"what": "chaoyang-2013"}, "unknown sweep 'chaoyang-2013'"),
        ({"what": "nowhere.yaml"}, "there is no such file"),
    ],
)
def test_what_cannot_be_swept_is_refused(options: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=words):
        swept("out", **options)
    assert not (tmp_path / "out").exists()


def test_a_scenario_is_no_sweep() -> None:
    from simulator import catalogue

    with pytest.raises(UserError, match="is not a sweep: its kind is scenario"):
        swept("out", what=catalogue.shipped() / "nankai-compare.yaml")


def test_points_that_clash_come_before_the_first_run(tmp_path: Path) -> None:
    vary = {"policies.chaoyang.hub_grant.from": ["start", "start+48m"], "policies.chaoyang.hub_grant.until": ["start+24m"]}
    with pytest.raises(DocumentError, match=r"\(point 1\)"):
        swept("out", what=small(vary=vary, design={"method": "grid"}))


def test_a_table_of_points_is_swept(tmp_path: Path) -> None:
    frame = pd.DataFrame({PURCHASE: [1.0, 5.0], GRANT: [0, 1000]})
    found = swept("out", what=small(vary={}, design={"method": "table"}), points=frame)
    assert found.points().to_dict("list") == {PURCHASE: [1.0, 5.0], GRANT: [0, 1000]}
    assert found.runs()[GRANT].tolist() == [0, 0, 0, 1000, 1000, 1000] * 2


def test_folders_have_names_of_their_own(tmp_path: Path) -> None:
    assert sweep(small(), one_run=stubs.stub).folder == Path("results/sweep")
    assert sweep(small(), one_run=stubs.stub, shard="0/2").folder == Path("results/sweep-shard-0-of-2")
