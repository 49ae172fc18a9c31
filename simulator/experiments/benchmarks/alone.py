"""A run in a process of its own, so that its memory is its own.

    python -m simulator.experiments.benchmarks.alone SCENARIO POLICY YEARS      prints what it came to as JSON
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any


@dataclass(frozen=True, slots=True)
class Alone:
    """What one run came to."""

    seconds: float
    """From a loaded scenario to a record, the city built on the way; programs were loaded before."""
    peak_bytes: float
    """The most memory that the process held, Python and libraries too; NaN where the system doesn't tell."""
    months: int
    facts: Mapping[str, Any]
    timings: Mapping[str, float]

    @property
    def resident_months(self) -> int:
        """Dice that residents threw."""
        return int(self.facts["dice_of_residents"])

    @property
    def events(self) -> float:
        """Share of residents to whom something happened in a month."""
        return float(sum(self.facts["events"].values())) / self.resident_months

    @property
    def looked_at(self) -> float:
        """Share of residents looked at in a month."""
        return float(self.facts["residents_looked_at"]) / self.resident_months

    @property
    def keyed_dice(self) -> int:
        """Keyed dice thrown, by residents looked at, bodies, leaders and programmes."""
        return int(sum(self.facts["keyed_dice"].values()))


def run_alone(scenario: str, policy: str, years: int) -> Alone:
    """One run of a scenario of the catalogue in a new process. CalledProcessError if that fails."""
    words = [sys.executable, "-m", __name__, scenario, policy, str(years)]
    # In a session of its own Ctrl-C does not reach it: it is ended quietly by whoever waits for it.
    ended = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, start_new_session=True)
    return Alone(**json.loads(ended.stdout))


def peak_bytes() -> float:
    """The most memory that this process has held."""
    try:  # an exec'd process inherits the peak of who started it from getrusage, but not from here
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return 1024.0 * int(line.split()[1])
    except OSError:
        pass
    try:
        import resource
    except ImportError:
        return float("nan")
    per_unit = 1 if sys.platform == "darwin" else 1024
    return float(per_unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def main(scenario: str, policy: str, years: str) -> None:
    """Run and print."""
    from simulator import catalogue
    from simulator.model import run_once

    loaded = catalogue.load(scenario, years=int(years), policies=[policy])
    began = perf_counter()
    record = run_once(loaded, policy)
    seconds = perf_counter() - began
    print(json.dumps(asdict(Alone(seconds, peak_bytes(), loaded.months, dict(record.facts), dict(record.timings)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
