"""Whatever happens to a folder, it is repaired or refused, and nothing that is whole is lost."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from simulator.experiments.sweeps import store as stores
from simulator.experiments.sweeps.opened import open_sweep
from simulator.experiments.sweeps.store import Store
from simulator.experiments.sweeps.sweep import sweep
from simulator.experiments.sweeps.tables import TABLES
from simulator.language.errors import ResultError
from tests.experiments.sweeps import stubs
from tests.experiments.sweeps.small import same, small

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    sweep(small(), out="whole", one_run=stubs.stub)
    return Path("whole")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("left", [0, 1, 2])
def test_a_part_that_is_cut_short_is_done_again(whole: Path, table: str, left: int) -> None:
    sweep(small(), out="hurt", one_run=stubs.stub)
    part = sorted(Path("hurt", table).iterdir())[3]
    part.write_bytes(part.read_bytes()[: left * part.stat().st_size // 3])
    hurt = open_sweep("hurt")
    assert (len(hurt.counts.chunks), hurt.counts.damaged) == (len(hurt.store.plan.chunks) - 1, [3])
    sweep(small(), out="hurt", one_run=stubs.stub)
    same(whole, Path("hurt"))


@pytest.mark.parametrize("table", TABLES)
def test_a_part_that_is_gone_is_done_again(whole: Path, table: str) -> None:
    sweep(small(), out="hurt", one_run=stubs.stub)
    sorted(Path("hurt", table).iterdir())[0].unlink()
    sweep(small(), out="hurt", one_run=stubs.stub)
    same(whole, Path("hurt"))


def test_a_bit_that_fell_over_is_noticed_and_mended(whole: Path) -> None:
    """Checksums of pages: the file's ends are whole, so only reading can tell."""
    sweep(small(), out="hurt", one_run=stubs.stub)
    part = sorted(Path("hurt", "trajectories").iterdir())[2]
    data = bytearray(part.read_bytes())
    data[len(data) // 3] ^= 0x10
    part.write_bytes(bytes(data))
    hurt = open_sweep("hurt")
    for read in (lambda: list(hurt.batches()), hurt.table):
        with pytest.raises(ResultError, match=r"cannot be read .*what is damaged is done again"):
            read()
    sweep(small(), out="hurt", one_run=stubs.stub)
    same(whole, Path("hurt"))


def test_points_and_folders_that_are_gone_are_made_again(whole: Path) -> None:
    sweep(small(), out="hurt", one_run=stubs.stub)
    Path("hurt/points.parquet").write_bytes(b"")
    shutil.rmtree("hurt/books")
    sweep(small(), out="hurt", one_run=stubs.stub)
    same(whole, Path("hurt"))


def test_parts_of_another_sweep_are_not_taken_for_ones_own(whole: Path) -> None:
    """The manifest is gone, and another sweep begins in the folder: its runs have the same names and other numbers."""
    sweep(small(seed=2), out="other", one_run=stubs.stub)
    sweep(small(seed=2), out="mixed", one_run=stubs.stub)
    Path("mixed/manifest.json").unlink()
    sweep(small(), out="mixed", one_run=stubs.stub)
    assert {name: open_sweep(name).runs()["seed"].unique().tolist() for name in ("whole", "other", "mixed")} == {
        "whole": [1], "other": [2], "mixed": [1],
    }  # fmt: skip
    for table in TABLES[:3]:
        for part in Path("whole", table).iterdir():
            assert part.read_bytes() == Path("mixed", table, part.name).read_bytes()


def test_a_chunk_that_is_being_replaced_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the first file of a retry: rows of runs that the other files call failed are never read."""
    failing = partial(stubs.failing, tmp_path)
    sweep(small(), out="retried", one_run=failing)
    (tmp_path / "mended").touch()
    begun = 0

    def killed(path: Path, data: bytes) -> None:
        nonlocal begun
        begun += 1
        if begun > 1:
            raise KeyboardInterrupt
        path.write_bytes(data)

    with monkeypatch.context() as patched:
        patched.setattr(stores, "write_through", killed)
        with pytest.raises(KeyboardInterrupt):
            sweep(small(), out="retried", one_run=failing, retry_failed=True)
    found = open_sweep("retried")
    assert len(found.outcomes(month=5)) == found.counts.done
    sweep(small(), out="retried", one_run=failing, retry_failed=True)
    sweep(small(), out="whole", one_run=stubs.stub)
    same(Path("whole"), Path("retried"))


def test_a_full_disk_keeps_what_is_there(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full in the middle of the third chunk: a refusal that says so, and the rest is done later."""
    written = 0
    through = stores.write_through

    def until_full(path: Path, data: bytes) -> None:
        nonlocal written
        written += path.parent.name in TABLES
        if written > 2 * len(TABLES) + 2:
            path.write_bytes(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        through(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(stores, "write_through", until_full)
        with pytest.raises(ResultError, match=r"cannot write to .*No space left on device; 8 of 72 runs are stored"):
            sweep(small(), out="full", one_run=stubs.stub)
    assert 0 < open_sweep("full").counts.done < 72
    assert not list(Path("full").rglob(".tmp-*"))
    sweep(small(), out="full", one_run=stubs.stub)
    same(whole, Path("full"))


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a small disk, for which one must be root")
def test_a_really_full_disk(tmp_path: Path, whole: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "none", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nothing may be mounted here")
    try:
        with pytest.raises(ResultError, match="No space left on device"):
            sweep(small(), out=disk / "out", one_run=stubs.stub)
        subprocess.run(["mount", "-o", "remount,size=40m", str(disk)], check=True)
        assert open_sweep(disk / "out").counts.done > 0
        sweep(small(), out=disk / "out", one_run=stubs.stub)
        same(whole, disk / "out")
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


def test_nothing_is_written_by_looking(whole: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in whole.rglob("*")}
    found = open_sweep(whole)
    found.runs(), found.summary("active_count"), found.data["active_count"].mean().item()
    assert {path: path.stat().st_mtime_ns for path in whole.rglob("*")} == before


def test_temporary_files_of_the_dead_are_swept_up_and_of_the_living_are_not(whole: Path) -> None:
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True)
    dead, living = (whole / "runs" / f".tmp-{socket.gethostname()}-{pid}-abc" for pid in (int(gone.stdout), os.getpid()))
    fresh, old = (whole / "runs" / f".tmp-other-host-17-{age}" for age in ("fresh", "old"))
    for path in (dead, living, fresh, old):
        path.touch()
    os.utime(old, (0, 0))
    sweep(small(), out=whole, one_run=stubs.stub)
    assert [path.exists() for path in (dead, living, fresh, old)] == [False, True, True, False]


def test_a_folder_without_its_manifest_is_begun_anew(whole: Path) -> None:
    """Killed while a new folder was being made: the manifest comes last."""
    sweep(small(), out="new", one_run=stubs.stub)
    Path("new/manifest.json").unlink()
    for table in TABLES:
        for part in Path("new", table).iterdir():
            part.unlink()
    sweep(small(), out="new", one_run=stubs.stub)
    same(whole, Path("new"))


def test_what_is_no_sweep_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "future").mkdir()
    (tmp_path / "future" / "manifest.json").write_text('{"kind": "sweep", "format": 99}')
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "manifest.json").write_text('{"kind": "sw')
    for name, words in [("nowhere", "does not exist"), ("empty", "has no manifest.json"), ("file", "is a file"),
                        ("future", "is a sweep of format 99"), ("torn", "is not a manifest")]:  # fmt: skip
        with pytest.raises(ResultError, match=words):
            open_sweep(name)


def test_documents_are_kept_with_what_came_of_them(whole: Path) -> None:
    kept = {path.relative_to(whole / "inputs").as_posix() for path in (whole / "inputs").rglob("*") if path.is_file()}
    assert kept >= {
        "first", "own/sweep.yaml", "shipped/nankai-compare.yaml", "shipped/policies/chaoyang.yaml",
        "shipped/instruments/hub_grant.yaml", "shipped/districts/nankai.yaml", "shipped/parameters.yaml",
    }  # fmt: skip
    assert str(REPOSITORY) not in "".join(path.read_text() for path in (whole / "inputs").rglob("*") if path.is_file())
    assert str(Path.cwd()) not in (whole / "manifest.json").read_text()


def test_a_store_knows_its_plan(whole: Path) -> None:
    store = Store.open(whole)
    assert len(store.plan) == 72
    assert store.look(store.plan.chunks).chunks == set(store.plan.chunks)
