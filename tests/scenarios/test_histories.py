"""Every history, small and short: what a policy lists comes to life, and those who lend hours find somebody inside."""

from __future__ import annotations

from functools import cache

import pytest

from simulator import catalogue
from simulator.dynamics.levers import LEVERS, carried
from simulator.dynamics.programmes.incubator import Incubator
from simulator.dynamics.programmes.purchase import Purchase
from simulator.model import DistrictModel

HISTORIES = [name for name in catalogue.names("scenario") if name.startswith("history/")]
MONTHS = 34
"""The last instruments begin in month 12; the longest wait is a census after nine months."""
SCALE = 0.08
NOBODY_THERE = {"qingshan": {"support_agencies:attraction"}, "chaoyang": {"support_agencies:attraction"},
                "luyang": {"support_agencies:attraction"}, "tianyuan": {"venture_contest:contest"}}  # fmt: skip
"""Programmes whose money for so small a part of the district does not pay for one unit within these months."""


@cache
def lived(name: str) -> tuple[set[str], set[str], set[str]]:
    """What was listed, what of it ever delivered, and which levers ever left rest: of programmes and levers by name."""
    scenario = catalogue.load(name, scale=SCALE)
    model = DistrictModel(scenario)
    listed: set[str] = set()
    delivered: set[str] = set()
    moved: set[str] = set()
    for month in range(min(MONTHS, scenario.months)):
        model.step()
        for programme in model.setting.programmes:
            listed.add(programme.name)
            if programme.delivery > 0:
                delivered.add(programme.name)
            if isinstance(programme, Incubator) and programme.word("level") != "online" and programme.halls:
                delivered |= {f"{lender} in {programme.name}" for hall in programme.halls for lender in hall.mentors._lent}
        moves = model.government._policy_moves(month)
        moved |= {lever for lever, amount in moves if amount != carried(LEVERS[lever], amount, 0)}
    model.close()
    return listed, delivered, moved


@pytest.mark.parametrize("name", HISTORIES)
def test_every_programme_that_is_listed_delivers(name: str) -> None:
    listed, delivered, _ = lived(name)
    empty = {f"free_space:premises{serial}" for serial in ("", "#2")}  # one of the two has no rooms where a policy gives none
    silent = listed - delivered - NOBODY_THERE.get(name.partition("/")[2], set()) - empty
    assert not silent


@pytest.mark.parametrize("name", HISTORIES)
def test_every_lever_that_is_listed_leaves_rest(name: str) -> None:
    scenario = catalogue.load(name)
    wanted = {use.lever for entry in scenario.policies[0].instruments for use in entry.instrument.levers}
    assert wanted - lived(name)[2] == set()


def test_histories_are_the_agreed_five() -> None:
    windows = {name: (str(catalogue.load(name).start), catalogue.load(name).months) for name in HISTORIES}
    assert windows == {
        "history/chaoyang": ("2013-01", 60), "history/luyang": ("2014-12", 72), "history/changning": ("2022-01", 48),
        "history/qingshan": ("2014-01", 36), "history/tianyuan": ("2019-01", 36),
    }  # fmt: skip


def test_supervisors_in_tianyuan_are_where_bodies_are() -> None:
    """Not online, where nobody sits."""
    assert any(name.startswith("incubation_supervisors:staffing in ") for name in lived("history/tianyuan")[1])


def test_changning_purchases_go_on_under_three_years_of_entitlement() -> None:
    """Yearly contracts of before are renewed by the new numbers, and no year passes without money."""
    scenario = catalogue.load("history/changning", scale=0.5)
    model = DistrictModel(scenario)
    funded = []
    for _ in range(24):
        model.step()
        (purchase,) = (item for item in model.setting.programmes if isinstance(item, Purchase))
        assert purchase.name == "three_year_purchase:purchase"
        funded.append(int((purchase.contracted_until() > model.setting.now).sum()))
    assert model.setting.city.treasury.total() == 0
    model.close()
    assert min(funded) >= 0.5 * funded[0] >= 1.5
