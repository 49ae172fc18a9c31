"""Gifts are nobody's budget, public money displaces them as stated, grants come once where they do, and legitimacy lasts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.city.organizations import Tier
from simulator.city.treasury import OUTSIDE
from simulator.dynamics.budget import FUNDRAISING_MONTHS, Budget
from simulator.dynamics.demand import Demand
from simulator.dynamics.density import measure_density
from simulator.dynamics.dormancy import dormancy_hazard
from simulator.dynamics.levers import Levers
from simulator.dynamics.programmes.grant import Grant
from simulator.dynamics.spending import Spending
from tests.organizations.world import shipped
from tests.programmes.samples import SAMPLES
from tests.programmes.world import World, small_city

AT_ONCE = Levers([("execution_rate", 0.6), ("allocation_delay_months", 0)])


def _received(public: dict[str, int], displaced: float, months: int, order: list[str]) -> list[int]:
    """Fen of gifts of each month beside public lines (fen a year); 12,000 a year are given undisturbed.

    Nothing comes before gifts have been asked for.
    """
    treasury = small_city(1).treasury
    budget = Budget(treasury)
    for name in order:
        if name == "gifts":
            account = budget.open("gifts", 12_000, 0, math.inf, given=True, displaced=displaced)
        else:
            budget.open(name, public[name], 0, math.inf, basic=name.startswith("wages"))
    held, before = [], 0
    for month in range(int(FUNDRAISING_MONTHS) + months):
        budget.release(month, AT_ONCE)
        held.append(treasury.balance(account) - before)
        before = treasury.balance(account)
    assert treasury.total() == 0
    asked = int(FUNDRAISING_MONTHS)
    assert held[:asked] == [0] * asked
    return held[asked:]


@given(
    st.dictionaries(st.sampled_from(["wages", "projects", "wages of others"]), st.integers(0, 60_000)), st.floats(-1, 1),
    st.randoms(),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_a_yuan_of_public_money_displaces_as_much_as_stated(public: dict[str, int], displaced: float, luck: object) -> None:
    """max(0, annual / 12 - displaced * pace of public project lines), in every month and whoever's line was opened first."""
    order = ["gifts", *public]
    luck.shuffle(order)  # type: ignore[attr-defined]
    pace = sum(round(0.6 * fen) for name, fen in public.items() if not name.startswith("wages")) / 12
    expected = max(1000 - round(displaced * pace), 0)
    assert _received(public, displaced, 12, order) == [expected] * 12


def test_only_what_is_added_since_the_start_displaces_gifts() -> None:
    """A yuan that was there before does not, one taken away lets gifts return, and wages never do."""
    treasury = small_city(1).treasury
    budget = Budget(treasury)
    budget.open("projects", 60_000, -12, math.inf)
    budget.release(-12, AT_ONCE)
    budget.begin(-1)
    account = budget.open("gifts", 12_000, 0, math.inf, given=True, displaced=0.1)
    for month in range(16):
        if month == 12:
            budget.open("more", 24_000, 12, math.inf)
        budget.release(month, AT_ONCE)
    assert treasury.balance(account) == 9 * 1000 + 4 * (1000 - round(0.1 * 0.6 * 24_000 / 12))


def test_gifts_come_monthly_in_full_whatever_the_execution() -> None:
    assert _received({}, 0.3, 6, ["gifts"]) == [1000] * 6
    assert _received({"projects": 600_000}, 0.0, 6, ["projects", "gifts"]) == [1000] * 6
    assert _received({"projects": 600_000}, 0.3, 6, ["gifts", "projects"]) == [0] * 6


