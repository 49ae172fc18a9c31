"""Programmes: the institutions of policy as processes in time. One file each; a new one is a class in this table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.dynamics.programmes.attraction import Attraction
from simulator.dynamics.programmes.census import Census
from simulator.dynamics.programmes.contest import Contest
from simulator.dynamics.programmes.events import Events
from simulator.dynamics.programmes.grant import Grant
from simulator.dynamics.programmes.incubator import Incubator
from simulator.dynamics.programmes.inspection import Inspection
from simulator.dynamics.programmes.merger import Merger
from simulator.dynamics.programmes.premises import Premises
from simulator.dynamics.programmes.programme import Programme
from simulator.dynamics.programmes.purchase import Purchase
from simulator.dynamics.programmes.staffing import Staffing
from simulator.dynamics.programmes.training import Training

PROGRAMMES: Final[Mapping[str, type[Programme]]] = MappingProxyType({
    kind.signature.name: kind
    for kind in (
        Contest, Purchase, Grant, Incubator, Training, Staffing, Events, Census, Inspection, Merger, Attraction,
        Premises,
    )
})
"""Every programme by the name that instruments call it."""
