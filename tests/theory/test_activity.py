"""Hours by hand, rooms, money; opportunities that feed the ladder; load; needs, efficacy, coaching."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from simulator.city.hours import Hours
from simulator.city.organizations import NO_ONE, Domain, Kind, Organizations, Status
from simulator.city.places import Communities, Streets
from simulator.dynamics import coaching, efficacy, needs, opportunities
from simulator.dynamics.activity import Activity, body_hours, measure_activity, members_hours, open_hours
from simulator.dynamics.balance import trend_per_year
from simulator.dynamics.levers import Levers
from simulator.dynamics.opportunities import References
from tests.organizations.world import shipped
from tests.theory.town import conditions, town

P = shipped()["activity"]
EVERY_HOUR = P | {
    "a": 0.5, "h_v": 2.0, "h_s": 100.0, "m_ref_yuan": 2500.0, "beta": 0.6, "hours_per_event": 10.0, "places_per_event": 30.0,
    "contacts_per_hour": 2.0, "events_share_of_body_hours": 0.5, "committee_outreach_share": 0.4, "committee_events_share": 0.3,
    "station_outreach_share": 0.4, "station_events_share": 0.2, "m2_per_event_hour": 0.5, "no_space_factor": 0.5,
    "station_coaching_share": 0.25, "coaching_hours_per_month": 20.0, "mentoring_kappa": 0.3,
}  # fmt: skip


def bodies_and_places() -> tuple[Organizations, Communities, Streets]:
    """Two communities of one street (1,000 and 3,000 residents) and a district-wide professional body."""
    bodies, communities, streets = Organizations(), Communities(), Streets()
    bodies.append(
        6, community=[0, 0, 1, 1, NO_ONE, NO_ONE], members=[100, 25, 49, 64, 0, 0], staff=[0, 1, 0, 0, 3, 2],
        kind=[Kind.COMMUNITY] * 4 + [Kind.PROFESSIONAL, Kind.FEDERATION], capability=[0.4, 0.4, 0.6, 0.5, 0.4, 0.9],
        status=[0, 0, 0, Status.DORMANT, 0, 0], domain=[0, 1, 2, 3, 3, 0],
    )  # fmt: skip
    communities.append(2, residents=[1000, 3000], committee_fte=[1.0, 2.0], rooms_m2=1000.0)
    streets.append(1, residents=4000, station_fte=2.0, hub_fte=1.0)
    return bodies, communities, streets


def month_of(
    bodies: Organizations, communities: Communities, streets: Streets, levers: tuple[tuple[str, float], ...] = (),
    booked: float = 0.0,
) -> Activity:  # fmt: skip
    """A month's activity in which programmes booked so many hours of each committee and station before."""
    hours, moved = Hours(), Levers(levers)
    open_hours(hours, communities, streets, moved)
    for pool in ("committees", "stations"):
        hours.book(pool, booked, "a programme")
    done = measure_activity(bodies, communities, streets, hours, moved, EVERY_HOUR, 0.4)
    hours.check()
    assert hours.left("committees").sum() == pytest.approx(0)
    assert hours.left("stations").sum() == pytest.approx(0)
    return done


def test_hours_of_a_month_by_hand() -> None:
    bodies, communities, streets = bodies_and_places()
    done = month_of(bodies, communities, streets)
    of_bodies = [2 * 10.0, 2 * 5.0 + 100, 2 * 7.0 * 1.5, 0.0, 300.0, 0.0]
    assert done.body_hours == pytest.approx(of_bodies)
    assert done.practice_hours == pytest.approx([20.0, 110.0, 14.0, 0.0, 300.0, 0.0])
    assert done.domain_hours == pytest.approx(np.array([[20, 110, 0, 75.0], [0, 0, 21, 225.0]]))
    committee, station = np.array([140.0, 280.0]), 280 * np.array([0.25, 0.75])
    assert done.hours == pytest.approx(np.array([205.0, 246.0]) + committee + station)
    assert done.volunteer_hours == pytest.approx([20 + 110 * 10 / 110, 21.0])
    assert done.quality == pytest.approx([0.4, (0.6 * 21 + 0.4 * 225) / 246])
    events = (0.5 * np.array([205.0, 246.0]) + 0.3 * committee + 0.2 * station) / 10
    assert done.events == pytest.approx(events)
    assert done.outreach == pytest.approx(2 * (0.4 * committee + 0.4 * station))
    assert done.places == pytest.approx(30 * events)
    assert done.contacts == pytest.approx((done.outreach + done.places) / [1000, 3000])
    assert done.awake_bodies.tolist() == [2, 1]


