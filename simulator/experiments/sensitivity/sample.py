"""From a stored sweep to the sample that a method needs: positions of points, and the mean of a measure at each.

The mean is over replicates that are there for every point, so that all points have met the same luck. What of it other
replicates could change is estimated from a table with a row for each point and a column for each replicate:

    chance of a mean = mean square of what neither row nor column explains / replicates
    share of chance  = chance of a mean / variance of the means over points

What neither explains is luck that points do not share, and effects that differ between replicates (other people, streets).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from simulator.documents.laws import at_position
from simulator.documents.sweep import DesignForm
from simulator.experiments.sensitivity.methods import NAMES, Name, Sample, unit_of
from simulator.experiments.sweeps.design import positions
from simulator.experiments.sweeps.opened import SweepResult
from simulator.language.errors import UnknownName, UserError

Numbers = NDArray[np.float64]
COVERED = 0.9
"""Replicates with fewer of the points than this share of the best covered one are left out: they are still being done."""

FEWEST_POINTS = 20


@dataclass(frozen=True, slots=True)
class Taken:
    """What a sample was made from."""

    sample: Sample
    method: Name
    points: int
    points_left_out: int
    values: Numbers
    """The measure by point and replicate, (n_points, n_replicates); `sample.y` is its mean over replicates."""

    @property
    def replicates(self) -> int:
        return int(self.values.shape[1])

    @property
    def luck(self) -> float:
        """Share of the variance of the points' means that other replicates could change; empty with one replicate."""
        return chance(self.values)[0]

    @property
    def luck_sd(self) -> float:
        """Its standard deviation in a point's mean."""
        return chance(self.values)[1]

    def of_replicates(self, chosen: NDArray[np.int64]) -> Sample:
        """The sample of the means over some replicates only."""
        return Sample(self.sample.x, self.values[:, chosen].mean(axis=1), self.sample.unit)


def take(sweep: SweepResult, measure: str, policy: str, month: int | None, method: str | None) -> Taken:
    """The sample of a measure under a policy; UserError or UnknownName if the sweep cannot answer."""
    if policy not in sweep.policies:
        raise UnknownName("policy of this sweep", policy, sweep.policies)
    chosen = _method(sweep, method)
    cube = sweep.cube(measure, month)[sweep.policies.index(policy)]
    there = ~np.isnan(cube)
    if not there.any():
        at = sweep.horizon if month is None else month
        why = f"it is empty at month {at}" if sweep.counts.done else "its runs are still to be done"
        raise UserError(f"{measure} has no value at any point: {why}")
    per_replicate = there.sum(axis=0)
    values = cube[:, per_replicate >= COVERED * per_replicate.max()]
    whole = ~np.isnan(values).any(axis=1)
    unit = unit_of(chosen, len(sweep.names))
    whole = np.repeat(whole.reshape(-1, unit).all(axis=1), unit)
    if whole.sum() < max(FEWEST_POINTS, 4 * unit):
        raise UserError(
            f"{int(whole.sum())} points are too few for {chosen}; at least {max(FEWEST_POINTS, 4 * unit)} are needed"
        )
    x, values = _positions(sweep, chosen)[whole], values[whole]
    y = values.mean(axis=1)
    if np.ptp(y) == 0:
        raise UserError(f"{measure} is the same at all points ({y[0]:g}): it depends on nothing that varies here")
    return Taken(Sample(x, y, unit), chosen, int(whole.sum()), int((~whole).sum()), values)


def _method(sweep: SweepResult, asked: str | None) -> Name:
    """The method asked for, or the one that the design was made for; UserError if the design does not allow it."""
    design = sweep.manifest["design"]["method"]
    own: dict[str, Name] = {"saltelli": "sobol", "morris": "morris"}
    if asked is not None and asked not in NAMES:
        raise UnknownName("method", asked, NAMES)
    if asked in ("sobol", "morris") and own.get(design) != asked:
        wanted = {"sobol": "saltelli", "morris": "morris"}[asked]
        raise UserError(f"method {asked} needs a {wanted} design, and this sweep is a {design} one; take delta or pawn, or "
                        f"sweep with design: {{method: {wanted}, points: …}}")  # fmt: skip
    if asked in ("delta", "pawn") and design == "morris":
        raise UserError(f"method {asked} needs points spread evenly, and trajectories are not; take morris")
    found = next((name for name in NAMES if name == asked), None)
    return found or own.get(design, "delta")


def _positions(sweep: SweepResult, method: Name) -> Numbers:
    """Where in its range each number lies at each point, (n_points, n_numbers); ranks where a sample is all there is."""
    design, vary = sweep.manifest["design"], sweep.manifest["vary"]
    frame = sweep.points()
    words = [name for name in sweep.names if frame[name].dtype.kind not in "if"]
    if words:
        raise UserError(f"{words[0]} varies over words, which have no order; sensitivity needs numbers")
    fixed = [name for name in sweep.names if frame[name].nunique() == 1]
    if fixed:
        raise UserError(f"{fixed[0]} has the same value at all points")
    if method in ("sobol", "morris"):
        cube = positions(DesignForm(**design), len(vary))
        for column, entry in enumerate(vary):
            again = np.array([at_position(entry["law"], entry["low"], entry["high"], float(u)) for u in cube[:, column]])
            if not entry["whole"] and not np.allclose(again, frame[entry["name"]], rtol=1e-9, atol=0):
                raise UserError("the points of this sweep are not those that this version of SALib makes from its design; "
                                "use the version that made them")  # fmt: skip
        return cube
    shuffled = np.random.default_rng(0).permutation(len(frame))  # equal values get ranks in no order that means anything
    ranks = np.empty((len(frame), len(vary)))
    for column, name in enumerate(sweep.names):
        ranks[shuffled, column] = (rankdata(frame[name].to_numpy(dtype=float)[shuffled], method="ordinal") - 0.5) / len(frame)
    return ranks


def chance(values: Numbers) -> tuple[float, float]:
    """The share of chance, and the standard deviation of chance in a point's mean, from (n_points, n_replicates)."""
    points, replicates = values.shape
    if replicates < 2:
        return float("nan"), float("nan")
    rest = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0, keepdims=True) + values.mean()
    of_mean = (rest**2).sum() / ((points - 1) * (replicates - 1)) / replicates
    return float(min(of_mean / values.mean(axis=1).var(ddof=1), 1.0)), float(np.sqrt(of_mean))
