"""Base levels of organisations: solved, not free, so that the status quo follows its trend.

At month 0, with the instruments in force at their levers, expected yearly flows balance. With T the trend (per year), L latent,
F filed, R registered bodies (federations among R, but exempt from every flow), s the standing share of dormant bodies,
A = (1-s) and D = s times the mortal bodies of a track, delta the mean dormancy hazard of the active:

    dormant share stands still     closing_D   = delta*A/D - revival - inspection_D - T                    for F and for R
    registered grow at T           inflow_R    = T*R + (closing_D + inspection_D)*D_R + (closing_A + inspection_A)*A_R
                                   of which registration supplies `registered_from_filed_share`, entry the rest
    registration                   level       = flow / (lever * bodies that may apply)                    at most most_per_year
    filed grow at T                filing      = (T*F + registration + closing_D*D_F - by programmes) / (L * lever)
    latent grow at T               founding    = (T + dissolving)*L + filing
                                   lambda0     = (founding / lever - leaders' part) / (residents/10,000 * density factor)

No level is negative or above its bound: what would be is held there, the balance that follows takes it into account, and
a note says so. Nothing here is read from the future: only stocks, levers and the trend.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import Domain, Kind, Tier
from simulator.dynamics.capability import support_spill
from simulator.dynamics.density import Density, measure_density
from simulator.dynamics.dormancy import age_term, dormancy_hazard
from simulator.dynamics.founding import founding_rate
from simulator.dynamics.registration import expected_qualifying
from simulator.dynamics.setting import Setting

WORTH_A_NOTE = 0.01
"""A level that is held by more than this, per year, is said to be."""
_USUAL_AGE_YEARS = 5.0
"""Age at which the hazard is taken where a track has no active body at the start (assumption)."""


@dataclass(frozen=True, slots=True)
class BalanceConditions:
    """What the levels are solved for."""

    trend_per_year: float
    """Growth of the stocks per year."""
    dormant_share_filed: float
    dormant_share_registered: float
    """Standing shares of dormant bodies among the filed and among the registered that are no federations."""
    money_per_resident: float = 0.0
    """Purchase and venture money disbursed per resident in the year before the start, yuan."""
    inspection_dormant_per_year: float = 0.0
    """Effective hazard with which inspection removes dormant registered bodies, warnings and all."""
    inspection_awake_per_year: float = 0.0
    """The same for awake ones, by mistake."""
    programme_gain_per_year: float = 0.0
    """Mean capability that programmes and mentors add to an active body in a year."""
    filed_by_programmes_per_year: float = 0.0
    """Bodies that programmes in force file in a year, as built."""
    entered_by_programmes_per_year: float = 0.0
    """Bodies that programmes in force bring in a year, as built."""


@dataclass(frozen=True, slots=True)
class BaseLevels:
    """The solved levels per year, and what newcomers are like."""

    founding_per_10000: float
    """lambda0, before density and leaders."""
    filing_per_year: float
    """Hazard of a latent group, before the lever."""
    registration_per_year: float
    """Hazard of a body that qualifies, before the lever."""
    entry_per_year: float
    """entry_0, bodies as built, before the lever."""
    closing_dormant_filed: float
    closing_dormant_registered: float
    money_at_start: float
    learning_at_start: float
    """eta + spill + drift at the start, per year."""
    programme_gain_at_start: float
    settled_mean: float
    settled_sd: float
    """The law of the settled capability of new groups: that of the latent ones at the start."""
    registered_mean: float
    """Mean capability of active registered bodies at the start, which entrants have."""
    domain_shares: NDArray[np.float64]
    """Of new groups, (4,)."""
    flows: Mapping[str, float]
    """Expected flows of the first year at the solved levels, bodies as built."""
    notes: tuple[str, ...] = ()
    """What could not be balanced, in words."""


@dataclass(frozen=True, slots=True)
class _Track:
    """Filed or registered bodies at the start, as built."""

    name: str
    stock: float
    """All on the books, federations too."""
    active: float
    dormant: float
    hazard: float
    """Mean dormancy hazard of the active, per year."""


def solve(setting: Setting, conditions: BalanceConditions) -> BaseLevels:
    """Solve the levels from the state at month 0 and the levers in force."""
    p, levers = setting.parameters, setting.levers
    density = measure_density(setting.city.organizations, setting.city.streets)
    notes: list[str] = []
    trend = conditions.trend_per_year
    filed = _track(setting, Tier.FILED, conditions.dormant_share_filed, density)
    registered = _track(setting, Tier.REGISTERED, conditions.dormant_share_registered, density)
    latent = float(np.count_nonzero(_of_tier(setting, Tier.LATENT)))

    revival = p["dormancy"]["revival_per_year"] * levers["revival"]
    closing_filed = _closing_of_dormant(filed, revival + trend, notes)
    closing_registered = _closing_of_dormant(
        registered, revival + trend + conditions.inspection_dormant_per_year, notes
    )
    leaving_registered = (closing_registered + conditions.inspection_dormant_per_year) * registered.dormant + (
        p["closing"]["awake_registered_per_year"] + conditions.inspection_awake_per_year
    ) * registered.active
    inflow = max(trend * registered.stock + leaving_registered, 0.0)

    registration, registering = _registration(setting, inflow, notes)
    entering = inflow - registering - conditions.entered_by_programmes_per_year
    entry = _bounded("entry of professional bodies", entering / levers["registration"], np.inf, notes)

    closing_books = closing_filed * filed.dormant
    wanted = trend * filed.stock + registering + closing_books - conditions.filed_by_programmes_per_year
    filing, files = _filing(setting, wanted, latent, notes)

    dissolving = p["filing"]["dissolving_per_year"] * latent
    founding, founds = _founding(setting, trend * latent + dissolving + files, density, notes)
    capability = _capability_law(setting)
    return BaseLevels(
        founding_per_10000=founding,
        filing_per_year=filing,
        registration_per_year=registration,
        entry_per_year=entry,
        closing_dormant_filed=closing_filed,
        closing_dormant_registered=closing_registered,
        money_at_start=conditions.money_per_resident,
        learning_at_start=p["capability"]["eta"]
        + support_spill(setting)
        + max(levers["capability_drift_per_year"], 0.0),
        programme_gain_at_start=conditions.programme_gain_per_year,
        settled_mean=capability[0],
        settled_sd=capability[1],
        registered_mean=capability[2],
        domain_shares=_domain_shares(setting),
        flows={
            "founding": founds,
            "dissolving": dissolving,
            "filing": files,
            "registration": registering,
            "entry": entry * levers["registration"],
            "dormancy filed": filed.hazard * filed.active,
            "dormancy registered": registered.hazard * registered.active,
            "closing filed": closing_books,
            "leaving registered": leaving_registered,
        },
        notes=tuple(notes),
    )


def _of_tier(setting: Setting, tier: Tier) -> NDArray[np.bool_]:
    organizations = setting.city.organizations
    return np.asarray(organizations.alive() & (organizations.tier == tier))


def _track(setting: Setting, tier: Tier, dormant_share: float, density: Density) -> _Track:
    organizations = setting.city.organizations
    on_books = _of_tier(setting, tier)
    mortal = on_books & (organizations.kind != Kind.FEDERATION)
    active = np.flatnonzero(mortal & organizations.active())
    if active.size:
        hazard = float(dormancy_hazard(setting, active, density).mean())
    else:
        usual = np.array([_USUAL_AGE_YEARS])
        no, registered = np.zeros(1, np.bool_), np.full(1, tier == Tier.REGISTERED)
        hazard = float(age_term(usual, registered, no, setting.parameters["dormancy"])[0]) * setting.levers["dormancy"]
    bodies = float(np.count_nonzero(mortal))
    return _Track(
        tier.name.lower(), float(np.count_nonzero(on_books)), (1 - dormant_share) * bodies, dormant_share * bodies, hazard
    )


def _closing_of_dormant(track: _Track, other_outflow: float, notes: list[str]) -> float:
    if track.dormant <= 0:
        return 0.0
    level = track.hazard * track.active / track.dormant - other_outflow
    return _bounded(f"closing of dormant {track.name} bodies", level, np.inf, notes)


def _registration(setting: Setting, inflow: float, notes: list[str]) -> tuple[float, float]:
    """The level and the bodies registered a year."""
    p, levers = setting.parameters["registration"], setting.levers
    lever = levers["registration"] * levers["filed_registration"]
    flow = p["registered_from_filed_share"] * inflow
    qualify = expected_qualifying(setting)
    if flow <= 0:
        return 0.0, 0.0
    hazard = flow / qualify if qualify > 0 else np.inf
    hazard = _bounded("registration of filed bodies", hazard, p["most_per_year"], notes)
    return (hazard / lever if lever > 0 else 0.0), hazard * qualify


def _filing(setting: Setting, wanted: float, latent: float, notes: list[str]) -> tuple[float, float]:
    """The level and the bodies filed a year."""
    lever = setting.levers["filing"]
    if latent <= 0 or lever <= 0:
        if wanted > 0:
            notes.append(f"filing: {wanted:.1f} filings a year are needed, but there is nobody or no way to file")
        return 0.0, 0.0
    hazard = _bounded("filing of latent groups", wanted / latent, setting.parameters["filing"]["most_per_year"], notes)
    return hazard / lever, hazard * latent


def _founding(setting: Setting, wanted: float, density: Density, notes: list[str]) -> tuple[float, float]:
    """lambda0 and the groups founded a year."""
    of_leaders = float(founding_rate(setting, 0.0, density).sum())
    per_level = float(founding_rate(setting, 1.0, density).sum()) - of_leaders
    level = (wanted - of_leaders) / per_level if per_level > 0 else 0.0
    level = _bounded("founding by residents who are no leaders", level, np.inf, notes)
    return level, level * per_level + of_leaders


def _bounded(what: str, level: float, most: float, notes: list[str]) -> float:
    """The level held between 0 and `most`, with a note if it had to be."""
    held = min(max(level, 0.0), most)
    if abs(held - level) > WORTH_A_NOTE:
        notes.append(f"{what}: the balance asks for {level:.4g} a year; held at {held:.4g}")
    return float(held)


def _capability_law(setting: Setting) -> tuple[float, float, float]:
    """Settled capability of active bodies: mean and sd of the latent (of all if there are none), mean of the registered."""
    organizations = setting.city.organizations
    active, founding = organizations.active(), setting.parameters["founding"]
    everybody = organizations.settled_capability[active]
    if not everybody.size:
        return founding["capability_mean"], founding["capability_sd"], founding["capability_mean"]
    latent = organizations.settled_capability[active & (organizations.tier == Tier.LATENT)]
    registered = organizations.settled_capability[active & (organizations.tier == Tier.REGISTERED)]
    groups = latent if latent.size else everybody
    of_registered = registered if registered.size else everybody
    return float(groups.mean()), float(groups.std()), float(of_registered.mean())


def _domain_shares(setting: Setting) -> NDArray[np.float64]:
    """Shares of the domains among groups alive, (4,); one of each is added, so that none is impossible."""
    organizations = setting.city.organizations
    groups = organizations.domain[organizations.alive() & (organizations.kind == Kind.COMMUNITY)]
    counts = np.bincount(groups, minlength=len(Domain)) + 1.0
    return np.asarray(counts / counts.sum())
