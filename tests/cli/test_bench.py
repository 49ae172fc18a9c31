"""`sanshe bench`, from the words typed to the exit code; what it measures is tests/benchmarks' matter."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from simulator.cli import main
from simulator.experiments.benchmarks import table, workers
from simulator.experiments.benchmarks.figure import SECONDS, Figure, at_most


def slow_thing(quick: bool) -> list[Figure]:
    beside = {"en": "in a hurry" if quick else "at leisure", "zh": "快" if quick else "慢"}
    return [Figure("thing", {"en": "A thing", "zh": "一物"}, 0.25, SECONDS, at_most(0.2), beside)]


def interrupted(quick: bool) -> list[Figure]:
    raise KeyboardInterrupt


@pytest.fixture(autouse=True)
def two_sections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "SECTIONS", {"residents": slow_thing, "workers": slow_thing})
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SANSHE_LANG", raising=False)


def sanshe(*words: str) -> int:
    return main(["bench", *words])


def test_a_missed_goal_is_told_and_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert sanshe("--quick") == 0
    out, err = capsys.readouterr()
    for words in ("The resident core and its peers", "A second core", "A thing", "0.25", "≤ 0.2", "missed", "in a hurry",
                  "0 of 2 goals met", "Quick"):  # fmt: skip
        assert words in out
    assert err.splitlines() == ["1 of 2: residents …", "2 of 2: workers …"]


def test_chinese_and_one_section(capsys: pytest.CaptureFixture[str]) -> None:
    assert sanshe("--only", "workers", "--lang", "zh") == 0
    out, err = capsys.readouterr()
    assert "第二个核" in out
    assert "居民内核" not in out
    assert "1 of 1: workers" in err


def test_machine_readable(capsys: pytest.CaptureFixture[str]) -> None:
    assert sanshe("--json", "--out", "bench.csv", "--only", "residents") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["quick"] is False
    assert told["machine"]["cores"] >= 1
    (figure,) = told["figures"]
    assert (figure["section"], figure["name"], figure["value"], figure["goal"], figure["met"]) == (
        "residents", "thing", 0.25, 0.2, False)  # fmt: skip
    with Path("bench.csv").open(encoding="utf-8-sig") as file:
        assert next(csv.DictReader(file))["title"] == "A thing"


def test_what_is_measured_outlives_an_interruption(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "SECTIONS", {"residents": slow_thing, "workers": interrupted})
    assert sanshe("--out", "bench.csv") == 130
    out, err = capsys.readouterr()
    assert "A thing" in out
    assert "interrupted: 1 of 2 sections are measured" in err
    assert "A thing" in Path("bench.csv").read_text(encoding="utf-8-sig")


def test_what_was_printed_outlives_a_file_that_cannot_be_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder goes away while measuring: the figures are on the screen, and the error names the file."""
    Path("there").mkdir()

    def removing(quick: bool) -> list[Figure]:
        Path("there").rmdir()
        return slow_thing(quick)

    monkeypatch.setattr(table, "SECTIONS", {"residents": removing})
    assert sanshe("--out", "there/bench.csv") == 1
    out, err = capsys.readouterr()
    assert "A thing" in out
    assert f"cannot write to {Path('there/bench.csv')}" in err


def test_nothing_measured_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "SECTIONS", {"residents": interrupted})
    assert sanshe("--out", "bench.csv") == 130
    assert not Path("bench.csv").exists()


def test_an_interrupted_comparison_is_no_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while runs are made for the second worker: what they kept of it must not be taken for the time."""
    real = workers.run

    def interrupted_run(*given: Any, **named: Any) -> Any:
        result = real(*given, **named)
        result.manifest["runs"]["planned"] += 1
        return result

    monkeypatch.setattr(workers, "run", interrupted_run)
    with pytest.raises(KeyboardInterrupt):
        workers.workers(quick=True)


def test_refusals(capsys: pytest.CaptureFixture[str]) -> None:
    assert sanshe("--only", "resident") == 1
    assert "unknown section of the benchmark 'resident' (did you mean residents?)" in capsys.readouterr().err
    Path("there.csv").write_text("mine")
    assert sanshe("--out", "there.csv") == 1
    assert "is there already" in capsys.readouterr().err
    assert Path("there.csv").read_text() == "mine"
    assert sanshe("--lang", "fr") == 1
