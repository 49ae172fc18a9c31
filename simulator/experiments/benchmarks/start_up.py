"""How long a user waits for nothing: help, a look at a document, and the model's own loading."""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from time import perf_counter
from typing import Final

from simulator.experiments.benchmarks.figure import SECONDS, Figure, Goal, at_most
from simulator.language.vocabulary import Title

_SANSHE: Final = "import sys; from simulator.cli import main; sys.exit(main({words!r}))"
COMMANDS: Final[tuple[tuple[str, Title, str, Goal | None], ...]] = (
    ("help", {"en": "sanshe --help", "zh": "sanshe --help"}, _SANSHE.format(words=["--help"]), at_most(0.3)),
    ("show", {"en": "sanshe show nankai", "zh": "sanshe show nankai"}, _SANSHE.format(words=["show", "nankai"]), None),
    ("import", {"en": "import simulator", "zh": "import simulator"}, "import simulator", None),
    ("model", {"en": "import the model, with Mesa and SciPy", "zh": "载入模型（含Mesa与SciPy）"},
     "import simulator.model", None),
)  # fmt: skip


def start_up(quick: bool) -> list[Figure]:
    """Seconds of new processes, the best of several."""
    rounds = 3 if quick else 7
    return [_figure(name, title, program, goal, rounds) for name, title, program, goal in COMMANDS]


def _figure(name: str, title: Title, program: str, goal: Goal | None, rounds: int) -> Figure:
    taken = [_seconds(program) for _ in range(rounds)]
    beside = {"en": f"best of {rounds} (median {median(taken):.2f})", "zh": f"{rounds}次中最好（中位数{median(taken):.2f}）"}
    return Figure(f"start_{name}", title, min(taken), SECONDS, goal, beside)


def _seconds(program: str) -> float:
    began = perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL, start_new_session=True)
    return perf_counter() - began
