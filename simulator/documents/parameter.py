"""A number from the world: value, unit, range, source, and how certain it is.

A YAML parameter is `{value: 2.0, range: [0.5, 8], unit: yuan/year, per: resident, source: ..., certainty: assumption}`.
A `law` says how it is drawn from its range (`uniform` unless written). Numbers that hang together say so: `drawn_with: NAME`
(small where that is small), `drawn_against: NAME` (large where that is small: parts of a known sum), `product_of: [A, B]`.
A NAME stands in the same district, group or instrument, or is written `group.name`, `instrument.parameter`.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from simulator.documents.form import Form, Text, refuse
from simulator.documents.laws import OF_POSITIVE, Law
from simulator.documents.wording import plain

Per = Literal["district", "street", "community", "hub", "resident", "household"]
"""Whom an amount is counted for: `2 yuan/year, per: resident` is two million a year for a million residents."""

Certainty = Literal["data", "assumption", "derived"]


RELATIONS: Final = ("drawn_with", "drawn_against", "product_of")
"""Ways in which a number's draw hangs together with others; one at most."""


class Ranged(Form):
    """A value, the range it may be drawn from, by which law, and with which others."""

    value: float
    range: tuple[float, float] | None = None
    law: Law = Field(default="uniform", description="how it is drawn from its range; fixed: not at all")
    drawn_with: Text | None = Field(default=None, description="a number at whose position in its range this one is drawn")
    drawn_against: Text | None = Field(default=None, description="the same from the other end: large where that is small")
    product_of: Annotated[tuple[Text, ...], Field(min_length=2)] | None = Field(
        default=None, description="numbers whose product this one is, in every draw too"
    )

    @property
    def leader(self) -> str | None:
        """The number at whose position, or opposite to whose position, this one is drawn."""
        return self.drawn_with or self.drawn_against

    @property
    def is_drawn(self) -> bool:
        """Is there a range, and a law that draws from it?"""
        return self.range is not None and self.law != "fixed"

    def check_drawing(self) -> None:
        """Refuse a range without the value, a law without a range or beyond it, and two relations at once."""
        check_range(self.value, self.range)
        given = [key for key in ("law", *RELATIONS) if key in self.model_fields_set and getattr(self, key) is not None]
        if self.range is None and given:
            refuse("law without range", key=given[0])
        if self.range is not None and self.law in OF_POSITIVE and self.range[0] <= 0:
            refuse("law of positive numbers", law=self.law, low=plain(self.range[0]), high=plain(self.range[1]))
        relations = [key for key in given if key in RELATIONS]
        if len(relations) > 1:
            refuse("two relations", one=relations[0], other=relations[1])


class Parameter(Ranged):
    """A number with its unit, the range it may be drawn from, its source and its certainty."""

    unit: Text = Field(description="what the number counts, such as yuan/year or share")
    source: Text | None = None
    certainty: Certainty = Field(description="data, derived or assumption")
    per: Per = "district"
    note: Text | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Parameter:
        self.check_drawing()
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


class Change(Ranged):
    """A new value for a parameter that something else declares: a number, or a mapping with what else changes.

    With a range of its own it is drawn by its own law; without one it is a decision, and stays as it is in every draw.
    """

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
        self.check_drawing()
        if self.certainty in ("data", "derived") and self.source is None:
            refuse("no source", certainty=self.certainty)
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "number"}, handler.resolve_ref_schema(handler(core))]}

    def of(self, declared: Parameter, source: str | None) -> Parameter:
        """The declared parameter with this change; `source` is that of the whole entry."""
        named = self.source or source
        inherited = declared.range if self.is_like(declared) and self.inside(declared) else None
        drawing = {key: getattr(self, key) for key in ("law", *RELATIONS)} if self.range else {}
        if self.range is None and inherited is not None:
            drawing = {"law": "fixed"}
        return Parameter(
            value=self.value,
            range=self.range or inherited,
            **drawing,
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
