"""Coaching: what social workers, hub staff and experts do for bodies' capability.

    mentoring_i = kappa * min(1, coached / active bodies),    coached = station hours for coaching / coaching_hours

in the body's street, per year; stations coach in a share of the hours that programmes leave them (activity.py); `drift_i`
is what hubs' and experts' posts write into `streets.served_drift_per_year`. Twenty hours of coaching are one body-month of
mentoring at kappa 0.3 a year: assumptions.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import Organizations
from simulator.city.places import Streets


def mentoring(
    organizations: Organizations, coaching_hours: NDArray[np.float64], parameters: Mapping[str, float]
) -> NDArray[np.float64]:
    """The rate at which each body closes the gap to its mentor, per year, (n_organizations,). coaching_hours (n_streets,)."""
    served = organizations.at_work()
    bodies = np.bincount(organizations.street[served], minlength=coaching_hours.size)
    share = np.minimum(coaching_hours / parameters["coaching_hours_per_month"] / np.maximum(bodies, 1), 1.0)
    return served * (parameters["mentoring_kappa"] * share)[organizations.street]


def drift(organizations: Organizations, streets: Streets) -> NDArray[np.float64]:
    """What staff of hubs and experts add to each body's capability, per year, (n_organizations,)."""
    if not streets.served_drift_per_year.any():
        return np.zeros(len(organizations))
    return organizations.at_work() * streets.served_drift_per_year[organizations.street]
