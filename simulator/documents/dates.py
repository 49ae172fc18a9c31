"""Dates as documents write them: relative to the scenario's start, or calendar months."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import WithJsonSchema
from pydantic.functional_validators import PlainValidator

from simulator.documents.form import refuse
from simulator.documents.wording import describe
from simulator.language.calendar import RELATIVE_OR_CALENDAR, Month, months_from_start

ANY_START: Final = Month(2000, 1)
"""A start that stands in while the scenario is not known: good for relative dates only."""


def _date(given: Any) -> str:
    if not isinstance(given, str):
        refuse("bad date", problem=f"{describe(given)} is not a date; write {RELATIVE_OR_CALENDAR}")
    try:
        months_from_start(given, ANY_START)
    except ValueError as error:
        refuse("bad date", problem=str(error))
    return given.strip()


def _month(given: Any) -> str:
    if not isinstance(given, str):
        refuse("bad date", problem=f"{describe(given)} is not a month; write it as 2018-01")
    try:
        Month.parse(given)
    except ValueError as error:
        refuse("bad date", problem=str(error))
    return given.strip()


Date = Annotated[
    str,
    PlainValidator(_date),
    WithJsonSchema({"type": "string", "pattern": r"^(start(\s*\+\s*\d+\s*[my])?|\d{4}-(0[1-9]|1[0-2]))$"}),
]
"""`start`, `start+6m`, `start+2y` or `2018-07`."""

CalendarMonth = Annotated[
    str, PlainValidator(_month), WithJsonSchema({"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$"})
]
"""`2018-01`."""


def is_relative(date: str) -> bool:
    return date.startswith("start")
