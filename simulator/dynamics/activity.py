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

_FEDERATION = np.int8(Kind.FEDERATION)


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
    organizations: Organizations, parameters: Mapping[str, float], of_members: NDArray[np.float64],
    relative_capability: NDArray[np.float64], project_gain: float,
) -> NDArray[np.float64]:  # fmt: skip
    """Hours of every body this month, (n_organizations,); 0 for those that are not active, and for federations.

    `of_members` are hours that members give, `relative_capability` is k_i / k_start, both (n_organizations,); with several rows
    of it, (n, n_organizations), there are as many of hours. A federation's work is its hub's staff, which programmes book.
    """
    base = of_members + _staff_hours(organizations, parameters)
    boost = _money_boost(organizations, parameters, project_gain)
    hours = base * relative_capability * boost * organizations.effort - organizations.hours_charged
    at_work = organizations.active() & (organizations.kind != _FEDERATION)
    return np.asarray(np.maximum(hours, 0.0) * at_work)


def members_hours(organizations: Organizations, parameters: Mapping[str, float]) -> NDArray[np.float64]:
    """What members give when capability is average and there is no money, h_v * members^a, (n_organizations,)."""
    return parameters["h_v"] * organizations.members.astype(np.float64) ** parameters["a"]


def _staff_hours(organizations: Organizations, parameters: Mapping[str, float]) -> NDArray[np.float64]:
    """Hours of staff, (n_organizations,): of a body drawn by money, as far as its project money of the month pays them."""
    wage = parameters["wage_yuan_per_hour"]
    hours = parameters["h_s"] * organizations.staff
    drawn = organizations.drawn_by_money.nonzero()[0]
    if drawn.size:
        paid = organizations.project_fen[drawn] / FEN_PER_YUAN / wage
        hours[drawn] = np.minimum(hours[drawn], paid)
    return hours


def _money_boost(
    organizations: Organizations, parameters: Mapping[str, float], project_gain: float
) -> NDArray[np.float64]:
    """(1 + gain * m_i / m_ref)^beta, (n_organizations,); 1 without project money, and for bodies drawn by money."""
    m_ref, beta = parameters["m_ref_yuan"], parameters["beta"]
    boost = np.ones(len(organizations))
    funded = ((organizations.project_fen > 0) & ~organizations.drawn_by_money).nonzero()[0]
    if funded.size:
        money = organizations.project_fen[funded] / FEN_PER_YUAN
        boost[funded] = (1 + project_gain * money / m_ref) ** beta
    return boost


def measure_activity(
    organizations: Organizations, communities: Communities, streets: Streets, hours: Hours, levers: Levers,
    parameters: Mapping[str, float], capability_start: float,
) -> Activity:  # fmt: skip
    """This month's activity from the state; books what is left of committees' and stations' hours."""
    p = parameters
    of_members = levers["volunteer_hours"] * members_hours(organizations, p)
    capability = np.array([organizations.capability / capability_start, np.ones(len(organizations))])
    of_bodies, practice = body_hours(organizations, p, of_members, capability, levers["project_gain"])
    reach = _Reach(organizations, communities)
    domains = reach.by_domain(of_bodies)
    total = domains.sum(axis=1)

    committee_free, station_left = do_own_work(hours)
    station_paid = streets.station_fte * FTE_HOURS_PER_MONTH * levers["worker_hours"]
    station_free, station_hours, hub_rooms = _by_residents(
        np.array([station_left, station_paid, streets.hub_rooms_m2]), communities, streets
    )
    own_events = p["committee_events_share"] * committee_free + p["station_events_share"] * station_free
    outreach_hours = p["committee_outreach_share"] * committee_free + p["station_outreach_share"] * station_free

    room_hours = (communities.rooms_m2 + hub_rooms) / p["m2_per_event_hour"]
    event_hours = p["events_share_of_body_hours"] * total
    in_effect = np.minimum(event_hours, room_hours) + p["no_space_factor"] * np.maximum(event_hours - room_hours, 0)
    events = (in_effect + own_events) / p["hours_per_event"] + communities.funded_events
    outreach = p["contacts_per_hour"] * outreach_hours * levers["outreach"]
    places = p["places_per_event"] * events * levers["event_places"]
    committee_hours = communities.committee_fte * FTE_HOURS_PER_MONTH * levers["committee_free_time"]
    voluntary = of_bodies * of_members / np.maximum(of_members + p["h_s"] * organizations.staff, 1e-300)
    return Activity(
        body_hours=of_bodies,
        practice_hours=practice,
        hours=total + committee_hours + station_hours,
        volunteer_hours=reach.at_home(voluntary),
        domain_hours=domains,
        quality=_quality(organizations.capability, of_bodies, total, reach),
        events=events,
        outreach=outreach,
        places=places,
        contacts=(outreach + places) / communities.residents,
        awake_bodies=reach.at_home(organizations.active()),
        coaching_hours=p["station_coaching_share"] * station_left,
    )


