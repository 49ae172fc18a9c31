"""The bodies and leaders that exist at the start.

Numbers are the district's published stocks times the share built. Street federations, support-type and professional bodies
count among the registered; federations stand in the built streets and count for the built share of their street. Community
bodies are spread over communities by residents and the community's liveliness. Ages follow the
district's age mix; members are lognormal, at most a share of the community's residents at stage >= 2; who belongs is chosen
with odds by stage, from the law at which memberships stand still (dynamics/membership.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.city.identities import Origin, identity
from simulator.city.layout import Layout, systematic
from simulator.city.leaders import Leaders
from simulator.city.organizations import (
    COMMUNITY,
    DORMANT,
    FEDERATION,
    FILED,
    LATENT,
    NO_ONE,
    PROFESSIONAL,
    REGISTERED,
    SUPPORT,
    Domain,
    Kind,
    Organizations,
)
from simulator.city.residents import Residents, StartingLaw
from simulator.language.streams import Streams, race
from simulator.language.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from simulator.documents.district import District

AGE_CLASSES = (("under_1", 0.0, 1.0), ("1_3", 1.0, 3.0), ("3_5", 3.0, 5.0), ("5_10", 5.0, 10.0))
LATENT_MEAN_YEARS = 6.0
"""Mean age of latent groups: they file or dissolve at about a sixth a year (assumption: exponential)."""
ENTRY_CAPABILITY_YEARS = 1.5
"""Years in which a young body makes up e - 1 parts of e of what it lacks when it begins (assumption)."""
OVER_TEN_MEAN_YEARS = 6.0
"""Mean years beyond ten of the oldest bodies (assumption: exponential)."""
DOMAIN_SHARES = np.array([0.2, 0.3, 0.2, 0.3])
"""Charity, daily life, community affairs, culture and sport (assumption)."""
REGISTERED_MEMBERS_FACTOR = 2.0
"""Median members of a registered community body over those of a filed one (assumption)."""
LATENT_MEMBERS_FACTOR = 0.52
"""Median members of a latent group over those of a filed one (assumption)."""
DORMANT_MEMBERS_FACTOR = 0.35
"""Members of a dormant body over those of one awake: nobody joins it, and many have left (assumption)."""
DORMANT_LED_SHARE = 0.6
"""Share of dormant bodies whose leader has not left (assumption): they sleep for some five years, a tenth leaves a year."""
STAFF_SD_LOG = 0.5
"""Spread of staff of registered bodies (assumption)."""
CAPABILITY_AHEAD = {COMMUNITY: 0.0, PROFESSIONAL: 0.15, SUPPORT: 0.2, FEDERATION: 0.1}
"""How far the mean capability of a kind is ahead of the district's (assumption)."""
DISTRICT_PLACE = (1 << 20) - 8
"""The place in the identity of bodies of the district: this plus their kind."""


@dataclass(frozen=True, slots=True)
class Stocks:
    """How many bodies of each sort are built."""

    latent: int
    filed: int
    registered_community: int
    professional: int
    support: int
    federations: int


def stocks(district: District, layout: Layout, built_of_street: NDArray[np.float64]) -> Stocks:
    """Published stocks times the share built, whole numbers; built_of_street (n_streets,)."""
    share = layout.share_built
    federations = min(int(district.hubs.value), built_of_street.size)
    weight = float(built_of_street[:federations].sum())
    registered = district.registered.value * share
    support = district.support.value * share
    professional = district.professional_share.value * registered
    return Stocks(
        latent=round(district.latent_per_10000.value * float(layout.residents.sum()) / 10_000),
        filed=round(district.filed.value * share),
        registered_community=max(0, round(registered - weight - support - professional)),
        professional=round(professional),
        support=round(support),
        federations=federations,
    )


