"""Merger of like bodies (同类组织整合): small ones alike in place, domain and papers become one.

    p(a pair merges in a month) = 1 - exp(-rate / 12), as far as the hub of the street has hours

Pairs are made anew each month by keyed dice among the small bodies of a kind. The larger absorbs the smaller, with its
cash, projects and members but for `member_loss`; capability is the mean of both, weighted by members.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import AWAKE, COMMUNITY, MERGED, REGISTERED
from simulator.city.treasury import BODIES
from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Process, Programme
from simulator.language.units import MONTHS_PER_YEAR
from simulator.language.vocabulary import ProgrammeSignature


class Merger(Programme):
    """Merger of like bodies."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "merger",
        {"en": "Merger of like bodies", "zh": "同类组织整合"},
        {
            "money": d.money(0),
            "rate": d.share(0.02, "Share of small like pairs that merges in a year", "年整合率"),
            "size_below": d.quantity("members", 0, 1e6, 10, "Members below which a body is small", "小型组织成员上限"),
            "member_loss": d.share(0.1, "Share of the absorbed body's members that leaves", "成员流失率"),
            "hours_per_merger": d.hours(40, "Hub hours for one merger", "每次整合工时"),
        },
        "small bodies alike in place, domain and papers become one",
        buys=({"en": "mergers", "zh": "次合并"},),
    )

    def run(self) -> Process:
        return self.every(1.0)

    def act(self, period: float) -> None:
        """A month: pairs, luck, hours, mergers."""
        paid = self.pay_share(period, "merger of like bodies")
        p_merges = -np.expm1(-self.number("rate") * paid * period / MONTHS_PER_YEAR)
        lucky = self._lucky_pairs(p_merges)
        merged = sum(self._merge(larger, smaller) for larger, smaller in lucky)
        self.tally(merged)
        self.delivery = paid * (merged / len(lucky) if lucky else 1.0)

    def _lucky_pairs(self, p_merges: float) -> list[tuple[int, int]]:
        """Pairs that would merge this month, (larger row, smaller row) each, in the order of the smaller one's die."""
        bodies, small = self.setting.city.organizations, self._small()
        luck = np.ones(len(bodies))
        luck[small] = self.dice("merger", bodies.identity[small])
        if not (luck < p_merges).any():  # in most months nobody, whoever the smaller ones are
            return []
        larger, smaller = self._pairs(small)
        lucky = np.flatnonzero(luck[smaller] < p_merges)
        lucky = lucky[np.argsort(luck[smaller[lucky]], kind="stable")]
        return list(zip(larger[lucky].tolist(), smaller[lucky].tolist(), strict=True))

    def _small(self) -> NDArray[np.intp]:
        """Rows of awake community bodies that are small and have no registration, nor one under way, (n,)."""
        bodies = self.setting.city.organizations
        small = (bodies.status == AWAKE) & (bodies.kind == COMMUNITY) & (bodies.tier < REGISTERED)
        return np.flatnonzero(small & (bodies.members < self.number("size_below")) & ~bodies.applying)

    def _pairs(self, rows: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Of these bodies the like ones two by two: (larger rows, smaller rows), each (pairs,)."""
        bodies = self.setting.city.organizations
        alike = ((bodies.street[rows].astype(np.int64) << 24) + bodies.community[rows] + 1) * 16
        alike += bodies.domain[rows] * 4 + bodies.tier[rows]
        order = np.lexsort((self.dice("merger pairs", bodies.identity[rows]), alike))
        rows, alike = rows[order], alike[order]
        begins = np.flatnonzero(np.r_[True, alike[1:] != alike[:-1]])
        place = np.arange(rows.size) - np.repeat(begins, np.diff(np.r_[begins, rows.size]))
        first = np.flatnonzero((place[:-1] % 2 == 0) & (alike[1:] == alike[:-1]))
        a, b = rows[first], rows[first + 1]
        larger = np.where(bodies.members[b] > bodies.members[a], b, a)
        return larger, a + b - larger

    def _merge(self, larger: int, smaller: int) -> bool:
        """One merger, if the street's hub has the hours for it; with fewer, in proportion, so that no hour is lost."""
        setting, bodies = self.setting, self.setting.city.organizations
        street, hours = int(bodies.street[larger]), self.number("hours_per_merger")
        left = setting.city.hours.left_at("hubs", street)
        if left < hours and float(self.dice("merger hours", bodies.identity[[smaller]])[0]) >= left / hours:
            return False
        setting.city.hours.book_at("hubs", street, min(hours, left), "merger of like bodies")
        if setting.spinning_up:
            self.withhold("merger", 1)
            return True
        weight = float(bodies.members[smaller]) / max(int(bodies.members[larger] + bodies.members[smaller]), 1)
        bodies.capability[larger] += weight * (bodies.capability[smaller] - bodies.capability[larger])
        bodies.funded_until[larger] = max(bodies.funded_until[larger], bodies.funded_until[smaller])
        setting.city.treasury.transfer(
            BODIES + smaller, BODIES + larger, int(bodies.cash_fen[smaller]), "merger", setting.now
        )
        setting.projects.hand_over(smaller, larger)
        bodies.status[smaller], bodies.status_since[smaller] = MERGED, setting.now
        bodies.merged_into[smaller], bodies.member_loss[smaller] = larger, self.number("member_loss")
        setting.flows.add("merger", bodies.street[[smaller]], len(setting.city.streets))
        return True
