"""The vocabulary of an installation: outside packages add programmes, but not over ours."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from simulator import catalogue
from simulator.dynamics.programmes.programme import Programme
from simulator.language.errors import ModelError
from simulator.language.vocabulary import ProgrammeSignature


@pytest.fixture
def fresh() -> Iterator[None]:
    _forget()
    yield
    _forget()


def _forget() -> None:
    catalogue.vocabulary.cache_clear()
    catalogue.programmes.cache_clear()


def register(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    signature = ProgrammeSignature(name, {"en": "Choir", "zh": "合唱团"}, {})
    programme = type("Choir", (Programme,), {"signature": signature})
    entry = SimpleNamespace(load=lambda: programme, value="outside:Programme")
    monkeypatch.setattr(catalogue, "entry_points", lambda group: [entry] if group == "sanshe.programmes" else [])


def test_an_outside_package_adds_a_programme(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "choir" not in catalogue.vocabulary().programmes
    _forget()
    register("choir", monkeypatch)
    assert catalogue.vocabulary().programmes["choir"].title["zh"] == "合唱团"


def test_a_name_that_is_taken_is_refused(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    register("incubator", monkeypatch)
    with pytest.raises(ModelError, match="two programmes are called 'incubator'"):
        catalogue.vocabulary()
