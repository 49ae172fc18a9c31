"""Random policies: any of the shipped instruments, each with random numbers inside their ranges, coming and going at random."""

from __future__ import annotations

import math
from functools import cache

from hypothesis import strategies as st

from simulator import catalogue
from simulator.documents.in_force import InForce, put_in_force
from simulator.documents.instrument import Instrument
from simulator.documents.parameter import Parameter

MONTHS = 15
"""Long enough for a release after nine months, a yearly inspection, and a contract that begins and ends."""


@cache
def shipped() -> tuple[Instrument, ...]:
    return tuple(catalogue.instruments().values())


@st.composite
def values(draw: st.DrawFn, instrument: Instrument) -> dict[str, Parameter]:
    """Some of the instrument's numbers elsewhere in their ranges, where what they are told to admits it."""
    drawn = dict(instrument.parameters)
    for name, parameter in instrument.parameters.items():
        if parameter.range is None or not draw(st.booleans()):
            continue
        slots = instrument.slots_of(name, catalogue.vocabulary())
        low = max([parameter.range[0], *(slot.accepts.low for slot in slots)])
        high = min([parameter.range[1], *(slot.accepts.high for slot in slots)])
        if any(slot.whole for slot in slots):
            value = float(draw(st.integers(math.ceil(low), math.floor(high))))
        else:
            value = draw(st.floats(low, high))
        drawn[name] = parameter.model_copy(update={"value": value})
    return drawn


@st.composite
def entries(draw: st.DrawFn, instrument: Instrument) -> InForce:
    """The instrument in force between two months."""
    begins = draw(st.integers(0, MONTHS - 1))
    ends = draw(st.one_of(st.none(), st.integers(begins + 1, MONTHS + 6)))
    return put_in_force(instrument, draw(values(instrument)), begins, ends, catalogue.vocabulary())


class RandomPolicy(tuple[InForce, ...]):
    """A list of instruments that says in a line each what it is, for whoever reads a failure."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "\n".join(f"{x.name} {x.from_month}-{x.until_month} {changed(x)}" for x in self) or "nothing"


def changed(entry: InForce) -> dict[str, float]:
    """The numbers that are not the instrument's own."""
    own = entry.instrument.parameters
    return {name: item.value for name, item in entry.values.items() if item.value != own[name].value}


@st.composite
def policies(draw: st.DrawFn) -> RandomPolicy:
    """A random list, of up to fifteen or of more; no instrument stands in it twice, so that no lever is set twice."""
    least = draw(st.integers(0, 15))
    one = st.sampled_from(shipped())
    chosen = draw(st.lists(one, unique_by=lambda instrument: instrument.name, min_size=least, max_size=len(shipped())))
    return RandomPolicy(draw(entries(instrument)) for instrument in chosen)


def as_shipped(**begins: int) -> RandomPolicy:
    """These instruments with their own numbers, each from its month on."""
    known = {instrument.name: instrument for instrument in shipped()}
    return RandomPolicy(
        put_in_force(known[name], known[name].parameters, month, None, catalogue.vocabulary())
        for name, month in begins.items()
    )


def everything(begins: int = 0, until: int | None = None, far: float = 0.0) -> RandomPolicy:
    """All shipped instruments between two months, each number `far` of the way from its own to the end of its range.

    An end that what it is told to does not admit, or whose numbers only come whole, leaves the number as it is.
    """
    listed = []
    for instrument in shipped():
        values = dict(instrument.parameters)
        for name, parameter in instrument.parameters.items():
            slots = instrument.slots_of(name, catalogue.vocabulary())
            if parameter.range is None or any(slot.whole for slot in slots):
                continue
            value = parameter.value + far * (parameter.range[1] - parameter.value)
            if all(slot.accepts.low <= value <= slot.accepts.high for slot in slots):
                values[name] = parameter.model_copy(update={"value": value})
        listed.append(put_in_force(instrument, values, begins, until, catalogue.vocabulary()))
    return RandomPolicy(listed)
