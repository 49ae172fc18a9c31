"""The table of money: means over replicates, prices as ratios of means, and how it is printed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.cells import cell_len
from rich.console import Console

from simulator import catalogue
from simulator.experiments.replicates import run
from simulator.results.folder import open_result
from simulator.results.parts import Parts
from simulator.results.printed_money import MOST_LINES, print_money
from simulator.results.result import Result
from tests.experiments.walk import Walk, walk, walk_with_failures


@pytest.fixture(scope="module")
def result() -> Result:
    """The real model, small: the titles, units and lines of shipped documents."""
    policies = ["nankai-baseline", "nankai-recommended", "none"]
    return run(catalogue.load("nankai-compare", scale=0.02, years=2, policies=policies), replicates=2)


def printed(result: Result, width: int, language: str) -> list[str]:
    console = Console(width=width, highlight=False)
    with console.capture() as text:
        print_money(result, console, language)
    return text.get().splitlines()


def test_means_over_replicates_and_the_price_is_their_ratio() -> None:
    found = run(Walk(replicates=3), one_run=walk)
    row = found.money().set_index("policy").loc["chaoyang"]
    runs = [walk(Walk(), "chaoyang", r).lines["purchase"] for r in range(3)]
    assert row["spent_yuan"] == pytest.approx(np.mean([one["spent_yuan"] for one in runs]))
    assert row["budgeted_yuan"] == pytest.approx(np.mean([one["budgeted_yuan"] for one in runs]))
    assert (row["bought"], row["also_bought"]) == (2.0, 12.0)
    assert row["yuan_per_unit"] == pytest.approx(row["spent_yuan"] / 2)
    assert (row["instrument"], row["line"], row["unit"], row["also_unit"]) == (
        "service_purchase", "purchase", "contracts", "contract-months",
    )  # fmt: skip
    assert list(found.money("zh")["unit"].unique()) == ["份合同"]
    assert "none" not in set(found.money()["policy"]), "it has no line"


def test_failed_runs_are_left_out() -> None:
    found = run(Walk(replicates=3), one_run=walk_with_failures)
    assert found.money().set_index("policy").loc["chaoyang", "bought"] == (1 + 3) / 2


def test_the_folder_holds_it(tmp_path: Path) -> None:
    written = run(Walk(replicates=3), one_run=walk, out=tmp_path)
    assert (tmp_path / "money.csv").read_bytes().startswith(b"\xef\xbb\xbfpolicy,instrument,line,budgeted_yuan,")
    read = open_result(tmp_path).money()
    assert read.equals(written.money())
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "money.csv"), read, rtol=1e-9, check_dtype=False)


def test_an_interrupted_start_keeps_its_lines(tmp_path: Path) -> None:
    done = run(Walk(replicates=1), one_run=walk)
    parts = Parts(tmp_path, "key")
    parts.resume()
    from simulator.experiments.tasks import run_one

    runs = [run_one(Walk(), policy, 0, walk) for policy in done.policies]
    parts.append(runs)
    again = Parts(tmp_path, "key").resume()
    assert [run.record.lines for run in again if run.record] == [run.record.lines for run in runs if run.record]
    assert Result.of(again, done.manifest).money().equals(done.money())


def test_money_adds_up_to_spending(result: Result) -> None:
    by_policy = result.money().groupby("policy")["spent_yuan"].sum()
    for policy in result.policies:
        values = result.data["spending_total_yuan"].sel(policy=policy, place="district").isel(month=-1)
        assert by_policy[policy] == pytest.approx(float(values.mean()), rel=1e-9)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("budgeted", "Venture contest", "awards")), ("zh", ("预算", "区级公益创投", "项资助"))],
)
def test_it_reads_at_a_hundred_columns(result: Result, language: str, words: tuple[str, ...]) -> None:
    lines = printed(result, 100, language)
    assert max(map(cell_len, lines)) <= 100
    text = "\n".join(lines)
    for word in words:
        assert word in text
    assert "…" not in "".join(line[40:] for line in lines), "a number was cut"
    assert ("contract-months" in text) is False
    assert ("contract-months" if language == "en" else "合同·月") in "\n".join(printed(result, 160, language))


def test_small_lines_are_summed_and_what_spent_nothing_is_left_out(result: Result) -> None:
    recommended = result.money().set_index("policy").loc["nankai-recommended"]
    paying = recommended[(recommended["budgeted_yuan"] > 0) | (recommended["spent_yuan"] > 0)]
    assert len(paying) > MOST_LINES + 1
    text = "\n".join(printed(result, 160, "en"))
    assert f"{len(paying) - MOST_LINES} smaller lines, see money.csv" in text
    assert "Merger of like" not in text
    budget = paying["budgeted_yuan"].sum() / 1e6
    assert f"{budget:,.2f}" in next(line for line in printed(result, 160, "en") if line.startswith(" Nankai as recommended"))


def test_a_result_without_lines_prints_nothing() -> None:
    found = run(Walk(replicates=1, policies=Walk().policies[-1:]), one_run=walk)
    assert found.money().empty
    assert printed(found, 100, "en") == []
