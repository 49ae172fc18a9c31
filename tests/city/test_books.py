"""Columns that grow, money that is kept to the fen, hours that are worked once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.city.hours import Hours
from simulator.city.identities import Origin, identity
from simulator.city.organizations import NO_ONE, Organizations, Status
from simulator.city.treasury import BODIES, OUTSIDE, Treasury
from simulator.language.errors import ModelError


def test_columns_grow_and_keep_what_they_hold() -> None:
    bodies = Organizations(2)
    assert bodies.append(2, members=[3, 4]).tolist() == [0, 1]
    assert bodies.append(5, members=9, staff=np.arange(5)).tolist() == [2, 3, 4, 5, 6]
    assert bodies.members.tolist() == [3, 4, 9, 9, 9, 9, 9]
    assert bodies.staff.tolist() == [0, 0, 0, 1, 2, 3, 4]
    assert (bodies.leader == NO_ONE).all()
    other = bodies.copy()
    other.members[:] = 0
    other.append(1)
    assert len(bodies) == 7
    assert bodies.members.sum() == 52
    with pytest.raises(AttributeError, match="no column 'staf'"):
        bodies.append(1, staf=3)
    assert bodies.nbytes() >= 7 * 40


def test_a_new_row_holds_the_defaults_whatever_older_rows_hold() -> None:
    """Spare rows are never written: neither by growing, nor by a copy, nor by writing to whole columns."""
    fresh = Organizations(1)
    fresh.append(1)
    bodies = Organizations(2)
    for _ in range(6):
        last = bodies.append(1)
        for name in Organizations.names():
            assert getattr(bodies, name)[last] == getattr(fresh, name)[0], name
            getattr(bodies, name)[:] = 1
        bodies = bodies.copy()


def test_no_row_is_appended_where_none_is_given() -> None:
    bodies = Organizations()
    bodies.append(2, members=[3, 4])
    assert bodies.append(0, members=np.empty(0)).tolist() == []
    assert bodies.members.tolist() == [3, 4]


def test_successors_follow_mergers_to_the_end() -> None:
    bodies = Organizations()
    bodies.append(4, status=[Status.MERGED, Status.MERGED, Status.AWAKE, Status.REMOVED], merged_into=[1, 2, NO_ONE, NO_ONE])
    assert bodies.successors(np.arange(4)).tolist() == [2, 2, 2, 3]
    assert bodies.alive().tolist() == [False, False, True, False]


def test_identities_never_meet() -> None:
    """Every origin, place, month and serial packs into a word of its own."""
    words = np.concatenate([
        identity(origin, np.repeat([0, 7, (1 << 20) - 1], 3), month, np.tile([0, 1, (1 << 24) - 1], 3))
        for origin in Origin for month in (-4096, -1, 0, 59, 240)
    ])  # fmt: skip
    assert np.unique(words).size == words.size == 6 * 5 * 9


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_money_is_conserved_to_the_fen(data: st.DataObject) -> None:
    """Random transfers, some of more than there is: refused, or moved; all balances together are 0, none but outside's owes."""
    bodies = Organizations()
    bodies.append(3)
    treasury = Treasury(bodies)
    lines = [treasury.open("line:a"), treasury.open("escrow:a")]
    assert treasury.open("line:a") == lines[0]
    accounts = [OUTSIDE, *lines, BODIES, BODIES + 1, BODIES + 2]
    balances, paid = dict.fromkeys(accounts, 0), dict.fromkeys(lines, 0)
    for month in range(data.draw(st.integers(1, 15))):
        payer, payee = data.draw(st.permutations(accounts))[:2]
        fen = data.draw(st.integers(0, 1000))
        entries = len(treasury.journal)
        if payer != OUTSIDE and fen > balances[payer]:
            with pytest.raises(ModelError, match=f"transfer of {fen} fen"):
                treasury.transfer(payer, payee, fen, "a purpose", month)
            assert len(treasury.journal) == entries
            continue
        treasury.transfer(payer, payee, fen, "a purpose", month)
        balances[payer] -= fen
        balances[payee] += fen
        if payer in lines and payee not in lines:
            paid[payer] += fen
        assert len(treasury.journal) == entries + (fen > 0)
        assert [treasury.balance(account) for account in accounts] == [balances[account] for account in accounts]
        assert treasury.total() == 0
    assert treasury.spent_fen() == sum(paid.values())
    assert treasury.spent_fen("escrow:") == paid[lines[1]]
    with pytest.raises(ModelError, match="-1 fen"):
        treasury.transfer(OUTSIDE, lines[0], -1, "theft", 0)


