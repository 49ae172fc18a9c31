"""The town in which the ways are set side by side."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.city.organizations import Kind
from simulator.city.residents import CONTACTS
from simulator.experiments.benchmarks.worlds import FEWEST, contacts, town, world
from simulator.language.errors import UserError
from tests.benchmarks.towns import at_rest


@pytest.mark.parametrize(
    ("residents", "communities", "streets"),
    [(2_000, 1, 1), (9_999, 2, 1), (130_000, 24, 2), (1_000_000, 182, 12)],
)  # fmt: skip
def test_a_town_has_so_many_residents(residents: int, communities: int, streets: int) -> None:
    here = at_rest(residents)
    assert len(here.residents) == residents
    assert here.residents.n_communities == communities
    assert here.residents.n_streets == streets == here.street_numbers.size
    here.residents.check()
    bodies = here.organizations
    joinable = bodies.active() & (bodies.kind != Kind.FEDERATION) & (bodies.community >= 0)
    assert np.unique(bodies.community[joinable]).size == communities  # so that every joiner joins


def test_a_million_is_nankai() -> None:
    nankai = town(1_000_000)
    assert (nankai.registered.value, nankai.filed.value, nankai.hubs.value) == (271, 2689, 12)
    assert town(250_000).filed.value == 672


def test_a_town_begins_at_rest() -> None:
    """A neutral exposure, and a mean climb of each community that is that of the ladder."""
    here = at_rest(9_999)
    assert (here.exposure.opportunity == 1).all()
    assert (here.exposure.contacts == 1).all()
    assert (here.exposure.slip == 1).all()
    for community in range(2):
        homes = here.residents.homes(community)
        peers = np.exp(here.ground.b_peers * here.residents.engaged[homes] / CONTACTS - here.exposure.peers_ref[community])
        assert peers.mean() == pytest.approx(1)
    assert 0 < here.striking < 1


def test_contacts_are_those_whom_the_tally_counts() -> None:
    """An odd one out in a street has six contacts."""
    residents = at_rest(9_999).residents
    found = contacts(residents)
    involved = np.append(residents.stage(slice(None)) >= 2, False)
    assert np.array_equal(involved[found].sum(axis=0), residents.engaged)
    assert int((found == 9_999).sum()) == 1
    assert found[:, 0].tolist()[:6] == [*range(int(residents.first[1]) - 3, int(residents.first[1])), 1, 2, 3]


def test_a_seed_is_a_world() -> None:
    one, same, other = at_rest(2_000, 1), world(2_000, 1), at_rest(2_000, 2)
    assert np.array_equal(one.residents.cell, same.residents.cell)
    assert not np.array_equal(one.residents.cell, other.residents.cell)


def test_too_few_are_no_town() -> None:
    with pytest.raises(UserError, match="at least 2000 residents, not 1999"):
        world(FEWEST - 1, 1)
