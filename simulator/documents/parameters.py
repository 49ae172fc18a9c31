"""The model's own numbers, in groups: `participation.b_peers`, each a Parameter with its range and source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field

from simulator.documents.form import Bilingual, Form, Text
from simulator.documents.parameter import Change, Parameter
from simulator.documents.reading import Document, Problems
from simulator.documents.relations import check_relations
from simulator.documents.wording import plain
from simulator.language.errors import UnknownName, did_you_mean

WHOLE: Final = (
    "spin_up.months", "inspection.month_of_year", "inspection.warnings", "entry.staff_least", "entry.staff_most",
)  # fmt: skip
"""Numbers by which mechanisms count, so that a draw of them is whole."""


class ParametersForm(Form):
    """The file of the model's numbers: groups of named parameters."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Annotated[dict[Text, Parameter], Field(min_length=1)]] = Field(init=False)

    kind: Literal["parameters"]
    title: Bilingual | None = None
    note: Text | None = None

    @property
    def groups(self) -> dict[str, dict[str, Parameter]]:
        return dict(self.__pydantic_extra__)


@dataclass(frozen=True, slots=True)
class Parameters:
    """The model's numbers by path."""

    by_path: Mapping[str, Parameter]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_path)

    def __getitem__(self, path: str) -> Parameter:
        if path not in self.by_path:
            raise UnknownName("parameter", path, list(self.by_path))
        return self.by_path[path]

    def value(self, path: str) -> float:
        """The value of `group.name`."""
        return self[path].value

    def group(self, name: str) -> dict[str, float]:
        """All values of a group by their names."""
        found = {path.partition(".")[2]: item.value for path, item in self.by_path.items()
                 if path.partition(".")[0] == name}  # fmt: skip
        if not found:
            raise UnknownName("group of parameters", name, sorted({path.partition(".")[0] for path in self.by_path}))
        return found

    def changed(self, values: Mapping[str, float]) -> Parameters:
        """The same with other values (a draw); each path must be known."""
        new = {path: self[path].model_copy(update={"value": float(value)}) for path, value in values.items()}
        return Parameters({**self.by_path, **new})


def flattened(form: ParametersForm) -> dict[str, Parameter]:
    """`group.name` -> parameter."""
    return {f"{group}.{name}": item for group, items in form.groups.items() for name, item in items.items()}


def check_names(document: Document[ParametersForm], shipped: Parameters, problems: Problems) -> Parameters:
    """A user's own file changes known numbers in known units; the rest stays as shipped."""
    for path, item in flattened(document.form).items():
        group, _, name = path.partition(".")
        if path not in shipped.by_path:
            problems.add(document.key(group, name), "unknown name", kind="parameter", given=path,
                         hint=did_you_mean(path, shipped))  # fmt: skip
        elif item.unit != shipped[path].unit:
            problems.add(document.place(group, name, "unit"), "wrong unit", given=item.unit, name=path, of="it",
                         wanted=shipped[path].unit)  # fmt: skip
    together = Parameters({**shipped.by_path, **flattened(document.form)})
    check_relations_of_groups(document, together, problems)
    return together


def check_relations_of_groups(document: Document[ParametersForm], known: Parameters, problems: Problems) -> None:
    """Whom a file's numbers hang together with must be among the model's numbers."""
    for path, item in flattened(document.form).items():
        group, _, name = path.partition(".")
        check_relations(path, item, known.by_path, partial(document.place, group, name), problems)


BY_HAND = "--set"
"""The source of a change on the command line: none that would speak for a number outside its range."""


def changed_in_scenario(
    document: Document[Any], changes: Mapping[str, Change], base: Parameters, problems: Problems
) -> Parameters:
    """The model's numbers with those that a scenario's `parameters:` changes."""
    new: dict[str, Parameter] = {}
    for path, change in changes.items():
        if path not in base.by_path:
            problems.add(document.key("parameters", path), "unknown name", kind="parameter", given=path,
                         hint=did_you_mean(path, base))  # fmt: skip
            continue
        declared = base[path]
        if change.unit is not None and change.unit != declared.unit:
            problems.add(document.place("parameters", path, "unit"), "wrong unit", given=change.unit, name=path,
                         of="it", wanted=declared.unit)  # fmt: skip
        if not change.inside(declared) and change.source in (None, BY_HAND):
            assert declared.range is not None
            low, high = map(plain, declared.range)
            problems.add(document.place("parameters", path, "value"), "outside range", name=path,
                         value=plain(change.value), low=low, high=high, of="the model")  # fmt: skip
        new[path] = change.of(declared, None)
    together = Parameters({**base.by_path, **new})
    for path, item in new.items():
        check_relations(path, item, together.by_path, partial(document.place, "parameters", path), problems)
    return together
