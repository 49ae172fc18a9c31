"""The same luck: what a policy does not change is the same, to the last bit. No test here is left to chance."""

from __future__ import annotations

import pytest

from simulator.documents.scenario import Scenario
from simulator.dynamics.beginning import forget_last
from simulator.dynamics.levers import LEVERS
from simulator.experiments.replicates import run
from simulator.model import DistrictModel, run_once
from tests.model.worlds import (
    advanced,
    columns_differing,
    differing,
    lever_moved,
    microcosm,
    nankai,
    policy_of,
    recorded,
    residents_differing,
    shortened,
    with_policy,
)


def test_a_policy_against_itself_is_nothing() -> None:
    assert differing(recorded("microcosm", "as-it-is"), recorded("microcosm", "as-it-is-again")) == {}


def test_the_policy_in_force_carried_on_is_the_district_as_it_is() -> None:
    """The policy lists what the district has in force, so nothing ends or begins at month 0: no line opens twice."""
    scenario = shortened(microcosm(), 12)
    in_force = scenario.district.in_force
    assert differing(run_once(with_policy(scenario, *in_force), "tested"), run_once(scenario, "as-it-is")) == {}


def test_levers_at_rest_are_all_levers() -> None:
    (entry,) = (entry for entry in policy_of(microcosm(), "with-neutral-levers") if entry.name == "neutral_levers")
    assert {name: amount for name, amount, _ in entry.levers()} == {name: x.neutral for name, x in LEVERS.items()}


@pytest.mark.parametrize("policy", ["with-neutral-levers", "with-empty-purses"])
def test_what_does_nothing_changes_nothing(policy: str) -> None:
    """Every lever at its neutral value; programmes without money, and the levers that they would carry."""
    assert differing(recorded("microcosm", "as-it-is"), recorded("microcosm", policy)) == {}


@pytest.mark.parametrize("policy", ["chaoyang", "nankai-recommended"])
def test_neutral_levers_change_nothing_under_other_policies_either(policy: str) -> None:
    """Those that can only be set are left out: the agency of these policies sets them."""
    scenario = shortened(microcosm(), 12)
    listed = policy_of(scenario, policy)
    rest = [lever_moved(name, x.neutral) for name, x in LEVERS.items() if x.combine != "set"]
    alone, beside = with_policy(scenario, *listed), with_policy(scenario, *listed, *rest)
    assert differing(run_once(alone, "tested"), run_once(beside, "tested")) == {}


def test_an_empty_purse_shows_only_in_its_own_accounts() -> None:
    """Its lines stand in the accounts with nothing spent; all other accounts are the same."""
    plain, empty = recorded("microcosm", "as-it-is").accounts, recorded("microcosm", "with-empty-purses").accounts
    added = {name: yuan for name, yuan in empty.items() if name not in plain}
    assert added == {f"empty_purses:{kind}": 0.0 for kind in ("purchase", "contest", "grant")}
    assert {name: yuan for name, yuan in empty.items() if name in plain} == plain


def test_runs_are_the_same_until_their_policies_part() -> None:
    parted = differing(recorded("microcosm", "as-it-is"), recorded("microcosm", "chaoyang-later"))
    assert parted
    assert min(months[0] for months in parted.values()) == 25
    scenario = microcosm()
    one, other = DistrictModel(scenario, "as-it-is"), DistrictModel(scenario, "chaoyang-later")
    for _ in range(24):
        one.step()
        other.step()
    assert residents_differing(one, other) == []
    assert columns_differing(one.city.organizations, other.city.organizations) == []
    assert columns_differing(one.city.leaders, other.city.leaders) == []
    assert columns_differing(one.city.treasury.journal, other.city.treasury.journal) == []


@pytest.mark.parametrize("lever", [name for name, x in LEVERS.items() if x.combine == "multiply"])
def test_a_lever_moved_at_a_month_is_not_felt_before(lever: str) -> None:
    scenario = shortened(microcosm(), 9)
    listed = policy_of(scenario, "as-it-is")
    later = run_once(with_policy(scenario, *listed, lever_moved(lever, 2.0, from_month=6)), "tested")
    parted = differing(run_once(scenario, "as-it-is"), later)
    assert all(months[0] > 6 for months in parted.values())


def test_same_seed_same_bytes() -> None:
    """With the city just built and with the city taken from the run before; facts and accounts too."""
    scenario = shortened(microcosm(), 12)
    forget_last()
    first = run_once(scenario, "chaoyang", 1)
    again = run_once(scenario, "chaoyang", 1)
    forget_last()
    afresh = run_once(scenario, "chaoyang", 1)
    for other in (again, afresh):
        assert first.values.tobytes() == other.values.tobytes()
        assert first.accounts == other.accounts
        assert first.facts == other.facts


def test_order_of_runs_does_not_matter() -> None:
    scenario = shortened(microcosm(), 12)
    forward = {p: run_once(scenario, p) for p in ("as-it-is", "none")}
    backward = {p: run_once(scenario, p) for p in ("none", "as-it-is")}
    for policy in forward:
        assert differing(forward[policy], backward[policy]) == {}


def test_another_replicate_or_seed_is_other_luck() -> None:
    scenario = shortened(microcosm(), 12)
    first = run_once(scenario, "as-it-is", 0)
    assert differing(first, run_once(scenario, "as-it-is", 1))
    model = advanced(DistrictModel(scenario, "as-it-is", seed=2), 12)
    assert differing(first, model.to_record())


def test_all_policies_of_a_replicate_begin_in_the_same_city() -> None:
    scenario = shortened(microcosm(), 12)
    models = [DistrictModel(scenario, policy, replicate=3) for policy in ("as-it-is", "chaoyang", "none")]
    forget_last()
    models.append(DistrictModel(scenario, "nankai-recommended", replicate=3))
    for model in models[1:]:
        assert residents_differing(models[0], model) == []
        assert columns_differing(models[0].city.organizations, model.city.organizations) == []
        assert columns_differing(models[0].city.leaders, model.city.leaders) == []
        assert columns_differing(models[0].city.communities, model.city.communities) == []
    advanced(models[1], 1)
    assert residents_differing(models[0], models[2]) == [], "a run has changed the city that another begins in"


def test_workers_do_not_matter() -> None:
    scenario: Scenario = shortened(microcosm(), 6)
    chosen = ["as-it-is", "chaoyang"]
    one = run(scenario, replicates=2, policies=chosen, workers=1)
    two = run(scenario, replicates=2, policies=chosen, workers=2)
    assert one.failed == two.failed == 0
    assert one.data.drop_attrs().identical(two.data.drop_attrs())
    assert one.runs.equals(two.runs)


def test_only_the_scale_that_is_asked_for_is_built() -> None:
    model = DistrictModel(nankai(0.1), "none")
    assert len(model.city.communities) == round(0.1 * 165)
