"""A small district of organisations: columns set by hand, a clock, and no other institution."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import simpy
from numpy.typing import NDArray
from ruamel.yaml import YAML

from simulator.city.city import City
from simulator.city.hours import Hours
from simulator.city.identities import Origin, identity
from simulator.city.leaders import Leaders
from simulator.city.organizations import NO_ONE, Kind, Organizations, Status, Tier
from simulator.city.places import Communities, Streets
from simulator.city.residents import Residents
from simulator.city.treasury import Treasury
from simulator.dynamics import entry, founding, leadership, lifecycle
from simulator.dynamics.base_levels import BalanceConditions, BaseLevels
from simulator.dynamics.budget import Budget
from simulator.dynamics.density import measure_density
from simulator.dynamics.levers import Levers
from simulator.dynamics.projects import Projects
from simulator.dynamics.setting import Setting
from simulator.language.streams import Streams

HOMES_PER_COMMUNITY = 200
"""Homes that are really there, whatever number of residents a community stands for."""
AGE_EDGES_YEARS = (0.0, 1.0, 3.0, 5.0, 10.0, 20.0)
AGE_SHARES = (0.056, 0.169, 0.173, 0.328, 0.274)
"""Ages of registered bodies in the nation at the beginning of 2021."""


@cache
def shipped() -> dict[str, dict[str, float]]:
    """The model's numbers as shipped."""
    document = YAML(typ="safe").load(Path(__file__).parents[2] / "scenarios" / "parameters.yaml")
    return {
        group: {name: float(item["value"]) for name, item in items.items()}
        for group, items in document.items()
        if group not in ("kind", "title", "note")
    }


