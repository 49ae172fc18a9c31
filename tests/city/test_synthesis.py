"""From published figures to a populated city: sums exact, stocks as published, the same people at every scale."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.stats import norm

import simulator as sim
from simulator.city.associations import AGE_CLASSES, STAFF_SD_LOG, ages, stocks
from simulator.city.layout import apportion, lay_out, systematic
from simulator.city.organizations import NO_ONE, Kind, Status, Tier
from simulator.city.residents import AGE_BANDS, HOUSING
from simulator.dynamics.beginning import Beginning, begin, copy_of
from simulator.dynamics.numbers import Numbers
from simulator.language.streams import Streams
from tests.chance import assert_binomial, assert_mean, assert_multinomial

SCENARIO = sim.load("nankai-compare")
NANKAI = SCENARIO.district
COLUMNS = ("cell", "acquainted", "ever_volunteer", "party_member", "head", "age_band", "housing")


@cache
def nankai(scale: float = 1.0, seed: int = 1, replicate: int = 0) -> Beginning:
    """Nankai, built; not to be changed."""
    return begin(NANKAI, scale, Numbers(SCENARIO.parameters), Streams(seed, replicate))


def test_sums_are_exact() -> None:
    start = nankai()
    layout, city = start.layout, start.city
    assert len(city.residents) == layout.residents.sum() == 1_000_000
    assert len(city.communities) == 165
    assert len(city.streets) == 12
    assert city.streets.residents.sum() == city.streets.residents_represented.sum() == 1_000_000
    assert (city.communities.residents == np.diff(city.residents.first)).all()
    assert np.bincount(layout.street, weights=layout.residents) == pytest.approx(layout.street_residents)
    assert city.share_built == 1
    assert (city.streets.share_built == 1).all()


def test_stocks_are_as_published() -> None:
    bodies = nankai().city.organizations
    assert np.bincount(bodies.tier).tolist() == [2700, 2689, 271]
    registered = bodies.kind[bodies.tier == Tier.REGISTERED]
    assert np.bincount(registered).tolist() == [271 - 108 - 20 - 12, 108, 20, 12]
    assert (bodies.kind[bodies.tier != Tier.REGISTERED] == Kind.COMMUNITY).all()
    hubs = np.flatnonzero(bodies.kind == Kind.FEDERATION)
    assert nankai().city.streets.hub_organization.tolist() == hubs.tolist()
    assert sorted(bodies.street[hubs].tolist()) == list(range(12))
    assert (bodies.community[bodies.kind == Kind.COMMUNITY] >= 0).all()
    assert (bodies.community[bodies.kind != Kind.COMMUNITY] == NO_ONE).all()
    assert np.unique(bodies.identity).size == len(bodies)
    home = bodies.community >= 0
    assert (nankai().city.communities.street[bodies.community[home]] == bodies.street[home]).all()


def test_stocks_at_a_tenth_are_a_tenth() -> None:
    """Within rounding of the share built."""
    start = nankai(0.1)
    share, built = start.city.share_built, start.city.streets.share_built
    found = stocks(NANKAI, start.layout, built)
    assert 0.05 < share < 0.15
    assert found.filed == round(2689 * share)
    assert found.latent == round(2700 * share)
    registered = found.registered_community + found.professional + found.support + built[: found.federations].sum()
    assert registered == pytest.approx(271 * share, abs=1.5)


def test_asleep_as_often_as_published() -> None:
    """False alarm 1e-4 each; latent groups and federations never sleep."""
    bodies = nankai().city.organizations
    asleep = bodies.status == Status.DORMANT
    filed = bodies.tier == Tier.FILED
    registered = (bodies.tier == Tier.REGISTERED) & (bodies.kind != Kind.FEDERATION)
    assert_binomial(int(asleep[filed].sum()), 2689, 0.35)
    assert_binomial(int(asleep[registered].sum()), 259, 0.15)
    assert not asleep[~filed & ~registered].any()
    assert set(np.unique(bodies.status).tolist()) == {Status.AWAKE, Status.DORMANT}


def test_ages_of_bodies_are_the_nations() -> None:
    """Filed and registered bodies by age class; uniform within, six years more on average beyond ten. 1e-4 each."""
    shares = NANKAI.organization_age_shares.values
    law = [shares[name] for name, _, _ in AGE_CLASSES] + [shares["over_10"]]
    bodies = nankai().city.organizations
    years = -bodies.founded[bodies.tier != Tier.LATENT] / 12
    assert_multinomial(np.histogram(years, [0, 1, 3, 5, 10, np.inf])[0], law)
    assert (bodies.founded < 0).all()
    many = ages(20_000, shares, np.random.default_rng(1))
    assert_multinomial(np.histogram(many[(many >= 5) & (many < 10)], 5)[0], np.ones(5))
    assert_mean(many[many >= 10], 16.0)


def test_residents_are_as_published() -> None:
    """Ages, Party members and stages of a million. False alarm 1e-4 each; the Party has no children."""
    r = nankai().city.residents
    assert_multinomial(np.bincount(r.age_band, minlength=4), [NANKAI.age_shares.values[name] for name in AGE_BANDS])
    assert not r.party_member[r.age_band == 0].any()
    assert_binomial(int(r.party_member.sum()), len(r), NANKAI.party_member_share.value)
    assert r.head.mean() == pytest.approx(NANKAI.households.value / NANKAI.residents.value, rel=0.01)
    law = nankai().law.state
    for housing in range(len(HOUSING)):
        at = r.housing == housing
        joint = np.bincount(2 * (r.cell[at] >> 4) + r.acquainted[at], minlength=10)
        assert_multinomial(joint, law[:, housing].sum(axis=0))
    assert r.ever_volunteer[r.cell >= 48].all()
    assert r.ever_volunteer.mean() == pytest.approx(NANKAI.registered_volunteer_rate.value, rel=0.05)


def test_housing_is_mixed_but_segregated() -> None:
    """The district's shares within 5 points (165 communities draw); a community has much of its main housing."""
    r, layout = nankai().city.residents, nankai().layout
    shares = np.bincount(r.housing, minlength=6) / len(r)
    wanted = np.array([NANKAI.housing_shares.values[name] for name in HOUSING])
    assert np.abs(shares - wanted).max() < 0.05
    main = np.repeat(layout.main_housing, np.diff(r.first))
    of_main = float((r.housing == main).mean())
    assert 0.7 < of_main < 0.95
    assert (r.housing[r.first[:-1]] == layout.main_housing).all()


