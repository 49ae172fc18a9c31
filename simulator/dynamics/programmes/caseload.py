"""Caseload: posts that handle cases do less for each when there are more than they have hours for.

    handled = min(1, hours of the posts / (cases * hours for one))

    filings, registrations     cases a month above those of the status quo's balance, which are handled without these posts:
                               the mean of the last twelve months (fewer at first) less the flow expected at the start
    bodies                     active bodies, federations aside: hours for one in each month
    communities                likewise
    project_budgets            public project lines, in million yuan a year: hours for a million in each month

Posts without cases (`none`) handle all that they are there for. Hours are booked in a pool of the posts' own, so that nobody
works more of them than there are. Model form; hours for a case are the instruments' (assumptions).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from simulator.dynamics.setting import Setting
from simulator.language.units import FEN_PER_YUAN, FTE_HOURS_PER_MONTH, MONTHS_PER_YEAR

CASES: Final = ("none", "filings", "registrations", "bodies", "communities", "project_budgets")
_FLOWS: Final = {"filings": "filing", "registrations": "registration"}


def cases_of_month(setting: Setting, what: str) -> float:
    """How many cases of this kind there are in a month, as built."""
    if what in _FLOWS:
        return _flow_above_start(setting, _FLOWS[what])
    if what == "communities":
        return float(len(setting.city.communities))
    if what == "project_budgets":
        lines = setting.budget.lines.values()
        public = (line.annual_fen for line in lines if not (line.basic or line.given) and line.until > setting.now)
        return sum(public) / (FEN_PER_YUAN * 1e6)
    organizations = setting.city.organizations
    return float(np.count_nonzero(organizations.at_work()))


def handled_share(setting: Setting, pool: str, posts: float, what: str, hours_for_one: float) -> float:
    """Book the posts' hours of this month for its cases; returns the share of the cases that they handle."""
    if what == "none" or posts <= 0:
        return 1.0
    wanted = cases_of_month(setting, what) * hours_for_one
    granted = setting.city.hours.work(pool, posts * FTE_HOURS_PER_MONTH, wanted, what)
    return granted / wanted if wanted > 0 else 1.0


def _flow_above_start(setting: Setting, flow: str) -> float:
    months = setting.past_flows[-MONTHS_PER_YEAR:]
    if not months:
        return 0.0
    by_street = sum(counts[flow] for counts in months if flow in counts)
    mean = float(np.sum(by_street)) / len(months)
    return max(mean - setting.flows_at_start.get(flow, 0.0), 0.0)
