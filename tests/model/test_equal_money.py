"""Equal money: all policies budget the same, by the documents and in the model, and only what should grow grows."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from simulator import catalogue
from simulator.documents.in_force import Amount, InForce, put_in_force
from simulator.documents.scenario import Scenario
from simulator.dynamics.appropriations import appropriated_yuan
from simulator.dynamics.equal_money import equalize
from simulator.experiments.replicates import run
from simulator.language.errors import UnknownName, UserError
from simulator.language.units import FEN_PER_YUAN
from simulator.model import DistrictModel, run_once
from tests.model.worlds import advanced, differing, microcosm, nankai, policy_of, recorded, with_policy

PAYING = ("as-it-is", "chaoyang-later", "chaoyang", "nankai-recommended")


def equal(scenario: Scenario, asked: str | float, baseline: str | None = None) -> Scenario:
    return equalize(scenario, asked, catalogue.programmes(), baseline)


def documented(scenario: Scenario, name: str) -> float:
    policy = next(policy for policy in scenario.policies if policy.name == name)
    return appropriated_yuan(scenario, policy, catalogue.programmes())


def budgeted(scenario: Scenario, policy: str) -> float:
    """Yuan that the model itself appropriates over the window, for the whole district."""
    model = advanced(DistrictModel(scenario, policy), scenario.months)
    found = model._spending.budgeted_fen / FEN_PER_YUAN / model.city.share_built
    model.close()
    return found


@pytest.mark.parametrize("policy", sorted(set(catalogue.names("policy")) - {"none"}))
def test_every_shipped_policy_budgets_what_was_asked_in_the_model(policy: str) -> None:
    """All eight in Nankai, a twentieth built: apart from the rounding of fen, of which the district shows twenty of each."""
    scenario = catalogue.load("nankai-compare", scale=0.05, years=2, policies=[policy], equal_budget=1.2e7)
    assert budgeted(scenario, policy) == pytest.approx(1.2e7, abs=50)


def test_gifts_and_money_from_above_are_nobodys_budget() -> None:
    """They are not counted, and neither they nor what they buy is rescaled."""
    scenario = catalogue.load("nankai-compare", policies=["tianyuan", "changning", "qingshan"])
    made = equal(scenario, "50/resident")
    found = 0
    for before, after in zip(scenario.policies, made.policies, strict=True):
        for one, other in zip(before.instruments, after.instruments, strict=True):
            for (_, inputs), (_, others) in zip(one.programmes(), other.programmes(), strict=True):
                if inputs.get("payer") in ("donors", "outside"):
                    assert inputs == others, one.name
                    found += 1
    assert found >= 4


def test_budgets_are_made_equal_after_a_draw_and_not_before() -> None:
    drawn = equal(microcosm().drawn(3), 5e5)
    assert documented(drawn, "chaoyang") == pytest.approx(5e5)
    with pytest.raises(UserError, match="draw first, then make budgets equal"):
        equal(microcosm(), 5e5).drawn(3)


def told(scenario: Scenario, policy: str, instrument: str, programme: str) -> dict[str, Amount | str]:
    item = next(item for item in policy_of(scenario, policy) if item.name == instrument)
    return next(dict(inputs) for name, inputs in item.programmes() if name == programme)


@pytest.mark.parametrize("scale", [1.0, 0.3, 0.02])
@pytest.mark.parametrize(
    ("asked", "total"), [("baseline", None), ("30000000", 3e7), (12345678.9, 12345678.9), ("7.5/resident", 7.5e6)]
)
def test_all_policies_budget_the_same(scale: float, asked: str | float, total: float | None) -> None:
    scenario = nankai(scale)
    made = equal(scenario, asked)
    total = documented(scenario, "nankai-baseline") if total is None else total
    assert made.equal_money is not None
    assert made.equal_money.total_yuan == total
    for name, one in made.equal_money.policies.items():
        assert one.before_yuan == documented(scenario, name)
        assert one.after_yuan == documented(made, name)
        if name != "none":
            assert one.factor == pytest.approx(total / one.before_yuan)
            assert documented(made, name) == pytest.approx(total, abs=0.01)


@pytest.mark.parametrize("policy", PAYING)
def test_the_model_appropriates_what_was_asked(policy: str) -> None:
    """Apart from the rounding of fen."""
    assert budgeted(equal(microcosm(), "17/resident"), policy) == pytest.approx(17 * 30_000, abs=1)


@pytest.mark.parametrize("policy", ["chaoyang", "nankai-recommended"])
def test_a_part_built_district_gets_its_share_to_the_yuan(policy: str) -> None:
    """A built tenth rounds fen, and shows ten of each."""
    assert budgeted(equal(nankai(0.1, years=2), 1e7), policy) == pytest.approx(1e7, abs=10)


@pytest.mark.parametrize("months", [18, 24, 31])
@pytest.mark.parametrize("policy", ["chaoyang", "chaoyang-later"])
def test_budgets_are_counted_as_the_model_appropriates_them(policy: str, months: int) -> None:
    """Whatever the calendar of the spin-up: lines that go on keep it, others begin anew. Households are drawn: 1 %."""
    scenario = catalogue.load(Path(__file__).parent / "microcosm.yaml", set=[f"parameters.spin_up.months={months}"])
    tolerance = 1e-6 if policy == "chaoyang" else 0.01
    assert budgeted(scenario, policy) == pytest.approx(documented(scenario, policy), rel=tolerance)


def in_force(name: str, begins: int = 0, ends: int | None = None) -> InForce:
    """An instrument of the recommended policy at other dates."""
    item = next(item for item in policy_of(nankai(0.02), "nankai-recommended") if item.name == name)
    return dataclasses.replace(item, from_month=begins, until_month=ends)


@pytest.mark.parametrize(
    "items",
    [
        (in_force("leader_training", 0, 18),),
        (in_force("leader_training", 5, 31), in_force("leader_training", 31)),
        (in_force("dedicated_agency", 7, 20), in_force("service_purchase", 3)),
        (in_force("free_space", 0, 13), in_force("venture_contest", 2, 2 + 12)),
    ],
)
def test_dates_cut_a_year_as_they_do_in_the_model(items: tuple[InForce, ...]) -> None:
    scenario = with_policy(microcosm(), *items)
    assert budgeted(scenario, "tested") == pytest.approx(documented(scenario, "tested"), abs=1)
    assert budgeted(equal(scenario, 5e5), "tested") == pytest.approx(5e5, abs=1)


def test_an_instrument_that_goes_on_and_has_an_end_is_budgeted_to_its_end() -> None:
    """The same numbers as in force: its line goes on from the spin-up, and its last year is cut all the same."""
    training = next(item for item in microcosm().district.in_force if item.name == "leader_training")
    scenario = with_policy(microcosm(), dataclasses.replace(training, until_month=18))
    assert documented(scenario, "tested") == 9000 * 1.5
    assert budgeted(scenario, "tested") == pytest.approx(9000 * 1.5)


def test_a_census_is_budgeted_once() -> None:
    """Its money comes after nine months and its visits take six more: no second year's money is appropriated for it."""
    instrument = catalogue.read("instrument", "organization_census")
    item = put_in_force(instrument, instrument.parameters, 0, None, catalogue.vocabulary())
    scenario = with_policy(microcosm(), item)
    assert documented(scenario, "tested") == 0.5 * 30_000
    assert budgeted(scenario, "tested") == pytest.approx(0.5 * 30_000, abs=1)


