"""No instrument is a bare multiplier: each is starved, delayed, congested and accounted for, or its file says why not.

Starved: without money, posts, places and hours it changes nothing. Delayed: nothing changes before hiring, call or procedure
can have ended. Congested: in a district ten times as large the same means give less to each. Accounted: what it consumes is
in the treasury or in the hours. Common luck: worlds with and without it are the same to the last bit until it acts.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache

import pytest

from simulator import catalogue
from simulator.documents.form import Bilingual
from simulator.documents.in_force import Amount, InForce
from simulator.documents.instrument import WAYS
from simulator.dynamics.programmes import PROGRAMMES
from simulator.dynamics.programmes.programme import Programme
from tests.instruments.crowd import GAINS, TIMES, beside, gains
from tests.instruments.street import (
    IdleStreet,
    after,
    background,
    bare_street,
    begun,
    given_from_outside,
    in_force,
    instrument,
    of_tested,
    paid_by_lines,
    released,
    set_by,
    starved,
    street,
)
from tests.instruments.watching import Watched, differing, parted, watch
from tests.programmes.samples import SAMPLES

INSTRUMENTS = catalogue.names("instrument")
STARVED_MONTHS = 14
DELAYED_MONTHS = 36
ACCOUNTED_MONTHS = 24
RELEASE_MONTHS = 3.0
"""Allocation delay where an instrument waits for nothing but the release of its budget."""
FALLS_TO = 2 / 3
"""What is left of a gain per body in the larger district, at most."""
REASONS_AT_MOST = {"starved": 3, "accounted": 3, "delayed": len(INSTRUMENTS) // 6, "congested": len(INSTRUMENTS) // 6}
"""How many instruments may say why a way does not apply to them; the escape is not the rule."""


def limited(way: str) -> list[str]:
    """The instruments that give no reason why they are not limited in this way."""
    return [name for name in INSTRUMENTS if way not in reasons(name)]


def reasons(name: str) -> dict[str, Bilingual]:
    given = instrument(name).unlimited
    return dict(given.reasons) if given else {}


@cache
def idle_without(but: tuple[str, ...]) -> Watched:
    """The street without hours and without the tested instrument."""
    return watch(begun(street(), *background(), released(0, but), kind=IdleStreet), STARVED_MONTHS)


@cache
def without(delay: float, but: tuple[str, ...]) -> Watched:
    """The street without the tested instrument."""
    return watch(begun(street(), *background(), released(delay, but)), DELAYED_MONTHS)


@pytest.mark.parametrize("name", limited("starved"))
def test_starved(name: str) -> None:
    item = starved(name)
    but = set_by(item)
    with_it = watch(begun(street(), *background(), released(0, but), item, kind=IdleStreet), STARVED_MONTHS)
    apart = differing(with_it.values, idle_without(but).values, aside=frozenset())
    assert not apart, f"{name} has no money, posts, places or hours, and still changes {apart}"


@pytest.mark.parametrize("name", limited("delayed"))
def test_delayed(name: str) -> None:
    item = in_force(name)
    but = set_by(item)
    delay = 0.0 if lead(name, 0.0) >= 1 else RELEASE_MONTHS
    months = math.floor(lead(name, delay))
    assert months >= 1, f"{name} waits for nothing: neither hiring, call, procedure nor the release of its budget"
    base = without(delay, but)
    with_it = watch(begun(street(), *background(), released(delay, but), item), DELAYED_MONTHS, base, months)
    early = {edge: parted(with_it, base, edge) for edge in range(1, months + 1)}
    early = {edge: names for edge, names in early.items() if set(names) - {"hours booked"}}
    assert not early, f"{name} can change nothing for {months} months, and changes (by edge) {early}"
    last = with_it.levers.shape[0]
    assert parted(with_it, base, last), f"{name} changes nothing in {last} months"


def lead(name: str, delay: float) -> float:
    """Months before which the instrument can change nothing, by what its programmes say and when their money comes."""
    item = in_force(name)
    model = after(begun(street(), *background(), released(delay, set_by(item)), item), 1)
    leads = [
        max(programme.lead_months, delay if waits_for_release(programme) else 0.0)
        for programme in of_tested(model)
    ]
    uncarried = any(carrier is None for _, _, carrier in item.lever_moves)
    return 0.0 if uncarried else min(leads)


def waits_for_release(programme: Programme) -> bool:
    """Is its money project money of the public, which is released late? Wages and rents are not, and gifts are not."""
    return programme.annual_fen > 0 and not programme.basic_expenditure and not programme.given


@pytest.mark.parametrize("name", limited("congested"))
def test_congested(name: str) -> None:
    item = in_force(name)
    small, crowded = gains(item, 1), gains(item, TIMES)
    gaining = {what: gain for what, gain in small.items() if gain > 0}
    assert gaining, f"{name} gives nothing to anybody in the small district: {small}"
    steady = {what: (gain, crowded[what]) for what, gain in gaining.items() if not crowded[what] < FALLS_TO * gain}
    assert not steady, f"{name} gives each as much where {TIMES} times as many share it: {steady}"


def test_every_programme_says_how_its_gain_is_read() -> None:
    assert set(GAINS) == set(PROGRAMMES)


@pytest.mark.parametrize("kind", sorted(GAINS))
def test_ten_times_as_many_gain_less_each_of_every_programme(kind: str) -> None:
    inputs: dict[str, Amount | str] = {}
    for key, declared in PROGRAMMES[kind].signature.inputs.items():
        value = SAMPLES[kind].get(key, declared.default)
        assert value is not None
        inputs[key] = value if isinstance(value, str) else Amount(float(value), "")
    item = InForce(kind, instrument("merger_of_like"), 0, None, {}, (), ((kind, inputs),))
    small, crowded = gains(item, 1)[kind], gains(item, TIMES)[kind]
    assert 0 < crowded < FALLS_TO * small


@pytest.mark.parametrize("name", limited("accounted"))
def test_accounted(name: str) -> None:
    item = in_force(name)
    helping = [one for one in background() if beside(item) & {kind for kind, _ in one.programmes()}]
    others = (*helping, released(0, set_by(item)))
    model = begun(bare_street(), *others, item)
    seen, still = watch(model, ACCOUNTED_MONTHS), watch(begun(bare_street(), *others), ACCOUNTED_MONTHS)
    if any(programme.annual_fen for programme in of_tested(model)):
        assert paid_by_lines(model) > 0, f"{name} has a budget, and none of it was spent"
    booked = [
        hours for (pool, purpose), hours in seen.hours[-1].items()
        if purpose != "own work" and hours > still.hours[-1].get((pool, purpose), 0.0)
    ]  # fmt: skip
    hours = bool(booked) or seen.charged[-1] > still.charged[-1]
    if any(uses_hours(name, index) for index in range(len(item.programme_starts))):
        assert hours, f"{name} says that it uses hours, and none were booked or charged"
    consumed = paid_by_lines(model) + given_from_outside(model)
    assert consumed or hours, f"{name} consumes neither money nor hours"


def uses_hours(name: str, index: int) -> bool:
    """Does the file tell this programme of hours that its work takes, and has it the money without which it has no work?"""
    programme, told = in_force(name).programme_starts[index]
    declared = catalogue.vocabulary().programmes[programme].inputs
    money, needed = told.get("money"), declared.get("money")
    if needed is not None and needed.default is None and isinstance(money, Amount) and money.value == 0:
        return False
    written = [told[key] for key in instrument(name).programmes[index].inputs]
    return any(isinstance(value, Amount) and value.unit.startswith("hours") and value.value > 0 for value in written)


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_reasons_are_given_in_both_languages(name: str) -> None:
    for way, reason in reasons(name).items():
        assert way in WAYS
        assert re.search(r"[a-z]{2}.* [a-z]{2}", reason["en"])
        assert re.search(r"[\u4e00-\u9fff]{4}", reason["zh"])


def test_reasons_are_few() -> None:
    given = Counter(way for name in INSTRUMENTS for way in reasons(name))
    assert all(given[way] <= most for way, most in REASONS_AT_MOST.items()), given
