"""The month, on one page.

`DistrictModel.step` is one month from edge t to edge t + 1, in this order:

    1  money due             budget lines appropriate and release                          budget.py
    2  institutions act      SimPy runs to the edge; events at exactly t + 1 belong to the next month     programmes/
    3  activity              hours, events, opportunities and load they make               activity.py, opportunities.py
    4  residents' dice       thrown, read from the state at this point, carried out         participation.py, moving.py
    5  membership            who left, who joins, whom founding circles gather              membership.py
    6  organisations         founding, lifecycle, entry, capability                         founding.py ... capability.py
    7  leaders               energy, leaving, succession                                   leadership.py
    8  record                every measure at the edge t + 1                               observation/

Before month 0 the status quo is spun up: steps 1 to 3 only, stocks and residents frozen (dynamics/status_quo.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import mesa
import numpy as np
from mesa.agent import AgentSet
from numpy.typing import NDArray

from simulator.city import agents
from simulator.city.organizations import Status
from simulator.city.residents import Residents
from simulator.documents.in_force import Policy
from simulator.documents.scenario import Scenario
from simulator.dynamics import (
    acquaintance,
    activity,
    capability,
    coaching,
    efficacy,
    entry,
    founding,
    leadership,
    lifecycle,
    membership,
    moving,
    needs,
    opportunities,
    participation,
    register,
    settling,
)  # fmt: skip
from simulator.dynamics.balance import balance_conditions
from simulator.dynamics.beginning import Beginning, begin, copy_of
from simulator.dynamics.budget import Budget
from simulator.dynamics.clock import Clock
from simulator.dynamics.demand import Demand
from simulator.dynamics.density import measure_density
from simulator.dynamics.government import Government
from simulator.dynamics.numbers import Numbers
from simulator.dynamics.participation import Event, Exposure
from simulator.dynamics.programmes import PROGRAMMES
from simulator.dynamics.programmes.inspection import BUREAU
from simulator.dynamics.projects import Projects
from simulator.dynamics.setting import Flows, Setting
from simulator.dynamics.spending import Spending
from simulator.dynamics.status_quo import Observer
from simulator.language.errors import UnknownName
from simulator.language.streams import Streams
from simulator.language.units import FEN_PER_YUAN, FTE_HOURS_PER_MONTH, MONTHS_PER_YEAR
from simulator.observation.record import Record, Recorder
from simulator.observation.view import View


class DistrictModel(mesa.Model):
    """One district under one policy, with the luck of one replicate; `step()` is a month.

    `residents[home]` shows one resident; `organizations`, `leaders`, `communities`, `stations` and `hubs` are Mesa agent sets
    over the columns of `city`. UnknownName if the scenario has no such policy.
    """

    def __init__(
        self, scenario: Scenario, policy: str | None = None, seed: int | None = None, replicate: int = 0
    ) -> None:
        seed = scenario.seed if seed is None else seed
        super().__init__(rng=seed)  # Mesa's generator is never used: all luck comes from `streams`
        self.spec, self.policy, self.replicate = scenario, _policy(scenario, policy), replicate
        self.seconds: dict[str, float] = {}
        self.happened: dict[str, int] = {}
        """Residents' events since the start, by name, and how many residents were looked at to find them."""
        self.streams = Streams(seed, replicate)
        self.parameters = Numbers(scenario.parameters)
        with self._timed("synthesis"):
            beginning = _beginning(scenario, self.parameters, self.streams)
        self.city, self.layout = beginning.city, beginning.layout
        self._ground, self._law, self._ladder = beginning.ground, beginning.law, beginning.ladder
        self.clock = Clock(-int(self.parameters["spin_up"]["months"]))
        self.setting = Setting(
            clock=self.clock, city=self.city, budget=Budget(self.city.treasury), projects=Projects(),
            streams=self.streams, parameters=self.parameters, start_month_of_year=scenario.start.month,
        )  # fmt: skip
        self.government = Government(
            self.setting, PROGRAMMES, scenario.district.in_force, self.policy.instruments, scenario.shocks,
            -int(self.clock.now),
        )  # fmt: skip
        self._demand = Demand(self.city.treasury)
        self._spending = Spending(self.setting.budget, self.city.treasury)
        self._received: list[NDArray[np.int64]] = []
        self._flows: list[Mapping[str, NDArray[np.float64]]] = []
        self._recorder = Recorder(scenario.months, self.city.streets.number)
        self._bodies_roll, self._leaders_roll = agents.Roll(self, agents.Organization), agents.Roll(self, agents.Leader)
        self._spin_up()

    # the month ------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One month, in the order of this page."""
        month = self.month
        self._open_month(month)
        with self._timed("institutions"):
            self.setting.budget.release(self.setting.now, self.setting.levers)
            self.clock.run(until=month + 1)
            self.city.hours.check()
        with self._timed("activity"):
            exposure, load = self._expose(month)
        with self._timed("residents"):
            self._throw_dice(month, exposure)
        with self._timed("organizations"):
            self._organizations_live(load)
        with self._timed("record"):
            self._flows.append(self.setting.flows.counts)
            self._record()

    def _spin_up(self) -> None:
        """The status quo's institutions, up to month 0; then what it was like is what later months are held against."""
        observer = Observer()
        self._need = needs.needs(self.city.residents, self.parameters["needs"])
        self._capability_start = float(self.city.organizations.capability[self.city.organizations.active()].mean())
        for month in range(int(self.clock.now), 0):
            self._open_month(month)
            with self._timed("institutions"):
                self.setting.budget.release(self.setting.now, self.setting.levers)
                self.clock.run(until=month + 1)
                self.city.hours.check()
            with self._timed("activity"):
                done = self._measure_activity(month)
                observer.watch(done, self._visible_events(done))
        self._conclude(observer)

    def _conclude(self, observer: Observer) -> None:
        """Month 0: references, base levels, efficacy at rest, and the first record."""
        city, p = self.city, self.parameters
        demand = self._demand.yuan_per_resident(len(city.residents))
        follow = p["efficacy"]["follow_through"] + self.setting.levers["follow_through"]
        self._status_quo = observer.conclude(city.residents, self._need, demand, follow, p)
        city.communities.efficacy[:] = self._status_quo.efficacy
        city.communities.satisfaction[:] = self._status_quo.satisfaction
        city.communities.satisfaction_at_start[:] = self._status_quo.satisfaction
        city.organizations.hours_at_start[:] = observer.mean_practice()
        self._activity = observer.activities[-1]
        self._levels = settling.settle(self.setting, balance_conditions(self.setting, self.spec, demand))
        stages = city.residents.stage_count.sum(axis=0) / len(city.residents)
        self._striking = register.striking_chance(
            float(self._ladder.upward[2]), float(self._law.ever_volunteer[2]),
            float(self._law.ever_volunteer[:3] @ stages[:3]),
        )  # fmt: skip
        self._spending.begin()
        self.setting.spinning_up = False
        self.setting.flows = Flows()
        for kind, table in (
            (agents.Community, city.communities), (agents.Station, city.streets), (agents.Hub, city.streets),
        ):  # fmt: skip
            for row in range(len(table)):
                kind(self, row)
        self._keep_agents()
        self._record()

    def _open_month(self, month: int) -> None:
        """What begins and ends at this edge; empty tallies and full hours."""
        city, setting = self.city, self.setting
        setting.flows = Flows()
        self.government.turn(month)
        setting.levers = self.government.levers(month)
        city.organizations.hours_charged[:] = 0
        city.communities.funded_events[:] = 0
        city.communities.visible_events[:] = 0
        activity.open_hours(city.hours, city.communities, city.streets, setting.levers)
        bureau = self.parameters["inspection"]["bureau_fte"] * FTE_HOURS_PER_MONTH * city.share_built
        city.hours.open_month(BUREAU, bureau)

    def _measure_activity(self, month: int) -> activity.Activity:
        """Project money is spent; hours, events and contacts follow."""
        city, setting = self.city, self.setting
        setting.projects.spend(city.organizations, city.treasury, month)
        self._demand.count_month(setting.programmes)
        self._received = [*self._received[1 - MONTHS_PER_YEAR :], city.organizations.project_fen.copy()]
        done = activity.measure_activity(
            city.organizations, city.communities, city.streets, city.hours, setting.levers,
            self.parameters["activity"], self._capability_start,
        )  # fmt: skip
        city.hours.check()
        return done

    def _expose(self, month: int) -> tuple[Exposure, NDArray[np.float64]]:
        """What this month does to residents, and the load on their volunteers, (n_communities,)."""
        city, quo, p, levers = self.city, self._status_quo, self.parameters, self.setting.levers
        self._activity = done = self._measure_activity(month)
        stages, street = city.residents.stage_count, city.communities.street
        load = opportunities.volunteers_load(done.volunteer_hours, stages, quo.references, p["activity"]["load_cap"], street)
        factors = opportunities.opportunity_factors(done, stages, quo.references, p, levers["positions"], street)
        factors[:, 1] *= np.exp(p["participation"]["b_efficacy"] * (city.communities.efficacy - quo.efficacy))
        slip = levers["slip"] * np.exp(
            p["participation"]["b_load"] * (load - 1) - p["participation"]["b_recognition"] * levers["recognition"]
        )
        self._coverage = needs.coverage(done.domain_hours, self._need)
        now = needs.satisfaction_now(self._coverage, self._need, done.quality, p["needs"]["quality_weight"])
        communities = city.communities
        communities.satisfaction[:] = needs.remember(communities.satisfaction, now, p["needs"]["memory_months"])
        follow = p["efficacy"]["follow_through"] + levers["follow_through"]
        gain = efficacy.gain_per_month(self._visible_events(done), follow, communities.satisfaction, p["efficacy"])
        communities.efficacy[:] = efficacy.advance(communities.efficacy, gain, p["efficacy"]["fade_per_year"])
        return Exposure(
            opportunity=factors, contacts=done.contacts / quo.references.contacts, slip=slip, peers_ref=quo.peers,
            acquainted_ref=quo.acquainted, double_registration=levers["double_registration"],
        ), load  # fmt: skip

    def _throw_dice(self, month: int, exposure: Exposure) -> None:
        """Everybody's die; those whom something happens to leave, move, meet, climb or join."""
        city, residents, bodies = self.city, self.city.residents, self.city.organizations
        moves = participation.draw_moves(residents, self._ground, exposure, self.streams, month, city.streets.number)
        membership.leave(residents, bodies, moves)
        participation.climb_and_slip(residents, moves)
        acquaintance.meet_and_drift(residents, moves)
        moving.move_in(residents, moves, self._law, self.streams, month)
        register.strike_off(residents, self._striking, self.streams, month)
        exponent = self.parameters["membership"]["size_exponent"]
        membership.join(residents, bodies, moves.of(Event.JOIN), self.streams, month, exponent)
        for event in Event:
            self._count(event.name.lower(), int(np.count_nonzero(moves.events == event)))
        self._count("looked_at", moves.looked_at)

    def _organizations_live(self, load: NDArray[np.float64]) -> None:
        """Bodies are founded, filed, registered, sleep, wake, end and learn; leaders come and go."""
        city, setting, p = self.city, self.setting, self.parameters
        bodies = city.organizations
        density = measure_density(bodies, city.streets)
        money = self._demand.yuan_per_resident(len(city.residents))
        practice = self._activity.practice_hours
        lifecycle.live(setting, self._levels, density)
        newly = founding.found(setting, self._levels, density)
        entry.enter(setting, self._levels, density, money)
        hours = np.zeros(len(bodies))
        hours[: practice.size] = practice
        unset = (bodies.hours_at_start == 0) & (hours > 0)
        bodies.hours_at_start[unset] = hours[unset]
        capability.learn(
            setting, self._levels, capability.doing(hours, bodies.hours_at_start),
            coaching.mentoring(bodies, city.streets, p["activity"]), coaching.drift(bodies, city.streets),
        )  # fmt: skip
        leadership.lead(setting, load)
        ended = np.flatnonzero((bodies.status >= Status.REMOVED) & (bodies.members > 0))
        membership.close(city.residents, bodies, self.streams, self.month, ended)
        membership.gather_circle(city.residents, bodies, newly, self.streams, self.month, p["membership"])
        self._keep_agents()

    # what is seen ---------------------------------------------------------------------------------------------------

    @property
    def month(self) -> int:
        """Months since the start."""
        return self.setting.month

    @property
    def residents(self) -> Residents:
        """The residents: `residents[home]` shows one."""
        return self.city.residents

    @property
    def organizations(self) -> AgentSet[Any]:
        """All bodies that are alive."""
        return self.agents_by_type[agents.Organization]

    @property
    def leaders(self) -> AgentSet[Any]:
        """All leaders who have not left."""
        return self.agents_by_type[agents.Leader]

    @property
    def communities(self) -> AgentSet[Any]:
        """The built communities."""
        return self.agents_by_type[agents.Community]

    @property
    def stations(self) -> AgentSet[Any]:
        """The social-work stations, one a street."""
        return self.agents_by_type[agents.Station]

    @property
    def hubs(self) -> AgentSet[Any]:
        """The street hubs, one a street."""
        return self.agents_by_type[agents.Hub]

    def measure(self, name: str) -> float:
        """A measure of the district at the last month's edge. UnknownName if there is none of that name."""
        if name not in self._recorder.measures:
            raise UnknownName("measure", name, self._recorder.measures)
        return float(self._recorder.values[self._recorder.measures.index(name), self.month, 0])

    def to_record(self) -> Record:
        """What has happened so far, as a record."""
        city = self.city
        per_fen = 1 / (FEN_PER_YUAN * city.share_built)
        return Record(
            measures=self._recorder.measures,
            places=self._recorder.places,
            values=self._recorder.values,
            accounts={name: spent * per_fen for name, spent in self._spending.by_line().items()},
            facts={
                "residents_built": len(city.residents),
                "residents_represented": self.layout.residents_represented,
                "communities_built": len(city.communities),
                "bytes_per_resident": city.residents.nbytes() / len(city.residents),
                "events_per_resident_month": self._ladder.events_per_month,
                "events": {**self.happened, "of_institutions": self.clock.events},
                "hours_booked": {f"{pool}: {what}": hours for (pool, what), hours in city.hours.booked_for.items()},
                "expected_flows_of_first_year": dict(self._levels.flows),
                "notes": list(self._levels.notes),
                "unused_parameters": self.parameters.unread(),
            },
            timings=dict(self.seconds),
        )

    def _visible_events(self, done: activity.Activity) -> NDArray[np.float64]:
        return self.city.communities.visible_events + efficacy.VISIBLE_OF_OWN_EVENTS * done.events

    def _record(self) -> None:
        """Every measure at this edge."""
        bodies = self.city.organizations
        received = np.zeros(len(bodies))
        for month in self._received:
            received[: month.size] += month
        breadth = self.spec.district.reporting_breadth.value + self.setting.levers["reporting_breadth"]
        self._recorder.record(
            View(
                city=self.city, activity=self._activity, month=self.month, flows=self._flows,
                coverage=needs.coverage(self._activity.domain_hours.sum(axis=1), self._need.sum(axis=1)),
                need=self._need.sum(axis=1), received_yuan=received / FEN_PER_YUAN, breadth=breadth,
                programmes=self.setting.programmes,
                spent_fen=self._spending.spent_fen, budgeted_fen=self._spending.budgeted_fen, start=self._recorder.start,
            )
        )  # fmt: skip

    def _keep_agents(self) -> None:
        """Agents for new rows; those of bodies that ended and leaders who left are taken off."""
        self._bodies_roll.keep(self.city.organizations.alive())
        self._leaders_roll.keep(self.city.leaders.here())

    def _count(self, name: str, number: int) -> None:
        self.happened[name] = self.happened.get(name, 0) + number

    @contextmanager
    def _timed(self, phase: str) -> Iterator[None]:
        began = perf_counter()
        yield
        self.seconds[phase] = self.seconds.get(phase, 0.0) + perf_counter() - began


