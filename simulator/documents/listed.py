"""Instruments on a list, and what a list must not do: overlap with itself, set a lever twice, leave the window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import combinations

from simulator.documents.dates import ANY_START, is_relative
from simulator.documents.instrument import Instrument
from simulator.documents.parameter import Parameter
from simulator.documents.reading import Problems
from simulator.documents.relations import check_relations
from simulator.documents.tree import Place
from simulator.documents.wording import plain
from simulator.language.calendar import Month, months_from_start
from simulator.language.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Listed:
    """An instrument on a list: dates as written, and its numbers with the changes of the list."""

    instrument: Instrument
    since: str
    until: str | None
    values: Mapping[str, Parameter]
    place: Place
    since_place: Place
    until_place: Place

    @property
    def name(self) -> str:
        return self.instrument.name

    def months(self, start: Month) -> tuple[int, float]:
        """First month in force, and the month at which that ends (infinite: never)."""
        end = float("inf") if self.until is None else months_from_start(self.until, start)
        return months_from_start(self.since, start), end

    def is_relative(self) -> bool:
        return is_relative(self.since) and (self.until is None or is_relative(self.until))


def check_times(instruments: Iterable[Listed], start: Month | None, problems: Problems) -> None:
    """`until` after `from`, and no instrument twice at one time. Without a start only relative dates can be held so."""
    known = [entry for entry in instruments if start is not None or entry.is_relative()]
    start = start or ANY_START
    for entry in known:
        first, end = entry.months(start)
        if end <= first:
            problems.add(entry.until_place, "until before from", until=entry.until, start=entry.since)
    for one, other in combinations(known, 2):
        if one.name == other.name and _overlap(one, other, start):
            problems.add(other.place, "listed twice", name=other.name, line=one.place.line)


def check_levers(
    instruments: Iterable[Listed], vocabulary: Vocabulary, start: Month | None, file: str, problems: Problems
) -> None:
    """A lever that can only be set is not set to two different values at one time, nor by two of whom one is carried.

What is carried stands between rest and its amount, as far as it is delivered: never where another sets it for sure.
    Shown at the entry that stands in `file`, the list's own (the other may come from the list that it extends).
    """
    known = [entry for entry in instruments if start is not None or entry.is_relative()]
    for one, other in combinations(known, 2):
        if not _overlap(one, other, start or ANY_START):
            continue
        if other.place.file != file:
            one, other = other, one
        values = _set_levers(one, vocabulary)
        for lever, (value, carrier) in _set_levers(other, vocabulary).items():
            other_value, other_carrier = values.get(lever, (value, None))
            if other_value != value:
                problems.add(other.place, "levers clash", name=other.name, lever=lever, value=plain(value),
                             other=one.name, other_value=plain(other_value))  # fmt: skip
            elif lever in values and (carrier or other_carrier):
                problems.add(other.place, "carried lever set twice", name=other.name, lever=lever, other=one.name,
                             carried=other.name if carrier else one.name, carrier=carrier or other_carrier)  # fmt: skip


def check_together(instruments: Iterable[Listed], problems: Problems) -> None:
    """Numbers that a list changes may hang together with any other on it; shown at the entry."""
    entries = list(instruments)
    known = {f"{entry.name}.{name}": item for entry in entries for name, item in entry.values.items()}
    for entry in entries:
        for name, item in entry.values.items():
            if item != entry.instrument.parameters[name]:
                check_relations(f"{entry.name}.{name}", item, known, partial(_anywhere, entry.place), problems)


def _anywhere(place: Place, _: str) -> Place:
    return place


def _set_levers(entry: Listed, vocabulary: Vocabulary) -> dict[str, tuple[float, str | None]]:
    """What an entry sets each lever to that can only be set, and the programme that carries it there, if one does."""
    return {use.lever: (entry.values[use.amount].value if isinstance(use.amount, str) else use.amount, use.carried_by)
            for use in entry.instrument.levers if vocabulary.levers[use.lever].combine == "set"}  # fmt: skip


def _overlap(one: Listed, other: Listed, start: Month) -> bool:
    """Are both in force at some time?"""
    (first, end), (first_of_other, end_of_other) = one.months(start), other.months(start)
    return first < end_of_other and first_of_other < end


def check_window(
    key: str, date: str, place: Place, start: Month, last: int, months: int, problems: Problems
) -> None:
    """A date must lie between the scenario's start and `last`, counted in months."""
    month = months_from_start(date, start)
    if not 0 <= month <= last:
        problems.add(place, "outside window", key=key, given=date, month=month, months=months, first=start,
                     last=start + months)  # fmt: skip
