"""The contest chooses as Tullock says, charges its applicants, and makes winners abler."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from simulator.city.treasury import BODIES
from simulator.dynamics.programmes.calls import EFFORT_SD
from simulator.dynamics.programmes.contest import Contest
from simulator.dynamics.programmes.visibility import show
from simulator.language.streams import Streams
from tests.programmes.samples import SAMPLES
from tests.programmes.world import World

WEIGHTS = np.array([0.2, 0.5, 1.0, 1.0, 2.3])
FALSE_ALARM = 1e-4
"""Chance that one of the statistical tests here fails although all is well."""


def _contest(world: World, **inputs: float | str) -> Contest:
    contest = world.add("contest", **(dict(SAMPLES["contest"]) | inputs))
    assert isinstance(contest, Contest)
    return contest


def _winners(calls: int, awards: int) -> np.ndarray:
    """The winners of many calls among the same five bids, (calls, awards), as positions."""
    world = World()
    contest = _contest(world)
    rows = np.arange(WEIGHTS.size)
    won = []
    for replicate in range(calls):
        world.setting.streams = Streams(11, replicate)
        won.append(contest.choose(rows, WEIGHTS, awards * 100, 100))
    return np.array(won)


def test_one_award_goes_as_the_share_of_the_weights() -> None:
    calls = 4000
    counted = np.bincount(_winners(calls, 1)[:, 0], minlength=WEIGHTS.size)
    assert stats.chisquare(counted, calls * WEIGHTS / WEIGHTS.sum()).pvalue > FALSE_ALARM


def test_two_awards_go_as_drawing_one_after_another() -> None:
    calls = 4000
    won = _winners(calls, 2)
    pairs = list(itertools.permutations(range(WEIGHTS.size), 2))
    expected = [
        calls * WEIGHTS[a] / WEIGHTS.sum() * WEIGHTS[b] / (WEIGHTS.sum() - WEIGHTS[a]) for a, b in pairs
    ]
    counted = [int(((won[:, 0] == a) & (won[:, 1] == b)).sum()) for a, b in pairs]
    assert stats.chisquare(counted, expected).pvalue > FALSE_ALARM


def test_effort_is_lognormal_with_mean_one() -> None:
    world = World()
    efforts = _contest(world).efforts(np.arange(20_000, dtype=np.uint64))
    normal = (np.log(efforts) + EFFORT_SD**2 / 2) / EFFORT_SD
    assert stats.kstest(normal, "norm").pvalue > FALSE_ALARM


def test_awards_are_as_many_as_the_money_buys() -> None:
    world = World()
    contest = _contest(world, money=100_000, award=30_000)
    world.run(3)
    organizations = world.city.organizations
    won = np.flatnonzero(organizations.last_won == 2)
    assert won.size == 3
    assert contest.delivery == pytest.approx(0.9)
    assert world.paid("first instalment") == 3 * 15_000_00
    assert (organizations.funded_until[won] == 14).all()


def test_applicants_pay_with_their_hours_whether_they_win_or_not() -> None:
    world = World()
    _contest(world, money=30_000, award=30_000, apply_share=0.5)
    world.run(3)
    organizations = world.city.organizations
    charged = organizations.hours_charged > 0
    eligible = np.count_nonzero(organizations.tier[:300] >= 1)
    assert charged.sum() > 1
    low, high = stats.binom.interval(1 - FALSE_ALARM, eligible, 0.5)  # wider than the law of unequal chances
    assert low <= charged.sum() <= high
    mean = organizations.hours_charged[charged].mean()
    sd = 40 * np.sqrt(np.expm1(EFFORT_SD**2) / charged.sum())
    assert abs(mean - 40) < stats.norm.isf(FALSE_ALARM / 2) * sd * 1.5


def test_a_project_pays_twice_is_spent_over_its_months_and_teaches_at_its_end() -> None:
    world = World()
    _contest(world, money=30_000, award=30_000, fail_share=0.0, capability_gain=0.1)
    organizations = world.city.organizations
    before = organizations.capability.copy()
    world.run(3)
    winner = int(np.flatnonzero(organizations.last_won == 2)[0])
    assert organizations.project_fen[winner] == 30_000_00 / 12
    world.run(8)
    assert world.paid("second instalment") == 0
    world.run(9)
    assert world.paid("second instalment") == 15_000_00
    assert (organizations.capability == before).all()
    world.run(14)
    assert (organizations.capability == before).all()
    assert world.visible_events.sum() == 0
    world.run(15)
    assert organizations.capability[winner] == pytest.approx(before[winner] + 0.1 * (1 - before[winner]))
    assert world.visible_events[organizations.community[winner]] == 1
    assert organizations.cash_fen[winner] < 6 * 30_000_00 / 12


def test_who_sleeps_or_fails_at_the_check_loses_the_rest() -> None:
    world = World()
    contest = _contest(world, money=90_000, award=30_000, fail_share=0.0)
    world.run(3)
    organizations = world.city.organizations
    won = np.flatnonzero(organizations.last_won == 2)
    organizations.status[won[0]] = 2
    world.run(9)
    assert world.paid("second instalment") == 2 * 15_000_00
    assert world.paid("taken back") == 15_000_00
    assert organizations.funded_until[won[0]] == 8
    assert world.city.treasury.balance(contest.account) == 15_000_00


def test_streets_share_the_money_by_their_residents() -> None:
    world = World()
    world.city.streets.residents[:] = [6000, 2000, 1000]
    _contest(world, money=270_000, award=30_000, level="street", apply_share=1.0)
    world.run(3)
    organizations = world.city.organizations
    won = organizations.last_won == 2
    assert np.bincount(organizations.street[won], minlength=3).tolist() == [6, 2, 1]


def test_what_a_street_cannot_award_yet_is_there_at_the_next_call() -> None:
    world = World()
    _contest(world, money=60_000, award=30_000, level="street", apply_share=1.0)
    world.run(3)
    organizations = world.city.organizations
    assert not (organizations.last_won > 0).any()
    world.run(15)
    assert np.bincount(organizations.street[organizations.last_won == 14], minlength=3).tolist() == [1, 1, 1]


def test_a_street_that_had_no_applicants_awards_more_at_the_next_call() -> None:
    world = World()
    _contest(world, money=270_000, award=30_000, level="street", apply_share=1.0, fail_share=0.0)
    organizations = world.city.organizations
    sleeping = np.flatnonzero(organizations.street[:300] == 2)
    organizations.status[sleeping] = 2
    world.run(3)
    assert np.bincount(organizations.street[organizations.last_won == 2], minlength=3).tolist() == [3, 3, 0]
    organizations.status[sleeping] = 0
    world.run(15)
    assert np.bincount(organizations.street[organizations.last_won == 14], minlength=3).tolist() == [3, 3, 6]


def test_what_a_street_wide_body_brings_about_is_seen_all_over_its_street() -> None:
    city = World().city
    city.communities.residents[:3] = [2000, 1000, 1000]
    city.organizations.community[[5, 6]] = [-1, 4]
    city.organizations.street[[5, 6]] = [0, 1]
    show(city, np.array([5, 6]), 8)
    assert city.communities.visible_events.tolist() == [4, 2, 2, 0, 8, 0, 0, 0, 0]


def _coincidence(histories: int, **inputs: float | str) -> tuple[float, float]:
    """How often last year's winners won again, and how often they would have if all eligible bodies were alike."""
    again = by_chance = 0.0
    for seed in range(histories):
        world = World(seed)
        _contest(world, **({"money": 900_000, "award": 30_000, "apply_share": 0.3} | inputs))
        world.run(15)
        organizations = world.city.organizations
        first = _winners_of(world, 2)
        second = organizations.last_won[:300] == 14
        again += np.count_nonzero(first & second)
        by_chance += first.sum() * second.sum() / np.count_nonzero(organizations.tier[:300] >= 1)
    return again, by_chance


