"""The districts are the published ones: headline figures, what is in force, and what hangs together."""

from __future__ import annotations

import math

import pytest

from simulator import catalogue
from simulator.documents.district import District

HEADLINES = {
    "nankai": {"residents": 1_000_000, "streets": 12, "communities": 165, "registered": 271, "filed": 2689, "hubs": 12},
    "chaoyang": {"residents": 3_600_000, "streets": 43, "communities": 500, "registered": 200, "filed": 300, "support": 30},
    "luyang": {"residents": 650_000, "streets": 11, "communities": 95},
    "changning": {"residents": 693_000, "streets": 9 + 1, "communities": 185},
    "qingshan": {"residents": 600_000, "streets": 8 + 2, "communities": 53 + 21},
    "tianyuan": {"residents": 510_000, "streets": 4 + 3, "communities": 100, "unfamiliar_share": 0.7},
}
"""What is published, or agreed before any prediction, of each district."""

IN_FORCE = {
    "nankai": {3, 6, 10, 15, 21, 24, 29, 41},
    "chaoyang": {1, 41},
    "luyang": {41},
    "changning": {17, 24, 41},
    "qingshan": {22, 41},
    "tianyuan": {41},
}
"""Numbers of the instruments in force at the start."""

UNPUBLISHED = ("luyang", "changning", "tianyuan")
"""Districts of whose bodies at the start nothing is published."""


def district(name: str) -> District:
    found: District = catalogue.read("district", name)
    return found


def test_there_are_six() -> None:
    assert set(catalogue.names("district")) == set(HEADLINES)


@pytest.mark.parametrize("name", HEADLINES)
def test_headline_figures(name: str) -> None:
    found = district(name)
    assert {figure: getattr(found, figure).value for figure in HEADLINES[name]} == HEADLINES[name]


@pytest.mark.parametrize("name", IN_FORCE)
def test_what_is_in_force_at_the_start(name: str) -> None:
    assert {entry.instrument.number for entry in district(name).in_force} == IN_FORCE[name]


@pytest.mark.parametrize("name", UNPUBLISHED)
def test_stocks_that_are_not_published_span_what_is_known(name: str) -> None:
    """Registered 0.6 to 6 and filed 0.8 to 27 per 10,000 residents, in whole bodies; the value is the geometric mean."""
    found = district(name)
    for stock, ends in ((found.registered, (0.6, 6)), (found.filed, (0.8, 27))):
        assert stock.range == tuple(math.floor(end * found.residents.value / 10_000 + 0.5) for end in ends)
        assert stock.value == round(math.sqrt(math.prod(ends)) * found.residents.value / 10_000)


def test_qingshan_divides_its_183_bodies() -> None:
    """Registered between 0.3 and 0.9 of them (E003-031); what is not registered is filed."""
    found = district("qingshan")
    assert found.registered.value + found.filed.value == 183
    assert found.registered.range == (round(0.3 * 183), round(0.9 * 183))
    assert found.filed.range == tuple(183 - end for end in reversed(found.registered.range))


def test_tianyuan_reports_a_little_less_than_a_tenth() -> None:
    """Its survey's share of active residents (E004-056) is read with its own breadth."""
    found = district("tianyuan")
    assert found.residents.range == (420_000, 600_000)
    true = found.participant_share.value + found.volunteer_share.value + found.backbone_share.value
    assert 0.09 < 1 - (1 - true) ** found.reporting_breadth.value < 0.1


@pytest.mark.parametrize("name", HEADLINES)
def test_parts_of_the_register_fit_into_it(name: str) -> None:
    """Hubs, support-type and professional bodies all count among the registered."""
    found = district(name)
    professional = found.professional_share.value * found.registered.value
    assert found.hubs.value + found.support.value + professional <= found.registered.value


def test_households_are_of_a_likely_size() -> None:
    """Between the nation's 3.10 of 2010 and Beijing's 2.31."""
    for name in HEADLINES:
        found = district(name)
        assert 2.31 <= found.residents.value / found.households.value <= 3.1


WINDOWS = {"chaoyang": ("2013-01", 60), "luyang": ("2014-12", 72), "changning": ("2022-01", 48), "qingshan": ("2014-01", 36),
           "tianyuan": ("2019-01", 36)}  # fmt: skip
"""The first month and the length of each district's own window."""

HISTORIES = [name for name in catalogue.names("scenario") if name.startswith("history/")]


@pytest.mark.parametrize("path", HISTORIES)
def test_history_is_a_district_under_its_own_policy(path: str) -> None:
    """The scenario is named like the district and the policy, and hides neither."""
    name = path.removeprefix("history/")
    loaded = catalogue.load(path)
    assert (loaded.district.name, [policy.name for policy in loaded.policies]) == (name, [name])
    assert loaded.district == district(name)
    assert (str(loaded.start), loaded.months) == WINDOWS[name]


def test_every_window_is_shipped() -> None:
    assert {path.removeprefix("history/") for path in HISTORIES} == set(WINDOWS)
