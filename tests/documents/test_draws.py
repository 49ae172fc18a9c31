"""Draws of what is uncertain: by their laws, valid, repeatable, and none depends on what else there is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulator import catalogue
from simulator.documents.district import FIGURES, SHARES, STAGES, District, DistrictForm, check_district
from simulator.documents.draws import Dice, draw_district, draw_in_force, draw_parameters, draw_policy
from simulator.documents.in_force import Amount, InForce
from simulator.documents.instrument import check_value
from simulator.documents.laws import Law, at_position, whole_at_position
from simulator.documents.listed import Listed, check_levers
from simulator.documents.parameter import Parameter
from simulator.documents.parameters import WHOLE, Parameters
from simulator.documents.reading import Problems, formed
from simulator.documents.scenario import Scenario
from simulator.documents.tree import Place, grown
from simulator.model import DistrictModel
from tests.chance import FALSE_ALARM, assert_uniform

DISTRICTS = catalogue.names("district")
SCENARIOS = catalogue.names("scenario")
POLICIES = catalogue.names("policy")
DRAWS = 200
LAW_DRAWS = 2000


@cache
def district(name: str) -> District:
    found: District = catalogue.read("district", name)
    return found


@cache
def scenario() -> Scenario:
    """Nankai under every shipped policy."""
    return catalogue.load("nankai-compare", policies=POLICIES)


def number(value: float, low: float, high: float, **more: Any) -> Parameter:
    return Parameter(value=value, range=(low, high), unit="factor", certainty="assumption", **more)


def drawn_values(item: Parameter, draws: int = LAW_DRAWS, path: str = "a.b") -> list[float]:
    alone = Parameters({path: item})
    return [draw_parameters(alone, Dice(1, draw)).value(path) for draw in range(draws)]


# laws -----------------------------------------------------------------------------------------------------------------

SD = math.log(100) / (2 * stats.norm.ppf(0.99))
LAWS: dict[Law, Callable[[Any], Any]] = {
    "uniform": stats.uniform(0.5, 49.5).cdf,
    "log_uniform": stats.loguniform(0.5, 50).cdf,
    "lognormal": lambda x: (stats.lognorm(SD, scale=5).cdf(x) - 0.01) / 0.98,
}
"""Of numbers between 0.5 and 50, from scipy."""


@pytest.mark.parametrize("law", LAWS)
def test_draws_follow_their_law(law: Law) -> None:
    """Kolmogorov and Smirnov over 2,000 draws; false alarm 1e-4."""
    values = drawn_values(number(5, 0.5, 50, law=law))
    assert_uniform(LAWS[law](np.array(values)))


@pytest.mark.parametrize("law", LAWS)
def test_no_draw_leaves_its_range(law: Law) -> None:
    ends = [at_position(law, 0.5, 50, u) for u in (1e-12, 1 - 1e-12)]
    assert ends == pytest.approx([0.5, 50], rel=1e-6)
    assert all(0.5 <= value <= 50 for value in (*ends, *drawn_values(number(5, 0.5, 50, law=law), 200)))


def test_the_prior_of_latent_groups_is_the_agreed_one() -> None:
    """Lognormal, median 27 per 10,000 residents, sd 0.7 of the log, the same in every district."""
    latent = {name: district(name).latent_per_10000 for name in DISTRICTS}
    assert {(item.value, item.range, item.law) for item in latent.values()} == {(27, (5.3, 138), "lognormal")}
    values = [at_position("lognormal", 5.3, 138, u) for u in (0.5, stats.norm.cdf(1) * 1 / 0.98 - 0.01 / 0.98)]
    assert values[0] == pytest.approx(27, rel=0.01)
    assert math.log(values[1] / values[0]) == pytest.approx(0.7, rel=0.01)


def test_whole_numbers_are_drawn_alike() -> None:
    """Each of four with the same chance (false alarm 1e-4), and nothing between them."""
    values = [whole_at_position("uniform", 0, 3, Dice(1, draw).position("whole")) for draw in range(LAW_DRAWS)]
    counts = np.bincount(np.array(values, int), minlength=4)
    assert counts.size == 4
    assert stats.chisquare(counts).pvalue > FALSE_ALARM
    assert whole_at_position("log_uniform", 1, 10, 0.999) == 10
    assert whole_at_position("uniform", 0.4, 0.8, 0.5) == 1


def test_what_is_fixed_or_has_no_range_stays() -> None:
    certain = Parameter(value=3, unit="factor", source="E000-001", certainty="data")
    assert set(drawn_values(number(5, 1, 9, law="fixed"), 20)) == {5}
    assert set(drawn_values(certain, 20)) == {3}


# together -------------------------------------------------------------------------------------------------------------


def test_with_against_and_product() -> None:
    """One position; its opposite; and the product of two, whatever else is drawn."""
    together = Parameters({
        "a.one": number(5, 0, 10), "a.same": number(50, 0, 100, drawn_with="one"),
        "a.rest": number(95, 90, 100, drawn_against="a.one"), "b.price": number(2, 1, 4),
        "a.sum": number(10, 0, 40, product_of=("one", "b.price")),
    })  # fmt: skip
    for draw in range(20):
        new = draw_parameters(together, Dice(1, draw))
        assert new.value("a.same") == pytest.approx(10 * new.value("a.one"))
        assert new.value("a.rest") + new.value("a.one") == pytest.approx(100)
        assert new.value("a.sum") == pytest.approx(new.value("a.one") * new.value("b.price"))
    assert draw_parameters(together, Dice(1, 1)).value("b.price") != draw_parameters(together, Dice(1, 2)).value("b.price")


def test_a_shipped_product_is_one_and_its_range_holds_it() -> None:
    """In the catalogue's own numbers, and at both ends."""
    found = 0
    for instrument in catalogue.instruments().values():
        for item in instrument.parameters.values():
            factors = [instrument.parameters[name] for name in item.product_of or ()]
            if factors:
                found += 1
                assert item.value == pytest.approx(math.prod(factor.value for factor in factors)), instrument.name
                for end in (0, 1):
                    assert item.range is not None
                    ends = [factor.range or (factor.value, factor.value) for factor in factors]
                    assert item.range[end] == pytest.approx(math.prod(each[end] for each in ends)), instrument.name
    assert found >= 8


