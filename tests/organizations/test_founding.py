"""Founding: hump-shaped in density, its mean field, and one founding more."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import minimize_scalar

from simulator.city.identities import Origin, identity
from simulator.city.organizations import NO_ONE, Tier
from simulator.dynamics import leadership
from simulator.dynamics.density import measure_density
from simulator.dynamics.founding import competition, competition_coefficient, found, founding_rate, legitimation
from tests.chance import assert_binomial, assert_mean, assert_poisson
from tests.organizations import world

NO_LEADERS = {"founding.trained_leader_per_year": 0.0, "founding.untrained_leader_per_year": 0.0}
NO_COMPETITION = NO_LEADERS | {
    "founding.alpha": 0.0, "dormancy.theta1": 0.0, "dormancy.theta2": 0.0, "dormancy.delta": 0.0,
}  # fmt: skip


@pytest.mark.parametrize(("alpha", "peak"), [(0.2, 0.4), (0.5, 0.6), (0.9, 1.0)])
def test_founding_peaks_where_it_is_said_to(alpha: float, peak: float) -> None:
    gamma = competition_coefficient(alpha, peak)
    assert np.sqrt(alpha / (2 * gamma)) == pytest.approx(peak)
    carrying = 1e6  # so dense that the half group added to n does not move the peak

    def rate(share: float) -> float:
        n = share * carrying
        return -legitimation(n, carrying, alpha) * float(competition(np.array([n]), carrying, gamma)[0])

    found_at = minimize_scalar(rate, bounds=(0.01, 3), method="bounded", options={"xatol": 1e-9})
    assert found_at.x == pytest.approx(peak, rel=1e-4)


def test_founding_follows_its_differential_equation() -> None:
    """Births of five years in 40 replicates of one street. False alarm 1e-4; 1 % for months instead of moments."""
    per_10000, residents, dissolving = 20.0, 400_000, 0.12
    p = world.shipped()["founding"]
    gamma = competition_coefficient(p["alpha"], p["peak"])

    def flow(n: float) -> float:
        return per_10000 * legitimation(n, p["K"], p["alpha"]) * float(competition(np.array([n]), p["K"], gamma)[0])

    solution = solve_ivp(lambda _, y: [flow(y[0]) - dissolving * y[0], flow(y[0])], (0, 5), [2.0, 0.0], rtol=1e-9)
    groups_expected, born_expected = solution.y[:, -1] * residents / 10_000
    born, groups = [], []
    for luck in range(40):
        setting = world.district(80, 0, 0, residents=residents, communities=10, streets=1, changes=NO_LEADERS, luck=luck)
        world.live_months(setting, world.level(founding_per_10000=per_10000), 60)
        born.append(len(setting.city.organizations) - 80)
        groups.append(world.stock(setting, Tier.LATENT))
    assert_mean(born, born_expected, bias=0.01 * born_expected)
    assert_mean(groups, groups_expected, bias=0.01 * groups_expected)


def test_foundings_of_a_month_are_poisson_in_number_and_place() -> None:
    """False alarm 1e-4 for the number and for each community."""
    expected, counts = 0.0, np.zeros(20)
    for luck in range(30):
        setting = world.district(500, 0, 0, changes=NO_LEADERS, luck=luck)
        density = measure_density(setting.city.organizations, setting.city.streets)
        levels = world.level(founding_per_10000=60.0)
        expected += founding_rate(setting, 60.0, density).sum() / 12
        rows = found(setting, levels, density)
        counts += np.bincount(setting.city.organizations.community[rows], minlength=20)
        assert setting.flows.counts["founding"].sum() == rows.size
    assert_poisson(int(counts.sum()), expected)
    for of_community in counts:
        assert_binomial(int(of_community), int(counts.sum()), 1 / 20)


def test_the_lever_multiplies_founding_and_takes_none_away() -> None:
    rows = {}
    for factor in (1.0, 2.0):
        setting = world.district(500, 0, 0, changes=NO_LEADERS, levers=(("founding", factor),))
        density = measure_density(setting.city.organizations, setting.city.streets)
        assert founding_rate(setting, 60.0, density).sum() == pytest.approx(
            factor * founding_rate(world.district(500, 0, 0, changes=NO_LEADERS), 60.0, density).sum()
        )
        found(setting, world.level(founding_per_10000=60.0), density)
        rows[factor] = set(setting.city.organizations.identity.tolist())
    assert rows[1.0] < rows[2.0]


def test_trained_leaders_found_at_their_rate() -> None:
    """Who founds: the community's leaders in proportion to their rates, beside its residents. False alarm 1e-4."""
    by_trained, births, chance = 0, 0, 0.0
    for luck in range(30):
        setting = world.district(300, 0, 0, luck=luck, changes={"founding.trained_leader_per_year": 2.0})
        world.enlist_leaders(setting)
        leaders = setting.city.leaders
        leaders.trained[::3] = True
        density = measure_density(setting.city.organizations, setting.city.streets)
        rows = found(setting, world.level(founding_per_10000=60.0), density)
        by_trained += int(leaders.trained[setting.city.organizations.leader[rows]].sum())
        births += rows.size
        rate = founding_rate(setting, 60.0, density).sum()
        alone = founding_rate(_without_trained(setting), 60.0, density).sum()
        chance = 1 - alone / rate
        taught = leaders.trained[setting.city.organizations.leader[rows]]
        assert (setting.city.organizations.skill_factor[rows] == np.where(taught, 0.8, 1.0)).all()
    assert_binomial(by_trained, births, chance)