def test_tallies_are_a_recount() -> None:
    start = nankai(0.1)
    r, bodies = start.city.residents, start.city.organizations
    r.copy().check()
    assert (r.members_of(len(bodies)) == bodies.members).all()
    assert r.stage_count.sum(axis=1).tolist() == np.diff(r.first).tolist()
    belongs = np.flatnonzero(r.organization >= 0)
    assert (bodies.community[r.organization[belongs]] == r.community_of(belongs)).all()
    leaders = start.city.leaders
    led = np.flatnonzero(leaders.resident >= 0)
    assert led.size > 300
    assert (r.organization[leaders.resident[led]] == leaders.organization[led]).all()
    assert (bodies.leader[leaders.organization] == np.arange(len(leaders))).all()
    assert leaders.trained.sum() == round(NANKAI.trained_leaders.value * start.city.share_built)


def test_leaders_stand_highest_in_their_bodies() -> None:
    start = nankai(0.1)
    r, leaders = start.city.residents, start.city.leaders
    highest = np.zeros(len(start.city.organizations), int)
    belongs = np.flatnonzero(r.organization >= 0)
    np.maximum.at(highest, r.organization[belongs], r.stage(belongs))
    led = np.flatnonzero(leaders.resident >= 0)
    assert (r.stage(leaders.resident[led]) == highest[leaders.organization[led]]).all()


def test_members_are_at_most_the_able() -> None:
    """No more than the saturated share of a community's residents at stage 2 and above belong."""
    r = nankai().city.residents
    able = r.stage_count[:, 2:].sum(axis=1)
    belong = np.bincount(r.community_of(np.flatnonzero(r.organization >= 0)), minlength=r.n_communities)
    assert (belong <= SCENARIO.parameters.by_path["membership.saturation"].value * able).all()
    assert belong.sum() > 0.2 * able.sum()


