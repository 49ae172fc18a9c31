"""Money is conserved to the fen and never overdrawn, hours are never exceeded: whatever programmes run and end when."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.city.treasury import BODIES, OUTSIDE
from simulator.dynamics.programmes import PROGRAMMES
from simulator.dynamics.programmes.caseload import CASES
from simulator.language.errors import ModelError
from tests.programmes.samples import SAMPLES
from tests.programmes.world import World


@st.composite
def _bundles(draw: st.DrawFn) -> list[tuple[str, dict[str, Any], int, int]]:
    """A few programmes, each with its own money, from a month until another."""
    bundle = []
    for kind in draw(st.lists(st.sampled_from(sorted(PROGRAMMES)), min_size=1, max_size=6)):
        inputs = dict(SAMPLES[kind])
        inputs["money"] = draw(st.sampled_from([0, 1, 777.77, 50_000, 1_234_567.89]))
        if kind == "staffing":
            inputs["where"] = draw(st.sampled_from(["agency", "hub", "station", "committee", "experts", "incubator"]))
            inputs["cases"] = draw(st.sampled_from(CASES))
            inputs["hours_per_case"] = 3
            inputs["paid_by"] = draw(st.sampled_from(["line", "hub"]))
        if kind == "grant":
            inputs["recipients"] = draw(st.sampled_from(["hubs", "bodies"]))
            inputs["payer"] = draw(st.sampled_from(["line", "outside", "donors"]))
            inputs["crowd_out"] = draw(st.sampled_from([-0.1, 0, 0.3]))
            inputs["persistence"] = draw(st.sampled_from([0, 2]))
            inputs["grants_per_year"] = 6
        if kind in ("contest", "incubator"):
            inputs["level"] = draw(st.sampled_from(["district", "street"]))
        if kind in ("contest", "events", "points"):
            inputs["payer"] = draw(st.sampled_from(["line", "donors"]))
        begins = draw(st.integers(0, 20))
        bundle.append((kind, inputs, begins, begins + draw(st.integers(1, 40))))
    return bundle


def _check(world: World) -> None:
    """The invariants of every month."""
    treasury, organizations = world.city.treasury, world.city.organizations
    assert treasury.total() == 0
    assert min(treasury.balances[1:], default=0) >= 0
    assert organizations.cash_fen.min() >= 0
    assert organizations.capability.min() >= 0
    assert organizations.capability.max() <= 1
    for name, line in world.setting.budget.lines.items():
        assert line.released_fen <= line.budgeted_fen, name
    for programme in world.setting.programmes:
        assert 0 <= programme.delivery <= 1, programme.name


def _balances_by_journal(world: World) -> tuple[dict[int, int], int]:
    journal = world.city.treasury.journal
    accounts: dict[int, int] = {}
    for payer, payee, fen in zip(journal.payer.tolist(), journal.payee.tolist(), journal.fen.tolist(), strict=True):
        accounts[payer] = accounts.get(payer, 0) - fen
        accounts[payee] = accounts.get(payee, 0) + fen
    return accounts, len(journal)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(_bundles(), st.sampled_from([0.0, 0.35, 0.6, 1.0]), st.sampled_from([0, 4, 9]), st.integers(0, 5))
def test_random_programmes_conserve_money_and_hours(
    bundle: list[tuple[str, dict[str, Any], int, int]], execution: float, delay: int, seed: int
) -> None:
    world = World(seed, levers=(("execution_rate", execution), ("allocation_delay_months", delay)))
    asleep = np.random.default_rng(seed).integers(0, 300, 30)
    running: dict[int, Any] = {}
    for month in range(45):
        for number, (kind, inputs, begins, ends) in enumerate(bundle):
            if ends == month and number in running:
                running[number].end()
            if begins == month:
                running[number] = world.add(kind, f"instrument {number}", until=ends, **inputs)
        if month == 20:
            awake = asleep[world.city.organizations.active()[asleep]]
            world.city.organizations.status[awake] = 2
        world.one_month()
        _check(world)
    for programme in running.values():
        programme.end()
    world.run(45 + 30)
    _check(world)
    treasury = world.city.treasury
    kept = {name: held for name, held in zip(treasury.names, treasury.balances, strict=True) if name.startswith("escrow:")}
    assert not any(kept.values()), kept
    accounts, _ = _balances_by_journal(world)
    for account in range(len(treasury.balances)):
        assert accounts.get(account, 0) == treasury.balance(account)
    for row in range(len(world.city.organizations)):
        assert accounts.get(BODIES + row, 0) == treasury.balance(BODIES + row)


def test_everything_that_is_spent_has_a_purpose_and_a_month() -> None:
    world = World()
    for kind, inputs in SAMPLES.items():
        world.add(kind, kind, **inputs)
    world.run(30)
    journal, treasury = world.city.treasury.journal, world.city.treasury
    assert (journal.fen > 0).all()
    assert set(journal.purpose) == set(range(len(treasury.purposes)))
    assert (np.diff(journal.month) >= 0).all()
    for kind in SAMPLES:
        account = treasury.open(f"line:{kind}:{kind}")
        assert (journal.payer == account).any(), f"{kind} spends nothing"


def test_money_set_aside_is_not_spent_and_money_taken_back_never_was() -> None:
    world = World()
    contest = world.add("contest", **SAMPLES["contest"], fail_share=1.0)
    world.run(3)
    treasury = world.city.treasury
    half = world.paid("first instalment")
    assert treasury.balance(contest.escrow) == half
    assert treasury.spent_fen() == half
    world.run(9)
    assert treasury.balance(contest.escrow) == 0
    assert treasury.spent_fen() == half
    assert treasury.balance(contest.account) == 600_000_00 - half


def test_an_account_is_never_overdrawn() -> None:
    world = World()
    treasury = world.city.treasury
    account = treasury.open("line:test")
    treasury.transfer(OUTSIDE, account, 100, "appropriation", 0)
    with pytest.raises(ModelError, match=r"101 fen .* account with 100 fen"):
        treasury.transfer(account, OUTSIDE, 101, "too much", 0)
    with pytest.raises(ModelError, match="-1 fen"):
        treasury.transfer(account, OUTSIDE, -1, "nonsense", 0)
    rows = np.array([1, 2])
    with pytest.raises(ModelError, match="account with 100 fen"):
        treasury.pay_bodies(account, rows, np.array([60, 41]), "grant", 0)
    treasury.pay_bodies(account, rows, np.array([60, 30]), "grant", 0)
    treasury.pay_bodies(account, np.array([2, 2]), np.array([4, 6]), "two at once", 0)
    with pytest.raises(ModelError, match="more for 'work' than it has"):
        treasury.bodies_pay(rows, np.array([60, 41]), OUTSIDE, "work", 0)
    assert treasury.total() == 0


def test_hours_are_granted_as_far_as_they_go() -> None:
    hours = World().city.hours
    hours.open_month("stations", [10.0, 0.0])
    hours.open_month("hubs", [5.0, 5.0])
    assert hours.book("stations", np.array([6.0, 6.0]), "a").tolist() == [6.0, 0.0]
    assert hours.book_in_turn(("stations", "hubs"), np.array([6.0, 6.0]), "b").tolist() == [6.0, 5.0]
    assert hours.left("stations").tolist() == [0.0, 0.0]
    assert hours.left_at("hubs", 0) == 3.0
    assert hours.book_at("hubs", 0, 7.0, "c") == 3.0
    assert hours.booked_for["stations", "b"] == 4.0
    assert hours.book("nobody", np.array([3.0, 3.0]), "d").tolist() == [0.0, 0.0]
    assert hours.book_at("nobody", 1, 3.0, "d") == hours.left_at("nobody", 1) == 0.0
    with pytest.raises(ModelError, match="negative hours"):
        hours.open_month("stations", [-1.0])


def test_a_body_that_sleeps_does_not_spend() -> None:
    world = World()
    organizations = world.city.organizations
    rows, amounts = np.array([1, 2]), np.array([1200, 1200])
    world.city.treasury.pay_bodies(OUTSIDE, rows, amounts, "grant", 0)
    world.setting.projects.begin(rows, amounts, 0, 12)
    organizations.status[1] = 2
    world.run(1)
    assert organizations.project_fen[rows].tolist() == [0, 100]
    organizations.status[1] = 0
    world.run(20)
    assert organizations.cash_fen[rows].tolist() == [0, 0]
