"""The two worlds of a story: the same street with the same luck, once without what the story is about and once with it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from simulator import catalogue
from simulator.documents.district import District
from simulator.documents.in_force import InForce, Policy, put_in_force
from simulator.documents.instrument import Instrument
from simulator.documents.parameter import Change, Parameter, Shares
from simulator.documents.parameters import Parameters
from simulator.documents.scenario import Scenario
from simulator.language.errors import UnknownName, UserError
from tests.stories.removal import NOTHING, Removal
from tests.stories.story import HERE, Story

NAME: Final = "the street"
"""The name of the one policy of each world, so that the same world has the same digest."""


@dataclasses.dataclass(frozen=True, slots=True)
class Worlds:
    """A street without and with it."""

    without: Scenario
    with_it: Scenario


@cache
def street() -> Scenario:
    """The street on which stories happen, with nothing in force but the law."""
    return catalogue.load(HERE / "street.yaml")


@cache
def instrument(name: str) -> Instrument:
    """An instrument of the catalogue."""
    found: Instrument = catalogue.read("instrument", name)
    return found


def worlds(story: Story, removal: Removal = NOTHING, seed: int | None = None) -> Worlds:
    """The two worlds of a story; with one effect of its instrument removed wherever it is in force."""
    beside = tuple(in_force(name, values or {}, 0, None) for name, values in story.beside.items())
    first = [in_force(name, values or {}, story.since, story.until) for name, values in story.against.items()]
    second = in_force(story.instrument, story.values, story.since, story.until)
    ground = _ground(story, beside, seed)
    return Worlds(
        without=_under(ground, (*beside, *(removal.of(item, story.instrument) for item in first))),
        with_it=_under(ground, (*beside, removal.of(second, story.instrument))),
    )


def in_force(name: str, changes: Mapping[str, Change], since: int, until: int | None) -> InForce:
    """An instrument with these values, its ranges aside: a story may exaggerate, within what a lever or programme bears."""
    found, vocabulary = instrument(name), catalogue.vocabulary()
    values = dict(found.parameters)
    for parameter, change in changes.items():
        if parameter not in values:
            raise UnknownName(f"parameter of {name}", parameter, list(values))
        for slot in found.slots_of(parameter, vocabulary):
            if not slot.admits(change.value):
                low, high = slot.accepts.low, slot.accepts.high
                raise UserError(f"{name}: {parameter} = {change.value:g} is outside {low:g} to {high:g} of {slot.of}")
        values[parameter] = change.of(values[parameter], "a story").model_copy(update={"range": None})
    return put_in_force(found, values, since, until, vocabulary)


def _ground(story: Story, beside: Iterable[InForce], seed: int | None) -> Scenario:
    """The street of the story, with what is in force beside the instrument in force before the start as well."""
    scenario = street()
    figures: dict[str, object] = {"in_force": tuple(beside)}
    for name, change in story.world.items():
        figures[name] = _figure(scenario.district, name, change)
    by_path = dict(scenario.parameters.by_path)
    for path, change in story.parameters.items():
        declared = scenario.parameters[path]
        by_path[path] = declared.model_copy(update={"value": change.value, "range": None})
    return dataclasses.replace(
        scenario, district=scenario.district.model_copy(update=figures), parameters=Parameters(by_path),
        months=story.months, seed=scenario.seed if seed is None else seed,
    )  # fmt: skip


def _figure(district: District, name: str, change: Change | Mapping[str, float]) -> Parameter | Shares:
    """A figure of the street at another value; of shares, all that are given."""
    declared = getattr(district, name, None)
    if isinstance(declared, Parameter) and isinstance(change, Change):
        return declared.model_copy(update={"value": change.value, "range": None})
    if isinstance(declared, Shares) and not isinstance(change, Change):
        if set(change) != set(declared.values) or abs(sum(change.values()) - 1) > 1e-9:
            raise UserError(f"world.{name}: give all of {', '.join(declared.values)}; together they are 1")
        return declared.model_copy(update={"values": dict(change)})
    known = [field for field in type(district).model_fields if isinstance(getattr(district, field), (Parameter, Shares))]
    raise UnknownName("figure of the street", name, known)


def _under(ground: Scenario, instruments: tuple[InForce, ...]) -> Scenario:
    policy = Policy(NAME, ground.policies[0].title, instruments)
    return dataclasses.replace(ground, policies=(policy,))
