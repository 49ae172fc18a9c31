"""What a month does to residents: opportunities, contacts and load, against each community's own start.

    opportunity_cs = (O_cs / O_ref_cs)^eta * (exp(b_efficacy * (efficacy_c - efficacy_ref_c)) if s = 1)
    contacts_c     = contacts per resident / those at the start
    slip_c         = lever slip * exp(b_load * (load_c - 1))
    quitting       = lever quitting * exp(-b_recognition * lever recognition)               from stage 3 on, beside slip_c
    load_c         = hours asked of volunteers / lever volunteer_hours over those they offer, 1 at the start

They act on the hazards of participation.py. What residents see of the month moves their satisfaction (needs.py) and their
efficacy (efficacy.py), which act from the next month on. Model form; coefficients are assumptions (scenarios/parameters.yaml).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from simulator.city.city import City
from simulator.dynamics import efficacy, needs, opportunities
from simulator.dynamics.activity import Activity
from simulator.dynamics.levers import Levers
from simulator.dynamics.participation import Exposure
from simulator.dynamics.status_quo import StatusQuo

Parameters = Mapping[str, Mapping[str, float]]


def expose(
    activity: Activity, city: City, start: StatusQuo, parameters: Parameters, levers: Levers
) -> tuple[Exposure, NDArray[np.float64]]:
    """What this month's activity does to residents, and the load on their volunteers, (n_communities,)."""
    p = parameters["participation"]
    stages, references = city.residents.stage_count, start.references
    willing = activity.volunteer_hours / levers["volunteer_hours"]
    here = opportunities.in_street(stages, activity.hours, activity.awake_bodies, willing, references.street)
    load = opportunities.volunteers_load(here, references.in_street, parameters["activity"]["load_cap"])
    factors = opportunities.opportunity_factors(activity, stages, here, references, levers["positions"], p["eta"])
    factors[:, 1] *= np.exp(p["b_efficacy"] * (city.communities.efficacy - start.efficacy))
    slip = levers["slip"] * np.exp(p["b_load"] * (load - 1))
    quitting = levers["quitting"] * float(np.exp(-p["b_recognition"] * levers["recognition"]))
    return Exposure(
        opportunity=factors, contacts=activity.contacts / references.contacts, slip=slip, peers_ref=start.peers,
        acquainted_ref=start.acquainted, double_registration=levers["double_registration"], quitting=quitting,
        estate_fit=levers["estate_fit"],
    ), load  # fmt: skip


def visible_events(activity: Activity, city: City) -> NDArray[np.float64]:
    """Events of the month whose outcome people can see, (n_communities,): programmes' and a share of all others."""
    return city.communities.visible_events + efficacy.VISIBLE_OF_OWN_EVENTS * activity.events


def follow_through(parameters: Parameters, levers: Levers) -> float:
    """The share of visible events that are followed by action."""
    return parameters["efficacy"]["follow_through"] + levers["follow_through"]


def let_see(
    activity: Activity, city: City, need: NDArray[np.float64], parameters: Parameters, levers: Levers
) -> None:
    """Residents see what was done: satisfaction and efficacy of a month later. need (n_communities, 4)."""
    communities, p = city.communities, parameters["needs"]
    covered = needs.coverage(activity.domain_hours, need, levers["need_match"])
    now = needs.satisfaction_now(covered, need, activity.quality, p["quality_weight"])
    communities.satisfaction[:] = needs.remember(communities.satisfaction, now, p["memory_months"])
    gain = efficacy.gain_per_month(
        visible_events(activity, city), follow_through(parameters, levers), communities.satisfaction, parameters["efficacy"]
    )
    communities.efficacy[:] = efficacy.advance(communities.efficacy, gain, parameters["efficacy"]["fade_per_year"])
