"""What is in force and when: instruments with their dates as months and their numbers filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from simulator.documents.form import Bilingual
from simulator.documents.instrument import Instrument
from simulator.documents.parameter import Parameter, Per
from simulator.language.vocabulary import Choice, Quantity, Vocabulary


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as a programme is told it: 2 yuan/year per resident."""

    value: float
    unit: str
    per: Per = "district"


LeverMove = tuple[str, float, str | None]
"""A lever's name, the amount it is moved by, and the programme that carries the movement, if one does."""

ProgrammeStart = tuple[str, Mapping[str, Amount | str]]
"""A programme's name and all its inputs, defaults filled in."""


@dataclass(frozen=True, slots=True)
class InForce:
    """An instrument in force from one month until another (None: to the end), with the values it has here."""

    name: str
    instrument: Instrument
    from_month: int
    until_month: int | None
    values: Mapping[str, Parameter]
    lever_moves: tuple[LeverMove, ...]
    programme_starts: tuple[ProgrammeStart, ...]
    whole: frozenset[str] = frozenset()
    """Names of the values that are told to what counts in whole numbers."""

    def levers(self) -> tuple[LeverMove, ...]:
        """(lever, amount, carried by which programme of this instrument, or None)."""
        return self.lever_moves

    def programmes(self) -> tuple[ProgrammeStart, ...]:
        """(programme, inputs)."""
        return self.programme_starts

    def with_values(self, values: Mapping[str, Parameter]) -> InForce:
        """The same instrument at the same time with other values."""
        moves = tuple((use.lever, _number(use.amount, values), use.carried_by) for use in self.instrument.levers)
        starts = tuple(
            (name, {key: _retold(use.inputs.get(key), told, values) for key, told in inputs.items()})
            for use, (name, inputs) in zip(self.instrument.programmes, self.programme_starts, strict=True)
        )
        return replace(self, values=dict(values), lever_moves=moves, programme_starts=starts)


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole list of what is in force."""

    name: str
    title: Bilingual
    instruments: tuple[InForce, ...]


def put_in_force(
    instrument: Instrument, values: Mapping[str, Parameter], from_month: int, until_month: int | None,
    vocabulary: Vocabulary,
) -> InForce:  # fmt: skip
    """An instrument with these values between two months. Its names must be those of the vocabulary."""
    moves = tuple((use.lever, _number(use.amount, values), use.carried_by) for use in instrument.levers)
    starts = tuple((use.programme, _inputs(use.programme, use.inputs, values, vocabulary))
                   for use in instrument.programmes)  # fmt: skip
    whole = frozenset(name for name in values if any(slot.whole for slot in instrument.slots_of(name, vocabulary)))
    return InForce(instrument.name, instrument, from_month, until_month, dict(values), moves, starts, whole)


def _number(given: float | str, values: Mapping[str, Parameter]) -> float:
    return values[given].value if isinstance(given, str) else given


def _retold(given: float | str | None, told: Amount | str, values: Mapping[str, Parameter]) -> Amount | str:
    """What a programme is told by an input whose parameter may have another value now."""
    if isinstance(given, str) and isinstance(told, Amount):
        return replace(told, value=values[given].value)
    return told


def _inputs(
    programme: str, given: Mapping[str, float | str], values: Mapping[str, Parameter], vocabulary: Vocabulary
) -> dict[str, Amount | str]:
    """What a programme is told: the declared inputs in their declared order."""
    told: dict[str, Amount | str] = {}
    for name, declared in vocabulary.programmes[programme].inputs.items():
        value = given.get(name, declared.default)
        if isinstance(declared, Choice):
            told[name] = str(value)
        elif isinstance(value, str):
            parameter = values[value]
            told[name] = Amount(parameter.value, parameter.unit, parameter.per)
        else:
            assert isinstance(declared, Quantity)
            assert value is not None, f"{programme}.{name} was not checked"
            told[name] = Amount(float(value), declared.unit)
    return told
