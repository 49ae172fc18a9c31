"""Demand: purchase and venture money that reaches bodies, which draws professional bodies into the district.

m(t) = yuan paid to bodies by the district's contests and purchases in the last 12 months, per resident built. Streets' small
contests are not counted: a lot of some thousand yuan draws no professional body into a district.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.city.treasury import BODIES, Treasury
from simulator.dynamics.programmes.contest import Contest
from simulator.dynamics.programmes.programme import Programme
from simulator.dynamics.programmes.purchase import Purchase
from simulator.language.units import FEN_PER_YUAN, MONTHS_PER_YEAR


class Demand:
    """Counts what contests and purchases pay to bodies, month by month."""

    def __init__(self, treasury: Treasury) -> None:
        self._treasury = treasury
        self._accounts: set[int] = set()
        self._read = 0
        self._monthly_fen: list[int] = []

    def count_month(self, programmes: Sequence[Programme]) -> None:
        """Read what the journal has gained; what was promised counts after its programme has ended, too."""
        for programme in programmes:
            by_contest = isinstance(programme, Contest) and programme.word("level") == "district" and not programme.given
            if isinstance(programme, Purchase) or by_contest:
                self._accounts |= {programme.account, programme.escrow}
        journal = self._treasury.journal
        new = slice(self._read, len(journal))
        counts = (journal.payee[new] >= BODIES) & np.isin(journal.payer[new], sorted(self._accounts))
        self._monthly_fen.append(int(journal.fen[new][counts].sum()))
        self._read = len(journal)

    def yuan_per_resident(self, residents: int) -> float:
        """Over the last 12 months."""
        return sum(self._monthly_fen[-MONTHS_PER_YEAR:]) / FEN_PER_YUAN / residents