def gather(
    district: District, layout: Layout, residents: Residents, law: StartingLaw, streams: Streams,
    built_of_street: NDArray[np.float64], liveliness: NDArray[np.float64],
    parameters: Mapping[str, Mapping[str, float]],
) -> tuple[Organizations, Leaders]:  # fmt: skip
    """The bodies and leaders of the built communities at the start. liveliness (n_communities,)."""
    rng = streams.generator("organizations at the start")
    numbers = stocks(district, layout, built_of_street)
    organizations = Organizations(2 * (numbers.latent + numbers.filed + 64))
    serial = np.zeros(layout.residents.size, np.int64)
    for tier, number in (
        (REGISTERED, numbers.registered_community), (FILED, numbers.filed), (LATENT, numbers.latent),
    ):  # fmt: skip
        per_community = systematic(number, liveliness * layout.residents, float(rng.random()))
        community = np.repeat(np.arange(serial.size), per_community)
        within = np.arange(number) - np.repeat(np.cumsum(per_community) - per_community, per_community)
        organizations.append(
            number, tier=tier, community=community, street=layout.street[community],
            identity=identity(Origin.AT_START, layout.number[community], 0, serial[community] + within),
        )  # fmt: skip
        serial += per_community
    _district_bodies(organizations, layout, numbers, rng)
    _describe(organizations, district, parameters, rng)
    leaders = _enrol(organizations, layout, residents, law, streams, parameters)
    _train(leaders, round(district.trained_leaders.value * layout.share_built), streams)
    return organizations, leaders


def _district_bodies(
    organizations: Organizations, layout: Layout, numbers: Stocks, rng: np.random.Generator
) -> None:
    """Professional and support-type bodies, with an address in some street, and a federation in each street."""
    n_streets = layout.street_number.size
    by_residents = np.bincount(layout.street, weights=layout.residents, minlength=n_streets)
    for kind, number in ((PROFESSIONAL, numbers.professional), (SUPPORT, numbers.support)):
        address = rng.choice(n_streets, number, p=by_residents / by_residents.sum())
        organizations.append(
            number, tier=REGISTERED, kind=kind, street=address,
            identity=identity(Origin.AT_START, DISTRICT_PLACE + kind, 0, np.arange(number)),
        )  # fmt: skip
    hubs = np.arange(numbers.federations)
    organizations.append(
        hubs.size, tier=REGISTERED, kind=FEDERATION, street=hubs,
        identity=identity(Origin.AT_START, DISTRICT_PLACE + FEDERATION, 0, layout.street_number[hubs]),
    )  # fmt: skip


