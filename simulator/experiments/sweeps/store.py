"""A sweep on disk: a folder to which whole chunks are added, and which is right at any moment.

    manifest.json     what is run: never changed by runs, so the same for any number of workers, starts and shards
    points.parquet    the points of the design
    inputs/           the documents it was read from, so that any run can be done again
    runs/ trajectories/ summary/ books/ timings/     one Parquet file for each chunk, by its number

A file is written under a temporary name, forced to the disk and put in place at once. `runs` is the last of a chunk: a chunk
whose runs are there is whole, all others are done again. Chunks have the names of the plan, so whatever is done twice replaces
itself.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from simulator.experiments.claim import ADVICE, make_writable
from simulator.experiments.sweeps.chunk import Part
from simulator.experiments.sweeps.design import Points
from simulator.experiments.sweeps.plan import Plan, Planned
from simulator.experiments.sweeps.tables import BOOKS, RUNS, SUMMARY, SWEEP, TABLES, TRAJECTORIES, to_bytes
from simulator.language.errors import ResultError
from simulator.results.folder import MANIFEST
from simulator.results.tabular import to_json

log = logging.getLogger("sanshe")

POINTS, INPUTS, SENSITIVITY, MARK = "points.parquet", "inputs", "sensitivity", ".sanshe-sweep"
"""The mark is the first file of a sweep's folder: only where it lies may the others be ours."""
OURS: Final = (MANIFEST, POINTS, INPUTS, SENSITIVITY, "summary.csv", *TABLES, MARK)
FORMAT: Final = 1
AGAIN: Final = "give the command of the sweep again: what is damaged is done again"
_TEMPORARY: Final = ".tmp-"
_OLD: Final = 3600.0
"""Seconds after which a temporary file of another host is nobody's."""


@dataclass(slots=True)
class Stored:
    """What a store holds of a plan."""

    done: int = 0
    failed: int = 0
    chunks: set[int] = field(default_factory=set)
    """Chunks that are whole."""
    failures: dict[int, list[Planned]] = field(default_factory=dict)
    """Failed runs by chunk."""
    damaged: list[int] = field(default_factory=list)
    """Chunks of which a file is missing or cannot be read."""


