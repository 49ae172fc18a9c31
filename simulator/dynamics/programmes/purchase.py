"""Purchase of services (政府购买服务): contracts signed at calls, renewed or not, paid in two instalments.

    p(signed) proportional to quality * standing, among able bodies that are not under contract here
    p(renewed) = logistic(logit(r) + 2 * (satisfaction - at the start) + evaluation),   r = 0.9 inside the entitlement, else
                 `renew`;   evaluation by residents, 0 without one

if the body is awake and able and the money is there; satisfaction is that of the residents for whom the body works. Where
the instrument has succeeded itself, its running contracts are renewed by the new numbers.

Renewals come before new contracts. About three bodies apply for each new contract (assumption). Of new contracts the share
of the lever open_to_community goes to community bodies first. Of professional bodies' contracts that would be renewed the
share of the lever contracts_to_local passes to local ones with capability of at least registration.c_star, if there are any.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from simulator.city.organizations import COMMUNITY, PROFESSIONAL, SUPPORT, Kind
from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.calls import Caller, may_apply, quality, standing
from simulator.dynamics.programmes.programme import Process, Programme
from simulator.dynamics.setting import Setting
from simulator.language.streams import race
from simulator.language.units import MONTHS_PER_YEAR, fen
from simulator.language.vocabulary import ProgrammeSignature

RENEWED_WHEN_ENTITLED: Final = 0.9
"""Chance of renewal inside the entitlement (assumption; the catalogue gives 0.05 to 0.15 a year of ending)."""
SMALLEST_CONTRACT: Final = 0.25
"""The share of a whole contract below which none is signed, when the money does not make a whole one (assumption)."""
RENEWAL_BY_SATISFACTION: Final = 2.0
"""How far residents' satisfaction moves the log odds of renewal, per unit (assumption)."""
APPLICANTS_PER_CONTRACT: Final = 3.0
"""How many bodies apply for one new contract, where there are so many (assumption)."""
KINDS: Final = {
    word: np.isin(list(Kind), kinds)
    for word, kinds in (
        ("any", (COMMUNITY, PROFESSIONAL, SUPPORT)),
        ("community", (COMMUNITY,)),
        ("professional", (PROFESSIONAL, SUPPORT)),
    )
}
"""Whether a body of each kind may apply, (4,), by the word for it."""


