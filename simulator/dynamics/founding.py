"""Founding of latent groups, by density.

In community c of street s, per year:

    (lambda0 * liveliness_c * residents_c / 10,000 + sum of its leaders' rates)
        * ((n_d + 0.5) / K)^alpha * exp(-gamma * (n_s / K)^2) * lever

n_d and n_s are all groups per 10,000 residents in the district and in the street; the power is legitimation, the exponential
competition (Hannan & Carroll 1992). `gamma` is not given but follows from where founding peaks, as a function of n / K:

    gamma = alpha / (2 * peak^2)

lambda0 [per 10,000 residents and year] is solved (base_levels.py). A trained leader founds more often than an untrained one
(assumption). Who founds: an exponential race between the community's leaders, each at its own rate, and its residents
together at lambda0's; if a resident wins, he or she is a volunteer or backbone who leads nothing yet and becomes a leader.
How many are founded in a month is a Poisson number inverted at a die keyed by (community, month), so that a policy that
raises the rate takes no founding away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simulator.city.identities import Origin, identity
from simulator.city.leaders import Leaders
from simulator.city.organizations import AWAKE, COMMUNITY, LATENT, NO_ONE
from simulator.city.residents import Stage
from simulator.dynamics.capital import draw_means
from simulator.dynamics.density import Density
from simulator.dynamics.leadership import name_leaders, residents_who_may_lead
from simulator.dynamics.races import arrivals, pair_identity, paired, winners
from simulator.dynamics.setting import Setting
from simulator.language.streams import poisson
from simulator.language.units import MONTHS_PER_YEAR, RESIDENTS_PER_DENSITY_UNIT

if TYPE_CHECKING:
    from simulator.dynamics.base_levels import BaseLevels

_LOWEST, _HIGHEST = 0.05, 0.95
"""Bounds of a new body's capability: nobody begins with none or with all (assumption)."""


def competition_coefficient(alpha: float, peak: float) -> float:
    """gamma for which founding is most frequent at n / K = peak."""
    return alpha / (2 * peak**2)


def legitimation(groups: float, carrying: float, alpha: float) -> float:
    """((n + 0.5) / K)^alpha: the more groups there are, the more natural it is to found one. Densities per 10,000."""
    return float(((groups + 0.5) / carrying) ** alpha)


def competition(groups: NDArray[np.float64], carrying: float, gamma: float) -> NDArray[np.float64]:
    """exp(-gamma * (n / K)^2): members and rooms are taken. Densities per 10,000, (n,) -> (n,)."""
    return np.exp(-gamma * (groups / carrying) ** 2)


def density_factor(setting: Setting, density: Density) -> NDArray[np.float64]:
    """Legitimation times competition, by community, (n_communities,)."""
    p = setting.parameters["founding"]
    gamma = competition_coefficient(p["alpha"], p["peak"])
    crowding = competition(density.groups_by_street, p["K"], gamma)
    return legitimation(density.groups, p["K"], p["alpha"]) * crowding[setting.city.communities.street]


def who_may_found(leaders: Leaders) -> NDArray[np.intp]:
    """The rows of leaders who have not left and live in a community."""
    return np.asarray((leaders.here() & (leaders.community != NO_ONE)).nonzero()[0])


