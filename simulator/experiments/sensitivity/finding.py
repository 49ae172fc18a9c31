"""What a sweep says of the importance of its numbers: indices with intervals, and their order as far as it is sure.

Two things could have come out otherwise: where the points lie, and which replicates (cities, people, luck) they met. All
points meet the same replicates, so an effect that differs between replicates is smooth over the points, and no resampling of
points sees it. Both are tried on halves drawn at random (the delete-half jackknife, Shao and Wu 1989), halves of the points and
halves of the replicates, m of R:

    variance of an estimate = variance over halves of points + m / (R - m) * variance over halves of replicates
    sure that one comes before another = Student's t of (difference / its standard deviation), degrees of freedom after
                                         Satterthwaite (1946): R - 1 where replicates make most of it

An order is told where that is at least 0.975 (so that exchangeable neighbours are told apart in 5 of 100 sweeps), where there
are five replicates or more, and where the first of the two is above nothing. What an index shows where there is nothing to
see: for sobol the share of chance, for Morris what chance makes of elementary effects, for delta and pawn what shuffled numbers
show.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm
from scipy.stats import t as student

from simulator.experiments.sensitivity.methods import Importance, Name, Sample, estimate, rough
from simulator.experiments.sensitivity.sample import Taken, take
from simulator.experiments.sweeps.opened import SweepResult
from simulator.language.errors import UserError
from simulator.language.labels import Measure, word
from simulator.language.labels import measure as measure_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Numbers = NDArray[np.float64]
SURE: Final = 0.975
FEWEST_REPLICATES: Final = 5
MOSTLY: Final = 0.5
HALVES: Final = 100
SHUFFLED: Final = 20
FIFTH: Final = 0.2
Z: Final = 1.96

@dataclass(frozen=True)
class Sensitivity:
    """The importance of each number for one measure under one policy.

    table: a row for each number, the most important first: the indices of the method with `_low` and `_high` (95 %), `sure`
        (that this number comes before the next), `above_nothing`, and the measure's mean in the lowest and highest fifth of its
        range (`at_low`, `at_high`, with standard errors)
    """

    measure: Measure
    policy: str
    month: int
    method: Name
    main: str
    table: pd.DataFrame
    taken: Taken
    nothing: float
    """What the main index shows where there is nothing to see."""
    sweep: SweepResult

    @property
    def has_replicates(self) -> bool:
        """Are there enough replicates to say anything of other ones?"""
        return self.taken.replicates >= FEWEST_REPLICATES

    @property
    def unsure(self) -> list[tuple[str, str, float]]:
        """Neighbours that the sample does not tell apart although the first is above nothing, and how sure their order is."""
        names, sure, above = (self.table[column].tolist() for column in ("number", "sure", "above_nothing"))
        return [(one, other, p) for (one, other), p, is_above in zip(pairwise(names), sure, above, strict=False)
                if is_above and not p >= SURE]  # fmt: skip

    @property
    def leader(self) -> str | None:
        """The number that comes first for sure; None if the sample does not say."""
        first = self.table.iloc[0]
        alone = len(self.table) == 1
        is_sure = self.has_replicates and bool(first["above_nothing"]) and (alone or first["sure"] >= SURE)
        return str(first["number"]) if is_sure else None

    @property
    def below_nothing(self) -> list[str]:
        """Numbers whose index could be that of a number that does nothing."""
        return self.table.loc[~self.table["above_nothing"], "number"].tolist()

    def remarks(self, language: str = "en") -> list[str]:
        """What a reader must know: how large the sample is, what is chance, what is not told apart."""
        taken = self.taken
        said = [word("sensitivity_sample", language, points=taken.points, replicates=taken.replicates)]
        if taken.points_left_out:
            said.append(word("sensitivity_left_out", language, points=taken.points_left_out))
        if not np.isnan(taken.luck):
            said.append(word("sensitivity_luck", language, share=f"{taken.luck:.1%}"))
        if self.sweep.manifest["equal_budget"]:
            said.append(word("sensitivity_equal", language))
        if taken.luck > MOSTLY:
            said.append(word("sensitivity_mostly_luck", language))
        said += [word("sensitivity_nothing", language, number=name) for name in self.below_nothing]
        if not self.has_replicates:
            return [*said, word("sensitivity_few_replicates", language, fewest=FEWEST_REPLICATES)]
        if not self.unsure and len(self.below_nothing) < len(self.table) > 1:
            said.append(word("sensitivity_ordered", language))
        for one, other, sure in self.unsure:
            said.append(word("sensitivity_unsure", language, one=one, other=other, sure=f"{sure:.2f}"))
        return said

    def machine_readable(self) -> dict[str, Any]:
        """As JSON tells it."""
        return {
            "measure": self.measure.name, "unit": self.measure.unit["en"], "policy": self.policy, "month": self.month,
            "method": self.method, "index": self.main, "points": self.taken.points, "replicates": self.taken.replicates,
            "points_left_out": self.taken.points_left_out, "share_of_luck": self.taken.luck, "nothing": self.nothing,
            "numbers": self.table.to_dict("records"), "not_told_apart": [list(one) for one in self.unsure],
            "remarks": self.remarks(),
        }  # fmt: skip

    def plot(self, language: str = "en") -> Figure:
        """Bars of the indices with their intervals."""
        from simulator.experiments.sensitivity.figures import bars

        return bars(self, language)

    def tornado(self, language: str = "en") -> Figure:
        """The measure where each number is lowest and highest."""
        from simulator.experiments.sensitivity.figures import tornado

        return tornado(self, language)


def sensitivity(
    sweep: SweepResult, measure: str, policy: str | None = None, month: int | None = None, method: str | None = None
) -> Sensitivity:
    """The importance of the numbers of a sweep for a measure.

    policy: the first of the sweep unless given; month: the horizon unless given; method: the one that the design was made for
    (saltelli: sobol, morris: morris), else delta. UserError if the sweep cannot answer.
    """
    policy = sweep.policies[0] if policy is None else policy
    taken = take(sweep, measure, policy, month, method)
    try:
        main, table, nothing = judged(taken, sweep.names)
    except (ValueError, np.linalg.LinAlgError) as error:  # of SALib, whose densities need values that differ
        raise UserError(f"{measure} hardly varies over these points: too little for {taken.method}; try pawn") from error
    table = table.assign(unit=[_unit(sweep, name) for name in table["number"]])
    month = sweep.horizon if month is None else month
    return Sensitivity(measure_of(measure), policy, month, taken.method, main, table, taken, nothing, sweep)


def judged(taken: Taken, names: Sequence[str]) -> tuple[str, pd.DataFrame, float]:
    """The main index, the table of all numbers with the most important first, and what the main index shows of nothing."""
    found = estimate(taken.method, taken.sample)
    of_points, of_replicates = _halves_of_points(taken), _halves_of_replicates(taken)
    columns = dict(found.columns) | _interval(found, taken, of_points, of_replicates)
    nothing = _nothing(taken)
    order = np.argsort(-found.values, kind="stable")
    table = pd.DataFrame({"number": list(names), **columns, **_ends(taken)}).iloc[order].reset_index(drop=True)
    table["sure"] = [*_sure(found, taken, of_points, of_replicates, order), np.nan]
    table["above_nothing"] = table[f"{found.main}_low"] > nothing
    return found.main, table, nothing


def _halves_of_points(taken: Taken) -> Numbers:
    """The main estimates in random halves of the points, (n_halves, n_numbers)."""
    rng = np.random.default_rng(0)
    units = taken.sample.units
    halves = (np.sort(rng.permutation(units)[: units // 2]) for _ in range(HALVES))
    return _estimates(taken.method, (taken.sample.of(half) for half in halves))


def _halves_of_replicates(taken: Taken) -> Numbers:
    """The main estimates with random halves of the replicates, (n_halves, n_numbers), spread as those of all would be."""
    replicates, half = taken.replicates, taken.replicates // 2
    if replicates < FEWEST_REPLICATES:
        return np.empty((0, taken.sample.x.shape[1]))
    rng = np.random.default_rng(0)
    found = _estimates(taken.method, (taken.of_replicates(rng.permutation(replicates)[:half]) for _ in range(HALVES)))
    middle = found.mean(axis=0)
    return np.asarray(middle + (found - middle) * np.sqrt(half / (replicates - half)))


def _estimates(method: Name, samples: Iterable[Sample]) -> Numbers:
    """Of each sample that allows one; a few halves in which nothing varies are left out."""
    found = []
    for sample in samples:
        try:
            found.append(rough(method, sample))
        except (ValueError, np.linalg.LinAlgError):
            continue
    if len(found) < HALVES // 2:
        raise ValueError("most halves of the sample do not vary")
    return np.array(found)


def _quantile(taken: Taken) -> float:
    """Standard deviations to either side of an estimate that hold 95 %."""
    return float(student.ppf(0.975, taken.replicates - 1)) if taken.replicates >= FEWEST_REPLICATES else Z


def _interval(found: Importance, taken: Taken, of_points: Numbers, of_replicates: Numbers) -> dict[str, Numbers]:
    """The main index's interval: what the method says of the points, and what other replicates would do."""
    low = found.columns.get(f"{found.main}_low")
    half = Z * of_points.std(axis=0, ddof=1) if low is None else found.values - low
    if len(of_replicates):
        half = np.hypot(half, _quantile(taken) * of_replicates.std(axis=0, ddof=1))
    return {f"{found.main}_low": found.values - half, f"{found.main}_high": found.values + half}


