"""A growing table of named columns: one array a field, one row an entity, rows are never reused.

A subclass declares its fields as annotations with a default each::

    class Organizations(Columns):
        members: NDArray[np.int32] = column(np.int32, 0)

An attribute is the view of the rows in use. `append` may move the arrays: take the attribute again afterwards.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray


class _Column:
    """The declaration of one column."""

    __slots__ = ("default", "dtype")

    def __init__(self, dtype: DTypeLike, default: float) -> None:
        self.dtype, self.default = np.dtype(dtype), default


def column(dtype: DTypeLike, default: float) -> Any:
    """Declare a column: its dtype and what a new row holds unless told otherwise."""
    return _Column(dtype, default)


class Columns:
    """A struct of arrays that grows by doubling; spare rows hold the defaults, and a new row is one of them."""

    _declared: ClassVar[dict[str, _Column]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = {name: value for name, value in vars(cls).items() if isinstance(value, _Column)}
        cls._declared = {**cls._declared, **own}
        for name in own:
            delattr(cls, name)

    def __init__(self, capacity: int = 16) -> None:
        self._rows = 0
        self._arrays = {
            name: np.full(max(capacity, 1), declared.default, dtype=declared.dtype)
            for name, declared in self._declared.items()
        }
        self._renew_views()

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_") and name not in self._declared:
            raise AttributeError(f"{type(self).__name__} has no column '{name}'")
        super().__setattr__(name, value)

    @classmethod
    def names(cls) -> frozenset[str]:
        """The declared columns."""
        return frozenset(cls._declared)

    def __len__(self) -> int:
        return self._rows

    def append(self, rows: int, **values: ArrayLike) -> NDArray[np.intp]:
        """Add `rows` rows; columns not named take their default. Returns the new row numbers, (rows,).

        AttributeError if a named column is not declared.
        """
        for name in values:
            if name not in self._declared:
                raise AttributeError(f"{type(self).__name__} has no column '{name}'")
        first = self._rows
        if rows:
            self._rows = first + rows
            self._make_room()
            for name, value in values.items():
                self._arrays[name][first : self._rows] = value
            self._renew_views()
        return np.arange(first, self._rows)

    def copy(self) -> Self:
        """The same rows in arrays of its own."""
        other = type(self)(1)
        other._rows = self._rows
        other._arrays = {name: array.copy() for name, array in self._arrays.items()}
        other._renew_views()
        return other

    def nbytes(self) -> int:
        """Bytes held, spare rows included."""
        return sum(array.nbytes for array in self._arrays.values())

    def _make_room(self) -> None:
        """At least double the arrays if the rows in use have outgrown them."""
        for name, array in self._arrays.items():
            if self._rows <= array.size:
                return
            more = max(self._rows - array.size, array.size)
            spare = np.full(more, self._declared[name].default, dtype=array.dtype)
            self._arrays[name] = np.concatenate([array, spare])

    def _renew_views(self) -> None:
        rows, renew = self._rows, super().__setattr__  # the columns are known: nothing to guard against
        for name, array in self._arrays.items():
            renew(name, array[:rows])
