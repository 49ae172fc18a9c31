"""Leaders: energy at rest, how long they stay, who follows."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from simulator.city.organizations import NO_ONE, Kind, Status
from simulator.city.residents import Stage
from simulator.dynamics.leadership import (
    energy_after,
    energy_at_rest,
    lead,
    leaving_hazard,
    monthly_succession,
    name_leaders,
    residents_who_may_lead,
)
from simulator.dynamics.setting import Setting
from simulator.dynamics.settling import standing_leaderless
from tests.chance import assert_binomial, assert_uniform
from tests.organizations import world

P = world.shipped()["leadership"]


def _energy(e: float, load: float, years: float) -> float:
    return float(energy_after(np.array([e]), np.array([load]), P["recovery_per_year"], P["drain_per_year"], years)[0])


@pytest.mark.parametrize(("load", "rest"), [(0.0, 1.0), (1.0, 1.0), (1.5, 0.7), (2.0, 0.4), (4.0, 0.0)])
def test_energy_comes_to_rest(load: float, rest: float) -> None:
    for e in (0.0, 0.5, 1.0):
        assert _energy(e, load, 1000.0) == pytest.approx(rest)
    assert max(float(energy_at_rest(np.array([load]), 0.5, 0.3)[0]), 0.0) == pytest.approx(rest)


def test_energy_solves_its_equation() -> None:
    for e, load in ((1.0, 1.8), (0.2, 0.5), (0.6, 2.2)):
        numerical = solve_ivp(
            lambda _, y, load=load: 0.5 * (1 - y) - 0.3 * max(load - 1, 0), (0, 2), [e], rtol=1e-10, atol=1e-12
        ).y[0, -1]
        assert _energy(e, load, 2.0) == pytest.approx(numerical, abs=1e-8)


@given(e=st.floats(0, 1), load=st.floats(0, 50), years=st.floats(0, 30))
def test_energy_stays_between_0_and_1(e: float, load: float, years: float) -> None:
    assert 0 <= _energy(e, load, years) <= 1


@pytest.mark.parametrize(("load", "hazard"), [(1.0, 0.10), (2.0, 0.10 * np.exp(0.6))])
def test_leaders_leave_at_their_hazard(load: float, hazard: float) -> None:
    """Of 8,000 leaders, with energy at rest, those left after two years. False alarm 1e-4."""
    setting = world.district(8_000, 0, 0)
    setting.city.residents.cell[:] = 0
    world.enlist_leaders(setting)
    leaders = setting.city.leaders
    leaders.energy[:] = energy_at_rest(np.array([load]), 0.5, 0.3)[0]
    assert leaving_hazard(leaders.energy[:1], 0.10)[0] == pytest.approx(hazard)
    for _ in range(24):
        lead(setting, np.full(20, load))
        setting.clock.run(until=setting.now + 1)
    assert_binomial(int(leaders.here().sum()), 8_000, float(np.exp(-2 * hazard)))
    organizations = setting.city.organizations
    assert (organizations.leaderless == (organizations.leader == NO_ONE)).all()
    assert np.count_nonzero(organizations.leaderless) == np.count_nonzero(leaders.left)


def _vacant(bodies: int, luck: int = 1) -> Setting:
    """Bodies without a leader, each with three members at stage 4."""
    setting = world.district(bodies, 0, 0, communities=bodies // 20, streets=1, luck=luck)
    organizations, residents = setting.city.organizations, setting.city.residents
    residents.cell[:] = 0
    organizations.community[:] = np.arange(bodies) // 20
    organizations.leaderless[:] = True
    for community in range(bodies // 20):
        homes = residents.homes(community)
        residents.organization[homes][:60] = np.repeat(np.arange(20), 3) + 20 * community
        residents.cell[homes][:60] = 4 * 16
    residents.recount()
    return setting


def test_within_three_months_a_member_succeeds_with_the_given_chance() -> None:
    """800 bodies. False alarm 1e-4."""
    setting = _vacant(800)
    setting.parameters["leadership"]["leave_per_year"] = 0.0  # type: ignore[index]
    for _ in range(3):
        lead(setting, np.ones(40))
        setting.clock.run(until=setting.now + 1)
    organizations, leaders = setting.city.organizations, setting.city.leaders
    led = ~organizations.leaderless
    assert_binomial(int(led.sum()), 800, P["p_succession"])
    assert 1 - (1 - monthly_succession(0.6)) ** 3 == pytest.approx(0.6)
    followed = organizations.leader[led]
    assert np.array_equal(leaders.organization[followed], np.flatnonzero(led))
    assert np.array_equal(setting.city.residents.organization[leaders.resident[followed]], np.flatnonzero(led))
    assert np.unique(leaders.identity).size == len(leaders)
    assert_uniform((leaders.resident[followed] % 3 + 0.5 * np.random.default_rng(1).random(followed.size) * 2) / 3)


def test_nobody_succeeds_where_nobody_is_at_the_highest_stage() -> None:
    setting = _vacant(100)
    setting.city.residents.cell[:] = 3 * 16
    for _ in range(24):
        lead(setting, np.ones(5))
        setting.clock.run(until=setting.now + 1)
    assert setting.city.organizations.leaderless.all()


def test_the_community_is_asked_where_no_member_can_follow() -> None:
    """800 bodies whose backbones belong nowhere. False alarm 1e-4; who is found joins, and nobody leads two bodies."""
    setting = _vacant(800)
    setting.parameters["leadership"]["leave_per_year"] = 0.0  # type: ignore[index]
    residents, organizations = setting.city.residents, setting.city.organizations
    residents.organization[:] = NO_ONE
    organizations.members[:] = 5
    for _ in range(3):
        lead(setting, np.ones(40))
        setting.clock.run(until=setting.now + 1)
    led = np.flatnonzero(~organizations.leaderless)
    assert_binomial(led.size, 800, P["p_from_community"])
    homes = setting.city.leaders.resident[organizations.leader[led]]
    assert np.unique(homes).size == led.size
    assert np.array_equal(residents.organization[homes], led)
    assert (organizations.members[led] == 6).all()
    assert np.array_equal(residents.community_of(homes), organizations.community[led])


def test_who_may_lead_in_some_communities_is_who_may_lead_at_all_and_lives_there() -> None:
    setting = world.district(60, 0, 0)
    residents, leaders = setting.city.residents, setting.city.leaders
    high = np.flatnonzero(residents.cell >= 3 * 16)
    leading, resting = leaders.append(40, resident=high[::3][:40]), leaders.append(40, resident=high[1::3][:40])
    leaders.left[[*leading[::2], *resting]] = True
    leaders.resting_until[resting[::2]] = 12.0
    everywhere = residents_who_may_lead(setting, Stage.VOLUNTEER)
    taken = [*leaders.resident[leading[1::2]], *leaders.resident[resting[::2]]]
    assert set(everywhere) == set(high) - set(taken)
    some = residents_who_may_lead(setting, Stage.VOLUNTEER, np.array([11, 2, 11, 7]))
    assert some.tolist() == [home for home in everywhere.tolist() if home // world.HOMES_PER_COMMUNITY in (2, 7, 11)]
    assert residents_who_may_lead(setting, Stage.VOLUNTEER, np.empty(0, np.int32)).size == 0


def test_who_gave_up_is_not_asked_again_at_once() -> None:
    """Neither to follow himself, nor to found: not for two years, and then he may."""
    setting = _vacant(20)
    residents, organizations, leaders = setting.city.residents, setting.city.organizations, setting.city.leaders
    residents.cell[1:] = 0
    body = int(residents.organization[0])
    name_leaders(setting, np.array([body]), np.array([0]))
    setting.parameters["leadership"]["leave_per_year"] = 1e6  # type: ignore[index]
    lead(setting, np.ones(1))
    setting.parameters["leadership"]["leave_per_year"] = 0.0  # type: ignore[index]
    assert leaders.left.all()
    assert organizations.leaderless[body]
    assert residents_who_may_lead(setting, Stage.BACKBONE).size == 0
    while organizations.leaderless[body] and setting.now < 60:
        setting.clock.run(until=setting.now + 1)
        lead(setting, np.ones(1))
    assert 24 <= setting.now < 60
    assert leaders.resident[organizations.leader[body]] == 0


def test_the_leader_of_two_bodies_keeps_the_one_that_lives() -> None:
    setting = world.district(2, 0, 0)
    organizations, leaders = setting.city.organizations, setting.city.leaders
    both = name_leaders(setting, np.array([0]), np.array([NO_ONE]))
    organizations.leader[1] = both[0]
    organizations.status[0] = Status.REMOVED
    setting.parameters["leadership"]["leave_per_year"] = 0.0  # type: ignore[index]
    lead(setting, np.ones(20))
    assert leaders.organization[both[0]] == 1
    assert not leaders.left[both[0]]
    assert not organizations.leaderless[1]


def test_a_trained_resident_who_leads_nothing_takes_over_as_who_he_is() -> None:
    setting = _vacant(20)
    residents, leaders = setting.city.residents, setting.city.leaders
    members = np.flatnonzero(residents.organization == 0)
    residents.cell[members[1:]] = 0
    trained = leaders.append(1, resident=members[:1], community=0, trained=True, identity=7)
    for _ in range(60):
        if not setting.city.organizations.leaderless[0]:
            break
        lead(setting, np.ones(1))
        setting.clock.run(until=setting.now + 1)
    assert setting.city.organizations.leader[0] == trained[0]
    assert leaders.organization[trained[0]] == 0


def test_professional_bodies_and_federations_hire_at_once_and_dormant_bodies_wait() -> None:
    setting = world.district(0, 5, 10, federations=2, professional=6, dormant_filed=5)
    organizations = setting.city.organizations
    organizations.leaderless[:] = True
    lead(setting, np.ones(20))
    outside = organizations.kind != Kind.COMMUNITY
    assert not organizations.leaderless[outside].any()
    assert (setting.city.leaders.resident[organizations.leader[outside]] == NO_ONE).all()
    assert organizations.leaderless[organizations.status == Status.DORMANT].all()


def test_the_leader_of_a_body_that_ended_is_free() -> None:
    setting = world.district(10, 0, 0)
    world.enlist_leaders(setting)
    setting.city.organizations.status[:5] = Status.REMOVED
    setting.parameters["leadership"]["leave_per_year"] = 0.0  # type: ignore[index]
    lead(setting, np.ones(20))
    assert (setting.city.leaders.organization[:5] == NO_ONE).all()
    assert (setting.city.leaders.organization[5:] == np.arange(5, 10)).all()


def test_the_standing_share_of_leaderless_bodies_is_that_of_its_chain() -> None:
    """Against the stationary law of (leader or not) x (0, 1, 2, ... backbones among m members), solved whole.

    The chain of two states of somebody or nobody is a simplification of the number of backbones: 2 %.
    """
    leave, p_succession, share, turnover = 0.1, 0.6, 0.07, 0.28
    found = 12 * monthly_succession(p_succession)
    for members, community in itertools.product((3, 10, 30), (0.0, 0.3)):
        asked = 12 * monthly_succession(community)
        states = members + 1
        flow = np.zeros((2 * states, 2 * states))  # from column to line; first half led, second half not

        def add(source: int, target: int, rate: float, flow: np.ndarray = flow) -> None:
            flow[target, source] += rate
            flow[source, source] -= rate

        for number in range(states):
            add(number, states + number, leave)
            add(states + number, number, found if number else asked)
            for half in (0, states):
                if number < members:
                    add(half + number, half + number + 1, (members - number) * turnover * share)
                if number:
                    add(half + number, half + number - 1, number * turnover * (1 - share))
        flow[-1] = 1.0
        law = np.linalg.solve(flow, np.append(np.zeros(2 * states - 1), 1.0))
        # a backbone steps back at `turnover`, here turnover * (1 - share) of them for good
        standing = standing_leaderless(np.array([members]), share, turnover * (1 - share), leave, p_succession,
                                       community)[0]  # fmt: skip
        assert standing == pytest.approx(law[states:].sum(), rel=0.02)


def test_large_bodies_are_seldom_leaderless() -> None:
    share = standing_leaderless(np.array([0, 5, 500]), 0.07, 0.28, 0.1, 0.6, 0.0)
    assert share[0] == pytest.approx(1.0)
    assert share[0] > share[1] > share[2]
    assert share[2] == pytest.approx(0.1 / (0.1 + 12 * monthly_succession(0.6)), rel=0.01)
