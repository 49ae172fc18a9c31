"""Capability: learning by doing, learning from mentors, forgetting.

For an active body, per year (k in [0, 1]):

    dk/dt = (eta * g + spill + drift^+) * (1 - k) + mentoring * (k_mentor - k)^+ - (decay + drift^-) * k

    g      = min((hours / hours at its start)^0.5, 2)
    spill  = (spill_per_year + lever support_spill_per_year) * min(support-type bodies per 100 active bodies, saturation)
    drift  = lever capability_drift_per_year + what hub workers and experts add (by body); its negative part works on k, so
             that k cannot leave [0, 1]

A dormant body only forgets. The equation is linear on either side of k_mentor and its right side is continuous there, so the
monthly step is exact: the exponential of the side it is on, and of the other side for what is left of the month if it crosses
(it crosses once at most).

What stands still. Forgetting is a body's own: `decay` is such that, in the status quo, it stands still at its
`settled_capability` k_s,

    decay = ((eta + spill_0 + drift_0) * (1 - k_s) + gain_0) / k_s

gain_0 the mean yearly gain by programmes and mentors then. Summed over bodies the mean stands still, as required; and so does
the spread. With one decay for all every body would come to the same k within two years, and a threshold such as
registration's would let through all or none. k_s stands for what does not change in five years: who its people are.

Sources: Argote, Beckman & Epple 1990 and Darr, Argote & Epple 1995 (organisations learn and forget); values: assumptions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import SUPPORT
from simulator.dynamics.setting import Setting
from simulator.language.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from simulator.dynamics.base_levels import BaseLevels

MOST_DOING = 2.0
"""g is counted up to here (assumption)."""
_LOWEST, _HIGHEST = 0.05, 0.95
"""Bounds within which a settled capability has a finite decay and some room (assumption)."""


def doing(hours: NDArray[np.float64], hours_at_start: NDArray[np.float64]) -> NDArray[np.float64]:
    """g, (n,): hours against those at the body's start; 1 where it had none then."""
    ratio = np.divide(hours, hours_at_start, out=np.ones_like(hours, dtype=np.float64), where=hours_at_start > 0)
    return np.minimum(np.sqrt(ratio), MOST_DOING)


def support_spill(setting: Setting) -> float:
    """The spill per year at this month's levers."""
    organizations = setting.city.organizations
    active = organizations.active()
    support = int(np.count_nonzero(active & (organizations.kind == SUPPORT)))
    per_100 = 100.0 * support / max(int(np.count_nonzero(active)), 1)
    most = setting.parameters["capability"]["spill_saturation_per_100"]
    per_body = setting.parameters["capability"]["spill_per_year"] + setting.levers["support_spill_per_year"]
    return max(per_body, 0.0) * min(per_100, most)


def standing_decay(settled: NDArray[np.float64], learning: float, gain: float) -> NDArray[np.float64]:
    """The decay per year at which these bodies stand still at `settled`, (n,)."""
    k = np.minimum(np.maximum(settled, _LOWEST), _HIGHEST)
    return (learning * (1 - k) + gain) / k


def capability_after(
    k: NDArray[np.float64], learning: NDArray[np.float64], forgetting: NDArray[np.float64],
    mentoring: NDArray[np.float64], k_mentor: float, years: float,
) -> NDArray[np.float64]:  # fmt: skip
    """Capability after so many years of constant rates per year, (n,): the exact solution."""
    below = k < k_mentor
    after = _one_side(k, learning, forgetting, below * mentoring, k_mentor, years)
    c = np.where(below, after > k_mentor, after < k_mentor).nonzero()[0]
    if not c.size:
        return after
    gone = _time_to_reach(k[c], learning[c], forgetting[c], below[c] * mentoring[c], k_mentor)
    other = ~below[c] * mentoring[c]
    left = np.maximum(years - gone, 0.0)
    after[c] = _one_side(np.full(c.size, k_mentor), learning[c], forgetting[c], other, k_mentor, left)
    return after


def learn(
    setting: Setting, levels: BaseLevels, doing_now: NDArray[np.float64], mentoring: NDArray[np.float64],
    drift: NDArray[np.float64],
) -> None:  # fmt: skip
    """A month of learning and forgetting. doing_now (g), mentoring and drift per year: (n_organizations,) each."""
    if setting.spinning_up:
        return
    organizations, p = setting.city.organizations, setting.parameters["capability"]
    active = organizations.active()
    drifting = drift + setting.levers["capability_drift_per_year"]
    learning = p["eta"] * doing_now + support_spill(setting) + np.maximum(drifting, 0)
    decay = standing_decay(organizations.settled_capability, levels.learning_at_start, levels.programme_gain_at_start)
    after = capability_after(
        organizations.capability,
        active * learning,
        decay + active * np.maximum(-drifting, 0),
        active * mentoring,
        p["k_mentor"],
        1 / MONTHS_PER_YEAR,
    )
    np.copyto(organizations.capability, after, where=organizations.alive())


def _one_side(
    k: NDArray[np.float64], learning: NDArray[np.float64], forgetting: NDArray[np.float64],
    mentoring: NDArray[np.float64], k_mentor: float, years: float | NDArray[np.float64],
) -> NDArray[np.float64]:  # fmt: skip
    """The linear equation's solution as if k stayed on one side of k_mentor, (n,)."""
    speed = learning + forgetting + mentoring
    rest = np.divide(learning + mentoring * k_mentor, speed, out=k.copy(), where=speed > 0)
    return rest + (k - rest) * np.exp(-speed * years)


def _time_to_reach(
    k: NDArray[np.float64], learning: NDArray[np.float64], forgetting: NDArray[np.float64],
    mentoring: NDArray[np.float64], k_mentor: float,
) -> NDArray[np.float64]:  # fmt: skip
    """Years until k reaches k_mentor, (n,), where it does."""
    speed = learning + forgetting + mentoring
    rest = (learning + mentoring * k_mentor) / speed
    return np.log((k - rest) / (k_mentor - rest)) / speed