def test_bodies_are_of_the_sizes_they_should_be() -> None:
    """Awake filed bodies: median 10, an sd above it 27; registered twice, latent half, sleepers a third."""
    bodies = nankai().city.organizations
    awake = (bodies.status == Status.AWAKE) & (bodies.kind == Kind.COMMUNITY)

    def size(of: np.ndarray, quantile: float = 0.5) -> float:
        return float(np.quantile(bodies.members[of], quantile))

    filed = awake & (bodies.tier == Tier.FILED)
    assert 9 <= size(filed) <= 10
    assert 23 <= size(filed, 0.84) <= 30
    assert 15 <= size(awake & (bodies.tier == Tier.REGISTERED)) <= 26
    assert 4 <= size(awake & (bodies.tier == Tier.LATENT)) <= 6
    assert 2 <= size((bodies.status == Status.DORMANT) & (bodies.tier == Tier.FILED)) <= 4


def test_friends_are_each_others_in_the_street() -> None:
    r = nankai().city.residents
    homes = np.arange(len(r))
    street = r.street_of_community[r.community_of(homes)]
    assert (r.friend[r.friend] == homes).all()
    assert (street[r.friend] == street).all()
    alone = np.bincount(street[r.friend == homes], minlength=12)
    assert (alone == np.bincount(street) % 2).all()
    near = np.abs(r.friend - homes) <= 3
    assert near.mean() < 0.01


def test_a_community_has_the_same_residents_at_every_scale() -> None:
    small, whole = nankai(0.1), nankai()
    for row, number in enumerate(small.layout.number):
        there = int(np.flatnonzero(whole.layout.number == number)[0])
        for column in COLUMNS:
            here = getattr(small.city.residents, column)[small.city.residents.homes(row)]
            assert (here == getattr(whole.city.residents, column)[whole.city.residents.homes(there)]).all(), column
        assert small.layout.main_housing[row] == whole.layout.main_housing[there]
        assert small.city.communities.committee_fte[row] == whole.city.communities.committee_fte[there]


@pytest.mark.parametrize(("scale", "built"), [(0.001, 3), (0.1, 16), (0.5, 82), (1.0, 165)])
def test_so_many_communities_are_built(scale: float, built: int) -> None:
    layout = nankai(scale).layout
    assert layout.number.size == built
    assert (np.diff(layout.number) > 0).all()
    assert (np.diff(layout.street) >= 0).all()
    assert layout.street_number.size == len(set(layout.street.tolist()))
    streets = nankai(scale).city.streets
    assert streets.share_built == pytest.approx(streets.residents / streets.residents_represented)
    assert (streets.share_built <= 1).all()
    assert nankai(scale).city.share_built == pytest.approx(layout.residents.sum() / 1_000_000)


def test_the_draw_is_stratified() -> None:
    """At one half each street has half of its communities within one, and so, on average of 30, has each common housing."""
    by_housing = []
    for seed in range(30):
        half, whole = (lay_out(NANKAI, scale, Streams(seed, 0)) for scale in (0.5, 1.0))
        in_street = np.bincount(half.street, minlength=12) - np.bincount(whole.street, minlength=12) / 2
        assert np.abs(in_street).max() <= 1
        by_housing.append(np.bincount(half.main_housing, minlength=6) - np.bincount(whole.main_housing, minlength=6) / 2)
    assert np.square(by_housing)[:, :2].mean() < 4  # about 1 within streets; 10 if housing were left to chance


