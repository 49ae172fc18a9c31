"""Residents in columns, ordered as they live: street, community, estate, household.

Neighbours in memory are neighbours in the stairwell: a resident's contacts are the three before, the three after and one
friend in the street. A community's homes close to a ring, so that everybody has six neighbours; an odd one out in a street
has no friend, which counts as a contact who never takes part. About 16 bytes a resident.

`cell` holds stage and disposition class in one byte, cell = 16 * stage + class; `engaged` says how many of the seven contacts
are at stage >= 2, and is kept up with every change, so that nobody has to ask the neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simulator.city.organizations import NO_ONE
from simulator.language.errors import ModelError

N_STAGES: Final = 5
N_CLASSES: Final = 16
N_CELLS: Final = N_STAGES * N_CLASSES
NEIGHBOURS_EACH_SIDE: Final = 3
CONTACTS: Final = 2 * NEIGHBOURS_EACH_SIDE + 1
_STEPS: Final = np.array([[step] for step in range(-NEIGHBOURS_EACH_SIDE, NEIGHBOURS_EACH_SIDE + 1) if step])
"""To the neighbours on the ring."""
INVOLVED_CELL: Final = 2 * N_CLASSES
"""Cells from here on are at stage 2 or above."""


_STAGE_SHIFT: Final = np.uint8(4)
"""A cell's bits below those of the stage."""


class Stage(IntEnum):
    """The ladder of taking part."""

    UNINVOLVED = 0
    AWARE = 1
    PARTICIPANT = 2
    VOLUNTEER = 3
    BACKBONE = 4


HOUSING: Final = ("old_estate", "commodity", "affordable", "high_end", "functional", "village")
AGE_BANDS: Final = ("under_18", "18_34", "35_59", "60_plus")


def disposition_classes(sd: float) -> NDArray[np.float64]:
    """The dispositions z of the 16 classes, (16,): means of the normal law's 16 equal slices, scaled to this sd."""
    edges = ndtri(np.linspace(0, 1, N_CLASSES + 1))
    means = -N_CLASSES * np.diff(np.exp(-(edges**2) / 2) / np.sqrt(2 * np.pi))
    return np.asarray(sd * means / np.sqrt(np.mean(means**2)))


@dataclass(frozen=True, slots=True)
class StartingLaw:
    """Who lives here at the start, and who takes a home that falls empty."""

    state: NDArray[np.float64]
    """P(stage, acquainted | class, housing), (16, 6, 5, 2)."""
    newcomer_class: NDArray[np.float64]
    """P(class | housing) of newcomers, (6, 16)."""
    newcomer_stage: NDArray[np.float64]
    """P(stage | class, housing) of newcomers, (16, 6, 5)."""
    ever_volunteer: NDArray[np.float64]
    """P(has ever volunteered | stage), (5,)."""
    affiliated: NDArray[np.float64]
    """P(belongs to an organisation | stage), (5,)."""
    party_member: float
    age_bands: NDArray[np.float64]
    """P(age band), (4,)."""


