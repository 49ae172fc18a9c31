"""pydantic's errors in our words, at the places where they are written."""

from __future__ import annotations

import math
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic_core import ErrorDetails

from simulator.documents.form import Form
from simulator.documents.tree import Path, Tree
from simulator.documents.wording import describe, plain, say
from simulator.language.errors import Problem, did_you_mean


def written_path(tree: Tree, loc: Path) -> Path:
    """The part of pydantic's location that is written in the file: tags of unions and missing keys are left out."""
    path: list[str | int] = []
    for step in loc:
        if step in tree.below:
            path.append(step)
            tree = tree.below[step]
    return tuple(path)


def problem_of(tree: Tree, form: type[Form], item: ErrorDetails) -> Problem:
    """One of pydantic's errors in our words, at its place."""
    path = written_path(tree, item["loc"])
    misspelt = _misspelt_key(tree, form, item)
    on_key = bool(misspelt) or item["type"] in ("extra_forbidden", "missing")
    place = tree.key_place(path) if on_key else tree.at(path).place
    return Problem(place.file, place.line, place.column, misspelt or _sentence(tree, form, item))


def _sentence(tree: Tree, form: type[Form], item: ErrorDetails) -> str:
    kind, given, context = item["type"], item["input"], item.get("ctx", {})
    if kind == "refused":
        return str(context["sentence"])
    if kind == "missing" and isinstance(item["loc"][-1], int):
        return say("wrong length", accepted=f"{item['loc'][-1] + 1} items", given=f"{len(given)}")
    if kind == "missing":
        return say("missing key", key=item["loc"][-1], about=_about(form, item["loc"]))
    if kind == "extra_forbidden":
        key = str(item["loc"][-1])
        parent = tree.at(written_path(tree, item["loc"])[:-1])
        known = [name for name in _keys_at(form, item["loc"][:-1]) if name not in parent.below]
        return say("unknown key", key=key, hint=did_you_mean(key, known))
    if kind in ("greater_than", "greater_than_equal"):
        relation = "above" if kind == "greater_than" else "of at least"
        limit = context["gt" if kind == "greater_than" else "ge"]
        return say("below", given=plain(given), relation=relation, limit=plain(limit))
    if kind in ("less_than", "less_than_equal"):
        relation = "below" if kind == "less_than" else "of at most"
        limit = context["lt" if kind == "less_than" else "le"]
        return say("above", given=plain(given), relation=relation, limit=plain(limit))
    if kind == "literal_error":
        return say("not one of", given=describe(given), accepted=context["expected"])
    if kind == "too_short" and not isinstance(given, dict):
        return _length(given, context)
    return _wrong_type(kind, given, context)


def _misspelt_key(tree: Tree, form: type[Form], item: ErrorDetails) -> str:
    """Text where a form that takes further numbers expects one: perhaps one of its own keys is meant (form: from)."""
    loc = item["loc"]
    path = written_path(tree, loc)
    if item["type"] != "float_type" or not isinstance(item["input"], str) or not path or loc[-1] == path[-1]:
        return ""
    hint = did_you_mean(str(path[-1]), _keys_at(form, loc[: loc.index(path[-1])]))
    return say("unknown key", key=path[-1], hint=hint) if "did you mean" in hint else ""


_TYPES = {
    "float_type": "not a number", "int_type": "not whole", "int_from_float": "not whole", "string_type": "not text",
    "model_type": "not a mapping", "dict_type": "not a mapping",
    "model_attributes_type": "not a mapping", "tuple_type": "not a list", "finite_number": "not a number",
    "too_long": "wrong length", "string_too_short": "empty text", "too_short": "nothing in it",
}  # fmt: skip


def _length(given: Any, context: dict[str, Any]) -> str:
    least = context.get("min_length", 1)
    if least <= 1:
        return say("nothing in it")
    return say("wrong length", accepted=f"{least} items", given=f"{len(given)}")


def _wrong_type(kind: str, given: Any, context: dict[str, Any]) -> str:
    sentence = _TYPES[kind]
    if sentence == "wrong length":
        return say(sentence, accepted=f"{context['max_length']} items", given=f"{len(given)}")
    told = describe(given)
    if sentence in ("not a number", "not whole") and isinstance(given, str) and _reads_as_number(given):
        told += " (take the quotes away)"
    return say(sentence, given=told)


def _reads_as_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _about(form: type[Form], loc: Path) -> str:
    """What a missing key is for, if its form says so."""
    model = _model_at(form, loc[:-1])
    if model is None:
        return ""
    for name, info in model.model_fields.items():
        if (info.alias or name) == loc[-1] and info.description:
            return f": {info.description}"
    return ""


def _keys_at(form: type[Form], loc: Path) -> list[str]:
    """The keys that the form at this location accepts."""
    model = _model_at(form, loc)
    return [info.alias or name for name, info in model.model_fields.items()] if model else []


def _model_at(form: type[Form], loc: Path) -> type[BaseModel] | None:
    """The form that pydantic was checking at a location."""
    current: Any = form
    for step in loc:
        current = _inside(current, step)
    return _as_model(current)


def _inside(annotation: Any, step: str | int) -> Any:
    """The type one step inside another: a field's, a branch's by its tag, a list's or mapping's items'."""
    model = _as_model(annotation)
    if model is not None:
        fields = {info.alias or name: info.annotation for name, info in model.model_fields.items()}
        return fields.get(str(step))
    branches = _branches(annotation)
    for tag, branch in branches:
        if tag == step:
            return branch
    for _, branch in branches:
        if get_origin(branch) in (tuple, dict):
            return next(item for item in reversed(get_args(branch)) if item is not Ellipsis)
    return None


def _branches(annotation: Any) -> list[tuple[str | None, Any]]:
    """The types that a type may be, with their tags if it is a tagged union."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        tags = [item.tag for item in metadata if isinstance(item, Tag)]
        return [(tags[0] if tags else tag, branch) for tag, branch in _branches(inner)]
    if get_origin(annotation) in (Union, UnionType):
        return [found for item in get_args(annotation) for found in _branches(item)]
    return [(None, annotation)]


def _as_model(annotation: Any) -> type[BaseModel] | None:
    models = [item for _, item in _branches(annotation) if isinstance(item, type) and issubclass(item, BaseModel)]
    return models[0] if models else None