def _without_trained(setting):  # type: ignore[no-untyped-def]
    other = world.district(300, 0, 0, changes={"founding.trained_leader_per_year": 0.0})
    world.enlist_leaders(other)
    other.city.leaders.trained[::3] = True
    assert len(other.city.leaders) == len(world.by_identity(other.city.leaders, "identity"))
    assert setting.city.organizations.identity[:300].tolist() == other.city.organizations.identity.tolist()
    return other


def test_new_groups_have_everything_a_group_needs() -> None:
    setting = world.district(500, 0, 0)
    density = measure_density(setting.city.organizations, setting.city.streets)
    rows = found(setting, world.level(founding_per_10000=120.0), density)
    organizations, leaders = setting.city.organizations, setting.city.leaders
    assert rows.size > 20
    assert (organizations.tier[rows] == Tier.LATENT).all()
    assert (organizations.street[rows] == setting.city.communities.street[organizations.community[rows]]).all()
    assert (leaders.organization[organizations.leader[rows]] == rows).all()
    homes = leaders.resident[organizations.leader[rows]]
    assert (setting.city.residents.community_of(homes[homes != NO_ONE]) == organizations.community[rows][homes != NO_ONE]).all()
    assert (setting.city.residents.stage(homes[homes != NO_ONE]) >= 3).all()
    assert np.unique(organizations.identity).size == len(organizations)
    assert ((organizations.capability[rows] >= 0.05) & (organizations.capability[rows] <= 0.95)).all()
    assert (organizations.means_yuan[rows] > 0).all()


def test_one_founding_more_is_one_organisation_more_and_nothing_else() -> None:
    """Competition and leaders' own foundings off: every other row and die stays as it was, for three years."""
    levels = world.level(founding_per_10000=20.0, filing_per_year=0.3, closing_dormant_filed=0.1, entry_per_year=6.0,
                         registration_per_year=0.5)  # fmt: skip
    worlds = [world.district(200, 200, 50, changes=NO_COMPETITION) for _ in range(2)]
    for setting in worlds:
        setting.city.residents.cell[:] = 0  # nobody to be the leader of two groups at once
        world.enlist_leaders(setting)
        world.live_months(setting, levels, 5)
    organizations = worlds[1].city.organizations
    more = organizations.append(1, identity=identity(Origin.FOUNDED, 9, 5, 999), community=2, street=0, capability=0.3)
    leadership.name_leaders(worlds[1], more, np.array([NO_ONE]))
    for setting in worlds:
        world.live_months(setting, levels, 31)
    for name in ("tier", "status", "street", "community", "founded", "tier_since", "status_since", "staff", "capability",
                 "settled_capability", "means_yuan", "leaderless", "applying", "domain"):  # fmt: skip
        one, two = (world.by_identity(setting.city.organizations, name) for setting in worlds)
        extra = two.keys() - one.keys()
        assert extra == {int(identity(Origin.FOUNDED, 9, 5, 999)[0])}
        assert {who: two[who] for who in one} == one, name
    fewer, most = (set(setting.city.leaders.identity.tolist()) for setting in worlds)
    assert fewer <= most
