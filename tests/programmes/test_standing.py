"""Awards and ratings: whom they name, what they are worth at calls, how long, and what they cost."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulator.city.organizations import Tier
from simulator.dynamics.programmes.awards import PICKY, Awards
from simulator.dynamics.programmes.calls import quality
from simulator.dynamics.programmes.contest import Contest
from simulator.dynamics.programmes.purchase import Purchase
from simulator.dynamics.programmes.rating import Rating
from simulator.language.streams import Streams
from tests.programmes.samples import SAMPLES
from tests.programmes.world import World

FALSE_ALARM = 1e-4
"""Chance that one of the statistical tests here fails although all is well."""
N_ELIGIBLE = 10


def _alike(world: World) -> np.ndarray:
    """Ten registered bodies, all alike; nobody else has papers."""
    bodies = world.city.organizations
    bodies.tier[:300] = Tier.LATENT
    rows = np.arange(N_ELIGIBLE)
    bodies.tier[rows], bodies.capability[rows], bodies.members[rows], bodies.staff[rows] = Tier.REGISTERED, 0.6, 10, 1
    return rows


def _awards(world: World, **inputs: float | str) -> Awards:
    told = {"money": 30_000, "awards": 3, "prize": 10_000, "first_call_months": 0} | inputs
    awards = world.add("awards", "awards", **told)
    assert isinstance(awards, Awards)
    return awards


def _rating(world: World, **inputs: float | str) -> Rating:
    told = {"money": 30_000, "cost_per_body": 3_000, "first_call_months": 0, "noise_sd": 0.0} | inputs
    rating = world.add("rating", "rating", **told)
    assert isinstance(rating, Rating)
    return rating


def _wins(world: World, calls: int) -> np.ndarray:
    """Who wins the one award of a contest in so many calls where effort does not count, (n,)."""
    told = SAMPLES["contest"] | {"apply_share": 100, "persistence": 1.0, "discrimination": 0.0}
    contest = world.make("contest", "contest", **told)
    assert isinstance(contest, Contest)
    bodies = world.city.organizations
    world.city.treasury.transfer(0, contest.account, calls * 30_000_00, "appropriation", world.setting.now)
    wins = np.zeros(len(bodies), np.int64)
    contest.spendable_fen = lambda period: 30_000_00  # type: ignore[method-assign]
    for replicate in range(calls):
        world.setting.streams = Streams(31, replicate)
        bodies.last_won[:] = -1e9
        assert contest.call(12.0)
        wins[np.flatnonzero(bodies.last_won == world.setting.now)] += 1
    return wins


def _shares(counted: np.ndarray, odds: np.ndarray) -> None:
    """Wins among the ten are as their odds (Pearson; false alarm 1e-4)."""
    expected = counted.sum() * odds / odds.sum()
    assert stats.chisquare(counted, expected).pvalue > FALSE_ALARM, (counted, expected)


@pytest.mark.parametrize(("column", "until"), [("award_odds", "awarded_until"), ("rating_odds", "rated_until")])
def test_standing_multiplies_the_odds_at_contests_until_it_lapses(column: str, until: str) -> None:
    """1,200 calls among ten bodies alike of which three are named: 3 of 16 each; when it lapses, a tenth each."""
    for lapsed in (False, True):
        world = World()
        bodies, rows = world.city.organizations, _alike(world)
        getattr(bodies, column)[:3], getattr(bodies, until)[:3] = 3.0, world.setting.now + (0 if lapsed else 1)
        weights = np.where((rows < 3) & (not lapsed), 3.0, 1.0)
        _shares(_wins(world, 1200)[:N_ELIGIBLE], weights)


def test_both_standings_multiply() -> None:
    """Rated and named: 1.5 * 2; at purchases, too, where one contract of many calls goes by it."""
    world = World()
    bodies, rows = world.city.organizations, _alike(world)
    bodies.award_odds[:4], bodies.awarded_until[:4] = 2.0, 5.0
    bodies.rating_odds[2:6], bodies.rated_until[2:6] = 1.5, 5.0
    purchase = world.make("purchase", "purchase", **SAMPLES["purchase"])
    assert isinstance(purchase, Purchase)
    counted = np.zeros(N_ELIGIBLE, np.int64)
    for replicate in range(3000):
        world.setting.streams = Streams(37, replicate)
        counted[purchase._choose(rows, 1)] += 1
    _shares(counted, np.array([2, 2, 3, 3, 1.5, 1.5, 1, 1, 1, 1]))


def test_the_named_are_drawn_by_the_square_of_quality() -> None:
    """2,000 ceremonies with one award among five bodies (Pearson; false alarm 1e-4)."""
    world = World()
    bodies = world.city.organizations
    _alike(world)
    bodies.tier[5:10] = Tier.LATENT
    bodies.capability[:5] = [0.1, 0.3, 0.5, 0.7, 0.9]
    awards = _awards(world, awards=1, prize=1)
    world.run(1)
    named = np.zeros(5, np.int64)
    awards.spendable_fen = lambda period: 100  # type: ignore[method-assign]
    awards.pay_outside = lambda fen, purpose: None  # type: ignore[method-assign]
    for replicate in range(2000):
        world.setting.streams = Streams(41, replicate)
        bodies.awarded_until[:] = -1e9
        assert awards.call(12.0)
        named[np.flatnonzero(bodies.awarded_until > 0)] += 1
    _shares(named, quality(bodies, np.arange(5)) ** PICKY)


def test_an_award_is_remembered_for_its_months_and_paid_once() -> None:
    world = World()
    bodies = world.city.organizations
    _alike(world)
    awards = _awards(world, award_odds=1.4, months=18)
    world.run(1)
    named = np.flatnonzero(bodies.awarded_until > 0)
    assert named.size == 3
    assert (bodies.awarded_until[named] == 18).all()
    assert (bodies.award_odds[named] == 1.4).all()
    assert world.paid("awards") == 3 * 10_000_00
    assert awards.delivery == 1
    awards.end()
    assert (bodies.awarded_until[named] == 18).all(), "an honour outlives the ceremony"


def test_fewer_are_named_where_there_is_less_money() -> None:
    world = World()
    _alike(world)
    awards = _awards(world, money=25_000)
    world.run(1)
    assert np.count_nonzero(world.city.organizations.awarded_until > 0) == 2
    assert awards.delivery == pytest.approx(2 / 3)


def test_grades_go_to_those_at_the_threshold_and_cost_everybody_hours() -> None:
    world = World()
    bodies, rows = world.city.organizations, _alike(world)
    bodies.capability[rows] = [0.2, 0.3, 0.4, 0.49, 0.5, 0.51, 0.6, 0.7, 0.8, 0.9]
    rating = _rating(world, hours_per_body=60, rating_odds=1.5, valid_months=36)
    world.run(1)
    assert bodies.rating_odds[rows].tolist() == [1.0] * 4 + [1.5] * 6
    assert (bodies.rated_until[rows] == 36).all()
    assert bodies.hours_charged[rows].tolist() == [60.0] * 10
    assert world.paid("rating") == 10 * 3_000_00
    assert rating.delivery == 1


def test_assessors_err_as_much_as_said() -> None:
    """1,000 registered bodies at 0.45, judged at 0.5 with sd 0.1: 3A by mistake with Phi(-0.5) (false alarm 1e-4)."""
    world = World(times=10)
    bodies = world.city.organizations
    bodies.tier[:1000], bodies.tier[1000:3000], bodies.capability[:1000] = Tier.REGISTERED, Tier.LATENT, 0.45
    _rating(world, noise_sd=0.1, money=3_000_000)
    world.run(1)
    good = int(np.count_nonzero(bodies.rating_odds[:1000] > 1))
    assert stats.binomtest(good, 1000, stats.norm.cdf(-0.5)).pvalue > FALSE_ALARM


def test_bodies_come_in_turn_and_again_when_their_grade_has_lapsed() -> None:
    """Ten bodies, four a year, valid for 30 months: 4, 4, 2, and the first four anew in the fourth year."""
    world = World()
    bodies, rows = world.city.organizations, _alike(world)
    rating = _rating(world, money=12_000, valid_months=30)
    assessed, delivered = [], []
    for year in range(4):
        world.run(12 * year + 1)
        assessed.append(np.flatnonzero(bodies.hours_charged[rows] > 0).tolist())
        delivered.append(rating.delivery)
    assert [len(each) for each in assessed] == [4, 4, 2, 4]
    assert sorted(assessed[0] + assessed[1] + assessed[2]) == rows.tolist()
    assert assessed[3] == assessed[0]
    assert delivered == pytest.approx([4 / 10, 4 / 6, 1.0, 1.0])


def test_the_longest_unrated_come_first() -> None:
    world = World()
    bodies, rows = world.city.organizations, _alike(world)
    bodies.rated_until[rows] = [-1, -9, -3, -7, -5, -2, -8, -4, -6, 0]
    _rating(world, money=9_000)
    world.run(1)
    assert np.flatnonzero(bodies.hours_charged[rows]).tolist() == [1, 3, 6]
