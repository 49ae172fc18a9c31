"""What is stored is read back as it was recorded: whole, in part, lazily, by SQL, and against a run done again."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from simulator.experiments.query import query, tables
from simulator.experiments.replicates import run as run_scenario
from simulator.experiments.sweeps import opened as reading
from simulator.experiments.sweeps.opened import SweepResult, open_sweep
from simulator.experiments.sweeps.rerun import rerun
from simulator.experiments.sweeps.sweep import sweep
from simulator.experiments.sweeps.varying import load
from simulator.language.errors import ResultError, UnknownName, UserError
from tests.experiments.sanshe_walks import of_documents
from tests.experiments.sweeps import stubs
from tests.experiments.sweeps.small import GRANT, PURCHASE, small

KEYS = ["policy", "point", "replicate"]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> SweepResult:
    """A small sweep with all its streets."""
    out = tmp_path_factory.mktemp("read") / "out"
    return sweep(small(keep={"places": "all"}), out=out, one_run=stubs.stub)


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> SweepResult:
    """Half of it."""
    out = tmp_path_factory.mktemp("half") / "out"
    sweep(small(), out=out, one_run=stubs.stub, shard="0/2")
    return open_sweep(out)


def recorded(sweep: SweepResult, policy: str, point: int, replicate: int) -> np.ndarray:
    """What the stub records: (n_measures, n_months + 1, n_places)."""
    values = tuple(sweep.points().loc[point])
    return stubs.stub(load(small()).at(values), policy, replicate).values


def test_runs_stand_in_the_order_of_the_plan(found: SweepResult) -> None:
    runs = found.runs()
    plan = found.store.plan
    expected = [(p, point, r) for p in plan.policies for point in range(12) for r in range(3)]
    assert list(zip(runs["policy"], runs["point"], runs["replicate"], strict=True)) == expected
    assert runs["run_id"].tolist() == [f"{p}/{point}/{r}" for p, point, r in expected]
    assert runs.columns.tolist() == ["run_id", *KEYS, "seed", "purchase", GRANT, "status", "error"]
    numbers = found.points().loc[runs["point"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(runs[["purchase", GRANT]], numbers, check_names=False)


def test_the_long_table_holds_what_was_recorded(found: SweepResult) -> None:
    table = found.table("active_count", policies=["chaoyang"], points=[7])
    values = np.stack([recorded(found, "chaoyang", 7, replicate)[0] for replicate in range(3)])  # (replicate, month, place)
    assert table.columns.tolist() == [*KEYS, "month", "date", "place", "measure", "value", "unit"]
    assert table["value"].to_numpy() == pytest.approx(values.ravel(), abs=0)
    assert table["place"].tolist()[:3] == list(stubs.PLACES)
    assert str(table["date"].iloc[-1])[:7] == "2023-01"
    assert set(table["unit"]) == {"organisations"}


def test_a_table_can_be_had_in_part(found: SweepResult) -> None:
    whole = found.table("active_count", "registered_count")
    part = found.table("registered_count", month=[0, 60], policies=["none"], places=["street 2"])
    wanted = whole.query("measure == 'registered_count' and month in (0, 60) and policy == 'none' and place == 'street 2'")
    pd.testing.assert_frame_equal(part, wanted.reset_index(drop=True))


def test_batches_are_the_table_piece_by_piece(found: SweepResult) -> None:
    batches = list(found.batches("active_count"))
    assert len(batches) == len(found.store.plan.chunks)
    together = pd.concat(batches).sort_values([*KEYS, "month", "place"], ignore_index=True)
    whole = found.table("active_count").sort_values([*KEYS, "month", "place"], ignore_index=True)
    pd.testing.assert_frame_equal(together, whole)


def test_too_large_a_table_is_refused_with_advice(found: SweepResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 1000)
    with pytest.raises(UserError, match=r"would have 26,352 rows; accepted: up to 1,000\. Name measures, a month"):
        found.table("active_count", "registered_count")
    assert len(found.table("active_count", month=60, places=["district"])) == 72


def test_outcomes_are_at_a_month_and_growth_from_the_start(found: SweepResult) -> None:
    for month in (60, 12):
        outcomes = found.outcomes("active_count", "registered_growth", month=month).set_index(KEYS)
        values = recorded(found, "chaoyang", 5, 2)[:, month, 0]
        row = outcomes.loc[("chaoyang", 5, 2)]
        assert (row["active_count"], row["registered_growth"]) == (values[0], values[2])
        assert row["purchase"] == found.points()["purchase"][5]


def test_a_summary_is_over_replicates(found: SweepResult) -> None:
    summary = found.summary("active_count").set_index(["policy", "point"])
    values = np.array([recorded(found, "chaoyang", 4, replicate)[0, -1, 0] for replicate in range(3)])
    row = summary.loc[("chaoyang", 4)]
    assert (row["mean"], row["median"]) == pytest.approx((values.mean(), np.median(values)), rel=1e-14)
    assert row["se"] == pytest.approx(values.std(ddof=1) / np.sqrt(3), rel=1e-12)
    assert (row["low"], row["high"]) == pytest.approx(tuple(np.quantile(values, (0.05, 0.95))), rel=1e-14)
    assert (row["n"], row["unit"], row["purchase"]) == (3, "organisations", found.points()["purchase"][4])


def test_the_dataset_is_lazy_and_right(found: SweepResult, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    from simulator.experiments.sweeps import lazily

    original = lazily.read_part
    monkeypatch.setattr(lazily, "read_part", lambda path, columns=None: (read.append(path), original(path, columns))[1])
    data = found.data
    assert not read
    begun = 0
    assert data["active_count"].dims == ("policy", "point", "replicate", "month", "place")
    assert data["active_count"].attrs["units"] == "organisations"
    assert data["purchase"].dims == ("point",)
    one = data["active_count"].sel(policy="chaoyang", point=7, replicate=1)
    assert one.to_numpy() == pytest.approx(recorded(found, "chaoyang", 7, 1)[0], abs=0)
    assert len(read) == begun + 1
    district = data["active_count"].sel(place="district", month=60).mean("replicate")
    assert district.sel(policy="chaoyang").to_numpy() == pytest.approx(
        found.summary("active_count").query("policy == 'chaoyang'")["mean"].to_numpy()
    )


@pytest.mark.parametrize(
    "key",
    [
        {"policy": 0}, {"policy": [1, 0]}, {"point": slice(2, 9, 3)}, {"point": [5, 2, 2], "replicate": [2, 0]},
        {"month": slice(None, None, -20), "place": 2}, {"policy": 1, "point": 3, "replicate": 0, "month": 7, "place": 0},
        {"point": slice(0, 0)}, {"month": -1},
    ],
)  # fmt: skip
def test_any_selection_is_that_of_the_whole(found: SweepResult, key: dict[str, object]) -> None:
    whole: xr.DataArray = found.data["active_count"].load()
    xr.testing.assert_identical(found.data["active_count"].isel(key).load(), whole.isel(key))


def test_only_the_district_is_kept_unless_streets_are_asked_for(half: SweepResult) -> None:
    assert half.places == ["district"]
    assert half.data.sizes["place"] == 1
    assert set(half.table("active_count")["place"]) == {"district"}


def test_what_is_not_there_yet_is_empty(half: SweepResult) -> None:
    values = half.data["active_count"].isel(month=-1, place=0).to_numpy()
    there = np.zeros_like(values, dtype=bool)
    for run in half.runs().itertuples():
        there[half.policies.index(run.policy), run.point, run.replicate] = True
    assert (np.isnan(values) == ~there).all()
    assert 0 < there.sum() < there.size
    assert not half.finished
    assert "36 of 72 runs done" in repr(half)
    summary = half.summary("active_count")
    assert (summary["n"] == there.sum(axis=2).ravel()).all()


def test_what_a_sweep_does_not_have_is_refused(found: SweepResult) -> None:
    for wrong, words in [
        ({"policies": ["chaoyan"]}, "did you mean chaoyang"), ({"places": ["street 9"]}, "place of this sweep 'street 9'"),
        ({"points": [12]}, "point 12 is not in the sweep; accepted: 0 to 11"), ({"month": 61}, "accepted: 0 to 60"),
    ]:  # fmt: skip
        with pytest.raises(UserError, match=words):
            found.table("active_count", **wrong)
    with pytest.raises(UnknownName, match="did you mean active_count"):
        found.table("activ_count")
    with pytest.raises(UserError, match="a ratio over all replicates"):
        found.outcomes("yuan_per_added_participant")


def test_sql_reads_every_table(found: SweepResult) -> None:
    assert set(tables(found.folder)) == {"runs", "trajectories", "summary", "books", "timings", "points"}
    best = found.query("""
        select point, purchase, avg(active_count) as active from summary join points using (point)
        where policy = 'chaoyang' group by all order by active desc limit 1
    """)
    assert best["point"][0] == found.points()["purchase"].idxmax()
    assert json.loads(found.query("select accounts from books limit 1")["accounts"][0]) == {"purchase": 5.0}
    assert found.query("select count(*) n from trajectories")["n"][0] == 72 * 61 * 3


def test_wrong_sql_is_refused_with_the_tables_there_are(found: SweepResult, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"sumary does not exist! \(tables: books, .*did you mean summary"):
        found.query("select * from sumary")
    with pytest.raises(UserError, match="syntax error"):
        found.query("selec 1")
    with pytest.raises(ResultError, match="neither a result nor a sweep"):
        query(tmp_path, "select 1")


def test_sql_reads_a_result_too(tmp_path: Path) -> None:
    from simulator import catalogue

    run_scenario(catalogue.load("nankai-compare"), replicates=2, one_run=of_documents, out=tmp_path)
    assert query(tmp_path, "select count(*) n from runs where status = 'done'")["n"][0] == 8
    assert set(tables(tmp_path)) >= {"runs", "trajectories", "timings", "summary", "comparison"}


def test_a_run_done_again_is_the_same_in_every_value(found: SweepResult) -> None:
    again = rerun(found.folder, "chaoyang/7/1", stubs.stub)
    assert (again.stored, again.same, again.same_program, again.error) == ("done", True, True, None)
    assert again.values == dict(found.points().loc[7])
    assert again.trajectory()["active_count"].tolist() == recorded(found, "chaoyang", 7, 1)[0, :, 0].tolist()


def test_a_run_that_would_be_another_is_noticed(found: SweepResult) -> None:
    again = rerun(found.folder, "chaoyang/7/1", partial(_nudged, 1e-12))
    assert again.same is False


def _nudged(by: float, scenario: object, policy: str, replicate: int) -> object:
    record = stubs.stub(scenario, policy, replicate)  # type: ignore[arg-type]
    record.values[0, 30, 1] *= 1 + by
    return record


def test_a_failed_run_fails_again_in_the_open(tmp_path: Path) -> None:
    failing = partial(stubs.failing, tmp_path)
    failed = sweep(small(), out=tmp_path / "out", one_run=failing)
    run_id = failed.runs().query("status == 'failed'")["run_id"].iloc[0]
    again = rerun(failed.folder, run_id, failing)
    assert again.stored == "failed"
    assert again.same is None
    assert isinstance(again.error, ValueError)
    assert again.trajectory().empty


def test_a_run_that_is_not_there_yet_can_be_done(half: SweepResult) -> None:
    missing = next(run for chunk in half.store.plan.chunks if chunk % 2 for run in half.store.plan.runs(chunk))
    assert rerun(half.folder, missing.run_id, stubs.stub).stored == "missing"


def test_documents_may_be_gone_when_a_run_is_done_again(tmp_path: Path) -> None:
    """The user's own policy, changed after the sweep: the sweep has kept the one that it was made with."""
    own = tmp_path / "mine.yaml"
    own.write_text("kind: policy\ntitle: {en: Mine, zh: 我的}\nextends: chaoyang\ninstruments: []\n")
    text = f"""
        kind: sweep
        title: {{en: Tried, zh: 试验}}
        scenario: nankai-compare
        policies: [mine]
        vary: {{{PURCHASE.replace("chaoyang", "mine")}: {{low: 0, high: 8}}}}
        design: {{method: lhs, points: 3}}
        replicates: 1
    """
    (tmp_path / "sweep.yaml").write_text(text)
    swept = sweep(tmp_path / "sweep.yaml", out=tmp_path / "out", one_run=_of_own, seed=4, set=["years=3"])
    own.unlink()
    (tmp_path / "sweep.yaml").unlink()
    again = rerun(swept.folder, "mine/2/0", _of_own)
    assert (again.same, again.seed, len(again.trajectory())) == (True, 4, 37)


def test_a_scenario_named_by_its_whole_path_may_be_gone_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    base = tmp_path / "elsewhere" / "base.yaml"
    base.parent.mkdir()
    about = "kind: scenario\ntitle: {en: Base, zh: 基础}\ndistrict: nankai\nstart: 2018-01\nyears: 2\n"
    base.write_text(about + "policies: [chaoyang]\n")
    swept = sweep(small(scenario=str(base), policies=["chaoyang"]), out=tmp_path / "out", one_run=stubs.stub)
    base.unlink()
    assert str(tmp_path) not in (swept.folder / "inputs" / "own" / "sweep.yaml").read_text()
    assert rerun(swept.folder, "chaoyang/2/0", stubs.stub).same


def _of_own(scenario: object, policy: str, replicate: int) -> object:
    return stubs.stub(scenario, "none", replicate)  # type: ignore[arg-type]
