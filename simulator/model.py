"""The month, on one page.

`DistrictModel.step` is one month from edge t to edge t + 1, in this order:

    1  money due             budget lines appropriate and release                          budget.py
    2  institutions act      SimPy runs to the edge; events at exactly t + 1 belong to the next month     programmes/
    3  activity              hours, events, opportunities and load they make               activity.py, opportunities.py
    4  residents' dice       thrown, read from the state at this point, carried out         participation.py, living.py
    5  membership            who left, who joins, whom founding circles gather              membership.py
    6  organisations         founding, lifecycle, entry, capability                         founding.py ... capability.py
    7  leaders               energy, leaving, succession                                   leadership.py
    8  record                counted at the edge t + 1: what measures are made of           observation/

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

from simulator.catalogue import programmes
from simulator.city import agents
from simulator.city.organizations import REMOVED
from simulator.city.residents import Residents
from simulator.documents.in_force import Policy
from simulator.documents.scenario import Scenario
from simulator.dynamics import (
    activity,
    capability,
    coaching,
    entry,
    exposure,
    founding,
    leadership,
    lifecycle,
    living,
    membership,
    needs,
    participation,
    register,
    settling,
)  # fmt: skip
from simulator.dynamics.balance import balance_conditions
from simulator.dynamics.beginning import shared_beginning
from simulator.dynamics.budget import Budget
from simulator.dynamics.clock import Clock
from simulator.dynamics.demand import Demand
from simulator.dynamics.density import measure_density
from simulator.dynamics.government import Government
from simulator.dynamics.moving import NewcomerLaw
from simulator.dynamics.numbers import Numbers
from simulator.dynamics.participation import Event, Exposure
from simulator.dynamics.programmes.inspection import BUREAU
from simulator.dynamics.projects import Projects
from simulator.dynamics.setting import Flows, Setting
from simulator.dynamics.spending import Spending
from simulator.dynamics.status_quo import REFERENCE_MONTHS, Observer
from simulator.language.errors import UnknownName, UserError
from simulator.language.streams import Streams
from simulator.language.units import FEN_PER_YUAN, FTE_HOURS_PER_MONTH, MONTHS_PER_YEAR
from simulator.observation import edge
from simulator.observation.bought import tell_lines
from simulator.observation.record import Record, Recorder


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
        self._happened, self._looked_at = np.zeros(len(Event), np.int64), 0
        self.streams = Streams(seed, replicate)
        self.parameters = Numbers(scenario.parameters)
        with self._timed("synthesis"):
            beginning = shared_beginning(scenario, self.parameters, self.streams)
        self.streams.thrown.clear()  # whoever builds the city throws its dice; those of the run are counted
        self.city, self.layout = beginning.city, beginning.layout
        self._ground, self._law, self._ladder = beginning.ground, beginning.law, beginning.ladder
        self._newcomers = NewcomerLaw.of(beginning.law)
        self.clock = Clock(-int(self.parameters["spin_up"]["months"]))
        self.setting = Setting(
            clock=self.clock, city=self.city, budget=Budget(self.city.treasury), projects=Projects(),
            streams=self.streams, parameters=self.parameters, start_month_of_year=scenario.start.month,
        )  # fmt: skip
        self.government = Government(
            self.setting, programmes(), scenario.district.in_force, self.policy.instruments, scenario.shocks,
            -int(self.clock.now),
        )  # fmt: skip
        self._demand = Demand(self.city.treasury)
        self._spending = Spending(self.setting.budget, self.city.treasury)
        self._flows = self.setting.past_flows
        self._bodies_roll, self._leaders_roll = agents.Roll(self, agents.Organization), agents.Roll(self, agents.Leader)
        self._spin_up()

    # the month ------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One month, in the order of this page. UserError after the scenario's last month."""
        month = self.month
        if month >= self.spec.months:
            raise UserError(f"the scenario '{self.spec.name}' ends after {month} months; give it more years to go on")
        self._open_month(month)
        with self._timed("institutions"):
            self.setting.budget.release(self.setting.now, self.setting.levers)
            self.clock.run(until=month + 1)
            self.city.hours.check()
        with self._timed("activity"):
            self._activity = self._measure_activity(month)
            exposed, load = exposure.expose(self._activity, self.city, self._status_quo, self.parameters, self.setting.levers)
            exposure.let_see(self._activity, self.city, self._need, self.parameters, self.setting.levers)
        with self._timed("residents"):
            self._throw_dice(month, exposed)
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
                if month < -REFERENCE_MONTHS:  # nothing moves yet and nobody watches
                    self._spend_project_money(month)
                    activity.do_own_work(self.city.hours)
                else:
                    done = self._measure_activity(month)
                    observer.watch(done, exposure.visible_events(done, self.city))
        self._conclude(observer)

    def _conclude(self, observer: Observer) -> None:
        """Month 0: references, base levels, efficacy at rest, and the first record."""
        city, p = self.city, self.parameters
        demand = self._demand.yuan_per_resident(len(city.residents))
        follow = exposure.follow_through(p, self.setting.levers)
        self._status_quo = observer.conclude(city.residents, self._need, demand, follow, p)
        city.communities.efficacy[:] = self._status_quo.efficacy
        city.communities.satisfaction[:] = self._status_quo.satisfaction
        city.communities.satisfaction_at_start[:] = self._status_quo.satisfaction
        city.organizations.hours_at_start[:] = observer.mean_practice()
        self._activity = observer.activities[-1]
        self._levels = settling.settle(self.setting, balance_conditions(self.setting, self.spec, self._status_quo))
        self.setting.levers_at_start = self.setting.levers
        self.setting.flows_at_start = {name: flow / MONTHS_PER_YEAR for name, flow in self._levels.flows.items()}
        stages = city.residents.stage_count.sum(axis=0) / len(city.residents)
        self._striking = register.striking_chance(
            float(self._ladder.upward[2]), float(self._law.ever_volunteer[2]),
            float(self._law.ever_volunteer[:3] @ stages[:3]),
        )  # fmt: skip
        self._spending.begin()
        self.setting.budget.begin(self.setting.now)
        self.setting.spinning_up = False
        self.setting.flows = Flows()
        self._recorder = Recorder(self.spec.months, city, self._need.sum(axis=1), self._flows)
        for kind, table in (
            (agents.Community, city.communities), (agents.Station, city.streets), (agents.Hub, city.streets),
        ):  # fmt: skip
            for row in range(len(table)):
                kind(self, row)
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
        self._spend_project_money(month)
        city = self.city
        return activity.measure_activity(
            city.organizations, city.communities, city.streets, city.hours, self.setting.levers,
            self.parameters["activity"], self._capability_start,
        )  # fmt: skip

    def _spend_project_money(self, month: int) -> None:
        self.setting.projects.spend(self.city.organizations, self.city.treasury, month)
        self._demand.count_month(self.setting.programmes)

    def _throw_dice(self, month: int, exposed: Exposure) -> None:
        """Everybody's die; those whom something happens to leave, move, meet, climb or join."""
        city, residents, bodies = self.city, self.city.residents, self.city.organizations
        moves = participation.draw_moves(residents, self._ground, exposed, self.streams, month, city.streets.number)
        membership.leave(residents, bodies, moves)
        living.live_through(residents, moves, self._newcomers, self.streams, month)
        register.strike_off(residents, self._striking, self.streams, month)
        exponent = self.parameters["membership"]["size_exponent"]
        membership.join(residents, bodies, moves.of(Event.JOIN), self.streams, month, exponent)
        self._happened += np.bincount(moves.events, minlength=len(Event))
        self._looked_at += moves.looked_at

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
        begin = ((bodies.hours_at_start == 0) & (hours > 0)).nonzero()[0]
        bodies.hours_at_start[begin] = hours[begin]
        capability.learn(
            setting, self._levels, capability.doing(hours, bodies.hours_at_start),
            coaching.mentoring(bodies, self._activity.coaching_hours, p["activity"]), coaching.drift(bodies, city.streets),
        )  # fmt: skip
        leadership.lead(setting, load)
        ended = ((bodies.status >= REMOVED) & (bodies.members > 0)).nonzero()[0]
        membership.close(city.residents, bodies, self.streams, self.month, ended)
        membership.gather_circle(city.residents, bodies, newly, self.streams, self.month, p["membership"])

    def close(self) -> None:
        """Let go of a model made by hand: Mesa 3.3 would keep it alive through a table that later versions lack."""
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

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
    def agents(self) -> AgentSet[Any]:
        """All agents. Those of bodies and leaders are made and taken off when somebody looks: a run nobody watches has none.

        So Mesa's `unique_id` depends on when that was; `identity` names a body or leader for good.
        """
        self._keep_agents()
        return super().agents

    @property
    def agents_by_type(self) -> Mapping[type[Any], AgentSet[Any]]:
        """The agents of each kind."""
        self._keep_agents()
        by_type: Mapping[type[Any], AgentSet[Any]] = super().agents_by_type
        return by_type

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

    @property
    def happened(self) -> dict[str, int]:
        """Residents' events since the start, by name."""
        return {event.name.lower(): int(number) for event, number in zip(Event, self._happened, strict=True)}

    def measure(self, name: str) -> float:
        """A measure of the district at the last month's edge. UnknownName if there is none of that name."""
        if name not in self._recorder.measures:
            raise UnknownName("measure", name, self._recorder.measures)
        return float(self._recorder.measured(name)[-1, 0])

    def to_record(self) -> Record:
        """What has happened so far, as a record."""
        city = self.city
        with self._timed("record"):
            values = self._recorder.values()
        per_fen = 1 / (FEN_PER_YUAN * city.share_built)
        return Record(
            measures=self._recorder.measures,
            places=self._recorder.places,
            values=values,
            accounts={name: spent * per_fen for name, spent in self._spending.by_line().items()},
            lines=tell_lines(self.setting.tallies, self._spending, city.share_built),
            facts={
                "residents_built": len(city.residents),
                "residents_represented": self.layout.residents_represented,
                "communities_built": len(city.communities),
                "bytes_per_resident": city.residents.nbytes() / len(city.residents),
                "events_per_resident_month_at_rest": self._ladder.events_per_month,
                "events": self.happened,
                "dice_of_residents": self.month * len(city.residents),
                "residents_looked_at": self._looked_at,
                "keyed_dice": dict(sorted(self.streams.thrown.items())),
                "events_of_institutions": self.clock.events,
                "hours_booked": {f"{pool}: {what}": hours for (pool, what), hours in city.hours.booked_for.items()},
                "expected_flows_of_first_year": dict(self._levels.flows),
                "notes": list(self._levels.notes),
                "unused_parameters": self.parameters.unread(),
            },
            timings=dict(self.seconds),
        )

    def _record(self) -> None:
        """What there is to count at this edge."""
        levers, money = self.setting.levers, self._spending
        self._recorder.note(
            edge.count(
                self.city, self._activity, self.setting.projects.spent_in_a_year(len(self.city.organizations)),
                self.setting.programmes, need_match=levers["need_match"],
                breadth=self.spec.district.reporting_breadth.value + levers["reporting_breadth"],
                spent_fen=money.spent_fen, budgeted_fen=money.budgeted_fen,
            )
        )  # fmt: skip

    def _keep_agents(self) -> None:
        """Agents for all bodies alive and all leaders who have not left, and for no others."""
        self._bodies_roll.keep(self.city.organizations.alive())
        self._leaders_roll.keep(self.city.leaders.here())

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
        model.close()


def _policy(scenario: Scenario, name: str | None) -> Policy:
    by_name = {policy.name: policy for policy in scenario.policies}
    if name is None:
        return scenario.policies[0]
    if name not in by_name:
        raise UnknownName("policy", name, tuple(by_name))
    return by_name[name]