class Purchase(Caller):
    """Contracts for services."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "purchase",
        {"en": "Purchase of services", "zh": "政府购买服务"},
        {
            "money": d.money(),
            "price": d.quantity("yuan/year", 1, 1e8, None, "Price of a contract", "合同年价", price_when={}),
            "calls_per_year": d.calls_per_year(2),
            "first_call_months": d.first_call_months(3),
            "contract_months": d.months(12, "Months of a contract", "合同期", low=1),
            "entitlement_years": d.quantity(
                "years", 0, 10, 1, "Years within which renewal is nearly certain", "招一管几年"
            ),
            "renew": d.share(0.6, "Chance of renewal outside the entitlement", "续约概率"),
            "eligible": d.eligible("registered"),
            "kinds": d.choice(("any", "community", "professional"), "any", "Kinds of bodies that may apply", "承接主体"),
            "capability_min": d.quantity("capability", 0, 1, 0.4, "Capability required", "能力门槛"),
            "hours_per_application": d.hours(30, "Hours an application takes the applicant", "每份申报耗时"),
            "first_instalment": d.share(0.5, "Share paid when the contract is signed", "首付比例"),
        },
        "contracts signed at calls with bodies that are able enough; renewal; instalments",
        buys=({"en": "contracts", "zh": "份合同"}, {"en": "contract-months", "zh": "合同·月"},),
    )

    def __init__(
        self, setting: Setting, instrument: str, inputs: Mapping[str, float | str], serial: int = 0
    ) -> None:
        super().__init__(setting, instrument, inputs, serial)
        self._until: NDArray[np.float64] = np.full(0, -np.inf)
        """The month in which each body's contract with this programme ends, (bodies known,)."""

    def take_over(self, predecessor: Programme) -> None:
        """Who is under contract stays so."""
        super().take_over(predecessor)
        if isinstance(predecessor, Purchase):
            self._until = predecessor.contracted_until().copy()
            self.delivery = self._under_contract()

    def hold_calls(self, first: float, period: float) -> Process:
        """Calls as others hold them, but after the renewals of the same moment: these come before new contracts."""
        for waiting in super().hold_calls(first, period):
            yield waiting
            yield self.setting.clock.timeout(0)

    @property
    def contract_fen(self) -> int:
        """What one contract is worth over its months."""
        return round(fen(self.number("price")) * self.number("contract_months") / MONTHS_PER_YEAR)

    def call(self, period: float) -> bool:
        """Applications and new contracts."""
        money = self.spendable_fen(period)
        places = money // max(self.contract_fen, 1)
        if not places and money < SMALLEST_CONTRACT * self.contract_fen:
            self.delivery = self._under_contract()
            return False
        worth = self.contract_fen if places else money
        places = max(places, 1)
        rows = np.flatnonzero(self._able() & (self.contracted_until() <= self.setting.now))
        p_apply = min(1.0, APPLICANTS_PER_CONTRACT * places / max(rows.size, 1))
        rows = self.applicants(rows, p_apply, "purchase application")
        self.charge(rows, self.number("hours_per_application"))
        self._contract(self._choose(rows, places), self.setting.now, worth)
        return True

    def _choose(self, rows: NDArray[np.intp], places: int) -> NDArray[np.intp]:
        """The winners: first for the places that are kept open to community bodies, then, all alike, for the others."""
        organizations = self.setting.city.organizations
        luck = self.dice("purchase choice", organizations.identity[rows])
        weights = quality(organizations, rows) * standing(organizations, rows, self.setting.now)
        kept = places * self.setting.levers["open_to_community"]
        kept = int(kept + self.dice("open places", np.zeros(1, np.uint64))[0]) if kept > 0 else 0
        community = organizations.kind[rows] == COMMUNITY
        # dice of its own: the second race would know from the first one's that who is left ran slowly
        luck_first = self.dice("open choice", organizations.identity[rows]) if kept else luck
        first = race(np.where(community, weights, 0.0), luck_first, min(kept, places))
        weights[first] = 0.0
        return np.asarray(rows[np.concatenate([first, race(weights, luck, places - first.size)])])

    def contracted_until(self) -> NDArray[np.float64]:
        """The end of each body's contract here, long ago if there is none, (n,)."""
        missing = len(self.setting.city.organizations) - self._until.size
        if missing:
            self._until = np.concatenate([self._until, np.full(missing, -np.inf)])
        return self._until

    def _able(self) -> NDArray[np.bool_]:
        """Bodies with the papers, the kind and the capability asked for, (n,)."""
        organizations = self.setting.city.organizations
        of_kind = KINDS[self.word("kinds")][organizations.kind]
        able = organizations.capability >= self.number("capability_min")
        return may_apply(organizations, self.word("eligible")) & of_kind & able

    def _contract(self, rows: NDArray[np.intp], entitled_since: float, worth_fen: int) -> None:
        """Sign with these bodies, and see the contracts through; `worth_fen` each over its months."""
        if rows.size:
            months = self.number("contract_months")
            self.contracted_until()[rows] = self.setting.now + months
            rest = self.sign(rows, worth_fen, months, self.number("first_instalment"))
            self.tally(rows.size, rows.size * months / 2)
            self.setting.clock.process(self._follow(rows, rest, entitled_since))
        self.delivery = self._under_contract()

    def _follow(self, rows: NDArray[np.intp], rest: int, entitled_since: float) -> Process:
        """The contracts of one signing: second instalment in the middle, renewal at the end."""
        clock, months = self.setting.clock, self.number("contract_months")
        ends = self.setting.now + months
        yield clock.timeout(months / 2)
        going = self.settle(rows, np.ones(rows.size, np.bool_), rest, ends)
        self.tally(0, going.size * months / 2)  # an instalment each half
        yield clock.timeout(ends - self.setting.now)
        office = self.in_office()
        if office.in_force and isinstance(office, Purchase):
            office._renew(np.unique(self.setting.city.organizations.successors(going)), entitled_since)

    def _renew(self, rows: NDArray[np.intp], entitled_since: float) -> None:
        """Renew with those that may and are lucky, the luckiest first while the money lasts."""
        organizations = self.setting.city.organizations
        rows = rows[self._able()[rows] & (self.contracted_until()[rows] <= self.setting.now)]
        months_so_far = self.setting.now - entitled_since
        inside = months_so_far + self.number("contract_months") <= MONTHS_PER_YEAR * self.number("entitlement_years")
        p_renewed = max(RENEWED_WHEN_ENTITLED, self.number("renew")) if inside else self.number("renew")
        luck = self.dice("renewal", organizations.identity[rows])
        order = np.argsort(luck, kind="stable")
        moved = RENEWAL_BY_SATISFACTION * self._satisfaction_gained(rows) + organizations.evaluation[rows]
        p_each = expit(logit(p_renewed) + moved)
        renewed = rows[order[luck[order] < p_each[order]]]
        period = self.period_months
        places = self.spendable_fen(period) // max(self.contract_fen, 1)
        renewed = renewed[:places]
        leaving, local = self._hand_over(renewed)
        staying = renewed[~np.isin(renewed, leaving)]
        self._contract(staying, entitled_since if inside else self.setting.now, self.contract_fen)
        self._contract(local, self.setting.now, self.contract_fen)

    def _hand_over(self, renewed: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Professional bodies whose contract passes on, and the local ones that take it, as many; none without the lever."""
        nobody, share = np.empty(0, np.intp), self.setting.levers["contracts_to_local"]
        if share <= 0:
            return nobody, nobody
        organizations = self.setting.city.organizations
        professional = renewed[organizations.kind[renewed] == PROFESSIONAL]
        leaving = professional[self.dice("handover", organizations.identity[professional]) < share]
        able = organizations.capability >= self.setting.parameters["registration"]["c_star"]
        able &= may_apply(organizations, "registered") & (organizations.kind == COMMUNITY)
        able[renewed] = False
        rows = np.flatnonzero(able & (self.contracted_until() <= self.setting.now))
        luck = self.dice("handover choice", organizations.identity[rows])
        local = rows[race(quality(organizations, rows), luck, leaving.size)]
        return leaving[: local.size], np.asarray(local)

    def _satisfaction_gained(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """By the residents for whom these bodies work, since the start, (n,); nothing before it."""
        if self.setting.spinning_up:
            return np.zeros(rows.size)
        communities = self.setting.city.communities
        gained = communities.satisfaction - communities.satisfaction_at_start
        in_all = float(gained @ communities.residents / communities.residents.sum())
        community = self.setting.city.organizations.community[rows]
        return np.where(community >= 0, gained[community], in_all)

    def _under_contract(self) -> float:
        """The yearly worth of running contracts, as a share of the budget."""
        running = int(np.count_nonzero(self.contracted_until() > self.setting.now))
        return self.share_of_year(running * fen(self.number("price")), MONTHS_PER_YEAR)
