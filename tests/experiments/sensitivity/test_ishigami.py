"""Indices of a function whose indices are known, through a real sweep, its store and its reading.

Ishigami and Homma (1990), a = 7, b = 0.1, three numbers uniform in [-pi, pi]:

    V = a²/8 + b pi⁴/5 + b² pi⁸/18 + 1/2,  V1 = (1 + b pi⁴/5)²/2,  V2 = a²/8,  V13 = b² pi⁸ (1/18 - 1/50)
    first = (V1, V2, 0)/V = (0.3139, 0.4424, 0),  total = (V1 + V13, V2, V13)/V = (0.5576, 0.4424, 0.2437)

Designs, bootstraps and halves are seeded, so these tests have no chance in them; tolerances are about three standard errors of
the method at its sample (Sobol, N = 1024: 0.03).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from simulator.documents.sweep import DesignForm
from simulator.experiments.sensitivity.finding import SURE, Sensitivity, judged
from simulator.experiments.sensitivity.methods import Sample, unit_of
from simulator.experiments.sensitivity.sample import Taken, chance
from simulator.experiments.sweeps.design import positions
from simulator.experiments.sweeps.opened import SweepResult, open_sweep
from simulator.experiments.sweeps.plan import Planned
from simulator.experiments.sweeps.sweep import sweep
from simulator.language.errors import UnknownName, UserError
from tests.experiments.sweeps import stubs
from tests.experiments.sweeps.small import PURCHASE, small, three

A, B = 7, 0.1
V1, V2, V13 = (1 + B * np.pi**4 / 5) ** 2 / 2, A**2 / 8, B**2 * np.pi**8 * (1 / 18 - 1 / 50)
V = V1 + V2 + V13
FIRST = {"x1": V1 / V, "x2": V2 / V, "x3": 0.0}
TOTAL = {"x1": (V1 + V13) / V, "x2": V2 / V, "x3": V13 / V}

Swept = Callable[[str, int], SweepResult]


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Swept:
    """The function swept by a design of so many points; each only once."""

    @cache
    def made(method: str, points: int) -> SweepResult:
        out = tmp_path_factory.mktemp(method) / "out"
        return sweep(three(method=method, points=points), out=out, one_run=stubs.ishigami, workers=2)

    return made


def indices(found: Sensitivity, column: str) -> dict[str, float]:
    return dict(zip(found.table["number"], found.table[column], strict=True))


def test_the_known_variance() -> None:
    assert pytest.approx(A**2 / 8 + B * np.pi**4 / 5 + B**2 * np.pi**8 / 18 + 0.5) == V
    assert pytest.approx({"x1": 0.3139, "x2": 0.4424, "x3": 0.0}, abs=1e-4) == FIRST
    assert pytest.approx({"x1": 0.5576, "x2": 0.4424, "x3": 0.2437}, abs=1e-4) == TOTAL


def test_sobol_indices_are_the_known_ones(swept: Swept) -> None:
    found = swept("saltelli", 1024).sensitivity("active_count")
    assert (found.method, found.taken.points, found.taken.replicates) == ("sobol", 5120, 5)
    assert indices(found, "first") == pytest.approx(FIRST, abs=0.03)
    assert indices(found, "total") == pytest.approx(TOTAL, abs=0.03)
    for column, known in (("first", FIRST), ("total", TOTAL)):
        low, high = indices(found, f"{column}_low"), indices(found, f"{column}_high")
        assert all(low[name] < known[name] < high[name] for name in known)
    assert found.table["number"].tolist() == ["x1", "x2", "x3"]
    assert not found.unsure
    assert "large enough for this order" in " ".join(found.remarks())
    assert found.taken.luck == pytest.approx(0, abs=1e-20)  # all points share it


def test_a_small_sample_does_not_order_what_lies_close(swept: Swept) -> None:
    """total of x1 and x2 differ by 0.12; with sixteen base points the intervals are as wide as the indices."""
    found = swept("saltelli", 16).sensitivity("active_count")
    assert found.unsure
    assert "too small to say whether" in " ".join(found.remarks())
    assert "样本太小" in " ".join(found.remarks("zh"))


def test_morris_effects(swept: Swept) -> None:
    """mu_star by hand: x2 moves on four levels between which 7 sin² changes by 5.25, over steps of 2/3: 7.875, always."""
    found = swept("morris", 60).sensitivity("active_count")
    assert found.method == "morris"
    assert indices(found, "mu_star")["x2"] == pytest.approx(7.875)
    assert indices(found, "mu")["x2"] == pytest.approx(0, abs=3 * 7.875 / np.sqrt(60))
    assert indices(found, "sigma")["x1"] > 3  # its effect depends on x3


@pytest.mark.parametrize("method", [pytest.param("delta", marks=pytest.mark.slow), "pawn"])
def test_given_samples_find_what_matters(swept: Swept, method: str) -> None:
    found = swept("lhs", 1200).sensitivity("active_count", method=method)
    values = indices(found, found.main)
    assert values["x2"] > values["x3"]
    assert values["x1"] > values["x3"]
    assert all(found.table["above_nothing"])
    assert 0 < found.nothing < min(values.values())
    if method == "delta":
        first, low, known = (indices(found, "first"), indices(found, "first_low"), first_of_classes(1200))
        assert all(abs(first[name] - known[name]) < 3 * (first[name] - low[name]) / 1.96 for name in known)


def first_of_classes(n: int) -> dict[str, float]:
    """What a sample of n can see: the variance between Plischke's classes of each number; 7 sin² x2 rises and falls in one."""
    classes = int(np.ceil(n ** (2 / (7 + np.tanh((1500 - n) / 500)))))
    x = (2 * (np.arange(classes * 10_000) + 0.5) / (classes * 10_000) - 1) * np.pi
    means = {"x1": (1 + B * np.pi**4 / 5) * np.sin(x), "x2": A * np.sin(x) ** 2, "x3": 0 * x}
    return {name: float(mean.reshape(classes, -1).mean(axis=1).var() / V) for name, mean in means.items()}