def _winners_of(world: World, month: int) -> np.ndarray:
    """Who was paid a first instalment in this month, (300,)."""
    treasury = world.city.treasury
    journal = treasury.journal
    paid = (journal.month == month) & (journal.purpose == treasury.purposes.index("first instalment"))
    return np.isin(np.arange(300) + BODIES, journal.payee[paid])


def test_winners_come_again() -> None:
    """Over 60 histories, last year's winners win at least 1.3 times as often as eligible bodies do by chance.

    About 270 coincidences are expected by chance; if winners had no advantage, 1.3 times as many or more would be five
    standard errors away (false pass below 1e-6).
    """
    again, by_chance = _coincidence(60)
    assert by_chance > 250
    assert again / by_chance >= 1.3


def test_a_jury_that_trusts_earlier_winners_chooses_them_more_often() -> None:
    """The same histories with persistence 1 and 4."""
    assert _coincidence(20, persistence=4)[0] > _coincidence(20, persistence=1)[0]


def test_a_higher_exponent_lets_effort_decide() -> None:
    """The mean effort of winners rises with r; both means are over the same bids and luck."""
    means = []
    for r in (0.0, 3.0):
        world = World()
        contest = _contest(world, money=900_000, award=30_000, apply_share=1.0, discrimination=r)
        world.run(3)
        organizations = world.city.organizations
        won = np.flatnonzero(organizations.last_won == 2)
        world.setting.clock = type(world.setting.clock)(initial_time=2)
        means.append(contest.efforts(organizations.identity[won]).mean())
    assert means[1] > means[0]
