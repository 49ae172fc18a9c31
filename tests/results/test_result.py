"""The result of a comparison: data, tables, and the questions asked of it."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simulator.experiments.replicates import run
from simulator.experiments.tasks import run_one
from simulator.language.errors import ModelError, UnknownName, UserError
from simulator.results.result import Result
from simulator.results.runs import Recording, check
from simulator.results.tabular import to_json
from tests.experiments.walk import MEASURES, RESIDENTS, Walk, walk, walk_with_failures


@pytest.fixture(scope="module")
def result() -> Result:
    return run(Walk(), one_run=walk)


def test_the_dataset_is_labelled(result: Result) -> None:
    assert result.data["active_count"].dims == ("policy", "draw", "replicate", "month", "place")
    assert dict(result.data.sizes) == {"policy": 4, "draw": 1, "replicate": 6, "month": 25, "place": 3}
    assert result.data["active_density"].attrs["units"] == "per 10,000 residents"
    assert result.data.attrs["labels"]["active_count"]["zh"] == "活跃组织"
    assert result.data.attrs["manifest"]["seed"] == 1
    assert str(result.data["date"].to_numpy()[-1])[:7] == "2020-01"


def test_every_value_stands_where_its_run_put_it(result: Result) -> None:
    record = walk(Walk(), "chaoyang", 3)
    found = result.data["filed_count"].sel(policy="chaoyang", draw=0, replicate=3).to_numpy()
    np.testing.assert_array_equal(found, record.values[MEASURES.index("filed_count")])


def test_the_long_table_says_the_same(result: Result) -> None:
    table = result.table()
    columns = ["policy", "draw", "replicate", "month", "date", "place", "measure", "value", "unit"]
    assert list(table.columns) == columns
    keys = table[["policy", "draw", "replicate", "month", "place", "measure"]]
    assert not keys.duplicated().any()
    assert len(table) == 4 * 6 * 25 * 3 * len(MEASURES)
    row = table[(table.policy == "none") & (table.replicate == 2) & (table.month == 7) & (table.place == "street 1")]
    value = row.set_index("measure").value["active_count"]
    assert value == float(result.data["active_count"].sel(policy="none", replicate=2, month=7, place="street 1").item())
    assert row.date.iloc[0] == pd.Timestamp("2018-08-01")


def test_a_street_that_only_some_replicates_build(result: Result) -> None:
    def elsewhere(scenario: Walk, policy: str, replicate: int) -> Recording:
        record = walk(scenario, policy, replicate)
        return replace(record, places=("district", "street 1", "street 10" if replicate else "street 9"))

    found = run(Walk(replicates=2), one_run=elsewhere)
    assert found.manifest["places"] == ["district", "street 1", "street 9", "street 10"]
    table = found.table()
    assert set(table[table.replicate == 1].place.astype(str)) == {"district", "street 1", "street 10"}
    expected = result.data["active_count"].sel(policy="none", replicate=1, place="street 2").to_numpy()
    np.testing.assert_array_equal(found.data["active_count"].sel(policy="none", replicate=1, place="street 10"), expected)


def test_the_summary_is_of_the_horizon(result: Result) -> None:
    row = result.summary().set_index(["policy", "measure"]).loc[("chaoyang", "active_count")]
    ends = [walk(Walk(), "chaoyang", r).values[MEASURES.index("active_count"), -1, 0] for r in range(6)]
    assert row["median"] == pytest.approx(np.median(ends))
    assert [row["low"], row["high"]] == pytest.approx(np.quantile(ends, [0.05, 0.95]))
    assert (row["start"], row["n"]) == (2000.0, 6)
    earlier = result.summary(month=3).set_index(["policy", "measure"]).loc[("chaoyang", "active_count")]
    assert earlier["median"] < row["median"]


def test_pairs_are_replicates_of_the_same_number(result: Result) -> None:
    row = result.compare().set_index(["policy", "measure"]).loc[("chaoyang", "active_count")]
    a, b = (
        np.array([walk(Walk(), p, r).values[MEASURES.index("active_count"), -1, 0] for r in range(6)])
        for p in ("chaoyang", "nankai-baseline")
    )
    assert row["diff"] == pytest.approx((a - b).mean())
    assert row["spread_low"] == pytest.approx(np.quantile(a - b, 0.05))
    assert row["variance_reduction"] > 3  # the walks share 25/26 of their variance: 26 in the long run


def test_the_order_in_which_runs_end_changes_nothing() -> None:
    runs = [run_one(Walk(), policy.name, r, walk) for r in range(3) for policy in Walk().policies]
    manifest = run(Walk(replicates=3), one_run=walk).manifest
    one, other = Result.of(runs, manifest), Result.of(runs[::-1], manifest)
    assert one.runs.equals(other.runs)
    assert one.table().equals(other.table())


def test_facts_name_the_replicate_they_tell_of_and_notes_are_of_all() -> None:
    def walk_with_notes(scenario: Walk, policy: str, replicate: int) -> Recording:
        if (policy, replicate) == ("chaoyang", 0):
            raise ValueError("the walk fell off the edge")
        found = walk(scenario, policy, replicate)
        return replace(found, facts={**found.facts, "notes": [f"note {replicate}"]})

    found = run(Walk(replicates=3), one_run=walk_with_notes)
    facts = found.manifest["facts"]
    assert {policy: told["of_replicate"] for policy, told in facts.items()} == {
        "nankai-baseline": 0, "chaoyang": 1, "nankai-recommended": 0, "none": 0,
    }  # fmt: skip
    own = found.runs.set_index(["policy", "replicate"])["facts"]
    assert facts["chaoyang"]["events"] == json.loads(own["chaoyang", 1])["events"] != json.loads(own["chaoyang", 2])["events"]
    assert facts["chaoyang"]["notes"] == ["note 1", "note 2"]


def test_what_scale_does_not_promise_is_marked(result: Result) -> None:
    assert result.summary()["promised"].all()
    part = run(Walk(replicates=1, scale=0.1), one_run=walk)
    for frame in (part.summary(), part.compare()):
        assert set(frame.loc[~frame["promised"], "measure"]) == {"incubator_queue"}


def test_a_policy_against_itself_is_exactly_nothing(result: Result) -> None:
    found = result.compare("chaoyang", ["chaoyang"])
    known = found[~found["diff"].isna()]
    assert len(known) >= len(MEASURES)
    assert (known[["diff", "se", "low", "high"]].to_numpy() == 0).all()


def test_a_failed_run_takes_its_pair_away_and_nothing_else() -> None:
    found = run(Walk(), one_run=walk_with_failures)
    rows = found.compare().set_index(["policy", "measure"])
    assert tuple(rows.loc[("chaoyang", "active_count"), ["n_pairs", "n_dropped"]]) == (5, 1)
    assert tuple(rows.loc[("none", "active_count"), ["n_pairs", "n_dropped"]]) == (6, 0)
    whole = run(Walk(), one_run=walk).compare().set_index(["policy", "measure"])
    assert rows.loc[("none", "active_count"), "diff"] == whole.loc[("none", "active_count"), "diff"]
    assert found.table().query("policy == 'chaoyang' and replicate == 1").empty


def test_the_price_of_a_gain(result: Result) -> None:
    rows = result.compare().set_index(["policy", "measure"])
    data = result.data.isel(draw=0, place=0, month=-1)
    cost = (data["spending_total_yuan"].sel(policy="chaoyang") - data["spending_total_yuan"].sel(policy="none")).mean().item()
    share = (data["participation_rate"].sel(policy="chaoyang") - data["participation_rate"].sel(policy="none")).mean().item()
    row = rows.loc[("chaoyang", "yuan_per_added_participant")]
    assert row["value"] == pytest.approx(cost / (share * RESIDENTS))
    assert row["against"] == "none"
    summary = result.summary().set_index(["policy", "measure"])
    assert np.isnan(summary.loc[("none", "yuan_per_added_participant"), "median"])  # it loses participants: no price
    without = run(Walk(policies=Walk().policies[:2]), one_run=walk).compare()
    assert set(without.loc[without.measure.str.startswith("yuan_per"), "against"]) == {"start"}


def test_growth_from_nothing_is_empty() -> None:
    def from_nothing(scenario: Walk, policy: str, replicate: int) -> Recording:
        record = walk(scenario, policy, replicate)
        values = record.values.copy()
        values[MEASURES.index("registered_count"), 0, 1] = 0
        return replace(record, values=values)

    growth = run(Walk(replicates=1), one_run=from_nothing).data["registered_growth"]
    assert np.isnan(growth.sel(place="street 1")).all()
    assert not np.isnan(growth.sel(place="district")).any()


def test_the_machine_readable_summary_is_strict_json(result: Result) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    text = to_json(result.machine_readable())
    found = json.loads(text, parse_constant=refuse)
    assert set(found) >= {"scenario", "policies", "comparison", "manifest"}
    assert set(found["policies"]) == {"nankai-baseline", "chaoyang", "nankai-recommended", "none"}
    assert set(found["policies"]["none"]["active_count"]) >= {"median", "low", "high", "unit"}
    assert set(found["comparison"]) == {"chaoyang", "nankai-recommended", "none"}
    assert set(found["comparison"]["none"]["active_count"]) >= {"diff", "low", "high", "p_better"}
    assert found["policies"]["none"]["yuan_per_added_participant"]["median"] is None


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda r: r.compare("chaoyan"), "chaoyang"),
        (lambda r: r.summary(month=99), "0 to 24"),
        (lambda r: r.summary(place="street 7"), "street 1"),
        (lambda r: r.plot("active_coun"), "active_count"),
        (lambda r: r.plot("satisfaction"), "satisfaction"),
        (lambda r: r.plot("yuan_per_added_participant"), "ratio over all replicates"),
        (lambda r: r.plot(), "name at least one"),
        (lambda r: r.plot("active_count", baseline="nobody"), "nobody"),
    ],
)
def test_questions_that_a_result_cannot_answer(result: Result, ask: object, words: str) -> None:
    assert callable(ask)
    with pytest.raises(UserError, match=words):
        ask(result)


def test_a_record_that_breaks_its_promise_is_refused() -> None:
    record = walk(Walk(), "none", 0)
    check(record, 24)
    with pytest.raises(ModelError, match="shape"):
        check(record, 25)
    with pytest.raises(ModelError, match="no label: happiness"):
        check(replace(record, measures=("happiness", *MEASURES[1:])), 24)
    values = record.values.copy()
    values[2, 5, 1] = np.inf
    with pytest.raises(ModelError, match="active_count is infinite in month 5 at street 1"):
        check(replace(record, values=values), 24)
    assert issubclass(UnknownName, UserError)
