"""A town of residents and nothing else: a few communities in their starting law, ground rules and exposures by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulator.city.residents import HOUSING, N_CLASSES, N_STAGES, Residents, StartingLaw, disposition_classes
from simulator.dynamics import living, participation
from simulator.dynamics.ladder import Ladder, LadderConditions, solve_ladder
from simulator.dynamics.moving import NewcomerLaw
from simulator.dynamics.participation import Exposure, Ground, Moves
from simulator.language.streams import Streams

STAGE_SHARES = np.array([0.50, 0.38, 0.08, 0.032, 0.008])
ONE_HOUSING = np.array([0.0, 1.0, 0.0, 0.0, 0.0, 0.0])
DISTRICT_HOUSING = np.array([0.42, 0.36, 0.08, 0.06, 0.05, 0.03])


def conditions(
    stage_shares: NDArray[np.float64] = STAGE_SHARES, acquainted: float = 0.5,
    housing: NDArray[np.float64] = ONE_HOUSING, b_acquainted: float = 0.0,
) -> LadderConditions:  # fmt: skip
    """The ladder of a district like Nankai."""
    return LadderConditions(
        stage_shares=stage_shares, acquainted_share=acquainted, housing_shares=housing,
        dispositions=disposition_classes(1.0), slip=np.array([0.0, 0.02, 0.05, 0.03, 0.015]),
        climb_factor=np.array([1.1, 0.95, 1.0, 0.7, 0.8, 1.2]), contact_factor=np.array([1.2, 0.9, 1.0, 0.6, 0.9, 1.4]),
        move=np.array([0.08, 0.10, 0.12, 0.10, 0.16, 0.20]) / 12, drift=0.10 / 12, stage_contact_factor=2.0,
        b_acquainted=b_acquainted,
    )  # fmt: skip


@dataclass(slots=True)
class Town:
    """Residents at rest, and what decides about them."""

    residents: Residents
    ground: Ground
    exposure: Exposure
    ladder: Ladder
    law: StartingLaw
    conditions: LadderConditions
    streams: Streams

    def draw(self, month: int) -> Moves:
        """Everybody's month, nothing carried out."""
        streets = np.arange(self.residents.n_streets, dtype=np.int32)
        return participation.draw_moves(self.residents, self.ground, self.exposure, self.streams, month, streets)

    def live(self, months: int, first: int = 0) -> None:
        """So many months, with no organisation to belong to."""
        for month in range(first, first + months):
            moves = self.draw(month)
            self.carry_out(moves, month)

    def carry_out(self, moves: Moves, month: int) -> None:
        """What the events make of those to whom they happen."""
        living.live_through(self.residents, moves, NewcomerLaw.of(self.law), self.streams, month)

    def expose(self, **changes: NDArray[np.float64] | float) -> None:
        """Other exposures."""
        self.exposure = replace(self.exposure, **changes)  # type: ignore[arg-type]


def town(
    given: LadderConditions, communities: int = 12, size: int = 500, streets: int = 3, *, b_peers: float = 0.0,
    b_party: float = 0.7, join: float = 0.0, seed: int = 1, at_rest: bool = True,
) -> Town:  # fmt: skip
    """So many communities whose residents are drawn from the stationary law; or who all begin strangers at stage 0."""
    ladder = solve_ladder(given, join * (np.arange(N_STAGES) >= 2))
    draw = np.random.default_rng(seed)
    street = (np.arange(communities) * streets // communities).astype(np.int32)
    residents = Residents(np.arange(communities + 1, dtype=np.int64) * size, street)
    n = len(residents)
    residents.housing[:] = draw.choice(len(HOUSING), n, p=given.housing_shares)
    residents.cell[:] = draw.integers(0, N_CLASSES, n)
    residents.party_member[:] = draw.random(n) < 0.1
    if at_rest:
        for housing in np.unique(residents.housing):
            here = np.flatnonzero(residents.housing == housing)
            law = ladder.law[:, housing].ravel() / N_CLASSES
            state = draw.choice(law.size, here.size, p=law / law.sum())
            disposition, stage, known = np.unravel_index(state, (N_CLASSES, N_STAGES, 2))
            residents.cell[here] = 16 * stage + disposition
            residents.acquainted[here] = known == 1
    for s in range(streets):
        homes = draw.permutation(np.arange(residents.street_first[s], residents.street_first[s + 1]))
        pairs = homes[: homes.size // 2 * 2].reshape(-1, 2)
        residents.friend[pairs[:, 0]], residents.friend[pairs[:, 1]] = pairs[:, 1], pairs[:, 0]
    residents.ever_volunteer[:] = residents.stage(slice(None)) >= 3
    residents.recount()
    ground = Ground(
        climb=ladder.climb, slip=given.slip, rho=ladder.rho, drift=given.drift, join=join,
        dispositions=given.dispositions, climb_factor=given.climb_factor, contact_factor=given.contact_factor,
        move=given.move, stage_contact_factor=given.stage_contact_factor, b_peers=b_peers,
        b_acquainted=given.b_acquainted, b_party=b_party,
    )  # fmt: skip
    mean_known = 1 - given.acquainted_share + given.acquainted_share * np.exp(given.b_acquainted)
    peers = np.exp(b_peers * np.arange(8) / 7)[residents.engaged].reshape(communities, size).mean(axis=1)
    exposure = Exposure(
        opportunity=np.ones((communities, N_STAGES)), contacts=np.ones(communities), slip=np.ones(communities),
        peers_ref=np.log(peers), acquainted_ref=np.full(communities, np.log(mean_known)),
    )  # fmt: skip
    newcomers = StartingLaw(
        state=ladder.law, newcomer_class=ladder.leaving.sum(axis=2).T,
        newcomer_stage=ladder.leaving / ladder.leaving.sum(axis=2, keepdims=True),
        ever_volunteer=np.array([0.03, 0.03, 0.03, 1.0, 1.0]), affiliated=np.zeros(N_STAGES), party_member=0.1,
        age_bands=np.array([0.13, 0.24, 0.38, 0.25]),
    )  # fmt: skip
    return Town(residents, ground, exposure, ladder, newcomers, given, Streams(seed, 0))


def counted(residents: Residents) -> NDArray[np.int64]:
    """Residents by stage and acquaintance, (5, 2)."""
    stage = residents.stage(slice(None)).astype(np.int64)
    return np.bincount(2 * stage + residents.acquainted, minlength=10).reshape(N_STAGES, 2)