def test_a_number_that_does_nothing_is_said_to_do_nothing(tmp_path: Path) -> None:
    """The stub knows purchase money only; hub grants move nothing in it."""
    found = sweep(small(design={"method": "lhs", "points": 200}, policies=["chaoyang"]), out=tmp_path, one_run=stubs.stub)
    for method in ("delta", "pawn"):
        told = found.sensitivity("active_count", method=method)
        assert told.below_nothing == [name for name in found.names if name != "purchase"]
        assert told.table["number"][0] == "purchase"
        assert "cannot be told from a number that does nothing" in " ".join(told.remarks())


def test_the_tornado_is_the_mean_at_the_ends(tmp_path: Path) -> None:
    """active = 1000 + luck + 60 purchase, and purchase is 0.8 on average in the lowest fifth of [0, 8], 7.2 in the highest."""
    found = sweep(small(design={"method": "lhs", "points": 200}, policies=["chaoyang"]), out=tmp_path, one_run=stubs.stub)
    told = found.sensitivity("active_count", method="pawn").table.set_index("number")
    luck = found.outcomes("active_count")["active_count"].mean() - 1000 - 60 * 4
    assert told.loc["purchase", "at_low"] == pytest.approx(1000 + luck + 48, abs=1)
    assert told.loc["purchase", "at_high"] == pytest.approx(1000 + luck + 432, abs=1)


def simulated(method: str, x: np.ndarray, unit: int, slopes: np.ndarray, rng: np.random.Generator) -> Taken:
    """A sweep of a linear measure: slopes by number and replicate, (n_numbers, n_replicates); luck is all shared."""
    values = x @ slopes + rng.normal(0, 1, (1, slopes.shape[1]))
    return Taken(Sample(x, values.mean(axis=1), unit), method, len(x), 0, values)  # type: ignore[arg-type]


