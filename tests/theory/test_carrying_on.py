"""One purchase carries on another: the line's calendar, money and contracts pass on; nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from simulator import catalogue
from simulator.documents.in_force import InForce, put_in_force
from simulator.dynamics.government import Government
from simulator.dynamics.programmes import PROGRAMMES
from tests.programmes.world import World

YEARLY, THREE_YEARS = "service_purchase", "three_year_purchase"
LINES = {name: f"{name}:purchase" for name in (YEARLY, THREE_YEARS)}
MILLION = 100_000_000
"""Fen."""


def purchase(name: str, millions: float, begins: int = 0, ends: int | None = None) -> InForce:
    """An instrument of purchase with so many million yuan a year."""
    instrument = catalogue.read("instrument", name)
    money = instrument.parameters["annual_budget_yuan"].model_copy(
        update={"value": millions * 1e6, "per": "district", "range": None}
    )
    values = {**instrument.parameters, "annual_budget_yuan": money}
    return put_in_force(instrument, values, begins, ends, catalogue.vocabulary())


def reign(in_force: Sequence[InForce], policy: Sequence[InForce], months: int = 36, spin_up: int = 24) -> World:
    """Institutions alone, released at once and in full."""
    world = World(begins=-spin_up)
    government = Government(world.setting, PROGRAMMES, in_force, policy, (), spin_up)
    for month in range(-spin_up, months):
        government.turn(month)
        world.one_month()
        world.setting.spinning_up = world.month < 0
    assert world.city.treasury.total() == 0
    return world


def budgeted(world: World, name: str) -> int:
    """Fen that a line appropriated, of the two years before the start too."""
    return world.setting.budget.lines[LINES[name]].budgeted_fen


def test_the_heir_has_the_calendar_the_money_and_the_contracts() -> None:
    world = reign([purchase(YEARLY, 1)], [purchase(THREE_YEARS, 1)], months=1)
    (heir,) = (item for item in world.setting.programmes if item.name == LINES[THREE_YEARS])
    old = world.setting.budget.lines[LINES[YEARLY]]
    assert world.city.treasury.balance(old.account) == 0
    assert (heir.contracted_until() > 1).sum() > 3  # type: ignore[attr-defined]
    assert budgeted(world, YEARLY) + budgeted(world, THREE_YEARS) == 3 * MILLION


def test_the_heir_of_one_that_ends_within_its_year_begins_its_own() -> None:
    """Half a million for the first half year, and then a million a year from month 6 on."""
    world = reign([], [purchase(YEARLY, 1, 0, 6), purchase(THREE_YEARS, 1, 6)], months=30)
    assert budgeted(world, YEARLY) == MILLION // 2
    assert budgeted(world, THREE_YEARS) == 2 * MILLION


@pytest.mark.parametrize("yearly_first", [True, False])
def test_an_instrument_that_goes_on_by_its_own_name_is_nobodys_heirloom(yearly_first: bool) -> None:
    """Both listed: the yearly one succeeds itself, the other begins anew, whichever stands first on the list."""
    policy = [purchase(YEARLY, 2), purchase(THREE_YEARS, 1)]
    world = reign([purchase(YEARLY, 1)], policy if yearly_first else policy[::-1])
    assert budgeted(world, YEARLY) == 2 * MILLION + 3 * 2 * MILLION
    assert budgeted(world, THREE_YEARS) == 3 * MILLION


@pytest.mark.parametrize("yearly_first", [True, False])
def test_of_two_that_leave_the_heirs_own_goes_on_and_the_other_ends(yearly_first: bool) -> None:
    in_force = [purchase(YEARLY, 1), purchase(THREE_YEARS, 1)]
    world = reign(in_force if yearly_first else in_force[::-1], [purchase(THREE_YEARS, 2)])
    assert budgeted(world, YEARLY) == 2 * MILLION
    assert budgeted(world, THREE_YEARS) == 2 * MILLION + 3 * 2 * MILLION
    assert [item.name for item in world.setting.programmes if "purchase" in item.name] == [LINES[THREE_YEARS]]
