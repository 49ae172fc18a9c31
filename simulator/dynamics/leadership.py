"""Grassroots leaders: energy, leaving, and who succeeds.

Energy e of a leader in a community with load L (hours asked of volunteers over hours they offer), per year:

    de/dt = recovery * (1 - e) - drain * (L - 1)^+ ,        0 <= e <= 1

Linear while L stands still, so the monthly step is exact: e approaches e* = 1 - drain / recovery * (L - 1)^+ at `recovery`.
A leader leaves at `leave_per_year * exp(1 - e)`; the die is keyed by the leader.

Succession: while a body is without a leader, a member at stage 4 who leads nothing takes over with a monthly chance

    q = 1 - (1 - p_succession)^(1/3)

so that a body with somebody to follow has a leader within three months with probability p_succession. Where no member can
follow, the community is asked: a resident at stage 4 who belongs nowhere and leads nothing joins and takes over, with the
chance that p_from_community gives in the same way. Both go on every month. Who gave up is not asked again for REST_MONTHS
(assumption), or every leader would be his own successor. Until somebody is found the body is `leaderless`, and falls dormant
`dormancy.leaderless_factor` times as readily. Dormant bodies search when they wake. Professional and support-type bodies and
federations hire from outside at once.

All values are assumptions; recovery and drain follow the burn-out literature in direction only (Maslach & Leiter 2016).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.city.identities import Origin
from simulator.city.organizations import COMMUNITY, NO_ONE, REMOVED, Organizations
from simulator.city.residents import N_CLASSES, Residents, Stage
from simulator.dynamics.races import arrivals, pair_identity, paired, winners
from simulator.dynamics.setting import Setting
from simulator.language.units import MONTHS_PER_YEAR, probability

SEARCH_MONTHS = 3
"""Months within which p_succession is reached."""
REST_MONTHS = 24.0
"""Months for which somebody who gave up leading is not asked again (assumption)."""

_ORIGIN_BITS = np.uint64(int(Origin.APPOINTED) << 60)
_WORD = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15
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
    after = rest + (energy - rest) * np.exp(-recovery * years)
    return np.asarray(np.minimum(np.maximum(after, 0.0), 1.0))


def leaving_hazard(energy: NDArray[np.float64], leave_per_year: float) -> NDArray[np.float64]:
    """Hazard of leaving per year, (n,)."""
    return np.asarray(leave_per_year * np.exp(1 - energy))


def monthly_succession(p_succession: float) -> float:
    """q: the chance of a month, so that three months reach p_succession."""
    return float(1 - (1 - p_succession) ** (1 / SEARCH_MONTHS))


def residents_who_may_lead(
    setting: Setting, lowest: Stage, communities: NDArray[np.integer] | None = None
) -> NDArray[np.intp]:
    """Homes of residents from this stage upward who are not leaders yet, ascending: of these communities, or of all."""
    residents = setting.city.residents
    asked = np.arange(residents.n_communities) if communities is None else communities
    return _no_leaders_yet(setting, _from_stage(residents, lowest, asked))


def _from_stage(residents: Residents, lowest: Stage, communities: NDArray[np.integer]) -> NDArray[np.intp]:
    """Homes of residents of these communities from this stage upward, ascending; nobody else is looked at."""
    cell = int(lowest) * N_CLASSES
    slices = [residents.homes(community) for community in sorted(set(communities.tolist()))]
    homes = [(residents.cell[here] >= cell).nonzero()[0] + here.start for here in slices]
    return np.concatenate(homes) if homes else np.empty(0, np.intp)


def _no_leaders_yet(setting: Setting, homes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Those homes, ascending, in which nobody is a leader or rests from having been one."""
    leaders = setting.city.leaders
    return _without(homes, leaders.resident[leaders.here() | (leaders.resting_until > setting.now)])


