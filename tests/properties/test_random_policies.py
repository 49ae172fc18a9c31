"""What must hold under any policy whatever: no fen is made or lost, nobody works more than there are hours, tallies tally."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, example, given, settings

from simulator import catalogue
from simulator.city.organizations import Status
from simulator.city.treasury import BODIES, OUTSIDE
from simulator.model import DistrictModel
from tests.model.test_status_quo import outside
from tests.model.worlds import microcosm, shortened, with_policy
from tests.properties.policies import MONTHS, RandomPolicy, as_shipped, everything, policies, shipped

INHERITED = "execution_rate: "
"""What was promised before the start is spent after it, so a policy that budgets next to nothing can spend more than that."""


def check_money(model: DistrictModel) -> None:
    """Conserved to the fen, never overdrawn, and never more than was budgeted."""
    treasury, bodies = model.city.treasury, model.city.organizations
    assert treasury.total() == 0
    assert all(balance >= 0 for account, balance in enumerate(treasury.balances) if account != OUTSIDE)
    assert (bodies.cash_fen >= 0).all()
    for name, line in model.setting.budget.lines.items():
        assert 0 <= line.released_fen <= line.budgeted_fen + 12, f"{name} has released more than was budgeted"
    assert model._spending.spent_fen >= 0


def check_hours(model: DistrictModel) -> None:
    """No pool has booked more than it has; `check` is the model's own, this is another reading of the same books."""
    hours = model.city.hours
    hours.check()
    for pool, booked in hours._booked.items():
        assert (booked <= hours.capacity(pool) + 1e-6).all(), pool
        assert (booked >= -1e-9).all(), pool


def check_people(model: DistrictModel) -> None:
    """Tallies are what they tally; members are counted and live where their body is; nobody belongs to what has ended."""
    residents, bodies = model.residents, model.city.organizations
    residents.check()
    assert np.array_equal(bodies.members, residents.members_of(len(bodies)))
    members = np.flatnonzero(residents.organization >= 0)
    belongs = residents.organization[members]
    assert np.array_equal(residents.community_of(members), bodies.community[belongs])
    assert bodies.alive()[np.unique(belongs)].all()
    assert ((bodies.capability >= 0) & (bodies.capability <= 1)).all()
    assert ((model.city.communities.efficacy >= 0) & (model.city.communities.efficacy <= 1)).all()
    led = bodies.leader[bodies.active() & (bodies.leader >= 0)]
    assert not model.city.leaders.left[led].any()
    merged = bodies.status == Status.MERGED
    assert (bodies.merged_into[merged] >= 0).all()


def check_journal(model: DistrictModel) -> None:
    """Balances are what the journal moved."""
    treasury, journal = model.city.treasury, model.city.treasury.journal
    named = np.zeros(len(treasury.names), np.int64)
    for column, sign in ((journal.payer, -1), (journal.payee, 1)):
        np.add.at(named, column[column < BODIES], sign * journal.fen[column < BODIES])
    assert named.tolist() == treasury.balances


def test_the_whole_catalogue_runs_every_programme() -> None:
    """What is tried below is all: fifty instruments, and through them every built-in programme."""
    assert len(shipped()) == len({item.name for item in everything()}) == 50
    assert {name for item in everything() for name, _ in item.programmes()} == set(catalogue.programmes())


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(policy=policies())
@example(policy=as_shipped(dual_track_filing=0, exchange_visits=0, district_incubator=1)).via("its mentors come late")
@example(policy=everything()).via("the whole catalogue")
@example(policy=RandomPolicy([*everything(until=8), *everything(begins=8, far=0.7)])).via("all of it succeeds itself")
def test_under_any_policy(policy: RandomPolicy) -> None:
    """Month by month for fifteen months. Thirty policies, the same ones every time, one that was a fault, and all there is."""
    model = DistrictModel(with_policy(shortened(microcosm(), MONTHS), *policy))
    for _ in range(MONTHS):
        model.step()
        check_money(model)
        check_hours(model)
        check_people(model)
    check_journal(model)
    assert [wrong for wrong in outside(model.to_record()) if not wrong.startswith(INHERITED)] == []
