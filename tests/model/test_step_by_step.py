"""The model by hand, month by month, as in a notebook."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
import simpy

from simulator.city import agents
from simulator.city.organizations import Kind, Status, Tier
from simulator.city.residents import Stage
from simulator.language.errors import UnknownName
from simulator.model import DistrictModel, run_once
from tests.model.worlds import advanced, microcosm, shortened


@pytest.fixture(scope="module")
def model() -> DistrictModel:
    """A year later."""
    return advanced(DistrictModel(microcosm(), policy="chaoyang", seed=1), 12)


def test_a_month_is_a_step() -> None:
    model = DistrictModel(microcosm(), policy="chaoyang", seed=1)
    assert (model.month, model.clock.now) == (0, 0)
    model.step()
    assert (model.month, model.clock.now) == (1, 1)
    assert model.measure("participation_rate") == model.to_record().values[
        model.to_record().measures.index("participation_rate"), 1, 0
    ]  # fmt: skip


def test_by_hand_and_at_once_are_the_same() -> None:
    scenario = shortened(microcosm(), 6)
    by_hand = advanced(DistrictModel(scenario, "chaoyang"), 6).to_record()
    assert by_hand.values.tobytes() == run_once(scenario, "chaoyang").values.tobytes()


def test_the_first_policy_is_meant_if_none_is_named() -> None:
    assert DistrictModel(microcosm()).policy.name == "as-it-is"
    with pytest.raises(UnknownName, match="chaoyang"):
        DistrictModel(microcosm(), policy="chaoyan")


def test_one_resident(model: DistrictModel) -> None:
    resident = model.residents[12345]
    assert resident.stage == Stage(int(model.residents.cell[12345]) >> 4)
    assert 12345 in range(*model.residents.homes(resident.community).indices(len(model.residents)))
    assert model.residents[resident.friend].friend == 12345
    with pytest.raises(IndexError, match="30000 of 30000"):
        model.residents[30_000]


def test_agents_see_the_columns(model: DistrictModel) -> None:
    bodies = model.city.organizations
    large = model.organizations.select(lambda body: body.members > 20)
    assert {body.row for body in large} == set(np.flatnonzero(bodies.alive() & (bodies.members > 20)))
    body = next(iter(large))
    bodies.members[body.row] += 1
    assert body.members == bodies.members[body.row]
    bodies.members[body.row] -= 1
    assert isinstance(body.tier, Tier)
    assert isinstance(body.status, Status)
    with pytest.raises(AttributeError, match="membres"):
        body.membres  # noqa: B018 - the access is what is tested


def test_agents_are_those_who_are_there(model: DistrictModel) -> None:
    """Bodies that ended and leaders who left are taken off; those who came are there."""
    bodies, leaders = model.city.organizations, model.city.leaders
    assert (~bodies.alive()).any(), "nobody ended in a year: nothing is tested"
    assert leaders.left.any(), "nobody left in a year: nothing is tested"
    assert sorted(body.row for body in model.organizations) == list(np.flatnonzero(bodies.alive()))
    assert sorted(leader.row for leader in model.leaders) == list(np.flatnonzero(leaders.here()))
    assert len(model.communities) == 6
    assert len(model.stations) == len(model.hubs) == 3
    assert sorted(body.row for body in model.organizations.select(lambda b: b.kind == Kind.FEDERATION)) == sorted(
        hub.hub_organization for hub in model.hubs
    )


def test_agents_follow_the_tables_however_one_looks() -> None:
    """Agents are made when somebody looks: by kind, by Mesa's own names, and again after months in which nobody did."""
    model = DistrictModel(microcosm(), "as-it-is")
    bodies, leaders = model.city.organizations, model.city.leaders
    for months in (0, 1, 0, 5):
        for _ in range(months):
            model.step()
        there = int(bodies.alive().sum()) + int(leaders.here().sum())
        assert len(model.agents) == there + len(model.city.communities) + 2 * len(model.city.streets)
        assert len(model.agents_by_type[agents.Organization]) == int(bodies.alive().sum())
        assert {leader.row for leader in model.leaders} == set(np.flatnonzero(leaders.here()))


def test_an_event_at_the_edge_belongs_to_the_month_that_begins() -> None:
    model = DistrictModel(microcosm(), "as-it-is")
    seen: list[tuple[float, int]] = []

    def bell() -> Generator[simpy.Event, Any, None]:
        yield model.clock.timeout(3)
        seen.append((model.clock.now, model.setting.month))

    model.clock.process(bell())
    advanced(model, 3)
    assert seen == [], "month 2 has had an event of month 3"
    model.step()
    assert seen == [(3, 3)]


def test_a_measure_that_is_not_is_refused(model: DistrictModel) -> None:
    with pytest.raises(UnknownName, match="participation_rate"):
        model.measure("participation_rat")
