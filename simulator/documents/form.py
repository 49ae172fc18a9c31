"""The form of a document: what pydantic checks, and its refusals put into our words at the place of the fault."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Final, Generic, NoReturn, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, StringConstraints, Tag, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from simulator.documents.tree import Path, Tree
from simulator.documents.wording import describe, plain, say
from simulator.language.errors import Problem, did_you_mean

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
"""A text that is not empty."""


class Form(BaseModel):
    """The base of every form: unknown keys refused, nothing converted, frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, populate_by_name=True)

    @classmethod
    def stand_ins(cls) -> Mapping[str, Any]:
        """Values for required keys, used only to check the rest of a document in which they are wrong or missing."""
        return {}


class Bilingual(Form):
    """A text in English and Chinese; `title["en"]`."""

    en: Text
    zh: Text

    def __getitem__(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


F = TypeVar("F", bound=Form)

NO_NAME: Final = "-"
"""A stand-in for a name, that nothing has."""

NO_TITLE: Final = {"en": NO_NAME, "zh": NO_NAME}
"""A stand-in for a title."""

ROUNDS: Final = 6
"""How often a form is tried: each round leaves out what the one before refused."""


def refuse(sentence: str, **values: Any) -> NoReturn:
    """Refuse from inside a validator."""
    raise PydanticCustomError("refused", "{sentence}", {"sentence": say(sentence, **values)})


@dataclass(frozen=True, slots=True)
class Shaped(Generic[F]):
    """What became of a tree: its form if one could be made, its problems, and what was left out to make it."""

    form: F | None
    tree: Tree
    problems: list[Problem]
    left_out: frozenset[Path]


def shape(tree: Tree, form: type[F]) -> Shaped[F]:
    """The tree as a form, with all problems of shape.

    What is refused is left out (or, where the form cannot do without it, stood in for), so that the rest can be held
    against what it refers to in the same pass.
    """
    problems: list[Problem] | None = None
    left_out: set[Path] = set()
    for _ in range(ROUNDS):
        try:
            made = form.model_validate(tree.value)
            return Shaped(made, tree, problems or [], frozenset(left_out))
        except ValidationError as error:
            details = error.errors(include_url=False)
        if problems is None:
            problems = [_problem(tree, form, item) for item in details if not _is_noted(tree, item)]
        refused = {_refused_path(tree, item) for item in details}
        if () in refused:
            break
        left_out |= refused
        tree = _mended(tree, form, refused)
    return Shaped(None, tree, problems or [], frozenset(left_out))


def _is_noted(tree: Tree, item: ErrorDetails) -> bool:
    """Has reading already found fault with this value or with what holds it?"""
    path = written_path(tree, item["loc"])
    return any(tree.at(path[:depth]).faulty for depth in range(len(path) + 1))


def _refused_path(tree: Tree, item: ErrorDetails) -> Path:
    """What must go: the value itself; the whole mapping that lacks a key; a key that the top lacks."""
    path = written_path(tree, item["loc"])
    return (item["loc"][-1],) if item["type"] == "missing" and not path else path


def _mended(tree: Tree, form: type[Form], refused: set[Path]) -> Tree:
    for path in sorted(refused, reverse=True):
        tree = tree.without(path)
        if len(path) == 1 and path[0] in form.stand_ins():
            tree = tree.changed(path, form.stand_ins()[str(path[0])], tree.place)
    return tree


def written_path(tree: Tree, loc: Path) -> Path:
    """The part of pydantic's location that is written in the file: tags of unions and missing keys are left out."""
    path: list[str | int] = []
    for step in loc:
        if step in tree.below:
            path.append(step)
            tree = tree.below[step]
    return tuple(path)


def _problem(tree: Tree, form: type[Form], item: ErrorDetails) -> Problem:
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
