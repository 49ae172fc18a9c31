"""Sizes: a few bodies have most of the members."""

from __future__ import annotations

from simulator.experiments.patterns.finding import Bounds
from simulator.experiments.patterns.pattern import Pattern
from simulator.experiments.patterns.watching import Observer
from simulator.experiments.patterns.worlds import USUAL
from simulator.model import DistrictModel


class Sizes(Observer):
    """How unequal memberships are at the end."""

    name = "sizes"

    def tallies(self, model: DistrictModel) -> dict[str, float]:
        return {"gini": model.measure("members_gini")}


SIZES = Pattern(
    name="sizes",
    title={"en": "Sizes are unequal", "zh": "规模分布不均"},
    criterion={"en": "Gini at least 0.5", "zh": "基尼系数不小于0.5"},
    definition={
        "en": "Gini coefficient of the members of community bodies alive at the end, latent and dormant ones included.",
        "zh": "期末存续的社区类组织（含未备案与休眠者）成员数的基尼系数。",
    },
    bounds=Bounds(low=0.5),
    watched={USUAL: Sizes},
    number=lambda seen: seen[USUAL]["gini"],
)
