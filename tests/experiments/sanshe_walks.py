"""`sanshe` with random walks in place of the model: `python -m tests.experiments.sanshe_walks RUN_NAME ARGUMENTS…`."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any

from simulator.cli import main
from simulator.experiments import replicates
from simulator.results.runs import Recording
from tests.experiments import walk as walks
from tests.experiments.walk import Walk


def of_documents(scenario: Any, policy: str, replicate: int) -> Recording:
    """The walk for a scenario read from documents."""
    return walks.walk(as_walk(scenario), policy, replicate)


def failing(scenario: Any, policy: str, replicate: int) -> Recording:
    """As `of_documents`, with a failed run."""
    return walks.walk_with_failures(as_walk(scenario), policy, replicate)


def slow(scenario: Any, policy: str, replicate: int) -> Recording:
    """As `of_documents`; replicate 1 of chaoyang does not end."""
    return walks.slow_walk(as_walk(scenario), policy, replicate)


def as_walk(scenario: Any) -> Walk:
    """A loaded scenario's window and seed as a walk; marks go to the folder in the environment."""
    marks = os.environ.get("WALK_MARKS", "")
    if marks:
        Path(marks).mkdir(parents=True, exist_ok=True)
    return Walk(months=scenario.months, seed=scenario.seed, marks=marks)


if __name__ == "__main__":
    # Processes find a run by its module's name; here that name is __main__, so it is taken from the module itself.
    module = importlib.import_module("tests.experiments.sanshe_walks")
    one_run = {"of_documents": module.of_documents, "failing": module.failing, "slow": module.slow}[sys.argv[1]]
    replicates._model = lambda: one_run
    sys.exit(main(sys.argv[2:]))
