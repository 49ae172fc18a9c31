"""What is read, written back as YAML, is read again as the same; and so is every form."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from simulator import catalogue
from simulator.documents.library import FORMS
from simulator.documents.source import read_text
from simulator.documents.yaml_text import grow

SHIPPED = sorted(catalogue.shipped().rglob("*.yaml"))


def plain(value: object) -> object:
    """Lists for tuples, as YAML writes them."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, tuple) else value


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_document_survives_yaml(path: Path) -> None:
    tree, _ = grow(read_text(path, "before"), "before")
    assert tree is not None
    stream = StringIO()
    YAML().dump(plain(tree.value), stream)
    again, problems = grow(stream.getvalue(), "after")
    assert again is not None
    assert not problems
    assert again.value == tree.value
    form = FORMS[tree.value["kind"]]
    assert form.model_validate(again.value) == form.model_validate(tree.value)
