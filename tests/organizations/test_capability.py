"""Capability: the exact step, its bounds and its resting point."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from simulator.city.organizations import Kind, Status
from simulator.dynamics.capability import capability_after, doing, learn, standing_decay, support_spill
from tests.organizations import world

rates = st.floats(0, 5)
share = st.floats(0, 1)


def _after(k: float, learning: float, forgetting: float, mentoring: float, k_mentor: float, years: float) -> float:
    one = (np.array([x]) for x in (k, learning, forgetting, mentoring))
    return float(capability_after(*one, k_mentor, years)[0])


@given(k=share, learning=rates, forgetting=rates, mentoring=rates, k_mentor=share, years=st.floats(0, 20))
def test_capability_stays_between_0_and_1(
    k: float, learning: float, forgetting: float, mentoring: float, k_mentor: float, years: float
) -> None:
    assert -1e-12 <= _after(k, learning, forgetting, mentoring, k_mentor, years) <= 1 + 1e-12


@given(k=share, learning=rates, forgetting=rates, mentoring=rates, k_mentor=share, years=st.floats(0.01, 3))
def test_two_half_steps_are_one_step(
    k: float, learning: float, forgetting: float, mentoring: float, k_mentor: float, years: float
) -> None:
    halfway = _after(k, learning, forgetting, mentoring, k_mentor, years / 2)
    again = _after(halfway, learning, forgetting, mentoring, k_mentor, years / 2)
    assert again == pytest.approx(_after(k, learning, forgetting, mentoring, k_mentor, years), abs=1e-8)


@pytest.mark.parametrize(
    ("k", "learning", "forgetting", "mentoring", "k_mentor"),
    [(0.3, 0.25, 0.3, 0.0, 0.8), (0.3, 0.25, 0.3, 0.5, 0.8), (0.5, 2.0, 0.1, 1.0, 0.6), (0.9, 0.1, 2.0, 3.0, 0.6)],
)
def test_the_step_solves_the_equation(
    k: float, learning: float, forgetting: float, mentoring: float, k_mentor: float
) -> None:
    """Also where it crosses the mentors' level, upward and downward."""

    def slope(_: float, y: np.ndarray) -> np.ndarray:
        return learning * (1 - y) + mentoring * np.maximum(k_mentor - y, 0) - forgetting * y

    for years in (0.1, 0.5, 2.0):
        numerical = solve_ivp(slope, (0, years), [k], rtol=1e-10, atol=1e-12, max_step=0.01).y[0, -1]
        assert _after(k, learning, forgetting, mentoring, k_mentor, years) == pytest.approx(numerical, abs=1e-7)


@given(settled=st.floats(0.05, 0.95), learning=st.floats(0.01, 2), gain=st.floats(0, 0.2))
def test_the_decay_holds_a_body_where_it_settled(settled: float, learning: float, gain: float) -> None:
    decay = float(standing_decay(np.array([settled]), learning, gain)[0])
    assert learning * (1 - settled) + gain - decay * settled == pytest.approx(0, abs=1e-12)
    if gain == 0:
        assert _after(0.3, learning, decay, 0.0, 0.8, 1e4) == pytest.approx(settled)


def test_doing_is_concave_and_capped() -> None:
    g = doing(np.array([10.0, 40.0, 90.0, 0.0, 5.0]), np.array([10.0, 10.0, 10.0, 10.0, 0.0]))
    assert g.tolist() == [1.0, 2.0, 2.0, 0.0, 1.0]


def _months(setting, months: int, g: float = 1.0, mentoring: float = 0.0, drift: float = 0.0) -> None:  # type: ignore[no-untyped-def]
    n = len(setting.city.organizations)
    for _ in range(months):
        learn(setting, world.level(), np.full(n, g), np.full(n, mentoring), np.full(n, drift))


def test_the_status_quo_stands_still_body_by_body() -> None:
    setting = world.district(100, 100, 20)
    organizations = setting.city.organizations
    organizations.settled_capability[:] = organizations.capability
    before = organizations.capability.copy()
    _months(setting, 60)
    assert organizations.capability == pytest.approx(before, abs=1e-12)


@pytest.mark.parametrize("push", [{"g": 1.5}, {"mentoring": 0.3}, {"drift": 0.05}])
def test_each_push_raises_capability(push: dict[str, float]) -> None:
    setting = world.district(0, 200, 0, dormant_filed=50)
    organizations = setting.city.organizations
    organizations.settled_capability[:] = organizations.capability
    before = organizations.capability.copy()
    _months(setting, 12, **push)
    active = organizations.status == Status.AWAKE
    lower = active & (before < 0.8)
    assert (organizations.capability[lower] > before[lower]).all()
    assert (organizations.capability[~active] < before[~active]).all()  # dormant bodies only forget
    assert (organizations.capability <= 1).all()


def test_levers_of_drift_and_spill() -> None:
    means = {}
    for name, levers in {
        "none": (), "drift": (("capability_drift_per_year", 0.05),), "spill": (("support_spill_per_year", 0.05),),
        "loss": (("capability_drift_per_year", -0.2),),
    }.items():  # fmt: skip
        setting = world.district(0, 180, 20, levers=levers)
        organizations = setting.city.organizations
        organizations.kind[-4:] = Kind.SUPPORT
        organizations.settled_capability[:] = organizations.capability
        _months(setting, 24)
        means[name] = float(organizations.capability.mean())
        assert ((organizations.capability >= 0) & (organizations.capability <= 1)).all()
    assert means["loss"] < means["none"] < min(means["drift"], means["spill"])


def test_spill_by_hand_and_saturated() -> None:
    setting = world.district(0, 180, 20, levers=(("support_spill_per_year", 0.05),))
    setting.city.organizations.kind[-4:] = Kind.SUPPORT
    own = setting.parameters["capability"]["spill_per_year"]
    assert support_spill(setting) == pytest.approx((own + 0.05) * 2)
    setting.city.organizations.kind[-15:] = Kind.SUPPORT
    assert support_spill(setting) == pytest.approx((own + 0.05) * 3)