def test_gifts_are_in_no_budget_and_no_spending_and_draw_nobody_in() -> None:
    world = World()
    demand = Demand(world.city.treasury)
    spending = Spending(world.setting.budget, world.city.treasury)
    world.add("grant", "foundation", payer="donors", money=120_000, grant_yuan=5000, first_call_months=0)
    world.add("events", "wishes", **(SAMPLES["events"] | {"payer": "donors"}))
    contest = world.add("contest", "micro", **(SAMPLES["contest"] | {"payer": "donors", "money": 1.2e6, "award": 20_000}))
    world.run(15)
    demand.count_month(world.setting.programmes)
    assert world.paid("grant") > 0
    assert world.paid("community events") > 0
    assert world.paid("first instalment") > 0
    assert contest.given
    assert spending.spent_fen == spending.budgeted_fen == 0
    assert spending.by_line() == {}
    assert demand.yuan_per_resident(9000) == 0
    world.add("contest", "public", **SAMPLES["contest"])
    world.run(30)
    demand.count_month(world.setting.programmes)
    assert spending.spent_fen > 0
    assert demand.yuan_per_resident(9000) > 0


@given(
    displaced=st.floats(-0.5, 1), money=st.integers(0, 10**6), public=st.integers(0, 10**6),
    execution=st.sampled_from([0.0, 0.6, 1.0]), amount=st.sampled_from([0.01, 333.33, 5000.0]),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_no_fen_is_made_or_lost(displaced: float, money: int, public: int, execution: float, amount: float) -> None:
    """What was given is what was granted and what is left."""
    world = World(levers=(("execution_rate", execution), ("allocation_delay_months", 2)))
    grant = world.add("grant", "gifts", payer="donors", money=money, crowd_out=displaced, grant_yuan=amount)
    world.add("contest", "public", **(SAMPLES["contest"] | {"money": public}))
    for month in range(1, 15):
        world.run(month)
        assert world.city.treasury.total() == 0
        line = world.setting.budget.lines[grant.name]
        assert world.city.treasury.balance(grant.account) >= 0
        assert line.released_fen == world.city.treasury.balance(grant.account) + world.paid("grant")
        assert line.released_fen == line.budgeted_fen


@pytest.mark.parametrize(("payer", "rate"), [("line", 0), ("outside", 5000), ("donors", 0)])
def test_without_persistence_everybody_is_granted_once(payer: str, rate: float) -> None:
    world = World()
    bodies = world.city.organizations
    bodies.tier[:280], bodies.tier[280:300] = Tier.LATENT, Tier.REGISTERED
    told = {"money": 3_000_000, "grant_yuan": 1000, "persistence": 0, "first_call_months": 0, "grants_per_year": rate}
    grant = world.add("grant", payer=payer, dormancy_factor=0.9, **told)
    world.run(30)
    treasury = world.city.treasury
    journal = treasury.journal
    paid = journal.payee[journal.purpose == treasury.purposes.index("grant")]
    assert sorted(paid.tolist()) == sorted(set(paid.tolist()))
    assert paid.size == 20
    assert isinstance(grant, Grant)
    np.testing.assert_allclose(bodies.legitimacy_factor[280:300], 0.9)
    assert (bodies.legitimacy_factor[:280] == 1).all()


def test_what_a_branch_brings_lasts_and_is_felt_in_the_hazard() -> None:
    """Two grants of 0.9 are 0.81 of the hazard; when the instrument ends it stays."""
    world = World()
    bodies = world.city.organizations
    rows = np.flatnonzero(bodies.tier[:300] == Tier.REGISTERED)[:20]
    grant = world.make("grant", grant_yuan=100, dormancy_factor=0.9, payer="outside", persistence=1)
    assert isinstance(grant, Grant)
    world.setting.parameters = shipped()
    density = measure_density(bodies, world.city.streets)
    bodies.funded_until[rows] = -1e9
    before = dormancy_hazard(world.setting, rows, density)
    grant._pay(rows[:10], 100_00, OUTSIDE)
    grant._pay(rows[:5], 100_00, OUTSIDE)
    grant.end()
    bodies.funded_until[rows] = -1e9
    after = dormancy_hazard(world.setting, rows, density)
    np.testing.assert_allclose(after / before, [0.81] * 5 + [0.9] * 5 + [1.0] * 10)
