"""Communities: participation differs between them by more than luck."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.experiments.patterns.finding import Bounds, Seen
from simulator.experiments.patterns.pattern import Pattern
from simulator.experiments.patterns.watching import Observer
from simulator.experiments.patterns.worlds import USUAL
from simulator.language.vocabulary import Title
from simulator.model import DistrictModel


def dispersion(taking_part: NDArray[np.int64], residents: NDArray[np.int64]) -> float:
    """Variance of shares between communities over the binomial's, (n,), (n,): chi squared per degree of freedom.

    sum over c of (x_c - n_c p)^2 / (n_c p (1 - p)) / (n - 1), p the share of all; 1 on average if everybody took part by luck.
    """
    p = taking_part.sum() / residents.sum()
    binomial = residents * p * (1 - p)
    return float(np.sum((taking_part - residents * p) ** 2 / binomial) / (residents.size - 1))


class Participation(Observer):
    """How participation differs between communities, at the start and at the end."""

    name = "participation"

    def __init__(self, model: DistrictModel) -> None:
        self._at_start = self._now(model)

    def tallies(self, model: DistrictModel) -> dict[str, float]:
        return {"at start": self._at_start, "at end": self._now(model)}

    @staticmethod
    def _now(model: DistrictModel) -> float:
        stages = model.city.residents.stage_count
        return dispersion(stages[:, 2:].sum(axis=1), stages.sum(axis=1))


def _remark(seen: Seen) -> Title:
    at_start = seen[USUAL]["at start"]
    return {"en": f"at the start {at_start:.1f}", "zh": f"期初{at_start:.1f}"}


COMMUNITIES = Pattern(
    name="communities_differ",
    title={"en": "Communities differ in participation", "zh": "社区间参与差异"},
    criterion={"en": "at least twice the binomial", "zh": "不小于二项分布的2倍"},
    definition={
        "en": "Variance of participation between communities at the end over that of a binomial with the district's share"
        " (chi squared per degree of freedom).",
        "zh": "期末社区间参与率方差与同均值二项分布方差之比（每自由度卡方）。",
    },
    bounds=Bounds(low=2.0),
    watched={USUAL: Participation},
    number=lambda seen: seen[USUAL]["at end"],
    remark=_remark,
    places=1,
)
