"""Shards of one sweep put together: their chunks have the names of the plan, so that merging is copying."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from simulator.experiments.sweeps.chunk import Part
from simulator.experiments.sweeps.opened import SweepResult
from simulator.experiments.sweeps.store import INPUTS, Store, Stored, claim, tell
from simulator.experiments.sweeps.tables import TABLES, TIMINGS
from simulator.language.errors import ResultError, UserError

log = logging.getLogger("sanshe")

SAME = ("digest", "program", "points_in_chunk")


def merge(shards: Sequence[str | Path], out: str | Path, *, force: bool = False) -> SweepResult:
    """All chunks of these folders in one; chunks that `out` has already stay, unless a shard has fewer failed runs of them.

    ResultError if the folders hold different sweeps, were made by different programs, were cut differently, or disagree.
    """
    if not shards:
        raise UserError("nothing to merge; give the folders of the shards")
    stores = [Store.open(Path(shard)) for shard in shards]
    first = stores[0].manifest
    for store in stores[1:]:
        for key in SAME:
            if store.manifest[key] != first[key]:
                there, here = (f"{manifest[key]!s:.8}" for manifest in (store.manifest, first))
                raise ResultError(f"{store.folder} does not belong to {stores[0].folder}: {key} {there} there, {here} here "
                                  f"({tell(store.manifest)}; {tell(first)})")  # fmt: skip
    into = _begun(Path(out), stores, force)
    for store in stores:
        if store.folder.resolve() != into.folder.resolve():
            _take_over(store, into)
    return SweepResult(into)


def _begun(out: Path, stores: Sequence[Store], force: bool) -> Store:
    """The store to merge into, with the most replicates of all."""
    one = stores[0]
    if force and any(store.folder.resolve() == out.resolve() for store in stores):
        raise UserError(f"{out} is one of the shards; it cannot be replaced by them")
    store = claim(out, one.manifest, force)
    if store is None:
        texts = {path.relative_to(one.folder / INPUTS).as_posix(): path.read_text(encoding="utf-8")
                 for path in sorted((one.folder / INPUTS).rglob("*")) if path.is_file()}  # fmt: skip
        store = Store.create(out, one.manifest, one.points(), texts)
    if store.manifest["points_in_chunk"] != one.manifest["points_in_chunk"]:
        raise ResultError(f"{out} is cut into other chunks than {one.folder}; choose another folder with --out")
    store.mend(one.points())
    most = max(store.manifest["replicates"], *(each.manifest["replicates"] for each in stores))
    if most > store.manifest["replicates"]:
        store.manifest["replicates"] = most
        store.save_manifest()
    return store


def _take_over(store: Store, into: Store) -> None:
    theirs, ours = store.look(store.plan.chunks, thoroughly=True), into.look(into.plan.chunks, thoroughly=True)
    for chunk in theirs.damaged:
        log.warning("%s: chunk %d is damaged and left out; give the command of that shard again", store.folder, chunk)
    for chunk in sorted(theirs.chunks):
        if chunk not in ours.chunks or _failures(theirs, chunk) < _failures(ours, chunk):
            files = {table: store.path(table, chunk).read_bytes() for table in TABLES}
            into.save(Part(chunk, files, 0, 0, store.manifest["program"]))
        elif _failures(theirs, chunk) == _failures(ours, chunk):
            _agree(store, into, chunk)


def _failures(stored: Stored, chunk: int) -> int:
    return len(stored.failures.get(chunk, ()))


def _agree(store: Store, into: Store, chunk: int) -> None:
    """The same runs done twice must be the same bytes."""
    for table in TABLES:
        if table != TIMINGS and store.path(table, chunk).read_bytes() != into.path(table, chunk).read_bytes():
            raise ResultError(f"{store.path(table, chunk)} and {into.path(table, chunk)} hold the same runs with other values; "
                              "one of the machines computes differently, or a run is not repeatable")  # fmt: skip
