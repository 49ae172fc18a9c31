"""What a month does to residents, against the community's own start: load, recognition, efficacy and contacts by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from simulator.dynamics.exposure import expose
from simulator.dynamics.levers import Levers
from simulator.model import DistrictModel
from tests.model.worlds import microcosm


@pytest.fixture
def model() -> DistrictModel:
    return DistrictModel(microcosm())


def test_a_tired_street_slips_more(model: DistrictModel) -> None:
    """Half as many hours again are asked of as many volunteers: load 1.5, slipping times exp(b_load * 0.5)."""
    start, p = model._status_quo, model.parameters
    asked = dataclasses.replace(model._activity, volunteer_hours=1.5 * start.references.volunteer_hours)
    exposed, load = expose(asked, model.city, start, p, Levers())
    np.testing.assert_allclose(load, 1.5)
    np.testing.assert_allclose(exposed.slip, np.exp(0.5 * p["participation"]["b_load"]))
    kept, _ = expose(asked, model.city, start, p, Levers([("recognition", 1.0), ("slip", 0.5)]))
    np.testing.assert_allclose(kept.slip, 0.5 * exposed.slip)
    assert kept.quitting == np.exp(-p["participation"]["b_recognition"])


def test_efficacy_helps_the_aware_alone(model: DistrictModel) -> None:
    start, p = model._status_quo, model.parameters
    before, _ = expose(model._activity, model.city, start, p, Levers())
    model.city.communities.efficacy[:] += 0.1
    after, _ = expose(model._activity, model.city, start, p, Levers())
    ratio = after.opportunity / before.opportunity
    np.testing.assert_allclose(ratio[:, 1], np.exp(0.1 * p["participation"]["b_efficacy"]))
    np.testing.assert_allclose(np.delete(ratio, 1, axis=1), 1)


def test_contacts_are_against_the_start(model: DistrictModel) -> None:
    start = model._status_quo
    twice = dataclasses.replace(model._activity, contacts=2 * start.references.contacts)
    exposed, _ = expose(twice, model.city, start, model.parameters, Levers())
    np.testing.assert_allclose(exposed.contacts, 2)
