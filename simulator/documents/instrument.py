"""An instrument: a policy tool of the catalogue, as data. It moves declared levers and starts declared programmes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, WithJsonSchema, model_validator
from pydantic.functional_validators import PlainValidator

from simulator.documents.form import NO_TITLE, Bilingual, Form, Text, refuse
from simulator.documents.parameter import Parameter
from simulator.documents.reading import Document, Problems
from simulator.documents.relations import check_relations
from simulator.documents.tree import Path, Place
from simulator.documents.wording import describe, plain
from simulator.language.errors import did_you_mean
from simulator.language.vocabulary import (
    Choice,
    Lever,
    ProgrammeSignature,
    Quantity,
    Vocabulary,
)


def _number_or_name(given: object) -> float | str:
    if isinstance(given, bool) or not isinstance(given, (int, float, str)):
        refuse("not one of", given=describe(given), accepted="a number or the name of a parameter")
    return given if isinstance(given, str) else float(given)


NumberOrName = Annotated[
    float | str, PlainValidator(_number_or_name), WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]})
]
"""A number, or the name of one of the instrument's parameters (or a word, where a programme asks for one)."""


class LeverUse(Form):
    """A lever moved by an amount; carried by a programme, it is scaled by what that programme delivers (0 to 1)."""

    lever: Text
    amount: NumberOrName
    carried_by: Text | None = None


class ProgrammeUse(Form):
    """A programme and what it is told: numbers, words, or names of the instrument's parameters."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, NumberOrName] = Field(init=False)

    programme: Text

    @property
    def inputs(self) -> dict[str, float | str]:
        return dict(self.__pydantic_extra__)


class Unlimited(Form):
    """In which of four ways the instrument is not limited, and why; in every other way it must be (tests/instruments)."""

    starved: Bilingual | None = Field(default=None, description="why it has an effect without money, staff and places")
    delayed: Bilingual | None = Field(default=None, description="why it has an effect at once")
    congested: Bilingual | None = Field(default=None, description="why ten times the bodies gain as much each")
    accounted: Bilingual | None = Field(default=None, description="why it consumes neither money nor hours")

    @model_validator(mode="after")
    def _says_something(self) -> Unlimited:
        if not self.reasons:
            refuse("nothing in it")
        return self

    @property
    def reasons(self) -> dict[str, Bilingual]:
        """The reason by way, of the ways for which one is given."""
        given = {way: getattr(self, way) for way in WAYS}
        return {way: reason for way, reason in given.items() if reason is not None}


WAYS: Final = tuple(Unlimited.model_fields)
"""The four ways in which an instrument is limited: without money, staff and places it does nothing (starved); nothing
changes before hiring, call or procedure can have ended (delayed); more applicants for the same capacity gain less each
(congested); what it consumes is in the treasury or in the hours (accounted)."""


class InstrumentForm(Form):
    """The file of an instrument."""

    kind: Literal["instrument"]
    number: int | None = Field(default=None, ge=1, le=50, description="its number in the catalogue of 50")
    reports: tuple[Literal["Nankai", "Luyang", "Changning", "Qingshan", "Tianyuan"], ...] = Field(
        default=(), description="the published reports, named by their district, that tell of it"
    )
    title: Bilingual = Field(description="its name in English (en) and Chinese (zh)")
    level: Literal["district", "street", "community"]
    acts_on: Bilingual = Field(description="whom it acts on, in English (en) and Chinese (zh)")
    claim: Bilingual = Field(description="what its promoters claim, in English (en) and Chinese (zh)")
    parameters: dict[Text, Parameter] = Field(default_factory=dict)
    levers: tuple[LeverUse, ...] = ()
    programmes: tuple[ProgrammeUse, ...] = ()
    succeeds: Text | None = Field(
        default=None, description="the instrument whose contracts and line it carries on, if it begins when that one ends"
    )
    not_modelled: Bilingual | None = None
    unlimited: Unlimited | None = Field(
        default=None, description="in which of four ways it is not limited, and why: starved, delayed, congested, accounted"
    )
    note: Text | None = None

    @classmethod
    def stand_ins(cls) -> dict[str, Any]:
        return {"title": NO_TITLE, "acts_on": NO_TITLE, "claim": NO_TITLE, "level": "district"}

    @model_validator(mode="after")
    def _does_something(self) -> InstrumentForm:
        if not self.levers and not self.programmes:
            refuse("does nothing")
        return self


class Instrument(InstrumentForm):
    """An instrument that agrees with the vocabulary; its name is that of its file."""

    name: str

    def slots_of(self, parameter: str, vocabulary: Vocabulary) -> list[Slot]:
        """Everything that a parameter is told to, so that a change of it can be checked."""
        return [slot for slot in slots(self, vocabulary) if slot.given == parameter]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of an instrument that takes a number: a lever's amount, or a programme's quantity."""

    path: Path
    of: str
    given: float | str
    accepts: Lever | Quantity

    @property
    def whole(self) -> bool:
        return isinstance(self.accepts, Quantity) and self.accepts.whole

    def admits(self, value: float) -> bool:
        return self.accepts.low <= value <= self.accepts.high


