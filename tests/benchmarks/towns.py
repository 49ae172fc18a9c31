"""Towns for these tests, who lives in them whichever way they are done, and dice that all ways can be given."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simulator.city.residents import HOUSING, N_CLASSES, N_STAGES, Residents
from simulator.experiments.benchmarks.plain_mesa import PlainMesa
from simulator.experiments.benchmarks.plain_numpy import PlainNumpy
from simulator.experiments.benchmarks.resident_core import ResidentCore
from simulator.experiments.benchmarks.worlds import World, world
from simulator.language.streams import Streams

Town = ResidentCore | PlainNumpy | PlainMesa


@cache
def at_rest(residents: int, seed: int = 1) -> World:
    """A town whose communities do to everybody what they did at the start."""
    return world(residents, seed)


@cache
def restless(residents: int, seed: int = 1) -> World:
    """The same with every lever that the rule knows away from rest, communities that differ, and a mixture of residents.

    Every kind of housing is as frequent as any other, and three in ten are Party members, so that no term is hard to see.
    """
    quiet, draw = at_rest(residents, seed), np.random.default_rng(seed)
    mixed, n = quiet.residents.copy(), quiet.residents.n_communities
    mixed.housing[:] = draw.integers(0, len(HOUSING), residents)
    mixed.party_member[:] = draw.random(residents) < 0.3
    exposure = replace(
        quiet.exposure, opportunity=draw.uniform(0.7, 2, (n, N_STAGES)), contacts=draw.uniform(0.7, 2, n),
        slip=draw.uniform(0.7, 2, n), double_registration=1.0, quitting=1.7, estate_fit=0.9,
    )  # fmt: skip
    return replace(quiet, residents=mixed, exposure=exposure, law=replace(quiet.law, party_member=0.3))


def certain(given: World, *, party: bool, struck: bool) -> World:
    """The same where nothing is left to luck but the month's die: who moves in where, and who is struck off, is certain."""
    disposition = np.arange(len(HOUSING)) * 5 % N_CLASSES
    stage = np.add.outer(np.arange(N_CLASSES), np.arange(len(HOUSING))) % N_STAGES
    law = replace(
        given.law, newcomer_class=np.eye(N_CLASSES)[disposition], newcomer_stage=np.eye(N_STAGES)[stage],
        ever_volunteer=np.array([0.0, 1.0, 0.0, 1.0, 1.0]), party_member=float(party),
    )  # fmt: skip
    return replace(given, law=law, striking=float(struck))


@dataclass(frozen=True, slots=True)
class People:
    """Everybody's state, (n,) a column."""

    stage: NDArray[np.int64]
    disposition: NDArray[np.int64]
    acquainted: NDArray[np.bool_]
    party_member: NDArray[np.bool_]
    ever_volunteer: NDArray[np.bool_]
    member: NDArray[np.bool_]

    def differing(self, other: People) -> dict[str, int]:
        """How many entries differ, by column; empty if none does."""
        apart = {field.name: int(np.sum(getattr(self, field.name) != getattr(other, field.name))) for field in fields(self)}
        return {name: number for name, number in apart.items() if number}

    def shares(self) -> NDArray[np.float64]:
        """Of the stages, the acquainted, those on the register, the members, (8,)."""
        stages = np.bincount(self.stage, minlength=N_STAGES) / self.stage.size
        return np.append(stages, [self.acquainted.mean(), self.ever_volunteer.mean(), self.member.mean()])


def people(town: Town) -> People:
    """Who lives in a town now."""
    if isinstance(town, PlainNumpy):
        return People(**{field.name: getattr(town, field.name).copy() for field in fields(People)})
    if isinstance(town, PlainMesa):
        return People(**{field.name: np.array(town.agents.get(field.name)) for field in fields(People)})
    residents = town.residents
    return People(
        residents.stage(slice(None)).astype(np.int64), (residents.cell & 15).astype(np.int64), residents.acquainted.copy(),
        residents.party_member.copy(), residents.ever_volunteer.copy(), residents.organization >= 0,
    )  # fmt: skip


def in_columns(of: World, living: People) -> Residents:
    """These people in the model's columns, in the homes of this town."""
    residents = of.residents.copy()
    residents.cell[:] = 16 * living.stage + living.disposition
    residents.organization[:] = np.where(living.member, 0, -1)
    for name in ("acquainted", "party_member", "ever_volunteer"):
        getattr(residents, name)[:] = getattr(living, name)
    residents.recount()
    return residents


def dice(of: World, luck: int, month: int) -> NDArray[np.float64]:
    """Everybody's die of the month as the model throws it, in full, (n,)."""
    streams, first = Streams(of.seed, luck), of.residents.street_first
    coarse = [
        streams.words("residents", int(number), month).random_raw(-(-int(size) // 4)).view(np.uint16)[:size]
        for number, size in zip(of.street_numbers, np.diff(first), strict=True)
    ]
    fine = streams.dice("residents refined", month, np.arange(len(of.residents)))
    return (np.concatenate(coarse) + fine) / 65536


class GivenArrays:
    """Stands for a NumPy generator: everybody's dice first, then 0.5 for whatever is certain."""

    def __init__(self, thrown: NDArray[np.float64]) -> None:
        self._thrown: NDArray[np.float64] | None = thrown

    def random(self, size: int) -> NDArray[np.float64]:
        thrown, self._thrown = self._thrown, None
        if thrown is None:
            return np.full(size, 0.5)
        assert thrown.size == size
        return thrown


class GivenOneByOne(random.Random):
    """Stands for Mesa's generator in the same way."""

    def __init__(self, thrown: NDArray[np.float64]) -> None:
        super().__init__(0)
        self._thrown = iter(thrown.tolist())

    def random(self) -> float:
        return next(self._thrown, 0.5)


def give(town: PlainNumpy | PlainMesa, thrown: NDArray[np.float64]) -> None:
    """Let everybody's dice of the coming month be these, (n,)."""
    if isinstance(town, PlainNumpy):
        town.rng = GivenArrays(thrown)  # type: ignore[assignment]
    else:
        town.random = GivenOneByOne(thrown)
