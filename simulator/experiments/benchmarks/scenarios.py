"""What is run: towns after Nankai with bodies of every kind, under the policies of the main comparison.

Budgets that a policy writes in yuan are Nankai's. Here every policy, and what is in force before it, has what Nankai's
baseline budgets per resident and year, so that a town's institutions are about as busy as the district's. What counts in
whole numbers does not shrink with a town: in one street some lines of some policies cannot buy one unit, and grants from
higher levels come as often as in a district.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from simulator import catalogue
from simulator.documents.district import District
from simulator.documents.scenario import Scenario
from simulator.dynamics.equal_money import equalize
from simulator.experiments.benchmarks.worlds import town
from simulator.language.units import MONTHS_PER_YEAR

YUAN_PER_RESIDENT_AND_YEAR: Final = 6
"""Balanced budget of Nankai's baseline: 29.9 million yuan in five years for a million residents."""
POLICIES: Final = ("nankai-baseline", "chaoyang", "nankai-recommended", "none")
STREET_RESIDENTS: Final = 20_000
STREET_COMMUNITIES: Final = 3


def in_town(district: District, years: int, policies: Sequence[str] = POLICIES) -> Scenario:
    """The main comparison in this town, with these of its policies; the first lists what is in force before."""
    scenario = catalogue.load("nankai-compare", years=years, policies=list(policies))
    asked = f"{YUAN_PER_RESIDENT_AND_YEAR * scenario.months // MONTHS_PER_YEAR}/resident"
    scenario = equalize(replace(scenario, district=district), asked, catalogue.programmes(), policies[0])
    in_force = {"in_force": scenario.policies[0].instruments}
    return replace(scenario, district=district.model_copy(update=in_force))


def one_street(years: int = 5) -> Scenario:
    """A small run: one street of three communities and 20,000 residents, with hub, station and bodies of every kind."""
    district = town(STREET_RESIDENTS)
    exactly = {"communities": STREET_COMMUNITIES, "support": 1}
    figures = {name: getattr(district, name).model_copy(update={"value": value}) for name, value in exactly.items()}
    return in_town(district.model_copy(update=figures), years)


def more_bodies(district: District, factor: float) -> District:
    """The same town with so many times the bodies."""
    figures = {
        name: getattr(district, name).model_copy(update={"value": round(factor * getattr(district, name).value)})
        for name in ("registered", "filed", "support")
    }
    latent = district.latent_per_10000
    figures["latent_per_10000"] = latent.model_copy(update={"value": factor * latent.value})
    return district.model_copy(update=figures)