def leaders_rate(setting: Setting, trained: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What leaders who are trained, or not, found in a year before density, (n,) -> (n,)."""
    p = setting.parameters["founding"]
    return np.where(trained, p["trained_leader_per_year"], p["untrained_leader_per_year"])


def residents_rate(setting: Setting, per_10000: float) -> NDArray[np.float64]:
    """What residents who are no leaders found in a year before density, by community, (n_communities,)."""
    communities = setting.city.communities
    return per_10000 * communities.liveliness * communities.residents / RESIDENTS_PER_DENSITY_UNIT


def founding_rate(setting: Setting, per_10000: float, density: Density) -> NDArray[np.float64]:
    """Foundings per year by community, (n_communities,), at the levers of this month."""
    leaders, n = setting.city.leaders, len(setting.city.communities)
    may = who_may_found(leaders)
    of_leaders = np.bincount(
        leaders.community[may], weights=leaders_rate(setting, leaders.trained[may]), minlength=n
    )
    rate = residents_rate(setting, per_10000) + of_leaders
    return rate * density_factor(setting, density) * setting.levers["founding"]


def found(setting: Setting, levels: BaseLevels, density: Density) -> NDArray[np.intp]:
    """This month's foundings; returns their rows, by community and serial. They have a leader and no members yet."""
    if setting.spinning_up:
        return np.empty(0, np.intp)
    city, month = setting.city, setting.month
    mean = founding_rate(setting, levels.founding_per_10000, density) / MONTHS_PER_YEAR
    births = poisson(mean, setting.streams.dice("founding", month, city.communities.number))
    if not births.any():
        return np.empty(0, np.intp)
    community = np.repeat(np.arange(births.size), births)
    serial = np.arange(community.size) - np.repeat(np.cumsum(births) - births, births)
    names = identity(Origin.FOUNDED, city.communities.number[community], month, serial)
    dice = attribute_dice(setting, "founding attributes", month, names, fields=5)
    rows = _append_groups(setting, levels, density, community, names, dice[:4])
    _give_founders(setting, levels, rows, dice[4])
    setting.flows.add("founding", city.organizations.street[rows], len(city.streets))
    return rows


def attribute_dice(
    setting: Setting, name: str, month: int, identities: NDArray[np.uint64], fields: int
) -> NDArray[np.float64]:
    """A die for each attribute of new bodies, (fields, n). A field has the serial's bits from the 17th on to itself."""
    field = np.arange(fields, dtype=np.uint64)[:, None] << np.uint64(16)
    return setting.streams.dice(name, month, (identities + field).ravel()).reshape(fields, -1)


def draw_capability(mean: float, sd: float, dice: NDArray[np.float64]) -> NDArray[np.float64]:
    """Capabilities, normal and held between 0.05 and 0.95, at these dice. (n,) -> (n,)."""
    return np.asarray(np.minimum(np.maximum(mean + sd * ndtri(dice), _LOWEST), _HIGHEST))


def _append_groups(
    setting: Setting, levels: BaseLevels, density: Density, community: NDArray[np.intp], names: NDArray[np.uint64],
    dice: NDArray[np.float64],
) -> NDArray[np.intp]:  # fmt: skip
    """Latent groups with these names in these communities, (n,); dice (4, n) give domain, capability now and settled, means."""
    p = setting.parameters["founding"]
    organizations, communities = setting.city.organizations, setting.city.communities
    street = communities.street[community]
    return organizations.append(
        names.size,
        identity=names,
        tier=LATENT,
        kind=COMMUNITY,
        status=AWAKE,
        domain=np.searchsorted(np.cumsum(levels.domain_shares)[:-1], dice[0]),
        street=street,
        community=community,
        founded=setting.now,
        tier_since=setting.now,
        status_since=setting.now,
        capability=draw_capability(p["capability_mean"], p["capability_sd"], dice[1]),
        settled_capability=draw_capability(levels.settled_mean, levels.settled_sd, dice[2]),
        means_yuan=draw_means(setting, dice[3]),
        density_at_birth=density.groups_by_street[street],
    )


def _give_founders(
    setting: Setting, levels: BaseLevels, rows: NDArray[np.intp], dice: NDArray[np.float64]
) -> None:
    """Each new body gets the founder who wins its race; dice (n,) are those of its community's residents together."""
    founder = _leaders_who_win(setting, levels, rows, dice)
    led = founder != NO_ONE
    _led_by(setting, rows[led], founder[led])
    if not led.all():
        _led_by_residents(setting, rows[~led])


def _leaders_who_win(
    setting: Setting, levels: BaseLevels, rows: NDArray[np.intp], dice: NDArray[np.float64]
) -> NDArray[np.intp]:
    """The leader who founds each of these bodies, (n,); NO_ONE where a resident who is none does."""
    organizations, leaders = setting.city.organizations, setting.city.leaders
    names, community = organizations.identity[rows], organizations.community[rows]
    known = who_may_found(leaders)
    known = known[leaders.community[known].argsort(kind="stable")]
    race, candidate = paired(community, leaders.community[known])
    runs = known[candidate]
    luck = setting.streams.dice("leaders named", setting.month, pair_identity(names[race], leaders.identity[runs]))
    of_leaders = arrivals(luck, leaders_rate(setting, leaders.trained[runs]))
    of_residents = arrivals(dice, residents_rate(setting, levels.founding_per_10000)[community])
    first = winners(race, of_leaders, rows.size)
    led = first >= 0
    led[led] = of_leaders[first[led]] < of_residents[led]
    founder = np.full(rows.size, NO_ONE, np.intp)
    founder[led] = runs[first[led]]
    return founder


def _led_by(setting: Setting, rows: NDArray[np.intp], founder: NDArray[np.intp]) -> None:
    """These leaders lead the bodies that they founded, (n,) each; who led one already leads both."""
    organizations, leaders = setting.city.organizations, setting.city.leaders
    organizations.leader[rows] = founder
    idle = leaders.organization[founder] == NO_ONE
    leaders.organization[founder[idle]] = rows[idle]
    organizations.skill_factor[rows[leaders.trained[founder]]] = setting.parameters["founding"]["trained_skill_factor"]


def _led_by_residents(setting: Setting, rows: NDArray[np.intp]) -> None:
    """A volunteer or backbone of its community who leads nothing yet leads each of these bodies; nobody, if there is none."""
    organizations, residents = setting.city.organizations, setting.city.residents
    community = organizations.community[rows]
    homes = residents_who_may_lead(setting, Stage.VOLUNTEER, community)
    race, candidate = paired(community, residents.community_of(homes))
    runs = homes[candidate]
    pairs = pair_identity(organizations.identity[rows][race], runs.astype(np.uint64))
    luck = setting.streams.dice("succession", setting.month, pairs)
    first = winners(race, arrivals(luck), rows.size)
    found = first >= 0
    resident = np.full(rows.size, NO_ONE, np.int64)
    resident[found] = runs[first[found]]
    name_leaders(setting, rows, resident)
