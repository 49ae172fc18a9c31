"""May this comparison be written here? Asked before the first run, not after the last."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

from simulator.language.errors import ResultError
from simulator.results.folder import read_manifest
from simulator.results.manifest import identity
from simulator.results.parts import FOLDER

ADVICE = "choose another folder with --out, or replace it with --force"


def claim(out: Path, manifest: dict[str, Any], force: bool) -> None:
    """Make the folder and try to write into it; ResultError if it holds something else or cannot be written.

    Files that are not a result's are never deleted, with `force` neither.
    """
    make_writable(out)
    if force:
        return
    there = read_manifest(out)
    if there is None:
        strangers = sorted(path.name for path in out.iterdir() if path.name != FOLDER)
        if strangers:
            raise ResultError(f"{out} holds files that are not a result ({', '.join(strangers[:3])}); {ADVICE}")
    elif identity(there) != identity(manifest):
        raise ResultError(f"{out} holds another result: {_tell(there)}; this one is {_tell(manifest)}; {ADVICE}")


def make_writable(folder: Path) -> None:
    """Make the folder and try to write into it; ResultError if that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial = folder / f".{uuid4().hex}"
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        raise ResultError(f"cannot write to {folder}: {error.strerror or error}; choose another folder with --out") from error


def _tell(manifest: dict[str, Any]) -> str:
    scenario = manifest["scenario"]
    digest = str(scenario.get("digest"))[:8]
    return f"scenario '{scenario['name']}' ({digest}), seed {manifest['seed']}, scale {manifest['scale']}"
