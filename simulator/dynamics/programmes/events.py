"""Events."""

from __future__ import annotations

from typing import ClassVar

from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Programme
from simulator.language.vocabulary import ProgrammeSignature


class Events(Programme):
    """Events in communities."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "events",
        {"en": "Community events", "zh": "社区活动"},
        {
            "money": d.money(),
            "cost_per_event": d.quantity("yuan", 1, 1e7, 3000, "Cost of an event", "单次活动成本"),
            "visible_share": d.share(0.2, "Share of events whose outcome can be seen", "可见成效比例"),
            "events_per_community": d.quantity(
                "per year", 0, 1e4, 0, "Events of a community at most (0: as many as money buys)", "每社区年活动上限"
            ),
            "hours_per_event": d.hours(6, "Hours of committee or station staff for an event", "每次活动工时"),
        },
        "events that the line pays for, as far as committees and stations have hours to hold them",
    )
