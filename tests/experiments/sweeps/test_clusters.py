"""A real Dask scheduler with real workers: the same bytes, workers that die, addresses where nobody answers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from simulator.experiments.engines import Dask
from simulator.experiments.sweeps.opened import open_sweep
from simulator.experiments.sweeps.sweep import sweep
from simulator.language.errors import UserError
from tests.experiments.sweeps import stubs
from tests.experiments.sweeps.small import same, small

REPOSITORY = Path(__file__).resolve().parents[3]

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # what Dask's own libraries warn of is theirs


def start(*words: str) -> subprocess.Popen[bytes]:
    env = dict(os.environ, PYTHONPATH=str(REPOSITORY), PYTHONWARNINGS="ignore")
    command = [sys.executable, "-m", "dask", *words]
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def worker(address: str) -> subprocess.Popen[bytes]:
    return start("worker", address, "--nworkers", "1", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1")


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """A scheduler of its own process, at an address of this machine."""
    file = tmp_path / "scheduler.json"
    process = start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
    deadline = time.monotonic() + 60
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    import json

    yield json.loads(file.read_text())["address"]
    process.terminate()
    process.wait(30)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_cluster_gives_the_same_bytes(scheduler: str) -> None:
    workers = [worker(scheduler) for _ in range(2)]
    try:
        found = sweep(small(), out="dask", dask=scheduler, one_run=stubs.stub)
        assert found.counts.done == 72
        for count in (1, 2):
            sweep(small(), out=f"processes {count}", workers=count, one_run=stubs.stub)
            same(Path(f"processes {count}"), Path("dask"))
    finally:
        for process in workers:
            process.terminate()
            process.wait(30)


def test_a_cluster_of_this_machine(tmp_path: Path) -> None:
    sweep(small(), out="local", dask="local", workers=2, one_run=stubs.stub)
    sweep(small(), out="one", one_run=stubs.stub)
    same(Path("one"), Path("local"))


def test_a_worker_that_is_killed_costs_nothing(scheduler: str) -> None:
    """Killed with all that it has started once the first chunks are there; another goes on."""
    workers = [worker(scheduler)]
    try:
        def kill(progress: object) -> None:
            if len(workers) == 1 and list(Path("out/runs").glob("part-*")):
                import psutil

                for process in (*psutil.Process(workers[0].pid).children(recursive=True), workers[0]):
                    os.kill(process.pid, signal.SIGKILL)
                workers.append(worker(scheduler))

        found = sweep(small(), out="out", dask=scheduler, one_run=stubs.slow, progress=kill, runs_in_chunk=4)
        assert len(workers) == 2
        assert found.counts.done == 72
        sweep(small(), out="whole", one_run=stubs.stub, runs_in_chunk=4)
        same(Path("whole"), Path("out"))
    finally:
        for process in workers:
            process.kill()
            process.wait(30)


def test_a_run_that_kills_every_worker_is_kept_as_failed() -> None:
    found = sweep(small(), out="out", dask="local", workers=2, one_run=stubs.killing, runs_in_chunk=12)
    failed = found.runs().query("status == 'failed'")
    assert set(failed["point"]) == set(found.points().query("purchase > 7").index)
    assert failed["error"].str.startswith("WorkerDied").all()
    assert found.finished


def test_nobody_answers() -> None:
    with pytest.raises(UserError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        sweep(small(), out="out", dask="tcp://127.0.0.1:9", one_run=stubs.stub)
    assert open_sweep("out").counts.done == 0


def test_dask_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match=r"needs distributed, which is not installed; .* pip install 'sanshe\[cluster\]'"):
        Dask("local", 1)


def test_failures_on_a_cluster_are_rows(tmp_path: Path) -> None:
    failing = partial(stubs.failing, tmp_path)
    sweep(small(), out="dask", dask="local", workers=2, one_run=failing)
    sweep(small(), out="one", one_run=failing)
    same(Path("one"), Path("dask"))
