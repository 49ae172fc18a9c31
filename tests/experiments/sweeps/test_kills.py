"""Killed at any moment and as often as one likes, a sweep goes on and ends as if nothing had been."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from simulator.experiments.sweeps.opened import open_sweep
from simulator.experiments.sweeps.tables import TABLES, TIMINGS
from tests.experiments.sweeps.small import TEXT, same

REPOSITORY = Path(__file__).resolve().parents[3]

STUBS = [sys.executable, "-m", "tests.experiments.sweeps.sanshe_stub", "slow"]
REAL = [sys.executable, "-c", "import sys; from simulator.cli import main; sys.exit(main())"]
SMALL_RUNS = ("--scale", "0.02", "--set", "years=1")


def begin(command: list[str], *words: str) -> subprocess.Popen[str]:
    """A sweep in a session of its own, so that what it leaves behind can be found."""
    env = dict(os.environ, PYTHONPATH=str(REPOSITORY))
    return subprocess.Popen([*command, "sweep", "sweep.yaml", "--workers", "2", *words], env=env, start_new_session=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip


def of_session(leader: int) -> list[psutil.Process]:
    """The processes that a sweep has started and that live."""
    found = []
    for process in psutil.process_iter(["pid"]):
        try:
            if os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def stored(folder: Path) -> dict[str, bytes]:
    """The chunks that are there, timings apart."""
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for table in TABLES if table != TIMINGS for path in (folder / table).glob("part-*.parquet")
            if (folder / "runs" / path.name).exists()}  # fmt: skip


def kill_at_random(command: list[str], words: tuple[str, ...], times: int, rng: random.Random) -> int:
    """Begin and kill again and again; how many of the kills came while chunks were being done.

    Every third kill comes at any time from the start on, the others soon after a chunk was stored.
    """
    useful, before = 0, stored(Path("killed"))
    for kill in range(times):
        started = begin(command, *words, "--out", "killed")
        deadline = time.monotonic() + 60
        while kill % 3 and len(stored(Path("killed"))) == len(before) and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(rng.uniform(0, 0.5 if kill % 3 else 2.5))
        os.kill(started.pid, signal.SIGKILL)
        started.communicate()
        after = stored(Path("killed"))
        assert {name: after.get(name) for name in before} == before, "what was stored has changed"
        useful += len(after) > len(before)
        before = after
        assert_gone(started.pid)
    return useful


def assert_gone(session: int) -> None:
    """No worker outlives its sweep by more than a moment."""
    deadline = time.monotonic() + 20
    while of_session(session) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not of_session(session)


def finish(command: list[str], out: str, *words: str) -> None:
    done = begin(command, *words, "--out", out)
    _, told = done.communicate(timeout=400)
    assert done.returncode == 0, told


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.slow
def test_twenty_kills_of_stub_runs(tmp_path: Path) -> None:
    (tmp_path / "sweep.yaml").write_text(TEXT.replace("points: 12", "points: 100").replace("replicates: 3", "replicates: 10"))
    useful = kill_at_random(STUBS, (), 20, random.Random(20))
    assert useful >= 13
    assert not open_sweep("killed").finished
    finish(STUBS, "killed")
    finish(STUBS, "whole")
    same(Path("whole"), Path("killed"))
    assert open_sweep("killed").runs()["run_id"].is_unique


@pytest.mark.slow
def test_three_kills_of_real_runs(tmp_path: Path) -> None:
    (tmp_path / "sweep.yaml").write_text(TEXT.replace("points: 12", "points: 40"))
    useful = kill_at_random(REAL, SMALL_RUNS, 3, random.Random(3))
    assert useful >= 2
    finish(REAL, "killed", *SMALL_RUNS)
    finish(REAL, "whole", *SMALL_RUNS)
    same(Path("whole"), Path("killed"))


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
@pytest.mark.parametrize("engine", [(), ("--dask", "local")], ids=["processes", "Dask"])
def test_a_signal_finishes_what_is_in_flight_and_says_how_to_go_on(
    how: signal.Signals, engine: tuple[str, ...], tmp_path: Path
) -> None:
    """Ctrl-C reaches every process of a terminal, SIGTERM every process of a cluster's job."""
    (tmp_path / "sweep.yaml").write_text(TEXT.replace("points: 12", "points: 200"))
    started = begin(STUBS, "--out", "out", "--chunk", "80", *engine)  # 1.6 seconds a chunk
    deadline = time.monotonic() + 60
    while not stored(Path("out")) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.3)
    before = len(stored(Path("out")))
    os.killpg(started.pid, how)
    _, told = started.communicate(timeout=60)
    assert started.returncode == 130, told
    assert "stopping: runs in flight are finished and stored first" in told
    assert "died" not in told
    assert len(stored(Path("out"))) > before, "what was in flight is lost"
    assert "of 1200 runs done, 0 failed: out. Give the same command again to go on." in told
    begun = open_sweep("out")
    assert 0 < begun.counts.done < 1200
    assert begun.counts.done % 80 == 0
    assert not begun.counts.damaged
    assert_gone(started.pid)


@pytest.mark.slow
def test_twice_leaves_at_once(tmp_path: Path) -> None:
    (tmp_path / "sweep.yaml").write_text(TEXT.replace("points: 12", "points: 200"))
    started = begin(STUBS, "--out", "out", "--chunk", "200")
    deadline = time.monotonic() + 60
    while not Path("out/manifest.json").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.5)
    os.killpg(started.pid, signal.SIGINT)
    time.sleep(0.3)
    os.killpg(started.pid, signal.SIGINT)
    _, told = started.communicate(timeout=30)
    assert started.returncode == 130, told
    assert "interrupted: chunks that were finished are kept" in told
    assert "Traceback" not in told
    assert_gone(started.pid)
