"""One die for each body and month: end, fall dormant, wake up, file, or apply for registration.

The hazards h_e of what can happen to a body add to H; something happens with probability 1 - exp(-H), shared in proportion to
the hazards. On the die from zero upward stand, in this order,

    close, fall dormant, wake up, file, apply             (and nothing above)

so that what policy moves most comes last and turns *nothing* into *filed*, and no event into another. The die is keyed by
the body's identity: it knows neither the policy nor how many other bodies there are. Everything is decided from the state when
the step begins. Federations are exempt.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import DORMANT, FEDERATION, LATENT
from simulator.dynamics.closing import close, closing_hazard
from simulator.dynamics.density import Density
from simulator.dynamics.dormancy import dormancy_hazard, fall_dormant, wake_up
from simulator.dynamics.filing import file, filing_hazard
from simulator.dynamics.registration import application_hazard, apply, p_staffed
from simulator.dynamics.setting import Setting
from simulator.language.units import MONTHS_PER_YEAR, probability

if TYPE_CHECKING:
    from simulator.dynamics.base_levels import BaseLevels


class Fate(IntEnum):
    """What can happen to a body in a month, in the order of the die from 0 upward."""

    CLOSE = 0
    FALL_DORMANT = 1
    WAKE_UP = 2
    FILE = 3
    APPLY = 4


CLOSE, FALL_DORMANT, WAKE_UP, FILE, APPLY = map(int, Fate)
NOTHING = -1


def mortal(setting: Setting) -> NDArray[np.intp]:
    """The rows that throw a die: alive, and no federation."""
    organizations = setting.city.organizations
    return np.asarray((organizations.alive() & (organizations.kind != FEDERATION)).nonzero()[0])


def yearly_hazards(
    setting: Setting, levels: BaseLevels, density: Density, rows: NDArray[np.intp]
) -> NDArray[np.float64]:
    """The hazards of these bodies per year, (5, n), lines in the order of `Fate`."""
    organizations, p = setting.city.organizations, setting.parameters
    tier = organizations.tier[rows]
    latent, dormant = tier == LATENT, organizations.status[rows] == DORMANT
    hazards = np.zeros((len(Fate), rows.size))
    hazards[CLOSE] = closing_hazard(
        tier, dormant, levels.closing_dormant_filed, levels.closing_dormant_registered, p["filing"], p["closing"]
    )
    sleeps = ~(latent | dormant)
    hazards[FALL_DORMANT, sleeps] = dormancy_hazard(setting, rows[sleeps], density)
    hazards[WAKE_UP] = dormant * (p["dormancy"]["revival_per_year"] * setting.levers["revival"])
    hazards[FILE] = latent * filing_hazard(levels.filing_per_year, setting.levers["filing"], p["filing"]["most_per_year"])
    hazards[APPLY] = application_hazard(setting, levels.registration_per_year)[rows]
    return hazards


def decide(hazards: NDArray[np.float64], dice: NDArray[np.float64]) -> NDArray[np.int8]:
    """What the dice mean, (n,): a line of `hazards` (events, n), which are per month, or NOTHING."""
    total = hazards.sum(axis=0)
    chance = probability(total)
    fate = np.full(dice.size, NOTHING, np.int8)
    stirs = (dice < chance).nonzero()[0]
    upper = np.cumsum(hazards[:, stirs], axis=0)
    reach = dice[stirs] / chance[stirs] * total[stirs]
    fate[stirs] = np.minimum((upper <= reach).sum(axis=0), hazards.shape[0] - 1)
    return fate


def live(setting: Setting, levels: BaseLevels, density: Density) -> None:
    """The bodies' month: everybody's die is thrown and read, then what it says is carried out."""
    if setting.spinning_up:
        return
    rows = mortal(setting)
    hazards = yearly_hazards(setting, levels, density, rows) / MONTHS_PER_YEAR
    dice = setting.streams.dice("lifecycle", setting.month, setting.city.organizations.identity[rows])
    fate = decide(hazards, dice)
    close(setting, rows[fate == CLOSE])
    fall_dormant(setting, rows[fate == FALL_DORMANT])
    wake_up(setting, rows[fate == WAKE_UP])
    file(setting, rows[fate == FILE], density)
    applying = rows[fate == APPLY]
    if applying.size:
        apply(setting, applying, staffed=p_staffed(setting, levels.registration_per_year, applying))
