"""A programme: an institution's process with a calendar, money, hours and queues, run by SimPy.

A new programme is one class: declare its `signature`, and write `run`, a SimPy process that yields delays and requests.
The base class opens its budget line and starts it when its instrument comes into force, and stops it when the instrument
ends: no new calls, posts or places then, while what was signed runs out by itself. `delivery` says what share of its
promise it keeps just now; levers that the instrument says are `carried_by` it move by that share only.

Rules of the house for every programme:

- money comes from `self.account` and stays within `self.spendable_fen(period)`; what is promised is moved to
  `self.escrow` when it is promised; every payment has a purpose;
- hours are booked before work is done, and less is done where less was granted;
- luck is `self.dice`, keyed by instrument, month and the body's identity;
- while `setting.spinning_up`, stocks stand still: what would have changed is `withhold`-en instead;
- what the money bought is told where it is bought: name the units in the signature, the main one first
  (`buys=({"en": "events", "zh": "场活动"},)`), and call `self.tally(held)` with a number for each of them.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Generator, Mapping
from typing import Any, ClassVar

import numpy as np
import simpy
from numpy.typing import ArrayLike, NDArray

from simulator.city.treasury import OUTSIDE
from simulator.dynamics.setting import Setting, Tally
from simulator.language.units import MONTHS_PER_YEAR, fen
from simulator.language.vocabulary import ProgrammeSignature


def is_given(inputs: Mapping[str, object]) -> bool:
    """Is the money of a programme that is told this gifts, not the public's?"""
    return inputs.get("payer") == "donors"


Process = Generator[simpy.Event, Any, None]