def do_own_work(hours: Hours) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Committees, (n_communities,), and stations, (n_streets,), use the hours of the month that nobody booked."""
    return hours.book_the_rest("committees", "own work"), hours.book_the_rest("stations", "own work")


def open_hours(hours: Hours, communities: Communities, streets: Streets, levers: Levers) -> None:
    """This month's hours of committees, stations and hubs."""
    hours.open_month("committees", communities.committee_fte * FTE_HOURS_PER_MONTH * levers["committee_free_time"])
    of_worker = FTE_HOURS_PER_MONTH * levers["worker_hours"]
    hours.open_month("stations", streets.station_fte * of_worker)
    hours.open_month("hubs", streets.hub_fte * of_worker)


def _by_residents(
    by_street: NDArray[np.float64], communities: Communities, streets: Streets
) -> NDArray[np.float64]:
    """Streets' amounts, (..., n_streets), shared among their built communities by residents, (..., n_communities)."""
    street = communities.street
    return by_street[..., street] * communities.residents / streets.residents[street]


class _Reach:
    """Where bodies work: those of a community there, all others where people live, by residents."""

    def __init__(self, organizations: Organizations, communities: Communities) -> None:
        self._row = organizations.community - NO_ONE  # the first row is of those that have no community
        self._place = self._row * len(Domain) + organizations.domain
        self._residents = (communities.residents / communities.residents.sum())[:, None]

    def at_home(self, amount: NDArray[np.float64] | NDArray[np.bool_]) -> NDArray[np.float64]:
        """An amount by body, (n_organizations,), of the bodies of each community, (n_communities,)."""
        rows = len(self._residents) + 1
        return np.bincount(self._row, weights=amount, minlength=rows)[1:].astype(np.float64)

    def by_domain(self, amount: NDArray[np.float64]) -> NDArray[np.float64]:
        """An amount by body, (n_organizations,), where it is used: by community and domain, (n_communities, 4)."""
        rows, n_domains = len(self._residents) + 1, len(Domain)
        summed = np.bincount(self._place, weights=amount, minlength=rows * n_domains).reshape(rows, n_domains)
        everywhere, local = summed[0], summed[1:]
        return np.asarray(local + self._residents * everywhere)


def _quality(
    capability: NDArray[np.float64], of_bodies: NDArray[np.float64], total: NDArray[np.float64], reach: _Reach
) -> NDArray[np.float64]:
    """Mean capability of the bodies at work in a community, by their hours; where nobody works, that of all at work."""
    quality = reach.by_domain(of_bodies * capability).sum(axis=1) / np.maximum(total, 1e-300)
    idle = (total <= 0).nonzero()[0]
    if idle.size:
        at_work = of_bodies > 0
        quality[idle] = capability[at_work].mean() if at_work.any() else 0.0
    return np.asarray(quality)
