"""Every shipped document: it is accepted, it speaks both languages, and its numbers say where they come from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from simulator import catalogue
from simulator.documents.district import FIGURES, SHARES
from simulator.documents.parameter import Parameter, Shares

FOLDER = catalogue.shipped()
FILES = sorted(FOLDER.rglob("*.yaml"))
KINDS = {"districts": "district", "instruments": "instrument", "policies": "policy", "sweeps": "sweep"}
INSTRUMENTS = catalogue.names("instrument")
POLICIES = catalogue.names("policy")
DISTRICTS = catalogue.names("district")

EVIDENCE = r"E\d{3}-\d{3}"
DISTRICT_NOTES = r"C\.[1-5]\b"
LITERATURE = r"\b(19|20)\d\d\b"


def written() -> Iterator[tuple[str, Parameter | Shares]]:
    """Every number of every shipped document, with its path."""
    for path, item in catalogue.parameters().by_path.items():
        yield f"parameters.{path}", item
    for name in INSTRUMENTS:
        for key, item in catalogue.read("instrument", name).parameters.items():
            yield f"{name}.{key}", item
    for name in DISTRICTS:
        district = catalogue.read("district", name)
        for key in (*FIGURES, *SHARES):
            if (figure := getattr(district, key)) is not None:
                yield f"{name}.{key}", figure
        for entry in district.in_force:
            yield from ((f"{name}.{entry.name}.{key}", item) for key, item in entry.values.items())
    for name in POLICIES:
        for entry in catalogue.read("policy", name).instruments:
            yield from ((f"{name}.{entry.name}.{key}", item) for key, item in entry.values.items())


@cache
def numbers() -> dict[str, Parameter | Shares]:
    """The same as a mapping, read once."""
    return dict(written())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_is_accepted(path: Path) -> None:
    catalogue.validate([path])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_lies_in_the_folder_of_its_kind(path: Path) -> None:
    kind = KINDS.get(path.parent.name)
    if path.parent.parent.name == "sweeps":  # brought along by a sweep, and in no catalogue
        sweeps = [catalogue.read("sweep", name) for name in catalogue.names("sweep")]
        assert kind == "policy"
        assert path.stem in {policy.name for sweep in sweeps for policy in sweep.scenario.policies}
    elif kind is not None:
        assert path.stem in catalogue.names(kind)
    else:
        assert path.relative_to(FOLDER).with_suffix("").as_posix() in {*catalogue.names("scenario"), "parameters"}


def test_reader_refuses_what_is_not_in_the_catalogue(tmp_path: Path) -> None:
    """The acceptance above means something: one wrong name in a copy of a shipped policy is refused."""
    text = (FOLDER / "policies" / "chaoyang.yaml").read_text(encoding="utf-8")
    wrong = tmp_path / "chaoyang.yaml"
    wrong.write_text(text.replace("- hub_grant", "- hub_grants"), encoding="utf-8")
    with pytest.raises(Exception, match="did you mean hub_grant"):
        catalogue.validate([wrong])


def titles(item: Any) -> Iterator[Any]:
    """All texts in two languages that a document holds."""
    for key in ("title", "acts_on", "claim", "not_modelled"):
        if getattr(item, key, None) is not None:
            yield getattr(item, key)
    unlimited = getattr(item, "unlimited", None)
    yield from unlimited.reasons.values() if unlimited else ()


@pytest.mark.parametrize(
    ("kind", "name"),
    [("instrument", name) for name in INSTRUMENTS]
    + [("policy", name) for name in POLICIES]
    + [("district", name) for name in DISTRICTS]
    + [("scenario", name) for name in catalogue.names("scenario")],
)
def test_speaks_both_languages(kind: str, name: str) -> None:
    texts = list(titles(catalogue.read(kind, name)))
    assert texts
    for text in texts:
        assert re.search(r"[\u4e00-\u9fff]", text["zh"])
        assert not re.search(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", text["en"])


def test_numbers_are_certain_or_have_a_range() -> None:
    open_ended = {path for path, number in numbers().items() if isinstance(number, Parameter)
                  and number.certainty == "assumption" and number.range is None}  # fmt: skip
    assert not open_ended


def test_no_number_is_outside_its_range() -> None:
    ranged = {path: number for path, number in numbers().items() if isinstance(number, Parameter) and number.range}
    assert len(ranged) > 200
    for path, number in ranged.items():
        assert number.range is not None
        low, high = number.range
        assert low < high, path
        assert low <= number.value <= high, path


def test_sources_are_figures_or_publications() -> None:
    cited = {path: number.source for path, number in numbers().items() if number.source is not None}
    assert len(cited) > 40
    unknown = {path: source for path, source in cited.items()
               if not re.search(f"{EVIDENCE}|{DISTRICT_NOTES}|{LITERATURE}", source)}  # fmt: skip
    assert not unknown


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_evidence_is_cited_in_its_form(path: Path) -> None:
    for cited in re.findall(r"\bE\d[\w-]*", path.read_text(encoding="utf-8")):
        assert re.fullmatch(EVIDENCE, cited), cited


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_no_lever_moves_for_nothing(name: str) -> None:
    """Whatever moves a lever is carried by a programme that costs money or hours."""
    instrument = catalogue.read("instrument", name)
    for use in instrument.levers:
        carrier = [item for item in instrument.programmes if item.programme == use.carried_by]
        assert len(carrier) == 1, f"{name} moves {use.lever} and nothing carries it"
        assert {"money", "hours", "hours_per_group"} & set(carrier[0].inputs)


def test_sources_page_lists_what_numbers_cite() -> None:
    """scenarios/README.md says what the sections of the district notes are."""
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    cited = {code for number in numbers().values() for code in re.findall(r"C\.\d", number.source or "")}
    assert cited
    assert all(f"`{code}`" in page for code in cited)
