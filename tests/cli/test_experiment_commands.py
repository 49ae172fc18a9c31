"""`sanshe run`, `compare` and `plot`, from the words typed to the exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulator.cli import main
from simulator.experiments import replicates
from simulator.model import run_once
from simulator.results.folder import open_result
from simulator.results.parts import FOLDER
from tests.experiments import sanshe_walks

REPOSITORY = Path(__file__).resolve().parents[2]
SCENARIO = "nankai-compare"


@pytest.fixture(autouse=True)
def walks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replicates, "_model", lambda: sanshe_walks.of_documents)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SANSHE_LANG", raising=False)


def sanshe(*words: str) -> int:
    return main(list(words))


def test_compare_from_an_empty_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanshe("compare", SCENARIO, "--replicates", "3", "--workers", "1") == 0
    out, err = capsys.readouterr()
    for words in ("Spending", "Participation", "P(better", "95 % interval of the mean", "priors", f"results/{SCENARIO}"):
        assert words in out
    assert "12 of 12 runs, 0 failed" in err
    folder = tmp_path / "results" / SCENARIO
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json", "trajectories.parquet", "runs.parquet", "timings.parquet", "summary.csv", "comparison.csv",
        "money.csv", "figures",
    }  # fmt: skip
    assert {path.name for path in (folder / "figures").iterdir()} == {"comparison.png", "differences.png"}


def test_run_prints_the_summary_and_no_comparison(capsys: pytest.CaptureFixture[str]) -> None:
    assert sanshe("run", SCENARIO, "--replicates", "2", "--workers", "1", "--lang", "zh") == 0
    out = capsys.readouterr().out
    assert "累计支出" in out
    assert "更优概率" not in out


def test_json_is_all_that_stands_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert sanshe("compare", SCENARIO, "--replicates", "2", "--workers", "1", "--scale", "0.1", "--seed", "5", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["scenario"], found["manifest"]["seed"], found["manifest"]["scale"]) == (SCENARIO, 5, 0.1)
    assert set(found["comparison"]["chaoyang"]["active_count"]) >= {"diff", "low", "high", "p_better"}


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert sanshe("run", SCENARIO, "--replicates", "1", "--workers", "1", "--quiet") == 0
    assert capsys.readouterr() == ("", "")


def test_policies_are_chosen_and_the_first_is_the_baseline(tmp_path: Path) -> None:
    words = ("--replicates", "2", "--workers", "1", "--quiet", "--out", "out")
    assert sanshe("compare", SCENARIO, "--policies", "none,chaoyang", *words) == 0
    assert open_result(tmp_path / "out").policies == ["none", "chaoyang"]
    assert sanshe("compare", SCENARIO, "--policies", "all", *words, "--force") == 0
    compared = open_result(tmp_path / "out").policies
    assert compared[:4] == ["nankai-baseline", "chaoyang", "nankai-recommended", "none"]
    assert set(compared[4:]) == {"luyang", "changning", "qingshan", "tianyuan"}


def test_two_workers_give_the_same_bytes(tmp_path: Path) -> None:
    for workers in ("1", "2"):
        assert sanshe("compare", SCENARIO, "--replicates", "4", "--workers", workers, "--quiet", "--out", workers) == 0
    for name in ("trajectories.parquet", "runs.parquet", "summary.csv", "comparison.csv", "figures/comparison.png"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes(), name


def test_failed_runs_are_told_and_end_with_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replicates, "_model", lambda: sanshe_walks.failing)
    assert sanshe("compare", SCENARIO, "--replicates", "2", "--workers", "1") == 3
    err = capsys.readouterr().err
    assert "failed: chaoyang, replicate 1, seed 1: ValueError: the walk fell off the edge" in err
    assert open_result(tmp_path / "results" / SCENARIO).failed == 1


def test_no_result_takes_the_place_of_another(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ("run", SCENARIO, "--replicates", "1", "--workers", "1", "--quiet")
    assert sanshe(*words) == sanshe(*words, "--seed", "2") == sanshe(*words, "--seed", "2") == 0
    folders = sorted((tmp_path / "results").iterdir())
    assert len(folders) == 2
    assert folders[1].name.startswith(folders[0].name + "-")
    assert sanshe(*words, "--out", "mine") == 0
    assert sanshe(*words, "--out", "mine", "--seed", "2") == 1
    assert "holds another result" in capsys.readouterr().err
    assert sanshe(*words, "--out", "mine", "--seed", "2", "--force") == 0


def test_marks_make_a_companion_and_leave_the_six_panels_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replicates, "_model", lambda: run_once)
    small = ("--set", "scale=0.02", "--set", "years=1", "--policies", "nankai-baseline,none")
    words = (*small, "--replicates", "1", "--workers", "1")
    assert sanshe("compare", SCENARIO, *words, "--quiet", "--out", "plain") == 0
    assert sanshe("compare", SCENARIO, *words, "--quiet", "--out", "marked", "--marks", "--lang", "zh") == 0
    assert sanshe("compare", SCENARIO, *words, "--quiet", "--out", "again", "--marks") == 0
    drawn = {path.name for path in (tmp_path / "again" / "figures").iterdir()}
    assert drawn == {"comparison.png", "differences.png", "marks.png"}
    assert not (tmp_path / "plain" / "figures" / "marks.png").exists()
    plain, again = (tmp_path / name / "figures" / "comparison.png" for name in ("plain", "again"))
    assert plain.read_bytes() == again.read_bytes()
    assert sanshe("plot", "plain", "--measure", "registered_density,filed_count", "--marks") == 0
    assert capsys.readouterr().err == ""
    assert sanshe("plot", "plain", "--measure", "filed_count", "--marks") == 0
    assert "there is no reference mark for filed_count" in capsys.readouterr().err


def test_equal_money_is_told_and_kept_apart(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ("compare", SCENARIO, "--replicates", "2", "--workers", "1")
    assert sanshe(*words, "--quiet") == sanshe(*words, "--equal-budget", "baseline") == 0
    out = capsys.readouterr().out
    assert out.startswith("Equal money (baseline): every policy's budget lines are brought to 29.93 million yuan over 60")
    assert "Beijing Chaoyang model: lines × 0.959 (31.21 → 29.93 million yuan)" in out
    assert "No policy: budgets nothing and stays as it is" in out
    assert "every budget brought to 29.93 million yuan" in out
    plain, equal = (open_result(tmp_path / "results" / name) for name in (SCENARIO, f"{SCENARIO}-equal-money"))
    assert plain.manifest["equal_money"] is None
    assert equal.manifest["equal_money"]["policies"]["chaoyang"]["factor"] == pytest.approx(0.959, abs=1e-3)
    assert plain.manifest["scenario"]["digest"] != equal.manifest["scenario"]["digest"]
    assert sanshe(*words, "--equal-budget", "30/resident", "--lang", "zh") == 0
    assert "“无政策”：没有预算，保持不变" in capsys.readouterr().out
    assert len(list((tmp_path / "results").iterdir())) == 3
    assert sanshe(*words, "--out", "results/nankai-compare", "--equal-budget", "baseline") == 1
    assert "holds another result" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", SCENARIO, "--equal-budget", "-3"), "an equal budget of '-3' is not accepted; give yuan"),
        (("compare", SCENARIO, "--equal-budget", "baselin"), "or 'baseline'"),
        (("run", "nankai-compar"), "nankai-compare"),
        (("run", SCENARIO, "--policies", "chaoyan"), "chaoyang"),
        (("run", SCENARIO, "--scale", "7"), "scale"),
        (("run", SCENARIO, "--set", "district.resident=1"), "residents"),
        (("run", SCENARIO, "--lang", "fr"), "unknown language 'fr'"),
        (("plot", "nowhere", "--measure", "active_count"), "does not exist"),
    ],
)
def test_what_the_user_got_wrong_is_a_message_and_1(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert sanshe(*words) == 1
    out, err = capsys.readouterr()
    assert said in err
    assert "Traceback" not in err + out
    assert list(tmp_path.iterdir()) == []


def test_a_usage_error_is_2() -> None:
    assert sanshe("run") == 2
    assert sanshe("run", SCENARIO, "--replicates", "few") == 2


def test_plot_writes_where_it_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanshe("run", SCENARIO, "--replicates", "2", "--workers", "1", "--quiet", "--out", "r") == 0
    assert sanshe("plot", "r", "--measure", "active_count,participation_rate") == 0
    assert (tmp_path / capsys.readouterr().out.strip()).is_file()
    assert sanshe("plot", "r", "--measure", "active_count", "--out", "a.svg", "--lang", "zh", "--baseline", "none") == 0
    assert (tmp_path / "a.svg").read_bytes().startswith(b"<?xml")
    assert sanshe("plot", "r", "--measure", "active_coun") == 1
    assert "did you mean active_count" in capsys.readouterr().err


@pytest.mark.parametrize(("workers", "finished"), [("1", 5), ("2", 7)])
def test_ctrl_c_keeps_what_is_finished_and_the_next_start_takes_it_up(tmp_path: Path, workers: str, finished: int) -> None:
    """Eight runs, of which the sixth does not end; the second worker does the rest meanwhile and then stands idle."""
    marks = tmp_path / "marks"
    command = [sys.executable, "-m", "tests.experiments.sanshe_walks"]
    words = ["compare", SCENARIO, "--replicates", "2", "--workers", workers, "--out", str(tmp_path / "out")]
    environment = os.environ | {"WALK_MARKS": str(marks)}
    with subprocess.Popen(
        [*command, "slow", *words], cwd=REPOSITORY, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    ) as process:  # fmt: skip
        deadline = time.monotonic() + 60
        while not (marks.is_dir() and len(list(marks.iterdir())) > finished):
            assert time.monotonic() < deadline
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        time.sleep(1.0)  # the last finished run is on its way to the parent
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to every process of the group
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert f"interrupted: {finished} of 8 runs are finished and kept" in err
    assert "Traceback" not in err
    kept = open_result(tmp_path / "out")
    assert (kept.interrupted, kept.failed, len(kept.runs)) == (True, 0, finished)
    assert (tmp_path / "out" / FOLDER).is_dir()
    again = subprocess.run(
        [*command, "of_documents", *words],
        cwd=REPOSITORY,
        env=environment,
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert again.returncode == 0, again.stderr
    assert f"{finished} taken up from an earlier start" in again.stderr
    assert not open_result(tmp_path / "out").interrupted
