"""What is in force: instruments come and go, their programmes run, their levers move.

The district's instruments in force run through the spin-up. At month 0 the policy takes over: an instrument that it lists
from the start with the same values goes on undisturbed; what it does not list ends (contracts run out, places empty); the
rest begins when its date says. An instrument that the policy lists with other numbers succeeds itself: its budget line,
rooms and posts go on, and only what is new begins; so it is with another instrument that says that it `succeeds` it. A lever
carried by a programme moves by the share that the programme delivers just now.

The yearly inspection of national law runs wherever no instrument of inspection does.

A shock moves levers for some months. What it sets overrides what policy sets, and of two shocks that set one lever the later
listed holds; otherwise all movements combine. Of what a multiplied lever held up, the share `backlog` follows, evenly over
the next BACKLOG_MONTHS: factor 1 + backlog * (1 - amount) * months / BACKLOG_MONTHS.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from simulator.city.city import City
from simulator.documents.in_force import Amount, InForce
from simulator.documents.scenario import Shock
from simulator.dynamics.levers import LEVERS, Levers, carried
from simulator.dynamics.programmes.inspection import Inspection
from simulator.dynamics.programmes.programme import Programme
from simulator.dynamics.setting import Setting
from simulator.language.errors import ModelError
from simulator.language.vocabulary import Quantity

BACKLOG_MONTHS = 6
"""Months over which a shock's backlog is worked off (assumption)."""


@dataclass(slots=True)
class _Mandate:
    """One instrument, from a month until another, and the programmes that it runs."""

    item: InForce
    begins: float
    ends: float
    programmes: list[Programme] = field(default_factory=list)


class Government:
    """All that is in force in one run."""

    def __init__(
        self, setting: Setting, programmes: Mapping[str, type[Programme]], in_force: Sequence[InForce],
        policy: Sequence[InForce], shocks: Sequence[Shock], spin_up_months: int,
    ) -> None:  # fmt: skip
        self._setting = setting
        self._classes = programmes
        self._shocks = tuple(shocks)
        self._national: Inspection | None = None
        self._mandates = list(_mandates(in_force, policy, spin_up_months))
        self._moves: list[tuple[str, float]] = []
        self._levers = Levers()

    def turn(self, month: int) -> None:
        """End what ends and begin what begins at this month; an instrument with other numbers succeeds itself."""
        running = self._setting.programmes
        beginning = [mandate for mandate in self._mandates if mandate.begins == month < mandate.ends]
        heirs = {old: mandate.item.name for mandate in beginning if (old := _succeeds(mandate.item)) is not None}
        heirs |= {mandate.item.name: mandate.item.name for mandate in beginning}  # its own name before any other's
        leaving: dict[str, Programme] = {}
        for mandate in self._mandates:
            if mandate.ends == month:
                for programme in mandate.programmes:
                    running.remove(programme)
                    heir = heirs.get(mandate.item.name)
                    place = f"{heir}:{programme.name.partition(':')[2]}"
                    rival = leaving.get(place)
                    if heir is None or (rival is not None and heir != mandate.item.name):
                        programme.end()
                        continue
                    if rival is not None:
                        rival.end()
                    leaving[place] = programme
                mandate.programmes = []
        for mandate in beginning:
            mandate.programmes = self._found(mandate.item)
            running.extend(mandate.programmes)
            for programme in mandate.programmes:
                until = math.inf if month < 0 else mandate.ends
                if programme.name in leaving:
                    programme.succeed(leaving.pop(programme.name), until)
                else:
                    programme.start(until)
        for programme in leaving.values():
            programme.end()
        if month == 0:
            self._tell_ends()
        self._inspect_by_law()

    def _tell_ends(self) -> None:
        """The lines of what goes on from the spin-up learn when the policy will end it."""
        for mandate in self._mandates:
            if mandate.begins < 0 < mandate.ends < math.inf:
                for programme in mandate.programmes:
                    self._setting.budget.limit(programme.name, mandate.ends)

    def _inspect_by_law(self) -> None:
        """National law inspects where no instrument does."""
        running = self._setting.programmes
        by_instrument = any(isinstance(p, Inspection) and p is not self._national for p in running)
        if by_instrument and self._national is not None:
            self._national.end()
            running.remove(self._national)
            self._national = None
        elif not by_instrument and self._national is None:
            self._national = Inspection.national(self._setting)
            running.append(self._national)
            self._national.start()

    def levers(self, month: int) -> Levers:
        """Where the levers stand at this month, given what programmes deliver."""
        shocked = list(self._shock_moves(month))
        overridden = {lever: amount for lever, amount in shocked if LEVERS[lever].combine == "set"}
        together = [*self._policy_moves(month), *shocked]
        moves = [*(move for move in together if move[0] not in overridden), *overridden.items()]
        if moves != self._moves:  # otherwise the levers stand where they stood
            self._moves, self._levers = moves, Levers(moves)
        return self._levers

    def _policy_moves(self, month: int) -> Iterator[tuple[str, float]]:
        for mandate in self._mandates:
            if mandate.begins <= month < mandate.ends:
                for lever, amount, carrier in mandate.item.levers():
                    delivery = 1.0 if carrier is None else _delivery(mandate.programmes, carrier)
                    yield lever, carried(LEVERS[lever], amount, delivery)

    def _shock_moves(self, month: int) -> Iterator[tuple[str, float]]:
        for shock in self._shocks:
            end = shock.month + shock.months
            for lever, amount in shock.levers.items():
                if shock.month <= month < end:
                    yield lever, amount
                elif end <= month < end + BACKLOG_MONTHS and LEVERS[lever].combine == "multiply" and amount < 1:
                    yield lever, 1 + shock.backlog * (1 - amount) * shock.months / BACKLOG_MONTHS

    def _found(self, item: InForce) -> list[Programme]:
        """The programmes of an instrument, told their numbers as built."""
        programmes: list[Programme] = []
        for name, inputs in item.programmes():
            kind = self._classes[name]
            told = {
                key: value if isinstance(value, str) else as_built(value, kind.signature.inputs[key], self._setting.city)
                for key, value in inputs.items()
            }
            serial = sum(isinstance(programme, kind) for programme in programmes)
            programme = kind(self._setting, item.name, told, serial)
            programme.of_street = item.instrument.level != "district"
            programmes.append(programme)
        return programmes


