"""Changes of a policy from outside its file: `policies.NAME.INSTRUMENT.PARAMETER=value`, `...from=start+6m`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from simulator.documents.changes import Outside
from simulator.documents.dates import Date
from simulator.documents.form import Form
from simulator.documents.instrument import check_value
from simulator.documents.listed import Listed
from simulator.documents.parameter import Change, Parameter
from simulator.documents.policy import Listing
from simulator.documents.reading import Problems
from simulator.documents.shaping import shape
from simulator.documents.tree import grown
from simulator.language.errors import did_you_mean
from simulator.language.vocabulary import Vocabulary


class _Dated(Form):
    date: Date | None


def change_entries(
    listing: Listing, changes: Iterable[Outside], vocabulary: Vocabulary, problems: Problems
) -> Listing:
    """The listing with the changes laid over its entries; one that it does not list is refused."""
    for change in changes:
        name = change.path[2]
        known = [entry.name for entry in listing.instruments]
        if name not in known:
            hint = did_you_mean(name, known)
            problems.add(change.place, "set policy lacks", policy=listing.name, given=name, hint=hint)
            continue
        entries = [_changed(entry, change, vocabulary, problems) if entry.name == name else entry
                   for entry in listing.instruments]  # fmt: skip
        listing = replace(listing, instruments=tuple(entries))
    return listing


def _changed(entry: Listed, change: Outside, vocabulary: Vocabulary, problems: Problems) -> Listed:
    name, key = change.path[3], change.path[4] if len(change.path) > 4 else "value"
    if name in ("from", "until") and len(change.path) == 4:
        return _redated(entry, name, change, problems)
    declared = entry.values.get(name)
    if declared is None:
        hint = did_you_mean(name, [*entry.values, "from", "until"])
        problems.add(change.place, "set unknown path", path=change.text, hint=hint)
        return entry
    value = _parameter(declared, key, change, problems)
    if value is None:
        return entry
    for slot in entry.instrument.slots_of(name, vocabulary):
        check_value(slot, value.value, name, change.value_place, problems)
    return replace(entry, values={**entry.values, name: value})


def _redated(entry: Listed, key: str, change: Outside, problems: Problems) -> Listed:
    made = shape(grown({"date": change.value}, change.value_place), _Dated)
    problems.extend(made.problems)
    if made.problems or made.form is None:
        return entry
    form = made.form
    if key == "from":
        return replace(entry, since=form.date or "start", since_place=change.value_place)
    return replace(entry, until=form.date, until_place=change.value_place)


def _parameter(declared: Parameter, key: str, change: Outside, problems: Problems) -> Parameter | None:
    """The parameter with a new value, or counted per something else; it may leave its range, as an assumption."""
    written = {"value": declared.value, "per": declared.per, key: change.value, "source": "--set"}
    made = shape(grown(written, change.value_place), Change)
    problems.extend(made.problems)
    if made.problems or made.form is None:
        return None
    return made.form.of(declared, None).model_copy(update={"certainty": "assumption"})
