"""Activity: hours of bodies, committees and stations, and the events, contacts and positions they make.

A body's hours in a month:

    h_i = (v * h_v * members^a + h_s * staff) * k_i / k_start * (1 + gain * m_i / m_ref)^beta * effort_i - charged    (>= 0)

v the lever volunteer_hours, k capability, `gain` the lever project_gain, m_i its project money spent in the month (yuan),
effort_i what being evaluated by residents adds (1 otherwise). A body that the district's money drew in has no other income:
its staff works min(h_s * staff, m_i / wage) hours, and money has no second effect on it.
Bodies of a community work there; bodies of a street or of the district work where people live, by residents. In a
community:

    event hours  E  = share_events * sum of h,   of which min(E, room) count in full and the rest at no_space_factor,
                 room = rooms_m2 / m2_per_event_hour
    events          = (E in effect + committee's + station's event hours) / hours_per_event + events that programmes pay for
    outreach        = contacts_per_hour * (committee's + station's outreach hours) * lever outreach
    places          = places_per_event * events * lever event_places
    contacts        = (outreach + places) / residents
    activity A      = sum of h + committee's free hours + station's hours            (never 0)

What a programme booked of committees' and stations' hours this month is not there for their own events and outreach.
Model form, argued in docs/odd.md; every value an assumption (scenarios/parameters.yaml).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.city.hours import Hours
from simulator.city.organizations import NO_ONE, Domain, Kind, Organizations
from simulator.city.places import Communities, Streets
from simulator.dynamics.levers import Levers
from simulator.language.units import FEN_PER_YUAN, FTE_HOURS_PER_MONTH


@dataclass(frozen=True, slots=True)
class Activity:
    """A month's activity, by community (n_communities,) unless said otherwise."""

    body_hours: NDArray[np.float64]
    """By organisation, (n_organizations,)."""
    practice_hours: NDArray[np.float64]
    """The same without the factor of capability, (n_organizations,)."""
    hours: NDArray[np.float64]
    """A: hours of bodies, committee and station."""
    volunteer_hours: NDArray[np.float64]
    """Of these, those asked of volunteers: the members' part of the hours of community bodies."""
    domain_hours: NDArray[np.float64]
    """Bodies' hours by domain, (n_communities, 4)."""
    quality: NDArray[np.float64]
    """Mean capability of the bodies at work, weighted by their hours."""
    events: NDArray[np.float64]
    outreach: NDArray[np.float64]
    """Contacts with uninvolved residents."""
    places: NDArray[np.float64]
    contacts: NDArray[np.float64]
    """Per resident."""
    awake_bodies: NDArray[np.float64]
    coaching_hours: NDArray[np.float64]
    """Hours of stations for coaching bodies, (n_streets,)."""


def body_hours(
    organizations: Organizations, parameters: Mapping[str, float], relative_capability: NDArray[np.float64],
    project_gain: float, volunteering: float = 1.0,
) -> NDArray[np.float64]:  # fmt: skip
    """Hours of every body this month, (n_organizations,); 0 for those that are not active, and for federations.

    `relative_capability` is k_i / k_start, (n_organizations,). A federation's work is its hub's staff, which programmes book.
    `volunteering` is the lever volunteer_hours.
    """
    money = organizations.project_fen / FEN_PER_YUAN
    drawn = organizations.drawn_by_money
    of_staff = parameters["h_s"] * organizations.staff
    of_staff[drawn] = np.minimum(of_staff[drawn], money[drawn] / parameters["wage_yuan_per_hour"])
    base = volunteering * members_hours(organizations, parameters) + of_staff
    boost = np.ones(len(organizations))
    funded = (money > 0) & ~drawn
    boost[funded] = (1 + project_gain * money[funded] / parameters["m_ref_yuan"]) ** parameters["beta"]
    hours = base * relative_capability * boost * organizations.effort - organizations.hours_charged
    at_work = organizations.active() & (organizations.kind != Kind.FEDERATION)
    return np.where(at_work, np.maximum(hours, 0.0), 0.0)


def members_hours(organizations: Organizations, parameters: Mapping[str, float]) -> NDArray[np.float64]:
    """What members give when capability is average and there is no money, h_v * members^a, (n_organizations,)."""
    return parameters["h_v"] * organizations.members.astype(np.float64) ** parameters["a"]


