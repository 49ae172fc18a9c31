"""A result folder: whole, readable, the same bytes, and refused when it is not whole."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from simulator.experiments.replicates import run
from simulator.language.errors import ResultError
from simulator.results.folder import open_result
from tests.experiments.walk import Walk, walk, walk_with_failures

TABLES = ("trajectories.parquet", "runs.parquet", "summary.csv", "comparison.csv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run(Walk(replicates=3), one_run=walk_with_failures, out=tmp_path / "result")
    return tmp_path / "result"


def test_what_is_written_is_what_is_read(folder: Path) -> None:
    written, read = run(Walk(replicates=3), one_run=walk_with_failures), open_result(folder)
    assert read.data.identical(written.data.assign_attrs(read.data.attrs))
    assert read.table().equals(written.table())
    assert read.compare().equals(written.compare())
    assert (read.failed, read.interrupted) == (1, False)


def test_the_folder_is_that_of_the_contract(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} >= {"manifest.json", "timings.parquet", *TABLES}
    assert (folder / "summary.csv").read_bytes().startswith(b"\xef\xbb\xbfpolicy,")
    long = ["policy", "draw", "replicate", "month", "date", "place", "measure", "value", "unit"]
    assert pq.read_schema(folder / "trajectories.parquet").names == long
    runs = pq.read_table(folder / "runs.parquet").to_pandas()
    assert len(runs) == 12
    bad = runs[runs.status == "failed"].iloc[0]
    assert (bad.policy, bad.replicate, bad.seed) == ("chaoyang", 1, 1)
    assert bad.error == "ValueError: the walk fell off the edge" + bad.error[38:]
    assert "walk.py:" in bad.error
    assert os.sep not in bad.error
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["runs"] == {"planned": 12, "done": 11, "failed": 1}
    assert manifest["residents"] == {"built": 1_000_000, "represented": 1_000_000}


def test_the_same_command_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        run(Walk(replicates=3), one_run=walk, out=tmp_path / name)
    for table in TABLES:
        assert (tmp_path / "one" / table).read_bytes() == (tmp_path / "other" / table).read_bytes(), table
    one, other = (json.loads((tmp_path / name / "manifest.json").read_text("utf-8")) for name in ("one", "other"))
    one.pop("performance"), other.pop("performance")
    assert one == other


@pytest.mark.parametrize("part", ["trajectories.parquet", "runs.parquet", "timings.parquet", "manifest.json"])
def test_a_missing_part_is_named(folder: Path, part: str) -> None:
    (folder / part).unlink()
    with pytest.raises(ResultError, match=part):
        open_result(folder)


@pytest.mark.parametrize("part", ["trajectories.parquet", "runs.parquet", "manifest.json"])
def test_a_part_cut_short_is_named(folder: Path, part: str) -> None:
    content = (folder / part).read_bytes()
    (folder / part).write_bytes(content[: len(content) // 2])
    with pytest.raises(ResultError, match=part):
        open_result(folder)


def test_runs_missing_from_a_table_are_noticed(folder: Path) -> None:
    table = pq.read_table(folder / "trajectories.parquet").to_pandas()
    pq.write_table(pq.read_table(folder / "trajectories.parquet").slice(0, len(table) // 2), folder / "trajectories.parquet")
    with pytest.raises(ResultError, match="the manifest has 11"):
        open_result(folder)
    pq.write_table(pq.read_table(folder / "runs.parquet").slice(0, 5), folder / "runs.parquet")
    with pytest.raises(ResultError, match=r"has [45] finished runs, the manifest has 11"):
        open_result(folder)


def test_what_is_no_result(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="does not exist"):
        open_result(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    with pytest.raises(ResultError, match="is a file"):
        open_result(tmp_path / "file")
    (tmp_path / "manifest.json").write_text('{"scenario": {}}')
    with pytest.raises(ResultError, match="lacks places, policies"):
        open_result(tmp_path)


def test_when_every_run_failed_there_is_still_a_folder(tmp_path: Path) -> None:
    found = run(Walk(replicates=2), one_run=never, out=tmp_path)
    assert found.failed == 8
    again = open_result(tmp_path)
    assert again.failed == 8
    assert again.summary().empty


def never(scenario: Walk, policy: str, replicate: int) -> object:
    raise RuntimeError("nothing works")
