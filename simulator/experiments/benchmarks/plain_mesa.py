"""The rule with Mesa agents: every resident is an object that decides from the month's start, and then acts.

Equations, order of the die and symbols are those of dynamics/participation.py; contacts are asked anew every month.
Membership is a flag, and ages, which decide nothing, are left out.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from math import exp, expm1
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from simulator.city.residents import CONTACTS, HOUSING, N_CLASSES, N_STAGES
from simulator.dynamics.participation import Event
from simulator.experiments.benchmarks.worlds import World, contacts


@dataclass(frozen=True, slots=True)
class Community:
    """What a community does to its residents."""

    opportunity: list[float]
    """By stage."""
    contacts: float
    slip: float
    reference: float
    """peers_ref and acquainted_ref together."""


@dataclass(frozen=True, slots=True)
class Housing:
    """What a kind of housing does to those who live in it, and who moves in."""

    move: float
    climb: float
    contact: float
    newcomer_class: list[float]
    newcomer_stage: list[list[float]]
    """By class and stage."""


class Resident(mesa.Agent):
    """A resident, or whoever takes their home: friend, neighbours and housing stay with it."""

    def __init__(
        self, model: PlainMesa, stage: int, disposition: int, housing: Housing, community: Community, acquainted: bool,
        party_member: bool, ever_volunteer: bool, member: bool,
    ) -> None:  # fmt: skip
        super().__init__(model)
        self.stage = stage
        self.disposition = disposition
        self.housing = housing
        self.community = community
        self.acquainted = acquainted
        self.party_member = party_member
        self.ever_volunteer = ever_volunteer
        self.member = member
        self.contacts: list[Resident] = []
        self.event: Event | None = None

    def hazards(self) -> list[float]:
        """Per month, in the order of `Event`."""
        town, community, housing, stage = self.model, self.community, self.housing, self.stage
        ground = town.ground
        involved = stage >= 2
        peers = len([contact for contact in self.contacts if contact.stage >= 2]) / CONTACTS
        log_climb = town.dispositions[self.disposition] + ground.b_peers * peers - community.reference
        if self.acquainted:
            log_climb += ground.b_acquainted
        if self.party_member:
            log_climb += town.party
        acquaint = 0.0
        if not self.acquainted:
            acquaint = ground.rho * community.contacts * housing.contact * (ground.stage_contact_factor if involved else 1.0)
        return [
            housing.move,
            ground.drift if self.acquainted else 0.0,
            town.slip[stage] * community.slip,
            acquaint,
            ground.join if involved and not self.member else 0.0,
            town.climb[stage] * housing.climb * community.opportunity[stage] * exp(log_climb),
        ]

    def decide(self) -> None:
        """Throw the month's die."""
        hazards = self.hazards()
        total = sum(hazards)
        chance = -expm1(-total)
        die = self.random.random()
        if die < chance:
            self.event = Event(bisect_right(list(accumulate(hazards)), die / chance * total))

    def act(self) -> None:
        """Carry out what was decided; who is on the register and does not volunteer may be struck off."""
        if self.event is not None:
            self.carry_out(self.event)
            self.event = None
        if self.ever_volunteer and self.stage < 3 and self.random.random() < self.model.striking:
            self.ever_volunteer = False

    def carry_out(self, event: Event) -> None:
        """Let it happen."""
        self.model.happened[event] += 1
        match event:
            case Event.MOVE:
                self.move_in()
            case Event.DRIFT:
                self.acquainted = False
            case Event.SLIP:
                self.stage -= 1
                self.member = self.member and self.stage >= 2
            case Event.ACQUAINT:
                self.acquainted = True
            case Event.JOIN:
                self.member = True
            case Event.CLIMB:
                self.stage += 1
                self.ever_volunteer = self.ever_volunteer or self.stage >= 3

    def move_in(self) -> None:
        """A newcomer takes the home."""
        town, housing, luck = self.model, self.housing, self.random
        self.disposition = luck.choices(range(N_CLASSES), housing.newcomer_class)[0]
        self.stage = luck.choices(range(N_STAGES), housing.newcomer_stage[self.disposition])[0]
        self.ever_volunteer = self.stage >= 3 or luck.random() < town.registered[self.stage]
        self.party_member = luck.random() < town.party_share
        self.acquainted = False
        self.member = False


class PlainMesa(mesa.Model):
    """The residents of a town, an agent each, in the order of their homes."""

    def __init__(self, world: World, luck: int = 0) -> None:
        super().__init__(rng=int(np.random.SeedSequence([world.seed, luck]).generate_state(1)[0]))
        ground, exposure, law = world.ground, world.exposure, world.law
        self.happened: NDArray[np.int64] = np.zeros(len(Event), np.int64)
        self.ground = ground
        self.climb, self.dispositions = ground.climb.tolist(), ground.dispositions.tolist()
        self.slip = [slip * (exposure.quitting if stage >= 3 else 1.0) for stage, slip in enumerate(ground.slip.tolist())]
        self.party = ground.b_party * exposure.double_registration
        self.striking, self.registered, self.party_share = world.striking, law.ever_volunteer.tolist(), law.party_member
        self._settle(world)
        getattr(mesa.Agent, "_ids", {}).pop(self, None)  # Mesa 3.3 would keep the town alive, to number a next agent

    def step(self) -> None:
        """A month: everybody decides, then all act."""
        self.agents.do("decide")
        self.agents.do("act")

    def _settle(self, world: World) -> None:
        """An agent for every resident, and its contacts."""
        residents, communities, housings = world.residents, _communities(world), _housings(world)
        columns: list[list[Any]] = [
            column.tolist() for column in (
                residents.stage(slice(None)), residents.cell & 15, residents.housing,
                residents.communities_of_sorted(np.arange(len(residents))), residents.acquainted, residents.party_member,
                residents.ever_volunteer, residents.organization >= 0,
            )
        ]  # fmt: skip
        agents = [
            Resident(self, stage, disposition, housings[housing], communities[community], *flags)
            for stage, disposition, housing, community, *flags in zip(*columns, strict=True)
        ]
        for agent, homes in zip(agents, contacts(residents).T.tolist(), strict=True):
            agent.contacts = [agents[home] for home in homes if home < len(agents)]


def _communities(world: World) -> list[Community]:
    exposure = world.exposure
    reference = exposure.peers_ref + exposure.acquainted_ref
    columns = exposure.opportunity, exposure.contacts, exposure.slip, reference
    return [Community(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def _housings(world: World) -> list[Housing]:
    ground, law, fit = world.ground, world.law, world.exposure.estate_fit
    return [
        Housing(
            move=float(ground.move[housing]),
            climb=_fitted(float(ground.climb_factor[housing]), fit),
            contact=_fitted(float(ground.contact_factor[housing]), fit),
            newcomer_class=law.newcomer_class[housing].tolist(),
            newcomer_stage=law.newcomer_stage[:, housing].tolist(),
        )
        for housing in range(len(HOUSING))
    ]


def _fitted(factor: float, fit: float) -> float:
    """A factor below 1 is drawn towards it."""
    return factor + fit * (1 - factor) if factor < 1 else factor
