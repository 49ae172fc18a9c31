"""This package's own way: what the model does to residents in a month (model.py, steps 4 and 5), driven alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.dynamics import living, membership, participation, register
from simulator.dynamics.moving import NewcomerLaw
from simulator.dynamics.participation import Event
from simulator.experiments.benchmarks.worlds import World
from simulator.language.streams import Streams


class ResidentCore:
    """The residents of a town in the columns of the model, by the functions of the model."""

    def __init__(self, world: World, luck: int = 0) -> None:
        self.world = world
        self.residents, self.organizations = world.residents.copy(), world.organizations.copy()
        self.newcomers = NewcomerLaw.of(world.law)
        self.streams = Streams(world.seed, luck)
        self.months = 0
        self.happened: NDArray[np.int64] = np.zeros(len(Event), np.int64)

    def step(self) -> None:
        """A month."""
        world, residents, bodies, streams, month = self.world, self.residents, self.organizations, self.streams, self.months
        moves = participation.draw_moves(residents, world.ground, world.exposure, streams, month, world.street_numbers)
        membership.leave(residents, bodies, moves)
        living.live_through(residents, moves, self.newcomers, streams, month)
        register.strike_off(residents, world.striking, streams, month)
        membership.join(residents, bodies, moves.of(Event.JOIN), streams, month, world.size_exponent)
        self.happened += np.bincount(moves.events, minlength=len(Event))
        self.months += 1
