"""An instrument listed with other numbers succeeds itself: rooms and posts go on, and so does the line."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.city.organizations import Kind, Status
from simulator.dynamics.budget import FUNDRAISING_MONTHS
from simulator.dynamics.programmes.contest import Contest
from simulator.dynamics.programmes.evaluation import Evaluation
from simulator.dynamics.programmes.incubator import Incubator
from simulator.dynamics.programmes.inspection import SEASON_MONTHS, Inspection
from simulator.dynamics.programmes.mentoring import Mentoring
from simulator.dynamics.programmes.programme import Programme
from simulator.dynamics.programmes.purchase import Purchase
from tests.programmes.samples import SAMPLES
from tests.programmes.world import AT_ONCE, World


@pytest.mark.parametrize(
    ("kind", "few", "many", "column"),
    [
        ("premises", {"money": 30_000, "m2": 100, "fit_out_months": 6}, {"money": 90_000, "m2": 300, "fit_out_months": 6},
         "hub_rooms_m2"),
        ("staffing", {"money": 360_000, "posts": 3, "where": "hub"}, {"money": 720_000, "posts": 6, "where": "hub"}, "hub_fte"),
    ],
)  # fmt: skip
def test_what_is_there_stays_while_more_is_on_its_way(
    kind: str, few: dict[str, float | str], many: dict[str, float | str], column: str
) -> None:
    world = World(levers=AT_ONCE)
    before = getattr(world.city.streets, column).sum()
    old = world.add(kind, "instrument", **few)
    world.run(20)
    held = getattr(world.city.streets, column).sum() - before
    assert held > 0
    new = world.make(kind, "instrument", **many)
    new.succeed(old)
    for month in range(21, 40):
        world.run(month)
        assert getattr(world.city.streets, column).sum() - before >= held - 1e-9, month
    assert getattr(world.city.streets, column).sum() - before == pytest.approx((3 if kind == "premises" else 2) * held)
    new.end()
    np.testing.assert_allclose(getattr(world.city.streets, column).sum(), before)


def test_agencies_deliver_when_they_are_there() -> None:
    world = World(levers=AT_ONCE)
    agencies = world.add("attraction", money=200_000, fee_per_body=100_000, bodies_per_year=2, procedure_months=6)
    world.run(6)
    assert agencies.delivery == 0
    world.run(30)
    assert agencies.delivery == 1
    organizations = world.city.organizations
    came = np.flatnonzero(organizations.kind == Kind.SUPPORT)
    assert came.size >= 2
    assert organizations.drawn_by_money[came].all()
    assert (organizations.leader[came] >= 0).all()
    np.testing.assert_array_equal(organizations.settled_capability[came], organizations.capability[came])
    organizations.status[came] = Status.REMOVED
    world.run(31)
    assert agencies.delivery == 0


def test_visits_teach_those_who_visited() -> None:
    world = World(levers=AT_ONCE)
    before = world.city.organizations.capability.copy()
    world.add("grant", money=60_000, grant_yuan=5_000, project_months=3, capability_gain=0.1, persistence=1)
    world.run(4)
    assert (world.city.organizations.capability == before).all()
    world.run(5)
    gained = world.city.organizations.capability - before
    learnt = np.flatnonzero(gained)
    assert 0 < learnt.size < before.size / 2
    np.testing.assert_allclose(gained[learnt], 0.1 * (1 - before[learnt]))


def _succeeded(world: World, old: Programme, **inputs: float | str) -> Programme:
    """The same instrument with other numbers, in force from now on."""
    assert set(inputs) <= set(old.inputs)
    new = type(old)(world.setting, old.instrument, dict(old.inputs) | inputs)
    world.setting.programmes.remove(old)
    world.setting.programmes.append(new)
    new.succeed(old)
    return new


def _contracts(world: World) -> Purchase:
    """Sixty contracts of a year, signed at month 3."""
    organizations = world.city.organizations
    organizations.tier[:300], organizations.capability[:300] = 2, 0.6
    told = dict(SAMPLES["purchase"]) | {"money": 3_600_000, "calls_per_year": 1, "renew": 1.0}
    purchase = world.add("purchase", **told)
    assert isinstance(purchase, Purchase)
    world.run(5)
    assert np.count_nonzero(purchase.contracted_until() == 15) == 60
    return purchase


def test_contracts_that_run_are_known_and_renewed_by_the_successor() -> None:
    """Twice in succession, so that the renewal is by the last in the line; its own first call comes later."""
    world = World()
    old = _contracts(world)
    signed = old.contracted_until() == 15
    between = _succeeded(world, old, renew=0.9)
    world.run(7)
    last = _succeeded(world, between, renew=1.0, first_call_months=24)
    assert isinstance(last, Purchase)
    np.testing.assert_array_equal(last.contracted_until(), old.contracted_until())
    assert last.delivery == pytest.approx(1.0)
    world.run(16)
    renewed = last.contracted_until() == 27
    assert 0 < renewed.sum() <= 60
    assert signed[renewed].all(), "nobody else was called"
    assert world.paid("second instalment") == 60 * 30_000_00


def test_nobody_has_a_contract_with_both() -> None:
    """The successor calls at once: only those without a contract are asked, though there is money for all."""
    world = World()
    old = _contracts(world)
    signed = old.contracted_until() == 15
    new = _succeeded(world, old, money=36_000_000, first_call_months=0)
    assert isinstance(new, Purchase)
    world.run(14)
    assert np.count_nonzero(new.contracted_until() > 14) > 60
    np.testing.assert_array_equal(new.contracted_until()[signed], 15)


def test_no_renewal_after_the_last_has_ended() -> None:
    world = World()
    old = _contracts(world)
    new = _succeeded(world, old, renew=0.9)
    new.end()
    world.run(30)
    assert isinstance(new, Purchase)
    assert new.contracted_until().max() == 15
    assert world.paid("second instalment") == 60 * 30_000_00


def test_what_was_delivered_stands_until_the_successor_acts() -> None:
    world = World()
    old = world.add("training", "instrument", **SAMPLES["training"])
    world.run(6)
    assert old.delivery > 0
    delivered = old.delivery
    new = _succeeded(world, old, first_course_months=6)
    world.run(8)
    assert (old.delivery, new.delivery) == (0, delivered)
    new.end()
    assert new.delivery == 0


def test_earlier_winners_are_remembered() -> None:
    """Persistence of 100, and as many grants again: without a memory few of the first would win again."""
    world = World()
    old = world.add("grant", money=100_000, grant_yuan=5_000, persistence=100)
    world.run(2)
    first = set(np.flatnonzero(world.city.organizations.cash_fen[:300] > 0).tolist())
    assert len(first) > 5
    new = _succeeded(world, old, money=100_001)
    assert set(new._granted.tolist()) == first  # type: ignore[attr-defined]


def test_streets_keep_what_they_have_not_awarded() -> None:
    world = World()
    told = dict(SAMPLES["contest"]) | {"level": "street", "money": 500_000, "award": 60_000}
    old = world.add("contest", **told)
    world.run(3)
    assert isinstance(old, Contest)
    kept = old._street_fen.copy()
    assert kept.any()
    new = _succeeded(world, old, money=500_001)
    assert isinstance(new, Contest)
    np.testing.assert_array_equal(new._street_fen, kept)


def test_agencies_that_came_or_are_coming_count_for_the_successor() -> None:
    world = World(levers=AT_ONCE)
    old = world.add("attraction", money=200_000, fee_per_body=100_000, bodies_per_year=2, procedure_months=6)
    world.run(12)
    assert 0 < len(old._came) < 2  # type: ignore[attr-defined]
    new = _succeeded(world, old, fee_per_body=1_000_000)
    world.run(18)
    assert new.delivery == 1, "one came before, one was in the procedure"


def test_a_season_of_inspection_goes_on() -> None:
    """Of a season in two halves everybody is looked at once; the successor does not wait for the next year."""
    world = World()
    world.city.organizations.status[:] = Status.AWAKE
    world.city.organizations.tier[:300] = 2
    told = {"hours_per_body": 8, "month_of_year": 1, "false_removal": 0.0}
    old = world.add("inspection", **told)
    world.run(2)
    reached = old._reached  # type: ignore[attr-defined]
    assert 0 < reached < 1
    new = _succeeded(world, old, detect=0.5)
    assert isinstance(new, Inspection)
    world.run(SEASON_MONTHS)
    assert new._reached == 1
    world.run(SEASON_MONTHS + 1)
    assert new.delivery == 1


def test_pairs_of_mentoring_go_on_as_agreed_and_nobody_has_two_mentors() -> None:
    """The year of those paired before runs to its end by the old numbers; the new club draws others."""
    world = World()
    bodies = world.city.organizations
    bodies.tier_since[:300] = np.where(bodies.tier_since[:300] == -80, -80.0, -6.0)
    before = bodies.capability.copy()
    old = world.add("mentoring", mentors=2, mentees_per_mentor=3, kappa=0.5, hours_per_mentee=8, first_call_months=0)
    world.run(4)
    first = np.flatnonzero(bodies.capability != before)
    mentor = before[bodies.tier_since == -80].max()
    new = _succeeded(world, old, mentees_per_mentor=80, kappa=0.1)
    assert isinstance(new, Mentoring)
    world.run(5)
    assert bodies.hours_charged.sum() == 8 * (6 + 160)
    assert old.delivery == 0
    world.run(12)
    np.testing.assert_allclose(mentor - bodies.capability[first], (mentor - before[first]) * np.exp(-0.5), rtol=1e-9)
    others = np.setdiff1d(np.flatnonzero(bodies.capability != before), first)
    assert others.size == 160
    np.testing.assert_allclose(mentor - bodies.capability[others], (mentor - before[others]) * np.exp(-0.1 * 8 / 12), rtol=1e-9)


def test_pairs_end_with_the_last_in_the_line() -> None:
    world = World()
    bodies = world.city.organizations
    bodies.tier_since[:300] = np.where(bodies.tier_since[:300] == -80, -80.0, -6.0)
    old = world.add("mentoring", mentors=2, first_call_months=0)
    world.run(2)
    new = _succeeded(world, old, first_call_months=40)
    world.run(4)
    assert bodies.hours_charged.any()
    new.end()
    world.run(5)
    assert not bodies.hours_charged.any()


def test_what_residents_said_holds_until_the_successor_asks_and_is_forgotten_once() -> None:
    world = World()
    bodies = world.city.organizations
    old = world.add("evaluation", money=60_000, cost_per_body=3000, first_call_months=0)
    world.run(2)
    said, tried = bodies.evaluation.copy(), bodies.effort.copy()
    assert said.any()
    new = _succeeded(world, old, first_call_months=6, weight=2.0)
    assert isinstance(new, Evaluation)
    world.run(8)
    np.testing.assert_array_equal(bodies.evaluation, said)
    np.testing.assert_array_equal(bodies.effort, tried)
    old.close()
    np.testing.assert_array_equal(bodies.evaluation, said)
    world.run(13)  # its first call comes with the next year's money
    asked = np.flatnonzero(bodies.effort > 1)
    assert bodies.evaluation[asked].std() == pytest.approx(2.0)
    assert not bodies.evaluation[np.setdiff1d(np.arange(len(bodies)), asked)].any()
    new.end()
    assert not bodies.evaluation.any()
    assert (bodies.effort == 1).all()


@pytest.mark.parametrize(
    ("kind", "told", "changed"),
    [
        ("awards", {"money": 30_000, "awards": 3, "prize": 10_000, "first_call_months": 0}, {"award_odds": 9.0}),
        ("rating", {"money": 30_000, "cost_per_body": 3000, "first_call_months": 0}, {"rating_odds": 9.0}),
    ],
)
def test_honours_and_grades_stay_with_the_bodies(kind: str, told: dict[str, float], changed: dict[str, float]) -> None:
    world = World()
    bodies = world.city.organizations
    names = ("award_odds", "awarded_until", "rating_odds", "rated_until")
    old = world.add(kind, **told)
    world.run(2)
    held = [getattr(bodies, name).copy() for name in names]
    new = _succeeded(world, old, first_call_months=30, **changed)
    for column, name in zip(held, names, strict=True):
        np.testing.assert_array_equal(getattr(bodies, name), column)
    assert max(bodies.awarded_until.max(), bodies.rated_until.max()) > 12
    new.end()
    for column, name in zip(held, names, strict=True):
        np.testing.assert_array_equal(getattr(bodies, name), column)


def test_certificates_stay() -> None:
    """What is certified goes on to the successor, and its delivery is told from there at its first examination."""
    world = World()
    old = world.add("certification", money=1e9, subsidy=1000, rate=0.8, first_examination_months=0)
    world.run(13)
    certified, delivered = old.certified, old.delivery  # type: ignore[attr-defined]
    new = _succeeded(world, old, rate=0.0)
    assert (new.certified, new.delivery) == (certified, delivered)  # type: ignore[attr-defined]
    world.run(40)
    assert new.certified == pytest.approx(certified)  # type: ignore[attr-defined]
    assert new.delivery == pytest.approx(delivered)


@pytest.mark.parametrize(
    ("kind", "told", "changed", "wait"),
    [
        ("rule", {"whose": "stations", "hours": 60}, {"hours": 90}, "procedure_months"),
        ("points", {"money": 60_000, "goods_per_volunteer": 600}, {"goods_per_volunteer": 900}, "set_up_months"),
        ("tiers", {"hours_per_case": 1.0, "promote": 5, "money": 12_000}, {"promote": 4}, "set_up_months"),
    ],
)
def test_what_is_in_force_is_not_set_up_again(
    kind: str, told: dict[str, float | str], changed: dict[str, float], wait: str
) -> None:
    """Its delivery is not a gift: in each month after, the successor takes the hours and pays the money of it."""
    world = World()
    world.city.residents.cell[:] = 48
    world.city.residents.recount()
    old = world.add(kind, "an instrument", **told, **{wait: 4})  # type: ignore[arg-type]
    world.run(10)
    assert old.delivery > 0
    new = _succeeded(world, old, **changed)
    for month in range(11, 15):
        booked, spent = sum(world.city.hours.booked_for.values()), world.city.treasury.spent_fen()
        world.run(month)
        assert new.delivery > 0
        assert sum(world.city.hours.booked_for.values()) > booked or world.city.treasury.spent_fen() > spent
        if kind == "rule":
            assert sum(world.city.hours.booked_for.values()) - booked == pytest.approx(90)


def test_what_is_being_set_up_is_ready_when_it_would_be() -> None:
    """Two months of five are gone: three are left, whoever succeeds; and a shorter procedure is the shorter one."""
    for months, ready in ((5, 5), (9, 5), (2, 4), (1, 3)):
        world = World()
        old = world.add("rule", procedure_months=5)
        world.run(2)
        new = _succeeded(world, old, procedure_months=months)
        world.run(ready)
        assert new.delivery == 0, months
        world.run(ready + 1)
        assert new.delivery == 1, months


@pytest.mark.parametrize(("share", "place"), [(0.5, 6 * 0.5), (0.1, 6 * 0.1), (0.3, 6 * 0.3)])
def test_posts_of_committees_free_the_successors_share_and_take_back_no_more(share: float, place: float) -> None:
    world = World(levers=AT_ONCE)
    before = world.city.communities.committee_fte.copy()
    told = {"money": 720_000, "posts": 6, "where": "committee", "hiring_months": 0, "free_share": 0.3}
    old = world.add("staffing", **told)
    world.run(3)
    assert (world.city.communities.committee_fte - before).sum() == pytest.approx(6 * 0.3)
    new = _succeeded(world, old, free_share=share)
    for month in range(4, 8):
        world.run(month)
        assert (world.city.communities.committee_fte - before).sum() == pytest.approx(place)
    new.end()
    np.testing.assert_allclose(world.city.communities.committee_fte, before, atol=1e-12)


def test_supervisors_that_are_lent_are_lent_once() -> None:
    """By the successor in place of the predecessor; to a house that succeeds another, from its first month on."""
    world = World()
    house = world.add("incubator", "house", places=6, mentor_hours=20, applications_per_100=0)
    told = {"money": 240_000, "posts": 2, "where": "incubator", "hiring_months": 0, "bodies_per_post": 10, "hours_per_body": 6}
    old = world.add("staffing", "supervisors", **told)
    assert isinstance(house, Incubator)
    world.run(2)
    assert house.halls[0].mentors.capacity == pytest.approx(20 + 120)
    new = _succeeded(world, old, hours_per_body=3)
    world.run(3)
    assert house.halls[0].mentors.capacity == pytest.approx(20 + 60)
    next_house = _succeeded(world, house, mentor_hours=30)
    assert isinstance(next_house, Incubator)
    world.run(4)
    assert next_house.halls[0].mentors.capacity == pytest.approx(30 + 60)
    assert house.halls[0].mentors.capacity == 0
    new.end()
    assert next_house.halls[0].mentors.capacity == pytest.approx(30)


def test_gifts_go_on_under_the_successors_rule_and_nobody_is_granted_again() -> None:
    """Half a year of gifts undisturbed, half a year with everything displaced; who was granted once stays so."""
    world = World()
    world.add("events", "public", money=240_000)
    told = {"payer": "donors", "money": 120_000, "grant_yuan": 2000, "persistence": 0, "first_call_months": 0}
    old = world.add("grant", "foundation", **told)
    asked = int(FUNDRAISING_MONTHS)
    world.run(asked + 6)
    assert world.paid("grant") == 60_000_00
    new = _succeeded(world, old, crowd_out=1.0)
    world.run(asked + 12)
    line = world.setting.budget.lines[new.name]
    assert line.released_fen == 60_000_00
    treasury = world.city.treasury
    journal = treasury.journal
    paid = journal.payee[journal.purpose == treasury.purposes.index("grant")]
    assert np.unique(paid).size == paid.size
