"""Selection into incubation: Tullock's choice, the chosen before all who applied, bids paid with hours."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from simulator.city.organizations import Status
from simulator.dynamics.programmes.calls import quality
from simulator.dynamics.programmes.incubator import Incubator
from simulator.dynamics.programmes.selection import Selection
from simulator.language.streams import Streams
from tests.programmes.world import World

FALSE_ALARM = 1e-4
"""Chance that one of the statistical tests here fails although all is well."""


def _house(world: World, instrument: str = "a house", **inputs: float | str) -> Incubator:
    house = world.add("incubator", instrument, **({"places": 2, "mentor_hours": 100, "applications_per_100": 0} | inputs))
    assert isinstance(house, Incubator)
    return house


def _selection(world: World, **inputs: float | str) -> Selection:
    told = {"chosen_per_call": 2, "apply_share": 1.0, "first_call_months": 0, "jury": 1000, "money": 1000}
    selection = world.add("selection", "selection", **(told | inputs))
    assert isinstance(selection, Selection)
    return selection


def _young(world: World, rows: range) -> None:
    """These are young and filed, all others are old."""
    bodies = world.city.organizations
    bodies.tier_since[:300] = -60.0
    bodies.tier[rows], bodies.tier_since[rows] = 1, -6.0


def test_who_is_chosen_enters_before_those_who_applied_earlier() -> None:
    world = World()
    bodies = world.city.organizations
    _young(world, range(12))
    house = _house(world, places=1, applications_per_100=1e3, eligible="filed", dropout=0.0)
    world.run(1)
    inside = np.flatnonzero(bodies.status == Status.INCUBATING)
    assert inside.size == 1
    assert house.queue >= 3, "many have applied and wait"
    waiting = set(house._stays) - set(inside.tolist())
    late = sorted(set(range(12)) - set(house._stays))
    bodies.tier_since[late[:3]] = -1.0
    bodies.tier_since[[row for row in range(12) if row not in late[:3]]] = -60.0
    house.inputs = dict(house.inputs) | {"applications_per_100": 0.0}
    chosen = _selection(world, chosen_per_call=1)
    world.run(2)
    assert chosen.delivery == 1
    (winner,) = set(house._stays) - waiting - set(inside.tolist())
    assert winner in late[:3]
    world.run(13)
    assert bodies.status[winner] == Status.INCUBATING
    assert not np.isin(np.flatnonzero(bodies.status == Status.INCUBATING), list(waiting)).any()


def test_one_place_goes_by_effort_and_quality() -> None:
    """1,500 calls among five bidders: p proportional to (effort * quality)^r, with the efforts that each call has.

    The chances of all calls are added up and compared with the wins (Pearson; false alarm 1e-4), and so are the wins of
    whoever tried hardest at each call (normal law of a sum of independent chances; false alarm 1e-4).
    """
    world = World()
    bodies, rows = world.city.organizations, np.arange(5)
    _young(world, range(5))
    bodies.capability[rows], bodies.members[rows] = [0.1, 0.3, 0.5, 0.7, 0.9], 10
    house = _house(world)
    selection = _selection(world, chosen_per_call=1, discrimination=3.0, jury=0, money=0, apply_share=100)
    wins, expected, keenest_won, p_keenest = np.zeros(5), np.zeros(5), 0, []
    for replicate in range(1500):
        world.setting.streams = Streams(17, replicate)
        house._stays.clear()
        assert selection.call(12.0)
        weights = (selection.efforts(bodies.identity[rows]) * quality(bodies, rows)) ** 3.0
        expected += weights / weights.sum()
        (winner,) = house._stays
        wins[winner] += 1
        keenest = int(np.argmax(selection.efforts(bodies.identity[rows])))
        keenest_won += winner == keenest
        p_keenest.append(float(weights[keenest] / weights.sum()))
    assert stats.chisquare(wins, expected).pvalue > FALSE_ALARM
    assert abs(keenest_won - sum(p_keenest)) < stats.norm.isf(FALSE_ALARM / 2) * np.sqrt(sum(p * (1 - p) for p in p_keenest))
    assert sum(p_keenest) > 450, "efforts decide at r = 3: a fifth of the calls would be 300"
    assert expected[4] > 450 > 100 > expected[0], "and so does quality"


def test_all_bidders_pay_with_hours_and_the_jury_is_paid() -> None:
    world = World()
    bodies = world.city.organizations
    _young(world, range(30))
    _house(world)
    selection = _selection(world, hours_per_application=16.0)
    efforts = selection.efforts(bodies.identity)
    world.run(1)
    charged = np.flatnonzero(bodies.hours_charged)
    assert charged.size >= 20
    assert charged.max() < 30
    np.testing.assert_allclose(bodies.hours_charged[charged], 16 * efforts[charged])
    assert world.paid("jury") == 1000_00


@pytest.mark.parametrize(("level", "in_force"), [("street", True), ("district", False)])
def test_without_a_house_of_the_district_there_is_nothing_to_win(level: str, in_force: bool) -> None:
    world = World()
    _young(world, range(30))
    house = _house(world, level=level, places=6)
    if not in_force:
        house.end()
    selection = _selection(world)
    world.run(3)
    assert selection.delivery == 0
    assert not house._stays
    assert world.paid("jury") == 0
    assert world.hours_charged == 0


def test_what_one_house_does_not_accept_another_may() -> None:
    """A quota of one in the first house: the second of the chosen comes to the second house; the third to none."""
    world = World()
    _young(world, range(30))
    houses = [_house(world, name, quota_per_year=1) for name in ("one", "two")]
    selection = _selection(world, chosen_per_call=3)
    world.run(1)
    assert [len(house._stays) for house in houses] == [1, 1]
    assert selection.delivery == pytest.approx(2 / 3)


def test_who_waits_already_neither_bids_nor_loses_the_turn() -> None:
    """A body on a list is not drawn for the same list again: it would pay for a bid that no house accepts."""
    world = World()
    bodies = world.city.organizations
    _young(world, range(8))
    house = _house(world, places=1, dropout=0.0)
    for row in range(6):
        assert house.receive(row)
    world.run(1)
    selection = _selection(world, chosen_per_call=2)
    world.run(2)
    assert selection.delivery == 1
    assert set(house._stays) == set(range(8))
    assert not bodies.hours_charged[:6].any()
    assert list(itertools.islice(house._stays, 6)) == list(range(6))