def test_every_community_is_drawn_as_often() -> None:
    """Built communities at a tenth over 300 seeds, by tenth of the district's numbers. False alarm 1e-4."""
    counts = np.zeros(11)
    for seed in range(300):
        counts += np.bincount(lay_out(NANKAI, 0.1, Streams(seed, 0)).number // 15, minlength=11)
    assert_multinomial(counts, np.ones(11))


def test_places_are_unequal() -> None:
    layout = nankai().layout
    assert layout.residents.std() / layout.residents.mean() > 0.2
    assert layout.residents.min() >= 300
    assert layout.street_residents.std() / layout.street_residents.mean() > 0.1
    spread = NANKAI.communities_size_sd_log.model_copy(update={"value": 2.0})
    wide = lay_out(NANKAI.model_copy(update={"communities_size_sd_log": spread}), 1.0, Streams(1, 0)).residents
    assert wide.sum() == 1_000_000
    assert 300 <= wide.min() < 400
    bodies = np.bincount(nankai().city.organizations.community[nankai().city.organizations.community >= 0])
    assert (bodies / layout.residents).std() / (bodies / layout.residents).mean() > 0.2


def test_the_same_seed_builds_the_same_city_and_another_another() -> None:
    one = nankai(0.1)
    again = begin(NANKAI, 0.1, Numbers(SCENARIO.parameters), Streams(1, 0))
    for column in (*COLUMNS, "friend", "organization"):
        assert (getattr(one.city.residents, column) == getattr(again.city.residents, column)).all(), column
    for table in ("organizations", "leaders", "communities", "streets"):
        for column in type(getattr(one.city, table))._declared:
            assert (getattr(getattr(one.city, table), column) == getattr(getattr(again.city, table), column)).all(), column
    for other in (nankai(0.1, 1, 1), nankai(0.1, 2, 0)):
        assert other.layout.residents.tolist() != one.layout.residents.tolist()
        assert (other.city.residents.cell[:5000] != one.city.residents.cell[:5000]).mean() > 0.5
        assert other.city.organizations.capability[:20].tolist() != one.city.organizations.capability[:20].tolist()


def test_a_copy_is_of_its_own() -> None:
    start = nankai(0.1)
    before = start.city.residents.cell.copy(), start.city.organizations.members.copy()
    other = copy_of(start).city
    other.residents.cell[:] = 79
    other.organizations.members[:] = -5
    other.leaders.energy[:] = 7
    other.communities.rooms_m2[:] = 0
    other.streets.hub_fte[:] = 9
    other.residents.stage_count[:] = 0
    assert (start.city.residents.cell == before[0]).all()
    assert (start.city.organizations.members == before[1]).all()
    assert (start.city.leaders.energy == 1).all()
    assert (start.city.communities.rooms_m2 > 0).all()
    assert (start.city.streets.hub_fte < 1).all()
    start.city.residents.copy().check()
    assert other.treasury._organizations is other.organizations


def test_staff_and_means_are_lognormal() -> None:
    """Medians: half are above. False alarm 1e-4 each."""
    bodies = nankai().city.organizations
    p = SCENARIO.parameters.by_path["founding.means_median_yuan"].value
    assert_binomial(int((bodies.means_yuan > p).sum()), len(bodies), 0.5)
    staff = bodies.staff[(bodies.tier == Tier.REGISTERED) & (bodies.kind != Kind.FEDERATION)]
    for most in (2, 4, 7):
        more = norm.sf(np.log((most + 0.5) / NANKAI.registered_staff_median.value) / STAFF_SD_LOG)
        assert_binomial(int((staff > most).sum()), staff.size, float(more))
    assert (bodies.staff[bodies.tier != Tier.REGISTERED] == 0).all()


def test_apportioning() -> None:
    assert apportion(10, np.array([1.0, 1.0, 1.0])).tolist() == [4, 3, 3]
    assert apportion(7, np.array([0.5, 0.3, 0.2])).tolist() == [4, 2, 1]
    weights = np.random.default_rng(2).random(50)
    for total in (0, 1, 49, 1234):
        parts = apportion(total, weights)
        assert parts.sum() == total
        assert np.abs(parts - total * weights / weights.sum()).max() < 1


def test_a_systematic_draw_is_fair() -> None:
    """Sums exact at every start; over evenly spaced starts each gets just its share."""
    weights, starts = np.array([0.4, 1.7, 3.0, 0.9]), (np.arange(1000) + 0.5) / 1000
    draws = np.array([systematic(5, weights, float(start)) for start in starts])
    assert (draws.sum(axis=1) == 5).all()
    assert (draws >= 0).all()
    assert draws.mean(axis=0) == pytest.approx(5 * weights / 6, abs=2e-3)
