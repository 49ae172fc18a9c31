"""`sanshe` with stub runs in place of the model: `python -m tests.experiments.sweeps.sanshe_stub RUN ARGUMENTS…`."""

from __future__ import annotations

import sys
from functools import partial

from simulator.cli import main
from simulator.experiments.sweeps import sweep as sweeping
from tests.experiments.sweeps import stubs

if __name__ == "__main__":
    one_run = getattr(stubs, sys.argv[1])
    sweeping.sweep = partial(sweeping.sweep, one_run=one_run)  # type: ignore[assignment]
    sys.exit(main(sys.argv[2:]))
