"""The worlds in which patterns are looked for: a scenario under its first policy, and the same with one thing changed.

    usual              as the scenario says
    carried on         the longest window a scenario may have, dates of end taken off: where does growth lead?
    without money      nothing is bought: no contests, purchases, events, grants from the district's lines
    money twice        the same lines, each with twice the money
    mentors few        incubators' mentors have a third of their hours
    shock              registrations at 0.15 of normal in February 2020; half of what was held up follows in six months
    shock forgotten    the same, and nothing follows but what comes by itself

All worlds of a replicate have the same luck. Money is what buys by the yuan: wages, rents, operators and training are
bounded by posts, places and persons, so that twice the money alone would stay in the purse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from simulator.documents.in_force import Amount, InForce, ProgrammeStart
from simulator.documents.parameter import Parameter
from simulator.documents.scenario import MAX_YEARS, Scenario, Shock
from simulator.dynamics.balance import trend_per_year
from simulator.language.calendar import Month
from simulator.language.units import MONTHS_PER_YEAR

USUAL: Final = "usual"
CARRIED_ON: Final = "carried on"
WITHOUT_MONEY: Final = "without money"
MONEY_TWICE: Final = "money twice"
MENTORS_FEW: Final = "mentors few"
SHOCK: Final = "shock"
SHOCK_FORGOTTEN: Final = "shock forgotten"

BOUGHT_BY_THE_YUAN: Final = frozenset({"contest", "purchase", "grant", "events"})
"""Programmes whose output grows with their money alone."""
MENTORS_LEFT: Final = 1 / 3
SHOCK_MONTH: Final = Month(2020, 2)
SHOCK_LEFT: Final = 0.15
"""Of normal registrations, in that one month (national registers)."""
SHOCK_BACKLOG: Final = 0.5
"""Of what was held up, the share that follows (assumption)."""
REBOUND_MONTHS: Final = 12
"""How long after the shock its rebound is looked for."""


@dataclass(frozen=True, slots=True)
class World:
    """A scenario of one policy, and for how many months it is watched."""

    scenario: Scenario
    months: int


def usual(scenario: Scenario) -> World:
    """The first policy, as the scenario says."""
    return World(replace(scenario, policies=scenario.policies[:1]), scenario.months)


def carried_on(scenario: Scenario) -> World:
    """Twenty years at the trend of the scenario's own window; what the policy begins it does not end, unless more follows."""
    district = scenario.district
    if district.trend_per_year is None:
        national = {name: scenario.parameters.by_path[f"national_trend.{name}"].value for name in ("before_2018", "from_2018")}
        trend = trend_per_year(**national, start_year=scenario.start.year, start_month=scenario.start.month,
                               months=scenario.months)  # fmt: skip
        own = Parameter(value=trend, unit="share/year", certainty="assumption")
        district = district.model_copy(update={"trend_per_year": own})
    items = scenario.policies[0].instruments
    followed = {(name, item.from_month) for item in items for name in (item.name, item.instrument.succeeds)}
    for_good = tuple(item if (item.name, item.until_month) in followed else replace(item, until_month=None) for item in items)
    months = MAX_YEARS * MONTHS_PER_YEAR
    return World(replace(_under(scenario, for_good), district=district, months=months, shocks=()), months)


def without_money(scenario: Scenario) -> World | None:
    """Whatever is bought by the yuan is not; None if nothing is in any case."""
    if not any(_spends(start) for item in scenario.policies[0].instruments for start in item.programme_starts):
        return None
    kept = [
        replace(item, programme_starts=tuple(start for start in item.programme_starts if not _spends(start)))
        for item in scenario.policies[0].instruments
    ]
    return World(_under(scenario, tuple(kept)), scenario.months)


def money_twice(scenario: Scenario) -> World | None:
    """Twice the money for whatever is bought by the yuan; None if nothing is."""
    if without_money(scenario) is None:
        return None
    return World(_under(scenario, _with(scenario, "money", 2.0, _spends)), scenario.months)


def mentors_few(scenario: Scenario) -> World | None:
    """A third of the mentors' hours; None if nobody mentors."""
    if not any(_mentors(start) for item in scenario.policies[0].instruments for start in item.programme_starts):
        return None
    return World(_under(scenario, _with(scenario, "mentor_hours", MENTORS_LEFT, _mentors)), scenario.months)


def shock(scenario: Scenario) -> World | None:
    """February 2020; None if that month, or the year after it, lies outside the window."""
    return _shocked(scenario, SHOCK_BACKLOG)


def shock_forgotten(scenario: Scenario) -> World | None:
    """February 2020 without a backlog."""
    return _shocked(scenario, 0.0)


WORLDS: Final[Mapping[str, Callable[[Scenario], World | None]]] = {
    USUAL: usual, CARRIED_ON: carried_on, WITHOUT_MONEY: without_money, MONEY_TWICE: money_twice,
    MENTORS_FEW: mentors_few, SHOCK: shock, SHOCK_FORGOTTEN: shock_forgotten,
}  # fmt: skip


def shock_month(scenario: Scenario) -> int | None:
    """The month of the shock since the start; None if it, or the year after it, lies outside the window."""
    month = SHOCK_MONTH - scenario.start
    return month if month >= 0 and month + REBOUND_MONTHS < scenario.months else None


def _shocked(scenario: Scenario, backlog: float) -> World | None:
    month = shock_month(scenario)
    if month is None:
        return None
    blow = Shock(month, 1, {"registration": SHOCK_LEFT}, backlog, None)
    return World(replace(usual(scenario).scenario, shocks=(*scenario.shocks, blow)), month + REBOUND_MONTHS + 1)


def _spends(start: ProgrammeStart) -> bool:
    name, inputs = start
    money = inputs.get("money")
    ours = inputs.get("payer", "line") == "line"
    return name in BOUGHT_BY_THE_YUAN and ours and isinstance(money, Amount) and money.value > 0


def _mentors(start: ProgrammeStart) -> bool:
    name, inputs = start
    return name == "incubator" and isinstance(inputs.get("mentor_hours"), Amount)


def _with(scenario: Scenario, key: str, factor: float, which: Callable[[ProgrammeStart], bool]) -> tuple[InForce, ...]:
    """The first policy's instruments, this input of these programmes multiplied."""

    def told(start: ProgrammeStart) -> ProgrammeStart:
        name, inputs = start
        amount = inputs.get(key)
        if not (which(start) and isinstance(amount, Amount)):
            return start
        return name, {**inputs, key: replace(amount, value=amount.value * factor)}

    return tuple(
        replace(item, programme_starts=tuple(told(start) for start in item.programme_starts))
        for item in scenario.policies[0].instruments
    )


def _under(scenario: Scenario, instruments: tuple[InForce, ...]) -> Scenario:
    """The scenario under its first policy with these instruments in place of its own."""
    return replace(scenario, policies=(replace(scenario.policies[0], instruments=instruments),))
