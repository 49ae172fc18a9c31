"""Thinning is exact: looking at the low dice alone decides as looking at everybody would."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulator.dynamics import participation
from simulator.dynamics.participation import Event, Exposure
from tests.chance import assert_binomial
from tests.theory.town import DISTRICT_HOUSING, Town, conditions, town

ORDER = ("move", "drift", "slip", "acquaint", "join", "climb")


def fit(factor: float, share: float) -> float:
    """A factor of an estate where less happens than usual, nearer to 1 by this share."""
    return factor + share * (1 - factor) if factor < 1 else factor


def hazards(of: Town, home: int) -> list[float]:
    """One resident's hazards in the order of the die, as documented: neighbours are asked, not tallied."""
    r, g, e = of.residents, of.ground, of.exposure
    me = r[home]
    stage, community, h = int(me.stage), me.community, int(r.housing[home])
    first, size = int(r.first[community]), int(r.first[community + 1] - r.first[community])
    around = [first + (home - first + step) % size for step in (-3, -2, -1, 1, 2, 3)]
    around += [me.friend] if me.friend != home else []
    peers = sum(int(r[other].stage) >= 2 for other in around) / 7
    climb = g.climb[stage] * math.exp(g.dispositions[me.disposition_class]) * fit(float(g.climb_factor[h]), e.estate_fit)
    climb *= math.exp(g.b_peers * peers - e.peers_ref[community])
    climb *= math.exp(g.b_acquainted * me.acquainted - e.acquainted_ref[community])
    climb *= math.exp(g.b_party * me.party_member * e.double_registration) * e.opportunity[community, stage]
    meet = g.rho * e.contacts[community] * fit(float(g.contact_factor[h]), e.estate_fit)
    meet *= g.stage_contact_factor if stage >= 2 else 1
    by_name = {
        "move": g.move[h],
        "drift": g.drift if me.acquainted else 0.0,
        "slip": g.slip[stage] * e.slip[community] * (e.quitting if stage >= 3 else 1),
        "acquaint": 0.0 if me.acquainted else meet,
        "join": g.join if stage >= 2 and me.organization < 0 else 0.0,
        "climb": climb,
    }
    return [float(by_name[name]) for name in ORDER]


def decided(of: Town, month: int) -> list[tuple[int, int]]:
    """(home, event) of everybody to whom something happens: every die thrown in full, every hazard computed."""
    r, happens = of.residents, []
    for street in range(r.n_streets):
        begin, end = int(r.street_first[street]), int(r.street_first[street + 1])
        words = of.streams.words("residents", street, month).random_raw((end - begin + 3) // 4)
        coarse = words.view(np.uint16)
        fine = of.streams.dice("residents refined", month, np.arange(begin, end))
        for home in range(begin, end):
            u = (int(coarse[home - begin]) + float(fine[home - begin])) / 65536
            mine = hazards(of, home)
            chance = -math.expm1(-sum(mine))
            reached = 0.0
            for event, hazard in enumerate(mine):
                reached += chance * hazard / sum(mine)
                if hazard > 0 and u < reached:
                    happens.append((home, event))
                    break
    return happens


def restless(seed: int, exposure: dict[str, NDArray[np.float64] | float] | None = None) -> Town:
    """2,001 residents, some of whom belong to a body, under exposures far from the start's."""
    here = town(conditions(housing=DISTRICT_HOUSING, b_acquainted=0.3), 3, 667, 2, b_peers=2.0, join=0.05, seed=seed)
    involved = np.flatnonzero(here.residents.stage(slice(None)) >= 2)
    here.residents.organization[involved[::2]] = 0
    draw = np.random.default_rng(seed)
    here.expose(
        opportunity=draw.uniform(0, 6, (3, 5)), contacts=draw.uniform(0, 4, 3), slip=draw.uniform(0, 3, 3),
        peers_ref=draw.uniform(-0.5, 1, 3), acquainted_ref=draw.uniform(0, 0.3, 3), double_registration=1.0,
        quitting=draw.uniform(0, 4), estate_fit=draw.uniform(0, 1),
    )  # fmt: skip
    here.expose(**(exposure or {}))
    return here


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_low_dice_decide_as_everybody_would(seed: int) -> None:
    here = restless(seed)
    looked_at = 0
    for month in range(4):
        moves = here.draw(month)
        expected = decided(here, month)
        assert list(zip(moves.homes.tolist(), moves.events.tolist(), strict=True)) == expected
        assert {event for _, event in expected} >= {Event.SLIP, Event.ACQUAINT, Event.CLIMB, Event.JOIN}
        here.carry_out(moves, month)
        looked_at += moves.looked_at
    assert looked_at < 4 * len(here.residents) / 2  # thinning it is


amounts = st.lists(st.floats(0.0, 30.0), min_size=3, max_size=3)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000), opportunity=st.lists(st.floats(0, 30), min_size=15, max_size=15), contacts=amounts,
    slip=amounts, reference=st.lists(st.floats(-2, 2), min_size=3, max_size=3), party=st.floats(0, 1),
    b_party=st.floats(-1, 1.5), quitting=st.floats(0, 5), estate_fit=st.floats(0, 1),
)  # fmt: skip
def test_nobody_is_above_the_bound(
    seed: int, opportunity: list[float], contacts: list[float], slip: list[float], reference: list[float], party: float,
    b_party: float, quitting: float, estate_fit: float,
) -> None:  # fmt: skip
    here = restless(seed, {
        "opportunity": np.reshape(opportunity, (3, 5)), "contacts": np.array(contacts), "slip": np.array(slip),
        "peers_ref": np.array(reference), "double_registration": party, "quitting": quitting,
        "estate_fit": estate_fit,
    })  # fmt: skip
    here.ground = replace(here.ground, b_party=b_party)
    r = here.residents
    homes = np.arange(len(r))
    chance = -np.expm1(-participation.resident_hazards(r, homes, here.ground, here.exposure).sum(axis=0))
    of_street = np.searchsorted(r.street_of_community, np.arange(r.n_streets + 1))
    for street in range(r.n_streets):
        p_max = participation.bound(slice(of_street[street], of_street[street + 1]), here.ground, here.exposure)
        at = slice(int(r.street_first[street]), int(r.street_first[street + 1]))
        bounds = p_max[r.engaged[at], r.acquainted[at].astype(int), r.cell[at]]
        assert (chance[at] <= bounds * (1 + 1e-12)).all()
        assert (bounds <= 1).all()