def test_qingshan_always_divides_its_183_bodies() -> None:
    drawn = [draw_district(district("qingshan"), Dice(1, draw)) for draw in range(DRAWS)]
    assert {new.registered.value + new.filed.value for new in drawn} == {183}
    assert len({new.registered.value for new in drawn}) > 50


def test_tianyuan_always_reports_a_little_less_than_a_tenth() -> None:
    for draw in range(DRAWS):
        new = draw_district(district("tianyuan"), Dice(1, draw))
        true = new.participant_share.value + new.volunteer_share.value + new.backbone_share.value
        assert 0.09 < 1 - (1 - true) ** new.reporting_breadth.value < 0.1


def test_chaoyang_always_spends_what_is_known() -> None:
    """Purchase and venture together 3.3 yuan per resident and year; the purchase 0.3 to 0.8 of it."""
    policy = next(item for item in scenario().policies if item.name == "chaoyang")
    for draw in range(DRAWS):
        new = {entry.name: entry.values for entry in draw_policy(policy, Dice(1, draw)).instruments}
        purchase = new["service_purchase"]["annual_budget_yuan"].value
        assert purchase + new["venture_contest"]["annual_budget_yuan"].value == pytest.approx(3.3)
        assert 0.3 <= purchase / 3.3 <= 0.8


# districts ------------------------------------------------------------------------------------------------------------


def test_tianyuan_has_as_many_residents_as_it_may() -> None:
    """Uniform between 0.42 and 0.60 million; Kolmogorov and Smirnov, false alarm 1e-4."""
    values = [draw_district(district("tianyuan"), Dice(1, draw)).residents.value for draw in range(1000)]
    assert_uniform((np.array(values) - 420_000) / 180_000)
    assert min(values) < 425_000
    assert max(values) > 595_000


