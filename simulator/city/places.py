"""Places: communities with their committee and rooms, and streets with their social-work station and hub federation.

A part-built street (scale < 1) holds the built share of its station's and hub's staff, rooms and money.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.city.columns import Columns, column


class Communities(Columns):
    """One row a community, ordered as residents are: community c holds residents first[c] to first[c+1] - 1."""

    number: NDArray[np.int32] = column(np.int32, 0)
    """Its number in the whole district, the same at every scale: the place in identities."""
    street: NDArray[np.int32] = column(np.int32, 0)
    residents: NDArray[np.int64] = column(np.int64, 0)
    liveliness: NDArray[np.float64] = column(np.float64, 1)
    """How readily its residents found groups, relative to others: lasting, so that a lively community stays lively."""
    committee_fte: NDArray[np.float64] = column(np.float64, 0)
    """Full-time equivalents of the residents' committee that paperwork leaves free."""
    rooms_m2: NDArray[np.float64] = column(np.float64, 0)
    efficacy: NDArray[np.float64] = column(np.float64, 0)
    """In [0, 1]: how far people see that speaking up changes something."""
    satisfaction: NDArray[np.float64] = column(np.float64, 0)
    """In [0, 1]: weighted mean of coverage and quality over the last year."""
    satisfaction_at_start: NDArray[np.float64] = column(np.float64, 0)
    funded_events: NDArray[np.float64] = column(np.float64, 0)
    """Events that programmes pay for in the month at hand; emptied when the month ends."""
    visible_events: NDArray[np.float64] = column(np.float64, 0)
    """Those of them whose outcome people can see if it is followed up (deliberations, micro-wishes, projects)."""


class Streets(Columns):
    """One row a street: its station, its hub federation, and how much of it is built."""

    number: NDArray[np.int32] = column(np.int32, 0)
    residents: NDArray[np.int64] = column(np.int64, 0)
    """Residents built."""
    residents_represented: NDArray[np.float64] = column(np.float64, 0)
    share_built: NDArray[np.float64] = column(np.float64, 1)
    station_fte: NDArray[np.float64] = column(np.float64, 0)
    hub_fte: NDArray[np.float64] = column(np.float64, 0)
    hub_rooms_m2: NDArray[np.float64] = column(np.float64, 0)
    hub_organization: NDArray[np.int32] = column(np.int32, -1)
    """The row of the registered federation, or -1."""
    served_drift_per_year: NDArray[np.float64] = column(np.float64, 0)
    """Capability that hub workers and experts add to an active body of the street in a year, before the factor 1 - k."""
