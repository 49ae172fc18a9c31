"""Dormancy's hazard: its limits in age, density, funding, leaders, shelter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.city.organizations import Tier
from simulator.dynamics.density import Density, measure_density
from simulator.dynamics.dormancy import MOST_CROWDED, age_term, density_term, dormancy_hazard
from tests.organizations import world

P = world.shipped()["dormancy"]


def _age(years: float, registered: bool = False, funded: bool = False) -> float:
    return float(age_term(np.array([years]), np.array([registered]), np.array([funded]), P)[0])


def test_limits_in_age() -> None:
    assert _age(0) == pytest.approx(P["filed_mu_0"])
    assert _age(1e9) == pytest.approx(P["filed_mu_inf"])
    assert _age(P["tau_years"]) == pytest.approx(P["filed_mu_inf"] + (P["filed_mu_0"] - P["filed_mu_inf"]) / np.e)
    assert _age(0, registered=True) == _age(30, registered=True) == P["registered_mu"]


def test_funding_flattens_age() -> None:
    """The share given is taken off the age term, and nothing off what stays for ever."""
    for years in (0.0, 1.0, 4.0):
        unfunded, funded = _age(years) - P["filed_mu_inf"], _age(years, funded=True) - P["filed_mu_inf"]
        assert funded == pytest.approx((1 - P["funding_flattens"]) * unfunded)
    assert _age(1e9, funded=True) == pytest.approx(_age(1e9))


def test_young_unfunded_bodies_sleep_at_least_half_as_often_again() -> None:
    young = np.mean([_age(years) for years in np.linspace(0, 2, 201)])
    later = np.mean([_age(years) for years in np.linspace(2, 10, 801)])
    assert young / later >= 1.5


@given(
    n=st.floats(0, 200), more=st.floats(0.01, 50), born=st.floats(0, 200),
)  # fmt: skip
def test_density_terms_move_the_documented_way(n: float, more: float, born: float) -> None:
    def factor(legitimating: float, competing: float, at_birth: float) -> float:
        return float(
            density_term(np.array([legitimating]), np.array([competing]), np.array([at_birth]), np.array([70.0]), P)[0]
        )

    here = factor(n, n, born)
    assert here > 0
    assert factor(n + more, n, born) < here
    assert factor(n, n + more, born) > here or n >= MOST_CROWDED * 70
    assert factor(n, n, born + more) > here
    assert factor(0, 0, 0) == 1
    assert factor(0, MOST_CROWDED * 70, 0) == factor(0, MOST_CROWDED * 70 + more, 0) > factor(0, MOST_CROWDED * 69, 0)


def test_of_a_body() -> None:
    """Each condition multiplies the hazard as documented, alone."""

    def hazard(**columns: float) -> float:
        setting = world.district(0, 4, 0, levers=(("dormancy", 2.0),))
        organizations = setting.city.organizations
        organizations.tier_since[:] = -6.0
        for name, value in columns.items():
            getattr(organizations, name)[:] = value
        return float(dormancy_hazard(setting, np.arange(4), Density(10.0, np.full(4, 20.0), 2.0))[0])

    plain = hazard()
    by_hand = _age(0.5) * np.exp(P["theta1"] * 10 / 70 + P["theta2"] * (20 / 70) ** 2) * 2.0
    assert plain == pytest.approx(by_hand)
    assert hazard(leaderless=1) == pytest.approx(3 * plain)
    assert hazard(skill_factor=0.8) == pytest.approx(0.8 * plain)
    assert hazard(skill_factor=0.8, tier_since=-13.0) == pytest.approx(hazard(tier_since=-13.0))
    assert hazard(dormancy_inside=0.5) == pytest.approx(0.5 * plain)
    assert hazard(funded_until=0.0) < plain
    assert hazard(funded_until=-1.0) == pytest.approx(plain)


def test_registered_bodies_compete_in_their_own_track() -> None:
    setting = world.district(0, 0, 5)
    crowded = Density(10.0, np.full(4, 20.0), 30.0)
    expected = P["registered_mu"] * np.exp(P["theta1"] * 30 / 15 + P["theta2"] * (30 / 15) ** 2)
    assert dormancy_hazard(setting, np.arange(5), crowded) == pytest.approx(np.full(5, expected))


def test_densities_are_per_10000_residents_built() -> None:
    setting = world.district(100, 50, 20, residents=100_000, streets=4)
    organizations = setting.city.organizations
    density = measure_density(organizations, setting.city.streets)
    assert density.groups == pytest.approx(17.0)
    assert density.registered == pytest.approx(2.0)
    assert density.groups_by_street.sum() / 4 == pytest.approx(17.0)
    organizations.status[organizations.tier == Tier.REGISTERED] = 3
    assert measure_density(organizations, setting.city.streets).groups == pytest.approx(15.0)
