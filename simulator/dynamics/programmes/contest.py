"""A contest."""

from __future__ import annotations

from typing import ClassVar

from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Programme
from simulator.language.vocabulary import ProgrammeSignature


class Contest(Programme):
    """A contest for project money."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "contest",
        {"en": "Contest", "zh": "公益创投"},
        {
            "money": d.money(),
            "award": d.quantity("yuan", 1, 1e7, None, "Award", "单项资助额"),
            "calls_per_year": d.calls_per_year(1),
            "first_call_months": d.first_call_months(2),
            "project_months": d.months(12, "Months of a project", "项目周期", low=1),
            "level": d.choice(("district", "street"), "district", "Where it is decided", "组织层级"),
            "eligible": d.eligible("filed_or_registered"),
            "hours_per_application": d.hours(40, "Hours an application takes the applicant", "每份申报耗时"),
            "apply_share": d.share(0.2, "Share of eligible bodies that apply at a call", "申报比例"),
            "discrimination": d.quantity("exponent", 0, 5, 1, "How far effort decides (Tullock's r)", "竞争区分度"),
            "capability_gain": d.quantity("capability", 0, 1, 0.05, "Capability gained by a finished project", "能力增益"),
            "first_instalment": d.share(0.5, "Share paid when the contract is signed", "首付比例"),
            "fail_share": d.share(0.05, "Share that fails the mid-term check", "中期评估淘汰率"),
            "visible_events_per_award": d.quantity(
                "events", 0, 1000, 0, "Visible outcomes of a finished project", "可见成果数"
            ),
        },
        "call, bids at the applicants' cost, Tullock's choice, two instalments with a check between, final evaluation",
    )