class Store:
    """The folder of one sweep."""

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        self.folder, self.manifest = folder, dict(manifest)

    @property
    def plan(self) -> Plan:
        policies = tuple(entry["name"] for entry in self.manifest["policies"])
        return Plan(policies, self.manifest["points"], self.manifest["replicates"], self.manifest["points_in_chunk"])

    @classmethod
    def open(cls, folder: Path) -> Store:
        """The store of a folder; ResultError if there is none."""
        manifest = read_manifest(folder)
        if manifest is None:
            what = "does not exist" if not folder.exists() else "is a file" if folder.is_file() else f"has no {MANIFEST}"
            raise ResultError(f"{folder} {what}; a sweep is a folder written by `sanshe sweep`")
        return cls(folder, manifest)

    @classmethod
    def create(cls, folder: Path, manifest: Mapping[str, Any], points: Points, inputs: Mapping[str, str]) -> Store:
        """A new store in a folder that may be used; ResultError if it cannot be written. The manifest comes last."""
        store = cls(folder, manifest)
        store.write(folder / MARK, b"")
        store.mend(points)
        for name, text in inputs.items():
            store.make_folder((folder / INPUTS / name).parent)
            store.write(folder / INPUTS / name, text.encode())
        store.save_manifest()
        return store

    def mend(self, points: Points) -> None:
        """Make what is gone and can be made again, and remove what a killed start has left."""
        for name in TABLES:
            self.make_folder(self.folder / name)
        if not self._has(points):
            self.write(self.folder / POINTS, to_bytes(points.table()))
        for path in self.folder.rglob(f"{_TEMPORARY}*"):
            if _is_nobodys(path):
                path.unlink(missing_ok=True)

    def _has(self, points: Points) -> bool:
        """Are these points stored?"""
        try:
            return self.points() == points
        except ResultError:
            return False

    def save_manifest(self) -> None:
        self.write(self.folder / MANIFEST, (to_json(self.manifest) + "\n").encode())

    def points(self) -> Points:
        """The points of the design; ResultError if they cannot be read."""
        return Points.of_table(read_part(self.folder / POINTS))

    def path(self, table: str, chunk: int) -> Path:
        """The file of a chunk's rows of a table."""
        return self.folder / table / f"part-{chunk:07d}.parquet"

    def paths(self, table: str) -> list[Path]:
        """The files of a table, in the order of their chunks, for chunks that are whole."""
        names = sorted(path.name for path in (self.folder / RUNS).glob("part-*.parquet"))
        return [self.folder / table / name for name in names]

    def save(self, part: Part) -> None:
        """Add a chunk, or put a fuller one in its place; ResultError if the folder cannot be written or its disk is full.

        While it is replaced it is not there: rows of one and runs of the other are never taken for a whole.
        """
        if self.path(RUNS, part.number).exists():
            self.path(RUNS, part.number).unlink()
            _to_disk(self.folder / RUNS)
        for table in TABLES:
            self.write(self.path(table, part.number), part.files[table])
        _to_disk(self.folder / RUNS)

    def write(self, path: Path, data: bytes) -> None:
        """Put a file in place, whole and on the disk."""
        temporary = path.with_name(f"{_TEMPORARY}{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}")
        try:
            try:
                write_through(temporary, data)
                os.replace(temporary, path)
            finally:
                temporary.unlink(missing_ok=True)
        except OSError as error:
            raise ResultError(f"cannot write to {path.parent}: {error.strerror or error}") from error

    def make_folder(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ResultError(
                f"cannot write to {folder}: {error.strerror or error}; choose another folder with --out"
            ) from error

    def look(self, chunks: Iterable[int], thoroughly: bool = False) -> Stored:
        """What there is of these chunks, every page held against its checksum if `thoroughly`. Nothing is changed."""
        stored, plan = Stored(), self.plan
        there = {path.name for path in (self.folder / RUNS).glob("part-*.parquet")}
        for chunk in chunks:
            if self.path(RUNS, chunk).name not in there:
                continue
            failures = self._whole(chunk, plan, thoroughly)
            if failures is None:
                stored.damaged.append(chunk)
                continue
            stored.chunks.add(chunk)
            stored.failed += len(failures)
            stored.done += plan.size(chunk) - len(failures)
            if failures:
                stored.failures[chunk] = failures
        return stored

    def _whole(self, chunk: int, plan: Plan, thoroughly: bool) -> list[Planned] | None:
        """The failed runs of a chunk; None if one of its files is missing, damaged, of other runs or of another sweep."""
        try:
            runs = read_part(self.path(RUNS, chunk), ["policy", "point", "replicate", "status"]).to_pylist()
            found = [Planned(run["policy"], run["point"], run["replicate"]) for run in runs]
            done = sum(run["status"] == "done" for run in runs)
            about = [pq.read_metadata(self.path(table, chunk)) for table in TABLES]
            if thoroughly:
                for table in TABLES:
                    read_part(self.path(table, chunk))
        except (OSError, pa.ArrowException, ResultError):
            return None
        rows = dict(zip(TABLES, (one.num_rows for one in about), strict=True))
        months = done * (int(self.manifest["scenario"]["months"]) + 1)
        is_ours = all((one.metadata or {}).get(SWEEP) == self.manifest["digest"].encode() for one in about)
        courses = rows[TRAJECTORIES]
        is_full = rows[SUMMARY] == rows[BOOKS] == done and courses >= months and courses % max(months, 1) == 0
        if found != plan.runs(chunk) or not is_ours or not is_full:
            return None
        return [run for run, row in zip(found, runs, strict=True) if row["status"] != "done"]


def claim(folder: Path, asked: Mapping[str, Any], force: bool) -> Store | None:
    """The store to go on with what a manifest asks, or None if the folder is free (made, and found writable).

    ResultError, before the first run, if the folder holds something else, a sweep of another design, or one that was begun with
    another program. With `force` a sweep is replaced; files that are not a sweep's are never deleted.
    """
    make_writable(folder)
    identity, program, told = asked["digest"], asked["program"], tell(asked)
    is_ours = (folder / MARK).exists()
    if force and is_ours:
        _clear(folder)
        return None
    manifest = read_manifest(folder)
    if manifest is None:
        known = OURS if is_ours else ()
        strangers = sorted(path.name for path in folder.iterdir() if path.name not in known and not _is_temporary(path))
        if strangers:
            raise ResultError(f"{folder} holds files that are not a sweep ({', '.join(strangers[:3])}); {ADVICE}")
        return None
    if manifest["digest"] != identity:
        told = f"{tell(manifest)}; this one is {told}; {_differing(manifest, asked)}"
        raise ResultError(f"{folder} holds another sweep: {told}{ADVICE}")
    if manifest["program"] != program:
        raise ResultError(
            f"{folder} was begun with another program ({_versions(manifest)}), and runs of two programs do not mix; go on with "
            f"that one, or {ADVICE}"
        )
    return Store(folder, manifest)


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """In what two manifests differ, as far as it can be named in a line."""
    keys = ("vary", "design", "policies", "seed", "scale", "equal_budget", "keep")
    found = [key for key in keys if one.get(key) != other.get(key)]
    mine, theirs = (dict(each["scenario"].get("content") or {}) for each in (one, other))
    found += [f"scenario.{key}" for key in mine if key != "replicates" and mine[key] != theirs.get(key)]
    return f"they differ in {', '.join(dict.fromkeys(found))}; " if found else ""


def tell(manifest: Mapping[str, Any]) -> str:
    """A sweep in a line."""
    design = manifest["design"]
    return (f"'{manifest['name']}' ({manifest['digest'][:8]}), {design['method']}, {manifest['points']} points, "
            f"{len(manifest['policies'])} policies, seed {manifest['seed']}, scale {manifest['scale']}")  # fmt: skip


def is_sweep(folder: Path) -> bool:
    """Whether a folder holds a sweep; ResultError if its manifest cannot be read."""
    return _manifest(folder).get("kind") == "sweep"


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a sweep, or None if the folder has none; ResultError if it is none of a sweep's."""
    manifest = _manifest(folder)
    if not manifest:
        return None
    if manifest.get("kind") != "sweep":
        raise ResultError(f"{folder} holds the result of `sanshe run` or `compare`, not a sweep; {ADVICE}")
    if manifest.get("format") != FORMAT:
        raise ResultError(f"{folder} is a sweep of format {manifest.get('format')}; this program reads format {FORMAT}")
    return manifest


def read_part(path: Path, columns: list[str] | None = None) -> pa.Table:
    """The rows of one file; ResultError if it is missing or damaged."""
    try:
        return pq.ParquetFile(path, page_checksum_verification=True).read(columns=columns)
    except (OSError, pa.ArrowException) as error:
        raise ResultError(f"{path} cannot be read ({str(error).splitlines()[0]}); {AGAIN}") from error


def write_through(path: Path, data: bytes) -> None:
    """Write a file and wait until the disk has it."""
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        return {}
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResultError(f"{path} is not a manifest: {error}") from error
    return manifest if isinstance(manifest, dict) else {}


def _clear(folder: Path) -> None:
    """Remove a sweep's own files, the manifest first and the mark last: what is left half removed is known as ours."""
    for name in OURS:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _versions(manifest: Mapping[str, Any]) -> str:
    versions = manifest["versions"]
    return f"sanshe {versions['sanshe']}, text {manifest['code']}, numpy {versions['numpy']}, scipy {versions['scipy']}"


def _to_disk(folder: Path) -> None:
    """Wait until the disk knows the names of a folder's files, where the system can say so."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        log.debug("%s cannot be forced to the disk", folder)
    finally:
        os.close(handle)


def _is_temporary(path: Path) -> bool:
    return path.name.startswith(_TEMPORARY)


def _is_nobodys(path: Path) -> bool:
    """A temporary file of this host whose process is gone, or an old one of another host."""
    host, _, rest = path.name.removeprefix(_TEMPORARY).rpartition("-")[0].rpartition("-")
    try:
        if os.name == "posix" and host == socket.gethostname() and rest.isdigit():
            os.kill(int(rest), 0)
            return False
        return time.time() - path.stat().st_mtime > _OLD
    except ProcessLookupError:
        return True
    except OSError:
        return False
