"""Who can be trained as a grassroots leader, and what becomes of who was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.city.identities import Origin, identity
from simulator.city.organizations import NO_ONE
from simulator.city.residents import Stage
from simulator.dynamics.setting import City, Setting


@dataclass(frozen=True, slots=True)
class Trainees:
    """Persons who could come or do come to a course, (n,) each."""

    identities: NDArray[np.uint64]
    leaders: NDArray[np.int32]
    """Rows of leaders; NO_ONE for a resident who is none yet."""
    homes: NDArray[np.int32]
    """Residents; NO_ONE for a leader from outside."""
    streets: NDArray[np.int32]

    def __len__(self) -> int:
        return self.identities.size

    def only(self, positions: NDArray[np.intp]) -> Trainees:
        """Some of them."""
        return Trainees(
            self.identities[positions], self.leaders[positions], self.homes[positions], self.streets[positions]
        )

    def with_more(self, more: Trainees) -> Trainees:
        """These, then more."""
        return Trainees(
            np.concatenate([self.identities, more.identities]),
            np.concatenate([self.leaders, more.leaders]),
            np.concatenate([self.homes, more.homes]),
            np.concatenate([self.streets, more.streets]),
        )


def untrained_leaders(city: City) -> Trainees:
    """Untrained leaders of bodies that are alive."""
    leaders, organizations = city.leaders, city.organizations
    rows = np.flatnonzero(leaders.here() & (leaders.organization >= 0) & ~leaders.trained)
    rows = rows[organizations.alive()[leaders.organization[rows]]]
    return Trainees(
        leaders.identity[rows], rows.astype(np.int32), leaders.resident[rows],
        organizations.street[leaders.organization[rows]],
    )  # fmt: skip


def backbones(city: City) -> Trainees:
    """Residents at stage 4 who are no leaders, known by community and the number of their home in it."""
    residents, communities = city.residents, city.communities
    homes = np.flatnonzero((residents.stage(slice(None)) == Stage.BACKBONE) & ~_are_leaders(city))
    community = residents.community_of(homes)
    names = identity(Origin.TRAINED, communities.number[community], 0, homes - residents.first[community])
    nobody = np.full(homes.size, NO_ONE, np.int32)
    return Trainees(names, nobody, homes.astype(np.int32), communities.street[community])


def _are_leaders(city: City) -> NDArray[np.bool_]:
    """Which residents are leaders, with or without a body, (n_residents,)."""
    here = city.leaders.resident[city.leaders.here()]
    leading = np.zeros(len(city.residents), np.bool_)
    leading[here[here >= 0]] = True
    return leading


def finish(setting: Setting, trainees: Trainees, skill_factor: float) -> None:
    """They are trained leaders now: those who led keep their body, the others become leaders without one."""
    city = setting.city
    led = trainees.leaders[trainees.leaders >= 0]
    led = led[~city.leaders.left[led]]
    city.leaders.trained[led] = True
    bodies = city.leaders.organization[led]
    city.organizations.skill_factor[bodies[bodies >= 0]] = skill_factor
    homes = trainees.homes[trainees.leaders < 0].astype(np.intp)
    if homes.size:
        _take_the_lead(setting, homes)


def _take_the_lead(setting: Setting, homes: NDArray[np.intp]) -> None:
    """Backbone residents become leaders who have no body yet, if they still are backbones and no leaders, (k,)."""
    city = setting.city
    homes = homes[(city.residents.stage(homes) == Stage.BACKBONE) & ~_are_leaders(city)[homes]]
    community = city.residents.community_of(homes)
    number = homes - city.residents.first[community]
    city.leaders.append(
        homes.size, identity=identity(Origin.TRAINED, city.communities.number[community], setting.month, number),
        resident=homes, community=community, trained=True, since=setting.now,
    )  # fmt: skip
