"""The small worlds of these tests, and what it means that two of them are the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator import catalogue
from simulator.city.columns import Columns
from simulator.documents.in_force import InForce, Policy
from simulator.documents.parameter import Parameter
from simulator.documents.parameters import Parameters
from simulator.documents.scenario import Scenario
from simulator.model import DistrictModel, run_once
from simulator.observation.record import Record

HERE = Path(__file__).parent
NAMELESS = {"en": "", "zh": ""}


@cache
def microcosm() -> Scenario:
    """Three streets, six communities, 30,000 residents, three years."""
    return catalogue.load(HERE / "microcosm.yaml")


@cache
def nankai(scale: float, years: int = 5) -> Scenario:
    """The main comparison at this scale."""
    return catalogue.load("nankai-compare", scale=scale, years=years)


def shortened(scenario: Scenario, months: int) -> Scenario:
    """The same scenario with an earlier end."""
    return dataclasses.replace(scenario, months=months)


def with_policy(scenario: Scenario, *instruments: InForce, name: str = "tested") -> Scenario:
    """The same scenario with this policy alone."""
    title = scenario.policies[0].title
    return dataclasses.replace(scenario, policies=(Policy(name, title, instruments),))


def with_numbers(scenario: Scenario, **values: float) -> Scenario:
    """The same scenario with some of the model's numbers at other values, ranges aside: `founding__alpha=0`."""
    by_path = dict(scenario.parameters.by_path)
    for name, value in values.items():
        path = name.replace("__", ".")
        item: Parameter = by_path[path]
        by_path[path] = item.model_copy(update={"value": value, "range": None})
    return dataclasses.replace(scenario, parameters=Parameters(by_path))


def policy_of(scenario: Scenario, name: str) -> tuple[InForce, ...]:
    """What a policy of the scenario lists."""
    return next(policy.instruments for policy in scenario.policies if policy.name == name)


def lever_moved(lever: str, amount: float, from_month: int = 0) -> InForce:
    """An instrument in force that moves one lever and does nothing else."""
    anything = catalogue.read("instrument", "dual_track_filing")
    return InForce(f"{lever}_alone", anything, from_month, None, {}, ((lever, amount, None),), ())


@cache
def recorded(scenario_name: str, policy: str, replicate: int = 0, scale: float = 0.1) -> Record:
    """A whole run of the microcosm or of Nankai, done once for all tests that look at it."""
    scenario = microcosm() if scenario_name == "microcosm" else nankai(scale)
    return run_once(scenario, policy, replicate)


def district(record: Record, measure: str) -> NDArray[np.float64]:
    """A measure of the whole district by month, (n_months + 1,)."""
    return record.values[record.measures.index(measure), :, 0]


def differing(one: Record, other: Record) -> Mapping[str, NDArray[np.intp]]:
    """The months in which two records differ by any bit, by measure; empty if they are the same."""
    assert one.measures == other.measures
    assert one.places == other.places
    apart = one.values.view(np.uint64) != other.values.view(np.uint64)
    apart &= ~(np.isnan(one.values) & np.isnan(other.values))
    months = apart.any(axis=2)
    return {name: np.flatnonzero(months[row]) for row, name in enumerate(one.measures) if months[row].any()}


def columns_differing(one: Columns, other: Columns) -> list[str]:
    """The names of the columns in which two tables differ."""
    return [
        name for name in one._declared if not np.array_equal(getattr(one, name), getattr(other, name), equal_nan=False)
    ]


RESIDENT_COLUMNS = (
    "cell", "engaged", "acquainted", "ever_volunteer", "party_member", "head", "age_band", "housing", "friend",
    "organization",
)  # fmt: skip


def residents_differing(one: DistrictModel, other: DistrictModel) -> list[str]:
    """The names of the residents' columns in which two models differ."""
    a, b = one.residents, other.residents
    return [name for name in RESIDENT_COLUMNS if not np.array_equal(getattr(a, name), getattr(b, name))]


def advanced(model: DistrictModel, months: int) -> DistrictModel:
    """The model so many months later."""
    for _ in range(months):
        model.step()
    return model


@contextmanager
def month_opened(model: DistrictModel) -> Iterator[None]:
    """At the month's beginning: levers, tallies and hours are this month's, and nothing has happened yet."""
    model._open_month(model.month)
    yield