def numbers(changes: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """The shipped numbers with some changed: {"founding.alpha": 0}."""
    changed = {group: dict(items) for group, items in shipped().items()}
    for path, value in changes.items():
        group, name = path.split(".")
        assert name in changed[group], path
        changed[group][name] = value
    return changed


def district(
    latent: int, filed: int, registered: int, *, residents: int = 100_000, communities: int = 20, streets: int = 4,
    dormant_filed: int = 0, dormant_registered: int = 0, federations: int = 0, professional: int = 0,
    changes: Mapping[str, float] | None = None, levers: tuple[tuple[str, float], ...] = (), seed: int = 1,
    luck: int = 1, order: NDArray[np.intp] | None = None,
) -> Setting:  # fmt: skip
    """So many bodies, spread over communities; `seed` draws the city, `luck` what happens in it.

    `order` permutes the rows of the bodies.
    """
    draw = np.random.default_rng(seed)
    community_rows, street_rows = Communities(), Streets()
    street_of = (np.arange(communities) * streets // communities).astype(np.int32)
    each = residents // communities
    community_rows.append(
        communities, number=np.arange(communities) + 7, street=street_of, residents=each, committee_fte=2.0
    )
    per_street = np.bincount(street_of, minlength=streets) * each
    street_rows.append(streets, number=np.arange(streets), residents=per_street, residents_represented=per_street)

    n = latent + filed + registered
    tier = np.repeat([Tier.LATENT, Tier.FILED, Tier.REGISTERED], [latent, filed, registered])
    kind = np.full(n, Kind.COMMUNITY)
    kind[n - federations :] = Kind.FEDERATION
    kind[n - federations - professional : n - federations] = Kind.PROFESSIONAL
    status = np.full(n, Status.AWAKE)
    status[latent : latent + dormant_filed] = Status.DORMANT
    status[latent + filed : latent + filed + dormant_registered] = Status.DORMANT
    community = draw.integers(0, communities, n)
    age = np.searchsorted(np.cumsum(AGE_SHARES)[:-1], draw.random(n))
    edges = np.array(AGE_EDGES_YEARS)
    born = -12 * draw.uniform(edges[age], edges[age + 1])
    p = numbers(changes or {})
    columns = {
        "identity": identity(Origin.AT_START, community_rows.number[community], 0, np.arange(n)),
        "tier": tier, "kind": kind, "status": status, "street": street_of[community],
        "community": np.where(kind == Kind.COMMUNITY, community, NO_ONE), "domain": draw.integers(0, 4, n),
        "founded": born, "tier_since": born, "members": np.maximum(np.rint(10 * np.exp(draw.standard_normal(n))), 1),
        "capability": np.clip(0.4 + 0.15 * draw.standard_normal(n), 0.05, 0.95),
        "means_yuan": p["founding"]["means_median_yuan"] * np.exp(p["founding"]["means_sd_log"] * draw.standard_normal(n)),
        "staff": np.where(tier == Tier.REGISTERED, 4.0, 0.0),
    }  # fmt: skip
    organizations = Organizations()
    rows = np.arange(n) if order is None else order
    organizations.append(n, **{name: values[rows] for name, values in columns.items()})
    homes = Residents(np.arange(communities + 1) * HOMES_PER_COMMUNITY, street_of)
    homes.cell[:] = 16 * draw.choice(5, len(homes), p=[0.5, 0.38, 0.08, 0.032, 0.008])
    homes.recount()
    city = City(
        homes, organizations, Leaders(), community_rows, street_rows, Treasury(organizations), Hours(), 1.0, each / 2.8
    )
    return Setting(
        simpy.Environment(), city, Budget(city.treasury), Projects(), Streams(luck, 0), p, levers=Levers(levers),
        spinning_up=False,
    )  # fmt: skip


def enlist_leaders(setting: Setting) -> None:
    """An untrained leader from nowhere for every active body."""
    rows = np.flatnonzero(setting.city.organizations.active())
    leadership.name_leaders(setting, rows, np.full(rows.size, NO_ONE, np.int64))


def level(**given: float) -> BaseLevels:
    """Base levels of 0 but for those given."""
    nothing = dict.fromkeys(
        ("founding_per_10000", "filing_per_year", "registration_per_year", "entry_per_year", "closing_dormant_filed",
         "closing_dormant_registered", "money_at_start", "programme_gain_at_start"), 0.0
    )  # fmt: skip
    usual = {"learning_at_start": 0.25, "settled_mean": 0.4, "settled_sd": 0.15, "registered_mean": 0.5}
    return BaseLevels(**(nothing | usual | given), domain_shares=np.full(4, 0.25), flows={})  # type: ignore[arg-type]


def live_months(setting: Setting, levels: BaseLevels, months: int, load: float = 1.0) -> None:
    """So many months of organisations and leaders, nothing else; each month's are decided at its end."""
    for _ in range(months):
        setting.clock.run(until=setting.now + 1)
        city = setting.city
        density = measure_density(city.organizations, city.streets)
        lifecycle.live(setting, levels, density)
        founding.found(setting, levels, density)
        entry.enter(setting, levels, density, levels.money_at_start)
        leadership.lead(setting, np.full(len(city.communities), load))


def by_identity(organizations: Organizations, name: str) -> dict[int, float]:
    """A column as {identity: value}."""
    return dict(zip(organizations.identity.tolist(), getattr(organizations, name).tolist(), strict=True))


def stock(setting: Setting, tier: Tier) -> int:
    """Bodies of this tier on the books, dormant ones too."""
    organizations = setting.city.organizations
    return int(np.count_nonzero(organizations.alive() & (organizations.tier == tier)))


def nankai(luck: int = 1, seed: int = 1, levers: tuple[tuple[str, float], ...] = (("filing", 4.0),)) -> Setting:
    """The orders of magnitude of a district in which filing has been easy for years."""
    return district(
        2700, 2689, 271, residents=1_000_000 // 165 * 165, communities=165, streets=12, dormant_filed=941,
        dormant_registered=39, federations=12, professional=100, levers=levers, seed=seed, luck=luck,
    )  # fmt: skip


NANKAI = BalanceConditions(trend_per_year=0.02, dormant_share_filed=941 / 2689, dormant_share_registered=39 / 259)


def chaoyang(luck: int = 1, seed: int = 1) -> Setting:
    """The orders of magnitude of a district in which hardly anybody files."""
    return district(
        9720, 300, 200, residents=3_600_000, communities=500, streets=43, dormant_filed=105, dormant_registered=30,
        federations=0, professional=80, seed=seed, luck=luck,
    )  # fmt: skip


CHAOYANG = BalanceConditions(trend_per_year=0.075, dormant_share_filed=0.35, dormant_share_registered=0.15)
