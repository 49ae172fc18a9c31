"""Numbers of a scenario moved without reading its documents again: what a sweep does at each of its points.

Only for numbers of policies and of the model, whose bounds can be held one by one: the sweep's reader has tried each of them at
its ends. What comes out is what reading with `--set` gives (tests/documents/test_sweep.py holds one against the other).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from simulator.documents.changes import parse_path
from simulator.documents.in_force import InForce, Policy
from simulator.documents.parameter import Change, Parameter
from simulator.documents.parameters import BY_HAND, Parameters
from simulator.documents.scenario import Scenario
from simulator.documents.sweep import Varied
from simulator.documents.table import Value

Path = tuple[str, ...]


def moves_alone(number: Varied) -> bool:
    """Can this number, and all that moves with it, be moved without regard to any other?"""
    return number.is_number and all(_is_number_of_list(parse_path(path)) for path in (number.path, *number.also))


def _is_number_of_list(path: Path) -> bool:
    if path[0] == "parameters":
        return True
    return path[0] == "policies" and path[3] not in ("from", "until") and path[4:] in ((), ("value",))


@dataclass(frozen=True, slots=True)
class Mover:
    """A scenario and the numbers that move in it."""

    scenario: Scenario
    numbers: tuple[Varied, ...]

    def at(self, values: Iterable[Value]) -> Scenario:
        """The scenario in which each number has its value, and what moves with it its multiple."""
        moved = [(change.path, change.value) for number, value in zip(self.numbers, values, strict=True)
                 for change in number.moved(value, number.place)]  # fmt: skip
        return _with_numbers(self.scenario, moved)


def _with_numbers(scenario: Scenario, moved: list[tuple[Path, float]]) -> Scenario:
    by_policy: dict[str, list[tuple[Path, float]]] = {}
    own: dict[str, Parameter] = {}
    for path, value in moved:
        if path[0] == "policies":
            by_policy.setdefault(path[1], []).append((path, value))
        else:
            name = ".".join(path[1:3])
            own[name] = Change(value=value, source=BY_HAND).of(scenario.parameters[name], None)
    policies = tuple(_policy(policy, by_policy[policy.name]) if policy.name in by_policy else policy
                     for policy in scenario.policies)  # fmt: skip
    parameters = Parameters({**scenario.parameters.by_path, **own}) if own else scenario.parameters
    return replace(scenario, policies=policies, parameters=parameters)


def _policy(policy: Policy, moved: list[tuple[Path, float]]) -> Policy:
    return replace(policy, instruments=tuple(_entry(entry, moved) for entry in policy.instruments))


def _entry(entry: InForce, moved: list[tuple[Path, float]]) -> InForce:
    new = {path[3]: _by_hand(entry.values[path[3]], value) for path, value in moved if path[2] == entry.name}
    return entry.with_values({**entry.values, **new}) if new else entry


def _by_hand(declared: Parameter, value: float) -> Parameter:
    change = Change(value=value, per=declared.per, source=BY_HAND)
    return change.of(declared, None).model_copy(update={"certainty": "assumption"})
