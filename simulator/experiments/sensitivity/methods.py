"""Four measures of importance, each by SALib, from points and the measure at them.

    sobol    shares of the measure's variance: `first` by a number alone, `total` with all that it does together with others
             (Saltelli 2010, Jansen 1999); needs a saltelli design
    morris   `mu_star`, mean size of the change when a number moves alone through its range; `sigma`, how much that depends on
             where (Morris 1991, Campolongo 2007); needs a morris design, good for many numbers
    delta    how far knowing the number shifts the measure's whole distribution, 0 to 1 (Borgonovo 2007, Plischke 2013), and a
             `first`-order share estimated from the same sample; any sample
    pawn     median Kolmogorov-Smirnov distance between the measure where the number lies in one tenth of its range, and the
             measure everywhere (Pianosi and Wagener 2018); any sample

Each takes units that may be left out together (crossings of a base point, trajectories, points), so that the order of two
numbers can be tried on halves of the sample.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from simulator.experiments.extras import wanted
from simulator.experiments.sweeps.design import MORRIS_LEVELS, unit_problem

Numbers = NDArray[np.float64]
Name = Literal["sobol", "morris", "delta", "pawn"]
NAMES: Final = ("sobol", "morris", "delta", "pawn")

RESAMPLES: Final = 100
"""Bootstrap samples of an interval."""
_ROUGH: Final = 2
"""Bootstrap samples where the estimate alone is wanted; SALib takes no fewer."""
CONFIDENCE: Final = 0.95
SEED: Final = 1


@dataclass(frozen=True, slots=True)
class Sample:
    """Positions of the points between 0 and 1, (n_points, n_numbers), and the measure at them, (n_points,)."""

    x: Numbers
    y: Numbers
    unit: int
    """Points that belong together: of a crossing or a trajectory."""

    @property
    def units(self) -> int:
        return len(self.y) // self.unit

    def of(self, units: NDArray[np.int64]) -> Sample:
        """The sample of some of its units, (n,)."""
        at = (units[:, None] * self.unit + np.arange(self.unit)).ravel()
        return Sample(self.x[at], self.y[at], self.unit)


@dataclass(frozen=True, slots=True)
class Importance:
    """The estimates of a method: by column, (n_numbers,) each; `main` is the column by which numbers are ordered."""

    main: str
    columns: Mapping[str, Numbers]

    @property
    def values(self) -> Numbers:
        return self.columns[self.main]


def unit_of(method: Name, numbers: int) -> int:
    """How many points belong together."""
    return {"sobol": numbers + 2, "morris": numbers + 1}.get(method, 1)


def estimate(method: Name, sample: Sample, resamples: int = RESAMPLES) -> Importance:
    """The importance of each number with 95 % intervals; with few resamples the intervals mean nothing."""
    problem = unit_problem([str(i) for i in range(sample.x.shape[1])])
    with _quietly():
        match method:
            case "sobol":
                return _sobol(problem, sample, resamples)
            case "morris":
                return _morris(problem, sample, resamples)
            case "delta":
                return _delta(problem, sample, resamples)
            case _:
                return _pawn(problem, sample)


def rough(method: Name, sample: Sample) -> Numbers:
    """The main estimates alone, (n_numbers,)."""
    return estimate(method, sample, _ROUGH).values


def _sobol(problem: dict[str, Any], sample: Sample, resamples: int) -> Importance:
    analyze = wanted("SALib.analyze.sobol", "sensitivity").analyze
    found = analyze(problem, sample.y, calc_second_order=False, num_resamples=resamples, conf_level=CONFIDENCE, seed=SEED)
    first, total = (_interval(name, found[key], found[f"{key}_conf"]) for name, key in (("first", "S1"), ("total", "ST")))
    return Importance("total", {**first, **total})


def _morris(problem: dict[str, Any], sample: Sample, resamples: int) -> Importance:
    analyze = wanted("SALib.analyze.morris", "sensitivity").analyze
    found = analyze(
        problem, sample.x, sample.y, num_resamples=resamples, conf_level=CONFIDENCE, num_levels=MORRIS_LEVELS, seed=SEED
    )
    main = _interval("mu_star", found["mu_star"], found["mu_star_conf"])
    return Importance("mu_star", {**main, "mu": _plain(found["mu"]), "sigma": _plain(found["sigma"])})


def _delta(problem: dict[str, Any], sample: Sample, resamples: int) -> Importance:
    analyze = wanted("SALib.analyze.delta", "sensitivity").analyze
    found = analyze(problem, sample.x, sample.y, num_resamples=resamples, conf_level=CONFIDENCE, seed=SEED)
    main = _interval("delta", found["delta_raw"], found["delta_raw_conf"])
    return Importance("delta", {**main, **_interval("first", found["S1"], found["S1_conf"])})


def _pawn(problem: dict[str, Any], sample: Sample) -> Importance:
    analyze = wanted("SALib.analyze.pawn", "sensitivity").analyze
    found = analyze(problem, sample.x, sample.y, S=10, seed=SEED)
    return Importance("pawn", {"pawn": _plain(found["median"])})


def _interval(name: str, values: Any, half: Any) -> dict[str, Numbers]:
    middle = _plain(values)
    return {name: middle, f"{name}_low": middle - _plain(half), f"{name}_high": middle + _plain(half)}


def _plain(values: Any) -> Numbers:
    return np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)


@contextmanager
def _quietly() -> Iterator[None]:
    """What SALib changes is put back: NumPy's global generator, filters of warnings and how they look. Its own are dropped."""
    generator, look = np.random.get_state(), warnings.formatwarning  # noqa: NPY002
    try:
        with warnings.catch_warnings(record=True):  # it turns filters off again; what is recorded is not printed
            yield
    finally:
        np.random.set_state(generator)  # noqa: NPY002
        warnings.formatwarning = look