def test_hours_without_a_room_count_half() -> None:
    bodies, communities, streets = bodies_and_places()
    free = month_of(bodies, communities, streets)
    communities.rooms_m2[:] = [10.0, 1000.0]
    streets.hub_rooms_m2[:] = 40.0  # a quarter of it for the first community: 20 m2, 40 event hours
    cramped = month_of(bodies, communities, streets)
    assert free.events[0] - cramped.events[0] == pytest.approx(0.5 * (102.5 - 40) / 10)
    assert free.events[1] == cramped.events[1]


def test_programmes_take_hours_and_pay_events() -> None:
    bodies, communities, streets = bodies_and_places()
    idle, busy = month_of(bodies, communities, streets), month_of(bodies, communities, streets, booked=70.0)
    station = 70 * np.array([0.25, 0.75])
    assert idle.outreach - busy.outreach == pytest.approx(2 * (0.4 * 70 + 0.4 * station))
    assert idle.hours == pytest.approx(busy.hours)
    drained = month_of(bodies, communities, streets, booked=1e6)
    assert (drained.outreach == 0).all()
    communities.funded_events[:] = [5, 0]
    assert month_of(bodies, communities, streets).events - idle.events == pytest.approx([5, 0])


@pytest.mark.parametrize(
    ("lever", "moved", "still"),
    [
        ("outreach", "outreach", "places"), ("event_places", "places", "outreach"),
        ("committee_free_time", "hours", "domain_hours"),
    ],
)  # fmt: skip
def test_levers_of_activity(lever: str, moved: str, still: str) -> None:
    world = bodies_and_places()
    before, after = month_of(*world), month_of(*world, levers=((lever, 2.0),))
    assert (getattr(after, moved) > getattr(before, moved)).all()
    assert (getattr(after, still) == getattr(before, still)).all()
    if lever != "committee_free_time":
        assert getattr(after, moved) == pytest.approx(2 * getattr(before, moved))


def test_project_money_is_concave() -> None:
    """(1 + m/m_ref)^0.6; the lever is worth of money alone; hours charged come off and never below nothing."""
    bodies, _, _ = bodies_and_places()
    alike = np.ones(6)
    of_members = members_hours(bodies, EVERY_HOUR)
    plain = body_hours(bodies, EVERY_HOUR, of_members, alike, 1.0)
    bodies.project_fen[:] = [250_000, 500_000, 0, 250_000, 250_000, 250_000]
    funded = body_hours(bodies, EVERY_HOUR, of_members, alike, 1.0)
    assert funded == pytest.approx(plain * [2**0.6, 3**0.6, 1, 1, 2**0.6, 1])
    assert body_hours(bodies, EVERY_HOUR, of_members, alike, 2.0) == pytest.approx(plain * [3**0.6, 5**0.6, 1, 1, 3**0.6, 1])
    bodies.hours_charged[:] = [5, 1000, 5, 5, 0, 0]
    charged = body_hours(bodies, EVERY_HOUR, of_members, alike, 1.0)
    assert charged == pytest.approx([funded[0] - 5, 0, funded[2] - 5, 0, funded[4], 0])
    assert of_members == pytest.approx([20, 10, 14, 16, 0, 0])


# opportunities ------------------------------------------------------------------------------------------------------


def at_start(stages: np.ndarray) -> tuple[Activity, References]:
    """Three communities of two streets as they are at their start."""
    street = np.array([100.0, 200.0, 300.0])
    amounts = {field.name: street for field in fields(Activity)}
    references = References(
        hours=street, awake_bodies=street, outreach=street, places=street, contacts=street, volunteer_hours=street,
        stages=stages.astype(float), street=STREET, filled=0.8,
    )  # fmt: skip
    return Activity(**amounts), references


STAGES = np.array([[500, 380, 80, 32, 8], [900, 700, 100, 40, 10], [50, 40, 6, 3, 1]])
STREET = np.array([0, 0, 1], np.int32)

def factors(activity: Activity, references: References, stages: np.ndarray = STAGES, lever: float = 1.0) -> np.ndarray:
    """Opportunities under these numbers."""
    return opportunities.opportunity_factors(activity, stages, here(activity, stages), references, lever, 0.6)


def load(hours: np.ndarray, stages: np.ndarray, references: References, cap: float) -> np.ndarray:
    """Load if these hours are asked of volunteers."""
    asked = here(replace(at_start(STAGES)[0], volunteer_hours=hours), stages)
    return opportunities.volunteers_load(asked, references.in_street, cap)


def here(activity: Activity, stages: np.ndarray) -> opportunities.InStreet:
    """The month by street."""
    return opportunities.in_street(stages, activity.hours, activity.awake_bodies, activity.volunteer_hours, STREET)


