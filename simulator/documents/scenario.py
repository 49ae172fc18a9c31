"""A scenario: a district, a window of months, the policies to compare, and the luck they share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from simulator.documents.dates import ANY_START, CalendarMonth, Date
from simulator.documents.district import FIGURES, SHARES, District
from simulator.documents.draws import Dice, draw_district, draw_parameters, draw_policy
from simulator.documents.equal_money import EqualMoney
from simulator.documents.form import NO_NAME, NO_TITLE, Bilingual, Form, Text
from simulator.documents.in_force import Amount, InForce, Policy
from simulator.documents.listed import check_window
from simulator.documents.parameter import RELATIONS, Change, Parameter
from simulator.documents.parameters import Parameters
from simulator.documents.reading import Document, Problems
from simulator.documents.wording import plain
from simulator.language.calendar import Month, months_from_start
from simulator.language.errors import UserError, did_you_mean
from simulator.language.units import MONTHS_PER_YEAR
from simulator.language.vocabulary import Vocabulary

MAX_YEARS: Final = 20
MAX_REPLICATES: Final = 10_000


class ShockForm(Form):
    """Something that befalls the district for some months: levers moved, and a share of what was held up that follows."""

    month: Date
    months: int = Field(default=1, ge=1, le=MAX_YEARS * MONTHS_PER_YEAR)
    levers: Annotated[dict[Text, float], Field(min_length=1)]
    backlog: float = Field(default=0.0, ge=0, le=1)
    title: Bilingual | None = None
    source: Text | None = None
    note: Text | None = None


class ScenarioForm(Form):
    """The file of a scenario."""

    kind: Literal["scenario"]
    title: Bilingual = Field(description="its name in English (en) and Chinese (zh)")
    district: Text = Field(description="the name of a district")
    start: CalendarMonth = Field(description="a calendar month such as 2018-01")
    years: float = Field(ge=1, le=MAX_YEARS, description=f"1 to {MAX_YEARS}, in whole months")
    policies: Annotated[tuple[Text, ...], Field(min_length=1, description="names, the baseline first")]
    replicates: int = Field(default=20, ge=1, le=MAX_REPLICATES)
    seed: int = Field(default=1, ge=0)
    scale: float = Field(default=1.0, gt=0, le=1)
    parameters: dict[Text, Change] = Field(default_factory=dict)
    shocks: tuple[ShockForm, ...] = ()
    note: Text | None = None

    @classmethod
    def stand_ins(cls) -> dict[str, Any]:
        return {"title": NO_TITLE, "district": NO_NAME, "start": str(ANY_START), "years": MAX_YEARS, "policies": (NO_NAME,)}


@dataclass(frozen=True, slots=True)
class Shock:
    """Levers moved from `month` for `months` months; `backlog` is the share of what was held up that follows after."""

    month: int
    months: int
    levers: Mapping[str, float]
    backlog: float
    title: Bilingual | None


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that a comparison needs, with all names resolved and all dates as months from the start."""

    name: str
    title: Bilingual
    start: Month
    months: int
    replicates: int
    seed: int
    scale: float
    district: District
    policies: tuple[Policy, ...]
    parameters: Parameters
    shocks: tuple[Shock, ...]
    equal_money: EqualMoney | None = None
    """Budgets as they were made equal; None: each policy has its own."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source that a number of this scenario names."""
        return tuple(sorted({item.source for item in self._numbers() if item.source is not None}))

    @property
    def digest(self) -> str:
        """SHA-256 of all that can change a result: not of titles, notes, sources, or where files lie."""
        text = json.dumps(self.essence(), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def drawn(self, draw: int, seed: int | None = None) -> Scenario:
        """The scenario of this draw of all that is uncertain (draws.py), with the root seed that it has unless one is given.

        UserError once budgets were made equal: a draw has its own budgets, and so its own factors.
        """
        if self.equal_money is not None:
            raise UserError("these budgets were made equal for the numbers as they stand; draw first, then make budgets equal")
        dice = Dice(self.seed if seed is None else seed, draw)
        return replace(
            self, district=draw_district(self.district, dice), parameters=draw_parameters(self.parameters, dice),
            policies=tuple(draw_policy(policy, dice) for policy in self.policies),
        )  # fmt: skip

    def _numbers(self) -> Iterator[Parameter]:
        for name in FIGURES:
            if (figure := getattr(self.district, name)) is not None:
                yield figure
        yield from self.parameters.by_path.values()
        for entry in (*self.district.in_force, *(entry for policy in self.policies for entry in policy.instruments)):
            yield from entry.values.values()

    def essence(self) -> dict[str, Any]:
        """All that can change a result, as plain values: what the digest is of."""
        district = {name: _number(getattr(self.district, name)) for name in FIGURES}
        shares = {name: getattr(getattr(self.district, name), "values", None) for name in SHARES}
        equal = {} if self.equal_money is None else {"equal_budget_yuan": self.equal_money.total_yuan}
        return {
            "start": str(self.start), "months": self.months, "replicates": self.replicates, "seed": self.seed,
            "scale": self.scale, "district": {"name": self.district.name, **district, **shares},
            "in_force": _entries(self.district.in_force),
            "policies": [[policy.name, _entries(policy.instruments)] for policy in self.policies],
            "parameters": {path: _number(item) for path, item in self.parameters.by_path.items()},
            "shocks": [[shock.month, shock.months, dict(shock.levers), shock.backlog] for shock in self.shocks],
            **equal,
        }  # fmt: skip


def _number(item: Parameter | None) -> Any:
    if item is None:
        return None
    relations = {relation: given for relation in RELATIONS if (given := getattr(item, relation)) is not None}
    return [item.value, item.range, item.unit, item.per, item.law, relations]


def _entries(instruments: Iterable[InForce]) -> list[Any]:
    return [
        [entry.name, entry.from_month, entry.until_month, {name: _number(item) for name, item in entry.values.items()},
         entry.levers(), entry.instrument.succeeds if entry.instrument else None,
         [[name, {key: [item.value, item.unit, item.per] if isinstance(item, Amount) else item
                  for key, item in inputs.items()}] for name, inputs in entry.programmes()]]
        for entry in instruments
    ]  # fmt: skip


def whole_months(document: Document[ScenarioForm], problems: Problems) -> int:
    """The length of the window; years that are not whole months are noted as a problem."""
    years = document.form.years
    months = round(years * MONTHS_PER_YEAR)
    if abs(months - years * MONTHS_PER_YEAR) > 1e-6:
        problems.add(document.place("years"), "whole months", given=plain(years))
    return months


def check_shocks(
    document: Document[ScenarioForm], start: Month, months: int, vocabulary: Vocabulary, problems: Problems
) -> tuple[Shock, ...]:
    """Shocks with months from the start; unknown levers, bounds and dates outside the window are noted."""
    shocks = []
    has_window = document.is_whole("start") and document.is_whole("years")
    for index, shock in enumerate(document.form.shocks):
        path = ("shocks", index)
        if has_window:
            place = document.place(*path, "month")
            check_window("month", shock.month, place, start, months - 1, months, problems)
        for name, value in shock.levers.items():
            lever = vocabulary.levers.get(name)
            if lever is None:
                problems.add(document.key(*path, "levers", name), "unknown name", kind="lever", given=name,
                             hint=did_you_mean(name, vocabulary.levers))  # fmt: skip
            elif not lever.low <= value <= lever.high:
                problems.add(document.place(*path, "levers", name), "outside bounds", name=name, value=plain(value),
                             of="it", low=plain(lever.low), high=plain(lever.high), unit=lever.unit)  # fmt: skip
        month = months_from_start(shock.month, start)
        shocks.append(Shock(month, shock.months, dict(shock.levers), shock.backlog, shock.title))
    return tuple(shocks)
