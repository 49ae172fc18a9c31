"""The policies are the bundles that they claim to be, and their sums add up."""

from __future__ import annotations

import re

import pytest

from simulator import catalogue
from simulator.documents.in_force import Amount, InForce, Policy
from simulator.documents.scenario import Scenario

BUNDLES = {
    "none": set(),
    "nankai-baseline": {3, 6, 10, 15, 21, 24, 29, 41},
    "nankai-recommended": {3, 6, 10, 15, 21, 24, 29, 41} | {1, 16, 17, 19, 20, 31, 32, 40, 45, 48},
    "chaoyang": {1, 3, 10, 15, 17, 19, 20, 29, 31, 41},
    "luyang": {1, 3, 6, 7, 8, 10, 13, 14, 17, 19, 29, 31, 36, 41, 44},
    "changning": {3, 4, 5, 10, 16, 18, 20, 23, 24, 25, 26, 29, 33, 36, 37, 38, 41, 42, 44, 50},
    "qingshan": {2, 3, 5, 6, 8, 10, 16, 17, 22, 23, 27, 28, 31, 32, 33, 41, 46, 49},
    "tianyuan": {3, 6, 9, 11, 12, 15, 17, 23, 25, 26, 27, 30, 32, 33, 34, 35, 36, 38, 39, 41, 43, 47, 48},
}
"""Numbers of the catalogue's instruments: fixed before any prediction."""

NAMES = (
    "dedicated_agency", "one_yuan_registration", "dual_track_filing", "three_tier_management", "organization_census",
    "district_incubator", "staged_incubation", "two_level_incubation", "incubation_quotas", "free_space",
    "cloud_incubation", "incubation_supervisors", "mature_mentors", "contest_entry", "venture_contest", "micro_venture",
    "service_purchase", "three_year_purchase", "pooled_funds", "hub_grant", "household_fund", "activity_budget", "micro_fund",
    "higher_level_grants", "community_foundation", "social_work_stations", "social_work_posts", "paperwork_relief",
    "leader_training", "certificate_subsidy", "support_agencies", "experts_and_universities", "deliberation_platforms",
    "party_double_registration", "volunteer_points", "awards_and_stars", "resident_evaluation", "neighbour_days",
    "estate_plans", "merger_of_like", "annual_inspection", "rating", "orderly_exit", "digital_platform", "exchange_visits",
    "party_branch_support", "function_transfer", "owners_committee", "outside_money", "street_appraisal",
)  # fmt: skip
"""The catalogue's fifty, in its order."""

CENTS = 0.01


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return catalogue.load("nankai-compare")


@pytest.fixture(scope="module")
def policies() -> dict[str, Policy]:
    """All eight, in Nankai."""
    return {policy.name: policy for policy in catalogue.load("nankai-compare", policies=list(BUNDLES)).policies}


def test_the_catalogue_is_the_agreed_one() -> None:
    found = {catalogue.read("instrument", name).number: name for name in catalogue.names("instrument")}
    assert found == dict(enumerate(NAMES, start=1))


def test_the_policies_are_eight() -> None:
    assert set(catalogue.names("policy")) == set(BUNDLES)


def counted(scenario: Scenario, amount: Amount | str) -> float:
    """An amount for the whole district."""
    assert isinstance(amount, Amount)
    d = scenario.district
    of = {"district": 1.0, "street": d.streets.value, "community": d.communities.value, "hub": d.hubs.value,
          "resident": d.residents.value, "household": d.households.value}  # fmt: skip
    return amount.value * of[amount.per]


def money(scenario: Scenario, entry: InForce) -> float:
    """What an instrument budgets in a year, gifts and money from above aside."""
    public = [inputs for _, inputs in entry.programmes() if inputs.get("payer", "line") == "line" and "money" in inputs]
    return sum(counted(scenario, inputs["money"]) for inputs in public)


@pytest.mark.parametrize("name", BUNDLES)
def test_lists_its_bundle(policies: dict[str, Policy], name: str) -> None:
    assert {entry.instrument.number for entry in policies[name].instruments} == BUNDLES[name]


def test_baseline_is_what_is_in_force(scenario: Scenario, policies: dict[str, Policy]) -> None:
    """The same instruments with the same numbers, from the start and without an end."""
    baseline, in_force = policies["nankai-baseline"].instruments, scenario.district.in_force
    assert [entry.name for entry in baseline] == [entry.name for entry in in_force]
    for carried_on, before in zip(baseline, in_force, strict=True):
        assert carried_on.values == before.values
        assert (carried_on.from_month, carried_on.until_month) == (0, None)


def test_recommendation_keeps_the_baseline(policies: dict[str, Policy]) -> None:
    recommended = {entry.name: entry for entry in policies["nankai-recommended"].instruments}
    changed = {
        entry.name for entry in policies["nankai-baseline"].instruments if recommended[entry.name].values != entry.values
    }
    assert changed == {"free_space", "household_fund"}


def test_household_fund_is_divided_and_not_changed(policies: dict[str, Policy]) -> None:
    """Twelve yuan a household (E000-029), all as events before and all as projects after."""
    shares = {}
    for name in ("nankai-baseline", "nankai-recommended"):
        values = next(entry.values for entry in policies[name].instruments if entry.name == "household_fund")
        events, projects = values["events_yuan"], values["projects_yuan"]
        assert events.value + projects.value == 12
        assert events.per == projects.per == "household"
        shares[name] = projects.value / 12
    assert shares == {"nankai-baseline": 0, "nankai-recommended": 1}