def slots(form: InstrumentForm, vocabulary: Vocabulary) -> Iterator[Slot]:
    """Every number that the instrument gives to a known lever or programme."""
    for index, use in enumerate(form.levers):
        if use.lever in vocabulary.levers:
            yield Slot(("levers", index, "amount"), f"lever {use.lever}", use.amount, vocabulary.levers[use.lever])
    for index, programme in enumerate(form.programmes):
        signature = vocabulary.programmes.get(programme.programme)
        for name, given in programme.inputs.items() if signature else ():
            quantity = signature.inputs.get(name) if signature else None
            if isinstance(quantity, Quantity):
                yield Slot(("programmes", index, name), f"{programme.programme}.{name}", given, quantity)


def check_instrument(document: Document[InstrumentForm], vocabulary: Vocabulary, problems: Problems) -> Instrument:
    """Hold an instrument against the vocabulary: names, bounds, units, required inputs; problems are noted."""
    form = document.form
    for index, use in enumerate(form.levers):
        _check_lever(document, index, use, vocabulary, problems)
    for index, programme in enumerate(form.programmes):
        signature = vocabulary.programmes.get(programme.programme)
        if signature is None:
            place = document.place("programmes", index, "programme")
            hint = did_you_mean(programme.programme, vocabulary.programmes)
            problems.add(place, "unknown name", kind="programme", given=programme.programme, hint=hint)
        else:
            _check_inputs(document, index, programme, signature, problems)
    for slot in slots(form, vocabulary):
        _check_slot(document, slot, problems)
    numbers = {f"{document.name}.{name}": item for name, item in form.parameters.items()}
    for name, item in form.parameters.items():
        check_relations(f"{document.name}.{name}", item, numbers, partial(document.place, "parameters", name), problems)
    if document.is_whole("levers") and document.is_whole("programmes"):
        _check_all_used(document, problems)
    return Instrument(name=document.name, **{name: getattr(form, name) for name in InstrumentForm.model_fields})


def _check_lever(
    document: Document[InstrumentForm], index: int, use: LeverUse, vocabulary: Vocabulary, problems: Problems
) -> None:
    if use.lever not in vocabulary.levers:
        hint = did_you_mean(use.lever, vocabulary.levers)
        problems.add(document.place("levers", index, "lever"), "unknown name", kind="lever", given=use.lever, hint=hint)
    elif vocabulary.levers[use.lever].combine == "set" and use.lever in [
        earlier.lever for earlier in document.form.levers[:index]
    ]:
        problems.add(document.place("levers", index, "lever"), "lever set twice", lever=use.lever)
    programmes = [programme.programme for programme in document.form.programmes]
    carrier = use.carried_by
    if carrier is not None and programmes.count(carrier) != 1 and document.is_whole("programmes"):
        place = document.place("levers", index, "carried_by")
        problems.add(place, "not carried", given=carrier, hint=did_you_mean(carrier, programmes))


