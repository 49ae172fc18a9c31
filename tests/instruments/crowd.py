"""The gain per body, read from outside, of every programme: in the small district and in one ten times as large.

The larger one has ten times the bodies, residents, communities and leaders, and the same offices, hours, money and places.
A new programme needs one line in `GAINS`: how its gain per body (or resident, community, candidate) is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from simulator.city.organizations import Kind, Status, Tier
from simulator.documents.in_force import InForce
from simulator.dynamics.government import as_built
from simulator.dynamics.levers import LEVERS, carried
from simulator.dynamics.programmes import PROGRAMMES
from simulator.dynamics.programmes.caseload import cases_of_month
from simulator.dynamics.programmes.incubator import Incubator
from simulator.dynamics.programmes.programme import Programme
from simulator.language.units import FTE_HOURS_PER_MONTH
from tests.programmes.world import World

TIMES: Final = 10
MONTHS: Final = 18
"""Long enough for hiring, calls, courses, and for the first to leave an incubator."""


@dataclass(frozen=True)
class Watched:
    """A district after some months of one programme."""

    world: World
    before: World
    """The same district at the start."""
    programme: Programme

    @property
    def bodies(self) -> int:
        """Bodies at the start, federations aside."""
        return int(np.count_nonzero(self.before.city.organizations.kind != Kind.FEDERATION))

    @property
    def residents(self) -> int:
        """Residents."""
        return int(self.world.city.communities.residents.sum())

    def paid(self, *purposes: str) -> int:
        """Fen that moved for these purposes."""
        return sum(self.world.paid(purpose) for purpose in purposes)


@dataclass(frozen=True)
class Gain:
    """How the gain per body of a programme is read."""

    read: Callable[[Watched], float]
    pressed: Mapping[str, float] = field(default_factory=dict)
    """The least at which the small district just uses what the programme has, where its own numbers leave it idle, or its
    money buys nothing there: what has room for ten times as many cannot be congested by them. A number that is 0 stays so."""
    at_most: Mapping[str, float] = field(default_factory=dict)
    """The most of what one reaches at which the small district is just reached; a number that is 0 stays so."""
    takes: frozenset[str] = frozenset()
    """Inputs that are what it takes, not what it has: ten times as much in a district ten times as large."""
    beside: tuple[str, ...] = ()
    """Kinds of programmes without which it has nothing to do."""


def project_money(seen: Watched) -> float:
    return seen.paid("first instalment", "second instalment") / seen.bodies


def granted(seen: Watched) -> float:
    return seen.paid("grant", "hub grant") / seen.bodies


def learnt(seen: Watched) -> float:
    after, before = seen.world.city.organizations.capability, seen.before.city.organizations.capability
    return float((after[: before.size] - before).sum()) / seen.bodies


def trained(seen: Watched) -> float:
    """Trained leaders per person who could be trained."""
    city = seen.before.city
    candidates = np.count_nonzero(~city.leaders.trained) + np.count_nonzero(city.residents.cell >> 4 == 4)
    return float(np.count_nonzero(seen.world.city.leaders.trained)) / float(candidates)


def staffed(seen: Watched) -> float:
    """What posts do for each: drift of served bodies, or hours for one body; agencies only carry levers."""
    city, start, where = seen.world.city, seen.before.city, seen.programme.word("where")
    if where in ("hub", "experts"):
        return float(city.streets.served_drift_per_year.mean())
    if where == "incubator":
        houses = [house for house in seen.world.setting.programmes if isinstance(house, Incubator)]
        return sum(hall.mentors.capacity for house in houses for hall in house.halls) / seen.bodies
    stations = city.streets.station_fte.sum() - start.streets.station_fte.sum()
    committees = city.communities.committee_fte.sum() - start.communities.committee_fte.sum()
    return float(stations + committees) * FTE_HOURS_PER_MONTH / seen.bodies


def held(seen: Watched) -> float:
    return float(seen.world.funded_events.sum()) / seen.residents


def found(seen: Watched) -> float:
    """Latent groups that a census has filed, of those there were."""
    before, after = seen.before.city.organizations.tier, seen.world.city.organizations.tier
    latent = before == Tier.LATENT
    return float(np.count_nonzero(after[: before.size][latent] > Tier.LATENT)) / np.count_nonzero(latent)


def inspected(seen: Watched) -> float:
    """Inspections per registered body: bodies spend the hours that inspectors do."""
    registered = np.count_nonzero(seen.before.city.organizations.tier == Tier.REGISTERED)
    return seen.world.hours_charged / seen.programme.number("hours_per_body") / registered


def merged(seen: Watched) -> float:
    return float(np.count_nonzero(seen.world.city.organizations.status == Status.MERGED)) / seen.bodies


def came(seen: Watched) -> float:
    return float(len(seen.world.city.organizations) - len(seen.before.city.organizations)) / seen.bodies


def rooms(seen: Watched) -> float:
    hubs = seen.world.city.streets.hub_rooms_m2.sum() - seen.before.city.streets.hub_rooms_m2.sum()
    communities = seen.world.city.communities.rooms_m2.sum() - seen.before.city.communities.rooms_m2.sum()
    return float(hubs + communities) / seen.bodies


def selected(seen: Watched) -> float:
    bodies = seen.world.city.organizations
    return float(np.count_nonzero(bodies.incubated | (bodies.status == Status.INCUBATING))) / seen.bodies


def awarded(seen: Watched) -> float:
    return float(np.count_nonzero(seen.world.city.organizations.awarded_until > MONTHS)) / seen.bodies


def evaluated(seen: Watched) -> float:
    return float(np.count_nonzero(seen.world.city.organizations.effort > 1)) / seen.bodies


def rated(seen: Watched) -> float:
    return float(np.count_nonzero(seen.world.city.organizations.rated_until > MONTHS)) / seen.bodies


def moved_in_tiers(seen: Watched) -> float:
    after, before = seen.world.city.organizations, seen.before.city.organizations
    same = (after.tier[: len(before)] == before.tier) & (after.applying[: len(before)] == before.applying)
    return float(np.count_nonzero(~same)) / seen.bodies


def delivered(seen: Watched) -> float:
    """Of a programme that only carries levers: the share that it carries."""
    return seen.programme.delivery


GAINS: Final[Mapping[str, Gain]] = {
    "contest": Gain(project_money, pressed={"money": 60_000}, at_most={"residents_per_award": 300}),
    "purchase": Gain(project_money),
    "grant": Gain(granted, pressed={"money": 60_000}),
    "incubator": Gain(learnt, pressed={"applications_per_100": 15}),
    "training": Gain(trained),
    "staffing": Gain(staffed),
    "events": Gain(held),
    "census": Gain(found),
    "inspection": Gain(inspected),
    "merger": Gain(merged, pressed={"rate": 1, "size_below": 20, "hours_per_merger": 100}),
    "attraction": Gain(came),
    "premises": Gain(rooms),
    "mentoring": Gain(learnt),
    "selection": Gain(selected, beside=("incubator",)),
    "certification": Gain(delivered, pressed={"rate": 2}),
    "points": Gain(delivered),
    "awards": Gain(awarded, at_most={"volunteers_per_award": 1.5}),
    "evaluation": Gain(evaluated, beside=("purchase",)),
    "rating": Gain(rated),
    "tiers": Gain(moved_in_tiers, pressed={"promote": 1, "demote": 0.5, "hours_per_case": 30}),
    "rule": Gain(delivered, pressed={"hours": 420}, takes=frozenset({"hours"})),
}
"""How the gain per body of each programme is read; what is 0 in the small district is not what it does."""


FLOWS: Final = {"filings": "filing", "registrations": "registration"}
"""Cases that come to an office, which nobody brings in these districts."""
BESIDE: Final[Mapping[str, Mapping[str, float | str]]] = {
    "incubator": {"places": 300, "mentor_hours": 0, "applications_per_100": 0},
    "purchase": {"money": 600_000, "price": 60_000},
}
"""What those are told: room for everybody, contracts for some."""


def gains(item: InForce, times: int) -> dict[str, float]:
    """Every gain of an instrument in a district of this size: its programmes' and its levers', by name."""
    for kind, _ in item.programme_starts:
        assert kind in GAINS, f"nobody says how the gain per body of '{kind}' is read: give it a line in GAINS of {__name__}"
    read: dict[str, float] = {}
    programmes = started(item, times)
    for name, seen in programmes.items():
        read[name] = float(GAINS[seen.programme.signature.name].read(seen))
    for lever, amount, carrier in item.lever_moves:
        delivered = [s.programme.delivery for s in programmes.values() if s.programme.signature.name == carrier]
        at_rest = carried(LEVERS[lever], amount, 0.0)
        moved = carried(LEVERS[lever], amount, delivered[0] if carrier else 1.0)
        read[f"lever {lever}"] = abs(moved - at_rest)
    return read


def beside(item: InForce) -> set[str]:
    """Kinds of programmes without which those of the instrument have nothing to do."""
    needed = {other for kind, _ in item.programme_starts for other in GAINS[kind].beside}
    needed |= {"incubator"} if _lends(item) else set()
    needed |= {"purchase"} if any(inputs.get("cases") == "project_budgets" for _, inputs in item.programme_starts) else set()
    return needed - {kind for kind, _ in item.programme_starts}


def _lends(item: InForce) -> bool:
    """Do posts of it work in incubators?"""
    return any(inputs.get("where") == "incubator" for _, inputs in item.programme_starts)


def started(item: InForce, times: int) -> dict[str, Watched]:
    """The instrument's programmes together in one district, some months later."""
    world, before, small = World(times=times), World(times=times), World()
    world.setting.past_flows.append({})
    programmes: dict[str, Watched] = {}
    for other in beside(item):
        entering = {"applications_per_100": 400} if other == "incubator" and _lends(item) else {}
        world.add(other, **BESIDE[other] | entering)
    for kind, inputs in item.programme_starts:
        signature = PROGRAMMES[kind].signature
        told = {
            key: value if isinstance(value, str) else as_built(value, signature.inputs[key], small.city)
            for key, value in inputs.items()
        }
        told |= {key: max(float(told[key]), least) for key, least in GAINS[kind].pressed.items() if told[key]}
        told |= {key: min(float(told[key]), most) for key, most in GAINS[kind].at_most.items()}
        told |= {key: float(told[key]) * times for key in GAINS[kind].takes}
        if float(told.get("hours_per_case", 0)) > 0 and told.get("cases", "none") != "none":
            _keep_busy(world, small, told, times)
        serial = sum(seen.programme.signature.name == kind for seen in programmes.values())
        programme = PROGRAMMES[kind](world.setting, item.name, told, serial)
        world.setting.programmes.append(programme)
        programmes[programme.name.partition(":")[2]] = Watched(world, before, programme)
    for seen in programmes.values():
        seen.programme.start()
    world.run(MONTHS)
    return programmes


def _keep_busy(world: World, small: World, told: dict[str, float | str], times: int) -> None:
    """Posts that have cases are just busy in the small district: as many come, or each takes as long, as they have hours."""
    what, hours = str(told["cases"]), float(told["posts"]) * FTE_HOURS_PER_MONTH
    if what in FLOWS:
        world.setting.past_flows[0][FLOWS[what]] = np.array([times * hours / float(told["hours_per_case"])])
    else:
        told["hours_per_case"] = max(float(told["hours_per_case"]), hours / cases_of_month(small.setting, what))
