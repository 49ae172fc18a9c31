"""Levers: the named quantities that instruments and shocks move, each declared once.

Several movements of one lever combine as it declares, in any order: `add` sums departures from neutral, `multiply` takes
the product, `union` is 1 - (1-p)(1-q) for probabilities, `set` takes the one value and refuses two different ones. The
result is held within the lever's bounds. A lever moved by nobody is exactly at its neutral value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final

from simulator.language.errors import UserError
from simulator.language.vocabulary import Combination, Lever


def _lever(
    name: str, unit: str, neutral: float, low: float, high: float, combine: Combination, en: str, zh: str, moves: str
) -> Lever:
    return Lever(name, unit, neutral, low, high, combine, {"en": en, "zh": zh}, moves)


LEVERS: Final[Mapping[str, Lever]] = {
    lever.name: lever
    for lever in (
        # money and offices
        _lever("execution_rate", "share", 0.6, 0.0, 1.0, "set", "Share of budgets that is disbursed", "预算执行率",
               "up: more of every budget line is released"),
        _lever("allocation_delay_months", "months", 9.0, 0.0, 36.0, "set", "Months from budget to release", "资金下达时滞",
               "up: every budget line is released later"),
        _lever("street_execution", "share", 0.0, -1.0, 1.0, "add", "Execution of street lines", "街道资金执行率增减",
               "up: more of every budget line of streets and communities is released"),
        _lever("project_gain", "factor", 1.0, 0.5, 2.0, "multiply", "Worth of project money", "项目资金效能",
               "up: the same project money makes more activity"),
        _lever("applicants", "factor", 1.0, 0.0, 5.0, "multiply", "Applicants at calls", "申报面",
               "up: more of those who may bid at a call do"),
        _lever("open_to_community", "share", 0.0, 0.0, 1.0, "add", "Contracts kept open to community bodies",
               "向社区组织开放的合同比重", "up: more new contracts go to community bodies first"),
        _lever("contracts_to_local", "share", 0.0, 0.0, 1.0, "add", "Contracts handed over to local bodies",
               "移交本地组织的合同比重", "up: more of professional bodies' contracts pass to able local bodies at their end"),
        # organisations
        _lever("founding", "factor", 1.0, 0.0, 10.0, "multiply", "Founding of groups", "自发成立",
               "up: founding hazard"),
        _lever("filing", "factor", 1.0, 0.0, 100.0, "multiply", "Ease of filing", "备案便利度",
               "up: filing hazard of latent groups, never above 1 a year"),
        _lever("registration", "factor", 1.0, 0.0, 20.0, "multiply", "Ease of registration", "登记便利度",
               "up: registration hazard of filed bodies that qualify, and entry of professional bodies"),
        _lever("filed_registration", "factor", 1.0, 0.0, 20.0, "multiply", "Ease of registration for filed bodies",
               "备案组织登记便利度", "up: registration hazard of filed bodies that qualify, and of nobody else"),
        _lever("required_capital_yuan", "yuan", 30000.0, 0.0, 100000.0, "set", "Capital required to register",
               "注册资金要求", "down: more filed bodies qualify for registration"),
        _lever("dormancy", "factor", 1.0, 0.0, 5.0, "multiply", "Falling dormant", "休眠风险",
               "up: dormancy hazard of all bodies"),
        _lever("revival", "factor", 1.0, 0.0, 10.0, "multiply", "Waking up", "唤醒机会",
               "up: revival hazard of dormant bodies"),
        _lever("stage_dropout", "factor", 1.0, 0.0, 5.0, "multiply", "Dropping out of incubation", "孵化退出",
               "up: share of the incubated that drops out at each stage"),
        _lever("capability_drift_per_year", "per year", 0.0, -0.2, 0.2, "add", "Drift of capability", "能力漂移",
               "up: capability of every active body rises by this much a year, less near 1"),
        _lever("support_spill_per_year", "per year", 0.0, 0.0, 0.5, "add", "Spill of support bodies", "支持型组织溢出",
               "up: capability growth per support-type body per 100 bodies"),
        # residents and communities
        _lever("outreach", "factor", 1.0, 0.0, 10.0, "multiply", "Outreach contacts", "外展接触",
               "up: opportunities of the uninvolved to become aware"),
        _lever("event_places", "factor", 1.0, 0.0, 10.0, "multiply", "Places at events", "活动名额",
               "up: opportunities of the aware to take part, and acquaintance"),
        _lever("positions", "factor", 1.0, 0.0, 10.0, "multiply", "Positions for volunteers", "志愿岗位",
               "up: vacancies for participants and volunteers"),
        _lever("slip", "factor", 1.0, 0.0, 5.0, "multiply", "Slipping a stage", "退出风险",
               "up: hazard of taking part less"),
        _lever("quitting", "factor", 1.0, 0.0, 5.0, "multiply", "Volunteers' quitting", "志愿者退出",
               "up: hazard of volunteers and backbones to take part less"),
        _lever("volunteer_hours", "factor", 1.0, 0.2, 3.0, "multiply", "Hours of a volunteer", "志愿者人均工时",
               "up: hours that members give to their bodies, willingly: no load on them"),
        _lever("recognition", "level", 0.0, 0.0, 3.0, "add", "Recognition", "认可激励",
               "up: slipping less, if recognition is not crowding out (its sign is uncertain)"),
        _lever("double_registration", "level", 0.0, 0.0, 1.0, "add", "Party members' double registration", "党员双报到",
               "up: climbing of party members"),
        _lever("estate_fit", "level", 0.0, 0.0, 1.0, "add", "Fit to the type of estate", "分类施策程度",
               "up: residents of estates where people climb or meet less than usual come nearer to the usual"),
        _lever("worker_hours", "factor", 1.0, 0.2, 3.0, "multiply", "Hours of social workers", "社工有效工时",
               "up: hours of stations and hubs"),
        _lever("committee_free_time", "factor", 1.0, 0.0, 5.0, "multiply", "Committee time free of paperwork",
               "居委会自治时间", "up: outreach and events of residents' committees"),
        _lever("follow_through", "share", 0.0, -1.0, 1.0, "add", "Deliberation followed by action", "议事落实率",
               "up: efficacy gained from visible events"),
        _lever("need_match", "share", 0.0, 0.0, 1.0, "add", "Match of services and needs", "供需匹配",
               "up: the same hours cover more of residents' needs"),
        _lever("reporting_breadth", "kinds", 0.0, 0.0, 3.0, "add", "Breadth of what surveys count", "统计口径宽度",
               "up: reported participation only, never the true one"),
    )
}

NEUTRAL: Final = {name: lever.neutral for name, lever in LEVERS.items()}


class Levers(dict[str, float]):
    """Where the levers stand in a month: what is moved, by how much, by whom."""

    def __init__(self, movements: Iterable[tuple[str, float]] = ()) -> None:
        moved: dict[str, list[float]] = {}
        for name, amount in movements:
            moved.setdefault(name, []).append(amount)
        super().__init__(NEUTRAL)
        self.update((name, combined(LEVERS[name], amounts)) for name, amounts in moved.items())


def combined(lever: Lever, amounts: list[float]) -> float:
    """Several movements of one lever as one value, within its bounds; the order of the amounts does not matter.

    UserError if a lever that can only be set is set to two different values.
    """
    ordered = sorted(amounts)
    match lever.combine:
        case "add":
            value = lever.neutral + math.fsum(ordered)
        case "multiply":
            value = lever.neutral * math.prod(ordered)
        case "union":
            value = 1 - math.prod(1 - p for p in [lever.neutral, *ordered])
        case "set":
            if ordered[0] != ordered[-1]:
                raise UserError(
                    f"lever '{lever.name}' is set to {ordered[0]:g} and to {ordered[-1]:g} at the same time;"
                    " it can only be set once"
                )
            value = ordered[0]
    return min(max(value, lever.low), lever.high)


def carried(lever: Lever, amount: float, delivery: float) -> float:
    """A movement of which only the share `delivery` (0 to 1) is delivered: nothing of it is the lever's rest.

    The rest of `set` is the neutral value, of `multiply` 1, of `add` and `union` 0.
    """
    if delivery >= 1:
        return amount
    rest = {"set": lever.neutral, "multiply": 1.0, "add": 0.0, "union": 0.0}[lever.combine]
    return rest + max(delivery, 0.0) * (amount - rest)
