"""The rule in plain NumPy: float64 columns, all hazards of everybody every month, no tables and no thinning.

Equations, order of the die and symbols are those of dynamics/participation.py; contacts are asked anew every month.
Membership is a flag, and ages, which decide nothing, are left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.city.residents import CONTACTS
from simulator.dynamics.participation import Event
from simulator.experiments.benchmarks.worlds import World, contacts


class PlainNumpy:
    """The residents of a town, (n,) a column."""

    def __init__(self, world: World, luck: int = 0) -> None:
        residents = world.residents
        self.world = world
        self.rng = np.random.default_rng([world.seed, luck])
        self.happened: NDArray[np.int64] = np.zeros(len(Event), np.int64)
        self.stage = residents.stage(slice(None)).astype(np.int64)
        self.disposition = (residents.cell & 15).astype(np.int64)
        self.housing = residents.housing.astype(np.int64)
        self.community = np.repeat(np.arange(residents.n_communities), np.diff(residents.first))
        self.contacts = contacts(residents)
        self.acquainted = residents.acquainted.copy()
        self.party_member = residents.party_member.copy()
        self.ever_volunteer = residents.ever_volunteer.copy()
        self.member = residents.organization >= 0

    def step(self) -> None:
        """A month: everybody decides, then all act."""
        homes, events = self.decide(self.hazards())
        self.act(homes, events)
        self.happened += np.bincount(events, minlength=len(Event))

    def hazards(self) -> NDArray[np.float64]:
        """Of everybody, per month, (6, n), rows in the order of `Event`."""
        ground, exposure = self.world.ground, self.world.exposure
        stage, housing, community = self.stage, self.housing, self.community
        involved = stage >= 2
        peers = np.append(involved, False)[self.contacts].sum(axis=0) / CONTACTS
        climb = ground.climb[stage] * _fitted(ground.climb_factor, exposure.estate_fit)[housing]
        climb *= exposure.opportunity[community, stage]
        climb *= np.exp(
            ground.dispositions[self.disposition]
            + ground.b_peers * peers - exposure.peers_ref[community]
            + ground.b_acquainted * self.acquainted - exposure.acquainted_ref[community]
            + ground.b_party * exposure.double_registration * self.party_member
        )  # fmt: skip
        contact_factor = _fitted(ground.contact_factor, exposure.estate_fit)[housing]
        contact_factor *= np.where(involved, ground.stage_contact_factor, 1.0)
        hazards = np.empty((len(Event), stage.size))
        hazards[Event.MOVE] = ground.move[housing]
        hazards[Event.DRIFT] = ground.drift * self.acquainted
        hazards[Event.SLIP] = ground.slip[stage] * exposure.slip[community] * np.where(stage >= 3, exposure.quitting, 1.0)
        hazards[Event.ACQUAINT] = ground.rho * exposure.contacts[community] * contact_factor * ~self.acquainted
        hazards[Event.JOIN] = ground.join * (involved & ~self.member)
        hazards[Event.CLIMB] = climb
        return hazards

    def decide(self, hazards: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Who stirs this month, (k,) homes, and what each does, (k,) of `Event`."""
        reached = hazards.cumsum(axis=0)
        total = reached[-1]
        chance = -np.expm1(-total)
        die = self.rng.random(total.size)
        homes = np.flatnonzero(die < chance)
        reach = die[homes] / chance[homes] * total[homes]
        return homes, (reached[:, homes] <= reach).sum(axis=0)

    def act(self, homes: NDArray[np.intp], events: NDArray[np.intp]) -> None:
        """Carry out what was decided; then some are struck off the register, and joiners join."""
        self.stage[homes[events == Event.CLIMB]] += 1
        self.stage[homes[events == Event.SLIP]] -= 1
        self.acquainted[homes[events == Event.ACQUAINT]] = True
        self.acquainted[homes[events == Event.DRIFT]] = False
        self.move_in(homes[events == Event.MOVE])
        self.ever_volunteer |= self.stage >= 3
        self.member &= self.stage >= 2
        self.strike_off()
        self.member[homes[events == Event.JOIN]] = True

    def move_in(self, homes: NDArray[np.intp]) -> None:
        """Newcomers take these homes, (k,)."""
        law, housing = self.world.law, self.housing[homes]
        self.disposition[homes] = disposition = self._drawn(law.newcomer_class[housing])
        self.stage[homes] = stage = self._drawn(law.newcomer_stage[disposition, housing])
        self.ever_volunteer[homes] = self.rng.random(homes.size) < law.ever_volunteer[stage]
        self.party_member[homes] = self.rng.random(homes.size) < law.party_member
        self.acquainted[homes] = False
        self.member[homes] = False

    def strike_off(self) -> None:
        """Some on the register of volunteers who do not volunteer are struck off."""
        homes = np.flatnonzero(self.ever_volunteer & (self.stage < 3))
        self.ever_volunteer[homes[self.rng.random(homes.size) < self.world.striking]] = False

    def _drawn(self, shares: NDArray[np.float64]) -> NDArray[np.intp]:
        """A draw from each of these laws, (k, m) -> (k,)."""
        steps = shares.cumsum(axis=1)
        return np.asarray((self.rng.random(len(shares))[:, None] * steps[:, -1:] > steps).sum(axis=1))


def _fitted(factor: NDArray[np.float64], fit: float) -> NDArray[np.float64]:
    """Factors by housing, those below 1 drawn towards it, (6,)."""
    return np.where(factor < 1, factor + fit * (1 - factor), factor)
