"""Draws of everything that is uncertain: a scenario whose numbers are others of those that they may be.

Draw d of a root seed throws one keyed die for each number, keyed by the number's path: `districts.tianyuan.residents`,
`founding.alpha`, `instruments.hub_grant.bodies_per_fte`. So a number's draw depends on nothing but d, the seed, its path, its
range and its law; a policy more, or a parameter more, changes no other. An instrument's number is the same in every policy that
leaves it to the catalogue, and before the start; a policy that gives it a range of its own throws a die of its own, which
policies with that same range share.

What is drawn: whatever has a range, unless its law is `fixed`. What a policy, a scenario or `--set` changes without a range
is a decision and stays. Numbers that hang together say so in their files (parameter.py). Beyond that, a district's figures are
kept consistent:

    stages      participants, volunteers and backbones are drawn; what is left is divided between the uninvolved and the aware,
                at the position that the aware draw between the least and the most that both ranges leave room for
    households, streets, hubs     no more than residents, communities, registered bodies
    hubs, support                 with the professional bodies no more than the registered ones: of these hubs yield first
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np

from simulator.documents.district import FIGURES, NOT_MORE, STAGES, District
from simulator.documents.in_force import InForce, Policy
from simulator.documents.laws import at_position, whole_at_position
from simulator.documents.parameter import Parameter
from simulator.documents.parameters import WHOLE, Parameters
from simulator.documents.relations import named_by
from simulator.language.streams import Streams

Numbers = Mapping[str, Parameter]
"""Full name -> number, of one district, one list or the model."""


class Dice:
    """The dice of one draw."""

    __slots__ = ("_streams", "draw")

    def __init__(self, seed: int, draw: int) -> None:
        self._streams, self.draw = Streams(seed, 0), draw

    def position(self, key: str) -> float:
        """Where in its range the number of this path lies, uniform in (0, 1)."""
        identity = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little")
        return float(self._streams.dice("parameters", self.draw, np.array([identity], np.uint64))[0])


def draw_parameters(parameters: Parameters, dice: Dice) -> Parameters:
    """The model's numbers, each somewhere in its range."""
    keys = {path: path for path in parameters}
    return Parameters(_drawn(parameters.by_path, parameters.by_path, keys, WHOLE, dice))


def draw_in_force(entries: Iterable[InForce], dice: Dice) -> tuple[InForce, ...]:
    """What is in force, with the instruments' numbers somewhere in their ranges."""
    entries = tuple(entries)
    listed = {f"{entry.name}.{name}": item for entry in entries for name, item in entry.values.items()}
    listed_keys = {name: key for entry in entries for name, key in _keys(entry).items()}
    whole = {f"{entry.name}.{name}" for entry in entries for name in entry.whole}
    made = []
    for entry in entries:
        own = {f"{entry.name}.{name}": item for name, item in entry.values.items()}
        new = _drawn(own, {**listed, **own}, {**listed_keys, **_keys(entry)}, whole, dice)
        made.append(entry.with_values({name: new[f"{entry.name}.{name}"] for name in entry.values}))
    return tuple(made)


def draw_policy(policy: Policy, dice: Dice) -> Policy:
    """A policy with its instruments' numbers somewhere in their ranges."""
    return replace(policy, instruments=draw_in_force(policy.instruments, dice))


def draw_district(district: District, dice: Dice) -> District:
    """A district with figures somewhere in their ranges, whole and consistent, and so what is in force at its start."""
    given = {name: getattr(district, name) for name in FIGURES if getattr(district, name) is not None}
    keys = {name: f"districts.{district.name}.{name}" for name in given}
    whole = {name for name, figure in FIGURES.items() if figure.whole}
    drawn = _drawn(given, given, keys, whole, dice)
    drawn.update(_stages(given, drawn))
    for less, more in NOT_MORE:
        drawn[less] = _at_most(drawn[less], drawn[more].value)
    room = math.floor(drawn["registered"].value * (1 - drawn["professional_share"].value))
    drawn["support"] = _at_most(drawn["support"], room)
    drawn["hubs"] = _at_most(drawn["hubs"], room - drawn["support"].value)
    return district.model_copy(update={**drawn, "in_force": draw_in_force(district.in_force, dice)})


def _keys(entry: InForce) -> dict[str, str]:
    """Full name -> path of its die; a range that is not the catalogue's is part of the path."""
    keys = {}
    for name, item in entry.values.items():
        full, declared = f"{entry.name}.{name}", entry.instrument.parameters[name]
        own = "" if (item.range, item.law) == (declared.range, declared.law) else f" {item.range} {item.law}"
        keys[full] = f"instruments.{full}{own}"
    return keys


def _drawn(
    numbers: Numbers, known: Numbers, keys: Mapping[str, str], whole: Collection[str], dice: Dice
) -> dict[str, Parameter]:
    """Each number at the position of its die, or of its leader's, or the product of its factors."""

    def drawn(name: str, item: Parameter) -> Parameter:
        named = named_by(item, name)
        if not item.is_drawn or "product_of" not in named:
            return _at(item, _position(name, item, keys, dice), name in whole)
        factors = [(known[factor].value, drawn(factor, known[factor]).value) for factor in named["product_of"]]
        return _held(item, item.value * math.prod(new / old for old, new in factors if old))

    return {name: drawn(name, item) for name, item in numbers.items()}


def _position(name: str, item: Parameter, keys: Mapping[str, str], dice: Dice) -> float:
    named = named_by(item, name)
    for other in named.get("drawn_with", ()):
        return dice.position(keys[other])
    for other in named.get("drawn_against", ()):
        return 1 - dice.position(keys[other])
    return dice.position(keys[name])


def _at(item: Parameter, u: float, whole: bool) -> Parameter:
    if item.range is None or not item.is_drawn:
        return item
    low, high = item.range
    return _valued(item, whole_at_position(item.law, low, high, u) if whole else at_position(item.law, low, high, u))


def _valued(item: Parameter, value: float) -> Parameter:
    return item.model_copy(update={"value": float(value)})


def _held(item: Parameter, value: float) -> Parameter:
    """The number at this value, or at the end of its range that is nearest."""
    low, high = item.range or (value, value)
    return _valued(item, min(max(value, low), high))


def _at_most(item: Parameter, most: float) -> Parameter:
    """A figure that was drawn, held at `most`; one that was not drawn stays."""
    return _valued(item, max(most, 0.0)) if item.is_drawn and item.value > most else item


def _stages(given: Numbers, drawn: Numbers) -> dict[str, Parameter]:
    """The five shares with the sum 1. Where the ranges leave no room for that, all are scaled to it."""
    uninvolved, aware, *active = STAGES
    if not any(given[name].is_drawn for name in STAGES):
        return {}
    rest = 1 - sum(drawn[name].value for name in active)
    least, most = _ends(given[aware])
    floor, ceiling = _ends(given[uninvolved])
    low, high = max(least, rest - ceiling), min(most, rest - floor)
    if low > high:
        total = sum(drawn[name].value for name in STAGES)
        return {name: _valued(drawn[name], drawn[name].value / total) for name in STAGES}
    u = (drawn[aware].value - least) / (most - least) if most > least else 0.5
    share = low + u * (high - low)
    return {aware: _valued(drawn[aware], share), uninvolved: _valued(drawn[uninvolved], rest - share)}


def _ends(item: Parameter) -> tuple[float, float]:
    """Between which values a number is drawn."""
    return item.range if item.range is not None and item.is_drawn else (item.value, item.value)