def _sure(
    found: Importance, taken: Taken, of_points: Numbers, of_replicates: Numbers, order: NDArray[np.int64]
) -> list[float]:
    """How sure it is that each number comes before the next in the order; empty with too few replicates."""
    sure = []
    for one, other in pairwise(order):
        difference = found.values[one] - found.values[other]
        if not len(of_replicates):
            sure.append(float("nan"))
            continue
        points, replicates = ((halves[:, one] - halves[:, other]).var(ddof=1) for halves in (of_points, of_replicates))
        variance = points + replicates
        if variance == 0:
            sure.append(float(difference > 0))
            continue
        freedom = variance**2 / (points**2 / (HALVES - 1) + replicates**2 / (taken.replicates - 1))
        sure.append(float(student.cdf(difference / np.sqrt(variance), freedom)))
    return sure


def _nothing(taken: Taken) -> float:
    """The main index of what does nothing: its 95 % quantile, for sobol the share that chance has of the variance."""
    if taken.method == "sobol":
        return 0.0 if np.isnan(taken.luck) else taken.luck
    if taken.method == "morris":
        return _luck_of_effects(taken)
    rng = np.random.default_rng(0)
    x = np.column_stack([rng.permutation(taken.sample.x[:, 0]) for _ in range(SHUFFLED)])
    return float(np.quantile(rough(taken.method, Sample(x, taken.sample.y, 1)), 0.95))


