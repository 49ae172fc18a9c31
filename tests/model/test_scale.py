"""A part of the district stands for the whole: densities, shares, yuan per resident and capability agree between scales.

What is not promised is not tested: queues, loads, Ginis, and stocks of support-type bodies.
"""

from __future__ import annotations

import numpy as np
import pytest

from simulator.model import DistrictModel
from tests.model.worlds import district, nankai, recorded

PROMISED = (
    "registered_density", "filed_density", "counted_density", "active_density", "participation_rate", "volunteer_rate",
    "backbone_rate", "registered_volunteer_rate", "unfamiliar_share", "spending_per_resident_yuan", "capability_mean",
    "events_per_1000", "service_coverage", "satisfaction",
)  # fmt: skip
RELATIVE = 0.05
ERRORS = 3.0
"""With 5 % on top of three standard errors a measure cries wolf at most 1.5 % of the time even if its truths differ by
those 5 %; while they agree, hardly ever: the 5 % are more than two standard errors of every measure here but the densities
of registered bodies."""


def ends(policy: str, scale: float, replicates: int, measure: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([district(recorded("nankai", policy, r, scale), measure)[-1] for r in range(replicates)])


def assert_agree(policy: str, small: tuple[float, int], large: tuple[float, int]) -> None:
    apart = {}
    for measure in PROMISED:
        a, b = ends(policy, *small, measure), ends(policy, *large, measure)
        error = float(np.sqrt(a.var(ddof=1) / a.size + b.var(ddof=1) / b.size))
        difference = float(a.mean() - b.mean())
        if abs(difference) > ERRORS * error + RELATIVE * abs(b.mean()):
            apart[measure] = (float(a.mean()), float(b.mean()), error)
    assert apart == {}


@pytest.mark.parametrize("policy", ["nankai-baseline", "chaoyang"])
def test_a_tenth_agrees_with_three_tenths(policy: str) -> None:
    assert_agree(policy, (0.1, 8), (0.3, 4))


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["nankai-baseline", "chaoyang", "nankai-recommended"])
def test_a_tenth_agrees_with_the_whole(policy: str) -> None:
    assert_agree(policy, (0.1, 16), (1.0, 4))


@pytest.mark.parametrize("scale", [0.02, 0.1, 0.3])
def test_counts_are_of_the_whole_district(scale: float) -> None:
    """At the start, to the rounding of what is built: stocks are the district's own."""
    model = DistrictModel(nankai(scale), "nankai-baseline")
    figures = model.spec.district
    assert model.measure("registered_count") == pytest.approx(figures.registered.value, rel=0.02 / scale**0.5)
    assert model.measure("filed_count") == pytest.approx(figures.filed.value, rel=0.01 / scale**0.5)
    represented = model.to_record().facts["residents_represented"]
    assert represented == figures.residents.value
    assert model.measure("counted_density") == pytest.approx(model.measure("counted_count") / represented * 10_000)
