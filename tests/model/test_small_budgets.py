"""A budget that does not pay for one unit is remarked on: before the run, in the manifest, and in the run it buys nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator import catalogue
from simulator.cli import main
from simulator.documents.scenario import Scenario
from simulator.experiments.replicates import run
from simulator.model import run_once


def tiny(**changes: float) -> Scenario:
    """Nankai as recommended with these parameters changed, e.g. `venture_contest__annual_budget_yuan=1000`."""
    given = [f"policies.nankai-recommended.{name.replace('__', '.')}={value}" for name, value in changes.items()]
    return catalogue.load("nankai-compare", set=given, policies=["nankai-recommended"])


def said(scenario: Scenario) -> list[str]:
    return [remark.said("en") for remark in catalogue.remarks(scenario)]


def test_shipped_policies_pay_for_what_they_list() -> None:
    """At full scale, in Nankai."""
    assert said(catalogue.load("nankai-compare", policies=catalogue.names("policy"))) == []


def test_a_line_below_one_award_is_remarked_on() -> None:
    (remark,) = said(tiny(venture_contest__annual_budget_yuan=1000))
    assert remark == (
        "venture_contest:contest of 'nankai-recommended': 1,000 yuan a year do not pay for one whole unit "
        "(awards: 30,000 yuan); it takes 30.0 years to come together, if all is released"
    )
    assert said(tiny(venture_contest__annual_budget_yuan=30_000)) == []
    assert said(tiny(venture_contest__annual_budget_yuan=0)) == [], "no budget is a decision"


def test_a_contest_of_streets_is_held_against_a_streets_money() -> None:
    (remark,) = said(tiny(micro_venture__yuan_per_street=9000))
    assert "9,000 yuan a year in the mean street do not pay for one whole unit (awards: 10,000 yuan)" in remark
    assert said(tiny(micro_venture__yuan_per_street=10_000)) == []


def test_money_that_buys_fractions_is_never_too_small() -> None:
    """Posts, rooms, events, and what hubs get: the cap of a hub's grant is no price."""
    assert said(tiny(hub_grant__annual_yuan_per_hub=100, owners_committee__yuan_per_community=400)) == []


@pytest.mark.parametrize(("scale", "remarked"), [(1.0, False), (0.1, True)])
def test_what_a_part_built_district_cannot_buy_is_remarked_on_and_not_bought(scale: float, remarked: bool) -> None:
    scenario = catalogue.load("nankai-compare", scale=scale, policies=["chaoyang"])
    assert any("support_agencies:attraction" in remark and "scale 0.1" in remark for remark in said(scenario)) == remarked
    if remarked:
        assert run_once(scenario, "chaoyang").lines["support_agencies:attraction"]["bought"] == [0]


def test_the_manifest_keeps_it_and_commands_say_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = catalogue.load("nankai-compare", scale=0.02, years=1, policies=["none", "chaoyang"])
    kept = run(scenario, replicates=1).manifest["notes"]
    assert [note.split(":")[0] for note in kept] == ["service_purchase", "venture_contest", "support_agencies"]
    assert run(scenario, replicates=1, policies=["none"]).manifest["notes"] == []
    (tmp_path / "mine.yaml").write_text(
        "kind: scenario\ntitle: {en: Mine, zh: 我的}\ndistrict: nankai\nstart: 2018-01\nyears: 1\nscale: 0.02\n"
        "policies: [chaoyang]\n",
        encoding="utf-8",
    )
    assert main(["validate", str(tmp_path / "mine.yaml")]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "support_agencies:attraction of 'chaoyang'" in err
    words = ("run", str(tmp_path / "mine.yaml"), "--replicates", "1", "--workers", "1", "--out", str(tmp_path / "out"))
    assert main([*words, "--lang", "zh"]) == 0
    assert "不足以支付一个完整单位（家引进机构：100,000元）" in capsys.readouterr().err