class Residents:
    """The columns, (n,) each, where each street and community begins, and tallies kept up with every change."""

    __slots__ = (
        "acquainted", "acquainted_count", "age_band", "cell", "engaged", "ever_count", "ever_volunteer", "first", "friend",
        "head", "housing", "organization", "party_member", "stage_count", "street_first", "street_of_community",
    )  # fmt: skip

    def __init__(self, first: NDArray[np.int64], street_of_community: NDArray[np.int32]) -> None:
        """`first` (n_communities + 1,): community c holds residents first[c] to first[c + 1] - 1."""
        n, n_communities = int(first[-1]), first.size - 1
        self.first = first
        self.street_of_community = street_of_community
        streets = np.arange(int(street_of_community[-1]) + 2)
        self.street_first = first[np.searchsorted(street_of_community, streets)]
        self.cell = np.zeros(n, np.uint8)
        self.engaged = np.zeros(n, np.uint8)
        self.acquainted = np.zeros(n, np.bool_)
        self.ever_volunteer = np.zeros(n, np.bool_)
        self.party_member = np.zeros(n, np.bool_)
        self.head = np.zeros(n, np.bool_)
        self.age_band = np.zeros(n, np.uint8)
        self.housing = np.zeros(n, np.uint8)
        self.friend = np.arange(n, dtype=np.int32)
        self.organization = np.full(n, NO_ONE, np.int32)
        self.stage_count = np.zeros((n_communities, N_STAGES), np.int64)
        self.acquainted_count = np.zeros(n_communities, np.int64)
        self.ever_count = np.zeros(n_communities, np.int64)

    def copy(self) -> Residents:
        """The same residents in columns of their own."""
        other = Residents(self.first, self.street_of_community)
        for name in self.__slots__:
            value = getattr(self, name)
            setattr(other, name, value.copy() if isinstance(value, np.ndarray) else value)
        return other

    def __len__(self) -> int:
        return int(self.first[-1])

    def __getitem__(self, home: int) -> Resident:
        if not -len(self) <= home < len(self):
            raise IndexError(f"resident {home} of {len(self)}")
        return Resident(self, home % len(self))

    @property
    def n_communities(self) -> int:
        """How many communities are built."""
        return int(self.first.size - 1)

    @property
    def n_streets(self) -> int:
        """How many streets are built, in whole or in part."""
        return int(self.street_first.size - 1)

    def homes(self, community: int) -> slice:
        """The residents of a community, as a slice of every column."""
        return slice(int(self.first[community]), int(self.first[community + 1]))

    def communities_in(self, street: int) -> slice:
        """The communities of a street."""
        first, end = self.street_of_community.searchsorted((street, street + 1)).tolist()
        return slice(first, end)

    def community_of(self, homes: NDArray[np.intp]) -> NDArray[np.intp]:
        """The community of each of these residents, (k,) -> (k,)."""
        return np.searchsorted(self.first, homes, side="right") - 1

    def stage(self, homes: slice | NDArray[np.intp]) -> NDArray[np.uint8]:
        """The stage of each of these residents, (k,)."""
        return self.cell[homes] >> _STAGE_SHIFT

    def communities_of_sorted(self, homes: NDArray[np.intp]) -> NDArray[np.intp]:
        """The same for homes in ascending order, faster, (k,) -> (k,)."""
        return np.arange(self.n_communities).repeat(self.tally(homes))

    def tally(self, homes: NDArray[np.intp]) -> NDArray[np.int64]:
        """How many of these residents, (k,) ascending, live in each community, (n_communities,)."""
        begins = homes.searchsorted(self.first)
        return np.asarray(begins[1:] - begins[:-1])

    def set_stage(self, homes: NDArray[np.intp], stage: NDArray[np.int64]) -> None:
        """Give these residents, (k,) ascending, a new stage, and keep the tallies and the contacts' `engaged`."""
        cell = (stage << 4).astype(np.uint8) | (self.cell[homes] & np.uint8(N_CLASSES - 1))
        self._change_cell(homes, self.communities_of_sorted(homes), cell)

    def change(
        self, homes: NDArray[np.intp], cell: NDArray[np.uint8], acquainted: NDArray[np.bool_],
        ever_volunteer: NDArray[np.bool_],
    ) -> None:  # fmt: skip
        """What these residents, (k,) ascending, are from now on, with all tallies and the contacts' `engaged`."""
        community = self.communities_of_sorted(homes)
        self._change_cell(homes, community, cell)
        self.acquainted_count += self._net(community, self.acquainted[homes], acquainted)
        self.ever_count += self._net(community, self.ever_volunteer[homes], ever_volunteer)
        self.acquainted[homes], self.ever_volunteer[homes] = acquainted, ever_volunteer

    def _change_cell(
        self, homes: NDArray[np.intp], community: NDArray[np.intp], cell: NDArray[np.uint8]
    ) -> None:
        before, size = self.cell[homes], self.stage_count.size
        row = community * N_STAGES
        now, then = np.bincount(row + (cell >> _STAGE_SHIFT), minlength=size), row + (before >> _STAGE_SHIFT)
        self.stage_count += (now - np.bincount(then, minlength=size)).reshape(self.stage_count.shape)
        self.cell[homes] = cell
        engaged = cell >= INVOLVED_CELL
        crossed = (engaged != (before >= INVOLVED_CELL)).nonzero()[0]
        self._tell_contacts(homes[crossed], community[crossed], engaged[crossed])

    def _net(
        self, community: NDArray[np.intp], before: NDArray[np.bool_], after: NDArray[np.bool_]
    ) -> NDArray[np.int64]:
        """How many more there are of those for whom it holds, by community; the rest (k,)."""
        changed = (before != after).nonzero()[0]
        gain = np.where(after[changed], 1.0, -1.0)
        net: NDArray[np.int64] = np.bincount(community[changed], weights=gain, minlength=self.n_communities).astype(np.int64)
        return net

    def _tell_contacts(
        self, homes: NDArray[np.intp], community: NDArray[np.intp], engaged: NDArray[np.bool_]
    ) -> None:
        """Contacts learn who of their seven began or ceased to take part, (k,) each."""
        around, friend = self._ring(homes, community), self.friend[homes]
        change = np.where(engaged, np.uint8(1), np.uint8(255))  # a byte and 255 is a byte less one
        has_friend = friend != homes
        np.add.at(self.engaged, around.ravel(), np.concatenate([change] * len(around)))
        np.add.at(self.engaged, friend[has_friend], change[has_friend])

    def contacts(self, homes: NDArray[np.intp]) -> NDArray[np.intp]:
        """The homes that have these residents among their contacts: six neighbours and the friend, if any. -> (6k to 7k,)"""
        friend = self.friend[homes]
        return np.concatenate([self._ring(homes, self.community_of(homes)).ravel(), friend[friend != homes]])

    def _ring(self, homes: NDArray[np.intp], community: NDArray[np.intp]) -> NDArray[np.intp]:
        """The neighbours on the community's ring, (k,) -> (6, k)."""
        first, end = self.first[community], self.first[community + 1]
        around: NDArray[np.intp] = homes + _STEPS
        over = ((around < first) | (around >= end)).nonzero()
        if over[0].size:  # few live where the ring closes, and a remainder costs more than all the rest
            begin, size = first[over[1]], (end - first)[over[1]]
            around[over] = begin + (around[over] - begin) % size
        return around

    def recount(self) -> None:
        """Set the tallies and `engaged` from the columns: after synthesis, and in tests of them."""
        self.engaged[:] = 0
        np.add.at(self.engaged, self.contacts(np.flatnonzero(self.cell >= INVOLVED_CELL)), np.uint8(1))
        communities = np.repeat(np.arange(self.n_communities), np.diff(self.first))
        joint = np.bincount(
            communities * N_STAGES + (self.cell >> np.uint8(4)), minlength=self.n_communities * N_STAGES
        )
        self.stage_count[:] = joint.reshape(self.n_communities, N_STAGES)
        self.acquainted_count[:] = np.add.reduceat(self.acquainted, self.first[:-1], dtype=np.int64)
        self.ever_count[:] = np.add.reduceat(self.ever_volunteer, self.first[:-1], dtype=np.int64)

    def members_of(self, bodies: int) -> NDArray[np.int32]:
        """Members of each of so many bodies, counted from the residents, (bodies,)."""
        return np.bincount(self.organization[self.organization >= 0], minlength=bodies).astype(np.int32)

    def check(self) -> None:
        """ModelError if a tally differs from what it tallies, or a column leaves its range."""
        stages, acquainted, ever = self.stage_count.copy(), self.acquainted_count.copy(), self.ever_count.copy()
        engaged = self.engaged.copy()
        self.recount()
        if not (
            np.array_equal(stages, self.stage_count)
            and np.array_equal(acquainted, self.acquainted_count)
            and np.array_equal(ever, self.ever_count)
            and np.array_equal(engaged, self.engaged)
        ):
            raise ModelError("a tally of residents differs from their columns")
        if len(self) and (int(self.cell.max()) >= N_CELLS or (self.organization[self.cell < 32] >= 0).any()):
            raise ModelError("a resident has an impossible stage or belongs to an organisation below stage 2")

    def nbytes(self) -> int:
        """Bytes of all columns."""
        columns = (
            self.cell, self.engaged, self.acquainted, self.ever_volunteer, self.party_member, self.head, self.age_band,
            self.housing, self.friend, self.organization,
        )  # fmt: skip
        return sum(column.nbytes for column in columns)


