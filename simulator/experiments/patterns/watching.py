"""Watching a model while it steps, without touching it.

    watcher = Kind(model);   every month: model.step(); watcher.watch(model);   at the end: watcher.tallies(model)

An observer reads the city at the months' edges and keeps what it needs of the edge before. It changes nothing: a watched
run is the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from simulator.documents.scenario import Scenario
from simulator.model import DistrictModel


class Observer:
    """Somebody who watches one run."""

    name: ClassVar[str]

    def __init__(self, model: DistrictModel) -> None:
        """At month 0."""

    def watch(self, model: DistrictModel) -> None:
        """At the edge after a month."""

    def tallies(self, model: DistrictModel) -> dict[str, float]:
        """What was counted, finite numbers by name: sums, so that means over replicates of them make sense."""
        raise NotImplementedError


def watched(
    scenario: Scenario, replicate: int, months: int, observers: Sequence[type[Observer]]
) -> dict[str, dict[str, float]]:
    """Run the scenario's first policy for so many months under these eyes: the tallies of each observer by its name."""
    model = DistrictModel(scenario, replicate=replicate)
    try:
        watchers = [kind(model) for kind in observers]
        for _ in range(months):
            model.step()
            for watcher in watchers:
                watcher.watch(model)
        return {watcher.name: watcher.tallies(model) for watcher in watchers}
    finally:
        model.close()
