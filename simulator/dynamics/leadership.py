"""Grassroots leaders: energy, leaving, and who succeeds.

Energy e of a leader in a community with load L (hours asked of volunteers over hours they offer), per year:

    de/dt = recovery * (1 - e) - drain * (L - 1)^+ ,        0 <= e <= 1

Linear while L stands still, so the monthly step is exact: e approaches e* = 1 - drain / recovery * (L - 1)^+ at `recovery`.
A leader leaves at `leave_per_year * exp(1 - e)`; the die is keyed by the leader.

Succession: while a body is without a leader, a member at stage 4 who leads nothing takes over with a monthly chance

    q = 1 - (1 - p_succession)^(1/3)

so that a body with somebody to follow has a leader within three months with probability p_succession. It goes on trying every
month with the same chance: what stands in its way is mostly that nobody is there. Until then it is `leaderless`, and
falls dormant `dormancy.leaderless_factor` times as readily. Dormant bodies search when they wake. Professional and support-type
bodies and federations hire from outside at once.

All values are assumptions; recovery and drain follow the burn-out literature in direction only (Maslach & Leiter 2016).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.city.identities import Origin
from simulator.city.organizations import NO_ONE, Kind
from simulator.city.residents import N_CLASSES, Stage
from simulator.dynamics.races import arrivals, pair_identity, winners
from simulator.dynamics.setting import Setting
from simulator.language.units import MONTHS_PER_YEAR, probability

SEARCH_MONTHS = 3
"""Months within which p_succession is reached."""

_ORIGIN_BITS = np.uint64(int(Origin.APPOINTED) << 60)
_STEP = np.uint64(0x9E3779B97F4A7C15)
_SPREAD = np.uint64(0xBF58476D1CE4E5B9)
"""Two odd constants that spread (body, month) over the 60 bits beneath the origin."""


def energy_at_rest(load: NDArray[np.float64], recovery: float, drain: float) -> NDArray[np.float64]:
    """e*, where energy stands still under this load, (n,); below 0 means that it falls until it is used up."""
    return 1 - drain / recovery * np.maximum(load - 1, 0)


def energy_after(
    energy: NDArray[np.float64], load: NDArray[np.float64], recovery: float, drain: float, years: float
) -> NDArray[np.float64]:
    """Energy after so many years under a constant load, (n,): the exact solution, held in [0, 1]."""
    rest = energy_at_rest(load, recovery, drain)
    return np.asarray(np.clip(rest + (energy - rest) * np.exp(-recovery * years), 0.0, 1.0))


def leaving_hazard(energy: NDArray[np.float64], leave_per_year: float) -> NDArray[np.float64]:
    """Hazard of leaving per year, (n,)."""
    return np.asarray(leave_per_year * np.exp(1 - energy))


def monthly_succession(p_succession: float) -> float:
    """q: the chance of a month, so that three months reach p_succession."""
    return float(1 - (1 - p_succession) ** (1 / SEARCH_MONTHS))


def residents_who_may_lead(setting: Setting, lowest: Stage) -> NDArray[np.intp]:
    """Homes of residents from this stage upward who are not leaders yet, ascending."""
    homes = np.flatnonzero(setting.city.residents.cell >= int(lowest) * N_CLASSES)
    leaders = setting.city.leaders
    return homes[~np.isin(homes, leaders.resident[leaders.here()])]


def name_leaders(setting: Setting, bodies: NDArray[np.intp], residents: NDArray[np.int64]) -> NDArray[np.intp]:
    """A new, untrained leader for each of these bodies: that resident, or NO_ONE for somebody from outside. Their rows.

    A leader's identity comes from the body's and the month, so it does not depend on how many others are named.
    """
    organizations, leaders = setting.city.organizations, setting.city.leaders
    month = np.int64(setting.month).astype(np.uint64)
    with np.errstate(over="ignore"):
        mixed = (organizations.identity[bodies] ^ (month * _STEP)) * _SPREAD
    names = _ORIGIN_BITS | (mixed >> np.uint64(4))
    rows = leaders.append(
        bodies.size,
        identity=names,
        resident=residents,
        community=organizations.community[bodies],
        organization=bodies,
        since=setting.now,
    )
    organizations.leader[bodies] = rows
    organizations.leaderless[bodies] = False
    return rows


def lead(setting: Setting, load: NDArray[np.float64]) -> None:
    """The leaders' month: energy, leaving, succession. load (n_communities,)."""
    if setting.spinning_up:
        return
    _free_leaders_of_ended_bodies(setting)
    _tire_and_leave(setting, load)
    _succeed(setting)


