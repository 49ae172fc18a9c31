"""Mesa agents that show rows of tables: an attribute is the column's entry, read and written there and kept nowhere else.

`model.organizations.select(lambda body: body.members > 50)` asks one by one; `model.city.organizations.members > 50` asks
all at once. Both see the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from simulator.city.columns import Columns
from simulator.city.leaders import Leaders
from simulator.city.organizations import Domain, Kind, Organizations, Status, Tier
from simulator.city.places import Communities, Streets

if TYPE_CHECKING:
    from simulator.city.city import City


class RowAgent(mesa.Agent):
    """An agent that is a row of a table."""

    words: dict[str, type[Any]] = {}  # noqa: RUF012 - a constant of the class
    """Columns whose numbers are words."""
    columns: frozenset[str] = frozenset()
    """Names of the table's columns."""

    def __init__(self, model: mesa.Model, row: int) -> None:
        super().__init__(model)
        self.row = row

    def table(self, city: City) -> Columns:
        """The table whose row this is."""
        raise NotImplementedError

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.columns:
            getattr(self.table(self.model.city), name)[self.row] = value
        else:
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ("model", "row"):
            raise AttributeError(name)
        columns = self.table(self.model.city)
        try:
            value = getattr(columns, name)[self.row].item()
        except (AttributeError, TypeError):
            raise AttributeError(f"{type(self).__name__} has no attribute or column '{name}'") from None
        word = self.words.get(name)
        return value if word is None else word(value)


class Organization(RowAgent):
    """A community organisation, professional or support-type body, or street federation."""

    words = {"tier": Tier, "kind": Kind, "domain": Domain, "status": Status}  # noqa: RUF012 - a constant of the class
    columns = Organizations.names()

    def table(self, city: City) -> Columns:
        """The organisations' columns."""
        return city.organizations


class Leader(RowAgent):
    """A grassroots leader."""

    columns = Leaders.names()

    def table(self, city: City) -> Columns:
        """The leaders' columns."""
        return city.leaders


class Community(RowAgent):
    """A residential community with its committee."""

    columns = Communities.names()

    def table(self, city: City) -> Columns:
        """The communities' columns."""
        return city.communities


class Station(RowAgent):
    """A street's social-work station."""

    columns = Streets.names()

    def table(self, city: City) -> Columns:
        """The streets' columns."""
        return city.streets


class Hub(RowAgent):
    """A street's federation of community organisations."""

    columns = Streets.names()

    def table(self, city: City) -> Columns:
        """The streets' columns."""
        return city.streets


class Roll:
    """The agents of a table: one for each row that was there when somebody last looked."""

    def __init__(self, model: mesa.Model, kind: type[RowAgent]) -> None:
        self._model, self._kind = model, kind
        self._agents: dict[int, RowAgent] = {}
        self._there = np.empty(0, np.bool_)

    def keep(self, there: NDArray[np.bool_]) -> None:
        """Make agents for rows that came and take off those of rows that are no longer there, (n_rows,)."""
        if np.array_equal(there, self._there):
            return
        self._there = there
        rows = np.flatnonzero(there).tolist()
        for row in self._agents.keys() - set(rows):
            self._agents.pop(row).remove()
        for row in rows:
            if row not in self._agents:
                self._agents[row] = self._kind(self._model, row)
