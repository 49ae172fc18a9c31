"""Coaching: what social workers, hub staff and experts do for bodies' capability.

    mentoring_i = kappa * min(1, coached / active bodies),    coached = share_coaching * station hours / coaching_hours

in the body's street, per year; `drift_i` is what hubs' and experts' posts write into `streets.served_drift_per_year`. Twenty
hours of coaching are one body-month of mentoring at kappa 0.3 a year: assumptions.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import Kind, Organizations
from simulator.city.places import Streets
from simulator.language.units import FTE_HOURS_PER_MONTH


def mentoring(organizations: Organizations, streets: Streets, parameters: Mapping[str, float]) -> NDArray[np.float64]:
    """The rate at which each body closes the gap to its mentor, per year, (n_organizations,)."""
    served = organizations.active() & (organizations.kind != Kind.FEDERATION)
    bodies = np.bincount(organizations.street[served], minlength=len(streets))
    hours = streets.station_fte * FTE_HOURS_PER_MONTH * parameters["station_coaching_share"]
    share = np.minimum(hours / parameters["coaching_hours_per_month"] / np.maximum(bodies, 1), 1.0)
    return np.where(served, parameters["mentoring_kappa"] * share[organizations.street], 0.0)


def drift(organizations: Organizations, streets: Streets) -> NDArray[np.float64]:
    """What staff of hubs and experts add to each body's capability, per year, (n_organizations,)."""
    served = organizations.active() & (organizations.kind != Kind.FEDERATION)
    return np.where(served, streets.served_drift_per_year[organizations.street], 0.0)
