"""Money: twice as much brings less than twice as much."""

from __future__ import annotations

from collections.abc import Callable

from simulator.documents.scenario import Scenario
from simulator.experiments.patterns.finding import Bounds, Seen, ratio, shown
from simulator.experiments.patterns.pattern import Pattern
from simulator.experiments.patterns.watching import Observer
from simulator.experiments.patterns.worlds import MONEY_TWICE, USUAL, WITHOUT_MONEY, without_money
from simulator.language.vocabulary import Title
from simulator.model import DistrictModel


class Outcomes(Observer):
    """What there is at the end, and what it cost."""

    name = "outcomes"

    def tallies(self, model: DistrictModel) -> dict[str, float]:
        names = ("registered_count", "participation_rate", "spending_total_yuan")
        return {name: model.measure(name) for name in names}


def gain_of_twice(measure: str) -> Callable[[Seen], float]:
    """(twice - without) / (once - without): 2 if yuan are worth the same, less if they are worth less and less."""

    def number(seen: Seen) -> float:
        without, once, twice = (seen[world][measure] for world in (WITHOUT_MONEY, USUAL, MONEY_TWICE))
        return ratio(twice - without, once - without)

    return number


def _remark(measure: str, show: str, factor: float) -> Callable[[Seen], Title]:
    def remark(seen: Seen) -> Title:
        without, once, twice = (seen[world][measure] * factor for world in (WITHOUT_MONEY, USUAL, MONEY_TWICE))
        gains = shown(once - without, show), shown(twice - without, show)
        spent = [seen[world]["spending_total_yuan"] / 1e6 for world in (WITHOUT_MONEY, USUAL, MONEY_TWICE)]
        return {
            "en": f"{gains[0]} for {spent[1] - spent[0]:.1f} million yuan, {gains[1]} for {spent[2] - spent[0]:.1f}",
            "zh": f"{spent[1] - spent[0]:.1f}百万元得{gains[0]}，{spent[2] - spent[0]:.1f}百万元得{gains[1]}",
        }

    return remark


def nothing_bought(scenario: Scenario) -> Title | None:
    """Why the pattern cannot be asked, if it cannot."""
    if without_money(scenario) is not None:
        return None
    return {"en": "the policy buys nothing by the yuan", "zh": "该政策没有按资金购买的项目"}


def _pattern(name: str, title: Title, measure: str, what: Title, show: str, factor: float = 1.0) -> Pattern:
    return Pattern(
        name=name,
        title=title,
        criterion={"en": "less than 1.8", "zh": "小于1.8"},
        definition={
            "en": f"Gain of {what['en']} at the end from twice the money for contests, purchases, grants and events over the"
            " gain from once the money, both against none of it, in the same luck.",
            "zh": f"竞赛、购买、资助、活动经费加倍与原额所带来的期末{what['zh']}增量之比，均相对无此经费、同一随机性。",
        },
        bounds=Bounds(high=1.8),
        watched=dict.fromkeys((WITHOUT_MONEY, USUAL, MONEY_TWICE), Outcomes),
        number=gain_of_twice(measure),
        remark=_remark(measure, show, factor),
        why_not=nothing_bought,
    )


MONEY_AND_BODIES = _pattern(
    "twice_the_money_bodies", {"en": "Twice the money: registered bodies", "zh": "经费加倍：登记组织"},
    "registered_count", {"en": "registered bodies", "zh": "登记组织数"}, "+,.0f",
)  # fmt: skip
MONEY_AND_PARTICIPATION = _pattern(
    "twice_the_money_participation", {"en": "Twice the money: participation", "zh": "经费加倍：参与率"},
    "participation_rate", {"en": "participation", "zh": "参与率"}, "+.2f", 100.0,
)  # fmt: skip
