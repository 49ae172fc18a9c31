"""Many small races: chances proportional to weights, one winner each, nobody else's luck touched."""

from __future__ import annotations

import numpy as np

from simulator.dynamics.races import arrivals, pair_identity, paired, winners
from simulator.language.streams import Streams
from tests.chance import assert_binomial


def test_wins_are_proportional_to_weights() -> None:
    n = 20_000
    weights = np.tile([1.0, 2.0, 5.0], n)
    race = np.repeat(np.arange(n), 3)
    dice = Streams(3, 0).dice("leaders named", 0, np.arange(3 * n))
    won = winners(race, arrivals(dice, weights), n) % 3
    for candidate, share in enumerate((1 / 8, 2 / 8, 5 / 8)):
        assert_binomial(int(np.count_nonzero(won == candidate)), n, share)


def test_nobody_wins_where_nobody_runs() -> None:
    won = winners(np.array([0, 0, 2]), arrivals(np.array([0.5, 0.9, 0.5]), np.array([1.0, 1.0, 0.0])), 4)
    assert won.tolist() == [1, -1, -1, -1]


def test_the_winner_of_each_race_is_the_first_to_arrive() -> None:
    """In any order of the candidates, however many arrive together: the first of the list, then."""
    draw = np.random.default_rng(5)
    race, arrival = draw.integers(0, 9, 300), draw.integers(0, 40, 300) / 8
    arrival[race == 4] = np.inf
    assert np.array_equal(arrivals(arrival + 0.5), arrivals(arrival + 0.5, np.ones(300)))
    for one, first in enumerate(winners(race, arrival, 10)):
        own = np.flatnonzero((race == one) & np.isfinite(arrival))
        assert first == (own[np.argmin(arrival[own])] if own.size else -1)


def test_pairs_are_those_of_the_same_group() -> None:
    race, candidate = paired(np.array([2, 0, 2]), np.array([0, 0, 1, 2, 2, 2]))
    assert list(zip(race.tolist(), candidate.tolist(), strict=True)) == [
        (0, 3), (0, 4), (0, 5), (1, 0), (1, 1), (2, 3), (2, 4), (2, 5),
    ]  # fmt: skip


def test_pair_identities_are_all_different() -> None:
    races, candidates = np.meshgrid(np.arange(500, dtype=np.uint64), np.arange(500, dtype=np.uint64))
    assert np.unique(pair_identity(races.ravel(), candidates.ravel())).size == 250_000
