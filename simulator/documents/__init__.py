"""Floor 2: YAML files read, held against the declarations, and turned into objects that nothing changes any more."""

from __future__ import annotations

from simulator.documents.district import FIGURES, SHARES, District
from simulator.documents.in_force import Amount, InForce, Policy
from simulator.documents.instrument import Instrument
from simulator.documents.listed import Listed
from simulator.documents.parameter import Parameter, Shares
from simulator.documents.parameters import Parameters
from simulator.documents.policy import Listing
from simulator.documents.scenario import Scenario, Shock
from simulator.documents.sweep import Sweep

__all__ = [
    "FIGURES",
    "SHARES",
    "Amount",
    "District",
    "InForce",
    "Instrument",
    "Listed",
    "Listing",
    "Parameter",
    "Parameters",
    "Policy",
    "Scenario",
    "Shares",
    "Shock",
    "Sweep",
]
