"""The ladder: powers of its one-step matrix, and base levels that give the district's shares."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulator.dynamics.ladder import solve_ladder
from simulator.language.errors import ModelError
from tests.chance import assert_multinomial
from tests.theory.town import DISTRICT_HOUSING, Town, conditions, counted, town

HOUSING = 1
INDEX = np.arange(160).reshape(16, 5, 2)


def chances(of: Town, k: int, s: int, a: int) -> dict[str, float]:
    """What happens in a month to a resident of this class, stage and acquaintance, from the documented hazards."""
    g, e = of.ground, of.exposure
    climb = g.climb[s] * np.exp(g.dispositions[k]) * g.climb_factor[HOUSING] * np.exp(g.b_acquainted * a)
    hazards = {
        "climb": climb * np.exp(-e.acquainted_ref[0]) * e.opportunity[0, s],
        "slip": g.slip[s] * e.slip[0],
        "acquaint": g.rho * e.contacts[0] * g.contact_factor[HOUSING] * (2 if s >= 2 else 1) * (1 - a),
        "drift": g.drift * a,
        "move": g.move[HOUSING],
        "join": g.join * (s >= 2),
    }
    total = sum(hazards.values())
    return {name: float(hazard / total * (1 - np.exp(-total))) for name, hazard in hazards.items()}


def one_step(of: Town) -> NDArray[np.float64]:
    """The transition matrix over (class, stage, acquainted), (160, 160), state by state."""
    newcomer = np.zeros((16, 5, 2))
    newcomer[:, :, 0] = of.law.newcomer_class[HOUSING, :, None] * of.law.newcomer_stage[:, HOUSING]
    matrix = np.zeros((160, 160))
    for (k, s, a), here in np.ndenumerate(INDEX):
        p = chances(of, k, s, a)
        row = matrix[here]
        row[here] += 1 - sum(p.values()) + p["join"]  # nobody to join: it only takes its part of the die
        row[INDEX[k, min(s + 1, 4), a]] += p["climb"]
        row[INDEX[k, max(s - 1, 0), a]] += p["slip"]
        row[INDEX[k, s, 1]] += p["acquaint"]
        row[INDEX[k, s, 0]] += p["drift"]
        row += p["move"] * newcomer.ravel()
    return matrix


@pytest.mark.parametrize(("b_acquainted", "join", "changed"), [(0.0, 0.0, False), (0.3, 0.05, True)])
def test_the_ladder_follows_the_powers_of_its_matrix(b_acquainted: float, join: float, changed: bool) -> None:
    """60,000 strangers at stage 0, after 1, 6, 24 and 60 months. False alarm 1e-4 at each."""
    here = town(conditions(b_acquainted=b_acquainted), 12, 5000, join=join, at_rest=False)
    if changed:
        here.expose(opportunity=np.tile([2.0, 0.7, 1.5, 3.0, 1.0], (12, 1)), contacts=np.full(12, 1.6), slip=np.full(12, 0.8))
    matrix = one_step(here)
    assert np.allclose(matrix.sum(axis=1), 1)
    start = np.zeros((16, 5, 2))
    start[:, 0, 0] = np.bincount(here.residents.cell, minlength=16) / 60_000
    past = 0
    for month in (1, 6, 24, 60):
        here.live(month - past, past)
        past = month
        expected = (start.ravel() @ np.linalg.matrix_power(matrix, month)).reshape(16, 5, 2)
        assert_multinomial(counted(here.residents), expected.sum(axis=0))
        joint = np.bincount(here.residents.cell, minlength=80).reshape(5, 16).T
        # classes are fixed at the start, not drawn: that only lowers the statistic, and moving makes them drawn
        assert_multinomial(joint, expected.sum(axis=2))


def test_the_solved_law_is_the_matrix_own() -> None:
    here = town(conditions(b_acquainted=0.3), join=0.05)
    law = here.ladder.law[:, HOUSING].ravel() / 16
    assert np.abs(law @ one_step(here) - law).max() < 1e-12


@settings(max_examples=25, deadline=None)
@given(
    weights=st.lists(st.floats(0.02, 1.0), min_size=4, max_size=4), lowest=st.floats(0.2, 0.7),
    acquainted=st.floats(0.1, 0.9), b=st.floats(0.0, 0.6), join=st.floats(0.0, 0.1),
)  # fmt: skip
def test_base_levels_hit_the_shares(weights: list[float], lowest: float, acquainted: float, b: float, join: float) -> None:
    """Shares of stages that fall, as on any ladder, and any share of the acquainted, to 1e-7."""
    falling = np.sort(weights)[::-1] * 0.5 ** np.arange(4)
    shares = np.append(lowest, (1 - lowest) * falling / falling.sum())
    asked = conditions(shares, acquainted, DISTRICT_HOUSING, b)
    ladder = solve_ladder(asked, join * (np.arange(5) >= 2))
    joint = np.einsum("khsa,h->sa", ladder.law, DISTRICT_HOUSING) / 16
    assert np.abs(joint.sum(axis=1) / shares - 1).max() < 1e-6
    assert np.abs(joint.sum(axis=1) - shares).max() < 1e-7
    assert abs(joint[:, 1].sum() - acquainted) < 1e-7
    assert (ladder.law >= 0).all()
    assert np.allclose(ladder.law.sum(axis=(2, 3)), 1)
    assert np.allclose(ladder.leaving.sum(axis=(0, 2)), 1)


def test_flows_at_rest() -> None:
    """What climbs and whom something happens to in a month, and who leaves: counted state by state."""
    here = town(conditions(b_acquainted=0.3), join=0.05)
    law = here.ladder.law[:, HOUSING] / 16
    upward, anything, leaving = np.zeros(5), 0.0, np.zeros((16, 5))
    for (k, s, a), share in np.ndenumerate(law):
        p = chances(here, k, s, a)
        upward[s] += share * p["climb"]
        anything += share * sum(p.values())
        leaving[k, s] += share * p["move"]
    assert here.ladder.upward == pytest.approx(upward)
    assert here.ladder.events_per_month == pytest.approx(anything)
    assert here.ladder.leaving[:, HOUSING] == pytest.approx(leaving / leaving.sum())


def test_shares_that_no_ladder_has_are_refused() -> None:
    with pytest.raises(ModelError, match="no stationary law"):
        solve_ladder(conditions(np.array([1e-9, 1e-9, 1e-9, 1e-9, 1 - 4e-9])))
