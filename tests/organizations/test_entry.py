"""Entry of professional bodies: two readings of what money does, and who they are."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.city.organizations import NO_ONE, Kind, Tier
from simulator.dynamics.density import measure_density
from simulator.dynamics.entry import drawn_share, enter, entry_rate
from tests.chance import assert_binomial, assert_poisson
from tests.organizations import world

P = world.shipped()["entry"]


@pytest.mark.parametrize("form", [0.0, 1.0])
def test_at_the_money_of_the_start_entry_is_what_was_solved(form: float) -> None:
    assert entry_rate(P | {"form": form}, 8.0, 1e6, 2.5, 2.5) == pytest.approx(8.0)


@pytest.mark.parametrize("form", [0.0, 1.0])
def test_more_money_brings_more_bodies(form: float) -> None:
    rates = [entry_rate(P | {"form": form}, 8.0, 1e6, money, 0.5) for money in (0.0, 0.5, 1.0, 4.0, 9.0)]
    assert rates == sorted(rates)
    assert rates[0] < rates[-1]


def test_additive_entry_by_hand() -> None:
    assert entry_rate(P, 8.0, 1e6, 3.3, 0.0) == pytest.approx(8.0 + 0.5 * 100)
    assert entry_rate(P, 8.0, 1e6, 0.0, 3.3) == pytest.approx(8.0 * P["least_share"])  # some enter without money
    assert drawn_share(58.0, 8.0) == pytest.approx(50 / 58)
    assert drawn_share(8.0, 8.0) == drawn_share(4.0, 8.0) == drawn_share(0.0, 0.0) == 0.0


def test_multiplicative_entry_by_hand() -> None:
    assert entry_rate(P | {"form": 1.0, "e_multiplicative": 2.0}, 8.0, 1e6, 3.3, 0.0) == pytest.approx(32.0)


def test_entrants_of_a_month() -> None:
    """Number, kind and street. False alarm 1e-4 each."""
    n, support, streets = 0, 0, np.zeros(4)
    for luck in range(60):
        setting = world.district(0, 0, 10, luck=luck, levers=(("registration", 2.0),))
        organizations = setting.city.organizations
        density = measure_density(organizations, setting.city.streets)
        rows = enter(setting, world.level(entry_per_year=60.0), density, 0.0)
        assert (organizations.tier[rows] == Tier.REGISTERED).all()
        assert (organizations.community[rows] == NO_ONE).all()
        assert ((organizations.staff[rows] >= 3) & (organizations.staff[rows] <= 7)).all()
        assert (organizations.means_yuan[rows] >= 30_000).all()
        assert (organizations.leader[rows] != NO_ONE).all()
        assert setting.flows.counts.get("entry", np.zeros(1)).sum() == rows.size
        n += rows.size
        support += int(np.count_nonzero(organizations.kind[rows] == Kind.SUPPORT))
        streets += np.bincount(organizations.street[rows], minlength=4)
    assert_poisson(n, 60 * 10.0)
    assert_binomial(support, n, P["support_share"])
    for of_street in streets:
        assert_binomial(int(of_street), n, 0.25)


def test_a_higher_rate_takes_no_entrant_away() -> None:
    names = []
    for rate in (60.0, 120.0):
        setting = world.district(0, 0, 10)
        density = measure_density(setting.city.organizations, setting.city.streets)
        enter(setting, world.level(entry_per_year=rate), density, 0.0)
        names.append(set(setting.city.organizations.identity.tolist()))
    assert names[0] < names[1]
