"""Numbers that hang together: with whom a number is drawn, held against the names that there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulator.documents.parameter import RELATIONS, Parameter
from simulator.documents.reading import Problems
from simulator.documents.tree import Place
from simulator.language.errors import did_you_mean


def full_name(name: str, beside: str) -> str:
    """What a relation of the number called `beside` means by `name`: a number beside it, or one by its whole path."""
    group, dot, _ = beside.rpartition(".")
    return name if "." in name or not dot else f"{group}.{name}"


def named_by(item: Parameter, beside: str) -> dict[str, tuple[str, ...]]:
    """Relation -> full names of the numbers that it names."""
    found = {}
    for relation in RELATIONS:
        given = getattr(item, relation)
        if given is not None:
            found[relation] = tuple(full_name(name, beside) for name in ((given,) if isinstance(given, str) else given))
    return found


def check_relations(
    name: str, item: Parameter, known: Mapping[str, Parameter], place: Callable[[str], Place], problems: Problems
) -> None:
    """Who is named must be there, be another number, and follow nobody; `place` gives that of a relation's value."""
    for relation, others in named_by(item, name).items():
        for other in others:
            if other == name:
                problems.add(place(relation), "relation to itself", name=name)
            elif other not in known:
                hint = did_you_mean(other, known)
                problems.add(place(relation), "unknown name", kind="number", given=other, hint=hint)
            else:
                for how, leaders in named_by(known[other], other).items():
                    problems.add(place(relation), "relation of a relation", name=other, how=how, others=", ".join(leaders))