def _check_inputs(
    document: Document[InstrumentForm], index: int, use: ProgrammeUse, signature: ProgrammeSignature, problems: Problems
) -> None:
    for name, given in use.inputs.items():
        declared = signature.inputs.get(name)
        if declared is None:
            hint = did_you_mean(name, signature.inputs)
            place = document.key("programmes", index, name)
            problems.add(place, "unknown name", kind=f"input of {use.programme}", given=name, hint=hint)
        elif isinstance(declared, Choice):
            _check_word(document, index, use, name, given, declared, problems)
    for name, declared in signature.inputs.items():
        if name not in use.inputs and declared.default is None and document.is_whole("programmes"):
            unit = declared.unit if isinstance(declared, Quantity) else f"one of {', '.join(declared.options)}"
            place = document.place("programmes", index, "programme")
            problems.add(place, "missing input", programme=use.programme, input=name, unit=unit)


def _check_word(
    document: Document[InstrumentForm], index: int, use: ProgrammeUse, name: str, given: float | str, choice: Choice,
    problems: Problems,
) -> None:  # fmt: skip
    place = document.place("programmes", index, name)
    if not isinstance(given, str):
        accepted = ", ".join(choice.options)
        problems.add(place, "word wanted", input=name, programme=use.programme, accepted=accepted)
    elif given not in choice.options:
        kind = f"{name} of {use.programme}"
        problems.add(place, "unknown name", kind=kind, given=given, hint=did_you_mean(given, choice.options))


def _check_slot(document: Document[InstrumentForm], slot: Slot, problems: Problems) -> None:
    """The number that a slot is given: in bounds, whole where it must be, and in the declared unit."""
    parameters = document.form.parameters
    if isinstance(slot.given, str) and not document.is_whole("parameters", slot.given):
        return
    if isinstance(slot.given, str) and slot.given not in parameters:
        hint = did_you_mean(slot.given, parameters)
        problems.add(document.place(*slot.path), "unknown name", kind="parameter", given=slot.given, hint=hint)
        return
    if isinstance(slot.given, float):
        check_value(slot, slot.given, slot.of, document.place(*slot.path), problems)
        return
    name = slot.given
    parameter, path = parameters[name], ("parameters", name)
    if parameter.unit != slot.accepts.unit:
        place = document.place(*path, "unit")
        problems.add(place, "wrong unit", given=parameter.unit, name=name, of=slot.of, wanted=slot.accepts.unit)
    check_value(slot, parameter.value, name, document.place(*path, "value"), problems)
    check_slot_range(slot, parameter.range, name, document.place(*path, "range"), problems)


def check_slot_range(
    slot: Slot, range: tuple[float, float] | None, name: str, place: Place, problems: Problems
) -> None:
    """Every number that may be drawn for a slot must be admitted by it."""
    if range is not None and not all(slot.admits(end) for end in range):
        low, high = map(plain, range)
        least, most = plain(slot.accepts.low), plain(slot.accepts.high)
        problems.add(place, "range outside bounds", low=low, high=high, name=name, of=slot.of, least=least, most=most,
                     unit=slot.accepts.unit)  # fmt: skip


def check_value(slot: Slot, value: float, name: str, place: Place, problems: Problems) -> None:
    """A value that a slot is given, from the instrument itself or from a policy that changes it."""
    if not slot.admits(value):
        low, high = plain(slot.accepts.low), plain(slot.accepts.high)
        problems.add(place, "outside bounds", name=name, value=plain(value), of=slot.of, low=low, high=high,
                     unit=slot.accepts.unit)  # fmt: skip
    elif slot.whole and value != int(value):
        problems.add(place, "must be whole", name=name, value=plain(value), unit=slot.accepts.unit)


def _check_all_used(document: Document[InstrumentForm], problems: Problems) -> None:
    """A parameter that nothing refers to would promise an effect that it does not have."""
    form = document.form
    used = {use.amount for use in form.levers}
    for programme in form.programmes:
        used.update(programme.inputs.values())
    for name in form.parameters:
        if name not in used:
            problems.add(document.key("parameters", name), "unused parameter", name=name)
