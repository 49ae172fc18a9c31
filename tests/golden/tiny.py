"""The tiny runs that the golden file holds: the microcosm, two years, two policies."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from simulator.model import run_once
from tests.model.worlds import district, microcosm, shortened

FILE: Final = Path(__file__).with_name("microcosm.csv")
POLICIES: Final = ("as-it-is", "nankai-recommended")
MONTHS: Final = (0, 1, 6, 12, 24)

Rows = dict[tuple[str, str, int], float]
"""By policy, measure and month."""


def computed() -> Rows:
    """What the model gives today."""
    scenario = shortened(microcosm(), max(MONTHS))
    rows: Rows = {}
    for policy in POLICIES:
        record = run_once(scenario, policy)
        for measure in record.measures:
            rows |= {(policy, measure, month): float(district(record, measure)[month]) for month in MONTHS}
    return rows


def write(rows: Rows) -> None:
    """One line a number, to the last bit."""
    lines = ["policy,measure,month,value", *(f"{p},{name},{month},{value!r}" for (p, name, month), value in rows.items())]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def committed() -> Rows:
    """What the file holds."""
    rows: Rows = {}
    for line in FILE.read_text(encoding="utf-8").splitlines()[1:]:
        policy, measure, month, value = line.split(",")
        rows[policy, measure, int(month)] = float(value)
    return rows
