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



def candidates(city: City) -> tuple[Trainees, Trainees]:
    """Untrained leaders of bodies that are alive, and backbone residents who lead nothing."""
    leaders, organizations = city.leaders, city.organizations
    leading = leaders.here() & (leaders.organization >= 0)
    rows = np.flatnonzero(leading & ~leaders.trained)
    bodies = leaders.organization[rows]
    alive = organizations.alive()[bodies]
    rows, bodies = rows[alive], bodies[alive]
    led = Trainees(
        leaders.identity[rows], rows.astype(np.int32), leaders.resident[rows], organizations.street[bodies]
    )
    return led, _backbones(city)


def _backbones(city: City) -> Trainees:
    """Residents at stage 4 who are no leaders, known by community and the number of their home in it."""
    residents, communities = city.residents, city.communities
    homes = np.flatnonzero(residents.stage(slice(None)) == Stage.BACKBONE)
    here = city.leaders.resident[city.leaders.here()]
    homes = homes[~np.isin(homes, here)]
    community = residents.community_of(homes)
    names = identity(Origin.TRAINED, communities.number[community], 0, homes - residents.first[community])
    nobody = np.full(homes.size, NO_ONE, np.int32)
    return Trainees(names, nobody, homes.astype(np.int32), communities.street[community])


def finish(setting: Setting, trainees: Trainees, skill_factor: float) -> None:
    """They are trained leaders now: those who led keep their body, the others become leaders without one."""
    city = setting.city
    led = trainees.leaders[trainees.leaders >= 0]
    led = led[~city.leaders.left[led]]
    city.leaders.trained[led] = True
    bodies = city.leaders.organization[led]
    city.organizations.skill_factor[bodies[bodies >= 0]] = skill_factor
    homes = trainees.homes[trainees.leaders < 0].astype(np.intp)
    still = city.residents.stage(homes) == Stage.BACKBONE
    still &= ~np.isin(homes, city.leaders.resident[city.leaders.here()])
    homes = homes[still]
    community = city.residents.community_of(homes)
    number = homes - city.residents.first[community]
    city.leaders.append(
        homes.size, identity=identity(Origin.TRAINED, city.communities.number[community], setting.month, number),
        resident=homes, community=community, trained=True, since=setting.now,
    )  # fmt: skip