def test_the_start_is_1() -> None:
    activity, references = at_start(STAGES)
    assert factors(activity, references) == pytest.approx(np.ones((3, 5)))
    assert load(activity.volunteer_hours, STAGES, references, 3.0) == pytest.approx(np.ones(3))


@settings(max_examples=40, deadline=None)
@given(st.floats(1.0, 15.0), st.floats(1.01, 1.3), st.sampled_from(["outreach", "places"]))
def test_returns_fall(level: float, step: float, what: str) -> None:
    """More is more, and each step less than the step before, by the power eta; nobody else's stage is touched."""
    activity, references = at_start(STAGES)
    stage = ("outreach", "places").index(what)
    now = [
        factors(replace(activity, **{what: getattr(activity, what) * level * times}), references)[:, stage]
        for times in (1.0, step, 2 * step - 1)
    ]
    assert now[0] == pytest.approx(np.full(3, min(level, opportunities.OPPORTUNITY_CAP) ** 0.6))
    assert (now[1] >= now[0]).all()
    assert (now[1] - now[0] >= now[2] - now[1] - 1e-12).all()


def test_what_feeds_which_stage() -> None:
    """Doubled alone, each exposure moves its own stage: 2^0.6 for contacts and places; vacancies grow faster."""
    activity, references = at_start(STAGES)
    doubled = {
        name: factors(replace(activity, **{name: 2 * getattr(activity, name)}), references)
        for name in ("outreach", "places", "hours", "awake_bodies", "domain_hours")
    }
    vacancies = ((2 * 1.25 - 1) / 0.25) ** 0.6
    bodies = np.array([601, 601, 601]) / np.array([301, 301, 301])
    expected = {
        "outreach": (0, 2**0.6), "places": (1, 2**0.6), "hours": (2, vacancies),
        "awake_bodies": (3, ((bodies * 1.25 - 1) / 0.25) ** 0.6),
    }  # fmt: skip
    for name, (stage, factor) in expected.items():
        wanted = np.ones((3, 5))
        wanted[:, stage] = factor
        assert doubled[name] == pytest.approx(wanted), name
    assert (doubled["domain_hours"] == 1).all()
    assert factors(activity, references, lever=2.0)[:, 2:4] == pytest.approx(np.full((3, 2), vacancies))


def test_without_vacancies_nobody_climbs() -> None:
    """A quarter more volunteers, and as many backbones, than at the start take every position of street 0; not of street 1."""
    activity, references = at_start(STAGES)
    crowded = STAGES.astype(float).copy()
    crowded[:2, 3:] *= 1.25
    found = factors(activity, references, crowded)
    assert found[:2, 2:4] == pytest.approx(0)
    assert found[2, 2:4] == pytest.approx(1)
    assert factors(activity, references, 2 * STAGES)[:, 2:4] == pytest.approx(0)  # never below nothing


def test_an_emptied_stage_does_not_explode() -> None:
    activity, references = at_start(STAGES)
    empty = STAGES.copy()
    empty[:, :2] = 0
    assert factors(activity, references, empty)[:, :2] == pytest.approx(opportunities.OPPORTUNITY_CAP**0.6)
    asked = load(activity.volunteer_hours, np.zeros((3, 5)), references, 3.0)
    assert asked == pytest.approx(3.0)


def test_load_is_asked_over_offered_in_the_street() -> None:
    activity, references = at_start(STAGES)
    twice = load(activity.volunteer_hours * [3, 1, 2], STAGES, references, 9.0)
    assert twice == pytest.approx([5 / 3, 5 / 3, 2])
    more = STAGES.copy()
    more[:, 3:] *= 2
    assert load(activity.volunteer_hours, more, references, 9.0) == pytest.approx(0.5)
    unasked = replace(references, volunteer_hours=np.zeros(3))
    assert load(activity.volunteer_hours, STAGES, unasked, 9.0) == pytest.approx(1)


# needs, efficacy, coaching, trend -----------------------------------------------------------------------------------


def test_needs_by_hand() -> None:
    here = town(conditions(), 2, 100, 1, at_rest=False)
    r = here.residents
    r.age_band[:100], r.housing[:100] = 3, 0
    r.age_band[100:], r.housing[100:] = 1, 1
    found = needs.needs(r, {"hours_per_resident": 0.5, "elderly_factor": 2.0})
    assert found[0] == pytest.approx(0.5 * 100 * 2 * 1.1 * np.array([0.30, 0.35, 0.10, 0.25]))
    assert found[1] == pytest.approx(0.5 * 100 * np.array([0.10, 0.30, 0.25, 0.35]))
    assert needs.DOMAIN_WEIGHTS.shape == (4, len(Domain))
    assert needs.DOMAIN_WEIGHTS.sum(axis=1) == pytest.approx(1)


