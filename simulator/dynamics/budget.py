"""Budget lines: a year's appropriation, released late and not in full, and spent evenly over the year that follows.

    released    = execution_rate * annual             allocation_delay_months after the year begins
    spendable   = sum over releases of  released * min(1, (months since + period) / 12)  -  what is spent
    pace        = released in the last 12 months / 12

Each line has an account `line:NAME`. A line in force appropriates its annual amount at its first month and every twelve
months after, for the months that it will be in force at most; what is not released is never spent. Both quantities are
levers (`dedicated_agency` of the catalogue; assumption: 0.6 [0.4-0.95] and 9 [2-12] months). An institution that calls
every `period` months may commit what falls to the periods begun so far (assumption: nobody empties the purse at once);
what it leaves is there at the next call.

Basic expenditure (基本支出: wages of posts, rents) is not project money (项目支出): a twelfth of its annual amount is released
every month, in full and at once. Otherwise an agency that is there to speed money up would wait nine months for its own.

Lines of instruments of streets and communities are released at execution_rate + the lever street_execution, 1 at most.

Gifts (捐赠: firms, residents, a foundation's donors) are nobody's budget: a line that is `given` receives every month, from
FUNDRAISING_MONTHS after its opening on,

    max(0, annual / 12 - displaced * (pace of public project lines - the same at the start))

`displaced` yuan of giving lost for a yuan of public project money that is added, negative where it draws gifts (assumption:
0, range -0.1 to 0.3; experiments find more crowding out, Chinese surveys crowding in: De Wit & Bekkers 2017; Ma 2020).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.city.treasury import OUTSIDE, Treasury
from simulator.dynamics.levers import Levers
from simulator.language.errors import ModelError
from simulator.language.units import MONTHS_PER_YEAR

FUNDRAISING_MONTHS = 3.0
"""Months from asking to the first gifts (assumption)."""


@dataclass(slots=True)
class BudgetLine:
    """One spending line of one instrument."""

    name: str
    account: int
    escrow: int
    """The account of what it has promised and not yet paid."""
    annual_fen: int
    next_appropriation: float
    until: float
    basic: bool = False
    """Basic expenditure: released monthly, in full and at once."""
    of_street: bool = False
    """A line of streets or communities."""
    given: bool = False
    """Filled by gifts, monthly: no public money."""
    displaced: float = 0.0
    """Yuan of gifts lost for a yuan of public money."""
    waiting: list[tuple[float, int]] = field(default_factory=list)
    """Appropriations not yet released: (month appropriated, fen)."""
    releases: list[tuple[float, int]] = field(default_factory=list)
    """What was released: (month, fen)."""
    budgeted_fen: int = 0
    released_fen: int = 0


class Budget:
    """All spending lines of a district."""

    def __init__(self, treasury: Treasury) -> None:
        self.treasury = treasury
        self.lines: dict[str, BudgetLine] = {}
        self._pace_at_start = 0.0

    def open(
        self, name: str, annual_fen: int, now: float, until: float, basic: bool = False, of_street: bool = False,
        given: bool = False, displaced: float = 0.0,
    ) -> int:  # fmt: skip
        """Put a line in force from now until a month; returns its account.

        A line that was in force before keeps its account and what is in it; one that still is keeps its calendar and
        what waits for release too, and only changes its amount and end.
        """
        if annual_fen < 0:
            raise ModelError(f"budget line '{name}' of {annual_fen} fen a year is negative")
        account = self.treasury.open(f"line:{name}")
        first = now + FUNDRAISING_MONTHS if given else now
        line = self.lines.get(name)
        if line is None:
            escrow = self.treasury.open(f"escrow:{name}")
            self.lines[name] = BudgetLine(
                name, account, escrow, annual_fen, first, until, basic, of_street, given, displaced
            )
            return account
        if line.until <= now:
            line.next_appropriation = first
        line.annual_fen, line.until, line.basic = annual_fen, until, basic
        line.of_street, line.given, line.displaced = of_street, given, displaced
        return account

    def limit(self, name: str, until: float) -> None:
        """A line in force, if there is one of that name, appropriates for no month from `until` on."""
        if name in self.lines:
            self.lines[name].until = min(self.lines[name].until, until)

    def close(self, name: str, now: float) -> None:
        """End a line: nothing more is appropriated, and what waits for release lapses."""
        line = self.lines[name]
        line.until = min(line.until, now)
        line.waiting.clear()

    def carry_on(self, old: str, new: str, now: float) -> None:
        """A line ends and another, just opened, carries on its calendar, what it holds and what waits for release.

        What the old line paid stays its own. What it still holds is spent by the old calendar.
        """
        before, after = self.lines[old], self.lines[new]
        held = self.treasury.balance(before.account)
        self.treasury.transfer(before.account, after.account, held, "carried on", now)
        before.released_fen, after.released_fen = before.released_fen - held, after.released_fen + held
        if held:
            after.releases.append((before.releases[-1][0], held))
        waiting = sum(fen for _, fen in before.waiting)
        before.budgeted_fen, after.budgeted_fen = before.budgeted_fen - waiting, after.budgeted_fen + waiting
        after.waiting.extend(before.waiting)
        before.waiting.clear()
        # a line that has come to its end appropriated for no longer
        after.next_appropriation = now if before.until <= now else max(before.next_appropriation, now)
        before.until = min(before.until, now)

    def release(self, now: float, levers: Levers) -> None:
        """Appropriate what the year begins with and release what has waited long enough.

        Gifts come last: what they do beside public money must not depend on whose line was opened first.
        """
        for line in sorted(self.lines.values(), key=lambda line: line.given):
            if line.next_appropriation <= now < line.until:
                self._appropriate(line, now)
            if line.waiting:
                self._release(line, now, *self._terms(line, levers))

    def _appropriate(self, line: BudgetLine, now: float) -> None:
        """What a month, or a year, begins with."""
        period = 1.0 if line.basic or line.given else float(MONTHS_PER_YEAR)
        amount = round(line.annual_fen * min(period, line.until - now) / MONTHS_PER_YEAR)
        if line.given:
            added = self.project_pace_fen(now) - self._pace_at_start
            amount = max(amount - round(line.displaced * added * period), 0)
        line.waiting.append((now, amount))
        line.budgeted_fen += amount
        line.next_appropriation += period

    def _release(self, line: BudgetLine, now: float, delay: float, share: float) -> None:
        """The share of what was appropriated `delay` months ago and before."""
        while line.waiting and line.waiting[0][0] + delay <= now:
            _, amount = line.waiting.pop(0)
            released = round(amount * share)
            self.treasury.transfer(OUTSIDE, line.account, released, "appropriation", now)
            line.releases.append((now, released))
            line.released_fen += released

    @staticmethod
    def _terms(line: BudgetLine, levers: Levers) -> tuple[float, float]:
        """Months from appropriation to release, and the share released."""
        if line.basic or line.given:
            return 0.0, 1.0
        share = levers["execution_rate"] + (levers["street_execution"] if line.of_street else 0.0)
        return levers["allocation_delay_months"], min(max(share, 0.0), 1.0)

    def spendable_fen(self, name: str, now: float, period: float) -> int:
        """What an institution that commits money every `period` months may commit now."""
        line = self.lines[name]
        if line.basic or line.given:
            return self.treasury.balance(line.account)
        due = sum(
            released * min(1.0, (now - month + period) / MONTHS_PER_YEAR) for month, released in line.releases
        )
        held = self.treasury.balance(line.account)
        spent = line.released_fen - held
        return max(min(held, round(due) - spent), 0)

    def pace_fen(self, name: str, now: float) -> float:
        """Fen a month that the releases of the last twelve months carry: what posts and rents may cost."""
        line = self.lines[name]
        if line.basic:
            return line.annual_fen / MONTHS_PER_YEAR
        return sum(fen for month, fen in line.releases if month > now - MONTHS_PER_YEAR) / MONTHS_PER_YEAR

    def begin(self, now: float) -> None:
        """The start: gifts are displaced by what is added from now on."""
        self._pace_at_start = self.project_pace_fen(now)

    def project_pace_fen(self, now: float) -> float:
        """Fen a month of all public project lines: no wages, no rents."""
        return sum(
            self.pace_fen(name, now)
            for name, line in self.lines.items()
            if not (line.given or line.basic) and now < line.until
        )
