"""Money in whole fen, by double entry: every transfer has a payer, a payee, a purpose and a month.

Accounts are numbered. `OUTSIDE` (wages, rent, materials, and where money comes from) may be negative; no other account
ever is. A body's account is its column `cash_fen`. All balances together are always exactly 0.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.city.columns import Columns, column
from simulator.city.organizations import Organizations
from simulator.language.errors import ModelError

OUTSIDE: Final = 0
BODIES: Final = 1 << 20
"""The account of the body in row r is BODIES + r."""


class Journal(Columns):
    """Every transfer ever made, (n,) a column."""

    month: NDArray[np.float64] = column(np.float64, 0)
    payer: NDArray[np.int32] = column(np.int32, 0)
    payee: NDArray[np.int32] = column(np.int32, 0)
    purpose: NDArray[np.int16] = column(np.int16, 0)
    fen: NDArray[np.int64] = column(np.int64, 0)


class Treasury:
    """The accounts of a district and the journal of what moved between them.

    Single transfers are noted as they come, as in a bookkeeper's daybook, and entered in the journal together when it is
    next opened: a table takes many rows for the price of one.
    """

    def __init__(self, organizations: Organizations) -> None:
        self._organizations = organizations
        self.names: list[str] = ["outside"]
        self.balances: list[int] = [0]
        self.paid_out: list[int] = [0]
        """Fen that each named account ever paid to bodies or to outside."""
        self.purposes: list[str] = []
        self._accounts: dict[str, int] = {"outside": OUTSIDE}
        """The number of each name."""
        self._purposes: dict[str, int] = {}
        self._journal = Journal(1024)
        self._daybook: list[tuple[float, int, int, int, int]] = []
        """Transfers not yet entered: (month, payer, payee, purpose, fen)."""

    @property
    def journal(self) -> Journal:
        """Every transfer so far, in order."""
        if self._daybook:
            month, payer, payee, purpose, fen = zip(*self._daybook, strict=True)
            self._journal.append(len(month), month=month, payer=payer, payee=payee, purpose=purpose, fen=fen)
            self._daybook.clear()
        return self._journal

    def open(self, name: str) -> int:
        """Open an account with nothing in it and return its number; the same name gives the same account."""
        if name not in self._accounts:
            self._accounts[name] = len(self.names)
            self.names.append(name)
            self.balances.append(0)
            self.paid_out.append(0)
        return self._accounts[name]

    def balance(self, account: int) -> int:
        """What an account holds, in fen."""
        if account >= BODIES:
            return int(self._organizations.cash_fen[account - BODIES])
        return self.balances[account]

    def transfer(self, payer: int, payee: int, fen: int, purpose: str, month: float) -> None:
        """Move money; ModelError if the amount is negative or the payer has less (only OUTSIDE may owe)."""
        if fen == 0:
            return
        if fen < 0 or (payer != OUTSIDE and self.balance(payer) < fen):
            raise ModelError(f"transfer of {fen} fen for '{purpose}' from an account with {self.balance(payer)} fen")
        self._add(payer, -fen)
        self._add(payee, fen)
        if payer < BODIES and (payee == OUTSIDE or payee >= BODIES):
            self.paid_out[payer] += fen
        self._daybook.append((month, payer, payee, self._purpose(purpose), fen))

    def pay_bodies(
        self, payer: int, rows: NDArray[np.intp], fen: NDArray[np.int64], purpose: str, month: float
    ) -> None:
        """A named account pays each of these bodies (a row may repeat), rows, fen (n,); ModelError if it has too little."""
        total = int(fen.sum())
        if (fen < 0).any() or (payer != OUTSIDE and self.balance(payer) < total):
            raise ModelError(f"payment of {total} fen for '{purpose}' from an account with {self.balance(payer)} fen")
        self._add(payer, -total)
        self.paid_out[payer] += total
        np.add.at(self._organizations.cash_fen, rows, fen)
        paid = fen > 0
        self._enter(payer, rows[paid] + BODIES, fen[paid], purpose, month)

    def bodies_pay(
        self, rows: NDArray[np.intp], fen: NDArray[np.int64], payee: int, purpose: str, month: float
    ) -> None:
        """Each of these bodies pays, rows unique, fen (n,); ModelError if one has less than it pays."""
        cash = self._organizations.cash_fen
        if (fen < 0).any() or (cash[rows] < fen).any():
            raise ModelError(f"a body pays more for '{purpose}' than it has")
        cash[rows] -= fen
        self._add(payee, int(fen.sum()))
        paid = fen > 0
        self._enter(rows[paid] + BODIES, payee, fen[paid], purpose, month)

    def total(self) -> int:
        """All balances together: 0, or money was made or lost."""
        return sum(self.balances) + int(self._organizations.cash_fen.sum())

    def spent_fen(self, *prefixes: str) -> int:
        """Fen that ever left accounts of these beginnings for bodies or outside: for lines and their escrows, by default.

        Money that a line sets aside in escrow is not spent yet, and money that comes back to a line unspent never was.
        """
        prefixes = prefixes or ("line:", "escrow:")
        return sum(
            paid for name, paid in zip(self.names, self.paid_out, strict=True) if name.startswith(prefixes)
        )

    def _add(self, account: int, fen: int) -> None:
        if account >= BODIES:
            self._organizations.cash_fen[account - BODIES] += fen
        else:
            self.balances[account] += fen

    def _purpose(self, purpose: str) -> int:
        if purpose not in self._purposes:
            self._purposes[purpose] = len(self.purposes)
            self.purposes.append(purpose)
        return self._purposes[purpose]

    def _enter(self, payer: ArrayLike, payee: ArrayLike, fen: NDArray[np.int64], purpose: str, month: float) -> None:
        """Entries of one purpose, after those of the daybook: payer and payee one account or (n,), fen (n,), above 0."""
        if fen.size:
            self.journal.append(
                fen.size, month=month, payer=payer, payee=payee, purpose=self._purpose(purpose), fen=fen
            )