def measure_activity(
    organizations: Organizations, communities: Communities, streets: Streets, hours: Hours, levers: Levers,
    parameters: Mapping[str, float], capability_start: float,
) -> Activity:  # fmt: skip
    """This month's activity from the state; books what is left of committees' and stations' hours."""
    p = parameters
    gain, volunteering = levers["project_gain"], levers["volunteer_hours"]
    of_bodies = body_hours(organizations, p, organizations.capability / capability_start, gain, volunteering)
    at_home = organizations.community != NO_ONE
    domains = _spread_by_residents(organizations, communities, of_bodies, at_home)
    total = domains.sum(axis=1)
    weighted = _spread_by_residents(organizations, communities, of_bodies * organizations.capability, at_home)
    at_work = of_bodies > 0
    mean_capability = float(organizations.capability[at_work].mean()) if at_work.any() else 0.0
    quality = np.where(total > 0, weighted.sum(axis=1) / np.maximum(total, 1e-300), mean_capability)

    rooms = communities.rooms_m2 + _by_residents(streets.hub_rooms_m2, communities, streets)
    room_hours = rooms / p["m2_per_event_hour"]
    event_hours = p["events_share_of_body_hours"] * total
    in_effect = np.minimum(event_hours, room_hours) + p["no_space_factor"] * np.maximum(event_hours - room_hours, 0)

    committee_free = hours.left("committees")
    station_left = hours.left("stations")
    station_free = _by_residents(station_left, communities, streets)
    hours.book("committees", committee_free, "own work")
    hours.book("stations", station_left, "own work")
    own_events = p["committee_events_share"] * committee_free + p["station_events_share"] * station_free
    outreach_hours = p["committee_outreach_share"] * committee_free + p["station_outreach_share"] * station_free

    events = (in_effect + own_events) / p["hours_per_event"] + communities.funded_events
    outreach = p["contacts_per_hour"] * outreach_hours * levers["outreach"]
    places = p["places_per_event"] * events * levers["event_places"]
    station_hours = _by_residents(streets.station_fte * FTE_HOURS_PER_MONTH * levers["worker_hours"], communities, streets)
    committee_hours = communities.committee_fte * FTE_HOURS_PER_MONTH * levers["committee_free_time"]
    local = at_home & at_work
    of_members = volunteering * members_hours(organizations, p)
    voluntary = of_bodies * of_members / np.maximum(of_members + p["h_s"] * organizations.staff, 1e-300)
    return Activity(
        body_hours=of_bodies,
        practice_hours=body_hours(organizations, p, np.ones(len(organizations)), gain, volunteering),
        hours=total + committee_hours + station_hours,
        volunteer_hours=np.bincount(
            organizations.community[local], weights=voluntary[local], minlength=len(communities)
        ).astype(np.float64),
        domain_hours=domains,
        quality=quality,
        events=events,
        outreach=outreach,
        places=places,
        contacts=(outreach + places) / communities.residents,
        awake_bodies=np.bincount(
            organizations.community[at_home & organizations.active()], minlength=len(communities)
        ).astype(np.float64),
        coaching_hours=p["station_coaching_share"] * station_left,
    )


def open_hours(hours: Hours, communities: Communities, streets: Streets, levers: Levers) -> None:
    """This month's hours of committees, stations and hubs."""
    hours.open_month("committees", communities.committee_fte * FTE_HOURS_PER_MONTH * levers["committee_free_time"])
    of_worker = FTE_HOURS_PER_MONTH * levers["worker_hours"]
    hours.open_month("stations", streets.station_fte * of_worker)
    hours.open_month("hubs", streets.hub_fte * of_worker)


def _by_residents(
    by_street: NDArray[np.float64], communities: Communities, streets: Streets
) -> NDArray[np.float64]:
    """A street's amount, (n_streets,), shared among its built communities by residents, (n_communities,)."""
    return by_street[communities.street] * communities.residents / streets.residents[communities.street]


def _spread_by_residents(
    organizations: Organizations, communities: Communities, amount: NDArray[np.float64], at_home: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """An amount by body, (n_organizations,), where it is used: by community and domain, (n_communities, 4)."""
    n_communities, n_domains = len(communities), len(Domain)
    local = np.bincount(
        organizations.community[at_home] * n_domains + organizations.domain[at_home],
        weights=amount[at_home], minlength=n_communities * n_domains,
    ).reshape(n_communities, n_domains)  # fmt: skip
    district = np.bincount(organizations.domain[~at_home], weights=amount[~at_home], minlength=n_domains)
    return np.asarray(local + np.outer(communities.residents / communities.residents.sum(), district))
