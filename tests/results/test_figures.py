"""Figures: what stands in them, in both languages, the same bytes each time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font

from simulator.experiments.replicates import run
from simulator.language.errors import ResultError
from simulator.language.labels import LANGUAGES, MEASURES, WORDS
from simulator.results.finding import finding
from simulator.results.folder import save_figure
from simulator.results.plots import PANELS, comparison_figure, difference_figure
from simulator.results.result import Result
from simulator.results.series import difference, trajectory
from simulator.results.style import FONT, GREY, spread
from tests.experiments.walk import Walk, walk, walk_with_failures


@pytest.fixture(scope="module")
def result() -> Result:
    return run(Walk(), one_run=walk)


def texts(figure: Figure) -> str:
    found = [text.get_text() for text in figure.texts]
    for axes in figure.axes:
        found += [axes.get_title(loc="left"), *(text.get_text() for text in axes.texts)]
    for legend in figure.legends:
        found += [text.get_text() for text in legend.get_texts()]
    return "\n".join(found)


def test_the_comparison_has_its_six_panels(result: Result) -> None:
    said = texts(comparison_figure(result))
    for name in PANELS:
        assert MEASURES[name].title["en"] in said
    for words in (
        "million yuan",
        "per 10,000 residents",
        "Beijing Chaoyang model",
        "seed 1",
        "6 replicates",
        "scale 1",
        "chance only",
    ):
        assert words in said


@pytest.mark.parametrize(("language", "said"), [("en", "budgets made equal"), ("zh", "预算调整为相同")])
def test_figures_of_equal_money_say_so(result: Result, language: str, said: str) -> None:
    equal = {"asked": "baseline", "total_yuan": 29.93e6, "policies": {}}
    made = Result(result.data, result.runs, result.timings, result.manifest | {"equal_money": equal})
    plotted = made.plot("active_count", language=language)
    for figure in (comparison_figure(made, language), difference_figure(made, language), plotted):
        assert said in texts(figure)
        assert "29.93" in texts(figure)
    assert said not in texts(comparison_figure(result, language))


def test_the_baseline_is_grey_and_no_other(result: Result) -> None:
    for axes in comparison_figure(result).axes:
        assert [line.get_color() == GREY for line in axes.lines] == [True, False, False, False]


def test_the_lines_are_the_numbers(result: Result) -> None:
    panel = next(axes for axes in comparison_figure(result).axes if axes.get_title(loc="left") == "Active density")
    expected = np.median(result.data["active_density"].sel(policy="chaoyang", place="district", draw=0).to_numpy(), axis=0)
    np.testing.assert_allclose(panel.lines[1].get_ydata(), expected)
    summary = result.summary().set_index(["policy", "measure"]).loc[("chaoyang", "active_density")]
    course = trajectory(result.data, "active_density", "chaoyang")
    assert (course.low[-1], course.high[-1]) == pytest.approx((summary["low"], summary["high"]))
    row = result.compare().set_index(["policy", "measure"]).loc[("none", "active_density")]
    gap = difference(result.data, "active_density", "none", "nankai-baseline")
    found = [gap.mean[-1], gap.low[-1], gap.high[-1], gap.spread_low[-1]]
    assert found == pytest.approx([row["diff"], row["low"], row["high"], row["spread_low"]])


def test_differences_leave_the_baseline_out_and_show_zero(result: Result) -> None:
    figure = difference_figure(result)
    assert "Nankai baseline" not in [text.get_text() for text in figure.legends[0].get_texts()]
    assert all(list(axes.lines[0].get_ydata()) == [0, 0] for axes in figure.axes)
    assert "percentage points" in texts(figure)


def test_the_title_says_what_the_interval_says(result: Result) -> None:
    row = result.compare().set_index(["policy", "measure"]).loc[("chaoyang", "active_count")]
    said = finding(result, "nankai-baseline", "en")
    assert f"Beijing Chaoyang model: {row['diff']:,.0f} more active organisations than Nankai baseline at 2020-01" in said
    assert f"{row['low']:,.0f} to {row['high']:,.0f}" in said
    assert "fewer active organisations" in finding(result, "chaoyang", "en")
    same = run(
        Walk(policies=(Walk().policies[0], Walk().policies[0].__class__("twin", {"en": "Twin", "zh": "孪生"}))), one_run=twin
    )
    assert "not told apart from" in finding(same, "nankai-baseline", "en")
    assert "yuan" not in finding(same, "nankai-baseline", "en"), "the same money"
    assert "no interval" in finding(run(Walk(replicates=1), one_run=walk), "nankai-baseline", "en")


def test_the_title_says_what_it_costs(result: Result) -> None:
    spent = result.compare().set_index(["policy", "measure"]).loc[("chaoyang", "spending_total_yuan"), "diff"]
    assert spent < -1e6
    assert finding(result, "nankai-baseline", "en").endswith(f", for {-spent / 1e6:,.1f} million yuan less")
    assert finding(result, "nankai-baseline", "zh").endswith(f"，支出少{-spent / 1e6:,.1f}百万元")
    assert finding(result, "chaoyang", "en").endswith("million yuan more")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("replicates", "words"), [(1, 1), (6, 1), (6, 4)])
def test_the_title_is_one_line_of_the_figure(language: str, replicates: int, words: int) -> None:
    first, second = Walk().policies[:2]
    long = replace(second, title={"en": second.title["en"] * words, "zh": second.title["zh"] * words})
    figure = comparison_figure(run(Walk(replicates=replicates, policies=(first, long)), one_run=walk), language)
    title = figure.texts[0]
    canvas = FigureCanvasAgg(figure)
    assert "\n" not in title.get_text()
    assert title.get_window_extent(canvas.get_renderer()).x1 < figure.bbox.width


def test_the_last_band_of_differences_is_the_interval_of_the_comparison(result: Result) -> None:
    row = result.compare().set_index(["policy", "measure"]).loc[("chaoyang", "active_count")]
    drawn = difference(result.data, "active_count", "chaoyang", "nankai-baseline")
    assert (drawn.mean[-1], drawn.low[-1], drawn.high[-1]) == (row["diff"], row["low"], row["high"])


def twin(scenario: Walk, policy: str, replicate: int) -> object:
    return walk(scenario, "nankai-baseline", replicate)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", ["png", "svg"])
def test_a_figure_is_the_same_bytes_each_time(result: Result, tmp_path: Path, language: str, ending: str) -> None:
    one, other = (
        save_figure(result.plot("active_count", language=language), tmp_path / f"{name}.{ending}").read_bytes() for name in "ab"
    )
    assert one == other


def test_the_shipped_font_has_every_character_of_the_labels() -> None:
    known = set(FT2Font(str(FONT)).get_charmap())
    said = "".join(text for title in WORDS.values() for text in title.values())
    for measure in MEASURES.values():
        said += "".join([*measure.title.values(), *measure.unit.values()])
    assert {character for character in said + "−硚猇瀍鄠埇浐浉甪南开区" if ord(character) not in known} == set()


def test_figures_stand_when_runs_failed_or_there_is_one_replicate() -> None:
    failed = run(Walk(replicates=2), one_run=walk_with_failures)
    assert "1 of 8 runs failed" in texts(comparison_figure(failed))
    single = run(Walk(replicates=1), one_run=walk)
    assert len(difference_figure(single, "zh").axes) == 6


def test_an_ending_that_is_no_picture_is_refused(result: Result, tmp_path: Path) -> None:
    with pytest.raises(ResultError, match=r"accepted endings: \.png, \.svg"):
        save_figure(result.plot("active_count"), tmp_path / "figure.gif")
    (tmp_path / "file").touch()
    with pytest.raises(ResultError, match="cannot write the figure"):
        save_figure(result.plot("active_count"), tmp_path / "file" / "figure.png")


def test_labels_move_apart_as_little_as_needed() -> None:
    assert spread([0.1, 0.9, 0.5], 0.1, 0, 1) == [0.1, 0.9, 0.5]
    moved = spread([0.5, 0.5, 0.5, 0.0], 0.1, 0, 1)
    assert min(np.diff(sorted(moved))) >= 0.1 - 1e-6
    assert sum(moved[:3]) / 3 == pytest.approx(0.5)
    assert spread([], 0.1, 0, 1) == []
