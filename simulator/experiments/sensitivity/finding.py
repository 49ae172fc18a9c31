"""What a sweep says of the importance of its numbers: indices with intervals, their order as far as it is sure, and luck.

Whether one number comes before another is tried on halves of the sample: over many halves drawn at random, the difference of
the two estimates has about the standard error of the whole sample's difference (the delete-half jackknife, Shao and Wu 1989):

    sure = Phi(difference / standard deviation over halves)

and an order with less than 0.95 is not told as one. What an index shows where there is nothing to see is told too: for delta
and pawn that of numbers shuffled at random, for Morris what luck alone makes of elementary effects.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from simulator.experiments.sensitivity.methods import Importance, Name, Sample, estimate, rough
from simulator.experiments.sensitivity.sample import Taken, take
from simulator.experiments.sweeps.opened import SweepResult
from simulator.language.labels import Measure, word
from simulator.language.labels import measure as measure_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Numbers = NDArray[np.float64]
SURE: Final = 0.95
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
    """What the main index shows where there is nothing to see; 0 for shares of variance."""
    sweep: SweepResult

    @property
    def unsure(self) -> list[tuple[str, str, float]]:
        """Neighbours in the order that the sample does not tell apart, and how sure their order is."""
        names, sure = self.table["number"].tolist(), self.table["sure"].tolist()
        return [(one, other, p) for one, other, p in zip(names, names[1:], sure, strict=False) if p < SURE]

    @property
    def below_nothing(self) -> list[str]:
        """Numbers whose index could be that of a number that does nothing."""
        return self.table.loc[~self.table["above_nothing"], "number"].tolist()

    def remarks(self, language: str = "en") -> list[str]:
        """What a reader must know: how large the sample is, what is luck, what is not told apart."""
        taken, said = self.taken, []
        said.append(word("sensitivity_sample", language, points=taken.points, replicates=taken.replicates))
        if taken.points_left_out:
            said.append(word("sensitivity_left_out", language, points=taken.points_left_out))
        said.append(word("sensitivity_luck_unknown", language) if np.isnan(taken.luck)
                    else word("sensitivity_luck", language, share=f"{taken.luck:.1%}"))  # fmt: skip
        said += [word("sensitivity_nothing", language, number=name) for name in self.below_nothing]
        if not self.unsure:
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
    found = estimate(taken.method, taken.sample)
    halves = _halves(taken.method, taken.sample)
    columns = dict(found.columns)
    if taken.method == "pawn":
        sd = halves.std(axis=0, ddof=1)
        columns |= {"pawn_low": found.values - Z * sd, "pawn_high": found.values + Z * sd}
    nothing = _nothing(taken)
    order = np.argsort(-found.values, kind="stable")
    table = pd.DataFrame({"number": sweep.names, **columns, **_ends(sweep, taken)}).iloc[order].reset_index(drop=True)
    table["sure"] = [*_sure(found, halves, order), np.nan]
    table["above_nothing"] = table[f"{found.main}_low"] > nothing
    table = table.assign(unit=[_unit(sweep, name) for name in table["number"]])
    month = sweep.horizon if month is None else month
    return Sensitivity(measure_of(measure), policy, month, taken.method, found.main, table, taken, nothing, sweep)


def _halves(method: Name, sample: Sample) -> Numbers:
    """The main estimates in random halves of the sample, (n_halves, n_numbers)."""
    rng = np.random.default_rng(0)
    halves = (np.sort(rng.permutation(sample.units)[: sample.units // 2]) for _ in range(HALVES))
    return np.array([rough(method, sample.of(half)) for half in halves])


def _sure(found: Importance, halves: Numbers, order: NDArray[np.int64]) -> list[float]:
    """How sure it is that each number comes before the next in the order."""
    sure = []
    for one, other in pairwise(order):
        sd = (halves[:, one] - halves[:, other]).std(ddof=1)
        difference = found.values[one] - found.values[other]
        sure.append(float(norm.cdf(difference / sd)) if sd > 0 else float(difference > 0))
    return sure


def _nothing(taken: Taken) -> float:
    """The 95 % quantile of the main index of what does nothing."""
    if taken.method == "sobol":
        return 0.0
    if taken.method == "morris":
        return _luck_of_effects(taken)
    rng = np.random.default_rng(0)
    x = np.column_stack([rng.permutation(taken.sample.x[:, 0]) for _ in range(SHUFFLED)])
    return float(np.quantile(rough(taken.method, Sample(x, taken.sample.y, 1)), SURE))


def _luck_of_effects(taken: Taken) -> float:
    """Mean size of elementary effects that luck alone makes: steps of 2/3 between means with this luck; 0 if it is unknown."""
    step = 2 / 3
    one = np.sqrt(2) * taken.luck_sd * np.sqrt(2 / np.pi) / step
    spread = np.sqrt(2) * taken.luck_sd * np.sqrt(1 - 2 / np.pi) / step / np.sqrt(taken.sample.units)
    return 0.0 if np.isnan(one) else float(one + norm.ppf(SURE) * spread)


def _ends(sweep: SweepResult, taken: Taken) -> dict[str, list[float]]:
    """The measure's mean where each number is in the lowest and the highest fifth of its range, with standard errors."""
    found: dict[str, list[float]] = {"at_low": [], "at_low_se": [], "at_high": [], "at_high_se": []}
    for column in range(len(sweep.names)):
        x, y = taken.sample.x[:, column], taken.sample.y
        for name, part in (("at_low", y[x <= np.quantile(x, FIFTH)]), ("at_high", y[x >= np.quantile(x, 1 - FIFTH)])):
            found[name].append(float(part.mean()))
            found[f"{name}_se"].append(float(part.std(ddof=1) / np.sqrt(len(part))) if len(part) > 1 else float("nan"))
    return found


def _unit(sweep: SweepResult, name: str) -> str:
    entry = next(entry for entry in sweep.manifest["vary"] if entry["name"] == name)
    return entry["unit"] if entry["per"] in ("district", "") else f"{entry['unit']} per {entry['per']}"
