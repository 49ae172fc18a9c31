"""A number from the world: value, unit, range, source, and how certain it is.

A YAML parameter is `{value: 2.0, range: [0.5, 8], unit: yuan/year, per: resident, source: ..., certainty: assumption}`.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from simulator.documents.form import Form, Text, refuse
from simulator.documents.wording import plain

Per = Literal["district", "street", "community", "hub", "resident", "household"]
"""Whom an amount is counted for: `2 yuan/year, per: resident` is two million a year for a million residents."""

Certainty = Literal["data", "assumption", "derived"]


class Parameter(Form):
    """A number with its unit, the range it may be drawn from, its source and its certainty."""

    value: float
    range: tuple[float, float] | None = None
    unit: Text = Field(description="what the number counts, such as yuan/year or share")
    source: Text | None = None
    certainty: Certainty = Field(description="data, derived or assumption")
    per: Per = "district"
    note: Text | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Parameter:
        check_range(self.value, self.range)
        if self.certainty != "assumption" and self.source is None:
            refuse("no source", certainty=self.certainty)
        return self


class Shares(Form):
    """A distribution over named groups that sums to 1, with one source for all of it."""

    values: dict[Text, float]
    unit: Literal["share"] = "share"
    source: Text | None = None
    certainty: Certainty = Field(description="data, derived or assumption")
    note: Text | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Shares:
        if self.certainty != "assumption" and self.source is None:
            refuse("no source", certainty=self.certainty)
        return self


class Change(Form):
    """A new value for a parameter that something else declares: a number, or a mapping with what else changes."""

    value: float
    range: tuple[float, float] | None = None
    unit: Text | None = None
    source: Text | None = None
    certainty: Certainty | None = None
    per: Per | None = None
    note: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _number(cls, given: Any) -> Any:
        return given if isinstance(given, (dict, Change)) else {"value": given}

    @model_validator(mode="after")
    def _consistent(self) -> Change:
        check_range(self.value, self.range)
        if self.certainty in ("data", "derived") and self.source is None:
            refuse("no source", certainty=self.certainty)
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "number"}, handler.resolve_ref_schema(handler(core))]}

    def of(self, declared: Parameter, source: str | None) -> Parameter:
        """The declared parameter with this change; `source` is that of the whole entry."""
        named = self.source or source
        return Parameter(
            value=self.value,
            range=self.range or (declared.range if self.is_like(declared) and self.inside(declared) else None),
            unit=self.unit or declared.unit,
            source=named,
            certainty=self.certainty or ("data" if named else "assumption"),
            per=self.per or declared.per,
            note=self.note or declared.note,
        )

    def is_like(self, declared: Parameter) -> bool:
        """Is it counted for the same as the declared parameter, so that the two can be compared?"""
        return self.per is None or self.per == declared.per

    def inside(self, declared: Parameter) -> bool:
        """Does the value lie in the declared range? Yes if there is none, or if it is counted per something else."""
        if declared.range is None or not self.is_like(declared):
            return True
        return declared.range[0] <= self.value <= declared.range[1]


def check_range(value: float, range: tuple[float, float] | None) -> None:
    """Refuse a range that is reversed or does not hold the value."""
    if range is None:
        return
    low, high = range
    if low > high:
        refuse("range reversed", low=plain(low), high=plain(high))
    if not low <= value <= high:
        refuse("outside own range", value=plain(value), low=plain(low), high=plain(high))