@given(st.lists(st.floats(0, 1e6), min_size=8, max_size=8), st.lists(st.floats(0.1, 1e5), min_size=8, max_size=8),
       st.lists(st.floats(0, 1), min_size=2, max_size=2), st.floats(0, 1))  # fmt: skip
def test_satisfaction_stays_within_its_limits(
    hours: list[float], need: list[float], quality: list[float], weight: float
) -> None:
    wanted, offered = np.reshape(need, (2, 4)), np.reshape(hours, (2, 4))
    covered = needs.coverage(offered, wanted)
    assert ((covered >= 0) & (covered <= 1)).all()
    assert (needs.coverage(2 * offered, wanted) <= 2 * covered + 1e-12).all()
    now = needs.satisfaction_now(covered, wanted, np.array(quality), weight)
    assert ((now >= 0) & (now <= 1 + 1e-12)).all()


def test_coverage_and_memory() -> None:
    assert needs.coverage(np.zeros((1, 4)), np.ones((1, 4))).tolist() == [[0, 0, 0, 0]]
    assert needs.coverage(np.full((1, 4), 3.0), np.full((1, 4), 3.0)) == pytest.approx(1 - np.exp(-1))
    assert needs.satisfaction_now(np.ones((1, 4)), np.ones((1, 4)), np.array([0.2]), 0.5) == pytest.approx(0.6)
    covered, need = np.array([[1.0, 0, 0, 0]]), np.array([[3.0, 1, 0, 0]])
    assert needs.satisfaction_now(covered, need, np.zeros(1), 0.0) == pytest.approx(0.75)
    remembered = np.array([0.2])
    for _ in range(12):
        remembered = needs.remember(remembered, np.array([0.8]), 12.0)
    assert remembered == pytest.approx(0.8 - 0.6 * np.exp(-1))


@given(gain=st.floats(0, 0.5), fade=st.floats(0.05, 1.0), start=st.floats(0, 1))
def test_efficacy_follows_its_differential_equation(gain: float, fade: float, start: float) -> None:
    stepped = np.array([start])
    for _ in range(6):
        stepped = efficacy.advance(stepped, np.array([gain]), fade)
    solved = solve_ivp(lambda _, e: gain * (1 - e) - fade / 12 * e, (0, 6), [start], rtol=1e-9, atol=1e-12).y[0, -1]
    assert stepped[0] == pytest.approx(solved, abs=1e-7)
    rest = efficacy.resting_efficacy(np.array([gain]), fade)
    assert efficacy.advance(rest, np.array([gain]), fade) == pytest.approx(rest)
    assert 0 <= stepped[0] <= 1


def test_what_efficacy_gains() -> None:
    p = {"gain_per_event": 0.01, "from_satisfaction": 0.12}
    visible, satisfied = np.array([10.0, 0.0]), np.array([0.5, 0.5])
    assert efficacy.gain_per_month(visible, 0.5, satisfied, p) == pytest.approx([0.055, 0.005])
    assert efficacy.gain_per_month(visible, 7.0, satisfied, p) == pytest.approx([0.105, 0.005])
    assert efficacy.gain_per_month(visible, -1.0, satisfied, p) == pytest.approx([0.005, 0.005])


def test_coaching_is_shared_and_saturates() -> None:
    """Two workers coach 70 hours: 3.5 body-months for 4 awake bodies, hub and sleeper apart; enough for 1 and no more."""
    bodies, _, streets = bodies_and_places()
    hours = 140 * EVERY_HOUR["station_coaching_share"] * streets.station_fte
    assert coaching.mentoring(bodies, hours, EVERY_HOUR) == pytest.approx(0.3 * 3.5 / 4 * np.array([1, 1, 1, 0, 1, 0]))
    assert coaching.mentoring(bodies, 50 * hours, EVERY_HOUR) == pytest.approx([0.3, 0.3, 0.3, 0, 0.3, 0])
    streets.served_drift_per_year[:] = 0.05
    assert coaching.drift(bodies, streets) == pytest.approx([0.05, 0.05, 0.05, 0, 0.05, 0])


@pytest.mark.parametrize(
    ("year", "month", "months", "growth"),
    [(2018, 1, 60, 0.02), (2013, 1, 60, 0.075), (2014, 12, 72, (37 * 0.075 + 35 * 0.02) / 72), (2017, 12, 1, 0.075)],
)
def test_the_nations_trend_over_the_window(year: int, month: int, months: int, growth: float) -> None:
    assert trend_per_year(0.075, 0.02, year, month, months) == pytest.approx(growth)
