"""Where documents of each kind are kept, and how a name is found.

A name is looked for beside the file that names it (in its folder, in that folder's `<kind>s/`, and in `<kind>s/` next to
it), then in the shipped scenarios. A reference that ends with .yaml is a path from the file that names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDERS: Final = {
    "district": "districts", "instrument": "instruments", "policy": "policies", "sweep": "sweeps",
    "scenario": "", "parameters": "",
}  # fmt: skip
"""The folder of each kind, under the folder of scenarios."""

_NAME = re.compile(r"[\w][\w.+-]*(/[\w][\w.+-]*){0,3}")
_KIND = re.compile(r"^kind:[ \t]*[\"']?(\w+)", re.MULTILINE)


def kind_written(path: Path) -> str | None:
    """The kind that a file says it is, by a look at its text; None if it cannot be told."""
    try:
        with path.open("rb") as stream:
            found = _KIND.search(stream.read(65_536).decode("utf-8", errors="replace"))
    except OSError:
        return None
    return found[1] if found else None


@dataclass(frozen=True, slots=True)
class Shelves:
    """The folders in which names are looked for."""

    shipped: Path | None

    def find(self, kind: str, name: str, beside: Path | None) -> Path | None:
        """The file of this kind and name; `beside` is the file that names it. None if there is none."""
        for path in self._candidates(kind, name, beside):
            if path.is_file() and (name.endswith(".yaml") or kind_written(path) in (kind, None)):
                return path
        return None

    def names(self, kind: str, beside: Path | None = None) -> list[str]:
        """Every name of this kind that would be found, sorted."""
        found: set[str] = set()
        for folder in self._folders(kind, beside):
            pattern = "**/*.yaml" if kind == "scenario" and folder == self.shipped else "*.yaml"
            for path in folder.glob(pattern):
                if kind_written(path) == kind:
                    found.add(path.relative_to(folder).with_suffix("").as_posix())
        return sorted(found)

    def _candidates(self, kind: str, name: str, beside: Path | None) -> Iterator[Path]:
        if len(name) > 200:
            return
        if name.endswith(".yaml"):
            if "\0" not in name:
                yield (beside.parent if beside else Path()) / name
            return
        if _NAME.fullmatch(name):
            for folder in self._folders(kind, beside):
                yield folder / f"{name}.yaml"

    def _folders(self, kind: str, beside: Path | None) -> Iterator[Path]:
        folder = FOLDERS[kind]
        if beside is not None:
            here = beside.parent
            yield here
            if folder:
                yield here / folder
                yield here.parent / folder
        if self.shipped is not None:
            yield self.shipped / folder
