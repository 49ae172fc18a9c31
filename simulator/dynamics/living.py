"""What the month's events make of those to whom they happen: everybody concerned at once, each column written once.

Climbing and slipping are steps on the ladder (participation.py), meeting and drifting apart make and end acquaintance
(acquaintance.py), and whoever moves away is replaced by a newcomer (moving.py). Who is at stage 3 or above is on the register
of volunteers. Belonging to an organisation is dealt with in membership.py: before, who leaves; afterwards, who joins.
"""

from __future__ import annotations

import numpy as np

from simulator.city.residents import N_CLASSES, Residents
from simulator.dynamics.acquaintance import knows_after
from simulator.dynamics.moving import NewcomerLaw, draw_newcomers
from simulator.dynamics.participation import Event, Moves, stage_after
from simulator.dynamics.register import VOLUNTEER_STAGE
from simulator.language.streams import Streams


def live_through(residents: Residents, moves: Moves, law: NewcomerLaw, streams: Streams, month: int) -> None:
    """Carry out this month's moves, but for joining and leaving organisations."""
    homes, events = moves.homes, moves.events
    cell = residents.cell[homes]
    stage = stage_after(cell >> np.uint8(4), events)
    disposition = cell & np.uint8(N_CLASSES - 1)
    on_register = residents.ever_volunteer[homes]
    left = (events == int(Event.MOVE)).nonzero()[0]
    new = draw_newcomers(homes[left], residents.housing[homes[left]], law, streams, month)
    stage[left], disposition[left], on_register[left] = new.stage, new.disposition, new.on_register
    residents.change(
        homes, stage << np.uint8(4) | disposition, knows_after(residents.acquainted[homes], events),
        on_register | (stage >= VOLUNTEER_STAGE),
    )  # fmt: skip
    residents.party_member[homes[left]] = new.party_member
    residents.age_band[homes[left]] = new.age_band
