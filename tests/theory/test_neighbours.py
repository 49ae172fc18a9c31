"""Knowing the neighbours, moving, and the register of volunteers."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.dynamics import acquaintance, participation, register
from simulator.dynamics.moving import choose, steps_of
from simulator.dynamics.participation import Event
from tests.chance import assert_binomial, assert_multinomial
from tests.theory.town import DISTRICT_HOUSING, STAGE_SHARES, Town, conditions, town


def strangers_at_stage_0(size: int = 5000) -> Town:
    """60,000 who can do nothing but get to know each other, drift apart and move."""
    here = town(conditions(), 12, size, at_rest=False)
    here.expose(opportunity=np.zeros((12, 5)))
    here.law.newcomer_stage[:] = [1.0, 0.0, 0.0, 0.0, 0.0]
    return here


def test_acquaintance_follows_its_recursion() -> None:
    """From nobody, contacts doubled: the share known after 3, 12, 36, 120 months. False alarm 1e-4 for each."""
    here = strangers_at_stage_0()
    here.expose(contacts=np.full(12, 2.0))
    meet, drift, move = 2.0 * here.ground.rho * here.ground.contact_factor[1], here.ground.drift, here.ground.move[1]
    acquaint = -np.expm1(-(meet + move)) * meet / (meet + move)
    lose = -np.expm1(-(drift + move))
    expected = acquaintance.expected_share(0.0, acquaint, lose, 120)
    assert expected[1] == pytest.approx(acquaint)
    assert expected[-1] == pytest.approx(acquaint / (acquaint + lose), rel=0.01)
    past = 0
    for month in (3, 12, 36, 120):
        here.live(month - past, past)
        past = month
        known = int(here.residents.acquainted.sum())
        assert_binomial(known, 60_000, expected[month])
        assert known == here.residents.acquainted_count.sum()


def test_participants_meet_twice_as_many() -> None:
    """First meetings of a month by stage. False alarm 1e-4 for each."""
    here = town(conditions(), 12, 5000)
    here.residents.acquainted[:] = False
    here.residents.recount()
    stage = here.residents.stage(slice(None))
    met = here.draw(0).of(Event.ACQUAINT)
    hazards = participation.resident_hazards(here.residents, np.arange(60_000), here.ground, here.exposure)
    chance = hazards[Event.ACQUAINT] / hazards.sum(axis=0) * -np.expm1(-hazards.sum(axis=0))
    for wanted in (0, 1, 2, 3):
        base = here.ground.rho * here.ground.contact_factor[1] * (2 if wanted >= 2 else 1)
        at = stage == wanted
        assert hazards[Event.ACQUAINT][at] == pytest.approx(base)
        assert_binomial(int(np.isin(np.flatnonzero(at), met).sum()), int(at.sum()), float(chance[at].mean()))


def test_homes_change_hands_at_the_rate_of_their_housing() -> None:
    """A year's moves by housing. False alarm 1e-4 for each."""
    here = town(conditions(housing=DISTRICT_HOUSING), 12, 5000)
    moves = np.zeros(6)
    for month in range(12):
        moves += np.bincount(here.residents.housing[here.draw(month).of(Event.MOVE)], minlength=6)
    for housing, residents in enumerate(np.bincount(here.residents.housing, minlength=6)):
        at = np.flatnonzero(here.residents.housing == housing)
        hazards = participation.resident_hazards(here.residents, at, here.ground, here.exposure)
        chance = hazards[Event.MOVE] / hazards.sum(axis=0) * -np.expm1(-hazards.sum(axis=0))
        assert_binomial(int(moves[housing]), 12 * int(residents), float(chance.mean()))


def test_moving_keeps_the_law() -> None:
    """A town where everybody moves once: class, stage, register, Party and age as those who left. False alarm 1e-4 each."""
    here = town(conditions(), 12, 5000)
    r, law, homes = here.residents, here.law, np.arange(60_000)
    r.ever_volunteer[:] = True
    r.recount()
    friends, housing = r.friend.copy(), r.housing.copy()
    moves = participation.Moves(homes, np.full(homes.size, int(Event.MOVE)))
    here.carry_out(moves, 5)
    r.check()
    leavers = here.ladder.leaving[:, 1]
    joint = np.bincount(r.cell, minlength=80).reshape(5, 16).T
    assert_multinomial(joint, leavers)
    for stage in range(5):
        at = r.stage(slice(None)) == stage
        assert_binomial(int(r.ever_volunteer[at].sum()), int(at.sum()), law.ever_volunteer[stage])
    assert_binomial(int(r.party_member.sum()), homes.size, law.party_member)
    assert_multinomial(np.bincount(r.age_band, minlength=4), law.age_bands)
    ages_by_class = np.bincount(4 * (r.cell & 15).astype(np.intp) + r.age_band, minlength=64).reshape(16, 4)
    assert_multinomial(ages_by_class, np.outer(leavers.sum(axis=1), law.age_bands))
    assert not r.acquainted.any()
    assert (r.friend == friends).all()
    assert (r.housing == housing).all()