def test_a_factor_of_one_leaves_a_policy_as_it_is() -> None:
    made = equal(microcosm(), "baseline")
    assert made.policies[0] is microcosm().policies[0]
    assert differing(run_once(made, "as-it-is"), recorded("microcosm", "as-it-is")) == {}


def test_what_buys_grows_and_prices_stay() -> None:
    """Twice what the recommendation budgets: every line, its amounts, the cap of a hub and the posts that hubs pay."""
    scenario = nankai(1.0)
    made = equal(scenario, 2 * documented(scenario, "nankai-recommended"))
    grown = {
        ("hub_grant", "grant"): {"money": 12 * 160_000 * 2, "grant_yuan": 600_000},
        ("hub_grant", "staffing"): {"posts": 12 * 2 * 2, "money": 0},
        ("dedicated_agency", "staffing"): {"money": 1_440_000, "posts": 12},
        ("owners_committee", "events"): {"money": 165 * 2000 * 2, "events_per_community": 8},
        ("leader_training", "training"): {"money": 300_000, "persons": 200},
        ("district_incubator", "incubator"): {"money": 600_000, "places": 40, "mentor_hours": 240},
        ("free_space", "premises"): {"money": 12 * 30_000 * 2, "m2": 2400},
        ("support_agencies", "attraction"): {"money": 400_000, "bodies_per_year": 4},
        ("household_fund", "contest"): {"money": 360_000 * 12 * 2},
        ("higher_level_grants", "grant"): {},
        ("merger_of_like", "merger"): {},
    }
    for (instrument, programme), wanted in grown.items():
        before, after = (told(one, "nankai-recommended", instrument, programme) for one in (scenario, made))
        for key, value in after.items():
            if key in wanted:
                assert isinstance(value, Amount)
                assert value.value == pytest.approx(wanted[key]), (instrument, key)
            else:
                assert value == before[key], (instrument, key)


