"""Demand: purchase and venture money that reaches bodies, which draws professional bodies into the district.

m(t) = yuan paid to bodies by contests and purchases in the last 12 months, per resident built.
"""

from __future__ import annotations

import numpy as np

from simulator.city.treasury import BODIES, Treasury
from simulator.language.units import FEN_PER_YUAN, MONTHS_PER_YEAR

DEMAND_PROGRAMMES = ("contest", "purchase")


class Demand:
    """Counts what contests and purchases pay to bodies, month by month."""

    def __init__(self, treasury: Treasury) -> None:
        self._treasury = treasury
        self._read = 0
        self._monthly_fen: list[int] = []

    def count_month(self) -> None:
        """Read what the journal has gained."""
        journal = self._treasury.journal
        accounts = [
            number
            for number, name in enumerate(self._treasury.names)
            if name.partition("#")[0].rpartition(":")[2] in DEMAND_PROGRAMMES
        ]
        new = slice(self._read, len(journal))
        counts = (journal.payee[new] >= BODIES) & np.isin(journal.payer[new], accounts)
        self._monthly_fen.append(int(journal.fen[new][counts].sum()))
        self._read = len(journal)

    def yuan_per_resident(self, residents: int) -> float:
        """Over the last 12 months."""
        return sum(self._monthly_fen[-MONTHS_PER_YEAR:]) / FEN_PER_YUAN / residents
