"""What the benchmark measures and how it judges; no clock decides anything here."""

from __future__ import annotations

import io
import json
from math import nan

import numpy as np
import pytest
from rich.console import Console

from simulator.documents.equal_money import EqualMoney
from simulator.experiments.benchmarks import scaling, table
from simulator.experiments.benchmarks.alone import peak_bytes, run_alone
from simulator.experiments.benchmarks.figure import SECONDS, Figure, at_least, at_most
from simulator.experiments.benchmarks.residents import CORE, slowed
from simulator.experiments.benchmarks.scaling import Town, plane, slope
from simulator.experiments.benchmarks.scenarios import POLICIES, more_bodies, one_street
from simulator.experiments.benchmarks.timing import WAYS, side_by_side
from simulator.experiments.benchmarks.worlds import town, world
from simulator.language.errors import UnknownName
from simulator.model import DistrictModel

SLOW = Figure("slow", {"en": "A slow thing", "zh": "慢"}, 2.5, SECONDS, at_most(2.0), {"en": "a snail", "zh": "蜗牛"})
FAST = Figure("fast", {"en": "A fast thing", "zh": "快"}, 150.0, SECONDS, at_least(120))
UNASKED = Figure("unasked", {"en": "Anything", "zh": "其他"}, nan, SECONDS)


def test_goals_are_met_at_their_bound_and_on_the_right_side() -> None:
    for goal, met, missed in ((at_most(2.0), (2.0, 1.0), (2.01, nan)), (at_least(15), (15, 90), (14.9, nan))):
        assert all(goal.met_by(value) for value in met)
        assert not any(goal.met_by(value) for value in missed)
    assert (SLOW.met, FAST.met, UNASKED.met) == (False, True, None)


@pytest.mark.parametrize(("language", "words"), [
    ("en", ("A slow thing", "≤ 2", "missed", "a snail", "≥ 120", "met", "1 of 2 goals met",
            "A slow thing: 2.5 s, goal ≤ 2: 25% off", "docs/performance.md", "Quick")),
    ("zh", ("慢", "≤ 2", "未达到", "蜗牛", "≥ 120", "2项目标中达到1项", "快速模式")),
])  # fmt: skip
def test_the_table_says_what_is_missed_and_by_how_much(language: str, words: tuple[str, ...]) -> None:
    section = table.Section("small-runs", [SLOW, FAST, UNASKED])
    console = Console(width=160, record=True, file=io.StringIO())
    table.print_section(section, console, language)
    table.print_close([section], True, console, language)
    text = console.export_text()
    for expected in (*words, "numpy"):
        assert expected in text
    assert SLOW.as_row(language)["goal_is"] == "at_most"
    assert json.loads(json.dumps(FAST.as_row(language)))["met"] is True


def test_sections_are_chosen_by_name() -> None:
    assert table.choose([]) == list(table.SECTIONS)
    assert table.choose(["start-up", "residents"]) == ["residents", "start-up"]
    with pytest.raises(UnknownName, match="did you mean small-runs"):
        table.choose(["small-run"])


def test_a_slope_and_a_plane_are_found_again() -> None:
    numbers = [1e4, 3e4, 1e5, 3e5, 1e6, 3e6]
    assert slope(numbers, [2e-9 * n**1.3 for n in numbers]) == pytest.approx(1.3)
    towns = [Town(int(n), bodies, 3e-3 + 8e-9 * n + 2e-6 * bodies) for n in numbers for bodies in (0.001 * n, 0.004 * n)]
    assert plane(towns) == pytest.approx((3e-3, 8e-9, 2e-6))


def test_small_runs_have_bodies_of_every_kind_and_nankais_money() -> None:
    """One street of three communities and 20,000 residents with hub, station and bodies of all kinds; Nankai's money each."""
    scenario = one_street()
    assert [policy.name for policy in scenario.policies] == list(POLICIES)
    assert isinstance(scenario.equal_money, EqualMoney)
    assert scenario.equal_money.total_yuan == pytest.approx(30 * 20_000)
    assert scenario.months == 60
    assert scenario.district.in_force == scenario.policies[0].instruments  # before the start no more than after it
    model = DistrictModel(scenario, "nankai-recommended")
    assert len(model.residents) == 20_000
    assert (len(model.city.communities), len(model.city.streets)) == (3, 1)
    assert set(model.city.organizations.kind.tolist()) == {0, 1, 2, 3}
    assert set(model.city.organizations.tier.tolist()) == {0, 1, 2}


def test_more_bodies_among_as_many_residents() -> None:
    few, many = (DistrictModel(scaling.in_town(more_bodies(town(40_000), factor), 1, POLICIES[:1])) for factor in (1, 3))
    assert len(few.residents) == len(many.residents)
    one, other = (int(model.city.organizations.alive().sum()) for model in (few, many))
    assert 2.7 * one < other < 3.1 * one


def test_a_slower_town_has_the_events_asked_for() -> None:
    """20,000 residents for a year, hazards at two thirds: events at two thirds, within 4 standard errors (1 in 15,000)."""
    usual = world(20_000, seed=1)
    at = [side_by_side(of, months=11, rounds=1, ways={CORE: WAYS[CORE]})[0].events
          for of in (usual, slowed(usual, 2 / 3))]  # fmt: skip
    n = 20_000 * 11
    # Chances are 1 - exp(-H), so that two thirds of a hazard is a little more than two thirds of a chance.
    assert at[1] == pytest.approx(at[0] * 2 / 3, rel=0.02, abs=4 * np.sqrt(at[1] / n))


def test_a_run_alone_tells_what_it_did_and_held() -> None:
    alone = run_alone("history/tianyuan", "none", 1)
    assert alone.resident_months == 12 * alone.facts["residents_built"]
    assert 0.01 < alone.events < alone.looked_at < 0.12
    assert alone.keyed_dice > 1000
    assert alone.seconds > sum(alone.timings.values()) * 0.9
    assert 50e6 < alone.peak_bytes < 1e9
    assert peak_bytes() > 50e6
