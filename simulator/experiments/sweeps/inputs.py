"""The documents of a sweep, kept with its results: what was run can be read there, and any run done again.

    shipped/…     files of the catalogue, by their place in it
    own/…         the user's, as they lie to each other

A name is looked for beside the file first and then in the catalogue, so both together are read as they were.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from simulator import catalogue
from simulator.documents.source import read_text

if TYPE_CHECKING:
    from simulator.experiments.sweeps.varying import Varying

SHIPPED, OWN, FIRST = "shipped", "own", "first"


def as_texts(varying: Varying) -> dict[str, str]:
    """The text of every document by its place, and under `first` which of them is the sweep."""
    shipped = catalogue.shipped().absolute()
    files = varying.files
    own = [file for file in files if not file.is_relative_to(shipped)]
    root = Path(os.path.commonpath([file.parent for file in own])) if own else shipped
    places = {file: _place(file, shipped, root) for file in files}
    texts = {places[file]: _with_places(_text(varying, file), file, places) for file in files}
    return {**texts, FIRST: places[varying.sweep.path] + "\n"}


def _with_places(text: str, file: Path, places: Mapping[Path, str]) -> str:
    """A document in which others that it names by their whole path are named by where they are kept."""
    here = Path(places[file]).parent
    for other, place in places.items():
        text = text.replace(str(other), Path(os.path.relpath(place, here)).as_posix())
    return text


def first(inputs: Path) -> Path:
    """The sweep's own document among them."""
    return inputs / read_text(inputs / FIRST, FIRST).strip()


def _place(file: Path, shipped: Path, root: Path) -> str:
    if file.is_relative_to(shipped):
        return (Path(SHIPPED) / file.relative_to(shipped)).as_posix()
    return (Path(OWN) / file.relative_to(root)).as_posix()


def _text(varying: Varying, file: Path) -> str:
    content = varying.content_in_memory(file)
    return read_text(file, file.name) if content is None else json.dumps(content, ensure_ascii=False, indent=1) + "\n"
