"""One more founding is one more organisation, and nothing else: no die is moved by another's being there.

What makes a body felt by others is off, each coupling by its own number: density (alpha, theta, delta), founding by its
leader, succession, spill of support bodies, mentors' hours shared among the street's bodies, positions that awake bodies
make (eta). Membership is off altogether. Nothing here is left to chance.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from simulator.city.organizations import Organizations
from simulator.documents.scenario import Scenario
from simulator.dynamics import founding, membership
from simulator.dynamics.beginning import forget_last
from simulator.language.streams import Streams, poisson
from simulator.model import DistrictModel
from tests.model.worlds import advanced, columns_differing, microcosm, residents_differing, with_numbers, with_policy

MONTH = 3
MONTHS = 24
COUPLINGS = {
    "founding__alpha": 0.0, "founding__trained_leader_per_year": 0.0, "founding__untrained_leader_per_year": 0.0,
    "dormancy__theta1": 0.0, "dormancy__theta2": 0.0, "dormancy__delta": 0.0, "participation__eta": 0.0,
    "activity__mentoring_kappa": 0.0, "leadership__p_succession": 0.0, "leadership__p_from_community": 0.0,
    "capability__spill_per_year": 0.0,
}  # fmt: skip

Dice = dict[tuple[str, int], dict[int, float]]


@pytest.fixture
def dice(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Dice]:
    """Every keyed die thrown since it was last asked, by (process, month) and who threw it."""
    thrown: Dice = {}
    throw = Streams.dice

    def listening(self: Streams, name: str, month: int, identity: ArrayLike) -> NDArray[np.float64]:
        values = throw(self, name, month, identity)
        whose = np.ravel(identity).astype(np.uint64)
        thrown.setdefault((name, int(month)), {}).update(zip(whose.tolist(), values.ravel().tolist(), strict=True))
        return values

    def since_last_asked() -> Dice:
        found = dict(thrown)
        thrown.clear()
        return found

    monkeypatch.setattr(Streams, "dice", listening)
    return since_last_asked


def lonely_bodies(monkeypatch: pytest.MonkeyPatch) -> Scenario:
    """No policy, no membership, no couplings; the yearly inspection has time for everybody."""
    monkeypatch.setattr(membership, "join", lambda *_: None)
    monkeypatch.setattr(membership, "gather_circle", lambda *_: None)
    scenario = with_numbers(microcosm(), **COUPLINGS, inspection__bureau_fte=1000.0)
    return with_policy(scenario)


def lived(scenario: Scenario, monkeypatch: pytest.MonkeyPatch, more: int) -> DistrictModel:
    """Two years, with so many foundings more in community 2 in one month."""
    forget_last()  # so that the dice of the synthesis are thrown again, too
    model = DistrictModel(scenario)

    def births(mean: NDArray[np.float64], dice: NDArray[np.float64]) -> NDArray[np.int64]:
        number = poisson(mean, dice)
        number[2] += more * (model.month - 1 == MONTH)  # the clock already stands at the month's end
        return number

    monkeypatch.setattr(founding, "poisson", births)
    return advanced(model, MONTHS)


def by_identity(bodies: Organizations) -> NDArray[np.intp]:
    return np.argsort(bodies.identity, kind="stable")


def test_one_founding_more(monkeypatch: pytest.MonkeyPatch, dice: Callable[[], Dice]) -> None:
    scenario = lonely_bodies(monkeypatch)
    without = lived(scenario, monkeypatch, 0)
    thrown_without = dice()
    with_one = lived(scenario, monkeypatch, 1)
    thrown_with = dice()
    a, b = without.city.organizations, with_one.city.organizations

    assert len(b) == len(a) + 1
    assert np.unique(b.identity).size == len(b)
    extra = ~np.isin(b.identity, a.identity)
    assert extra.sum() == 1
    one, other = by_identity(a), by_identity(b)
    other = other[~extra[other]]
    apart = [name for name in columns_of(a) if not np.array_equal(getattr(a, name)[one], getattr(b, name)[other])]
    assert apart == []

    leaders, theirs = without.city.leaders, with_one.city.leaders
    assert len(theirs) == len(leaders) + 1, "the new body has a founder"
    assert np.isin(leaders.identity, theirs.identity).all()
    assert set(residents_differing(without, with_one)) <= {"organization"}, "it holds rows, which may shift"
    assert np.array_equal(named(without), named(with_one))
    assert columns_differing(without.city.communities, with_one.city.communities) == []

    for key, values in thrown_without.items():
        shared = values.keys() & thrown_with[key].keys()
        assert all(values[whose] == thrown_with[key][whose] for whose in shared), f"a die of {key} has moved"
        # the founder leads now, and does not run for other bodies any more: those candidacies alone are gone
        assert len(shared) == len(values) or key[0] == "succession", f"dice of {key} are not thrown any more"


def columns_of(bodies: Organizations) -> list[str]:
    """All that is a body's own: its leader is a row of another table, and how crowded it was when it got its papers is of
    the others (delta 0: it does nothing)."""
    return [name for name in bodies._declared if name not in ("leader", "density_at_birth")]


def named(model: DistrictModel) -> NDArray[np.uint64]:
    """The identity of each resident's body, 0 for none: rows may differ, bodies may not."""
    residents, bodies = model.residents, model.city.organizations
    belongs = residents.organization >= 0
    names = np.zeros(len(residents), np.uint64)
    names[belongs] = bodies.identity[residents.organization[belongs]]
    return names


def test_with_the_couplings_on_others_feel_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the test above could fail: the same birth in the district as it is changes other bodies."""
    scenario = with_policy(microcosm())
    without, with_one = lived(scenario, monkeypatch, 0), lived(scenario, monkeypatch, 30)
    a, b = without.city.organizations, with_one.city.organizations
    shared = np.intersect1d(a.identity, b.identity)
    one, other = (x.capability[by_identity(x)][np.isin(np.sort(x.identity), shared)] for x in (a, b))
    assert not np.array_equal(one, other)