def test_many_are_paid_and_pay_at_once() -> None:
    bodies = Organizations()
    bodies.append(3)
    treasury = Treasury(bodies)
    line = treasury.open("line:a")
    treasury.transfer(OUTSIDE, line, 100, "budget", 0)
    escrow = treasury.open("escrow:a")
    treasury.transfer(line, escrow, 30, "set aside", 0)
    treasury.transfer(escrow, line, 30, "not needed", 0)
    assert treasury.spent_fen() == 0
    treasury.pay_bodies(line, np.array([0, 2, 2]), np.array([10, 20, 30]), "award", 1)
    assert bodies.cash_fen.tolist() == [10, 0, 50]
    assert treasury.balance(line) == 40
    with pytest.raises(ModelError, match="payment of 41 fen"):
        treasury.pay_bodies(line, np.array([1]), np.array([41]), "award", 1)
    treasury.bodies_pay(np.array([0, 2]), np.array([10, 5]), OUTSIDE, "rent", 2)
    with pytest.raises(ModelError, match="more for 'rent' than it has"):
        treasury.bodies_pay(np.array([0, 2]), np.array([1, 1]), OUTSIDE, "rent", 2)
    assert bodies.cash_fen.tolist() == [0, 0, 45]
    assert treasury.total() == 0
    assert treasury.spent_fen() == 60
    journal = treasury.journal
    purposes = [treasury.purposes[purpose] for purpose in journal.purpose]
    assert purposes == ["budget", "set aside", "not needed", *["award"] * 3, *["rent"] * 2]
    assert journal.fen.sum() == 100 + 30 + 30 + 60 + 15


@given(
    st.lists(st.floats(0, 200), min_size=2, max_size=2),
    st.lists(st.tuples(st.floats(0, 150), st.floats(0, 150)), max_size=6),
)
def test_nobody_works_more_hours_than_there_are(capacity: list[float], wishes: list[tuple[float, float]]) -> None:
    hours = Hours()
    hours.open_month("stations", capacity)
    granted = np.zeros(2)
    for wish in wishes:
        got = hours.book("stations", np.array(wish), "coaching")
        assert (got <= np.array(wish) + 1e-9).all()
        granted += got
        hours.check()
    assert (granted <= np.array(capacity) + 1e-6).all()
    assert hours.left("stations") == pytest.approx(np.array(capacity) - granted, abs=1e-6)
    assert granted == pytest.approx(np.minimum(np.sum(wishes, axis=0) if wishes else 0.0, capacity), abs=1e-6)
    assert hours.booked_for.get(("stations", "coaching"), 0.0) == pytest.approx(granted.sum())
    hours.open_month("stations", capacity)
    assert hours.left("stations").tolist() == capacity


def test_hours_in_turn_and_at_one_place() -> None:
    hours = Hours()
    hours.open_month("hubs", [10.0, 0.0])
    hours.open_month("stations", [5.0, 5.0])
    assert hours.book_in_turn(("hubs", "stations"), np.array([12.0, 9.0]), "visits").tolist() == [12, 5]
    assert hours.book_at("stations", 0, 9.0, "visits") == 3
    assert hours.left_at("stations", 0) == hours.left_at("stations", 1) == 0
    assert hours.book("nobody", 4.0, "visits").tolist() == [0]
    assert hours.left_at("nobody", 3) == hours.book_at("nobody", 3, 4.0, "visits") == 0
    assert hours.capacity("hubs").tolist() == [10, 0]
    with pytest.raises(ModelError, match="negative hours"):
        hours.open_month("hubs", [-1.0])
    assert hours.work("posts", 10.0, 12.0, "cases") + hours.work("posts", 10.0, 4.0, "cases") == 14
    assert hours.booked_for["posts", "cases"] == 14
    with pytest.raises(ModelError, match="'posts' has negative hours"):
        hours.work("posts", -1.0, 0.0, "cases")
    hours._booked["hubs"][1] = 1.0
    with pytest.raises(ModelError, match="'hubs' booked more hours"):
        hours.check()
