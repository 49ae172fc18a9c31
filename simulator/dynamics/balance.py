"""What the organisations' base levels are solved for: the trend, dormancy, and what the status quo's institutions do.

The trend is the district's own if its file gives one, else the national growth of registered bodies over the same months.
What programmes would have changed while stocks stood still is what they did in the spin-up, per year. Inspection removes a
dormant body that it detects `warnings` + 1 times: detect / (warnings + 1) a year, as far as its hours reach.
"""

from __future__ import annotations

import numpy as np

from simulator.documents.scenario import Scenario
from simulator.dynamics import coaching
from simulator.dynamics.base_levels import BalanceConditions
from simulator.dynamics.programmes.inspection import Inspection
from simulator.dynamics.setting import Setting
from simulator.dynamics.status_quo import StatusQuo
from simulator.language.units import MONTHS_PER_YEAR


def balance_conditions(setting: Setting, scenario: Scenario, status_quo: StatusQuo) -> BalanceConditions:
    """The conditions at the end of the spin-up."""
    district, p, gains = scenario.district, setting.parameters, setting.spin_up_gains
    years = p["spin_up"]["months"] / MONTHS_PER_YEAR
    active = int(np.count_nonzero(setting.city.organizations.active()))
    inspection = next(programme for programme in setting.programmes if isinstance(programme, Inspection))
    reach = inspection.delivery
    return BalanceConditions(
        trend_per_year=_trend(scenario, setting),
        dormant_share_filed=1 - district.filed_active_share.value,
        dormant_share_registered=1 - district.registered_active_share.value,
        money_per_resident=status_quo.demand_yuan,
        inspection_dormant_per_year=reach * inspection.number("detect") / (inspection.number("warnings") + 1),
        inspection_awake_per_year=reach * inspection.number("false_removal"),
        programme_gain_per_year=_taught(setting, status_quo) + gains.get("capability", 0.0) / years / max(active, 1),
        filed_by_programmes_per_year=gains.get("filing", 0.0) / years,
        entered_by_programmes_per_year=gains.get("entry", 0.0) / years,
    )


def trend_per_year(before_2018: float, from_2018: float, start_year: int, start_month: int, months: int) -> float:
    """The national growth of registered bodies over these months: the mean of the two periods' rates by their months."""
    first = start_year * MONTHS_PER_YEAR + start_month - 1
    earlier = min(max(2018 * MONTHS_PER_YEAR - first, 0), months)
    return (before_2018 * earlier + from_2018 * (months - earlier)) / months


def _trend(scenario: Scenario, setting: Setting) -> float:
    own, national, start = scenario.district.trend_per_year, setting.parameters["national_trend"], scenario.start
    if own is not None:
        return own.value
    return trend_per_year(national["before_2018"], national["from_2018"], start.year, start.month, scenario.months)


def _taught(setting: Setting, status_quo: StatusQuo) -> float:
    """Mean capability that coaches, hub staff and experts add to an active body in a year."""
    bodies, streets, p = setting.city.organizations, setting.city.streets, setting.parameters
    active = bodies.active()
    if not active.any():
        return 0.0
    gap = np.maximum(p["capability"]["k_mentor"] - bodies.capability, 0)
    taught = coaching.mentoring(bodies, status_quo.coaching_hours, p["activity"]) * gap
    taught += coaching.drift(bodies, streets) * (1 - bodies.capability)
    return float(taught[active].mean())
