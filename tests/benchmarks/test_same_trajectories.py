"""With luck of their own, the three ways lead the same town to the same place."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.experiments.benchmarks.plain_mesa import PlainMesa
from simulator.experiments.benchmarks.plain_numpy import PlainNumpy
from simulator.experiments.benchmarks.resident_core import ResidentCore
from tests.benchmarks.towns import Town, people, restless
from tests.chance import assert_same_means

RESIDENTS = 6_000
LUCKS = 20
EDGES = (12, 24)


def ends(way: type[Town], luck: int) -> NDArray[np.float64]:
    """Shares, and events of each kind since the start, at these edges, (28,)."""
    town, seen = way(restless(RESIDENTS), luck), []
    for month in range(1, EDGES[-1] + 1):
        town.step()
        if month in EDGES:
            seen += [people(town).shares(), town.happened.copy()]
    return np.concatenate(seen)


@pytest.fixture(scope="module")
def core() -> NDArray[np.float64]:
    """The core's ends, (20, 28)."""
    return np.array([ends(ResidentCore, luck) for luck in range(LUCKS)])


@pytest.mark.parametrize("way", [PlainNumpy, PlainMesa])
def test_a_peer_leads_where_the_core_leads(way: type[Town], core: NDArray[np.float64]) -> None:
    """Stages, acquainted, registered, members and events of each kind after one and two years, from the same columns.

    Twenty lucks a way give the standard errors. False alarm 1e-4 for each peer, all 28 numbers together (Bonferroni).
    """
    assert_same_means(np.array([ends(way, 100 + luck) for luck in range(LUCKS)]), core)
