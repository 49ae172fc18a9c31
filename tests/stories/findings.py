"""What became of an expectation: did it hold, what was found, and how likely other luck would have it fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.dynamics.levers import LEVERS
from simulator.language.errors import UnknownName
from tests.stories.chances import ALLOWED, p_wrong_side
from tests.stories.lives import SAME_BODIES, Life, capability_of_same_bodies, hours_of, series, yuan_for
from tests.stories.moments import EVERYBODY, HAZARDS, RATES, alike, differ, groups_for, ratio
from tests.stories.story import Expectation, Interval

SAME = 1e-9
"""Relative: two numbers that differ by less are the same but for rounding."""

Pair = tuple[Life, Life]
"""The same replicate without and with the instrument."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one expectation."""

    expectation: Expectation
    holds: bool
    found: str
    chance: float = 0.0
    """That it would fail with another seed."""

    @property
    def spends_too_much(self) -> bool:
        """Does it hold by luck, or so nearly that other luck would have it fail?"""
        return self.holds and self.chance > ALLOWED

    def __str__(self) -> str:
        if self.spends_too_much:
            return (
                f"too near to call: '{self.expectation}' holds ({self.found}), but would fail with another seed with"
                f" probability {self.chance:.1g}, and {ALLOWED:.0g} is allowed; assert it on the lever or the hazard,"
                " make the instrument stronger under `with`, or take more pairs"
            )
        return f"{'as told' if self.holds else 'not so'}: '{self.expectation}'; found {self.found}"


def examine(expectation: Expectation, pairs: Sequence[Pair]) -> Finding:
    """Hold an expectation against what was lived: exact ones against each watched pair, others against all pairs."""
    if expectation.kind == "lever":
        return _each(expectation, [_lever(expectation, pair) for pair in pairs])
    if expectation.is_exact:
        return _each(expectation, [_chance_or_rate(expectation, pair) for pair in pairs if pair[0].moments])
    return _outcome(expectation, pairs)


def _each(expectation: Expectation, found: Sequence[tuple[bool, str]]) -> Finding:
    """An exact expectation holds in every pair; what is shown is the first pair in which it does not."""
    shown = next(((holds, words) for holds, words in found if not holds), found[0])
    return Finding(expectation, *shown)


# exact ----------------------------------------------------------------------------------------------------------------


def _lever(expectation: Expectation, pair: Pair) -> tuple[bool, str]:
    name = expectation.subject
    if name not in LEVERS:
        raise UnknownName("lever", name, list(LEVERS))
    without, with_it = pair[0].levers[name], pair[1].levers[name]
    month = without.size - 1 if expectation.month is None else expectation.month
    one, other = float(without[month]), float(with_it[month])
    words = f"{other:.6g} in month {month}, {one:.6g} without"
    if expectation.is_:
        return _inside(other, expectation.is_), words
    return _moved(expectation, one, other), words


def _chance_or_rate(expectation: Expectation, pair: Pair) -> tuple[bool, str]:
    """A hazard or rate, in the month asked for, or in the first in which it (or anything, if it is to stay) moves."""
    name, group = expectation.subject, expectation.of or EVERYBODY
    known = HAZARDS if expectation.kind == "hazard" else RATES
    if name not in known:
        raise UnknownName(expectation.kind, name, sorted(known))
    if group not in groups_for(name):
        raise UnknownName(f"group of {name}", group, sorted(groups_for(name)))
    months = range(len(pair[0].moments)) if expectation.month is None else (expectation.month,)
    for month in months:
        without, with_it = pair[0].moments[month], pair[1].moments[month]
        values = ratio(without, with_it, name, group)
        moved = values is not None and not _same(*values)
        if expectation.month is None and not (moved or (expectation.unchanged and differ(without, with_it))):
            continue
        if values is None:
            return False, f"there are no {group} in month {month}"
        words = f"{values[1]:.6g} in month {month}, {values[0]:.6g} without"
        if not alike(without, with_it, name):
            late = f"luck has parted the two worlds before month {month}: read it earlier, or assert a measure"
            return False, f"{words}; but {late}"
        if expectation.times:
            factor = values[1] / values[0] if values[0] else np.inf
            return _inside(factor, expectation.times), f"{words}: times {factor:.6g}"
        return _moved(expectation, *values), words
    if expectation.unchanged:
        return False, "the two worlds never part: nothing was done that could have changed it"
    return False, "it never moves"


