"""Purchase of services."""

from __future__ import annotations

from typing import ClassVar

from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Programme
from simulator.language.vocabulary import ProgrammeSignature


class Purchase(Programme):
    """Contracts for services."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "purchase",
        {"en": "Purchase of services", "zh": "政府购买服务"},
        {
            "money": d.money(),
            "price": d.quantity("yuan/year", 1, 1e8, None, "Price of a contract", "合同年价"),
            "calls_per_year": d.calls_per_year(2),
            "first_call_months": d.first_call_months(3),
            "contract_months": d.months(12, "Months of a contract", "合同期", low=1),
            "entitlement_years": d.quantity(
                "years", 0, 10, 1, "Years within which renewal is nearly certain", "招一管几年"
            ),
            "renew": d.share(0.6, "Chance of renewal outside the entitlement", "续约概率"),
            "eligible": d.eligible("registered"),
            "kinds": d.choice(("any", "community", "professional"), "any", "Kinds of bodies that may apply", "承接主体"),
            "capability_min": d.quantity("capability", 0, 1, 0.4, "Capability required", "能力门槛"),
            "hours_per_application": d.hours(30, "Hours an application takes the applicant", "每份申报耗时"),
            "first_instalment": d.share(0.5, "Share paid when the contract is signed", "首付比例"),
        },
        "contracts signed at calls with bodies that are able enough; renewal; instalments",
    )
