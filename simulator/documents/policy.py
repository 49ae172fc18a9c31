"""A policy: the whole list of what is in force, each instrument with its dates and the numbers that it changes.

It is made in two steps. A *listing* is checked against the instruments and has its `extends` written out, but its dates
are still words; `dated` gives it to a scenario, which has a start and an end, and makes it a `Policy` of months.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from simulator.documents.dates import Date, is_relative
from simulator.documents.form import NO_TITLE, Bilingual, Form, Text, refuse
from simulator.documents.in_force import Policy, put_in_force
from simulator.documents.instrument import Instrument, check_slot_range, check_value
from simulator.documents.listed import Listed, check_levers, check_times, check_window
from simulator.documents.parameter import Change
from simulator.documents.reading import Document, Problems
from simulator.documents.tree import Place
from simulator.documents.wording import plain
from simulator.language.calendar import Month, months_from_start
from simulator.language.errors import did_you_mean
from simulator.language.vocabulary import Vocabulary


class Settings(Form):
    """What an entry of the list says about its instrument: dates, source, and numbers that differ."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Change] = Field(init=False)

    since: Date | None = Field(default=None, alias="from")
    until: Date | None = None
    source: Text | None = None
    note: Text | None = None

    @property
    def changes(self) -> dict[str, Change]:
        return dict(self.__pydantic_extra__)


def _bare_or_set(given: Any) -> str:
    return "bare" if isinstance(given, str) else "set"


Entry = Annotated[
    Annotated[Text, Tag("bare")] | Annotated[dict[Text, Settings | None], Tag("set")], Discriminator(_bare_or_set)
]
"""`- name` or `- name: {from: ..., until: ..., parameter: ...}`."""


class PolicyForm(Form):
    """The file of a policy."""

    kind: Literal["policy"]
    title: Bilingual = Field(description="its name in English (en) and Chinese (zh)")
    extends: Text | None = None
    remove: tuple[Text, ...] = ()
    instruments: tuple[Entry, ...] = ()
    source: Text | None = None
    note: Text | None = None

    @classmethod
    def stand_ins(cls) -> dict[str, Any]:
        return {"title": NO_TITLE}

    @model_validator(mode="after")
    def _has_a_list(self) -> PolicyForm:
        if self.extends is None and "instruments" not in self.model_fields_set:
            refuse("missing key", key="instruments", about=": a list of instruments, or [] for none")
        if self.extends is None and self.remove:
            refuse("remove without extends")
        return self


@dataclass(frozen=True, slots=True)
class Written:
    """One entry of a list as it stands in its file."""

    name: str
    settings: Settings
    place: Place
    since_place: Place
    until_place: Place
    path: tuple[str | int, ...]


def entries(document: Document[Any], field: str, problems: Problems) -> Iterator[Written]:
    """The entries of a document's list of instruments, with their places."""
    for index, entry in enumerate(getattr(document.form, field)):
        here = document.place(field, index)
        if isinstance(entry, str):
            yield Written(entry, Settings(), here, here, here, (field, index))
            continue
        if len(entry) != 1:
            problems.add(here, "one name an entry")
        for name, settings in entry.items():
            path = (field, index, name)
            yield Written(name, settings or Settings(), document.key(*path), document.place(*path, "from"),
                          document.place(*path, "until"), path)  # fmt: skip


def listed(
    written: Written, base: Listed | None, instrument: Instrument, document: Document[Any], vocabulary: Vocabulary,
    problems: Problems,
) -> Listed:  # fmt: skip
    """An entry held against its instrument (and against what it changes, when its policy extends another)."""
    values = dict(base.values if base else instrument.parameters)
    for name, change in written.settings.changes.items():
        declared = instrument.parameters.get(name)
        if declared is None:
            known = [*instrument.parameters, "from", "until", "source"]
            problems.add(document.key(*written.path, name), "unknown name", kind=f"parameter of {instrument.name}",
                         given=name, hint=did_you_mean(name, known))  # fmt: skip
            continue
        source = change.source or written.settings.source
        check_change(name, change, source, instrument, document, (*written.path, name), vocabulary, problems)
        values[name] = change.of(declared, source)
    since, until = written.settings.since, written.settings.until
    return Listed(
        instrument,
        since or (base.since if base else "start"),
        until or (base.until if base else None),
        values,
        written.place,
        written.since_place if since or base is None else base.since_place,
        written.until_place if until or base is None else base.until_place,
    )


def check_change(
    name: str, change: Change, source: str | None, instrument: Instrument, document: Document[Any],
    path: tuple[str | int, ...], vocabulary: Vocabulary, problems: Problems,
) -> None:  # fmt: skip
    """A changed number must keep its unit and the bounds of what it is told to; beyond its range it needs a source."""
    declared = instrument.parameters[name]
    if change.unit is not None and change.unit != declared.unit:
        problems.add(document.place(*path, "unit"), "wrong unit", given=change.unit, name=name, of=instrument.name,
                     wanted=declared.unit)  # fmt: skip
    before = len(problems.found)
    for slot in instrument.slots_of(name, vocabulary):
        check_value(slot, change.value, name, document.place(*path, "value"), problems)
        check_slot_range(slot, change.range, name, document.place(*path, "range"), problems)
    if len(problems.found) == before and source is None and not change.inside(declared):
        assert declared.range is not None
        low, high = map(plain, declared.range)
        problems.add(document.place(*path, "value"), "outside range", name=name, value=plain(change.value), low=low,
                     high=high, of=instrument.name)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listing:
    """A policy whose dates are still words."""

    name: str
    title: Bilingual
    instruments: tuple[Listed, ...]
    file: str

    def dated(self, start: Month, months: int, vocabulary: Vocabulary, problems: Problems) -> Policy:
        """The policy in a scenario's window; dates outside the window are noted as problems.

        A relative `until` may lie beyond the window: it is not reached, and one policy runs in long and short scenarios.
        """
        check_times(self.instruments, start, problems)
        check_levers(self.instruments, vocabulary, start, self.file, problems)
        for entry in self.instruments:
            check_window("from", entry.since, entry.since_place, start, months - 1, months, problems)
            if entry.until is not None and not is_relative(entry.until):
                check_window("until", entry.until, entry.until_place, start, months, months, problems)
        return Policy(self.name, self.title, tuple(
            put_in_force(entry.instrument, entry.values, months_from_start(entry.since, start),
                         None if entry.until is None else months_from_start(entry.until, start), vocabulary)
            for entry in self.instruments
        ))  # fmt: skip


def extended(parent: Listing, document: Document[PolicyForm], problems: Problems) -> tuple[Listed, ...]:
    """What a policy takes over from the one that it extends: all of its list but what is removed."""
    known = [entry.name for entry in parent.instruments]
    for index, name in enumerate(document.form.remove):
        if name not in known:
            problems.add(document.place("remove", index), "nothing to remove", parent=parent.name, name=name,
                         hint=did_you_mean(name, known))  # fmt: skip
    return tuple(entry for entry in parent.instruments if entry.name not in document.form.remove)


def merged(taken: Iterable[Listed], own: Iterable[Listed]) -> tuple[Listed, ...]:
    """The list taken over, with the entries of the same instruments replaced in place, and the new ones at its end."""
    new: dict[str, list[Listed]] = {}
    for entry in own:
        new.setdefault(entry.name, []).append(entry)
    together: list[Listed] = []
    for entry in taken:
        together.extend(new.pop(entry.name, [entry]))
    return (*together, *(entry for several in new.values() for entry in several))
