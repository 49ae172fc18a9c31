"""Community events (社区活动): money buys events, committees and stations hold them.

    events of a community = min(residents' share of what money buys, hours of committee and station / hours per event)

Only what is held is paid for. Visible ones are those whose outcome people can see. An event of another size than usual counts
as so many usual ones, in places and in what is seen.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulator.dynamics.budget import FUNDRAISING_MONTHS
from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Process, Programme
from simulator.language.units import MONTHS_PER_YEAR, fen
from simulator.language.vocabulary import ProgrammeSignature


class Events(Programme):
    """Events in communities."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "events",
        {"en": "Community events", "zh": "社区活动"},
        {
            "money": d.money(),
            "payer": d.payer(),
            "cost_per_event": d.quantity("yuan", 1, 1e7, 3000, "Cost of an event", "单次活动成本"),
            "visible_share": d.share(0.2, "Share of events whose outcome can be seen", "可见成效比例"),
            "events_per_community": d.quantity(
                "per year", 0, 1e4, 0, "Events of a community at most (0: as many as money buys)", "每社区年活动上限",
                grows_when={"payer": "line"},
            ),
            "size": d.quantity("factor", 0, 10, 1, "Size of an event: people reached over those of a usual one", "活动规模"),
            "hours_per_event": d.hours(6, "Hours of committee or station staff for an event", "每次活动工时"),
        },
        "events that the line pays for, as far as committees and stations have hours to hold them",
        buys=({"en": "events", "zh": "场活动"},),
    )

    @property
    def lead_months(self) -> float:
        """Gifts must first be given."""
        return FUNDRAISING_MONTHS if self.given else 0.0

    def run(self) -> Process:
        return self.every(1.0)

    def act(self, period: float) -> None:
        """A month's events."""
        communities = self.setting.city.communities
        cost = fen(self.number("cost_per_event"))
        spendable, planned = self.spendable_fen(period), self._planned(period)
        affordable = min(spendable / cost, planned)
        wanted = affordable * communities.residents / max(int(communities.residents.sum()), 1)
        held = self._hold(wanted)
        events = float(held.sum())
        self.pay_outside(min(round(events * cost), spendable), "community events")
        self.tally(events)
        of_usual_size = held * self.number("size")
        communities.funded_events[:] += of_usual_size
        communities.visible_events[:] += of_usual_size * self.number("visible_share")
        promised = self._limit(period) or planned
        self.delivery = min(events / promised, 1.0) if promised > 0 else 0.0

    def _planned(self, period: float) -> float:
        """Events that the whole budget would buy in so many months, up to the limit for each community."""
        bought = self.annual_fen * period / MONTHS_PER_YEAR / fen(self.number("cost_per_event"))
        limit = self._limit(period)
        return min(bought, limit) if limit > 0 else bought

    def _limit(self, period: float) -> float:
        """Events of all communities at most, which is what is promised to them; 0 if there is no limit."""
        return self.number("events_per_community") * period / MONTHS_PER_YEAR * len(self.setting.city.communities)

    def _hold(self, wanted: NDArray[np.float64]) -> NDArray[np.float64]:
        """Hold what there are hours for: the committee's first, then the street's station's. (n_communities,)."""
        city, hours_each = self.setting.city, self.number("hours_per_event")
        if hours_each == 0:
            return wanted
        street, n_streets = city.communities.street, len(city.streets)
        hours = wanted * hours_each
        granted = city.hours.book("committees", hours, "community events")
        lacking = np.bincount(street, weights=hours - granted, minlength=n_streets)
        helped = city.hours.book("stations", lacking, "community events")
        share = np.divide(helped, lacking, out=np.zeros(n_streets), where=lacking > 0)
        return np.asarray((granted + (hours - granted) * share[street]) / hours_each)
