"""Luck: uniform, keyed by who and when, the same for every policy; races and births that disturb nobody else."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulator.language import streams
from simulator.language.errors import ModelError
from simulator.language.streams import NAMES, Streams, poisson, race
from tests.chance import assert_binomial, assert_multinomial, assert_uniform

HERE = Streams(7, 2)
IDENTITIES = np.arange(100_000)


@pytest.mark.parametrize("identities", [IDENTITIES, IDENTITIES << 40, (IDENTITIES * 4096) + 17, IDENTITIES[::-1] - 50_000])
def test_dice_are_uniform(identities: np.ndarray) -> None:
    """Whatever bits of an identity differ. False alarm 1e-4."""
    dice = HERE.dice("founding", 3, identities)
    assert_uniform(dice)
    assert ((dice > 0) & (dice < 1)).all()
    assert np.unique(dice).size == dice.size


def test_dice_of_neighbours_are_independent() -> None:
    """Pairs that differ by one identity, one month, one name, one replicate, one seed fill the square evenly. 1e-4 each."""
    first = HERE.dice("founding", 3, IDENTITIES)
    for second in (
        HERE.dice("founding", 3, IDENTITIES + 1), HERE.dice("founding", 4, IDENTITIES),
        HERE.dice("founding", -1, IDENTITIES), HERE.dice("entry", 3, IDENTITIES),
        Streams(7, 3).dice("founding", 3, IDENTITIES), Streams(8, 2).dice("founding", 3, IDENTITIES),
    ):  # fmt: skip
        assert (first != second).all()
        square, _, _ = np.histogram2d(first, second, bins=10, range=[[0, 1], [0, 1]])
        assert_multinomial(square, np.ones(100))


@pytest.mark.parametrize("month", [-12, 0, 59])
def test_few_dice_are_thrown_as_many_are(month: int) -> None:
    """One by one or in a column, bit for bit; in a table, too; and none when nobody asks."""
    names = np.concatenate([IDENTITIES[:50].astype(np.int64), [-1, -(2**63), 2**63 - 1]])
    many = HERE.dice("lifecycle", month, names)
    for few in range(1, 7):
        for first in range(0, names.size - few, 7):
            alone = HERE.dice("lifecycle", month, names[first : first + few])
            assert alone.tobytes() == many[first : first + few].tobytes()
    assert HERE.dice("lifecycle", month, names[:4].reshape(2, 2)).tolist() == many[:4].reshape(2, 2).tolist()
    assert HERE.dice("lifecycle", month, names[:40].reshape(2, 20)).tolist() == many[:40].reshape(2, 20).tolist()
    assert HERE.dice("lifecycle", month, names[:0]).shape == (0,)


def test_dice_are_counted() -> None:
    streams = Streams(1, 0)
    for identities in ([3], [1, 2], range(40)):
        streams.dice("entry", 1, list(identities))
    assert streams.thrown == {"entry": 43}


def test_a_die_does_not_depend_on_the_others() -> None:
    dice = HERE.dice("lifecycle", 12, IDENTITIES)
    some = np.random.default_rng(1).permutation(IDENTITIES)[:999]
    assert (HERE.dice("lifecycle", 12, some) == dice[some]).all()
    assert HERE.dice("lifecycle", 12, 5)[0] == dice[5]
    again = Streams(7, 2)
    again.dice("entry", 1, IDENTITIES)
    assert (again.dice("lifecycle", 12, IDENTITIES) == dice).all()


def test_streams_are_their_own() -> None:
    """The same place gives the same draws; another street, month, replicate or name gives others."""
    draws = [
        tuple(stream.words(name, *place).random_raw(4).tolist())
        for stream in (HERE, Streams(7, 3), Streams(8, 2))
        for name in ("residents", "communities")
        for place in ((0, 0), (0, 1), (1, 0), ())
    ]
    assert len(set(draws)) == len(draws)
    assert HERE.words("residents", 0, 1).random_raw(4).tolist() == Streams(7, 2).words("residents", 0, 1).random_raw(4).tolist()
    ours, theirs = HERE.generator("scale").random(3), Streams(7, 2).generator("scale").random(3)
    assert ours.tolist() == theirs.tolist()


def test_refusals() -> None:
    with pytest.raises(ModelError, match=r"seed \(=-1\)"):
        Streams(-1, 0)
    with pytest.raises(ModelError, match=r"replicate \(=-2\)"):
        Streams(0, -2)
    with pytest.raises(ModelError, match="'plumless' and 'buckeroo' have the same key"):
        streams._check_names(("founding", "plumless", "buckeroo"))
    with pytest.raises(KeyError):
        HERE.dice("no such luck", 0, 1)
    assert len(set(NAMES)) == len(NAMES)


def test_a_race_is_tullock() -> None:
    """First and second winner of 40,000 races among four: Tullock drawn one after another. False alarm 1e-4."""
    weights, races = np.array([1.0, 2.0, 3.0, 6.0]), 40_000
    dice = HERE.dice("contest choice", 0, np.arange(4 * races)).reshape(races, 4)
    orders = Counter(tuple(race(weights, row, 2).tolist()) for row in dice)
    counts, law = [], []
    for one, two in permutations(range(4), 2):
        counts.append(orders[one, two])
        law.append(weights[one] / 12 * weights[two] / (12 - weights[one]))
    assert sum(counts) == races
    assert_multinomial(counts, law)


@given(
    weights=st.lists(st.just(0.0) | st.floats(1e-6, 50.0), min_size=1, max_size=12), winners=st.integers(1, 8),
    luck=st.integers(0, 1000), more=st.floats(0.01, 50.0),
)  # fmt: skip
def test_one_candidate_more_displaces_at_most_the_last_winner(
    weights: list[float], winners: int, luck: int, more: float
) -> None:
    dice = HERE.dice("grant choice", luck, np.arange(len(weights) + 1))
    before = race(np.array(weights), dice[:-1], winners).tolist()
    after = race(np.array([*weights, more]), dice, winners).tolist()
    assert len(before) == min(winners, sum(weight > 0 for weight in weights))
    assert all(weights[one] > 0 for one in before)
    without = [one for one in after if one != len(weights)]
    assert without == before[: len(without)]
    assert len(before) - len(without) <= 1


@pytest.mark.parametrize("mean", [0.03, 1.0, 4.5, 60.0])
def test_births_are_poisson(mean: float) -> None:
    """100,000 draws against the law. False alarm 1e-4."""
    births = poisson(np.full(IDENTITIES.size, mean), HERE.dice("founding", 9, IDENTITIES))
    most = int(births.max()) + 1
    law = np.append(stats.poisson.pmf(np.arange(most), mean), stats.poisson.sf(most - 1, mean))
    assert_multinomial(np.append(np.bincount(births, minlength=most), 0), law)


def test_births_invert_the_law_at_the_die() -> None:
    dice = np.array([1e-9, 0.2, 0.5, 0.9, 0.999, 1 - 1e-12])
    for mean in (0.0, 0.1, 2.0, 17.0):
        assert poisson(np.full(6, mean), dice).tolist() == stats.poisson.ppf(dice, mean).clip(0).tolist()


@given(means=st.lists(st.floats(0, 80), min_size=2, max_size=6), die=st.floats(1e-9, 1 - 1e-9))
def test_a_higher_mean_takes_no_birth_away(means: list[float], die: float) -> None:
    rising = np.sort(means)
    births = poisson(rising, np.full(rising.size, die))
    assert all(fewer <= more for fewer, more in pairwise(births.tolist()))


def test_the_four_corners_of_a_die() -> None:
    """A quarter of dice fall into each quarter, for each name there is. False alarm 1e-4 for each."""
    for name in NAMES:
        dice = HERE.dice(name, 0, np.arange(4000))
        assert_binomial(int((dice < 0.25).sum()), 4000, 0.25)
        assert_binomial(int((dice >= 0.75).sum()), 4000, 0.25)
