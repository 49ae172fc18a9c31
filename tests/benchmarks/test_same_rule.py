"""The peers follow the same rule to the last event: the same hazards for everybody, and with the same dice the same lives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator.dynamics import participation
from simulator.dynamics.participation import Event
from simulator.experiments.benchmarks.plain_mesa import PlainMesa
from simulator.experiments.benchmarks.plain_numpy import PlainNumpy
from simulator.experiments.benchmarks.resident_core import ResidentCore
from simulator.experiments.benchmarks.worlds import World
from tests.benchmarks.towns import Town, at_rest, certain, dice, give, in_columns, people, restless
from tests.chance import assert_binomial, assert_multinomial

PEERS = [PlainNumpy, PlainMesa]


def hazards(town: Town) -> np.ndarray:
    """Of everybody now, as the way itself says, (6, n)."""
    if isinstance(town, PlainNumpy):
        return town.hazards()
    if isinstance(town, PlainMesa):
        return np.array([agent.hazards() for agent in town.agents]).T
    homes = np.arange(len(town.residents))
    return participation.resident_hazards(town.residents, homes, town.world.ground, town.world.exposure)


@pytest.mark.parametrize("way", [*PEERS, ResidentCore])
@pytest.mark.parametrize("months", [0, 5])
def test_hazards_are_the_models(way: type[Town], months: int) -> None:
    """For everybody, at the start and after the way's own months, against the model's for the people who live there then."""
    here = restless(11_001)
    town = way(here)
    for _ in range(months):
        town.step()
    expected = participation.resident_hazards(in_columns(here, people(town)), np.arange(11_001), here.ground, here.exposure)
    np.testing.assert_allclose(hazards(town), expected, rtol=1e-12, atol=0)
    assert (expected > 0).any(axis=1).all()


@pytest.mark.parametrize(("party", "struck"), [(False, False), (True, True)])
def test_the_same_dice_make_the_same_lives(party: bool, struck: bool) -> None:
    """Ten months, everybody's state and all events: what newcomers are, and who is struck off, is certain in this town."""
    follow(certain(restless(11_001), party=party, struck=struck), months=10, peers=PEERS)


def test_every_street_has_its_own_dice() -> None:
    here = certain(restless(130_000), party=False, struck=False)
    assert here.residents.n_streets == 2
    follow(here, months=3, peers=[PlainNumpy])


def follow(here: World, months: int, peers: list[type[PlainNumpy] | type[PlainMesa]]) -> None:
    """Live these months in each way with the dice of the core, and compare."""
    core, others = ResidentCore(here, luck=2), [way(here, luck=2) for way in peers]
    for town in others:
        assert people(town).differing(people(core)) == {}
    for month in range(months):
        core.step()
        core.residents.check()
        for town in others:
            give(town, dice(here, 2, month))
            town.step()
            assert people(town).differing(people(core)) == {}, (type(town).__name__, month)
            assert town.happened.tolist() == core.happened.tolist()
    assert core.happened.min() > 10


@pytest.mark.parametrize("way", [*PEERS, ResidentCore])
def test_newcomers_are_drawn_from_their_law(way: type[Town]) -> None:
    """Everybody moves in one month, then a tenth is struck off. False alarm 1e-4 for each housing, stage and the Party."""
    quiet = at_rest(20_000)
    here = replace(quiet, ground=replace(quiet.ground, move=np.full(6, 1e9)), striking=0.1)
    town = way(here, luck=3)
    town.step()
    assert town.happened[Event.MOVE] == 20_000
    now, law, housing = people(town), here.law, here.residents.housing
    assert not now.acquainted.any()
    assert not now.member.any()
    assert_binomial(int(now.party_member.sum()), 20_000, law.party_member)
    for kind in np.unique(housing):
        at = housing == kind
        joint = np.bincount(5 * now.disposition[at] + now.stage[at], minlength=80).reshape(16, 5)
        assert_multinomial(joint, law.newcomer_class[kind][:, None] * law.newcomer_stage[:, kind])
    for stage in range(5):
        on_register = law.ever_volunteer[stage] * (0.9 if stage < 3 else 1.0)
        assert_binomial(int(now.ever_volunteer[now.stage == stage].sum()), int((now.stage == stage).sum()), on_register)


@pytest.mark.parametrize("way", [*PEERS, ResidentCore])
def test_luck_is_a_seed_and_the_world_is_left_as_it_was(way: type[Town]) -> None:
    here = at_rest(2_000)
    before = people(ResidentCore(here))
    ends = []
    for luck in (0, 0, 1):
        town = way(here, luck)
        for _ in range(3):
            town.step()
        ends.append(people(town))
    assert ends[0].differing(ends[1]) == {}
    assert ends[0].differing(ends[2]) != {}
    assert people(ResidentCore(here)).differing(before) == {}
    assert np.array_equal(here.organizations.members, here.residents.members_of(len(here.organizations)))
