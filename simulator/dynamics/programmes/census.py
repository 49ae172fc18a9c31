"""A census of organisations."""

from __future__ import annotations

from typing import ClassVar

from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Programme
from simulator.language.vocabulary import ProgrammeSignature


class Census(Programme):
    """A census of organisations."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "census",
        {"en": "Census of organisations", "zh": "社会组织普查"},
        {
            "money": d.money(),
            "months": d.months(6, "Months it takes", "普查周期", low=1),
            "discovery": d.share(0.4, "Share of latent groups that is found", "发现率"),
            "filed_when_found": d.share(0.5, "Share of found groups that files", "发现后备案率"),
            "hours_per_group": d.hours(2, "Hours to visit one group", "每组织走访工时"),
        },
        "once, street by street: latent groups are found, some of them file",
    )
