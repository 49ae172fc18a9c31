"""Mentoring closes the gap as it says, takes the mentors' hours, and pairs as many as there are mentors for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulator.city.organizations import Kind, Status, Tier
from simulator.dynamics.programmes.mentoring import MATURE_MONTHS, Mentoring
from simulator.language.streams import Streams
from tests.programmes.world import World

FALSE_ALARM = 1e-4
"""Chance that one of the statistical tests here fails although all is well."""


def _club(world: World, **inputs: float | str) -> Mentoring:
    """Twelve bodies of the small district are mature; a hundred are young."""
    bodies = world.city.organizations
    bodies.tier_since[:300] = np.where(bodies.tier_since[:300] == -80, -80.0, -6.0)
    club = world.add("mentoring", **({"mentors": 3, "kappa": 0.3, "hours_per_mentee": 8, "first_call_months": 0} | inputs))
    assert isinstance(club, Mentoring)
    return club


def _pairs(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Mentors and how many mentees each has, from what they were charged in the month that has ended."""
    charged = world.city.organizations.hours_charged
    return np.flatnonzero(charged), charged[charged > 0] / 8


def test_a_years_mentoring_closes_the_gap_by_its_exponential() -> None:
    """gap(12 months) = gap(0) exp(-kappa), whatever the months it is cut into; who has nothing to learn learns nothing."""
    world = World()
    bodies = world.city.organizations
    club = _club(world, kappa=0.7, mentees_per_mentor=4)
    before = bodies.capability.copy()
    mentor = before[bodies.tier_since == -80].max()
    assert (before[:300] > mentor).any() is np.False_, "the mature are the ablest here"
    world.run(12)
    mentees = np.flatnonzero(bodies.capability != before)
    assert mentees.size == 3 * 4
    np.testing.assert_allclose(mentor - bodies.capability[mentees], (mentor - before[mentees]) * np.exp(-0.7), rtol=1e-9)
    club.end()
    after = bodies.capability.copy()
    world.run(20)
    np.testing.assert_array_equal(bodies.capability, after)


def test_who_is_abler_than_the_mentor_loses_nothing_and_perfect_mentors_are_no_division_by_zero() -> None:
    world = World()
    bodies = world.city.organizations
    _club(world, mentors=12, mentees_per_mentor=30)
    mature = bodies.tier_since == -80
    bodies.capability[mature] = np.where(np.arange(np.count_nonzero(mature)) % 2, 1.0, 0.3)
    before = bodies.capability.copy()
    world.run(12)
    assert (bodies.capability >= before).all()
    assert bodies.capability.max() <= 1
    assert np.count_nonzero(bodies.capability > before) > 50


def test_the_ablest_mature_bodies_give_hours_for_each_mentee() -> None:
    world = World()
    bodies = world.city.organizations
    club = _club(world, mentors=5, mentees_per_mentor=3, fee=1000, money=60_000)
    mature = np.flatnonzero(bodies.tier_since == -80)
    bodies.capability[mature] = np.linspace(0.5, 0.9, mature.size)
    world.run(1)
    mentors, mentees = _pairs(world)
    assert mentors.tolist() == mature[-5:].tolist()
    assert mentees.tolist() == [3.0] * 5
    assert world.hours_charged == 5 * 3 * 8
    assert world.paid("mentors' fees") == 5 * 1000_00
    assert club.delivery == 1
    world.run(12)
    assert world.hours_charged == 12 * 5 * 3 * 8


@pytest.mark.parametrize(
    ("told", "pairs", "delivery"),
    [
        ({"mentors": 40}, 12 * 4, 12 / 40),  # there are twelve mature bodies
        ({"mentors": 4, "fee": 1000, "money": 2500}, 2 * 4, 0.5),  # fees for two
        ({"mentors": 3, "mentees_per_mentor": 1000}, 188, 1.0),  # all who are young
    ],
)
def test_pairs_are_bounded_by_mentors_money_and_young_bodies(
    told: dict[str, float], pairs: int, delivery: float
) -> None:
    world = World()
    bodies = world.city.organizations
    club = _club(world, **told)
    young = np.count_nonzero(bodies.active() & (bodies.tier[:] >= 1) & (bodies.tier_since == -6) & (bodies.kind == 0))
    world.run(1)
    assert world.hours_charged / 8 == (young if pairs == 188 else pairs)
    assert club.delivery == pytest.approx(delivery)


def test_mentees_are_drawn_alike_among_young_bodies_with_papers() -> None:
    """400 first calls: latent, old and mature bodies never, and each other one as often as another (Pearson)."""
    world = World()
    club = _club(world)
    bodies = world.city.organizations
    bodies.tier_since[:40] = -MATURE_MONTHS
    young = bodies.active() & (bodies.tier >= Tier.FILED) & (bodies.tier_since == -6) & (bodies.kind != Kind.FEDERATION)
    counted = np.zeros(len(bodies), np.int64)
    mentors = club._mentors(3)
    for replicate in range(400):
        world.setting.streams = Streams(3, replicate)
        np.add.at(counted, club._mentees(mentors, 12), 1)
    assert counted[~young].sum() == 0
    assert counted.sum() == 400 * 12
    # without replacement counts vary a little less than Pearson's law says: two-sided all the same
    p = stats.chi2.cdf(stats.chisquare(counted[young]).statistic, np.count_nonzero(young) - 1)
    assert FALSE_ALARM / 2 < p < 1 - FALSE_ALARM / 2


@pytest.mark.parametrize("whose", ["mentor", "mentee"])
def test_a_pair_ends_when_one_of_the_two_sleeps_and_does_not_come_back(whose: str) -> None:
    world = World()
    bodies = world.city.organizations
    before = bodies.capability.copy()
    _club(world, mentors=1, mentees_per_mentor=2)
    world.run(1)
    mentor = int(np.flatnonzero(bodies.hours_charged)[0])
    mentees = np.flatnonzero(bodies.capability != before)
    asleep = mentor if whose == "mentor" else int(mentees[0])
    bodies.status[asleep] = Status.DORMANT
    learnt = bodies.capability[mentees].copy()
    world.run(3)
    left = 0 if whose == "mentor" else 1
    assert bodies.hours_charged.sum() == 8 * left
    bodies.status[asleep] = Status.AWAKE
    world.run(6)
    assert bodies.hours_charged.sum() == 8 * left
    assert (bodies.capability[mentees] > learnt).tolist() == ([False, False] if whose == "mentor" else [False, True])


def test_fractions_of_mentors_are_whole_mentors_on_average() -> None:
    """A half-built district has half the mentors: 2.3 planned are 2 or 3, 2.3 in the mean of 500 (false alarm 1e-4)."""
    world = World()
    club = _club(world, mentors=2.3)
    chosen = []
    for replicate in range(500):
        world.setting.streams = Streams(5, replicate)
        chosen.append(club._whole(2.3))
    assert set(chosen) == {2, 3}
    assert stats.binomtest(chosen.count(3), 500, 0.3).pvalue > FALSE_ALARM