def _free_leaders_of_ended_bodies(setting: Setting) -> None:
    """Who was trained stays a leader without a body; the others are residents again, and may lead another one day."""
    organizations, leaders = setting.city.organizations, setting.city.leaders
    leading = np.flatnonzero(leaders.organization != NO_ONE)
    ended = leading[~organizations.alive()[leaders.organization[leading]]]
    leaders.organization[ended] = NO_ONE
    leaders.left[ended[~leaders.trained[ended]]] = True


def _tire_and_leave(setting: Setting, load: NDArray[np.float64]) -> None:
    organizations, leaders = setting.city.organizations, setting.city.leaders
    p = setting.parameters["leadership"]
    here = np.flatnonzero(leaders.here())
    community = leaders.community[here]
    own_load = np.where(community == NO_ONE, 1.0, load[community])
    energy = energy_after(
        leaders.energy[here], own_load, p["recovery_per_year"], p["drain_per_year"], 1 / MONTHS_PER_YEAR
    )
    leaders.energy[here] = energy
    chance = probability(leaving_hazard(energy, p["leave_per_year"]) / MONTHS_PER_YEAR)
    leaving = here[setting.streams.dice("leaders leave", setting.month, leaders.identity[here]) < chance]
    leaders.left[leaving] = True
    leaders.organization[leaving] = NO_ONE
    led = np.flatnonzero(organizations.alive() & (organizations.leader != NO_ONE))
    deserted = led[leaders.left[organizations.leader[led]]]
    organizations.leader[deserted] = NO_ONE
    organizations.leaderless[deserted] = True


def _succeed(setting: Setting) -> None:
    organizations = setting.city.organizations
    vacant = np.flatnonzero(organizations.leaderless & organizations.active())
    if not vacant.size:
        return
    from_outside = organizations.kind[vacant] != Kind.COMMUNITY
    hiring = vacant[from_outside]
    name_leaders(setting, hiring, np.full(hiring.size, NO_ONE, np.int64))

    q = monthly_succession(setting.parameters["leadership"]["p_succession"])
    searching = vacant[~from_outside]
    dice = setting.streams.dice("succession", setting.month, organizations.identity[searching])
    found = searching[dice < q]
    position = np.full(len(organizations), -1, np.intp)
    position[found] = np.arange(found.size)
    residents = setting.city.residents
    homes = _members_who_may_follow(setting, position)
    race = position[residents.organization[homes]]
    pairs = pair_identity(organizations.identity[found][race], homes.astype(np.uint64))
    first = winners(race, arrivals(np.ones(race.size), setting.streams.dice("leaders named", setting.month, pairs)),
                    found.size)  # fmt: skip
    follows = first >= 0
    _appoint(setting, found[follows], homes[first[follows]])


def _members_who_may_follow(setting: Setting, position: NDArray[np.intp]) -> NDArray[np.intp]:
    """Homes of backbones who belong to a body with position >= 0 and lead nothing."""
    residents, leaders = setting.city.residents, setting.city.leaders
    homes = np.flatnonzero(residents.cell >= int(Stage.BACKBONE) * N_CLASSES)
    body = residents.organization[homes]
    homes = homes[(body != NO_ONE) & (position[np.maximum(body, 0)] >= 0)]
    busy = leaders.resident[leaders.here() & (leaders.organization != NO_ONE)]
    return np.asarray(homes[~np.isin(homes, busy)])


def _appoint(setting: Setting, bodies: NDArray[np.intp], homes: NDArray[np.intp]) -> None:
    """These residents lead these bodies from now on: as the leaders they were trained to be, or as new ones."""
    organizations, leaders = setting.city.organizations, setting.city.leaders
    idle = np.flatnonzero(leaders.here() & (leaders.resident != NO_ONE) & (leaders.organization == NO_ONE))
    idle = idle[np.argsort(leaders.resident[idle], kind="stable")]
    place = np.searchsorted(leaders.resident[idle], homes)
    known = np.zeros(homes.size, np.bool_)
    inside = place < idle.size
    known[inside] = leaders.resident[idle[place[inside]]] == homes[inside]
    rows = idle[place[known]]
    organizations.leader[bodies[known]] = rows
    organizations.leaderless[bodies[known]] = False
    leaders.organization[rows] = bodies[known]
    name_leaders(setting, bodies[~known], homes[~known].astype(np.int64))
