"""Every measure in English and Chinese: what it counts, in which unit, and which way is better.

The words are data, in `labels.yaml`; this module gives them a type and refuses a file that leaves one out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from ruamel.yaml import YAML

from simulator.language.errors import ModelError, UnknownName
from simulator.language.vocabulary import Title

Better = Literal["more", "less", "neither"]
LANGUAGES: Final = ("en", "zh")
_FILE = Path(__file__).with_name("labels.yaml")


@dataclass(frozen=True, slots=True)
class Measure:
    """One reported quantity."""

    name: str
    unit: Title
    better: Better
    title: Title
    definition: Title
    format: str
    """Python's format specification of one value, such as `,.0f` or `.1%`."""
    by_street: bool
    """False: known for the district only."""
    scaled: bool
    """False: not promised at scale < 1."""
    derived: bool
    """True: computed from all replicates together (a ratio of means), so that one run has no value."""

    def show(self, value: float) -> str:
        """One value as it is printed; an empty one as a dash."""
        return "–" if math.isnan(value) else format(value, self.format)

    def show_difference(self, value: float) -> str:
        """A difference, with its sign; shares differ in percentage points."""
        if math.isnan(value):
            return "–"
        specification = self.format.replace("%", "f") if self.is_share else self.format
        size = value * 100 if self.is_share else value
        return format(size, "+" + specification) + (" pp" if self.is_share else "")

    @property
    def is_share(self) -> bool:
        """Whether values are printed as percentages."""
        return self.format.endswith("%")


def _title(entry: Any, where: str) -> Title:
    """A text in both languages; ModelError names the place that lacks one."""
    if not isinstance(entry, Mapping) or set(entry) != set(LANGUAGES) or not all(entry.values()):
        raise ModelError(f"{_FILE.name}: {where} must be given in {' and '.join(LANGUAGES)}, got {entry!r}")
    return {language: str(entry[language]) for language in LANGUAGES}


def _measure(name: str, entry: Mapping[str, Any], units: Mapping[str, Title]) -> Measure:
    """One measure of the file; ModelError for a wrong `better` or an undeclared unit."""
    if entry["better"] not in get_args(Better):
        raise ModelError(f"{_FILE.name}: {name}: better is {entry['better']!r}, not {get_args(Better)}")
    if entry["unit"] not in units:
        raise ModelError(f"{_FILE.name}: {name}: unit {entry['unit']!r} is not declared among {sorted(units)}")
    return Measure(
        name=name,
        unit=units[entry["unit"]],
        better=entry["better"],
        title=_title(entry["title"], f"{name}.title"),
        definition=_title(entry["definition"], f"{name}.definition"),
        format=entry["format"],
        by_street=entry.get("streets", True),
        scaled=entry.get("scaled", True),
        derived=entry.get("derived", False),
    )


def _read() -> tuple[dict[str, Measure], dict[str, Title]]:
    """The measures and the words of `labels.yaml`, in the file's order."""
    document = YAML(typ="safe", pure=True).load(_FILE.read_text(encoding="utf-8"))
    units = {name: _title(entry, f"units.{name}") for name, entry in document["units"].items()}
    measures = {name: _measure(name, entry, units) for name, entry in document["measures"].items()}
    words = {name: _title(entry, f"words.{name}") for name, entry in document["words"].items()}
    return measures, words


_measures, _words = _read()
MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(_measures)
"""Every measure by name, in the order in which tables print them."""
WORDS: Final[Mapping[str, Title]] = MappingProxyType(_words)
"""The words of tables and figures."""


def measure(name: str) -> Measure:
    """A measure by name; UnknownName with the nearest ones."""
    try:
        return MEASURES[name]
    except KeyError:
        raise UnknownName("measure", name, tuple(MEASURES)) from None


def word(name: str, language: str, **values: object) -> str:
    """A word or sentence of tables and figures, its blanks filled in."""
    return WORDS[name][language].format(**values)
