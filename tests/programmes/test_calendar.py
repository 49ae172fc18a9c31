"""What holds for every programme: delays delay, no money no work, ends end, stocks stand still before the start."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.dynamics.programmes import PROGRAMMES
from simulator.language.vocabulary import Quantity
from tests.programmes.samples import SAMPLES
from tests.programmes.world import World

ALONE = sorted(set(SAMPLES) - {"selection"})
"""Programmes that need no other one beside them; selection needs an incubator (test_selection.py)."""
FED_BY_THE_LINE = sorted(set(ALONE) - {"inspection", "merger"})
"""Programmes whose work needs money; the two others are done in office hours if they have no line."""
FIRST_DATES = {
    "contest": 2, "purchase": 3, "grant": 1, "training": 2, "staffing": 3, "premises": 6, "mentoring": 3, "certification": 6,
    "points": 3, "awards": 6, "evaluation": 6, "rating": 6, "tiers": 3, "rule": 3,
}  # fmt: skip
"""Months before which a programme by its defaults does nothing, whatever money there is."""
CARRIERS = {"rule", "points", "certification"}
"""Programmes that change nothing but what they carry: they deliver."""


def _snapshot(world: World, *without: str) -> dict[str, Any]:
    """Every column of the city, and the money."""
    tables = {
        "organizations": world.city.organizations, "leaders": world.city.leaders, "streets": world.city.streets,
        "communities": world.city.communities,
    }  # fmt: skip
    return {
        f"{table}.{name}": getattr(columns, name).copy()
        for table, columns in tables.items()
        for name in columns._declared
        if f"{table}.{name}" not in without
    }


def _assert_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    for name in one:
        np.testing.assert_array_equal(one[name], other[name], err_msg=name)


def _asleep(world: World) -> None:
    """Something for the inspection to find."""
    world.city.organizations.status[:60] = 2


def test_the_table_names_every_programme_once() -> None:
    assert set(SAMPLES) == set(PROGRAMMES)
    for name, signature in ((name, kind.signature) for name, kind in PROGRAMMES.items()):
        assert signature.name == name
        for title in (signature.title, *(declared.title for declared in signature.inputs.values())):
            assert set(title) == {"en", "zh"}
            assert all(title.values())
        for key, declared in signature.inputs.items():
            if declared.default is None:
                continue
            if isinstance(declared, Quantity):
                assert declared.low <= declared.default <= declared.high, (name, key)
            else:
                assert declared.default in declared.options, (name, key)


@pytest.mark.parametrize("kind", ALONE)
def test_each_does_something_and_costs_something(kind: str) -> None:
    world, still = World(), World()
    _asleep(world)
    _asleep(still)
    programme = world.add(kind, **SAMPLES[kind])
    world.run(30)
    still.run(30)
    before, after = _snapshot(still, "organizations.cash_fen"), _snapshot(world, "organizations.cash_fen")
    changed = [
        name for name in before if before[name].shape != after[name].shape or not np.array_equal(before[name], after[name])
    ]
    assert changed or world.funded_events.any() or (kind in CARRIERS and programme.delivery > 0)
    assert world.city.treasury.spent_fen() > 0


@pytest.mark.parametrize("kind", FED_BY_THE_LINE)
def test_nothing_before_the_money_and_the_first_date(kind: str) -> None:
    """Released after nine months, spent not earlier; with money at once, not before the programme's own first date.

    Basic expenditure (wages, rents) doesn't wait for a release, only for hiring and fitting out.
    """
    first = FIRST_DATES.get(kind, 0)
    for delay in (0, 9):
        world = World(levers=(("execution_rate", 1.0), ("allocation_delay_months", delay)))
        still = _snapshot(world)
        programme = world.add(kind, **SAMPLES[kind])
        begins = first if PROGRAMMES[kind].basic_expenditure else max(delay, first)
        world.run(begins)
        assert world.city.treasury.spent_fen() == 0, delay
        assert programme.delivery == 0
        assert not world.funded_events.any()
        _assert_same(still, _snapshot(world))
        world.run(begins + 1)
        assert world.city.treasury.spent_fen() > 0 or kind == "attraction", delay


@pytest.mark.parametrize("kind", ALONE)
def test_without_money_nothing_happens(kind: str) -> None:
    """A budget of which nothing is ever released; none at all where wages and rents are paid in full."""
    world = World(levers=(("execution_rate", 0.0), ("allocation_delay_months", 0.0)))
    _asleep(world)
    still = _snapshot(world)
    nothing = {"money": 0} if PROGRAMMES[kind].basic_expenditure else {}
    programme = world.add(kind, **(SAMPLES[kind] | nothing))
    world.run(40)
    assert programme.delivery == 0
    assert len(world.city.treasury.journal) == 0
    assert not world.funded_events.any()
    _assert_same(still, _snapshot(world))


@pytest.mark.parametrize("kind", ALONE)
def test_after_its_end_nothing_begins_and_what_was_placed_is_taken_back(kind: str) -> None:
    world = World()
    _asleep(world)
    before = _snapshot(world)
    programme = world.add(kind, until=27, **SAMPLES[kind])
    world.run(27)
    programme.end()
    assert programme.delivery == 0
    kept = world.city.treasury.balance(programme.account)
    world.run(60)
    assert world.city.treasury.balance(programme.escrow) == 0
    assert world.city.treasury.balance(programme.account) >= kept
    organizations = world.city.organizations
    assert organizations.last_won.max() < 27
    assert organizations.funded_until.max() < 27 + 12
    assert (organizations.dormancy_inside == 1).all()
    for name in ("streets.hub_fte", "streets.station_fte", "streets.hub_rooms_m2", "streets.served_drift_per_year",
                 "communities.rooms_m2", "communities.committee_fte"):  # fmt: skip
        np.testing.assert_allclose(_snapshot(world)[name], before[name], atol=1e-9, err_msg=name)
    spent = world.city.treasury.spent_fen()
    status, entries = organizations.status.copy(), len(organizations)
    world.run(75)
    assert world.city.treasury.spent_fen() == spent
    assert len(organizations) == entries
    np.testing.assert_array_equal(organizations.status, status)
    programme.end()


@pytest.mark.parametrize("kind", ALONE)
def test_stocks_stand_still_in_the_spin_up_and_what_they_would_have_gained_is_noted(kind: str) -> None:
    world = World(begins=-24)
    _asleep(world)
    still = _snapshot(world)
    world.add(kind, **SAMPLES[kind])
    world.run(0)
    stocks = [f"organizations.{name}" for name in ("tier", "tier_since", "founded", "members", "capability", "kind",
                                                  "merged_into", "skill_factor")]  # fmt: skip
    stocks += ["leaders.trained", "leaders.left", "leaders.organization"]
    now = _snapshot(world)
    _assert_same({name: still[name] for name in stocks}, {name: now[name] for name in stocks})
    assert (world.city.organizations.status < 3).all()
    assert not world.setting.flows.counts
    cause = {
        "contest": "capability", "incubator": "capability", "training": "trained leaders", "census": "filing",
        "inspection": "removal", "merger": "merger", "attraction": "entry", "mentoring": "capability", "tiers": "filing",
    }.get(kind)  # fmt: skip
    assert set(world.setting.spin_up_gains) == ({cause} if cause else set())
    assert all(gain > 0 for gain in world.setting.spin_up_gains.values())
    assert world.city.treasury.spent_fen() > 0


@pytest.mark.parametrize("kind", ALONE)
def test_the_same_seed_gives_the_same_and_another_seed_another(kind: str) -> None:
    worlds = [World(seed) for seed in (1, 1, 2)]
    for world in worlds:
        _asleep(world)
        world.add(kind, **SAMPLES[kind])
        world.run(30)
    _assert_same(_snapshot(worlds[0]), _snapshot(worlds[1]))
    if kind not in {"staffing", "events", "premises", *CARRIERS}:
        one, other = _snapshot(worlds[0]), _snapshot(worlds[2])
        assert any(one[name].shape != other[name].shape or not np.array_equal(one[name], other[name]) for name in one)


def test_unrelated_programmes_may_come_in_any_order() -> None:
    kinds = ["events", "inspection", "premises", "attraction", "contest"]
    ends = []
    for order in (kinds, kinds[::-1]):
        world = World()
        _asleep(world)
        for kind in order:
            world.add(kind, kind, **SAMPLES[kind])
        world.run(40)
        ends.append((_snapshot(world), world.funded_events, world.city.treasury.spent_fen()))
    _assert_same(ends[0][0], ends[1][0])
    np.testing.assert_array_equal(ends[0][1], ends[1][1])
    assert ends[0][2] == ends[1][2]


def test_another_instrument_does_not_change_the_luck_of_the_first() -> None:
    """The same awards with and without premises; and two instruments of one kind do not share their dice."""
    alone, beside = World(), World()
    for world in (alone, beside):
        world.add("contest", "venture", **SAMPLES["contest"])
    beside.add("premises", "rooms", **SAMPLES["premises"])
    for world in (alone, beside):
        world.run(13)
    assert (alone.city.organizations.last_won == beside.city.organizations.last_won).all()
    renamed = World()
    renamed.add("contest", "micro venture", **SAMPLES["contest"])
    renamed.run(13)
    assert (alone.city.organizations.last_won != renamed.city.organizations.last_won).any()


def test_the_luck_of_a_call_depends_on_its_month_not_on_how_many_went_before() -> None:
    early, late = World(), World()
    plain = dict(SAMPLES["contest"]) | {"capability_gain": 0.0, "fail_share": 0.0, "persistence": 1.0}
    early.add("contest", "venture", **plain)
    early.run(14)
    late.run(4)
    late.add("contest", "venture", first_call_months=10, **plain)
    early.run(15)
    late.run(15)
    won = [world.city.organizations.last_won == 14 for world in (early, late)]
    assert won[0].sum() == won[1].sum() > 0
    assert (won[0] == won[1]).all()
