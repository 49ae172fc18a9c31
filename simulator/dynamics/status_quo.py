"""The status quo, spun up: what communities were like in the last year before the start.

The district's institutions run `spin_up.months` before month 0 with stocks and residents frozen, so that at month 0 contracts,
queues and money are in flight. The means of the last REFERENCE_MONTHS of these months are what later months are held
against (each community its own), so that no trend comes from nowhere; all policies of a comparison share them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulator.city.residents import CONTACTS, Residents
from simulator.dynamics import efficacy, needs
from simulator.dynamics.activity import Activity
from simulator.dynamics.opportunities import References

REFERENCE_MONTHS = 12


@dataclass(frozen=True, slots=True)
class StatusQuo:
    """What later months are held against."""

    references: References
    peers: NDArray[np.float64]
    """log mean exp(b_peers * peers), (n_communities,)."""
    acquainted: NDArray[np.float64]
    """log mean exp(b_acquainted * acquainted), (n_communities,)."""
    satisfaction: NDArray[np.float64]
    """(n_communities,)."""
    efficacy: NDArray[np.float64]
    """At rest, (n_communities,)."""
    coaching_hours: NDArray[np.float64]
    """Of stations in a month, (n_streets,)."""
    demand_yuan: float
    """Purchase and venture money disbursed in a year per resident."""


@dataclass(slots=True)
class Observer:
    """Watches the last year before the start."""

    activities: list[Activity] = field(default_factory=list)
    visible: list[NDArray[np.float64]] = field(default_factory=list)

    def watch(self, activity: Activity, visible_events: NDArray[np.float64]) -> None:
        """Note a month."""
        self.activities.append(activity)
        self.visible.append(visible_events.copy())

    def conclude(
        self, residents: Residents, need: NDArray[np.float64], demand_yuan: float, follow_through: float,
        parameters: Mapping[str, Mapping[str, float]],
    ) -> StatusQuo:  # fmt: skip
        """The means of the months watched."""
        months = self.activities[-REFERENCE_MONTHS:]
        visible = np.mean(self.visible[-REFERENCE_MONTHS:], axis=0)

        def mean(name: str) -> NDArray[np.float64]:
            return np.asarray(np.mean([getattr(month, name) for month in months], axis=0))

        satisfied = needs.satisfaction_now(
            needs.coverage(mean("domain_hours"), need), need, mean("quality"), parameters["needs"]["quality_weight"]
        )
        gain = efficacy.gain_per_month(visible, follow_through, satisfied, parameters["efficacy"])
        p = parameters["participation"]
        stages = residents.stage_count.astype(np.float64)
        return StatusQuo(
            references=References(
                hours=mean("hours"), awake_bodies=mean("awake_bodies"), outreach=mean("outreach"),
                places=mean("places"), contacts=mean("contacts"), volunteer_hours=mean("volunteer_hours"),
                stages=stages, street=residents.street_of_community, filled=parameters["positions"]["filled_at_start"],
            ),
            peers=peers_reference(residents, p["b_peers"]),
            acquainted=acquainted_reference(residents, p["b_acquainted"]),
            satisfaction=satisfied,
            efficacy=efficacy.resting_efficacy(gain, parameters["efficacy"]["fade_per_year"]),
            coaching_hours=mean("coaching_hours"),
            demand_yuan=demand_yuan,
        )  # fmt: skip

    def mean_practice(self) -> NDArray[np.float64]:
        """Hours of each body in a month, capability apart, (n_organizations,)."""
        return np.asarray(np.mean([month.practice_hours for month in self.activities[-REFERENCE_MONTHS:]], axis=0))


def peers_reference(residents: Residents, b_peers: float) -> NDArray[np.float64]:
    """log mean exp(b_peers * peers) over each community's residents, (n_communities,)."""
    factor = np.exp(b_peers * np.arange(CONTACTS + 1) / CONTACTS)[residents.engaged]
    return np.log(np.add.reduceat(factor, residents.first[:-1]) / np.diff(residents.first))


def acquainted_reference(residents: Residents, b_acquainted: float) -> NDArray[np.float64]:
    """log mean exp(b_acquainted * acquainted) over each community's residents, (n_communities,)."""
    share = residents.acquainted_count / np.diff(residents.first)
    return np.asarray(np.log(1 - share + share * np.exp(b_acquainted)))
