"""Falling dormant, and waking up again.

Hazard of an active body per year, a the years since it got its present papers:

    (mu_inf + (mu_0 - mu_inf) * exp(-a / tau) * (1 - f)) * exp(theta1 * n/K + theta2 * (n'/K)^2 + delta * n_birth/K)
        * 3 if leaderless * skill factor if a < 1 * shelter in an incubator * legitimacy * lever

with f = `funding_flattens` while the body is under contract or award and 0 otherwise.

- Age: new bodies fail more (Stinchcombe 1965; Freeman, Carroll & Hannan 1983), and public money takes most of that away
  (Hager, Galaskiewicz & Larson 2004). A body is new in its papers: filing asks for reports and accounts of a group that
  had none, so the clock is set back when it files. Registered bodies have no age term (mu_0 = mu_inf).
- Density: legitimation (theta1 < 0) by the district's n, competition (theta2 > 0) by the n' of the track it competes in, and
  the lasting harm of a crowded birth (delta >= 0; Carroll & Hannan 1989).
- Latent groups have no books to sleep on: they dissolve (filing.py). Federations are exempt.

A dormant body wakes at `revival_per_year` times the lever revival. Values: assumptions within the ranges of the literature
named.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import AWAKE, DORMANT, NO_ONE, REGISTERED, Organizations
from simulator.dynamics.density import Density, own_track
from simulator.dynamics.setting import Setting
from simulator.language.units import MONTHS_PER_YEAR

NEW_YEARS = 1.0
"""The first year, in which a trained leader's skill helps."""


MOST_CROWDED = 2.0
"""Crowding n / K is counted up to here (assumption): beyond it the convex term would rule everything."""


def age_term(
    age_years: NDArray[np.float64], registered: NDArray[np.bool_], funded: NDArray[np.bool_], p: Mapping[str, float]
) -> NDArray[np.float64]:
    """Hazard by age per year before density, (n,)."""
    newness = (p["filed_mu_0"] - p["filed_mu_inf"]) * np.exp(-age_years / p["tau_years"])
    filed = p["filed_mu_inf"] + newness * np.where(funded, 1 - p["funding_flattens"], 1.0)
    return np.where(registered, p["registered_mu"], filed)


def density_term(
    legitimating: NDArray[np.float64], competing: NDArray[np.float64], at_birth: NDArray[np.float64],
    carrying: NDArray[np.float64], p: Mapping[str, float],
) -> NDArray[np.float64]:  # fmt: skip
    """The factor of density, (n,); densities and carrying densities per 10,000 residents."""
    return np.exp(
        p["theta1"] * legitimating / carrying
        + p["theta2"] * np.minimum(competing / carrying, MOST_CROWDED) ** 2
        + p["delta"] * at_birth / carrying
    )


def dormancy_hazard(setting: Setting, rows: NDArray[np.intp], density: Density) -> NDArray[np.float64]:
    """Hazard of falling dormant per year of these filed or registered bodies, (n,), at this month's levers."""
    organizations, p = setting.city.organizations, setting.parameters["dormancy"]
    tier = organizations.tier[rows]
    registered = tier == REGISTERED
    now = setting.now
    age = np.maximum(now - organizations.tier_since[rows], 0.0) / MONTHS_PER_YEAR
    funded = organizations.funded_until[rows] >= now
    carrying = np.where(registered, p["K_registered"], setting.parameters["founding"]["K"])
    crowding = density_term(
        np.where(registered, density.registered, density.groups),
        own_track(density, tier, organizations.street[rows]),
        organizations.density_at_birth[rows],
        carrying,
        p,
    )
    return (
        age_term(age, registered, funded, p)
        * crowding
        * np.where(organizations.leaderless[rows], p["leaderless_factor"], 1.0)
        * np.where(age < NEW_YEARS, organizations.skill_factor[rows], 1.0)
        * organizations.dormancy_inside[rows]
        * organizations.legitimacy_factor[rows]
        * setting.levers["dormancy"]
    )


def fall_dormant(setting: Setting, rows: NDArray[np.intp]) -> None:
    """These bodies are dormant from now on: on the books, doing nothing; an application under way lapses."""
    if not rows.size:
        return
    organizations = setting.city.organizations
    _change_status(setting, organizations, rows, DORMANT)
    organizations.applying[rows] = False
    setting.flows.add("dormancy", organizations.street[rows], len(setting.city.streets))


def wake_up(setting: Setting, rows: NDArray[np.intp]) -> None:
    """These dormant bodies are awake again; those that have no leader look for one."""
    if not rows.size:
        return
    organizations = setting.city.organizations
    organizations.leaderless[rows] = organizations.leader[rows] == NO_ONE
    _change_status(setting, organizations, rows, AWAKE)
    organizations.warnings[rows] = 0
    setting.flows.add("revival", organizations.street[rows], len(setting.city.streets))


def _change_status(
    setting: Setting, organizations: Organizations, rows: NDArray[np.intp], status: int
) -> None:
    organizations.status[rows] = status
    organizations.status_since[rows] = setting.now
