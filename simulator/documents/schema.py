"""JSON Schema (draft 2020-12) of each kind of document, for editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from simulator.documents.district import FIGURES, SHARES, DistrictForm
from simulator.documents.library import FORMS
from simulator.language.errors import UnknownName
from simulator.language.vocabulary import Vocabulary

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def json_schema(kind: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """The schema of a kind, with the names of levers and programmes that the vocabulary has; UnknownName."""
    if kind not in FORMS:
        raise UnknownName("kind", kind, list(FORMS))
    schema = FORMS[kind].model_json_schema()
    if kind == "district":
        _name_figures(schema)
    if kind == "instrument":
        _accept_only(schema, "LeverUse", "lever", vocabulary.levers)
        _accept_only(schema, "ProgrammeUse", "programme", vocabulary.programmes)
    return {"$schema": DIALECT, **schema}


def _accept_only(schema: dict[str, Any], form: str, key: str, known: Mapping[str, Any]) -> None:
    schema["$defs"][form]["properties"][key]["enum"] = sorted(known)


def _name_figures(schema: dict[str, Any]) -> None:
    """Title, unit and groups of each figure, as an editor shows them."""
    assert schema["title"] == DistrictForm.__name__
    for name, figure in FIGURES.items():
        schema["properties"][name]["description"] = f"{figure.en} ({figure.zh}), unit: {figure.unit}"
    for name, groups in SHARES.items():
        schema["properties"][name]["description"] = f"{groups.en} ({groups.zh}), shares of {', '.join(groups.names)}"