def test_luyangs_register_spans_its_range() -> None:
    """Log-uniform between 39 and 390 bodies; Kolmogorov and Smirnov, false alarm 1e-4."""
    values = np.array([draw_district(district("luyang"), Dice(1, draw)).registered.value for draw in range(1000)])
    assert_uniform(stats.loguniform(38.5, 390.5).cdf(values))
    assert values.min() < 41
    assert values.max() > 380


@pytest.mark.parametrize("name", DISTRICTS)
def test_a_drawn_district_passes_the_reader(name: str) -> None:
    """Units, bounds, whole numbers, sums and what cannot be more than something else, in every draw; and each in its range."""
    for draw in range(DRAWS):
        new = draw_district(district(name), Dice(1, draw))
        written = {key: getattr(new, key).model_dump(exclude_unset=True) for key in (*FIGURES, *SHARES)
                   if getattr(new, key) is not None}  # fmt: skip
        written |= {"kind": "district", "title": {"en": name, "zh": "区"}, "in_force": []}
        problems = Problems()
        document = formed(catalogue.shipped() / f"{name}.yaml", grown(written, Place("drawn")), DistrictForm, problems)
        assert document is not None
        check_district(document, problems)
        assert not problems.found, problems.found
        assert sum(getattr(new, stage).value for stage in STAGES) == pytest.approx(1, abs=1e-12)
        professional = new.professional_share.value * new.registered.value
        assert new.hubs.value + new.support.value + professional <= new.registered.value


def test_stages_that_their_ranges_leave_no_room_for_are_scaled() -> None:
    tight = {"uninvolved_share": number(0.5, 0.5, 0.51), "aware_share": number(0.4, 0.4, 0.41),
             "participant_share": number(0.07, 0.01, 0.3)}  # fmt: skip
    odd = district("nankai").model_copy(update=tight)
    for draw in range(50):
        new = draw_district(odd, Dice(1, draw))
        assert sum(getattr(new, stage).value for stage in STAGES) == pytest.approx(1, abs=1e-12)
        assert min(getattr(new, stage).value for stage in STAGES) >= 0


def test_no_figure_outgrows_what_holds_it() -> None:
    """Households, streets and hubs, where their ranges would let them; what is no matter of luck stays."""
    odd = district("nankai").model_copy(update={
        "residents": number(1000, 1000, 2000), "households": number(400, 300, 3000), "streets": number(12, 1, 40),
        "communities": number(20, 10, 30), "registered": number(40, 20, 60), "hubs": number(12, 0, 60),
    })  # fmt: skip
    held = set()
    for draw in range(DRAWS):
        new = draw_district(odd, Dice(1, draw))
        assert new.households.value <= new.residents.value
        assert new.streets.value <= new.communities.value
        assert new.hubs.value + new.support.value <= new.registered.value * (1 - new.professional_share.value)
        held |= {new.streets.value == new.communities.value, new.hubs.value == 0}
    assert held == {True, False}
    assert draw_district(district("nankai"), Dice(1, 1)).hubs == district("nankai").hubs


# policies -------------------------------------------------------------------------------------------------------------


def check_entries(entries: tuple[InForce, ...]) -> list[Any]:
    """What the reader would find fault with."""
    vocabulary, problems, place = catalogue.vocabulary(), Problems(), Place("drawn")
    listed = []
    for entry in entries:
        until = None if entry.until_month is None else f"start+{entry.until_month}m"
        listed.append(Listed(entry.instrument, f"start+{entry.from_month}m", until, entry.values, place, place, place))
        for name, item in entry.values.items():
            for slot in entry.instrument.slots_of(name, vocabulary):
                check_value(slot, item.value, name, place, problems)
    check_levers(listed, vocabulary, None, "drawn", problems)
    return problems.found


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_drawn_scenario_passes_the_reader(name: str) -> None:
    loaded = catalogue.load(name)
    for draw in range(DRAWS):
        new = loaded.drawn(draw)
        for entries in (new.district.in_force, *(policy.instruments for policy in new.policies)):
            assert not check_entries(entries)
        for path, item in new.parameters.by_path.items():
            low, high = item.range or (item.value, item.value)
            assert low <= item.value <= high, path
            assert path not in WHOLE or item.value == int(item.value)


