"""The worlds differ from the usual one in what they say, and in nothing else; watching changes nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from simulator import catalogue
from simulator.documents.in_force import Amount
from simulator.documents.scenario import Scenario
from simulator.experiments.patterns import PATTERNS, check_patterns
from simulator.experiments.patterns.communities import COMMUNITIES
from simulator.experiments.patterns.incubation import INCUBATION
from simulator.experiments.patterns.shocks import Applications
from simulator.experiments.patterns.sizes import SIZES
from simulator.experiments.patterns.survey import plan
from simulator.experiments.patterns.worlds import (
    CARRIED_ON,
    MENTORS_FEW,
    SHOCK,
    USUAL,
    WORLDS,
    carried_on,
    mentors_few,
    money_twice,
    shock,
    shock_forgotten,
    shock_month,
    usual,
    without_money,
)
from simulator.language.errors import FailedRuns
from simulator.model import DistrictModel, run_once
from tests.model.worlds import differing, microcosm, nankai, policy_of, shortened, with_policy


def inputs(scenario: Scenario) -> Iterator[tuple[str, str, str, float]]:
    """Instrument, programme, input, value of every number that the first policy tells a programme."""
    for item in scenario.policies[0].instruments:
        for programme, told in item.programme_starts:
            for key, amount in told.items():
                if isinstance(amount, Amount):
                    yield item.name, programme, key, amount.value


def changed(one: Scenario, other: Scenario) -> dict[tuple[str, str, str], tuple[float, float]]:
    pairs = zip(inputs(one), inputs(other), strict=True)
    return {a[:3]: (a[3], b[3]) for a, b in pairs if a != b}


def test_twice_the_money_is_twice_what_buys_and_nothing_else() -> None:
    world = money_twice(microcosm())
    assert world is not None
    assert changed(usual(microcosm()).scenario, world.scenario) == {
        ("venture_contest", "contest", "money"): (60000, 120000),
        ("household_fund", "events", "money"): (12, 24),
    }


def test_what_others_give_is_not_the_districts_money() -> None:
    """Grants from above and gifts stay, as they are."""
    given = catalogue.load("nankai-compare", set=["policies.nankai-baseline.higher_level_grants.grants_per_year=5"])
    world = without_money(given)
    assert world is not None
    assert ("higher_level_grants", "grant", "grants_per_year", 5.0) in set(inputs(world.scenario))
    gifts = with_policy(microcosm(), *(item for item in microcosm().policies[0].instruments if item.name == "venture_contest"))
    item = gifts.policies[0].instruments[0]
    starts = tuple((name, {**told, "payer": "donors"}) for name, told in item.programme_starts)
    assert without_money(gifts) is not None
    assert without_money(with_policy(microcosm(), dataclasses.replace(item, programme_starts=starts))) is None


def test_without_money_nothing_is_bought_and_posts_and_rooms_stay() -> None:
    world = without_money(microcosm())
    assert world is not None
    left = {programme for _, programme, _, _ in inputs(world.scenario)}
    assert {programme for _, programme, _, _ in inputs(usual(microcosm()).scenario)} - left == {"events"}
    names = [item.name for item in world.scenario.policies[0].instruments]
    assert names == [item.name for item in microcosm().policies[0].instruments]
    assert not any(name == "contest" and told["money"].value > 0 for item in world.scenario.policies[0].instruments
                   for name, told in item.programme_starts)  # fmt: skip


def test_a_policy_that_buys_nothing_has_no_such_world() -> None:
    bare = with_policy(microcosm())
    assert (without_money(bare), money_twice(bare), mentors_few(bare)) == (None, None, None)
    findings = {found.pattern.name: found for found in check_patterns([bare], [INCUBATION], replicates=1)[0]}
    assert findings["incubation_congested"].why_not == {"en": "the policy has no incubator", "zh": "该政策没有孵化基地"}


def test_mentors_have_a_third_of_their_hours() -> None:
    world = mentors_few(microcosm())
    assert world is not None
    assert changed(usual(microcosm()).scenario, world.scenario) == {
        ("district_incubator", "incubator", "mentor_hours"): (12, pytest.approx(4))
    }


@pytest.mark.parametrize("start", ["2013-01", "2016-01", "2018-01"])
def test_carried_on_has_the_levels_of_its_own_window(start: str) -> None:
    scenario = catalogue.load("nankai-compare", start=start, scale=0.02, years=4, policies=["chaoyang"])
    world = carried_on(scenario)
    assert (world.months, world.scenario.months) == (240, 240)
    assert all(item.until_month is None for item in world.scenario.policies[0].instruments)
    assert any(item.until_month is not None for item in scenario.policies[0].instruments)
    one, other = DistrictModel(scenario), DistrictModel(world.scenario)
    assert one.to_record().facts["expected_flows_of_first_year"] == other.to_record().facts["expected_flows_of_first_year"]
    longer = DistrictModel(dataclasses.replace(scenario, months=240))
    same = longer.to_record().facts["expected_flows_of_first_year"] == one.to_record().facts["expected_flows_of_first_year"]
    assert same == (start == "2018-01")
    for model in (one, other, longer):
        model.close()


def test_carried_on_has_nothing_twice() -> None:
    """Qingshan's activity budget changes after a year: the first one ends there, the second goes on."""
    items = carried_on(catalogue.load("history/qingshan", scale=0.02)).scenario.policies[0].instruments
    budgets = [(item.from_month, item.until_month) for item in items if item.name == "activity_budget"]
    assert budgets == [(0, 12), (12, None)]


