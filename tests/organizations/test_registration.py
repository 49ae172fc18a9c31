"""Registration: who qualifies, how long it takes, and how many are expected to qualify."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from simulator.city.organizations import Status, Tier
from simulator.dynamics.levers import Levers
from simulator.dynamics.registration import (
    application_hazard,
    apply,
    expected_qualifying,
    p_affords,
    p_staffed,
    qualifying,
)
from tests.chance import assert_binomial, assert_mean
from tests.organizations import world


def _one(**columns: float):  # type: ignore[no-untyped-def]
    setting = world.district(0, 1, 0)
    usual = {"capability": 0.4, "members": 20, "means_yuan": 30_000.0, "status": Status.AWAKE}
    for name, value in (usual | columns).items():
        getattr(setting.city.organizations, name)[:] = value
    return setting


@pytest.mark.parametrize(
    ("columns", "may"),
    [
        ({}, True),
        ({"status": Status.INCUBATING}, True),
        ({"capability": 0.399}, False),
        ({"members": 19}, False),
        ({"status": Status.DORMANT}, False),
        ({"tier": Tier.LATENT}, False),
        ({"tier": Tier.REGISTERED}, False),
    ],
)
def test_conditions(columns: dict[str, float], may: bool) -> None:
    organizations = _one(**columns).city.organizations
    assert bool(qualifying(organizations, 0.4, 20)[0]) is may


def test_the_required_capital_is_a_lever_and_applications_are_made_once() -> None:
    setting = world.district(0, 1, 0, levers=(("required_capital_yuan", 5_000.0), ("registration", 2.0)))
    organizations = setting.city.organizations
    organizations.capability[:], organizations.members[:], organizations.means_yuan[:] = 0.9, 50, 6_000.0
    now = float(ndtr(np.log(6 / 5)))
    assert application_hazard(setting, 0.3)[0] == pytest.approx(0.6 * now)
    assert application_hazard(setting, 3.0)[0] == pytest.approx(1.0 * now)
    organizations.applying[:] = True
    assert application_hazard(setting, 0.3)[0] == 0


def test_the_procedure_takes_its_months() -> None:
    setting = _one()
    organizations = setting.city.organizations
    apply(setting, np.array([0]))
    setting.clock.run(until=2.999)
    assert organizations.tier[0] == Tier.FILED
    assert organizations.applying[0]
    setting.clock.run(until=3.001)
    assert organizations.tier[0] == Tier.REGISTERED
    assert organizations.tier_since[0] == 3.0
    assert organizations.staff[0] in (1.0, 2.0, 3.0)
    assert not organizations.applying[0]
    assert setting.flows.counts["registration"].sum() == 1


@pytest.mark.parametrize("fate", [Status.DORMANT, Status.REMOVED, Status.MERGED])
def test_who_sleeps_or_ends_meanwhile_is_not_registered(fate: Status) -> None:
    setting = _one()
    apply(setting, np.array([0]))
    setting.clock.run(until=1)
    setting.city.organizations.status[:] = fate
    setting.clock.run(until=4)
    assert setting.city.organizations.tier[0] == Tier.FILED
    assert not setting.city.organizations.applying[0]
    assert "registration" not in setting.flows.counts


def test_expected_qualifying_is_the_mean_of_those_that_do() -> None:
    """Over 300 cities of the same law; 3 % for a clipped normal taken as a truncated one. False alarm 1e-4."""
    surplus, expected = [], []
    for seed in range(300):
        setting = world.district(0, 400, 0, seed=seed)
        really = application_hazard(setting, 1.0).sum()
        expected.append(expected_qualifying(setting))
        surplus.append(really - expected[-1])
    assert_mean(surplus, 0.0, bias=0.03 * float(np.mean(expected)))
    assert np.std(expected) < np.std(surplus)  # and steadier than a count


def test_expected_qualifying_knows_that_large_bodies_are_abler() -> None:
    """Capability that grows with members: independence would be wrong by a third. False alarm 1e-4, bias 3 %."""
    surplus, expected = [], []
    for seed in range(300):
        setting = world.district(0, 400, 0, seed=seed)
        organizations = setting.city.organizations
        organizations.capability[:] = np.clip(organizations.capability - 0.2 + 0.08 * np.log1p(organizations.members), 0, 1)
        really = application_hazard(setting, 1.0).sum()
        expected.append(expected_qualifying(setting))
        surplus.append(really - expected[-1])
    assert_mean(surplus, 0.0, bias=0.03 * float(np.mean(expected)))


def test_affording() -> None:
    means = np.array([5_000.0, 10_000.0, 30_000.0])
    assert p_affords(10_000.0, means, 1.0)[1] == pytest.approx(0.5)
    assert (p_affords(0.0, means, 1.0) == 1.0).all()
    assert (np.diff(p_affords(30_000.0, means, 1.0)) > 0).all()
    assert (p_affords(30_000.0, means, 1.0) < p_affords(20_000.0, means, 1.0)).all()


def test_who_registers_only_because_it_was_made_easy_hires_nobody() -> None:
    """p(staffed) = hazard at the start's levers / hazard now: 1 while nothing moved, a quarter at four times the ease, and with
    the capital gone the chance that it could have been raised. Staff: a binomial of 4,000 registrations, false alarm 1e-4."""
    setting = world.district(0, 4000, 0)
    bodies, rows = setting.city.organizations, np.arange(4000)
    bodies.staff[:] = 0
    assert (p_staffed(setting, 0.1, rows) == 1).all()
    setting.levers_at_start = setting.levers
    assert (p_staffed(setting, 0.1, rows) == 1).all()
    setting.levers = Levers([("filed_registration", 4.0)])
    assert p_staffed(setting, 0.1, rows) == pytest.approx(0.25)
    assert p_staffed(setting, 0.5, rows) == pytest.approx(0.5), "the hazard is held at 1 a year"
    setting.levers = Levers([("required_capital_yuan", 0.0)])
    sd = setting.parameters["registration"]["means_passing_sd_log"]
    assert p_staffed(setting, 0.1, rows) == pytest.approx(p_affords(30_000.0, bodies.means_yuan, sd))
    setting.levers = Levers([("filed_registration", 4.0)])
    apply(setting, rows, staffed=p_staffed(setting, 0.1, rows))
    setting.clock.run(until=4)
    registered = bodies.tier == Tier.REGISTERED
    assert registered.sum() > 2000
    assert_binomial(int(np.count_nonzero(bodies.staff[registered])), int(registered.sum()), 0.25)
    assert set(bodies.staff[registered].tolist()) == {0.0, 1.0, 2.0, 3.0}
