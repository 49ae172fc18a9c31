"""`sanshe check-patterns`, from the words typed to the exit code."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from simulator.cli import main
from simulator.experiments import patterns
from simulator.experiments.patterns.communities import COMMUNITIES
from simulator.experiments.patterns.leaving import LEAVING
from simulator.experiments.patterns.shocks import REBOUND
from simulator.experiments.patterns.sizes import SIZES

MICROCOSM = str(Path(__file__).parents[1] / "model" / "microcosm.yaml")
TINY = ("--scale", "0.5", "--replicates", "2", "--workers", "1")


@pytest.fixture(autouse=True)
def few_patterns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that need one world of three years; all of them together take the slow test."""
    monkeypatch.setattr(patterns, "PATTERNS", (SIZES, LEAVING, COMMUNITIES, REBOUND))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SANSHE_LANG", raising=False)


def sanshe(*words: str) -> int:
    return main(["check-patterns", *words])


def test_one_table_with_numbers_criteria_and_verdicts(capsys: pytest.CaptureFixture[str]) -> None:
    assert sanshe(MICROCOSM, *TINY) == 0
    out, err = capsys.readouterr()
    for words in ("Microcosm", "As it is", "Sizes are unequal", "Gini at least 0.5", "±", "not asked",
                  "2020-02 and the year after", "2 replicates · seed 1 · scale 0.5", "not promised"):  # fmt: skip
        assert words in out
    assert "2 of 2 runs, 0 failed" in err


def test_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert sanshe(MICROCOSM, *TINY, "--lang", "zh") == 0
    out = capsys.readouterr().out
    for words in ("缩微区", "判据", "不适用", "重复2次", *(pattern.title["zh"] for pattern in patterns.PATTERNS)):
        assert words in out


def test_json_and_a_file_say_the_same(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert sanshe(MICROCOSM, *TINY, "--seed", "5", "--json", "--out", "table.csv") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["replicates"], found["seed"], found["scale"]) == (2, 5, 0.5)
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["pattern"] for line in lines] == [row["pattern"] for row in found["patterns"]]
    for line, row in zip(lines, found["patterns"], strict=True):
        assert (line["district"], line["policy"], line["verdict"]) == ("microcosm", "as-it-is", row["verdict"])
        if row["number"] is None:
            assert (line["number"], row["verdict"]) == ("", "not_asked")
        else:
            assert float(line["number"]) == pytest.approx(row["number"])
            assert row["se"] > 0


def test_without_a_scenario_both_districts_side_by_side(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patterns, "PATTERNS", (SIZES,))
    assert sanshe("--scale", "0.01", "--replicates", "1", "--workers", "1", "--json") == 0
    rows = json.loads(capsys.readouterr().out)["patterns"]
    assert [(row["district"], row["policy"]) for row in rows] == [("nankai", "nankai-baseline"), ("chaoyang", "chaoyang")]
    assert {row["verdict"] for row in rows} == {"open"}  # one replicate tells nothing apart


@pytest.mark.parametrize(
    ("words", "said"),
    [(("nankai-compar",), "nankai-compare"), (("--scale", "7"), "scale"),
     ((MICROCOSM, "--lang", "fr"), "unknown language 'fr'"),
     ((MICROCOSM, "--out", "no-folder/table.csv"), "cannot write to no-folder/table.csv")],
)  # fmt: skip
def test_what_the_user_got_wrong_is_a_message_and_1(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sanshe(*words) == 1
    out, err = capsys.readouterr()
    assert said in err
    assert "Traceback" not in err + out


def test_no_table_takes_the_place_of_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "table.csv").write_text("mine")
    assert sanshe(MICROCOSM, *TINY, "--out", "table.csv") == 1
    assert "table.csv is there already" in capsys.readouterr().err
    assert (tmp_path / "table.csv").read_text() == "mine"


def test_a_usage_error_is_2() -> None:
    assert sanshe("--replicates", "0") == 2


def test_ctrl_c_ends_with_130(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("simulator.experiments.patterns.survey.watched", interrupted)
    assert sanshe(MICROCOSM, *TINY, "--out", "table.csv") == 130
    out, err = capsys.readouterr()
    assert "nothing is kept" in err
    assert not Path("table.csv").exists()
    assert out == ""
