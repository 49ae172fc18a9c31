"""Sizes: a few bodies have most of the members."""

from __future__ import annotations

import numpy as np

from simulator.city.organizations import Kind
from simulator.experiments.patterns.finding import Bounds, Seen, shown
from simulator.experiments.patterns.pattern import Pattern
from simulator.experiments.patterns.watching import Observer
from simulator.experiments.patterns.worlds import USUAL
from simulator.language.vocabulary import Title
from simulator.model import DistrictModel
from simulator.observation.edge import gini


class Sizes(Observer):
    """How unequal memberships are at the end."""

    name = "sizes"

    def tallies(self, model: DistrictModel) -> dict[str, float]:
        bodies = model.city.organizations
        on_the_books = bodies.counted() & (bodies.kind == Kind.COMMUNITY)
        of_counted = gini(bodies.members[on_the_books].astype(np.float64))
        return {"gini": model.measure("members_gini"), "of counted": of_counted}


def _remark(seen: Seen) -> Title:
    of_counted = shown(seen[USUAL]["of counted"], ".2f")
    return {"en": f"of those on the books {of_counted}", "zh": f"其中在册组织{of_counted}"}


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
    remark=_remark,
)
