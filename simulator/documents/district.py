"""A district: its published figures, each a number with unit, source and certainty, and what is in force at its start.

The table of figures is the class `Figures` itself: a field is declared once with its unit, bounds and titles, and
reading, `show` and `schema` all use that declaration.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final, Literal

from pydantic import Field, InstanceOf

from simulator.documents.form import NO_TITLE, Bilingual, Form, Text
from simulator.documents.in_force import InForce
from simulator.documents.parameter import Parameter, Shares
from simulator.documents.policy import Entry
from simulator.documents.reading import Document, Problems
from simulator.documents.relations import check_relations
from simulator.documents.wording import plain
from simulator.language.errors import did_you_mean


@dataclass(frozen=True, slots=True)
class Figure:
    """What a figure of a district counts, and between which bounds it makes sense."""

    unit: str
    low: float
    high: float
    en: str
    zh: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups over which a figure is distributed."""

    names: tuple[str, ...]
    en: str
    zh: str


class Figures(Form):
    """The published figures of a district."""

    # people and places
    residents: Annotated[Parameter, Figure("residents", 1000, 30_000_000, "Residents", "常住人口", whole=True)]
    households: Annotated[Parameter, Figure("households", 300, 15_000_000, "Households", "户数", whole=True)]
    streets: Annotated[Parameter, Figure("streets", 1, 200, "Streets", "街道（镇）数", whole=True)]
    communities: Annotated[Parameter, Figure("communities", 1, 5000, "Communities", "社区数", whole=True)]
    streets_size_sd_log: Annotated[Parameter, Figure("log", 0, 2, "Spread of street sizes", "街道规模离散度")]
    communities_size_sd_log: Annotated[Parameter, Figure("log", 0, 2, "Spread of community sizes", "社区规模离散度")]
    age_shares: Annotated[Shares, Groups(("under_18", "18_34", "35_59", "60_plus"), "Age bands", "年龄构成")]
    housing_shares: Annotated[
        Shares,
        Groups(("old_estate", "commodity", "affordable", "high_end", "functional", "village"), "Housing", "住房类型构成"),
    ]
    # organisations
    registered: Annotated[
        Parameter, Figure("organisations", 0, 100_000, "Registered bodies", "登记社会组织", whole=True)
    ]
    filed: Annotated[Parameter, Figure("organisations", 0, 500_000, "Filed bodies", "备案社区社会组织", whole=True)]
    support: Annotated[Parameter, Figure("organisations", 0, 10_000, "Support-type bodies", "支持型组织", whole=True)]
    hubs: Annotated[
        Parameter, Figure("organisations", 0, 500, "Street hub federations", "街道枢纽型联合会", whole=True)
    ]
    latent_per_10000: Annotated[
        Parameter, Figure("per 10,000 residents", 0, 500, "Latent groups per 10,000 residents", "每万人潜在群体")
    ]
    filed_active_share: Annotated[Parameter, Figure("share", 0, 1, "Active share of filed bodies", "备案组织活跃比例")]
    registered_active_share: Annotated[
        Parameter, Figure("share", 0, 1, "Active share of registered bodies", "登记组织活跃比例")
    ]
    professional_share: Annotated[
        Parameter, Figure("share", 0, 1, "Professional share of registered bodies", "登记组织中专业机构比例")
    ]
    organization_age_shares: Annotated[
        Shares, Groups(("under_1", "1_3", "3_5", "5_10", "over_10"), "Ages of bodies in years", "组织存续年限构成")
    ]
    filed_members_median: Annotated[
        Parameter, Figure("members", 1, 1000, "Median members of filed bodies", "备案组织成员中位数")
    ]
    filed_members_sd_log: Annotated[Parameter, Figure("log", 0, 3, "Spread of their members", "备案组织成员离散度")]
    registered_staff_median: Annotated[
        Parameter, Figure("staff", 0, 500, "Median staff of registered bodies", "登记组织专职人员中位数")
    ]
    capability_mean: Annotated[Parameter, Figure("0-1", 0, 1, "Mean capability", "平均能力")]
    capability_sd: Annotated[Parameter, Figure("0-1", 0, 0.5, "Spread of capability", "能力离散度")]
    # residents' participation
    uninvolved_share: Annotated[Parameter, Figure("share", 0, 1, "Uninvolved residents", "未参与居民比例")]
    aware_share: Annotated[Parameter, Figure("share", 0, 1, "Aware residents", "知晓居民比例")]
    participant_share: Annotated[Parameter, Figure("share", 0, 1, "Participants", "参与居民比例")]
    volunteer_share: Annotated[Parameter, Figure("share", 0, 1, "Active volunteers", "活跃志愿者比例")]
    backbone_share: Annotated[Parameter, Figure("share", 0, 1, "Backbones", "骨干比例")]
    unfamiliar_share: Annotated[
        Parameter, Figure("share", 0, 1, "Residents who do not know their neighbours", "邻里不熟悉比例")
    ]
    registered_volunteer_rate: Annotated[Parameter, Figure("share", 0, 1, "Registered volunteers", "注册志愿者比例")]
    party_member_share: Annotated[Parameter, Figure("share", 0, 1, "Party members", "党员比例")]
    trained_leaders: Annotated[Parameter, Figure("persons", 0, 100_000, "Trained leaders", "受训领袖", whole=True)]
    reporting_breadth: Annotated[
        Parameter, Figure("kinds", 1, 4, "Kinds of taking part that a survey counts", "统计口径宽度")
    ]
    # those who serve
    committee_free_fte: Annotated[
        Parameter, Figure("fte per community", 0, 50, "Free time of residents' committees", "居委会可用人力")
    ]
    community_rooms_m2: Annotated[
        Parameter, Figure("m2 per community", 0, 20_000, "Rooms of a community", "社区用房面积")
    ]
    station_fte: Annotated[Parameter, Figure("fte per street", 0, 200, "Social workers of a station", "社工站人力")]
    hub_fte: Annotated[Parameter, Figure("fte per hub", 0, 200, "Staff of a street hub", "枢纽组织人力")]
    hub_rooms_m2: Annotated[Parameter, Figure("m2 per hub", 0, 20_000, "Rooms of a street hub", "枢纽组织用房面积")]
    # its own trend
    trend_per_year: Annotated[Parameter | None, Figure("share/year", -0.5, 1, "Own trend of bodies", "组织自身增速")] = None