def test_a_newcomer_is_the_home_and_month_alone() -> None:
    """Who else moves, and who lived there before, changes nothing about who comes."""
    one, two = (town(conditions(), 12, 500) for _ in range(2))
    two.residents.cell[:] = 3
    two.residents.ever_volunteer[:] = False
    two.residents.recount()
    for here, homes in ((one, np.array([7, 300, 5999])), (two, np.arange(6000))):
        here.carry_out(participation.Moves(homes, np.full(homes.size, int(Event.MOVE))), 5)
    for column in ("cell", "ever_volunteer", "party_member", "age_band", "acquainted"):
        for home in (7, 300, 5999):
            assert getattr(one.residents, column)[home] == getattr(two.residents, column)[home], column


def test_a_law_is_inverted_at_the_die() -> None:
    """Among others, at the smallest and at the largest die, and over a value that never comes."""
    steps = steps_of(np.array([[0.25, 0.25, 0.25, 0.25], [0.2, 0.0, 0.5, 0.3], [0.7, 0.1, 0.1, 0.1]]))
    dice = np.array([2.0**-54, 0.1, 0.2, 0.2000001, 0.69, 0.71, 1 - 2.0**-53])
    assert choose(steps, np.full(7, 1), dice).tolist() == [0, 0, 0, 2, 2, 3, 3]
    assert choose(steps, np.array([0, 1, 2]), np.full(3, 0.6)).tolist() == [2, 2, 0]
    assert choose(steps_of(np.array([0.5, 0.5])), np.zeros(7, np.intp), dice).tolist() == [0, 0, 0, 0, 1, 1, 1]


def test_the_register_stands_still() -> None:
    """60,000 residents for ten years; volunteers stay on it.

    False alarm below 1e-4 (entries are independent between homes: sd below the root of their number at either end), and
    4 % for what its balance leaves out: people's lasting differences and the month's one die for all events.
    """
    here = town(conditions(), 12, 5000)
    r, law = here.residents, here.law
    law.ever_volunteer[:] = register.register_at_rest(STAGE_SHARES, here.ladder.upward, 0.07)
    assert law.ever_volunteer @ STAGE_SHARES == pytest.approx(0.07)
    draw = np.random.default_rng(4)
    r.ever_volunteer[:] = draw.random(len(r)) < law.ever_volunteer[r.stage(slice(None))]
    r.recount()
    below = float(law.ever_volunteer[:3] @ STAGE_SHARES[:3])
    chance = register.striking_chance(float(here.ladder.upward[2]), float(law.ever_volunteer[2]), below)
    start = int(r.ever_volunteer.sum())
    for month in range(120):
        here.live(1, month)
        register.strike_off(r, chance, here.streams, month)
        assert r.ever_volunteer[r.cell >= 48].all()
    r.check()
    print(f"after ten years {int(r.ever_volunteer.sum())} on the register, {start} at the start")
    assert abs(int(r.ever_volunteer.sum()) - start) < 0.04 * start + 3.9 * np.sqrt(2 * start)


def test_the_register_balances_at_every_stage() -> None:
    """What comes on or up equals what is struck off, stage by stage, and the chance of striking is the documented one."""
    shares, upward = STAGE_SHARES, np.array([0.008, 0.004, 0.001, 0.0001, 0.0])
    a0, a1, a2, a3, a4 = register.shares_on_register(shares, upward, 0.03)
    assert a3 == a4 == 1
    assert upward[0] * (a1 - a0) == pytest.approx(0.03 * 0.50 * a0)
    assert upward[1] * (a2 - a1) == pytest.approx(0.03 * 0.38 * a1 + upward[0] * (a1 - a0))
    assert upward[2] * (1 - a2) == pytest.approx(0.03 * 0.08 * a2 + upward[1] * (a2 - a1))
    below = 0.5 * a0 + 0.38 * a1 + 0.08 * a2
    assert register.striking_chance(upward[2], a2, below) == pytest.approx(0.03)
    assert register.register_at_rest(shares, upward, 0.04).tolist() == [0, 0, 0, 1, 1]
    assert register.register_at_rest(shares, upward, 0.0401) @ shares > 0.0401  # who slipped this month


def test_being_struck_off_is_a_die_of_the_month() -> None:
    """Of 60,000 on the register below stage 3 so many as the chance says. False alarm 1e-4; volunteers never."""
    here = town(conditions(), 12, 5000)
    r = here.residents
    r.ever_volunteer[:] = True
    r.recount()
    volunteers = r.stage(slice(None)) >= 3
    register.strike_off(r, 0.1, here.streams, 3)
    r.check()
    assert r.ever_volunteer[volunteers].all()
    assert_binomial(int((~r.ever_volunteer).sum()), int((~volunteers).sum()), 0.1)


def test_nobody_is_struck_off_a_register_of_volunteers_only() -> None:
    assert register.striking_chance(0.001, 0.0, 0.0) == 0.0
    assert register.striking_chance(1.0, 0.0, 0.01) == 1.0
