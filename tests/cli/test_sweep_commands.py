"""`sanshe sweep`, `merge`, `sensitivity`, `query` and `rerun`, from the words typed to the exit code."""

from __future__ import annotations

import csv
import json
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simulator.cli import main
from simulator.experiments.sweeps import rerun as rerunning
from simulator.experiments.sweeps import sweep as sweeping
from tests.experiments.sweeps import stubs
from tests.experiments.sweeps.small import TEXT

FILE = "hubs.yaml"


@pytest.fixture(autouse=True)
def stubbed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an empty folder, with runs that cost nothing."""
    with_runs(monkeypatch, stubs.stub)
    monkeypatch.setattr(rerunning, "_model", lambda: stubs.stub)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SANSHE_LANG", raising=False)
    (tmp_path / FILE).write_text(TEXT, encoding="utf-8")


def with_runs(monkeypatch: pytest.MonkeyPatch, one_run: Any) -> None:
    original = sweeping.sweep
    original = getattr(original, "func", original)
    monkeypatch.setattr(sweeping, "sweep", partial(original, one_run=one_run))


def sanshe(*words: str) -> int:
    return main(list(words))


def test_a_sweep_from_a_file_ends_with_a_table_and_what_to_do_next(capsys: pytest.CaptureFixture[str]) -> None:
    assert sanshe("sweep", FILE, "--workers", "2") == 0
    out, err = capsys.readouterr()
    for words in ("Beijing Chaoyang model: means over replicates at 2023-01, over 12 points", "Registered organisations",
                  "72 of 72 runs done, 0 failed: results/hubs", "sanshe sensitivity results/hubs --measure"):  # fmt: skip
        assert words in out
    assert "72 of 72 runs, 0 failed" in err
    assert "nothing that varies touches 'none': its 12 points are the same runs" in err
    assert {path.name for path in Path("results/hubs").iterdir()} == {
        "manifest.json", "points.parquet", "inputs", "runs", "trajectories", "summary", "books", "timings", "summary.csv",
        ".sanshe-sweep",
    }  # fmt: skip
    with open("results/hubs/summary.csv", encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    active = next(row for row in rows if (row["policy"], row["point"], row["measure"]) == ("chaoyang", "3", "active_count"))
    assert active["n"] == "3"
    assert float(active["low"]) < float(active["mean"]) < float(active["high"])


def test_the_same_command_again_does_nothing_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert sanshe("sweep", FILE, "--quiet") == sanshe("sweep", FILE) == 0
    assert "72 of 72 runs, 0 failed, 72 taken up from an earlier start" in capsys.readouterr().err


def test_quiet_says_nothing_and_json_is_all_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert sanshe("sweep", FILE, "--quiet") == 0
    assert capsys.readouterr() == ("", "")
    assert sanshe("sweep", FILE, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["runs"] == {"planned": 72, "done": 72, "failed": 0}
    assert found["finished"] is True
    assert found["manifest"]["design"] == {"method": "lhs", "points": 12, "seed": 3}


def test_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert sanshe("sweep", FILE, "--lang", "zh") == 0
    out = capsys.readouterr().out
    assert "北京朝阳模式：2023-01各点的重复均值" in out
    assert "下一步" in out
    assert "Registered" not in out


def test_shards_and_merge(capsys: pytest.CaptureFixture[str]) -> None:
    assert sanshe("sweep", FILE, "--shard", "0/2", "--quiet") == 0
    assert sanshe("merge", "results/hubs-shard-0-of-2", "--out", "merged", "--quiet") == 3
    assert "36 of 72 runs done, 0 failed: merged. Do the shards that are missing, and merge again." in capsys.readouterr().err
    assert sanshe("sweep", FILE, "--shard", "1/2", "--quiet") == 0
    assert sanshe("merge", "results/hubs-shard-0-of-2", "results/hubs-shard-1-of-2", "--out", "merged") == 0
    assert "72 of 72 runs done, 0 failed: merged" in capsys.readouterr().out


def test_failed_runs_are_told_with_what_repeats_them_and_end_with_3(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    failing = partial(stubs.failing, tmp_path)
    with_runs(monkeypatch, failing)
    monkeypatch.setattr(rerunning, "_model", lambda: failing)
    assert sanshe("sweep", FILE, "--on-error", "continue") == 3
    err = capsys.readouterr().err
    assert "seed 1: ValueError: too much money (stubs.py:" in err
    run_id = err.split("failed: ")[1].split(",")[0]
    assert f"sanshe rerun results/hubs {run_id}" in err
    assert sanshe("rerun", "results/hubs", run_id) == 3
    out, err = capsys.readouterr()
    assert "Traceback" in err
    assert "ValueError: too much money" in err
    assert f"{run_id}, seed 1: purchase = " in out
    assert "in the sweep this run is failed" in out
    (tmp_path / "mended").touch()
    assert sanshe("sweep", FILE, "--retry-failed", "--quiet") == 0


def test_a_run_again_is_the_same(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert sanshe("sweep", FILE, "--quiet") == 0
    assert sanshe("rerun", "results/hubs", "chaoyang/3/1") == 0
    assert "The same as stored, in every value." in capsys.readouterr().out
    assert sanshe("rerun", "results/hubs", "chaoyang/3/1", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["same"], found["stored"], found["seed"]) == (True, "done", 1)
    monkeypatch.setattr(rerunning, "_model", lambda: _other)
    assert sanshe("rerun", "results/hubs", "chaoyang/3/1") == 3
    assert "NOT the same as stored" in capsys.readouterr().out
    assert sanshe("rerun", "results/hubs", "chaoyang/30/1") == 1
    assert "points go from 0 to 11" in capsys.readouterr().err


def _other(scenario: Any, policy: str, replicate: int) -> Any:
    return stubs.stub(scenario, policy, replicate + 1)


def test_sensitivity_leaves_a_table_and_two_figures(capsys: pytest.CaptureFixture[str]) -> None:
    Path(FILE).write_text(TEXT.replace("points: 12", "points: 60"), encoding="utf-8")
    assert sanshe("sweep", FILE, "--quiet") == 0
    words = ("sensitivity", "results/hubs", "--measure", "active_count,registered_count", "--method", "pawn")
    assert sanshe(*words[:3], "active_count", *words[4:]) == 0
    out = capsys.readouterr().out
    assert "60 points with 3 replicates each." in out
    assert "cannot be told from a number that does nothing" in out
    folder = Path("results/hubs/sensitivity")
    name = "active_count-chaoyang-month-60-pawn"
    assert {path.name for path in folder.iterdir()} == {f"{name}.csv", f"{name}-bars.png", f"{name}-tornado.png"}
    table = pd.read_csv(folder / f"{name}.csv")
    assert table["number"][0] == "purchase"
    before = (folder / f"{name}-bars.png").read_bytes()
    assert sanshe(*words[:3], "active_count", *words[4:], "--json", "--out", "again") == 0
    assert json.loads(capsys.readouterr().out)[0]["numbers"][0]["number"] == "purchase"
    assert Path("again", f"{name}-bars.png").read_bytes() == before
    assert sanshe(*words) == 1  # registered_count does not depend on anything here
    assert "registered_count is the same at all points" in capsys.readouterr().err


def test_query(capsys: pytest.CaptureFixture[str]) -> None:
    assert sanshe("sweep", FILE, "--quiet") == 0
    assert sanshe("query", "results/hubs") == 0
    assert "runs: run_id, policy, point, replicate, seed, purchase, " in capsys.readouterr().out
    assert sanshe("query", "results/hubs", "select policy, count(*) as n from runs group by policy order by policy") == 0
    assert capsys.readouterr().out.split() == ["policy", "n", "chaoyang", "36", "none", "36"]
    assert sanshe("query", "results/hubs", "select * from runs", "--out", "runs.csv") == 0
    assert "runs.csv: 72 rows" in capsys.readouterr().err
    assert len(pd.read_csv("runs.csv")) == 72
    assert sanshe("query", "results/hubs", "select * from runs") == 0
    assert "32 rows more; --out FILE.csv writes all" in capsys.readouterr().out
    assert sanshe("query", "results/hubs", "select count(*) as n from runs", "--json") == 0
    assert json.loads(capsys.readouterr().out) == [{"n": 72}]
    assert sanshe("query", "results/hubs", "select date '2018-01-01' as day, '[/b] [x]' as text, 0.1 as share", "--json") == 0
    assert json.loads(capsys.readouterr().out) == [{"day": "2018-01-01T00:00:00.000", "text": "[/b] [x]", "share": 0.1}]
    assert sanshe("query", "results/hubs", "select '[/b] [x]' as text") == 0
    assert "[/b] [x]" in capsys.readouterr().out
    assert sanshe("query", "results/hubs", "") == 1
    assert "an empty query" in capsys.readouterr().err
    assert sanshe("query", "results/hubs", "select 1", "--out", "runs.xlsx") == 1
    assert "accepted endings: .csv, .parquet" in capsys.readouterr().err
    assert sanshe("query", "results/hubs", "select nothing from runs") == 1
    assert "nothing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("sweep", "hub.yaml"), "hub.yaml:1:1: there is no such file"),
        (("sweep", "purchase-against-hub"), "did you mean purchase-against-hubs"),
        (("sweep", FILE, "--shard", "2/2"), "such as 0/10 to 9/10"),
        (("sweep", FILE, "--set", "yeers=2"), "--set:1:1: unknown path 'yeers' (did you mean years?)"),
        (("sweep", FILE, "--scale", "7"), "--scale:1:1: 7 is too large"),
        (("sweep", FILE, "--lang", "de"), "unknown language 'de'"),
        (("sensitivity", "nowhere", "--measure", "active_count"), "nowhere does not exist; a sweep is a folder"),
        (("rerun", ".", "chaoyang/1/1"), "has no manifest.json; a sweep is a folder"),
        (("merge", "nowhere", "--out", "x"), "nowhere does not exist"),
        (("query", "nowhere", "select 1"), "neither a result nor a sweep"),
    ],
)
def test_what_is_wrong_is_said_without_a_traceback(
    words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sanshe(*words) == 1
    out, err = capsys.readouterr()
    assert says in err
    assert "Traceback" not in err
    assert out == ""


def test_wrong_usage_ends_with_2() -> None:
    assert sanshe("sweep", FILE, "--on-error", "ignore") == 2
    assert sanshe("sweep") == 2
    assert sanshe("sensitivity", "results/hubs") == 2
