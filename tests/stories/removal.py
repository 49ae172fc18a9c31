"""Taking one effect of an instrument away: a lever that it moves, a programme that it starts, or an acting number of one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Final

from simulator import catalogue
from simulator.documents.in_force import Amount, InForce
from simulator.documents.instrument import Instrument
from simulator.language.errors import UserError
from simulator.language.vocabulary import Quantity

NEUTRAL_OF_UNIT: Final = {"factor": 1.0, "odds ratio": 1.0}
"""The number at which an acting number does nothing: 1 if it multiplies, else 0."""


@dataclasses.dataclass(frozen=True, slots=True)
class Removal:
    """What is taken away."""

    lever: int | None = None
    """The position of a use of a lever."""
    programme: int | None = None
    """The position of a programme."""
    number: str | None = None
    """A parameter of the instrument, set to where it does nothing."""
    name: str = "nothing"

    def of(self, item: InForce, instrument: str) -> InForce:
        """The instrument in force without it; another instrument as it is."""
        if item.name != instrument:
            return item
        moves = tuple(move for position, move in enumerate(item.lever_moves) if position != self.lever)
        starts = tuple(
            self._told(item, position) for position in range(len(item.programme_starts)) if position != self.programme
        )
        return dataclasses.replace(item, lever_moves=moves, programme_starts=starts)

    def _told(self, item: InForce, position: int) -> tuple[str, dict[str, Amount | str]]:
        """What a programme is told when the acting number does nothing."""
        name, inputs = item.programme_starts[position]
        told = dict(inputs)
        given = item.instrument.programmes[position].inputs
        declared = catalogue.vocabulary().programmes[name].inputs
        for key, value in inputs.items():
            quantity = declared[key]
            if self.number is not None and given.get(key) == self.number and isinstance(quantity, Quantity):
                assert isinstance(value, Amount)
                neutral = NEUTRAL_OF_UNIT.get(quantity.unit, 0.0)
                told[key] = dataclasses.replace(value, value=min(max(neutral, quantity.low), quantity.high))
        return name, told


NOTHING: Final = Removal()


def removals(instrument: Instrument, acting: tuple[str, ...]) -> Iterator[Removal]:
    """Each effect in turn: levers, programmes, and the acting numbers that a story speaks of."""
    for position, use in enumerate(instrument.levers):
        yield Removal(lever=position, name=f"lever {use.lever}")
    for position, programme in enumerate(instrument.programmes):
        yield Removal(programme=position, name=f"programme {programme.programme}")
    for number in acting:
        if not any(number in programme.inputs.values() for programme in instrument.programmes):
            raise UserError(f"acting: no programme of {instrument.name} is told '{number}'")
        yield Removal(number=number, name=number)