def test_a_drawn_budget_still_buys_what_it_promises() -> None:
    """Number times price, in every policy and draw."""
    found = set()
    for draw in range(20):
        for policy in scenario().drawn(draw).policies:
            for entry in policy.instruments:
                for item in entry.values.values():
                    if item.product_of:
                        found.add((policy.name, entry.name))
                        product = math.prod(entry.values[name].value for name in item.product_of)
                        assert item.value == pytest.approx(product), (policy.name, entry.name)
    assert len(found) > 30
    assert ("qingshan", "free_space") in found


def test_levers_and_programmes_are_told_what_was_drawn() -> None:
    for policy in scenario().drawn(3).policies:
        for entry in policy.instruments:
            told = [entry.values[use.amount].value if isinstance(use.amount, str) else use.amount
                    for use in entry.instrument.levers]  # fmt: skip
            assert [amount for _, amount, _ in entry.levers()] == told
            for use, (_, inputs) in zip(entry.instrument.programmes, entry.programmes(), strict=True):
                for key, given in use.inputs.items():
                    amount = inputs[key]
                    if isinstance(given, str) and isinstance(amount, Amount):
                        assert amount == Amount(entry.values[given].value, entry.values[given].unit, entry.values[given].per)


def test_policies_share_the_catalogues_numbers_and_keep_their_own() -> None:
    """What is left to the catalogue is drawn once for all; what a policy sets without a range stays."""
    before, after = scenario(), scenario().drawn(4)
    common: dict[str, set[float]] = {}
    kept = 0
    lists = [(before.district.in_force, after.district.in_force)]
    lists += [(old.instruments, new.instruments) for old, new in zip(before.policies, after.policies, strict=True)]
    for old, new in lists:
        for was, entry in zip(old, new, strict=True):
            for name, item in entry.values.items():
                declared = entry.instrument.parameters[name]
                if was.values[name] == declared and declared.is_drawn:
                    common.setdefault(f"{entry.name}.{name}", set()).add(item.value)
                elif not was.values[name].is_drawn:
                    kept += 1
                    assert item == was.values[name]
    assert {path for path, values in common.items() if len(values) > 1} == set()
    assert len(common) > 80
    assert kept > 20


def test_a_range_of_its_own_has_a_die_of_its_own() -> None:
    """What Luyang and Tianyuan spend on purchases is not one uncertainty."""
    spent = {}
    for policy in scenario().policies:
        for entry in policy.instruments:
            if policy.name in ("luyang", "tianyuan") and entry.name == "service_purchase":
                spent[policy.name] = [draw_in_force([entry], Dice(1, draw))[0].values["annual_budget_yuan"]
                                      for draw in range(DRAWS)]  # fmt: skip
    places = {name: [math.log(item.value / item.range[0]) / math.log(item.range[1] / item.range[0]) for item in items
                     if item.range] for name, items in spent.items()}  # fmt: skip
    assert stats.pearsonr(places["luyang"], places["tianyuan"]).pvalue > FALSE_ALARM


def test_districts_have_dice_of_their_own() -> None:
    """The registers of two districts of which nothing is published are not uncertain together (false alarm 1e-4)."""
    stocks = [[math.log(draw_district(district(name), Dice(1, draw)).registered.value) for draw in range(DRAWS)]
              for name in ("luyang", "changning")]  # fmt: skip
    assert stats.pearsonr(*stocks).pvalue > FALSE_ALARM


def test_the_grant_that_a_policy_decides_is_no_matter_of_luck() -> None:
    drawn = {policy.name: {entry.name: entry.values for entry in policy.instruments} for policy in scenario().drawn(1).policies}
    assert drawn["chaoyang"]["hub_grant"]["annual_yuan_per_hub"].value == 100_000
    for name, events in (("nankai-baseline", 12), ("nankai-recommended", 0)):
        fund = drawn[name]["household_fund"]
        assert (fund["events_yuan"].value, fund["projects_yuan"].value) == (events, 12 - events)


