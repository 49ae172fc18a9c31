"""One street of 15,000 residents in which an instrument of the catalogue is tried against the same street without it.

What an instrument *has* are the extensive numbers of its programmes: money, posts, places, persons, mentors' hours, rooms.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from simulator import catalogue
from simulator.city.treasury import BODIES, OUTSIDE
from simulator.documents.in_force import Amount, InForce, put_in_force
from simulator.documents.instrument import Instrument
from simulator.documents.scenario import Scenario
from simulator.dynamics.levers import LEVERS
from simulator.dynamics.programmes.programme import Programme
from simulator.language.vocabulary import Quantity
from simulator.model import DistrictModel
from tests.model.worlds import with_numbers, with_policy

TAKEN: Final = frozenset((("rule", "hours"),))
"""Extensive inputs that are not what a programme has but what it takes from others' hours."""
TESTED: Final = "tested"
"""The instrument's name in these worlds: its lines and dice are its own, whatever else is in force."""


@cache
def street() -> Scenario:
    """Three years with every kind of money and help in force; a short spin-up."""
    return with_numbers(catalogue.load(Path(__file__).with_name("one-street.yaml")), spin_up__months=12)


@cache
def bare_street() -> Scenario:
    """The same where nothing is in force but the inspection of national law, which costs no hours here."""
    scenario = with_numbers(street(), inspection__hours_per_body=0)
    district = scenario.district.model_copy(update={"in_force": ()})
    return dataclasses.replace(scenario, district=district)


def background() -> tuple[InForce, ...]:
    """What is in force in the street with and without the tested instrument, so that there is something to multiply."""
    return tuple(street().district.in_force)


def instrument(name: str) -> Instrument:
    """An instrument of the catalogue."""
    found = catalogue.read("instrument", name)
    assert isinstance(found, Instrument)
    return found


def in_force(name: str) -> InForce:
    """The instrument with its own numbers, from month 0 on."""
    one = instrument(name)
    item = put_in_force(one, one.parameters, 0, None, catalogue.vocabulary())
    return dataclasses.replace(item, name=TESTED)


def starved(name: str) -> InForce:
    """The instrument with nothing: every extensive number of its programmes is 0."""
    item = in_force(name)
    signatures = catalogue.vocabulary().programmes
    starts = []
    for programme, told in item.programme_starts:
        nothing: dict[str, Amount | str] = dict(told)
        for key, value in told.items():
            declared = signatures[programme].inputs[key]
            has = isinstance(declared, Quantity) and declared.extensive and (programme, key) not in TAKEN
            if has and isinstance(value, Amount):
                nothing[key] = Amount(0.0, value.unit, value.per)
        starts.append((programme, nothing))
    return dataclasses.replace(item, programme_starts=tuple(starts))


def set_by(item: InForce) -> tuple[str, ...]:
    """The levers that an instrument sets, which nobody else may set beside it."""
    return tuple(lever for lever, _, _ in item.lever_moves if LEVERS[lever].combine == "set")


def released(delay: float, but: tuple[str, ...] = ()) -> InForce:
    """Every budget released in full after so many months; levers named in `but` stay where they are."""
    moves = tuple(
        (lever, amount, None)
        for lever, amount in (("execution_rate", 1.0), ("allocation_delay_months", delay))
        if lever not in but
    )
    return InForce("the treasury", instrument("dual_track_filing"), 0, None, {}, moves, ())


class IdleStreet(DistrictModel):
    """A street in which nobody who is there at the start has an hour for any programme, from month 0 on."""

    def _open_month(self, month: int) -> None:
        super()._open_month(month)
        hours = self.city.hours
        for pool in list(hours._capacity) if month >= 0 else ():
            hours.open_month(pool, np.zeros_like(hours.capacity(pool)))


def begun(scenario: Scenario, *entries: InForce, kind: type[DistrictModel] = DistrictModel) -> DistrictModel:
    """The street at month 0 with these instruments in force."""
    return kind(with_policy(scenario, *entries))


def after(model: DistrictModel, months: int) -> DistrictModel:
    """The street so many months later."""
    for _ in range(months):
        model.step()
    model.close()
    return model


def of_tested(model: DistrictModel) -> list[Programme]:
    """The programmes of the tested instrument."""
    return [programme for programme in model.setting.programmes if programme.instrument == TESTED]


def paid_by_lines(model: DistrictModel) -> int:
    """Fen that the tested instrument's lines and escrows have paid."""
    return model.city.treasury.spent_fen(f"line:{TESTED}:", f"escrow:{TESTED}:")


def given_from_outside(model: DistrictModel) -> int:
    """Fen that bodies have received from outside the district."""
    journal = model.city.treasury.journal
    return int(journal.fen[(journal.payer == OUTSIDE) & (journal.payee >= BODIES)].sum())
