"""A story as it is written: the sentence, the instrument, the two worlds and what is then expected. One file, one story.

The grammar is told in README.md beside this file; here it is checked, with the line and column of what is wrong.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NoReturn

from pydantic import Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from simulator.documents.form import Form, Text
from simulator.documents.parameter import Change
from simulator.documents.reading import Problems, formed, read_tree

HERE: Final = Path(__file__).parent
SUBJECTS: Final = ("lever", "hazard", "rate", "measure", "hours", "money")
EXACT: Final = ("lever", "hazard", "rate")
CLAIMS: Final = ("moves", "unchanged", "times", "by", "is_")
ALLOWED: Final = {
    "lever": ("is_", "moves", "unchanged"),
    "hazard": ("times", "moves", "unchanged"),
    "rate": ("times", "moves", "unchanged"),
    "measure": ("moves", "by", "is_", "unchanged"),
    "hours": ("moves", "by", "is_", "unchanged"),
    "money": ("moves", "by", "is_", "unchanged"),
}


def say_no(sentence: str) -> NoReturn:
    """Refuse what is written, in these words."""
    raise PydanticCustomError("refused", "{sentence}", {"sentence": sentence})


class Interval(Form):
    """A number, `{from: ..., to: ...}` with one end or both, or either in percent of the world without ("-20 %")."""

    low: float | None
    high: float | None
    percent: bool = False

    @model_validator(mode="before")
    @classmethod
    def _written(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            number, percent = _number(given)
            return {"low": number, "high": number, "percent": percent}
        if not given or set(given) - {"from", "to"}:
            say_no("an amount is a number or {from: NUMBER, to: NUMBER}, of which one end may be left out")
        ends = {key: _number(value) for key, value in given.items()}
        if len({percent for _, percent in ends.values()}) > 1:
            say_no("both ends of an amount are in percent, or none is")
        low, high = (ends[key][0] if key in ends else None for key in ("from", "to"))
        if low is not None and high is not None and low > high:
            say_no(f"{{from: {low:g}, to: {high:g}}} is reversed")
        return {"low": low, "high": high, "percent": next(iter(ends.values()))[1]}

    def __str__(self) -> str:
        unit = " %" if self.percent else ""
        ends = [None if end is None else f"{end * (100 if self.percent else 1):g}{unit}" for end in (self.low, self.high)]
        if ends[0] == ends[1]:
            return str(ends[0])
        if ends[0] is None or ends[1] is None:
            return f"at most {ends[1]}" if ends[0] is None else f"at least {ends[0]}"
        return f"{ends[0]} to {ends[1]}"


def _number(given: Any) -> tuple[float, bool]:
    """A number, or a text such as "-20 %" as a share."""
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        return float(given), False
    if isinstance(given, str) and given.strip().endswith("%"):
        try:
            return float(given.strip()[:-1]) / 100, True
        except ValueError:
            pass
    say_no(f"'{given}' is no amount: write a number, or one in percent such as -20 %")


class Expectation(Form):
    """One line under `then:`: what is looked at, and what is claimed of it."""

    lever: Text | None = None
    hazard: Text | None = None
    rate: Text | None = None
    measure: Text | None = None
    hours: Text | None = None
    money: Text | None = None
    of: Text | None = None
    purpose: Text | None = Field(default=None, alias="for")
    month: int | None = Field(default=None, ge=0)
    moves: Literal["up", "down"] | None = None
    unchanged: Literal[True] | None = None
    times: Interval | None = None
    by: Interval | None = None
    is_: Interval | None = Field(default=None, alias="is")

    @model_validator(mode="after")
    def _one_of_each(self) -> Expectation:
        subjects = [name for name in SUBJECTS if getattr(self, name) is not None]
        claims = [name for name in CLAIMS if getattr(self, name) is not None]
        if len(subjects) != 1:
            say_no(f"an expectation looks at one of: {', '.join(SUBJECTS)}")
        if len(claims) != 1:
            say_no("an expectation claims one of: moves, unchanged, times, by, is")
        kind, claim = subjects[0], claims[0]
        if claim not in ALLOWED[kind]:
            accepted = ", ".join(name.rstrip("_") for name in ALLOWED[kind])
            say_no(f"a {kind} can't be said to be '{claim.rstrip('_')}'; accepted: {accepted}")
        if self.of is not None and kind not in ("hazard", "rate"):
            say_no("'of' names the bodies or residents of a hazard or rate")
        if (self.purpose is not None) != (kind == "hours"):
            say_no("'for' names what hours are booked for: it belongs to `hours`, and `hours` asks for it")
        if self.month is not None and kind in ("hours", "money"):
            say_no("hours and money are counted from the start to the end: no month")
        if any(amount is not None and amount.percent for amount in (self.times, self.is_)):
            say_no("percent of the world without is said with `by`")
        return self

    @property
    def kind(self) -> str:
        """Which of SUBJECTS it looks at."""
        return next(name for name in SUBJECTS if getattr(self, name) is not None)

    @property
    def subject(self) -> str:
        """The name of what it looks at."""
        return str(getattr(self, self.kind))

    @property
    def is_exact(self) -> bool:
        """Is it asserted without luck, in single pairs, or over all pairs?"""
        return self.kind in EXACT

    def __str__(self) -> str:
        what = f"{self.kind} {self.subject}" if self.kind != "measure" else self.subject
        what += f" of {self.of}" if self.of else ""
        what += f" for {self.purpose}" if self.purpose else ""
        when = f" in month {self.month}" if self.month is not None else ""
        if self.moves:
            return f"{what} goes {self.moves}{when}"
        if self.unchanged:
            return f"{what} does not change{when}"
        if self.times:
            return f"{what} is multiplied by {self.times}{when}"
        return f"{what} changes by {self.by}{when}" if self.by else f"{what} is {self.is_}{when}"


Values = Annotated[dict[Text, Change], Field(default_factory=dict)]
Beside = Annotated[dict[Text, dict[Text, Change] | None], Field(default_factory=dict)]


class Story(Form):
    """The file of a story."""

    story: Text = Field(description="the story in a sentence or two")
    zh: Text | None = None
    instrument: Text = Field(description="the name of an instrument of the catalogue")
    values: Values = Field(alias="with", default_factory=dict)
    acting: tuple[Text, ...] = ()
    beside: Beside
    against: Beside
    world: dict[Text, Change | dict[Text, float]] = Field(default_factory=dict)
    parameters: Values
    since: int = Field(alias="from", default=0, ge=0)
    until: int | None = Field(default=None, ge=1)
    months: int = Field(default=24, ge=1, le=60)
    pairs: int = Field(default=20, ge=5, le=100)
    then: Annotated[tuple[Expectation, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _dates(self, _: ValidationInfo) -> Story:
        if self.since >= self.months or (self.until is not None and self.until <= self.since):
            say_no("an instrument comes into force before the story's end, and ends after it began")
        for expectation in self.then:
            if expectation.month is not None and expectation.month > self.months - expectation.is_exact:
                say_no(f"month {expectation.month} lies beyond the story's {self.months} months")
        return self

    @property
    def outcomes(self) -> tuple[Expectation, ...]:
        """What is asserted over all pairs."""
        return tuple(expectation for expectation in self.then if not expectation.is_exact)


@cache
def read(path: Path) -> Story:
    """The story of a file; DocumentError with everything that is wrong in it."""
    problems = Problems()
    tree = read_tree(path, ["story"], problems)
    document = formed(path, tree, Story, problems) if tree is not None else None
    problems.stop_if_any()
    assert document is not None
    return document.form


def files() -> list[Path]:
    """All stories, by number."""
    return sorted(HERE.glob("[0-9][0-9]-*.yaml"))