def test_hazards_are_as_documented() -> None:
    here = restless(5)
    homes = np.arange(0, len(here.residents), 3)
    found = participation.resident_hazards(here.residents, homes, here.ground, here.exposure)
    expected = np.array([hazards(here, int(home)) for home in homes]).T
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-300)


def test_double_the_opportunities_turns_nothing_into_climb() -> None:
    """60,000 residents, a year from one state: who climbed still does; of other events a hundredth makes way at most."""
    here = town(conditions(housing=DISTRICT_HOUSING), 12, 5000)
    base = here.exposure
    kept = replaced = begun = climbed_no_more = other_from_nothing = 0
    for month in range(12):
        here.exposure = base
        before = happened(here, month)
        here.exposure = Exposure(
            2 * base.opportunity, base.contacts, base.slip, base.peers_ref, base.acquainted_ref, base.double_registration
        )
        after = happened(here, month)
        climbed_no_more += int(np.sum((before == Event.CLIMB) & (after != Event.CLIMB)))
        other_from_nothing += int(np.sum((before < 0) & (after >= 0) & (after != Event.CLIMB)))
        begun += int(np.sum((before < 0) & (after == Event.CLIMB)))
        was_other = (before >= 0) & (before != Event.CLIMB)
        replaced += int(np.sum(was_other & (before != after)))
        kept += int(np.sum(was_other & (before == after)))
    assert climbed_no_more == other_from_nothing == 0
    assert begun > 5000
    assert replaced < 0.01 * kept


def happened(here: Town, month: int) -> NDArray[np.int8]:
    """The event of everybody, -1 for nothing, (n,)."""
    moves = here.draw(month)
    events = np.full(len(here.residents), -1, np.int8)
    events[moves.homes] = moves.events
    return events


def test_events_share_the_die_in_proportion() -> None:
    """Of those alike, each event takes its share of 1 - exp(-H). False alarm 1e-4 for each event."""
    here = town(conditions(), 10, 6000, join=0.04)
    here.residents.cell[:] = 16 * 2 + 11
    here.residents.recount()
    h = hazards(here, 0)
    here.residents.acquainted[:] = here.residents.acquainted[0]
    events = happened(here, 3)
    for event, hazard in enumerate(h):
        chance = hazard / sum(h) * -math.expm1(-sum(h))
        assert_binomial(int(np.count_nonzero(events == event)), events.size, chance)


def test_opportunities_elsewhere_touch_nobody_here() -> None:
    """What one community is offered changes no die of another, not even in its own street."""
    here = town(conditions(housing=DISTRICT_HOUSING), 6, 2000)
    before = happened(here, 7)
    opportunity = here.exposure.opportunity.copy()
    opportunity[0] *= 10
    here.expose(opportunity=opportunity)
    after = happened(here, 7)
    assert (before[:2000] != after[:2000]).any()
    assert (before[2000:] == after[2000:]).all()