def _leading_nothing(setting: Setting, homes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Those homes, ascending, in which nobody leads a body or rests from having led one."""
    leaders = setting.city.leaders
    leading = leaders.here() & (leaders.organization != NO_ONE)
    return _without(homes, leaders.resident[leading | (leaders.resting_until > setting.now)])


def _without(homes: NDArray[np.intp], taken: NDArray[np.int32]) -> NDArray[np.intp]:
    """Those homes, ascending, that are not among those taken."""
    if not homes.size:
        return homes
    place = np.minimum(homes.searchsorted(taken), homes.size - 1)
    free = np.ones(homes.size, np.bool_)
    free[place[homes[place] == taken]] = False
    return homes[free]


def _among(ascending: NDArray[np.integer], values: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Which of these values are among those ascending, of which there is at least one. (n,), (k,) -> (k,)"""
    place = np.minimum(ascending.searchsorted(values), ascending.size - 1)
    return np.asarray(ascending[place] == values)


def name_leaders(setting: Setting, bodies: NDArray[np.intp], residents: NDArray[np.int64]) -> NDArray[np.intp]:
    """A new, untrained leader for each of these bodies: that resident, or NO_ONE for somebody from outside. Their rows.

    A leader's identity comes from the body's and the month, so it does not depend on how many others are named.
    """
    if not bodies.size:
        return bodies
    organizations, leaders = setting.city.organizations, setting.city.leaders
    month = np.uint64(setting.month * _STEP & _WORD)
    mixed = (organizations.identity[bodies] ^ month) * _SPREAD
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
    leading = (leaders.organization != NO_ONE).nonzero()[0]
    ended = leading[organizations.status[leaders.organization[leading]] >= REMOVED]
    if not ended.size:
        return
    led = _led(organizations)
    other = np.full(len(leaders), NO_ONE)
    other[organizations.leader[led]] = led
    leaders.organization[ended] = other[ended]
    leaders.left[ended[~leaders.trained[ended] & (other[ended] == NO_ONE)]] = True


def _led(organizations: Organizations) -> NDArray[np.intp]:
    """The rows of bodies alive that have a leader."""
    return np.flatnonzero(organizations.alive() & (organizations.leader != NO_ONE))


def _tire_and_leave(setting: Setting, load: NDArray[np.float64]) -> None:
    """Energy follows the load of each leader's community; those whose die says so give up, and their bodies are vacant."""
    organizations, leaders = setting.city.organizations, setting.city.leaders
    p = setting.parameters["leadership"]
    here = leaders.here().nonzero()[0]
    community = leaders.community[here]
    own_load = np.where(community == NO_ONE, 1.0, load[community])
    energy = energy_after(
        leaders.energy[here], own_load, p["recovery_per_year"], p["drain_per_year"], 1 / MONTHS_PER_YEAR
    )
    leaders.energy[here] = energy
    chance = probability(leaving_hazard(energy, p["leave_per_year"]) / MONTHS_PER_YEAR)
    leaving = here[setting.streams.dice("leaders leave", setting.month, leaders.identity[here]) < chance]
    if not leaving.size:
        return
    leaders.left[leaving] = True
    leaders.resting_until[leaving] = setting.now + REST_MONTHS
    leaders.organization[leaving] = NO_ONE
    led = _led(organizations)
    deserted = led[leaders.left[organizations.leader[led]]]
    organizations.leader[deserted] = NO_ONE
    organizations.leaderless[deserted] = True


def _succeed(setting: Setting) -> None:
    """Vacant bodies of professionals hire; of the others, those whom this month's die may give a leader look for one."""
    organizations = setting.city.organizations
    vacant = (organizations.leaderless & organizations.active()).nonzero()[0]
    if not vacant.size:
        return
    of_residents = organizations.kind[vacant] == COMMUNITY
    hiring = vacant[~of_residents]
    name_leaders(setting, hiring, np.full(hiring.size, NO_ONE, np.int64))

    p = setting.parameters["leadership"]
    by_member, by_community = monthly_succession(p["p_succession"]), monthly_succession(p["p_from_community"])
    searching = vacant[of_residents]
    dice = setting.streams.dice("succession", setting.month, organizations.identity[searching])
    may = dice < max(by_member, by_community)  # nobody's luck depends on the others: who is out of luck need not search
    if may.any():
        _search(setting, searching[may], by_member=dice[may] < by_member, by_community=dice[may] < by_community)


def _search(
    setting: Setting, bodies: NDArray[np.intp], by_member: NDArray[np.bool_], by_community: NDArray[np.bool_]
) -> None:
    """Each body finds a leader among its members, or in its community if no member may follow; if its luck allows, (n,).

    bodies ascending. Members live in the community of their body: nobody else is looked at.
    """
    residents, community = setting.city.residents, setting.city.organizations.community[bodies]
    backbones = _from_stage(residents, Stage.BACKBONE, community[community != NO_ONE])
    if not backbones.size:
        return
    belongs = residents.organization[backbones]
    members = _leading_nothing(setting, backbones[_among(bodies, belongs)])
    theirs = bodies.searchsorted(residents.organization[members])
    inside = by_member[theirs]
    _race_and_appoint(setting, bodies, theirs[inside], members[inside])

    has_member = np.bincount(theirs, minlength=bodies.size) > 0
    asking = (by_community & ~has_member).nonzero()[0]
    if not asking.size:
        return
    free = _no_leaders_yet(setting, backbones[belongs == NO_ONE])
    race, candidate = paired(community[asking], residents.community_of(free))
    _race_and_appoint(setting, bodies, asking[race], free[candidate])


def _race_and_appoint(
    setting: Setting, bodies: NDArray[np.intp], race: NDArray[np.intp], homes: NDArray[np.intp]
) -> None:
    """Each body takes the first to arrive of those who run for it; who runs for several goes to the first that he reaches.

    race, homes (m,): the position in `bodies` and the home of each candidacy.
    """
    if not race.size:
        return
    organizations, residents = setting.city.organizations, setting.city.residents
    pairs = pair_identity(organizations.identity[bodies[race]], homes.astype(np.uint64))
    arrival = arrivals(setting.streams.dice("leaders named", setting.month, pairs))
    first = winners(race, arrival, bodies.size)
    first = first[first >= 0]
    if first.size > 1:
        first = first[np.lexsort((arrival[first], homes[first]))]
        first = first[np.unique(homes[first], return_index=True)[1]]
    chosen, to = homes[first], bodies[race[first]]
    joining = residents.organization[chosen] == NO_ONE
    residents.organization[chosen[joining]] = to[joining]
    organizations.members[to[joining]] += 1
    _appoint(setting, to, chosen)


def _appoint(setting: Setting, bodies: NDArray[np.intp], homes: NDArray[np.intp]) -> None:
    """These residents lead these bodies from now on: as the leaders they were trained to be, or as new ones."""
    organizations, leaders = setting.city.organizations, setting.city.leaders
    idle = (leaders.here() & (leaders.organization == NO_ONE)).nonzero()[0]
    row_of = dict(zip(leaders.resident[idle].tolist(), idle.tolist(), strict=True))
    rows = np.array([row_of.get(home, NO_ONE) for home in homes.tolist()], np.intp)
    known = rows != NO_ONE
    organizations.leader[bodies[known]] = rows[known]
    organizations.leaderless[bodies[known]] = False
    leaders.organization[rows[known]] = bodies[known]
    name_leaders(setting, bodies[~known], homes[~known])