def test_more_money_does_not_pile_up_at_a_cap() -> None:
    """Four times the money: what hubs get and what is spent on meetings grow with it, in the same luck."""
    scenario = microcosm()
    made = equal(scenario, 4 * documented(scenario, "nankai-recommended"))
    before, after = recorded("microcosm", "nankai-recommended"), run_once(made, "nankai-recommended")
    for line in ("hub_grant:grant", "dedicated_agency:staffing", "experts_and_universities:staffing"):
        assert after.accounts[line] == pytest.approx(4 * before.accounts[line], rel=0.05), line
    assert after.accounts["owners_committee:events"] > 2 * before.accounts["owners_committee:events"]


def test_who_budgets_nothing_stays_as_it_is() -> None:
    made = equal(microcosm(), 1e6)
    assert made.equal_money is not None
    assert made.equal_money.policies["none"].factor is None
    assert made.policies[-1] is microcosm().policies[-1]


def test_no_two_of_them_are_the_same_scenario() -> None:
    scenario = microcosm()
    digests = [equal(scenario, asked).digest for asked in ("baseline", 5e5, 6e5)]
    assert len({scenario.digest, *digests}) == 4
    alone = dataclasses.replace(scenario, policies=scenario.policies[:1])
    assert equal(alone, "baseline").digest != alone.digest, "its only policy is untouched"


@pytest.mark.parametrize(
    "asked", ["0", 0, -5.0, "-5", "nan", "inf", float("inf"), "1e400", "much", "", "/resident", "30/household"]
)
def test_what_is_no_amount_is_refused(asked: str | float) -> None:
    with pytest.raises(UserError, match=r"is not accepted; give yuan of the whole district .*30/resident.*'baseline'"):
        equal(microcosm(), asked)


def test_what_cannot_be_made_equal_is_refused() -> None:
    with pytest.raises(UserError, match="the first policy, 'none', budgets nothing"):
        equal(microcosm(), "baseline", "none")
    with pytest.raises(UnknownName, match="unknown policy of this scenario"):
        equal(microcosm(), "baseline", "chaoyan")
    with pytest.raises(UserError, match=r"made equal already \(baseline\)"):
        equal(equal(microcosm(), "baseline"), 5)
    with pytest.raises(UserError, match=r"multiplies the lines of 'as-it-is' by .*accepts up to 10,000,000,000"):
        equal(microcosm(), 1e13)


def test_by_load_and_by_run_it_is_the_same() -> None:
    file, few = Path(__file__).parent / "microcosm.yaml", ("as-it-is", "chaoyang")
    loaded = catalogue.load(file, equal_budget="baseline", policies=list(few), years=1)
    by_run = run(catalogue.load(file, policies=list(few), years=1), equal_budget="baseline", replicates=1)
    by_load = run(loaded, replicates=1)
    assert by_run.manifest["scenario"]["digest"] == by_load.manifest["scenario"]["digest"] == loaded.digest
    assert by_run.data.equals(by_load.data)
    told = by_run.manifest["equal_money"]
    assert told["asked"] == "baseline"
    assert told["policies"]["chaoyang"]["after_yuan"] == pytest.approx(told["total_yuan"])
    # the baseline is the first policy of those that are run
    other = run(catalogue.load(file, policies=list(few), years=1), equal_budget="baseline", replicates=1, policies=["chaoyang"])
    assert other.manifest["equal_money"]["policies"]["chaoyang"]["factor"] == 1