def run_once(scenario: Scenario, policy: str, replicate: int = 0) -> Record:
    """One run, from start to horizon: a pure function of scenario, policy and replicate (but for its timings)."""
    model = DistrictModel(scenario, policy, replicate=replicate)
    try:
        for _ in range(scenario.months):
            model.step()
        return model.to_record()
    finally:
        mesa.Agent._ids.pop(model, None)  # Mesa 3.3 keeps every model alive through this table


def _policy(scenario: Scenario, name: str | None) -> Policy:
    by_name = {policy.name: policy for policy in scenario.policies}
    if name is None:
        return scenario.policies[0]
    if name not in by_name:
        raise UnknownName("policy", name, tuple(by_name))
    return by_name[name]


_LAST: dict[tuple[Any, ...], tuple[Beginning, frozenset[str]]] = {}
"""The last city built and the numbers read for it, so that the policies of a replicate share one synthesis."""


def _beginning(scenario: Scenario, parameters: Numbers, streams: Streams) -> Beginning:
    key = (
        scenario.district.model_dump_json(exclude={"in_force"}), scenario.scale, streams.seed, streams.replicate,
        tuple((path, item.value) for path, item in scenario.parameters.by_path.items()),
    )  # fmt: skip
    if key not in _LAST:
        _LAST.clear()
        _LAST[key] = begin(scenario.district, scenario.scale, parameters, streams), parameters.read()
    beginning, numbers_read = _LAST[key]
    parameters.note(numbers_read)
    return copy_of(beginning)