class Programme:
    """One programme of one instrument in force."""

    signature: ClassVar[ProgrammeSignature]
    basic_expenditure: ClassVar[bool] = False
    """Its line pays wages or rents: released monthly, in full and at once (budget.py)."""
    of_street: bool = False
    """Its instrument is one of streets or communities, and so is its line."""
    appropriated_months: ClassVar[float] = math.inf
    """Its line appropriates for so many months after it came into force, and then no more: what is done once."""

    def __init__(
        self, setting: Setting, instrument: str, inputs: Mapping[str, float | str], serial: int = 0
    ) -> None:
        """`inputs` hold every declared input: numbers already as built (money, places scaled), words as they are.

        `serial` tells the second programme of a kind of one instrument (1, 2, ...) from the first (0).
        """
        self.setting = setting
        self.instrument = instrument
        self.inputs = inputs
        self.name = f"{instrument}:{self.signature.name}" + (f"#{serial + 1}" if serial else "")
        self.delivery = 0.0
        self.in_force = False
        self.account = setting.city.treasury.open(f"line:{self.name}")
        self.escrow = setting.city.treasury.open(f"escrow:{self.name}")
        tally = Tally(instrument, self.signature, [0.0] * len(self.signature.buys))
        self._bought = setting.tallies.setdefault(self.name, tally).bought
        self._key = zlib.crc32(self.name.encode())
        self._process: simpy.Process | None = None
        self._successor: Programme | None = None
        self._acts_from = math.inf
        """The month of its first act, or of that of the first in the line that it succeeds (`every` only)."""

    def start(self, until: float = math.inf) -> None:
        """Come into force now; the budget line knows when it will end. Its first act is at this month's turn."""
        until = min(until, self.setting.now + self.appropriated_months)
        displaced = self.number("crowd_out") if "crowd_out" in self.inputs else 0.0
        self.setting.budget.open(
            self.name, self.annual_fen, self.setting.now, until, self.basic_expenditure, self.of_street, self.given, displaced
        )
        self.in_force = True
        self._process = self.setting.clock.process(self._run_until_ended())

    def end(self) -> None:
        """Go out of force now: stop whatever would begin anew; what waits for release lapses."""
        if not self.in_force:
            return
        self.in_force = False
        self.delivery = 0.0
        if self._process is not None and self._process.is_alive:
            self._process.interrupt("no longer in force")
        self.close()
        self.setting.budget.close(self.name, self.setting.now)

    def succeed(self, predecessor: Programme, until: float = math.inf) -> None:
        """Come into force now in place of one whose numbers, or whose instrument, were others: nothing lapses between them."""
        delivered = predecessor.delivery
        predecessor.step_down()
        predecessor._successor = self
        self._acts_from = predecessor._acts_from
        self.start(until)
        if predecessor.name != self.name:
            self.setting.budget.carry_on(predecessor.name, self.name, self.setting.now)
        # what was promised with it stands until this one's first act tells its own
        self.delivery = delivered
        self.take_over(predecessor)

    def in_office(self) -> Programme:
        """Who acts under this name now: itself, or the last in the line of those that succeeded it."""
        office = self
        while office._successor is not None:
            office = office._successor
        return office

    def step_down(self) -> None:
        """Go out of force now in favour of a successor, which keeps the budget line and what waits for release."""
        self.in_force = False
        self.delivery = 0.0
        if self._process is not None and self._process.is_alive:
            self._process.interrupt("succeeded")

    def take_over(self, predecessor: Programme) -> None:
        """What the predecessor leaves and remembers; by default it closes what it had (places empty).

        What it signed it still sees through itself; what follows from that is for whoever is `in_office` by then.
        """
        predecessor.close()

    def run(self) -> Process:
        """The SimPy process: what the institution does while it is in force."""
        raise NotImplementedError

    def close(self) -> None:
        """What is left to do when it ends (places empty, posts end); by default nothing."""

    def number(self, name: str) -> float:
        """A declared input that is a number."""
        return float(self.inputs[name])

    def word(self, name: str) -> str:
        """A declared input that is a word."""
        return str(self.inputs[name])

    @property
    def given(self) -> bool:
        """Its money is gifts, not the public's."""
        return is_given(self.inputs)

    @property
    def lead_months(self) -> float:
        """Months from coming into force before which it can change nothing, whatever money there is.

        Nothing of bodies, residents, their hours, levers or events: a change made then is not seen before the edge that
        follows. Money that leaves a line and hours booked in preparation are no change as long as they touch neither. 0 in
        the base class: what needs neither hiring, call nor procedure begins with its money.
        """
        return 0.0

    @property
    def annual_fen(self) -> int:
        """What the budget line appropriates a year."""
        return fen(self.number("money")) if "money" in self.inputs else 0

    def spendable_fen(self, period: float) -> int:
        """What may be committed now if money is committed every `period` months."""
        return self.setting.budget.spendable_fen(self.name, self.setting.now, period)

    def pace_fen(self) -> float:
        """Fen a month that may be spent on what must be paid every month."""
        return self.setting.budget.pace_fen(self.name, self.setting.now)

    def pay_outside(self, amount_fen: int, purpose: str) -> None:
        """Spend from the line: wages, rent, materials, fees."""
        self.setting.city.treasury.transfer(self.account, OUTSIDE, amount_fen, purpose, self.setting.now)

    def pay_share(self, months: float, purpose: str, part: float = 1.0) -> float:
        """Pay what these months of (a part of) the annual budget cost as far as it is there; returns the share paid.

        1 if the instrument has no budget of its own: its work is then bounded by hours only.
        """
        due = round(self.annual_fen * part * months / MONTHS_PER_YEAR)
        if due == 0:
            return 1.0 if self.annual_fen == 0 else float(self.spendable_fen(months) > 0)
        paid = min(round(self.spendable_fen(months) * part), due)
        self.pay_outside(paid, purpose)
        return paid / due

    def tally(self, *bought: float) -> None:
        """Count what was just bought, as built: a number for each unit of `signature.buys`. Counted from month 0 on."""
        if not self.setting.spinning_up:
            self._bought[:] = [before + more for before, more in zip(self._bought, bought, strict=True)]

    def dice(self, name: str, identities: ArrayLike, month: int | None = None) -> NDArray[np.float64]:
        """A die each in (0, 1), keyed by this instrument, the month (the current one) and who throws, (n,) -> (n,)."""
        month = self.setting.month if month is None else month
        return self.setting.streams.dice(name, (self._key << 24) + month, identities)

    def withhold(self, cause: str, amount: float) -> None:
        """Note what would have changed in a stock while stocks stand still."""
        gains = self.setting.spin_up_gains
        gains[cause] = gains.get(cause, 0.0) + amount

    def raise_capability(self, rows: NDArray[np.intp], gain: float | NDArray[np.float64]) -> None:
        """Each of these bodies learns: k rises by gain * (1 - k), rows (n,) unique, gain in [0, 1] one or (n,).

        The same factor as in learning by doing: who can do less learns more, the order of two gains does not matter,
        and k stays within [0, 1].
        """
        capability = self.setting.city.organizations.capability
        learnt = gain * (1 - capability[rows])
        if self.setting.spinning_up:
            self.withhold("capability", float(np.sum(learnt)))
        else:
            capability[rows] += learnt

    def every(self, period: float, first: float = 0.0) -> Generator[simpy.Event, Any, None]:
        """For `run`: wait `first` months, act, then act every `period` months, for ever.

        Who succeeds another does not wait again: what is set up stays so, and what is being set up is ready when it would be.
        """
        self._acts_from = min(self._acts_from, self.setting.now + first)
        if self._acts_from > self.setting.now:
            yield self.setting.clock.timeout(self._acts_from - self.setting.now)
        while True:
            self.act(period)
            yield self.setting.clock.timeout(period)

    def act(self, period: float) -> None:
        """One turn of a programme that runs by `every`; `period` months until the next."""
        raise NotImplementedError

    def _run_until_ended(self) -> Process:
        try:
            yield from self.run()
        except simpy.Interrupt:
            return
