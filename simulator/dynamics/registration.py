"""Registration: a filed body becomes a legal person.

A filed, active body qualifies with

    capability >= c_star,   members >= m_star

and applies, while it qualifies, at

    min(level * levers, most_per_year) * Phi(log(means / required capital) / means_passing_sd_log)      per year

(level solved in base_levels.py; levers registration and filed_registration; the required capital is a lever, 30,000 yuan in
the 1998 regulation). The last factor is the
chance that it can raise the capital just now: what a body's people can raise, its `means`, differs lastingly between bodies
and, by as much again, from one moment to another (a sponsor, a bequest; assumption). Were means a hard threshold, the
few bodies beyond it would register within two years and registration would run dry. The procedure takes `procedure_months`;
whoever is then still active and filed is registered. Those who would have registered in the status quo too take on paid staff,
1 to 3 at even odds (assumption), as its bodies do, from income of their own:

    p(staffed) = min(1, hazard at the start's levers / hazard now)

Who registers because policy made it easy has no more income than before, and hires nobody (docs/odd.md). Applications of
one month run as one SimPy process.

How many qualify is a small number in a small city, and it is divided by: so its expectation is taken over what nobody
counts exactly (capability given members: normal around its regression on log(1 + members), cut to [0, 1]; means:
lognormal), while members are known (Rao and Blackwell).
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray
from scipy.special import ndtr

from simulator.city.organizations import FILED, REGISTERED, Organizations
from simulator.dynamics.density import measure_density
from simulator.dynamics.levers import Levers
from simulator.dynamics.setting import Setting

_LEAST_SPREAD = 0.02
"""Capability is never taken to be known better than this (assumption)."""


def qualifying(organizations: Organizations, c_star: float, m_star: float) -> NDArray[np.bool_]:
    """Filed and active bodies that are able and large enough, (n,)."""
    return np.asarray(
        organizations.active()
        & (organizations.tier == FILED)
        & (organizations.capability >= c_star)
        & (organizations.members >= m_star)
    )


def p_capable(capability: NDArray[np.float64], members: NDArray[np.int32], c_star: float) -> NDArray[np.float64]:
    """The chance that a body with so many members has capability >= c_star, by the law of all, (n,) -> (n,).

    Normal around the regression of capability on log(1 + members), cut to [0, 1].
    """
    if not capability.size:
        return np.empty(0)
    size = np.log1p(members.astype(np.float64))
    spread = size - size.mean()
    variance = float(spread @ spread)
    slope = float(spread @ capability) / variance if variance > 0 else 0.0
    mean = capability.mean() + slope * spread
    sd = max(float(np.std(capability - mean)), _LEAST_SPREAD)
    inside = ndtr((1 - mean) / sd) - ndtr(-mean / sd)
    above = ndtr((1 - mean) / sd) - ndtr((min(max(c_star, 0.0), 1.0) - mean) / sd)
    return np.asarray(np.clip(above / inside, 0.0, 1.0))


def p_affords(capital_yuan: float, means_yuan: NDArray[np.float64], sd_log: float) -> NDArray[np.float64]:
    """The chance that the required capital can be raised by people of these means, lognormal, (n,) -> (n,)."""
    if capital_yuan <= 0:
        return np.ones_like(means_yuan)
    return np.asarray(ndtr(np.log(np.maximum(means_yuan, 1.0) / capital_yuan) / sd_log))


def expected_qualifying(setting: Setting) -> float:
    """How many qualify and can raise the capital just now, in expectation over capability and means; members known."""
    organizations, p = setting.city.organizations, setting.parameters["registration"]
    filed = np.flatnonzero(organizations.active() & (organizations.tier == FILED))
    members = organizations.members[filed]
    capable = p_capable(organizations.capability[filed], members, p["c_star"])
    founding = setting.parameters["founding"]
    spread = float(np.hypot(founding["means_sd_log"], p["means_passing_sd_log"]))
    affords = p_affords(setting.levers["required_capital_yuan"], np.array([founding["means_median_yuan"]]), spread)
    return float(capable[members >= p["m_star"]].sum() * affords[0])


def application_hazard(setting: Setting, level_per_year: float) -> NDArray[np.float64]:
    """Hazard of applying per year, (n,): 0 for whoever does not qualify or has applied."""
    organizations, p = setting.city.organizations, setting.parameters["registration"]
    may = qualifying(organizations, p["c_star"], p["m_star"]) & ~organizations.applying
    hazard = np.zeros(len(organizations))
    hazard[may] = _ease(setting, level_per_year, setting.levers, organizations.means_yuan[may])
    return hazard


def p_staffed(setting: Setting, level_per_year: float, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """The chance that each of these applicants would have applied at the start's levers as well, (n,)."""
    means = setting.city.organizations.means_yuan[rows]
    now = _ease(setting, level_per_year, setting.levers, means)
    if setting.levers_at_start is None:
        return np.ones(rows.size)
    then = _ease(setting, level_per_year, setting.levers_at_start, means)
    return np.minimum(np.divide(then, now, out=np.ones_like(now), where=now > 0), 1.0)


def _ease(setting: Setting, level_per_year: float, levers: Levers, means_yuan: NDArray[np.float64]) -> NDArray[np.float64]:
    """The hazard per year of bodies that qualify, at these levers, (n,)."""
    p = setting.parameters["registration"]
    hazard = min(level_per_year * levers["registration"] * levers["filed_registration"], p["most_per_year"])
    return hazard * p_affords(levers["required_capital_yuan"], means_yuan, p["means_passing_sd_log"])


def apply(
    setting: Setting, rows: NDArray[np.intp], months_left: float | None = None,
    staffed: NDArray[np.float64] | float = 1.0,
) -> None:  # fmt: skip
    """These bodies apply now; the procedure still takes `months_left` (None: all of it). `staffed`: p_staffed, one or (n,)."""
    if not rows.size:
        return
    setting.city.organizations.applying[rows] = True
    months = setting.parameters["registration"]["procedure_months"] if months_left is None else months_left
    hiring = setting.streams.dice("registration staff", setting.month, setting.city.organizations.identity[rows]) < staffed
    setting.clock.process(_procedure(setting, rows, hiring, months))


def _procedure(
    setting: Setting, rows: NDArray[np.intp], hiring: NDArray[np.bool_], months: float
) -> Generator[simpy.Event, Any, None]:
    yield setting.clock.timeout(months)
    register(setting, rows, hiring)


def register(setting: Setting, rows: NDArray[np.intp], hiring: NDArray[np.bool_] | None = None) -> None:
    """Of these applicants, those still active and filed are registered now; the application of the others lapses.

    `hiring` (n,) tells who takes on staff; everybody if it is not given.
    """
    organizations, city = setting.city.organizations, setting.city
    organizations.applying[rows] = False
    able = organizations.active()[rows] & (organizations.tier[rows] == FILED)
    new, hires = rows[able], np.ones(rows.size, np.bool_)[able] if hiring is None else hiring[able]
    if not new.size:
        return
    organizations.tier[new] = REGISTERED
    organizations.tier_since[new] = setting.now
    organizations.density_at_birth[new] = measure_density(organizations, city.streets).registered
    die = setting.streams.dice("registration", setting.month, organizations.identity[new])
    staff = np.maximum(organizations.staff[new], 1.0 + np.floor(3 * die))
    organizations.staff[new] = np.where(hires, staff, organizations.staff[new])
    setting.flows.add("registration", organizations.street[new], len(city.streets))