@pytest.mark.parametrize(("method", "n"), [("morris", 20), pytest.param("pawn", 120, marks=pytest.mark.slow), ("sobol", 32)])
def test_numbers_that_are_alike_are_seldom_ordered(method: str, n: int) -> None:
    """Two numbers whose slopes are drawn alike, 1 +- 0.5, in each of ten replicates: an order is chance.

    Nominally 5 of 100 sweeps tell one. Of 60, more than 9 would have a chance of 1 in 1000. Resampling points alone told an
    order in more than half of them.
    """
    design = {"morris": "morris", "sobol": "saltelli"}.get(method, "lhs")
    told = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        x = positions(DesignForm(method=design, points=n, seed=seed), 2)  # type: ignore[arg-type]
        taken = simulated(method, x, unit_of(method, 2), rng.normal(1, 0.5, (2, 10)), rng)  # type: ignore[arg-type]
        _, table, _ = judged(taken, ["a", "b"])
        told += bool(table["sure"][0] >= SURE and table["above_nothing"][0])
    assert told <= 9


def test_numbers_that_differ_are_ordered() -> None:
    """Slopes of 2 and 1 that hardly differ between replicates."""
    for method, design, n in (("morris", "morris", 20), ("pawn", "lhs", 120), ("sobol", "saltelli", 32)):
        rng = np.random.default_rng(1)
        x = positions(DesignForm(method=design, points=n, seed=1), 2)  # type: ignore[arg-type]
        slopes = np.array([[1.0], [2.0]]) + rng.normal(0, 0.05, (2, 10))
        _, table, nothing = judged(simulated(method, x, unit_of(method, 2), slopes, rng), ["a", "b"])  # type: ignore[arg-type]
        assert table["number"].tolist() == ["b", "a"]
        assert table["sure"][0] >= SURE
        assert table.iloc[0, 1] > nothing


def test_few_replicates_order_nothing(tmp_path: Path) -> None:
    found = sweep(small(design={"method": "lhs", "points": 60}, policies=["chaoyang"]), out=tmp_path, one_run=stubs.stub)
    told = found.sensitivity("active_count", method="pawn")
    assert (told.leader, told.has_replicates) == (None, False)
    assert "with fewer than 5 replicates" in " ".join(told.remarks())
    assert "does not say which number matters most" in told.plot().texts[0].get_text()
    assert "where each number is lowest and highest" in told.tornado().texts[0].get_text()


def test_titles_and_remarks_say_the_same(tmp_path: Path) -> None:
    what = small(design={"method": "lhs", "points": 100}, policies=["chaoyang"], replicates=5)
    found = sweep(what, out=tmp_path, one_run=stubs.stub).sensitivity("active_count", method="pawn")
    assert found.leader == "purchase"
    assert "depends most on purchase" in found.plot().texts[0].get_text()
    assert "most moved by purchase" in found.tornado().texts[0].get_text()
    assert "large enough for this order" in " ".join(found.remarks())


def test_a_dollar_in_a_name_is_drawn_as_one(tmp_path: Path) -> None:
    vary = {PURCHASE: {"name": "$\\foo{$", "low": 0, "high": 8}}
    what = small(vary=vary, design={"method": "lhs", "points": 30}, policies=["chaoyang"], replicates=5)
    found = sweep(what, out=tmp_path, one_run=stubs.stub).sensitivity("active_count", method="pawn")
    found.plot().savefig(tmp_path / "bars.png")
    found.tornado().savefig(tmp_path / "tornado.png")


def test_what_hardly_varies_is_refused_in_words(tmp_path: Path) -> None:
    """Densities need values that differ: SALib's own complaint would be a traceback."""
    values = np.zeros((40, 5))
    values[0] = 1
    taken = Taken(Sample(np.random.default_rng(0).random((40, 2)), values.mean(axis=1), 1), "delta", 40, 0, values)
    with pytest.raises((ValueError, np.linalg.LinAlgError)):
        judged(taken, ["a", "b"])


