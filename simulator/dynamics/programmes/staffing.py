"""Staffing."""

from __future__ import annotations

from typing import ClassVar

from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Programme
from simulator.language.vocabulary import ProgrammeSignature


class Staffing(Programme):
    """Posts."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "staffing",
        {"en": "Posts", "zh": "岗位配置"},
        {
            "money": d.money(),
            "posts": d.quantity("posts", 0, 1e6, None, "Posts", "岗位数", extensive=True),
            "wage": d.quantity("yuan/year", 1, 1e7, 120_000, "Cost of a post", "岗位年成本"),
            "hiring_months": d.months(3, "Months to fill a post", "招聘时滞"),
            "where": d.choice(("agency", "hub", "station", "committee", "experts"), None, "Where they work", "岗位去向"),
            "paid_by": d.choice(("line", "hub"), "line", "Who pays the wages", "工资来源"),
            "bodies_per_post": d.quantity("bodies", 0, 1e4, 40, "Bodies that one post can serve", "每岗服务组织数"),
            "capability_per_year": d.quantity(
                "capability/year", 0, 1, 0.045, "Capability of a served body (hub and experts only)", "受服务组织能力年增益"
            ),
        },
        "posts filled after a hiring delay, as far as the wages are there",
    )
