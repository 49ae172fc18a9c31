"""Programmes: the institutions of policy as processes in time. One file each; a new one is a class in this table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.dynamics.programmes.attraction import Attraction
from simulator.dynamics.programmes.awards import Awards
from simulator.dynamics.programmes.census import Census
from simulator.dynamics.programmes.certification import Certification
from simulator.dynamics.programmes.contest import Contest
from simulator.dynamics.programmes.evaluation import Evaluation
from simulator.dynamics.programmes.events import Events
from simulator.dynamics.programmes.grant import Grant
from simulator.dynamics.programmes.incubator import Incubator
from simulator.dynamics.programmes.inspection import Inspection
from simulator.dynamics.programmes.mentoring import Mentoring
from simulator.dynamics.programmes.merger import Merger
from simulator.dynamics.programmes.points import Points
from simulator.dynamics.programmes.premises import Premises
from simulator.dynamics.programmes.programme import Programme
from simulator.dynamics.programmes.purchase import Purchase
from simulator.dynamics.programmes.rating import Rating
from simulator.dynamics.programmes.rule import Rule
from simulator.dynamics.programmes.selection import Selection
from simulator.dynamics.programmes.staffing import Staffing
from simulator.dynamics.programmes.tiers import Tiers
from simulator.dynamics.programmes.training import Training

PROGRAMMES: Final[Mapping[str, type[Programme]]] = MappingProxyType({
    kind.signature.name: kind
    for kind in (
        Contest, Purchase, Grant, Incubator, Mentoring, Selection, Training, Staffing, Certification, Events, Points, Awards,
        Evaluation, Rating, Tiers, Census, Inspection, Merger, Attraction, Premises, Rule,
    )
})
"""Every programme by the name that instruments call it."""
