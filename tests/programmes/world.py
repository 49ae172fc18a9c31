"""A small district in which programmes can be watched: 3 streets, 9 communities, 9,000 residents, 300 bodies and 3 hubs.

Only institutions act in it: nothing falls dormant, is founded or forgets unless a test says so. `times` makes it larger in
everything but its institutions: as many streets, stations, hubs and hours of committees.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import simpy

from simulator.city.city import City
from simulator.city.hours import Hours
from simulator.city.identities import Origin, identity
from simulator.city.leaders import Leaders
from simulator.city.organizations import NO_ONE, Kind, Organizations, Tier
from simulator.city.places import Communities, Streets
from simulator.city.residents import Residents
from simulator.city.treasury import Treasury
from simulator.dynamics.budget import Budget
from simulator.dynamics.levers import Levers
from simulator.dynamics.programmes import PROGRAMMES
from simulator.dynamics.programmes.programme import Programme
from simulator.dynamics.projects import Projects
from simulator.dynamics.setting import Setting
from simulator.language.streams import Streams

N_STREETS = 3
N_COMMUNITIES = 9
RESIDENTS_PER_COMMUNITY = 1000
N_BODIES = 300
REGISTRATION = {"c_star": 0.4, "m_star": 20, "procedure_months": 3, "means_passing_sd_log": 1.0, "most_per_year": 1.0}
AT_ONCE = (("execution_rate", 1.0), ("allocation_delay_months", 0.0))


def small_city(seed: int, times: int = 1) -> City:
    """Bodies of all tiers with varied capability and size; a tenth of them led by untrained leaders."""
    draw = np.random.default_rng(seed)
    organizations = Organizations()
    n_communities, n_bodies = N_COMMUNITIES * times, N_BODIES * times
    street_of_community = np.repeat(np.arange(N_STREETS), n_communities // N_STREETS).astype(np.int32)
    community = draw.integers(0, n_communities, n_bodies)
    organizations.append(
        n_bodies, identity=identity(Origin.AT_START, community, 0, np.arange(n_bodies)),
        tier=draw.integers(0, 3, n_bodies), domain=draw.integers(0, 4, n_bodies), street=street_of_community[community],
        community=community, founded=draw.uniform(-60, 0, n_bodies), members=draw.integers(3, 40, n_bodies),
        staff=1.0, capability=draw.uniform(0.1, 0.9, n_bodies), means_yuan=10_000.0,
    )  # fmt: skip
    organizations.funded_until[np.flatnonzero(organizations.tier == Tier.FILED)[::5]] = 30.0
    mature = np.flatnonzero(organizations.tier == Tier.REGISTERED)[-12:]
    organizations.tier_since[mature], organizations.capability[mature] = -80.0, 0.9
    hubs = organizations.append(
        N_STREETS, identity=identity(Origin.AT_START, np.arange(N_STREETS), 1, 0), kind=Kind.FEDERATION,
        tier=Tier.REGISTERED, street=np.arange(N_STREETS), community=NO_ONE,
    )  # fmt: skip
    communities, streets, leaders = Communities(), Streets(), Leaders()
    communities.append(
        n_communities, number=np.arange(n_communities), street=street_of_community, residents=RESIDENTS_PER_COMMUNITY,
        committee_fte=1.0 / times,
    )  # fmt: skip
    streets.append(
        N_STREETS, number=np.arange(N_STREETS), residents=3 * times * RESIDENTS_PER_COMMUNITY,
        residents_represented=3.0 * times * RESIDENTS_PER_COMMUNITY, station_fte=1.0, hub_fte=1.0, hub_organization=hubs,
    )  # fmt: skip
    led = np.arange(0, n_bodies, 10)
    leaders.append(
        led.size, identity=identity(Origin.APPOINTED, 0, 0, led), community=community[led], organization=led,
    )  # fmt: skip
    organizations.leader[led] = np.arange(led.size)
    residents = Residents(np.arange(n_communities + 1) * RESIDENTS_PER_COMMUNITY, street_of_community)
    residents.cell[::100] = 4 * 16
    residents.recount()
    return City(
        residents, organizations, leaders, communities, streets, Treasury(organizations), Hours(), 1.0, 3000.0 * times
    )


class World:
    """A district and its clock; `run` lets months pass as the model does, institutions only."""

    def __init__(
        self, seed: int = 1, begins: int = 0, levers: tuple[tuple[str, float], ...] = AT_ONCE, city_seed: int = 1,
        times: int = 1,
    ) -> None:  # fmt: skip
        self.city = small_city(city_seed, times)
        self.setting = Setting(
            simpy.Environment(initial_time=begins), self.city, Budget(self.city.treasury), Projects(),
            Streams(seed, 0), {"registration": REGISTRATION}, levers=Levers(levers), spinning_up=begins < 0,
        )  # fmt: skip
        self.month = begins
        self.funded_events = np.zeros(len(self.city.communities))
        self.visible_events = np.zeros(len(self.city.communities))
        self.hours_charged = 0.0
        """Hours that bodies spent on programmes since the start."""

    def add(self, kind: str, instrument: str = "an instrument", until: float = math.inf, **inputs: float | str) -> Programme:
        """Put a programme in force now; inputs not given take their defaults."""
        programme = self.make(kind, instrument, **inputs)
        programme.start(until)
        return programme

    def make(self, kind: str, instrument: str = "an instrument", **inputs: float | str) -> Programme:
        """The same, not yet in force."""
        signature = PROGRAMMES[kind].signature
        unknown = set(inputs) - set(signature.inputs)
        assert not unknown, unknown
        told: Mapping[str, float | str] = {
            name: inputs.get(name, declared.default)
            for name, declared in signature.inputs.items()
            if name in inputs or declared.default is not None
        }
        assert set(told) == set(signature.inputs), set(signature.inputs) - set(told)
        programme = PROGRAMMES[kind](self.setting, instrument, told)
        self.setting.programmes.append(programme)
        return programme

    def run(self, until: int) -> None:
        """Let months pass."""
        while self.month < until:
            self.one_month()

    def one_month(self) -> None:
        """Money and hours, then institutions to the month's edge, then project spending."""
        city, setting = self.city, self.setting
        city.organizations.hours_charged[:] = 0
        city.communities.funded_events[:] = 0
        city.communities.visible_events[:] = 0
        for pool, capacity in (
            ("committees", 140 * city.communities.committee_fte), ("stations", 140 * city.streets.station_fte),
            ("hubs", 140 * city.streets.hub_fte), ("civil affairs", 420.0),
        ):  # fmt: skip
            city.hours.open_month(pool, capacity)
        setting.budget.release(setting.now, setting.levers)
        setting.clock.run(until=self.month + 1)
        setting.projects.spend(city.organizations, city.treasury, self.month)
        city.hours.check()
        self.funded_events += city.communities.funded_events
        self.visible_events += city.communities.visible_events
        self.hours_charged += float(city.organizations.hours_charged.sum())
        self.month += 1

    def paid(self, purpose: str) -> int:
        """Fen that moved for a purpose."""
        treasury = self.city.treasury
        if purpose not in treasury.purposes:
            return 0
        journal = treasury.journal
        return int(journal.fen[journal.purpose == treasury.purposes.index(purpose)].sum())
