"""Entry of professional and support-type bodies: registered from their first day, working for the whole district.

Entrants per year, as built, with m the purchase and venture money disbursed per resident in the last 12 months [yuan] and
m_0 the same at the start. Two readings of one fact (more money brings more bodies); `form` says which:

    additive (0)         max(entry_0 + kappa * residents / 10,000 * ((m/m_ref)^e - (m_0/m_ref)^e), least_share * entry_0)
    multiplicative (1)    entry_0 * ((m_ref + m) / (m_ref + m_0))^e_multiplicative

both times the lever `registration`. entry_0 is solved (base_levels.py), so that both are the same at the start. kappa is
one number for all districts, per 10,000 residents and year, chosen with Chaoyang's own growth in view: that growth is no
test of it; concave in money (e < 1), as returns to public money are. Without money some still enter: `least_share` of those
at the start (assumption). Entrants above entry_0 came for the money and live on it (activity.py). Numbers of a month are
Poisson; a share of the entrants is support-type (assumption). kappa, e and the form are assumptions until fitted to a
district's growth.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.city.identities import Origin, identity
from simulator.city.organizations import NO_ONE, PROFESSIONAL, REGISTERED, SUPPORT, Domain
from simulator.dynamics.capital import draw_means
from simulator.dynamics.density import Density
from simulator.dynamics.founding import attribute_dice, draw_capability
from simulator.dynamics.leadership import name_leaders
from simulator.dynamics.setting import Setting
from simulator.language.streams import poisson
from simulator.language.units import MONTHS_PER_YEAR, RESIDENTS_PER_DENSITY_UNIT

if TYPE_CHECKING:
    from simulator.dynamics.base_levels import BaseLevels

_MULTIPLICATIVE_FROM = 0.5
"""`form` is a number, so that it can be drawn: from here on it means the multiplicative reading."""


def entry_rate(
    parameters: Mapping[str, float], at_start_per_year: float, residents: float, money: float, money_at_start: float
) -> float:
    """Entrants per year before the lever; money in yuan per resident and year."""
    p = parameters
    if p["form"] >= _MULTIPLICATIVE_FROM:
        ratio = (p["m_ref_yuan"] + money) / (p["m_ref_yuan"] + money_at_start)
        return float(at_start_per_year * ratio ** p["e_multiplicative"])
    drawn = (money / p["m_ref_yuan"]) ** p["e"] - (money_at_start / p["m_ref_yuan"]) ** p["e"]
    by_money = p["kappa"] * residents / RESIDENTS_PER_DENSITY_UNIT * drawn
    return float(max(at_start_per_year + by_money, p["least_share"] * at_start_per_year))


def drawn_share(rate: float, at_start_per_year: float) -> float:
    """The share of entrants that money drew in: those above what enters anyway."""
    return max(rate - at_start_per_year, 0.0) / rate if rate > 0 else 0.0


def enter(setting: Setting, levels: BaseLevels, density: Density, money: float) -> NDArray[np.intp]:
    """This month's entrants; returns their rows. money: yuan per resident disbursed in the last 12 months."""
    if setting.spinning_up:
        return np.empty(0, np.intp)
    city, p, month = setting.city, setting.parameters["entry"], setting.month
    residents = float(city.streets.residents.sum())
    rate = entry_rate(p, levels.entry_per_year, residents, money, levels.money_at_start)
    mean = np.array([rate * setting.levers["registration"] / MONTHS_PER_YEAR])
    number = int(poisson(mean, setting.streams.dice("entry", month, [0]))[0])
    if not number:
        return np.empty(0, np.intp)
    names = identity(Origin.ENTERED, np.full(number, PROFESSIONAL), month, np.arange(number))
    dice = attribute_dice(setting, "entry attributes", month, names, fields=7)
    until = np.cumsum(city.streets.residents) / residents
    capability = draw_capability(levels.registered_mean, levels.settled_sd, dice[2])
    rows = city.organizations.append(
        number,
        identity=names,
        tier=REGISTERED,
        kind=np.where(dice[0] < p["support_share"], SUPPORT, PROFESSIONAL),
        street=np.searchsorted(until[:-1], dice[1]),
        community=NO_ONE,
        domain=np.floor(dice[3] * len(Domain)),
        founded=setting.now,
        tier_since=setting.now,
        status_since=setting.now,
        capability=capability,
        settled_capability=capability,
        staff=p["staff_least"] + np.floor(dice[4] * (p["staff_most"] - p["staff_least"] + 1)),
        means_yuan=np.maximum(draw_means(setting, dice[5]), setting.levers["required_capital_yuan"]),
        density_at_birth=density.registered,
        drawn_by_money=dice[6] < drawn_share(rate, levels.entry_per_year),
    )
    name_leaders(setting, rows, np.full(number, NO_ONE, np.int64))
    setting.flows.add("entry", city.organizations.street[rows], len(city.streets))
    return rows