def test_baseline_budgets_what_nankai_does(scenario: Scenario, policies: dict[str, Policy]) -> None:
    """Four to six million yuan a year in all."""
    total = sum(money(scenario, entry) for entry in policies["nankai-baseline"].instruments)
    assert 4e6 <= total <= 6e6


def test_chaoyang_budgets_its_two_uses(scenario: Scenario, policies: dict[str, Policy]) -> None:
    """59.3 million yuan over five years (E000-033, E000-034) for 3.6 million residents, to the tenth of a yuan."""
    chaoyang = catalogue.read("district", "chaoyang")
    known = 59_300_000 / 5 / chaoyang.residents.value
    entries = {entry.name: entry for entry in policies["chaoyang"].instruments}
    two_uses = money(scenario, entries["service_purchase"]) + money(scenario, entries["venture_contest"])
    assert two_uses / scenario.district.residents.value == pytest.approx(known, abs=0.05)


def test_budgets_buy_what_they_promise(scenario: Scenario, policies: dict[str, Policy]) -> None:
    """Money is number times price, wherever a programme is told both."""
    promises = {
        "staffing": ("posts", "wage"),
        "premises": ("m2", "rent_per_m2"),
        "training": ("persons", "cost_per_person"),
        "attraction": ("bodies_per_year", "fee_per_body"),
    }
    checked = set()
    for policy in policies.values():
        for entry in policy.instruments:
            for programme, inputs in entry.programmes():
                if programme not in promises or inputs.get("paid_by") == "hub":
                    continue
                number, price = promises[programme]
                assert isinstance(inputs[price], Amount)
                cost = counted(scenario, inputs[number]) * counted(scenario, inputs[price])
                assert counted(scenario, inputs["money"]) == pytest.approx(cost, abs=CENTS), (policy.name, entry.name)
                checked.add(programme)
    assert checked == set(promises)


def test_the_printed_budgets_are_those_of_the_files(scenario: Scenario, policies: dict[str, Policy]) -> None:
    """The table of scenarios/README.md, in thousand yuan; the sums too."""
    page = (catalogue.shipped() / "README.md").read_text(encoding="utf-8").splitlines()
    header = next(line for line in page if line.startswith("| instrument (number"))
    names = [cell.strip() for cell in header.strip("|").split("|")][1:]
    assert set(names) == set(policies)
    rows = [line.strip("|").split("|") for line in page if re.match(r"\| \w+ \(\d+\) \||\| \*\*all", line)]
    printed: dict[tuple[str, str], int] = {}
    for first, *cells in rows:
        for name, cell in zip(names, cells, strict=True):
            number = re.match(r"[\d,]+", cell.strip(" *"))
            if number:
                printed[name, first.strip(" *").split()[0]] = int(number[0].replace(",", ""))
    computed: dict[tuple[str, str], int] = {}
    for name, policy in policies.items():
        costs = {entry.name: round(money(scenario, entry) / 1000) for entry in policy.instruments}
        computed |= {(name, instrument): cost for instrument, cost in costs.items() if cost}
        computed[name, "all"] = sum(costs.values())
    assert printed == computed


def test_the_page_says_what_every_instrument_acts_through() -> None:
    """The other table of scenarios/README.md: programmes and levers of all fifty."""
    page = (catalogue.shipped() / "README.md").read_text(encoding="utf-8")
    for name in NAMES:
        item = catalogue.read("instrument", name)
        programmes = ", ".join(dict.fromkeys(use.programme for use in item.programmes))
        levers = ", ".join(use.lever for use in item.levers) or "–"
        assert f"| {item.number} | `{name}` | {item.title.zh} | {programmes} | {levers} |\n" in page


def test_hubs_can_pay_the_posts_that_they_are_given(scenario: Scenario, policies: dict[str, Policy]) -> None:
    """With what the agency releases at best, a recommended hub pays its two posts."""
    entries = {entry.name: entry for entry in policies["nankai-recommended"].instruments}
    hub, agency = entries["hub_grant"].values, entries["dedicated_agency"].values
    released = hub["annual_yuan_per_hub"].value * agency["execution_rate"].value
    assert released == pytest.approx(hub["posts_per_hub"].value * hub["wage_yuan"].value, abs=CENTS)


@pytest.mark.parametrize("name", BUNDLES)
def test_dates_are_relative(name: str) -> None:
    """So that a policy can be put into any scenario."""
    for entry in catalogue.read("policy", name).instruments:
        for date in (entry.since, entry.until):
            assert date is None or re.fullmatch(r"start(\+\d+[my])?", date)


@pytest.mark.parametrize("district", catalogue.names("district"))
def test_every_policy_suits_every_district(district: str) -> None:
    loaded = catalogue.load("nankai-compare", district=district, policies=sorted(BUNDLES))
    assert loaded.district.name == district
    assert [policy.name for policy in loaded.policies] == sorted(BUNDLES)


def test_the_comparison_is_the_agreed_one(scenario: Scenario) -> None:
    names = [policy.name for policy in scenario.policies]
    assert names == ["nankai-baseline", "chaoyang", "nankai-recommended", "none"]
    assert (str(scenario.start), scenario.months, scenario.replicates, scenario.seed) == ("2018-01", 60, 20, 1)
    assert scenario.scale == 1


def test_registers_are_equally_dense() -> None:
    """Chaoyang's 985 registered bodies after its growth (E000-036) are as many per resident as Nankai's 271."""
    nankai, chaoyang = (catalogue.read("district", name) for name in ("nankai", "chaoyang"))
    before = nankai.registered.value / nankai.residents.value * 10_000
    after = 985 / chaoyang.residents.value * 10_000
    assert before == pytest.approx(2.71)
    assert after == pytest.approx(before, rel=0.05)
