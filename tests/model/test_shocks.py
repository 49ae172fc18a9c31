"""A shock: registration and founding at 0.15 for two months, a part of which follows later (assumption: half)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest

from simulator.documents.scenario import Scenario, Shock
from simulator.dynamics.registration import application_hazard
from simulator.model import DistrictModel
from tests.model.worlds import microcosm, month_opened, shortened

MONTH, MONTHS, LEFT, BACKLOG = 6, 2, 0.15, 0.5
AFTER = 6
"""Months over which a backlog is worked off."""


def shocked(scenario: Scenario) -> Scenario:
    shock = Shock(MONTH, MONTHS, {"registration": LEFT, "founding": LEFT}, BACKLOG, None)
    return dataclasses.replace(scenario, shocks=(shock,))


def at_their_levers(scenario: Scenario, months: int) -> Sequence[tuple[float, float]]:
    """The registration lever and the hazard of applying of all bodies, per lever of 1, month by month."""
    model, seen = DistrictModel(scenario, "as-it-is"), []
    for _ in range(months):
        with month_opened(model):
            hazard = float(application_hazard(model.setting, model._levels.registration_per_year).sum())
            seen.append((model.setting.levers["registration"], hazard))
        model.step()
    return seen


def test_a_dip_and_a_partial_rebound() -> None:
    levers = np.array([lever for lever, _ in at_their_levers(shocked(microcosm()), 18)])
    assert (levers[:MONTH] == 1).all()
    assert (levers[MONTH : MONTH + MONTHS] == LEFT).all()
    rebound = levers[MONTH + MONTHS : MONTH + MONTHS + AFTER]
    assert (rebound > 1).all()
    assert (levers[MONTH + MONTHS + AFTER :] == 1).all()
    lost, regained = (1 - LEFT) * MONTHS, (rebound - 1).sum()
    assert regained == pytest.approx(BACKLOG * lost)


def test_registration_dips() -> None:
    """The hazard itself, in the month of the shock, in the same district: 0.15 of what it would be."""
    plain, hit = at_their_levers(microcosm(), 8), at_their_levers(shocked(microcosm()), 8)
    assert plain[MONTH][1] > 0
    assert hit[MONTH][1] == pytest.approx(LEFT * plain[MONTH][1])
    assert hit[:MONTH] == plain[:MONTH]


def test_foundings_dip_and_come_back_in_part() -> None:
    """Numbers of births are inverted at common dice, so a dip takes foundings away and adds none, whatever the luck.

    Afterwards only the rebound is above 1; the groups that were not founded leave less competition, so no sign is certain
    month by month: over all replicates the rebound is held against what is expected of it, false-alarm rate below 1 in 1,000:
    under no rebound at all the sum of the differences would have mean near 0, and it has its own standard error.
    """
    dips, rebounds = [], []
    for replicate in range(20):
        flows = []
        for scenario in (microcosm(), shocked(microcosm())):
            model = DistrictModel(shortened(scenario, 14), "as-it-is", replicate=replicate)
            for _ in range(14):
                model.step()
            none = np.zeros(1)
            flows.append(np.array([flow.get("founding", none).sum() for flow in model._flows]))
        plain, hit = flows
        assert (hit[:MONTH] == plain[:MONTH]).all()
        assert (hit[MONTH : MONTH + MONTHS] <= plain[MONTH : MONTH + MONTHS]).all()
        dips.append((hit - plain)[MONTH : MONTH + MONTHS].sum())
        rebounds.append((hit - plain)[MONTH + MONTHS :].sum())
    assert sum(dips) < 0
    error = np.std(rebounds, ddof=1) / np.sqrt(len(rebounds))
    assert np.mean(rebounds) > 0, "nothing comes back"
    assert np.mean(rebounds) < -np.mean(dips) + 3.4 * error, "more comes back than was held up"
