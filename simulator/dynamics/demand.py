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
        self._watched: list[Programme] = []
        self._accounts = np.zeros(0, np.int64)
        """Of contests and purchases that are or were in force."""
        self._read = 0
        self._monthly_fen: list[int] = []

    def count_month(self, programmes: Sequence[Programme]) -> None:
        """Read what the journal has gained; what was promised counts after its programme has ended, too."""
        if programmes != self._watched:
            self._watch(programmes)
        journal = self._treasury.journal
        new = slice(self._read, len(journal))
        to_bodies = self._read + (journal.payee[new] >= BODIES).nonzero()[0]
        counts = (journal.payer[to_bodies, None] == self._accounts).any(axis=1)
        self._monthly_fen.append(int(journal.fen[to_bodies[counts]].sum()))
        self._read = len(journal)

    def _watch(self, programmes: Sequence[Programme]) -> None:
        """Look out for what these pay, too."""
        self._watched = list(programmes)
        for programme in programmes:
            by_contest = isinstance(programme, Contest) and programme.word("level") == "district" and not programme.given
            if isinstance(programme, Purchase) or by_contest:
                self._accounts = np.union1d(self._accounts, [programme.account, programme.escrow])

    def yuan_per_resident(self, residents: int) -> float:
        """Over the last 12 months."""
        return sum(self._monthly_fen[-MONTHS_PER_YEAR:]) / FEN_PER_YUAN / residents