@dataclass(frozen=True, slots=True)
class Resident:
    """One resident, looked at: reads the columns, owns nothing."""

    residents: Residents
    home: int

    def __repr__(self) -> str:
        return (
            f"Resident(home={self.home}, community={self.community}, stage={self.stage.name.lower()}, age={self.age_band},"
            f" housing={self.housing}, acquainted={self.acquainted}, organization={self.organization})"
        )

    @property
    def stage(self) -> Stage:
        """Where on the ladder of taking part."""
        return Stage(int(self.residents.cell[self.home]) >> 4)

    @property
    def disposition_class(self) -> int:
        """0 (least inclined) to 15 (most)."""
        return int(self.residents.cell[self.home]) & 15

    @property
    def community(self) -> int:
        """The row of the community."""
        return int(self.residents.community_of(np.array([self.home]))[0])

    @property
    def acquainted(self) -> bool:
        """Knows the neighbours."""
        return bool(self.residents.acquainted[self.home])

    @property
    def ever_volunteer(self) -> bool:
        """Is on the register of volunteers."""
        return bool(self.residents.ever_volunteer[self.home])

    @property
    def party_member(self) -> bool:
        """Is a Party member."""
        return bool(self.residents.party_member[self.home])

    @property
    def age_band(self) -> str:
        """One of AGE_BANDS."""
        return AGE_BANDS[self.residents.age_band[self.home]]

    @property
    def housing(self) -> str:
        """One of HOUSING."""
        return HOUSING[self.residents.housing[self.home]]

    @property
    def friend(self) -> int:
        """The home of the friend in the street; their own if they have none."""
        return int(self.residents.friend[self.home])

    @property
    def organization(self) -> int:
        """The row of the organisation they belong to, or -1."""
        return int(self.residents.organization[self.home])
