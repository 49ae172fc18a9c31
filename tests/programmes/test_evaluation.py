"""Residents' evaluation: what it says, how it counts at renewals, what it costs, and how it is forgotten."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulator.city.organizations import Tier
from simulator.dynamics.programmes.evaluation import Evaluation
from simulator.dynamics.programmes.purchase import Purchase
from simulator.language.streams import Streams
from tests.programmes.samples import SAMPLES
from tests.programmes.world import World

FALSE_ALARM = 1e-4
"""Chance that one of the statistical tests here fails although all is well."""
MONEY = {"money": 600_000, "cost_per_body": 3_000, "first_call_months": 0}


def _funded(world: World, number: int) -> np.ndarray:
    """So many bodies under contract for four years, nobody else."""
    bodies = world.city.organizations
    bodies.funded_until[:] = -1e9
    bodies.tier[:number], bodies.funded_until[:number] = Tier.REGISTERED, 48.0
    return np.arange(number)


def _evaluation(world: World, **inputs: float | str) -> Evaluation:
    evaluation = world.add("evaluation", "evaluation", **(MONEY | inputs))
    assert isinstance(evaluation, Evaluation)
    return evaluation


def test_what_residents_say_is_the_standardised_signal_times_the_weight() -> None:
    """Without noise: weight * (k - mean) / sd, mean 0 and spread `weight` among those evaluated, 0 for all others."""
    world = World()
    bodies, rows = world.city.organizations, _funded(world, 60)
    evaluation = _evaluation(world, noise_sd=0.0, weight=1.7, effort=0.1)
    world.run(1)
    k = bodies.capability[rows]
    np.testing.assert_allclose(bodies.evaluation[rows], 1.7 * (k - k.mean()) / k.std(), rtol=1e-12)
    assert bodies.effort[rows] == pytest.approx(1.1)
    assert not bodies.evaluation[60:].any()
    assert (bodies.effort[60:] == 1).all()
    assert evaluation.delivery == 1
    assert world.paid("evaluation") == 60 * 3_000_00


def test_noise_is_as_large_as_said() -> None:
    """600 bodies, all alike: what is said is noise alone, standard normal (Kolmogorov; false alarm 1e-4).

    With varied capability it correlates with it by sd / sqrt(sd^2 + noise^2), within four standard errors.
    """
    world = World(times=10)
    bodies, rows = world.city.organizations, _funded(world, 600)
    bodies.capability[rows] = 0.5
    evaluation = _evaluation(world, money=6e6, noise_sd=0.3, hours_per_body=0)
    world.run(1)
    said = bodies.evaluation[rows]
    assert stats.kstest(said, "norm").pvalue > FALSE_ALARM
    bodies.capability[rows] = np.linspace(0.1, 0.9, 600)
    evaluation.call(12.0)
    sd = bodies.capability[rows].std()
    r = np.corrcoef(bodies.capability[rows], bodies.evaluation[rows])[0, 1]
    assert abs(np.arctanh(r) - np.arctanh(sd / np.hypot(sd, 0.3))) < 4 / np.sqrt(597)


def test_all_alike_say_nothing() -> None:
    world = World()
    bodies, rows = world.city.organizations, _funded(world, 20)
    bodies.capability[rows] = 0.5
    _evaluation(world, noise_sd=0.0, weight=5)
    world.run(1)
    assert not bodies.evaluation.any()
    assert (bodies.effort[rows] > 1).all()


@pytest.mark.parametrize(
    ("told", "asked"),
    [({"money": 24_000}, 8), ({"hours_per_body": 126}, 10), ({"hours_per_body": 0}, 60), ({"hours_per_body": 1e4}, 0)],
)
def test_surveys_are_bounded_by_money_and_by_the_committees_hours(told: dict[str, float], asked: int) -> None:
    """Nine committees of 140 hours: ten surveys of 126."""
    world = World()
    bodies = world.city.organizations
    _funded(world, 60)
    evaluation = _evaluation(world, **told)
    world.run(1)
    assert np.count_nonzero(bodies.effort > 1) == asked
    assert evaluation.delivery == pytest.approx(asked / 60)
    assert world.paid("evaluation") == asked * 3_000_00
    hours = told.get("hours_per_body", 6) * asked
    assert world.city.hours.booked_for.get(("committees", "evaluation"), 0.0) >= hours


def test_it_holds_until_the_next_and_is_forgotten_at_the_end() -> None:
    world = World()
    bodies = world.city.organizations
    _funded(world, 40)
    evaluation = _evaluation(world, money=60_000)
    world.run(1)
    first, said = np.flatnonzero(bodies.effort > 1), bodies.evaluation.copy()
    assert first.size == 20
    world.run(12)
    np.testing.assert_array_equal(bodies.evaluation, said)
    world.run(13)
    second = np.flatnonzero(bodies.effort > 1)
    assert second.size == 20
    assert set(second) != set(first)
    left = np.setdiff1d(first, second)
    assert not bodies.evaluation[left].any()
    evaluation.end()
    assert not bodies.evaluation.any()
    assert (bodies.effort == 1).all()


def test_a_standard_deviation_moves_the_log_odds_of_renewal_by_the_weight() -> None:
    """Renewal at p = 0.6 with what is said at -1.5, 0 and 1.5: logistic(logit 0.6 + what is said) of 2,400 each.

    Two-sided binomial tests, false alarm 1e-4 each.
    """
    world = World()
    bodies = world.city.organizations
    rows = np.arange(240)
    bodies.tier[rows], bodies.capability[rows] = Tier.REGISTERED, 0.6
    bodies.evaluation[rows] = np.repeat([-1.5, 0.0, 1.5], 80)
    told = SAMPLES["purchase"] | {"money": 0, "renew": 0.6, "entitlement_years": 0}
    purchase = world.make("purchase", "purchase", **told)
    assert isinstance(purchase, Purchase)
    renewed = np.zeros(len(bodies), np.int64)
    purchase.spendable_fen = lambda period: 10**12  # type: ignore[method-assign]
    purchase._contract = lambda signing, since, worth: np.add.at(renewed, signing, 1)  # type: ignore[method-assign]
    for replicate in range(30):
        world.setting.streams = Streams(43, replicate)
        purchase._renew(rows, world.setting.now)
    for number, said in enumerate((-1.5, 0.0, 1.5)):
        chance = 1 / (1 + (0.4 / 0.6) * np.exp(-said))
        counted = int(renewed[80 * number : 80 * (number + 1)].sum())
        assert stats.binomtest(counted, 2400, chance).pvalue > FALSE_ALARM, (said, counted)
