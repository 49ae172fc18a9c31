"""A scenario and what it resolves to."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from simulator.documents import Amount, Scenario
from simulator.documents.changes import parse
from simulator.language.calendar import Month
from simulator.language.errors import DocumentError, UnknownName
from tests.documents.vocabulary import HEAD, INSTRUMENT, SCENARIO, library


def load(folder: Path, *changes: str, **files: str) -> Scenario:
    reader = library(folder, **files)
    found = reader.scenario(folder / "scenario.yaml", parse(changes, {}, reader.problems))
    reader.problems.stop_if_any()
    assert found is not None
    return found


def test_window_and_luck(tmp_path: Path) -> None:
    scenario = load(tmp_path)
    assert (scenario.name, scenario.start, scenario.months) == ("scenario", Month(2018, 1), 60)
    assert (scenario.replicates, scenario.seed, scenario.scale) == (4, 1, 1.0)
    assert [policy.name for policy in scenario.policies] == ["base", "longer"]
    assert scenario.title["zh"] == "试验"


def test_dates_become_months(tmp_path: Path) -> None:
    base, longer = load(tmp_path).policies
    assert (base.instruments[0].from_month, base.instruments[0].until_month) == (3, 24)
    assert (longer.instruments[0].from_month, longer.instruments[0].until_month) == (3, 48)


def test_extending_changes_only_what_is_given(tmp_path: Path) -> None:
    base, longer = load(tmp_path).policies
    assert base.instruments[0].levers() == (("speed", 2.0, "kitchen"), ("share", 0.8, None))
    assert longer.instruments[0].levers() == (("speed", 3.0, "kitchen"), ("share", 0.8, None))
    assert longer.instruments[0].values["faster"].certainty == "assumption"
    assert longer.instruments[0].values["budget"] == base.instruments[0].values["budget"]


def test_programmes_are_told_defaults_and_parameters(tmp_path: Path) -> None:
    (name, told), = load(tmp_path).policies[0].instruments[0].programmes()
    assert name == "kitchen"
    assert told == {"money": Amount(1000.0, "yuan/year"), "stoves": Amount(2.0, "stoves"), "menu": "festive"}


def test_an_override_may_count_per_resident(tmp_path: Path) -> None:
    policy = f"kind: policy\n{HEAD}instruments:\n  - cooking: {{budget: {{value: 2.0, per: resident}}}}\n"
    scenario = load(tmp_path, policies__base=policy)
    assert scenario.policies[0].instruments[0].programmes()[0][1]["money"] == Amount(2.0, "yuan/year", "resident")


def test_what_is_in_force_at_the_start_has_no_end(tmp_path: Path) -> None:
    entry, = load(tmp_path).district.in_force
    assert (entry.name, entry.from_month, entry.until_month) == ("cooking", 0, None)


def test_remove_and_add(tmp_path: Path) -> None:
    policy = f"kind: policy\n{HEAD}extends: base\nremove: [cooking]\ninstruments: [cooking]\n"
    entry, = load(tmp_path, policies__longer=policy).policies[1].instruments
    assert (entry.from_month, entry.until_month) == (0, None)


def test_an_instrument_may_return_after_a_pause(tmp_path: Path) -> None:
    policy = f"kind: policy\n{HEAD}instruments:\n  - cooking: {{until: start+6m}}\n  - cooking: {{from: start+6m}}\n"
    scenario = load(tmp_path, policies__base=policy, policies__longer=policy)
    assert [entry.from_month for entry in scenario.policies[0].instruments] == [0, 6]


def test_a_relative_end_beyond_the_window_is_never_reached(tmp_path: Path) -> None:
    scenario = load(tmp_path, scenario=SCENARIO.replace("years: 5", "years: 1").replace(", longer", ""))
    assert (scenario.months, scenario.policies[0].instruments[0].until_month) == (12, 24)


def test_model_numbers(tmp_path: Path) -> None:
    scenario = load(tmp_path, scenario=SCENARIO + "parameters:\n  meals.a_day: 4\n")
    assert scenario.parameters.value("meals.a_day") == 4.0
    assert scenario.parameters.group("meals") == {"a_day": 4.0}
    assert scenario.parameters["meals.a_day"].range == (1.0, 5.0)
    assert scenario.parameters.changed({"meals.a_day": 2}).value("meals.a_day") == 2.0
    with pytest.raises(UnknownName, match=r"did you mean meals\.a_day"):
        scenario.parameters.value("meals.a_dey")


def test_shocks(tmp_path: Path) -> None:
    shock = "shocks:\n  - {month: 2020-02, months: 2, levers: {speed: 0.15}, backlog: 0.5}\n"
    found, = load(tmp_path, scenario=SCENARIO + shock).shocks
    assert (found.month, found.months, found.levers, found.backlog) == (25, 2, {"speed": 0.15}, 0.5)


@pytest.mark.parametrize(
    "change", ["seed=2", "years=4", "scale=0.5", "district.residents=70000", "policies.base.cooking.faster=3",
               "policies.base.cooking.from=start+4m", "policies.base.cooking.budget.per=hub", "parameters.meals.a_day=4"],
)  # fmt: skip
def test_the_digest_follows_whatever_matters(change: str, tmp_path: Path) -> None:
    changed = ["years=4", "policies.longer.cooking.until=start+40m"] if change == "years=4" else [change]
    assert load(tmp_path, *changed).digest != load(tmp_path).digest


def test_the_digest_forgets_titles_and_notes(tmp_path: Path) -> None:
    other = SCENARIO.replace("Tried", "Renamed") + "note: a remark\n"
    assert load(tmp_path / "one").digest == load(tmp_path / "two", scenario=other).digest


def test_set_leaves_the_files_documents_alone(tmp_path: Path) -> None:
    changed = load(tmp_path, "policies.base.cooking.faster=9", "district.residents=70000")
    assert changed.policies[0].instruments[0].levers()[0] == ("speed", 9.0, "kitchen")
    assert changed.policies[0].instruments[0].values["faster"].certainty == "assumption"
    assert changed.district.residents.value == 70000
    assert load(tmp_path).policies[0].instruments[0].levers()[0] == ("speed", 2.0, "kitchen")


def test_a_set_value_reaches_only_the_policy_it_names(tmp_path: Path) -> None:
    base, longer = load(tmp_path, "policies.base.cooking.faster=9").policies
    assert longer.instruments[0].levers()[0] == ("speed", 3.0, "kitchen")
    assert base.instruments[0].levers()[0] == ("speed", 9.0, "kitchen")


def test_sources(tmp_path: Path) -> None:
    assert load(tmp_path).sources == ("a survey",)


def test_it_travels_to_other_processes(tmp_path: Path) -> None:
    scenario = load(tmp_path)
    again = pickle.loads(pickle.dumps(scenario))
    assert again == scenario
    assert again.digest == scenario.digest


def test_a_name_beside_the_file_comes_before_the_shipped_one(tmp_path: Path) -> None:
    reader = library(tmp_path / "shipped")
    own = tmp_path / "own"
    own.mkdir()
    (own / "mine.yaml").write_text(SCENARIO, encoding="utf-8")
    (own / "base.yaml").write_text(f"kind: policy\n{HEAD}instruments: []\n", encoding="utf-8")
    found = reader.scenario(own / "mine.yaml")
    reader.problems.stop_if_any()
    assert found is not None
    assert found.policies[0].instruments == ()


def test_a_namesake_of_another_kind_is_passed_over(tmp_path: Path) -> None:
    reader = library(tmp_path, smalltown=SCENARIO)
    found = reader.scenario(tmp_path / "smalltown.yaml")
    reader.problems.stop_if_any()
    assert found is not None
    assert found.district.name == "smalltown"


def test_faults_of_several_files_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as error:
        load(tmp_path, scenario=SCENARIO + "colour: red\n", policies__base=f"kind: policy\n{HEAD}instruments: [coking]\n",
             parameters="kind: parameters\nmeals: 3\n")  # fmt: skip
    assert {Path(problem.file).name for problem in error.value.problems} == {"scenario.yaml", "base.yaml", "parameters.yaml"}


def test_two_that_set_one_lever_alike_or_one_after_the_other_do_not_clash(tmp_path: Path) -> None:
    first = INSTRUMENT.replace("amount: 0.8", "amount: 0.7")
    after = f"kind: policy\n{HEAD}instruments:\n  - cooking: {{until: 2019-01}}\n  - baking: {{from: start+12m}}\n"
    scenario = load(tmp_path, instruments__baking=first, policies__base=after, policies__longer=after)
    assert len(scenario.policies[0].instruments) == 2
    overlapping = after.replace("start+12m", "start+11m")
    with pytest.raises(DocumentError, match=r"baking sets lever share to 0\.7, but cooking sets it to 0\.8"):
        load(tmp_path, instruments__baking=first, policies__base=after, policies__longer=overlapping)
    together = f"kind: policy\n{HEAD}instruments: [cooking, baking]\n"
    load(tmp_path, instruments__baking=INSTRUMENT, policies__base=together, policies__longer=together)


def test_a_clash_is_shown_where_the_list_that_makes_it_stands(tmp_path: Path) -> None:
    other = INSTRUMENT.replace("amount: 0.8", "amount: 0.7")
    adds = f"kind: policy\n{HEAD}extends: base\ninstruments:\n  - cooking: {{until: start+30m}}\n"
    after = f"kind: policy\n{HEAD}instruments:\n  - cooking: {{until: start+12m}}\n  - baking: {{from: start+12m}}\n"
    with pytest.raises(DocumentError, match=r"longer\.yaml:5:5: cooking sets lever share"):
        load(tmp_path, instruments__baking=other, policies__base=after, policies__longer=adds)