def _luck_of_effects(taken: Taken) -> float:
    """Mean size of elementary effects that chance alone makes: steps of 2/3 between means with it; 0 if it is unknown."""
    step = 2 / 3
    one = np.sqrt(2) * taken.luck_sd * np.sqrt(2 / np.pi) / step
    spread = np.sqrt(2) * taken.luck_sd * np.sqrt(1 - 2 / np.pi) / step / np.sqrt(taken.sample.units)
    return 0.0 if np.isnan(one) else float(one + norm.ppf(0.95) * spread)


def _ends(taken: Taken) -> dict[str, list[float]]:
    """The measure's mean where each number is in the lowest and the highest fifth of its range, with standard errors.

    Points of one trajectory or crossing hang together, so errors are those of sums over units.
    """
    found: dict[str, list[float]] = {"at_low": [], "at_low_se": [], "at_high": [], "at_high_se": []}
    y, unit = taken.sample.y, np.arange(len(taken.sample.y)) // taken.sample.unit
    for x in taken.sample.x.T:
        for name, there in (("at_low", x <= np.quantile(x, FIFTH)), ("at_high", x >= np.quantile(x, 1 - FIFTH))):
            mean, n = float(y[there].mean()), int(there.sum())
            sums = np.bincount(unit[there], y[there] - mean, minlength=taken.sample.units)
            units = len(np.unique(unit[there]))
            found[name].append(mean)
            found[f"{name}_se"].append(float(np.sqrt((sums**2).sum() * units / (units - 1)) / n) if units > 1 else np.nan)
    return found


def _unit(sweep: SweepResult, name: str) -> str:
    entry = next(entry for entry in sweep.manifest["vary"] if entry["name"] == name)
    return entry["unit"] if entry["per"] in ("district", "") else f"{entry['unit']} per {entry['per']}"
