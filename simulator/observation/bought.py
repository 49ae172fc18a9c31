"""What each budget line was for, and what came of it since the start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.dynamics.setting import Tally
from simulator.dynamics.spending import Spending
from simulator.language.units import FEN_PER_YUAN


def tell_lines(tallies: Mapping[str, Tally], spending: Spending, share_built: float) -> dict[str, dict[str, Any]]:
    """By line: instrument, programme, title, yuan budgeted and spent, what was bought and its units; for the whole district.

    Lines of which nothing was budgeted, spent or bought since the start are left out. What a line bought may have been paid
    by nobody's budget (grants from outside), or with hours alone (mergers): then it spent nothing.
    """
    spent, budgeted = spending.by_line(), spending.budgeted_by_line()
    return {
        name: {
            "instrument": tally.instrument,
            "programme": tally.signature.name,
            "title": dict(tally.signature.title),
            "budgeted_yuan": budgeted.get(name, 0) / FEN_PER_YUAN / share_built,
            "spent_yuan": spent.get(name, 0) / FEN_PER_YUAN / share_built,
            "bought": [amount / share_built for amount in tally.bought],
            "units": [dict(unit) for unit in tally.signature.buys],
        }
        for name, tally in tallies.items()
        if budgeted.get(name) or spent.get(name) or any(tally.bought)
    }
