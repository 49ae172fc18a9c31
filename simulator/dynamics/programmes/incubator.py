"""An incubator."""

from __future__ import annotations

from typing import ClassVar

from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Programme
from simulator.language.vocabulary import ProgrammeSignature


class Incubator(Programme):
    """Places for young bodies."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "incubator",
        {"en": "Incubator", "zh": "社会组织孵化"},
        {
            "money": d.money(0),
            "places": d.quantity("places", 1, 1e5, None, "Places", "入壳名额", whole=True, extensive=True),
            "level": d.choice(("district", "street"), "district", "Level", "层级"),
            "months_early": d.months(2, "Months of the early stage", "孵化前期"),
            "months_middle": d.months(4, "Months of the middle stage", "孵化中期"),
            "months_late": d.months(4, "Months of the late stage", "孵化后期"),
            "months_after": d.months(2, "Months of follow-up outside the place", "出壳跟踪期"),
            "gain": d.quantity("capability", 0, 1, 0.2, "Capability gained in all, mentors permitting", "能力增益"),
            "dropout": d.share(0.08, "Share that drops out at each stage", "各阶段退出率"),
            "dormancy_inside": d.quantity("factor", 0, 1, 0.5, "Dormancy inside", "在孵休眠风险系数"),
            "mentor_hours": d.quantity("hours/month", 0, 1e6, None, "Mentors' hours", "导师工时", extensive=True),
            "hours_early": d.quantity("hours/month", 0, 1e3, 4, "Mentoring a body needs, early", "前期辅导需求"),
            "hours_middle": d.quantity("hours/month", 0, 1e3, 8, "Mentoring a body needs, middle", "中期辅导需求"),
            "hours_late": d.quantity("hours/month", 0, 1e3, 4, "Mentoring a body needs, late", "后期辅导需求"),
            "hours_after": d.quantity("hours/month", 0, 1e3, 2, "Mentoring a body needs, after", "跟踪期辅导需求"),
            "starter_yuan": d.quantity("yuan", 0, 1e7, 0, "Starting money at the end of the early stage", "启动资金"),
            "eligible": d.eligible("filed_or_registered"),
            "applications_per_100": d.quantity(
                "per year per 100 bodies", 0, 1e3, 3, "Applications of eligible young bodies", "申请入壳率"
            ),
            "quota_per_year": d.quantity(
                "bodies/year", 0, 1e5, 0, "Bodies let onto the list a year (0: no quota)", "年度孵化指标", extensive=True
            ),
            "referral_share": d.share(0.1, "Share of a street's graduates referred to the district", "转介比例"),
        },
        "a priority queue for places, four stages with drop-out; places bound the queue, mentors the gain",
    )
