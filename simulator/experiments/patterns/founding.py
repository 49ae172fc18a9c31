"""Founding by density: it rises, peaks and falls."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.dynamics.density import Density, measure_density
from simulator.dynamics.founding import density_factor
from simulator.dynamics.setting import Setting
from simulator.experiments.patterns.finding import Bounds, Seen
from simulator.experiments.patterns.pattern import Pattern
from simulator.experiments.patterns.watching import Observer
from simulator.experiments.patterns.worlds import USUAL
from simulator.language.vocabulary import Title
from simulator.model import DistrictModel

MOST: Final = 2.0
"""Densities are tried from 0 to so many times the carrying density."""
STEP: Final = 0.01


def founding_by_density(setting: Setting) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """n / K from 0 to 2, and the factor of founding in a district that is as crowded everywhere, both (201,)."""
    crowding = np.linspace(0.0, MOST, round(MOST / STEP) + 1)
    carrying, streets = setting.parameters["founding"]["K"], len(setting.city.streets)
    densities = (Density(n, np.full(streets, n), 0.0) for n in crowding * carrying)
    return crowding, np.array([float(density_factor(setting, density).mean()) for density in densities])


class Founding(Observer):
    """Where founding peaks, what it is at the ends, and where the district stands."""

    name = "founding"

    def __init__(self, model: DistrictModel) -> None:
        self._at_start = _place(model.setting)

    def tallies(self, model: DistrictModel) -> dict[str, float]:
        crowding, factor = founding_by_density(model.setting)
        top = int(factor.argmax())
        return {
            "peak": float(crowding[top]), "empty": float(factor[0] / factor[top]), "full": float(factor[-1] / factor[top]),
            "at start": self._at_start, "at end": _place(model.setting),
        }  # fmt: skip


def _place(setting: Setting) -> float:
    """n / K of the district."""
    return measure_density(setting.city.organizations, setting.city.streets).groups / setting.parameters["founding"]["K"]


def _remark(seen: Seen) -> Title:
    found = seen[USUAL]
    return {
        "en": f"founding at n = 0 and 2K: {found['empty']:.2f} and {found['full']:.2f} of the peak;"
        f" the district goes from {found['at start']:.2f} to {found['at end']:.2f} K",
        "zh": f"n=0与2K处为峰值的{found['empty']:.2f}与{found['full']:.2f}；"
        f"本区由{found['at start']:.2f}K到{found['at end']:.2f}K",
    }


FOUNDING = Pattern(
    name="founding_by_density",
    title={"en": "Founding is hump-shaped in density", "zh": "新生率随密度先升后降"},
    criterion={"en": "peak inside 0–2 K", "zh": "峰值在0–2K之内"},
    definition={
        "en": "The model's factor of density on founding at the end of the run, tried at n/K from 0 to 2: the n/K of its peak."
        " A property of the mechanism, not of the luck.",
        "zh": "期末模型中密度对新生率的系数，n/K由0到2逐点计算：峰值所在的n/K。属机制性质，与随机性无关。",
    },
    bounds=Bounds(STEP / 2, MOST - STEP / 2),
    watched={USUAL: Founding},
    number=lambda seen: seen[USUAL]["peak"],
    remark=_remark,
)