def _declared(kind: type[Figure | Groups]) -> Iterator[tuple[str, Any]]:
    for name, info in Figures.model_fields.items():
        for item in info.metadata:
            if isinstance(item, kind):
                yield name, item


FIGURES: Final[dict[str, Figure]] = dict(_declared(Figure))
"""Every figure that is one number: unit, bounds and titles."""

SHARES: Final[dict[str, Groups]] = dict(_declared(Groups))
"""Every figure that is a distribution over groups."""

STAGES: Final = ("uninvolved_share", "aware_share", "participant_share", "volunteer_share", "backbone_share")
"""The shares of residents at the five stages of participation; they sum to 1."""

NOT_MORE: Final = (("households", "residents"), ("streets", "communities"), ("hubs", "registered"))
"""The first of each pair cannot be more than the second."""


class DistrictForm(Figures):
    """The file of a district."""

    kind: Literal["district"]
    title: Bilingual = Field(description="its name in English (en) and Chinese (zh)")
    in_force: tuple[Entry, ...] = Field(description="the instruments in force at its start, as in a policy")
    note: Text | None = None

    @classmethod
    def stand_ins(cls) -> dict[str, Any]:
        numbers = {name: {"value": figure.low, "unit": figure.unit, "certainty": "assumption"}
                   for name, figure in FIGURES.items()}  # fmt: skip
        shares = {name: {"values": dict.fromkeys(groups.names, 1 / len(groups.names)), "certainty": "assumption"}
                  for name, groups in SHARES.items()}  # fmt: skip
        return {**numbers, **shares, "title": NO_TITLE, "in_force": ()}


class District(Figures):
    """A district that was held against the declarations; what is in force has no end."""

    name: str
    title: Bilingual
    in_force: tuple[InstanceOf[InForce], ...]


def check_district(document: Document[DistrictForm], problems: Problems) -> None:
    """Units, bounds, groups and sums of a district's figures; problems are noted."""
    form = document.form
    given = {name: getattr(form, name) for name in FIGURES if getattr(form, name) is not None}
    for name, parameter in given.items():
        _check_figure(document, name, parameter, FIGURES[name], problems)
        check_relations(name, parameter, given, partial(document.place, name), problems)
    for name, groups in SHARES.items():
        shares = getattr(form, name)
        if shares is not None:
            _check_shares(document, name, shares, groups, problems)
    total = sum(getattr(form, name).value for name in STAGES)
    if abs(total - 1) > 1e-6 and all(document.is_whole(name) for name in STAGES):
        problems.add(document.key(STAGES[0]), "shares", names=", ".join(STAGES), total=plain(total))
    for less, more in NOT_MORE:
        small, large = getattr(form, less).value, getattr(form, more).value
        if small > large and document.is_whole(less) and document.is_whole(more):
            problems.add(document.place(less, "value"), "more than", less=less, small=plain(small), more=more,
                         large=plain(large))  # fmt: skip


def _check_figure(
    document: Document[DistrictForm], name: str, parameter: Parameter, figure: Figure, problems: Problems
) -> None:
    low, high = plain(figure.low), plain(figure.high)
    if parameter.unit != figure.unit:
        problems.add(document.place(name, "unit"), "wrong unit", given=parameter.unit, name=name, of="it",
                     wanted=figure.unit)  # fmt: skip
    if not figure.low <= parameter.value <= figure.high:
        problems.add(document.place(name, "value"), "outside bounds", name=name, value=plain(parameter.value), of="it",
                     low=low, high=high, unit=figure.unit)  # fmt: skip
    elif figure.whole and parameter.value != int(parameter.value):
        problems.add(document.place(name, "value"), "must be whole", name=name, value=plain(parameter.value),
                     unit=figure.unit)  # fmt: skip
    if parameter.range is not None and not figure.low <= parameter.range[0] <= parameter.range[1] <= figure.high:
        least, most = map(plain, parameter.range)
        problems.add(document.place(name, "range"), "range outside bounds", low=least, high=most, name=name, of="it",
                     least=low, most=high, unit=figure.unit)  # fmt: skip


def _check_shares(
    document: Document[DistrictForm], name: str, shares: Shares, groups: Groups, problems: Problems
) -> None:
    for group, value in shares.values.items():
        if group not in groups.names:
            problems.add(document.key(name, "values", group), "unknown name", kind=f"group of {name}", given=group,
                         hint=did_you_mean(group, groups.names))  # fmt: skip
        elif not 0 <= value <= 1:
            problems.add(document.place(name, "values", group), "outside bounds", name=group, value=plain(value),
                         of="it", low="0", high="1", unit="share")  # fmt: skip
    if not document.is_whole(name):
        return
    for group in groups.names:
        if group not in shares.values:
            problems.add(document.place(name, "values"), "missing key", key=group, about="")
    total = sum(shares.values.values())
    if abs(total - 1) > 1e-6:
        problems.add(document.key(name), "shares", names=f"of {name}", total=plain(total))