def as_built(amount: Amount, declared: object, city: City) -> float:
    """A number for the built part of the district: only what is an amount of the whole is divided.

    Whole amounts (places) are rounded, at least 1 if there is any.
    """
    if not (isinstance(declared, Quantity) and declared.extensive):
        return amount.value
    value = amount.value * units_built(amount.per, city)
    if declared.whole:
        return max(1.0, float(round(value))) if amount.value > 0 else 0.0
    return value


def units_built(per: str, city: City) -> float:
    """How many districts, streets, hubs, communities, residents or households are built; fractions are fine."""
    match per:
        case "district":
            return city.share_built
        case "street":
            return float(city.streets.share_built.sum())
        case "hub":
            return float(city.streets.share_built[city.streets.hub_organization >= 0].sum())
        case "community":
            return float(len(city.communities))
        case "resident":
            return float(len(city.residents))
        case "household":
            return city.households
    raise ModelError(f"an amount per '{per}' is not known")


def _mandates(in_force: Sequence[InForce], policy: Sequence[InForce], spin_up_months: int) -> Iterator[_Mandate]:
    """Who is in force when: the status quo from the spin-up on, and what the policy begins."""
    continued = set()
    for item in in_force:
        for position, listed in enumerate(policy):
            if position not in continued and listed.from_month == 0 and same_numbers(item, listed):
                continued.add(position)
                yield _Mandate(listed, -spin_up_months, _end(listed))
                break
        else:
            yield _Mandate(item, -spin_up_months, 0.0)
    for position, listed in enumerate(policy):
        if position not in continued:
            yield _Mandate(listed, listed.from_month, _end(listed))


def same_numbers(one: InForce, other: InForce) -> bool:
    """Is it one instrument with the same numbers, so that it goes on undisturbed?"""
    return (one.name, one.lever_moves, one.programme_starts) == (other.name, other.lever_moves, other.programme_starts)


def _end(item: InForce) -> float:
    return math.inf if item.until_month is None else float(item.until_month)


def _succeeds(item: InForce) -> str | None:
    """The other instrument that this one carries on if it ends as this begins."""
    return item.instrument.succeeds if item.instrument is not None else None


def _delivery(programmes: Sequence[Programme], carrier: str) -> float:
    delivered = [programme.delivery for programme in programmes if programme.signature.name == carrier]
    return sum(delivered) / len(delivered) if delivered else 0.0