def test_luck_is_told_from_effect() -> None:
    """Rows with effect sd 2 and luck sd 6 of their own, columns with luck that all share: the mean of 9 has luck sd 6/3 = 2."""
    rng = np.random.default_rng(4)
    values = rng.normal(0, 2, (4000, 1)) + rng.normal(0, 100, (1, 9)) + rng.normal(0, 6, (4000, 9))
    share, sd = chance(values)
    assert sd == pytest.approx(2, rel=0.03)
    assert share == pytest.approx(4 / (4 + 4), abs=0.03)
    assert np.isnan(chance(values[:, :1])).all()


def test_what_cannot_be_answered_is_refused(swept: Swept, tmp_path: Path) -> None:
    lhs, morris = swept("lhs", 1200), swept("morris", 60)
    for sweep_, options, words in [
        (lhs, {"method": "sobol"}, "method sobol needs a saltelli design, and this sweep is a lhs one"),
        (morris, {"method": "pawn"}, "trajectories are not; take morris"),
        (lhs, {"policy": "none"}, "unknown policy of this sweep 'none'"),
        (lhs, {"month": 61}, "month 61 is outside the sweep"),
        (lhs, {"month": 0}, "is the same at all points"),
        (lhs, {"measure": "filed_count"}, "has no value at any point: it is empty at month 60"),
    ]:
        with pytest.raises(UserError, match=words):
            sweep_.sensitivity(**{"measure": "active_count"} | options)  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="unknown method 'fast'"):
        lhs.sensitivity("active_count", method="fast")
    few = sweep(small(), out=tmp_path / "few", one_run=stubs.stub)
    with pytest.raises(UserError, match="12 points are too few for delta; at least 20"):
        few.sensitivity("active_count")
    vary = {PURCHASE: {"low": 0, "high": 8}, "policies.chaoyang.hub_grant.from": ["start", "start+12m"]}
    design = {"method": "lhs", "points": 30}
    words_vary = sweep(small(vary=vary, design=design, policies=["chaoyang"]), out=tmp_path / "words", one_run=stubs.stub)
    with pytest.raises(UserError, match="varies over words, which have no order"):
        words_vary.sensitivity("active_count")


def test_an_unfinished_sweep_answers_from_what_is_whole(swept: Swept, tmp_path: Path) -> None:
    """All of replicate 0 but one run, and some of replicate 1: its points have not met the same luck, so it waits."""
    begun = sweep(three(method="saltelli", points=64), out=tmp_path, one_run=stubs.ishigami)
    plan = begun.store.plan
    for chunk in (plan.chunk_of(Planned("chaoyang", 17, 0)), *list(plan.chunks)[plan.blocks + plan.blocks // 2 :]):
        begun.store.path("runs", chunk).unlink()
    found = open_sweep(tmp_path).sensitivity("active_count")
    # A chunk is eight points of two crossings.
    assert (found.taken.points, found.taken.points_left_out, found.taken.replicates) == (310, 10, 1)
    assert "10 points are left out" in " ".join(found.remarks())
    assert "fewer than 5 replicates" in " ".join(found.remarks())
    assert indices(found, "total") == pytest.approx(TOTAL, abs=0.15)


def test_figures_and_json(swept: Swept) -> None:
    found = swept("saltelli", 16).sensitivity("active_count")
    for language in ("en", "zh"):
        for figure in (found.plot(language), found.tornado(language)):
            texts = [text.get_text() for text in figure.findobj(lambda item: hasattr(item, "get_text"))]
            assert any("x1" in text for text in texts)
            assert any(("Nankai" if language == "en" else "南开") in text for text in texts)
    told = found.machine_readable()
    assert told["index"] == "total"
    assert [row["number"] for row in told["numbers"]] == found.table["number"].tolist()


def test_state_of_numpy_is_left_alone(swept: Swept) -> None:
    sweep_ = swept("lhs", 1200)
    np.random.seed(5)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    sweep_.sensitivity("active_count", method="pawn")
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002
