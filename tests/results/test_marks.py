"""Reference marks: what they say, where they are drawn, and that they never flatten the curves."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font

from simulator import catalogue
from simulator.experiments.replicates import run
from simulator.language.errors import UserError
from simulator.language.labels import LANGUAGES
from simulator.results.marks import MARKS, REACH, marks_of
from simulator.results.plots import marks_figure
from simulator.results.result import Result
from simulator.results.style import FONT
from tests.experiments.walk import Walk, walk


@cache
def shipped() -> Result:
    policies = ["nankai-baseline", "chaoyang", "none"]
    return run(catalogue.load("nankai-compare", scale=0.02, years=2, policies=policies), replicates=2)


def result(low: float = 2.4, high: float = 3.4) -> Result:
    """The real model, small, its registered density in the whole district bent into a range."""
    one = shipped()
    density = one.data["registered_density"]
    least, most = (float(f(density.sel(place="district"))) for f in (np.min, np.max))
    data = one.data.assign(registered_density=low + (density - least) * (high - low) / (most - least))
    return Result(data.assign_attrs(one.data.attrs), one.runs, one.timings, one.manifest)


def panel(figure: Figure) -> Axes:
    return next(axes for axes in figure.axes if axes.get_title(loc="left") == "Registered density")


def names(axes: Axes) -> str:
    return "\n".join(text.get_text() for text in axes.texts)


def share_of_curves(axes: Axes) -> float:
    """How much of the panel's height its curves take, with their bands."""
    low, high = axes.get_ylim()
    bands = [path.vertices[:, 1] for collection in axes.collections for path in collection.get_paths()]
    ends = np.concatenate([band for band in bands if band.size > 6])
    return float((ends.max() - ends.min()) / (high - low))


def test_the_marks_are_those_of_the_evidence() -> None:
    said = {name: (mark.measure, mark.low, mark.high, mark.date, mark.source.split(",")[0]) for name, mark in MARKS.items()}
    assert said == {
        "national": ("registered_density", 5.5, 6.3, "2017–2022", "C.3"),
        "jingan": ("registered_density", 15, 15, "2016-01", "E000-049"),
        "yuhuatai": ("registered_density", 20.8, 20.8, "2017-11", "E000-047"),
        "changning_target": ("organizations_per_community", 12, 12, "2025", "E002-001"),
    }
    assert MARKS["changning_target"].said("en") == "Changning's target, 2025: ≥12"
    assert "not an outcome" in MARKS["changning_target"].caveat["en"]
    assert [mark.name for mark in marks_of(["registered_density"])] == ["national", "jingan", "yuhuatai"]
    assert marks_of(["filed_count"]) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_caveats_and_sources_stand_in_the_footnote(language: str) -> None:
    figure = marks_figure(result(), language)
    footnote = figure.texts[-1].get_text()
    for mark in MARKS.values():
        assert mark.warned(language) in footnote
        assert mark.caveat[language] in footnote
    renderer = FigureCanvasAgg(figure).get_renderer()
    assert all(text.get_window_extent(renderer).x1 < figure.bbox.width for text in figure.texts)


def test_the_font_has_every_character() -> None:
    known = set(FT2Font(str(FONT)).get_charmap())
    said = "".join(mark.warned(language) for mark in MARKS.values() for language in LANGUAGES) + "↑↓"
    assert {character for character in said if ord(character) not in known} == set()


def test_what_is_near_is_drawn_and_what_is_far_is_named_at_the_edge() -> None:
    """Curves from 2 to 6: the national band is a band; 15 and 20.8 would flatten them and stand at the top."""
    axes = panel(marks_figure(result(2, 6)))
    low, high = axes.get_ylim()
    assert low < 5.5 < 6.3 < high < 15
    assert "↑ Yuhuatai, Nanjing, 2017-11: 20.8\n↑ Jing'an, Shanghai, 2016-01: 15" in names(axes)
    assert "\nChina, 2017–2022: 5.5–6.3" in "\n" + names(axes)


def test_a_mark_within_reach_is_a_line_at_its_value() -> None:
    axes = panel(marks_figure(result(1, 18)))
    lines = [line for line in axes.lines if len(line.get_ydata()) == 2]
    assert sorted(float(line.get_ydata()[0]) for line in lines) == [15, 20.8]
    assert axes.get_ylim()[1] > 20.8
    assert "↑" not in names(axes)


def test_marks_below_are_named_at_the_lower_edge() -> None:
    axes = panel(marks_figure(result(40, 40.5)))
    assert axes.get_ylim()[0] > 20.8
    assert names(axes).count("↓") == 3


RANGES = [(2.7, 2.71), (2.4, 3.4), (2, 6), (1, 18), (4, 60), (0, 200), (12, 13), (18, 22), (40, 40.5), (14.9, 15.1), (5.4, 6.4)]


@pytest.mark.parametrize("ends", RANGES)
def test_curves_are_never_flattened(ends: tuple[float, float]) -> None:
    """Marks on one side leave them 1 / REACH of the panel, on both sides 1 / (2 REACH - 1), names at the edges aside."""
    axes = panel(marks_figure(result(*ends)))
    assert share_of_curves(axes) > 0.6 / (2 * REACH - 1)
    low, high = axes.get_ylim()
    if not low < ends[0] - (ends[1] - ends[0]) < ends[1] + (ends[1] - ends[0]) < high:
        assert share_of_curves(axes) > 0.6 / REACH


@pytest.mark.parametrize("ends", RANGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_names_do_not_lie_on_one_another(ends: tuple[float, float], language: str) -> None:
    one = result(*ends)
    for figure in (marks_figure(one, language), one.plot("registered_density", language=language, marks=True)):
        renderer = FigureCanvasAgg(figure).get_renderer()
        figure.canvas.draw()
        boxes = [text.get_window_extent(renderer) for text in figure.axes[0].texts]
        for place, box in enumerate(boxes):
            assert not any(box.overlaps(other) for other in boxes[place + 1 :])


def test_without_marks_nothing_changes() -> None:
    plain, marked = (result().plot("registered_density", marks=marks) for marks in (False, True))
    assert "Yuhuatai" not in names(panel(plain))
    assert "Yuhuatai" in names(panel(marked))
    difference = marked.axes[1]
    assert "Yuhuatai" not in names(difference), "a difference has no such mark"


def test_a_result_without_these_measures_is_refused() -> None:
    with pytest.raises(UserError, match="no measure that reference marks are known of: registered_density"):
        marks_figure(run(Walk(replicates=2), one_run=walk))
