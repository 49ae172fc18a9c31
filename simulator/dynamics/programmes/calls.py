"""Calls: who may apply, how good a bid is, what signing means. The ground of contest, purchase and grant.

    quality    = (0.05 + capability) * (1 + members + staff)^0.25           (assumption: able first, large a little)
    p(applies) = min(1, share that applies * lever applicants * quality / mean quality)   (assumption: who can hope to win bids)
    standing   = odds of the rating and of the award that a body holds (rating.py, awards.py), 1 otherwise

Effort is lognormal with mean 1 around the usual hours of a bid (sd of the log 0.5, assumption), keyed by call and body. An
award is paid in two instalments. What is not paid at once waits in the programme's escrow, so that no later call can
spend it; it goes to the body at the check in the middle, or back to the line if the body sleeps, is gone, or fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import DORMANT, FILED, INCUBATING, LATENT, REGISTERED, Organizations
from simulator.dynamics.programmes.programme import Process, Programme
from simulator.language.units import MONTHS_PER_YEAR

QUALITY_FLOOR: Final = 0.05
SIZE_EXPONENT: Final = 0.25
EFFORT_SD: Final = 0.5
"""Spread of the log of effort (assumption)."""
RETRY_MONTHS: Final = 1.0
"""A call for which there is no money yet is put off by so much (assumption)."""


_ACCEPTED: Final[Mapping[str, Callable[[Organizations], NDArray[np.bool_]]]] = MappingProxyType({
    "registered": lambda bodies: bodies.tier == REGISTERED,
    "filed": lambda bodies: bodies.tier == FILED,
    "filed_or_registered": lambda bodies: bodies.tier >= FILED,
    "any": lambda bodies: bodies.tier >= LATENT,
    "incubating": lambda bodies: bodies.status == INCUBATING,
})
"""Who has the papers that a call asks for, by the word for them."""


def may_apply(organizations: Organizations, papers: str) -> NDArray[np.bool_]:
    """Active bodies with the papers asked for, federations aside, (n,)."""
    accepted = _ACCEPTED[papers](organizations)
    return np.asarray(accepted & organizations.at_work())


def quality(organizations: Organizations, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """How good a bid of these bodies is, (n,), never 0."""
    size = 1 + organizations.members[rows] + organizations.staff[rows]
    return np.asarray((QUALITY_FLOOR + organizations.capability[rows]) * size**SIZE_EXPONENT)


def standing(organizations: Organizations, rows: NDArray[np.intp], now: float) -> NDArray[np.float64]:
    """What ratings and awards in force are worth to these bodies at a call, (n,): a factor on their odds."""
    rated = np.where(organizations.rated_until[rows] > now, organizations.rating_odds[rows], 1.0)
    return np.asarray(rated * np.where(organizations.awarded_until[rows] > now, organizations.award_odds[rows], 1.0))


class Caller(Programme):
    """A programme that holds calls and signs contracts; nothing changes before the first call."""

    first_call: ClassVar[str] = "first_call_months"
    """The input that says when the first one is."""
    calls_a_year: ClassVar[str] = "calls_per_year"
    """The input that says how many there are."""

    @property
    def lead_months(self) -> float:
        """The months to the first call: applicants spend hours from then on."""
        return self.number(self.first_call)

    @property
    def period_months(self) -> float:
        """Months from a call to the next."""
        return MONTHS_PER_YEAR / self.number(self.calls_a_year)

    def run(self) -> Process:
        return self.hold_calls(self.number(self.first_call), self.period_months)

    def call(self, period: float) -> bool:
        """Hold one call; False if there is no money for it yet."""
        raise NotImplementedError

    def hold_calls(self, first: float, period: float) -> Process:
        """For `run`: the first call after `first` months, then one every `period`, each put off while money lacks."""
        yield self.setting.clock.timeout(first)
        while True:
            held = self.call(period)
            yield self.setting.clock.timeout(period if held else min(RETRY_MONTHS, period))

    def applicants(self, rows: NDArray[np.intp], share: float, die: str) -> NDArray[np.intp]:
        """Those of these bodies that bid, about the share `share` of them, abler ones more often. (n,) -> (k,)."""
        organizations = self.setting.city.organizations
        if not rows.size:
            return rows
        worth = quality(organizations, rows)
        share *= self.setting.levers["applicants"]
        bids = self.dice(die, organizations.identity[rows]) < share * worth / worth.mean()
        return np.asarray(rows[bids])

    def efforts(self, identities: NDArray[np.uint64]) -> NDArray[np.float64]:
        """Hours put into a bid over the usual hours: lognormal with mean 1, by two dice (Box and Muller 1958). (n,)."""
        radius = np.sqrt(-2 * np.log(self.dice("contest effort", identities)))
        normal = radius * np.cos(2 * np.pi * self.dice("contest effort spread", identities))
        return np.asarray(np.exp(EFFORT_SD * normal - EFFORT_SD**2 / 2))

    def charge(self, rows: NDArray[np.intp], hours: float | NDArray[np.float64]) -> None:
        """Applicants pay for their bids with their own hours. rows (n,), hours one or (n,)."""
        self.setting.city.organizations.hours_charged[rows] += hours

    def sign(self, rows: NDArray[np.intp], fen_each: int, months: float, first_share: float) -> int:
        """Contracts with these bodies: the first instalment now, the rest into escrow; returns the rest of each."""
        first = round(fen_each * first_share)
        rest = fen_each - first
        setting, treasury = self.setting, self.setting.city.treasury
        treasury.pay_bodies(self.account, rows, np.full(rows.size, first), "first instalment", setting.now)
        treasury.transfer(self.account, self.escrow, rest * rows.size, "promised", setting.now)
        setting.projects.begin(rows, np.full(rows.size, fen_each), setting.now, months)
        funded = setting.city.organizations.funded_until
        funded[rows] = np.maximum(funded[rows], setting.now + months)
        return rest

    def settle(self, rows: NDArray[np.intp], passed: NDArray[np.bool_], rest: int, ends: float) -> NDArray[np.intp]:
        """The check in the middle: the rest to those that passed and are awake, back to the line for the others.

        rows, passed (n,) -> the bodies that go on, or their successors.
        """
        setting, organizations = self.setting, self.setting.city.organizations
        heirs = organizations.successors(rows)
        passed = passed & (organizations.status[heirs] < DORMANT)
        going, out = heirs[passed], heirs[~passed]
        setting.city.treasury.pay_bodies(
            self.escrow, going, np.full(going.size, rest), "second instalment", setting.now
        )
        setting.city.treasury.transfer(self.escrow, self.account, rest * out.size, "taken back", setting.now)
        ended = out[organizations.funded_until[out] <= ends]
        organizations.funded_until[ended] = setting.now
        return going

    def share_of_year(self, fen_now: float, period: float) -> float:
        """What was committed at a call, as a share of what the annual budget would have allowed."""
        planned = self.annual_fen * min(period, MONTHS_PER_YEAR) / MONTHS_PER_YEAR
        return min(fen_now / planned, 1.0) if planned > 0 else 0.0


class YearlyCaller(Caller):
    """A programme that holds one call a year."""

    @property
    def period_months(self) -> float:
        """A year."""
        return float(MONTHS_PER_YEAR)
