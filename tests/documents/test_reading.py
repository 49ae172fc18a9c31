"""Whatever the bytes, reading ends in a document or in a DocumentError; places are exact."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from simulator.documents.library import Library
from simulator.documents.parameter import Change, Parameter
from simulator.documents.shelves import Shelves
from simulator.documents.source import decode
from simulator.documents.tree import Place
from simulator.documents.yaml_text import grow, scalar
from tests.documents.vocabulary import INSTRUMENT, SCENARIO, SMALL, library

YAMLISH = st.text(alphabet="abk:{}[]-,#&*!|>?%@`\"'\n \t0.5ü试\\\x85\ufeff<~", max_size=80)


@given(st.binary(max_size=200) | YAMLISH.map(str.encode) | YAMLISH.map(lambda text: ("kind: policy\n" + text).encode()))
@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any.yaml"
    path.write_bytes(data)
    reader = Library(SMALL, Shelves(tmp_path / "nothing"))
    found = reader.read(path)
    assert (found is not None) or reader.problems.found
    assert all(problem.line >= 1 and problem.column >= 1 for problem in reader.problems.found)


@given(st.data())
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_document_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([INSTRUMENT, SCENARIO]))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    path = tmp_path / "damaged.yaml"
    reader = library(tmp_path)
    path.write_text(text[:start] + data.draw(YAMLISH) + text[end:], encoding="utf-8")
    assert (reader.read(path) is not None) or reader.problems.found


NUMBERS = st.floats(-1e6, 1e6)


@given(NUMBERS, NUMBERS, NUMBERS, st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
@settings(deadline=None)
def test_a_parameter_survives_yaml(one: float, two: float, three: float, unit: str) -> None:
    low, value, high = sorted((one, two, three))
    parameter = Parameter(value=value, range=(low, high), unit=unit, certainty="assumption", per="resident")
    stream = StringIO()
    YAML().dump(parameter.model_dump(exclude_none=True, mode="json"), stream)
    tree, problems = grow(stream.getvalue(), "written.yaml")
    assert tree is not None
    assert not problems
    assert Parameter.model_validate(tree.value) == parameter


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("-3", -3), ("1e-3", 0.001), ("1.", 1.0), (".5", 0.5), ("0x10", 16), ("0o17", 15), ("no", "no"), ("yes", "yes"),
     ("on", "on"), ("true", True), ("~", None), ("null", None), ("1_000", "1_000"), ("18_34", "18_34"), ("2018-01", "2018-01"),
     ("2018-01-05", "2018-01-05"), ("12:30", "12:30")],
)  # fmt: skip
def test_scalars_are_those_of_yaml_1_2(text: str, value: object) -> None:
    found = scalar(text, Place("a"))
    assert found == value
    assert type(found) is type(value)


def test_every_value_and_key_knows_its_place() -> None:
    tree, _ = grow("kind: policy\nlist:\n  - {a: 1, b: [x, y]}\n", "file.yaml")
    assert tree is not None
    assert tree.at(("list", 0, "b", 1)).place == Place("file.yaml", 3, 19)
    assert tree.key_place(("list", 0, "b")) == Place("file.yaml", 3, 12)
    assert tree.value == {"kind": "policy", "list": ({"a": 1, "b": ("x", "y")},)}


def test_aliases_within_limits_are_written_out() -> None:
    tree, _ = grow("a: &numbers [1, 2]\nb: *numbers\n", "file.yaml")
    assert tree is not None
    assert tree.value == {"a": (1, 2), "b": (1, 2)}


def test_a_byte_order_mark_is_not_text() -> None:
    assert decode(b"\xef\xbb\xbfkind: policy", "file.yaml") == "kind: policy"


def test_leaving_out_a_list_item_moves_the_rest_up() -> None:
    tree, _ = grow("a: [x, y, z]\n", "file.yaml")
    assert tree is not None
    shorter = tree.without(("a", 1))
    assert shorter.value == {"a": ("x", "z")}
    assert shorter.at(("a", 1)).place.column == 11
    assert tree.value == {"a": ("x", "y", "z")}


def test_a_change_without_a_source_is_an_assumption() -> None:
    declared = Parameter(value=2, range=(1, 4), unit="factor", source="a survey", certainty="data")
    plain = Change.model_validate(3).of(declared, None)
    assert (plain.value, plain.certainty, plain.source, plain.range) == (3.0, "assumption", None, (1.0, 4.0))
    sourced = Change.model_validate({"value": 9}).of(declared, "another survey")
    assert (sourced.certainty, sourced.source, sourced.range) == ("data", "another survey", None)
