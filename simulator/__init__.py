"""sanshe (三社联动): what district policies do to community social organisations and residents' participation.

    import simulator as sim

    scenario = sim.load("nankai-compare", set=("scale=0.1",))
    result = sim.run(scenario, replicates=4, workers=2)
    result.compare("nankai-baseline")
    result.plot("registered_density", "participation_rate")

    sweep = sim.sweep("places-against-mentors", workers=2)
    sweep.summary("participation_rate")

    model = sim.DistrictModel(scenario, policy="chaoyang", seed=1)
    model.step()

Names are imported when they are first used, so that `import simulator` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.catalogue import load, names, read, validate
    from simulator.documents.scenario import Scenario
    from simulator.experiments.replicates import run
    from simulator.experiments.sweeps.opened import SweepResult, open_sweep
    from simulator.experiments.sweeps.sweep import sweep
    from simulator.language.errors import (
        DocumentError,
        FailedRuns,
        ModelError,
        ResultError,
        SansheError,
        UnknownName,
        UserError,
    )
    from simulator.language.labels import MEASURES
    from simulator.model import DistrictModel, run_once
    from simulator.results.folder import open_result
    from simulator.results.result import Result

_HOME = {
    "DistrictModel": "simulator.model",
    "DocumentError": "simulator.language.errors",
    "FailedRuns": "simulator.language.errors",
    "MEASURES": "simulator.language.labels",
    "ModelError": "simulator.language.errors",
    "Result": "simulator.results.result",
    "ResultError": "simulator.language.errors",
    "SansheError": "simulator.language.errors",
    "Scenario": "simulator.documents.scenario",
    "SweepResult": "simulator.experiments.sweeps.opened",
    "UnknownName": "simulator.language.errors",
    "UserError": "simulator.language.errors",
    "load": "simulator.catalogue",
    "names": "simulator.catalogue",
    "open_result": "simulator.results.folder",
    "open_sweep": "simulator.experiments.sweeps.opened",
    "read": "simulator.catalogue",
    "run": "simulator.experiments.replicates",
    "run_once": "simulator.model",
    "sweep": "simulator.experiments.sweeps.sweep",
    "validate": "simulator.catalogue",
}

__all__ = [  # noqa: RUF022 - in the order in which they are met
    "load", "validate", "names", "read", "Scenario",
    "run", "run_once", "open_result", "Result", "MEASURES",
    "sweep", "open_sweep", "SweepResult",
    "DistrictModel",
    "SansheError", "UserError", "DocumentError", "UnknownName", "ResultError", "FailedRuns", "ModelError",
]  # fmt: skip

assert set(__all__) == set(_HOME), "the front door's table of contents and its names differ"


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'simulator' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