def _describe(
    organizations: Organizations, district: District, parameters: Mapping[str, Mapping[str, float]],
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Age, domain, state, size, staff, capability and means of every body."""
    n = len(organizations)
    tier, kind = organizations.tier, organizations.kind
    registered = tier == REGISTERED
    federation = kind == FEDERATION
    latent_years = rng.exponential(LATENT_MEAN_YEARS, n)
    years = np.where(tier == LATENT, latent_years, ages(n, district.organization_age_shares.values, rng))
    organizations.founded[:] = -years * MONTHS_PER_YEAR
    organizations.tier_since[:] = organizations.founded
    organizations.domain[:] = rng.choice(len(Domain), n, p=DOMAIN_SHARES)
    active_share = np.where(registered, district.registered_active_share.value, district.filed_active_share.value)
    dormant = (rng.random(n) >= active_share) & (tier != LATENT) & ~federation
    organizations.status[dormant] = DORMANT
    members = district.filed_members_median.value * np.exp(district.filed_members_sd_log.value * rng.standard_normal(n))
    members = np.where(dormant, DORMANT_MEMBERS_FACTOR, 1.0) * members
    members *= np.choose(tier, [LATENT_MEMBERS_FACTOR, 1.0, REGISTERED_MEMBERS_FACTOR])
    organizations.members[:] = np.where(kind == COMMUNITY, np.maximum(np.rint(members), 1), 0)
    staff = district.registered_staff_median.value * np.exp(STAFF_SD_LOG * rng.standard_normal(n))
    organizations.staff[:] = np.where(registered & ~federation, np.rint(staff), 0)
    ahead = np.array([CAPABILITY_AHEAD[k] for k in Kind])[kind]
    spread = district.capability_sd.value * rng.standard_normal(n)
    p = parameters["founding"]
    settled = np.clip(district.capability_mean.value + ahead + spread, 0.05, 0.95)
    lacking = np.where(kind == COMMUNITY, settled - np.minimum(p["capability_mean"], settled), 0.0)
    organizations.settled_capability[:] = settled
    organizations.capability[:] = settled - lacking * np.exp(-years / ENTRY_CAPABILITY_YEARS)
    organizations.means_yuan[:] = p["means_median_yuan"] * np.exp(p["means_sd_log"] * rng.standard_normal(n))


def ages(n: int, shares: Mapping[str, float], rng: np.random.Generator) -> NDArray[np.float64]:
    """Years since founding, (n,): the district's age mix, uniform within a class, exponential beyond ten years."""
    law = np.array([shares[name] for name, _, _ in AGE_CLASSES] + [shares["over_10"]])
    chosen = rng.choice(law.size, n, p=law / law.sum())
    within, beyond = rng.random(n), rng.exponential(OVER_TEN_MEAN_YEARS, n)
    low = np.array([low for _, low, _ in AGE_CLASSES] + [10.0])
    width = np.array([high - low for _, low, high in AGE_CLASSES] + [0.0])
    return np.where(chosen == law.size - 1, 10.0 + beyond, low[chosen] + within * width[chosen])


def _enrol(
    organizations: Organizations, layout: Layout, residents: Residents, law: StartingLaw, streams: Streams,
    parameters: Mapping[str, Mapping[str, float]],
) -> Leaders:  # fmt: skip
    """Choose who belongs where, and a leader for every body: its member highest on the ladder."""
    leaders = Leaders(2 * len(organizations))
    at_home = np.flatnonzero(organizations.community != NO_ONE)
    at_home = at_home[np.argsort(organizations.community[at_home], kind="stable")]
    edges = np.searchsorted(organizations.community[at_home], np.arange(len(layout.number) + 1))
    saturation = parameters["membership"]["saturation"]
    heads = np.full(len(organizations), NO_ONE)
    for community, number in enumerate(layout.number):
        rows = at_home[edges[community] : edges[community + 1]]
        homes = residents.homes(community)
        able = np.flatnonzero(residents.cell[homes] >= 32) + homes.start
        wanted = organizations.members[rows].astype(np.float64)
        room = int(saturation * able.size)
        if wanted.sum() > room:
            wanted = np.floor(wanted * room / wanted.sum())
        odds = law.affiliated[residents.stage(able)]
        rng = streams.generator("affiliations at the start", int(number))
        chosen = able[race(odds, rng.random(able.size), int(wanted.sum()))]
        chosen = chosen[rng.permutation(chosen.size)]
        belongs = np.repeat(rows, wanted.astype(np.int64))[: chosen.size]
        residents.organization[chosen] = belongs
        organizations.members[rows] = np.bincount(belongs, minlength=len(organizations))[rows]
        by_height = np.lexsort((chosen, -residents.stage(chosen).astype(np.int64), belongs))
        led, top = np.unique(belongs[by_height], return_index=True)
        heads[led] = chosen[by_height][top]
    luck = streams.dice("leaders named", 0, organizations.identity)
    rows = np.flatnonzero(organizations.active() | (luck < DORMANT_LED_SHARE))
    row = leaders.append(
        rows.size, identity=organizations.identity[rows], resident=heads[rows], community=organizations.community[rows],
        organization=rows, since=organizations.founded[rows],
    )  # fmt: skip
    organizations.leader[rows] = row
    return leaders


def _train(leaders: Leaders, number: int, streams: Streams) -> None:
    """So many leaders of community bodies were trained before the start."""
    candidates = np.flatnonzero(leaders.community != NO_ONE)
    dice = streams.dice("leaders at the start", 0, leaders.identity[candidates])
    leaders.trained[candidates[race(np.ones(candidates.size), dice, number)]] = True
