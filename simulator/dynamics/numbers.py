"""The model's own numbers, as mechanisms read them: group, then name. What nobody read is reported with the run."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, ValuesView
from typing import Any

from simulator.documents.parameters import Parameters


class Numbers(dict[str, "Group"]):
    """`numbers["founding"]["alpha"]`; KeyError if there is no such group or name."""

    def __init__(self, parameters: Parameters) -> None:
        groups: dict[str, dict[str, float]] = {}
        for path, item in parameters.by_path.items():
            group, _, name = path.partition(".")
            groups.setdefault(group, {})[name] = item.value
        super().__init__((group, Group(values)) for group, values in groups.items())

    def read(self) -> frozenset[str]:
        """Paths that something has read."""
        return frozenset(f"{name}.{key}" for name, group in self.items() for key in group.names_read())

    def note(self, paths: frozenset[str]) -> None:
        """These were read, by whoever built what is used again."""
        for path in paths:
            group, _, name = path.partition(".")
            self[group].get(name)

    def unread(self) -> list[str]:
        """Paths that nothing has read."""
        return sorted(f"{name}.{key}" for name, group in self.items() for key in group.keys() - group.names_read())


class Group(dict[str, float]):
    """A group's numbers by name. Its own entries are those that were read: a number moves in when it is first asked for.

    So a mechanism reads as fast as from any dict, and what it never read is known. To whoever looks at a group as a whole, all
    its numbers are there.
    """

    def __init__(self, known: dict[str, float]) -> None:
        super().__init__()
        self._known = known

    def __missing__(self, name: str) -> float:
        self[name] = number = self._known[name]
        return number

    def names_read(self) -> frozenset[str]:
        """What somebody has asked for."""
        return frozenset(super().keys())

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self._known else default

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def keys(self) -> KeysView[str]:  # type: ignore[override]  # the view of another dict
        return self._known.keys()

    def values(self) -> ValuesView[float]:  # type: ignore[override]
        return self._known.values()

    def items(self) -> ItemsView[str, float]:  # type: ignore[override]
        return self._known.items()
