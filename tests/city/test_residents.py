"""Residents in columns: contacts, tallies that are kept up, and the check that finds one that is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.city.residents import CONTACTS, Residents, Stage, disposition_classes
from simulator.language.errors import ModelError
from tests.theory.town import conditions, town


def small(size: int = 40, communities: int = 6, streets: int = 2) -> Residents:
    """A few residents at rest."""
    residents = town(conditions(), communities, size, streets).residents
    residents.check()
    return residents


@pytest.mark.parametrize("tally", ["stage_count", "acquainted_count", "ever_count", "engaged"])
def test_a_broken_tally_is_found(tally: str) -> None:
    residents = small()
    getattr(residents, tally).reshape(-1)[3] += 1
    with pytest.raises(ModelError, match="tally"):
        residents.check()


def test_an_impossible_resident_is_found() -> None:
    residents = small()
    residents.organization[np.flatnonzero(residents.cell < 32)[0]] = 0
    with pytest.raises(ModelError, match="below stage 2"):
        residents.check()
    residents = small()
    residents.cell[7] = 80
    residents.recount()
    with pytest.raises(ModelError, match="impossible stage"):
        residents.check()


def test_contacts_are_three_on_each_side_and_a_friend() -> None:
    """In a ring within the community; whoever is my contact has me as one."""
    residents = small()
    lists = {home: sorted(residents.contacts(np.array([home])).tolist()) for home in range(len(residents))}
    assert lists[0][:3] == [1, 2, 3]
    assert {37, 38, 39} <= set(lists[0])
    for home, contacts in lists.items():
        assert len(contacts) == CONTACTS
        assert home not in contacts
        assert all(lists[other].count(home) == contacts.count(other) for other in contacts)
        near = [other for other in contacts if other // 40 == home // 40 and min((home - other) % 40, (other - home) % 40) <= 3]
        assert len(near) in (6, 7)


def test_an_odd_one_out_has_no_friend() -> None:
    residents = town(conditions(), 3, 41, 1).residents
    alone = np.flatnonzero(residents.friend == np.arange(len(residents)))
    assert alone.size == 1
    assert residents.contacts(alone).size == CONTACTS - 1
    residents.check()


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_tallies_are_kept_up_with_every_change(data: st.DataObject) -> None:
    residents = small()
    for _ in range(3):
        homes = sorted(data.draw(st.lists(st.integers(0, len(residents) - 1), unique=True, max_size=60)))
        stages = data.draw(st.lists(st.integers(0, 4), min_size=len(homes), max_size=len(homes)))
        classes = residents.cell & 15
        residents.set_stage(np.array(homes, np.intp), np.array(stages, np.int64))
        assert residents.stage(np.array(homes, np.intp)).tolist() == stages
        assert (residents.cell & 15 == classes).all()
        residents.check()


def test_one_resident_seen() -> None:
    residents = small()
    home = int(np.flatnonzero(residents.stage(slice(None)) == 2)[0])
    residents.organization[home] = 5
    residents.age_band[home], residents.housing[home] = 3, 1
    seen = residents[home]
    assert (seen.stage, seen.organization, seen.age_band, seen.housing) == (Stage.PARTICIPANT, 5, "60_plus", "commodity")
    assert seen.community == home // 40
    assert residents[seen.friend].friend == home
    assert seen.acquainted == residents.acquainted[home]
    assert seen.ever_volunteer == residents.ever_volunteer[home]
    assert seen.party_member == residents.party_member[home]
    assert 16 * seen.stage + seen.disposition_class == residents.cell[home]
    assert residents[home - len(residents)].home == home
    for outside in (len(residents), -len(residents) - 1):
        with pytest.raises(IndexError, match="of 240"):
            residents[outside]


def test_communities_and_streets() -> None:
    residents = Residents(np.array([0, 10, 25, 26, 40]), np.array([0, 0, 1, 2], np.int32))
    assert (residents.n_communities, residents.n_streets) == (4, 3)
    assert residents.street_first.tolist() == [0, 25, 26, 40]
    homes = np.array([0, 9, 10, 24, 25, 26, 39])
    assert residents.community_of(homes).tolist() == residents.communities_of_sorted(homes).tolist() == [0, 0, 1, 1, 2, 3, 3]
    assert residents.homes(1) == slice(10, 25)
    residents.organization[[0, 3, 30]] = [2, 0, 2]
    assert residents.members_of(4).tolist() == [1, 0, 2, 0]


def test_dispositions_are_a_normal_law_in_slices() -> None:
    """Mean 0, the sd asked for, symmetric, rising; each the mean of its sixteenth of the normal law, rescaled."""
    classes = disposition_classes(0.7)
    assert classes.mean() == pytest.approx(0, abs=1e-12)
    assert classes.std() == pytest.approx(0.7)
    assert (np.diff(classes) > 0).all()
    assert classes == pytest.approx(-classes[::-1])
    drawn = np.sort(np.random.default_rng(1).standard_normal(16 * 50_000)).reshape(16, -1).mean(axis=1)
    assert classes / classes[-1] == pytest.approx(drawn / drawn[-1], abs=0.01)


def test_a_resident_takes_few_bytes() -> None:
    residents = small()
    assert residents.nbytes() / len(residents) <= 16