def test_the_shock_is_february_2020() -> None:
    scenario = nankai(0.02)
    world, forgotten = shock(scenario), shock_forgotten(scenario)
    assert world is not None
    assert forgotten is not None
    blow = world.scenario.shocks[0]
    assert (blow.month, blow.months, blow.levers, blow.backlog) == (25, 1, {"registration": 0.15}, 0.5)
    assert dataclasses.replace(blow, backlog=0.0) == forgotten.scenario.shocks[0]
    assert shock_month(shortened(scenario, 37)) is None
    assert shock_month(shortened(scenario, 38)) == 25
    assert shock(catalogue.load("nankai-compare", start="2013-01")) is None


def test_registrations_dip_in_the_month_and_come_back_in_part_of_the_year_after() -> None:
    """A microcosm begun in 2019: at the levers 0.15 of the applications, and the backlog's half within the year."""
    scenario = dataclasses.replace(microcosm(), start=catalogue.load("nankai-compare", start="2019-06").start)
    found = {}
    for name, build in ((USUAL, usual), (SHOCK, shock)):
        world = build(scenario)
        assert world is not None
        model = DistrictModel(world.scenario)
        watcher = Applications(model)
        for _ in range(8 + 13):
            model.step()
            watcher.watch(model)
        found[name] = watcher.tallies(model)
        model.close()
    assert found[USUAL]["in the month"] > 0
    assert found[SHOCK]["in the month"] == pytest.approx(0.15 * found[USUAL]["in the month"])
    assert found[SHOCK]["in the year after"] > found[USUAL]["in the year after"]


def test_watching_changes_nothing() -> None:
    """Every observer of every pattern at once, the repeated contests among them: the record is the same to the bit."""
    scenario = shortened(microcosm(), 16)
    plain = run_once(scenario, "as-it-is")
    model = DistrictModel(scenario)
    observers = dict.fromkeys(kind for pattern in PATTERNS for kind in pattern.watched.values())
    watchers = [kind(model) for kind in observers]
    for _ in range(16):
        model.step()
        for watcher in watchers:
            watcher.watch(model)
    assert any(watcher.tallies(model).get("calls", 0) > 0 for watcher in watchers)
    record = model.to_record()
    assert not differing(plain, record)
    assert record.facts["events_of_institutions"] == plain.facts["events_of_institutions"]
    assert record.accounts == plain.accounts
    model.close()


def test_worlds_are_shared_and_only_those_that_are_looked_at_are_run() -> None:
    survey = plan([microcosm(), microcosm()], [SIZES, COMMUNITIES])
    assert sorted(survey.watches) == ["0/usual", "1/usual"]
    assert len(survey.watches["0/usual"].observers) == 2
    everything = plan([nankai(0.02)], PATTERNS)
    assert {name.split("/")[1] for name in everything.watches} == set(WORLDS)
    assert {CARRIED_ON, MENTORS_FEW} <= set(WORLDS)


def test_the_same_with_any_number_of_workers() -> None:
    scenario = shortened(microcosm(), 12)
    found = [check_patterns([scenario], [SIZES, COMMUNITIES], replicates=3, workers=workers)[0] for workers in (1, 2)]
    for one, other in zip(*found, strict=True):
        assert one.estimate == other.estimate
        assert one.estimate is not None
        assert np.isfinite(one.estimate.se)


def test_a_failed_run_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ValueError("fell over")

    monkeypatch.setattr("simulator.experiments.patterns.survey.watched", broken)
    with pytest.raises(FailedRuns, match=r"2 of 2 runs failed; the first: 0/usual, replicate 0: ValueError: fell over"):
        check_patterns([microcosm()], [SIZES], replicates=2)


def test_the_policy_looked_at_is_the_first() -> None:
    assert [policy.name for policy in usual(microcosm()).scenario.policies] == ["as-it-is"]
    assert usual(microcosm()).scenario.policies[0].instruments == policy_of(microcosm(), "as-it-is")
