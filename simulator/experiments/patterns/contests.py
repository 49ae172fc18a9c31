"""Contests: who won last year wins again.

Twenty awards among two thousand bodies tell little about luck: last year's winners would win a fifth of an award. So each
call of a district's contest is held again many times, at other dice, from the city as it stood when the call came: the same
programme, the same bids and choice, in a copy where nothing is paid and nobody remembers.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.city.organizations import Organizations
from simulator.city.treasury import BODIES
from simulator.documents.scenario import Scenario
from simulator.dynamics.clock import Clock
from simulator.dynamics.programmes.calls import may_apply
from simulator.dynamics.programmes.contest import Contest
from simulator.dynamics.programmes.programme import Process
from simulator.experiments.patterns.finding import Bounds, Seen, ratio, shown
from simulator.experiments.patterns.pattern import Pattern
from simulator.experiments.patterns.watching import Observer
from simulator.experiments.patterns.worlds import USUAL
from simulator.language.units import MONTHS_PER_YEAR
from simulator.language.vocabulary import Title
from simulator.model import DistrictModel

LAST_YEAR_MONTHS: Final = 18
"""The call before is last year's if it is no longer ago: calls are put off while money lacks."""
TIMES: Final = 100
"""How often a call is held again."""
OTHER_LUCK: Final = 1 << 12
"""Months of other luck begin here, beyond any month of a run."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one contest: when, and who won."""

    month: float
    winners: NDArray[np.intp]


class Contests(Observer):
    """For each call with a call the year before it: how often last year's winners win, and how often chance would have it."""

    name = "contests"

    def __init__(self, model: DistrictModel) -> None:
        self._read = 0
        self._calls: dict[str, list[Call]] = {}
        self._sums = dict.fromkeys(("won", "by chance", "won in the run", "calls"), 0.0)
        self._remember(model)
        self._new_calls(model)

    def watch(self, model: DistrictModel) -> None:
        for contest, call in self._new_calls(model):
            before = self._calls[contest.name][-2:-1]
            if before and call.month - before[0].month <= LAST_YEAR_MONTHS:
                self._hold_again(contest, call, before[0].winners)
        self._remember(model)

    def tallies(self, model: DistrictModel) -> dict[str, float]:
        return dict(self._sums)

    def _remember(self, model: DistrictModel) -> None:
        """The bodies and the district's contests when the next month begins; a street's few lots are not held again."""
        self._bodies = model.city.organizations.copy()
        self._contests = [p for p in model.setting.programmes if isinstance(p, Contest) and p.word("level") == "district"]

    def _new_calls(self, model: DistrictModel) -> list[tuple[Contest, Call]]:
        """Awards since the last look, read from the journal: the first instalments that a contest's line paid."""
        treasury = model.city.treasury
        journal, begin = treasury.journal, self._read
        self._read = len(journal)
        if "first instalment" not in treasury.purposes:
            return []
        paid = journal.purpose[begin:] == treasury.purposes.index("first instalment")
        found = []
        for contest in self._contests:
            mine = paid & (journal.payer[begin:] == contest.account)
            for month in np.unique(journal.month[begin:][mine]):
                rows = journal.payee[begin:][mine & (journal.month[begin:] == month)].astype(np.intp) - BODIES
                self._calls.setdefault(contest.name, []).append(Call(float(month), rows))
                found.append((contest, self._calls[contest.name][-1]))
        return found

    def _hold_again(self, contest: Contest, call: Call, last_year: NDArray[np.intp]) -> None:
        could = may_apply(self._bodies, contest.word("eligible"))
        again = last_year[could[last_year]]
        wins = held_again(contest, self._bodies, call.month, call.winners.size, TIMES)
        self._sums["won"] += float(sum(np.isin(again, winners).sum() for winners in wins)) / TIMES
        self._sums["by chance"] += again.size * call.winners.size / max(int(could.sum()), 1)
        self._sums["won in the run"] += float(np.isin(again, call.winners).sum())
        self._sums["calls"] += 1


def held_again(
    contest: Contest, bodies: Organizations, month: float, awards: int, times: int
) -> Sequence[NDArray[np.intp]]:
    """The winners of the same call for so many awards at other dice, so many times, each (<= awards,).

    `bodies` are those when the call came; they, the money and the clock are copies, so that nothing happens.
    """
    rehearsal: Any = copy.copy(contest)
    won: list[NDArray[np.intp]] = []
    award = round(contest.number("award") * 100)
    rehearsal.spendable_fen = lambda period: awards * award
    rehearsal.sign = partial(_note, won)
    rehearsal.follow = _nothing
    rehearsal._street_fen = contest._street_fen.copy()
    for time in range(times):
        city = replace(contest.setting.city, organizations=bodies.copy())
        rehearsal.setting = replace(contest.setting, clock=Clock(month), city=city)
        rehearsal.dice = partial(_other_dice, contest, OTHER_LUCK * (time + 1) + int(month))
        held = len(won)
        rehearsal.call(MONTHS_PER_YEAR / contest.number("calls_per_year"))
        if len(won) == held:
            won.append(np.empty(0, np.intp))
    return won


def _note(won: list[NDArray[np.intp]], rows: NDArray[np.intp], *terms: float) -> int:
    """In place of signing: remember who would have."""
    won.append(rows)
    return 0


def _nothing(*terms: object) -> Process:
    """In place of following the projects up."""
    yield from ()


def _other_dice(contest: Contest, month: int, name: str, identities: ArrayLike) -> NDArray[np.float64]:
    return contest.dice(name, identities, month)


def again(seen: Seen) -> float:
    """Wins of last year's winners over what chance would give them."""
    return ratio(seen[USUAL]["won"], seen[USUAL]["by chance"])


def _remark(seen: Seen) -> Title:
    found = seen[USUAL]
    counted = shown(ratio(found["won in the run"], found["by chance"]), ".1f")
    return {
        "en": f"counted in the runs alone: {counted}; {found['calls']:.0f} calls a run",
        "zh": f"仅按实际运行计：{counted}；每次运行{found['calls']:.0f}次申报",
    }


def no_contest(scenario: Scenario) -> Title | None:
    """Why the pattern cannot be asked, if it cannot."""
    starts = [start for item in scenario.policies[0].instruments for start in item.programme_starts]
    if any(name == "contest" and inputs.get("level") == "district" for name, inputs in starts):
        return None
    return {"en": "the policy has no contest of the district", "zh": "该政策没有区级竞赛"}


CONTESTS = Pattern(
    name="winners_win_again",
    title={"en": "Contest winners win again", "zh": "上年获资助者再次胜出"},
    criterion={"en": "at least 1.3 times chance", "zh": "不小于随机的1.3倍"},
    definition={
        "en": "District contests: awards won by last year's winners that may apply, over what an equal chance of all bodies"
        f" that may apply would give them; each call is held {TIMES} times at other dice.",
        "zh": "区级竞赛：上年获资助且仍可申报者所获项目数，与所有可申报组织机会均等时之比；"
        f"每次申报以不同随机数重复{TIMES}次。",
    },
    bounds=Bounds(low=1.3),
    watched={USUAL: Contests},
    number=again,
    remark=_remark,
    why_not=no_contest,
)