def _moved(expectation: Expectation, without: float, with_it: float) -> bool:
    if expectation.unchanged:
        return _same(without, with_it)
    sign = 1 if expectation.moves == "up" else -1
    return not _same(without, with_it) and sign * (with_it - without) > 0


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= SAME * max(abs(one), abs(other))


def _inside(value: float, interval: Interval) -> bool:
    slack = SAME * abs(value)
    low, high = interval.low, interval.high
    return bool((low is None or value >= low - slack) and (high is None or value <= high + slack))


# over all pairs -------------------------------------------------------------------------------------------------------


def _outcome(expectation: Expectation, pairs: Sequence[Pair]) -> Finding:
    if expectation.subject == SAME_BODIES:
        month = -1 if expectation.month is None else expectation.month
        without, with_it = np.array([capability_of_same_bodies(*pair, month) for pair in pairs]).T
    else:
        look = _look(expectation)
        without, with_it = (np.array([look(pair[side]) for pair in pairs]) for side in (0, 1))
    words = _shown(without, with_it)
    if expectation.kind in ("hours", "money") and not (without.any() or with_it.any()):
        return Finding(expectation, False, f"{words}; it is called otherwise: {_called(expectation, pairs)}")
    if expectation.is_:
        return _mean_inside(expectation, with_it, np.zeros_like(with_it), expectation.is_, words)
    if not (np.isfinite(without).all() and np.isfinite(with_it).all()):
        return Finding(expectation, False, f"{words}; it is not known in every pair: say what it `is` with the instrument")
    change = with_it - without
    if expectation.unchanged:
        return Finding(expectation, bool((change == 0).all()), words)
    if expectation.by:
        return _mean_inside(expectation, change, without if expectation.by.percent else None, expectation.by, words)
    margins = change if expectation.moves == "up" else -change
    return Finding(expectation, bool(margins.mean() > 0), words, p_wrong_side(margins))


def _called(expectation: Expectation, pairs: Sequence[Pair]) -> str:
    """What hours were booked for, or yuan paid for, in these worlds."""
    lives = [life for pair in pairs for life in pair]
    if expectation.kind == "money":
        return ", ".join(sorted({purpose for life in lives for purpose in life.yuan}))
    return ", ".join(sorted({f"{pool.split(':')[0]} for {what}" for life in lives for pool, what in life.hours}))


def _look(expectation: Expectation) -> Callable[[Life], float]:
    name, month, purpose = expectation.subject, expectation.month, expectation.purpose
    if expectation.kind == "hours":
        assert purpose is not None
        return lambda life: hours_of(life, name, purpose)
    if expectation.kind == "money":
        return lambda life: yuan_for(life, name)
    return lambda life: float(series(life, name)[-1 if month is None else month])


def _mean_inside(
    expectation: Expectation, values: NDArray[np.float64], whole: NDArray[np.float64] | None, interval: Interval, words: str
) -> Finding:
    """Does the mean lie in an interval (of the mean of `whole`, if it is in percent)? The chances of both ends add."""
    if not np.isfinite(values).all():
        return Finding(expectation, False, f"{words}; it is not known in every pair")
    scale = whole if interval.percent and whole is not None else np.ones_like(values)
    margins, slack = [], SAME * float(np.abs(values).max())
    if interval.low is not None:
        margins.append(values - interval.low * scale + slack)
    if interval.high is not None:
        margins.append(interval.high * scale - values + slack)
    holds = all(margin.mean() >= 0 for margin in margins)
    return Finding(expectation, holds, words, sum(p_wrong_side(margin) for margin in margins))


def _shown(without: NDArray[np.float64], with_it: NDArray[np.float64]) -> str:
    change = with_it - without
    error = change.std(ddof=1) / np.sqrt(change.size)
    return (
        f"{change.mean():+.4g} (standard error {error:.2g}, {change.size} pairs):"
        f" {without.mean():.5g} without, {with_it.mean():.5g} with"
    )
