"""The model's own numbers, as mechanisms read them: group, then name. What nobody read is reported with the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.documents.parameters import Parameters


class Numbers(Mapping[str, Mapping[str, float]]):
    """`numbers["founding"]["alpha"]`; KeyError if there is no such group or name."""

    def __init__(self, parameters: Parameters) -> None:
        groups: dict[str, dict[str, float]] = {}
        for path, item in parameters.by_path.items():
            group, _, name = path.partition(".")
            groups.setdefault(group, {})[name] = item.value
        self._groups = {group: _Group(values) for group, values in groups.items()}

    def __getitem__(self, group: str) -> Mapping[str, float]:
        return self._groups[group]

    def __iter__(self) -> Iterator[str]:
        return iter(self._groups)

    def __len__(self) -> int:
        return len(self._groups)

    def read(self) -> frozenset[str]:
        """Paths that something has read."""
        return frozenset(f"{name}.{key}" for name, group in self._groups.items() for key in group.read)

    def note(self, paths: frozenset[str]) -> None:
        """These were read, by whoever built what is used again."""
        for path in paths:
            group, _, name = path.partition(".")
            self._groups[group].read.add(name)

    def unread(self) -> list[str]:
        """Paths that nothing has read."""
        return sorted(f"{name}.{key}" for name, group in self._groups.items() for key in group.keys() - group.read)


class _Group(dict[str, float]):
    def __init__(self, values: Mapping[str, float]) -> None:
        super().__init__(values)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> float:
        self.read.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        if name in self:
            return self[name]
        return default