def test_what_is_set_by_hand_stays() -> None:
    loaded = catalogue.load("nankai-compare", set=["parameters.participation.b_peers=1", "district.filed=2500"])
    for draw in range(5):
        new = loaded.drawn(draw)
        assert (new.parameters.value("participation.b_peers"), new.district.filed.value) == (1, 2500)
        assert new.parameters.value("participation.eta") == catalogue.load("nankai-compare").drawn(draw).parameters.value(
            "participation.eta"
        )


def test_a_figure_set_by_hand_forgets_its_law() -> None:
    """Luyang's register has a law, Qingshan's filed bodies hang on the registered ones; numbers by hand have neither."""
    for name, change in (("luyang", "district.registered=100"), ("qingshan", "district.filed=50")):
        loaded = catalogue.load("nankai-compare", district=name, set=[change])
        figure, value = change.removeprefix("district.").split("=")
        assert {getattr(loaded.drawn(draw).district, figure).value for draw in range(5)} == {float(value)}


# luck -----------------------------------------------------------------------------------------------------------------


def test_a_draw_is_the_same_again_and_others_are_others() -> None:
    digests = [catalogue.load("nankai-compare").drawn(draw).digest for draw in range(10)]
    assert [scenario_again.drawn(draw).digest for scenario_again in [catalogue.load("nankai-compare")]
            for draw in range(10)] == digests  # fmt: skip
    assert len(set(digests)) == 10
    assert catalogue.load("nankai-compare").drawn(0, seed=2).digest not in digests
    assert catalogue.load("nankai-compare", seed=2).drawn(0).district == catalogue.load("nankai-compare").drawn(
        0, seed=2
    ).district


def test_no_number_depends_on_which_others_there_are() -> None:
    whole = scenario()
    some = dict(list(whole.parameters.by_path.items())[::3])
    fewer = replace(whole, policies=whole.policies[1:2], parameters=Parameters(some))
    for draw in range(5):
        new, alone = whole.drawn(draw), fewer.drawn(draw)
        assert alone.policies == new.policies[1:2]
        assert all(alone.parameters[path] == new.parameters[path] for path in some)
        dice = Dice(whole.seed, draw)
        for policy, old in zip(new.policies, whole.policies, strict=True):
            for entry, was in zip(policy.instruments, old.instruments, strict=True):
                if entry.name != "venture_contest":  # Chaoyang's divides a sum with the purchase
                    assert draw_in_force([was], dice) == (entry,)
        without_trend = whole.district.model_copy(update={"trend_per_year": number(0.05, 0, 0.1)})
        assert draw_district(without_trend, dice).residents == new.district.residents


def test_paths_have_dice_of_their_own() -> None:
    """Two paths, two draws and two seeds are not alike: correlations within the noise (false alarm 1e-4)."""
    position: Callable[[int, int, str], float] = lambda seed, draw, key: Dice(seed, draw).position(key)  # noqa: E731
    base = [position(1, draw, "a.b") for draw in range(1000)]
    others = {
        "path": [position(1, draw, "a.c") for draw in range(1000)],
        "next draw": [position(1, draw + 1, "a.b") for draw in range(1000)],
        "seed": [position(2, draw, "a.b") for draw in range(1000)],
    }
    assert_uniform(base)
    for name, values in others.items():
        assert stats.pearsonr(base, values).pvalue > FALSE_ALARM, name


# in the model ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "start", "draw"), [("luyang", "2014-12", 1), ("qingshan", "2014-01", 2),
                                                     ("tianyuan", "2019-01", 3), ("changning", "2022-01", 4)])  # fmt: skip
def test_a_drawn_scenario_runs(name: str, start: str, draw: int) -> None:
    loaded = catalogue.load("nankai-compare", district=name, start=start, scale=0.05, policies=["chaoyang"])
    model = DistrictModel(loaded.drawn(draw), policy="chaoyang")
    for _ in range(6):
        model.step()
    assert model.measure("registered_count") > 0
    assert 0 < model.measure("participation_rate") < 1
    model.close()
