"""What stories ask for at a month's end that is no published measure: one line each, to be added to.

A reading looks at the model and leaves it as it is. Its unit stands behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import Kind, Organizations, Status, Tier
from simulator.dynamics.density import measure_density
from simulator.dynamics.founding import founding_rate
from simulator.dynamics.programmes.incubator import Incubator
from simulator.language.units import yuan
from simulator.model import DistrictModel
from tests.stories.moments import RATES_OF_STREET

Reading = Callable[[DistrictModel], float]


def _bodies(model: DistrictModel) -> Organizations:
    return model.city.organizations


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if values.size else np.nan


def _funded(model: DistrictModel) -> NDArray[np.bool_]:
    return np.asarray(_bodies(model).active() & (_bodies(model).funded_until > model.setting.now))


def _capability(model: DistrictModel, of: NDArray[np.bool_]) -> float:
    return _mean(_bodies(model).capability[of])


def _incubators(model: DistrictModel) -> list[Incubator]:
    return [programme for programme in model.setting.programmes if isinstance(programme, Incubator)]


def _mentoring_earned(model: DistrictModel) -> float:
    """Months of undivided mentoring that somebody who was inside all the time has had; not a number without an incubator."""
    return _mean(np.array([hall.mentors.earned for incubator in _incubators(model) for hall in incubator.halls]))


def _released(model: DistrictModel) -> float:
    return yuan(sum(line.released_fen for line in model.setting.budget.lines.values() if not line.basic))


def _foundings(model: DistrictModel) -> float:
    """Foundings a year as of now, luck aside."""
    density = measure_density(_bodies(model), model.city.streets)
    return float(founding_rate(model.setting, model._levels.founding_per_10000, density).sum())


READINGS: Final[Mapping[str, Reading]] = {
    # what a month brings in the street, as it can be read exactly in the month when it first moves
    **RATES_OF_STREET,
    # bodies
    "members": lambda m: float(_bodies(m).members[_bodies(m).alive()].sum()),
    "members_per_body": lambda m: _mean(_bodies(m).members[_bodies(m).counted()].astype(np.float64)),
    "groups": lambda m: float(np.count_nonzero(_bodies(m).alive())),
    "professional_bodies": lambda m: float(
        np.count_nonzero(_bodies(m).alive() & (_bodies(m).kind == Kind.PROFESSIONAL))
    ),
    "staff": lambda m: float(_bodies(m).staff[_bodies(m).active()].sum()),
    "dormant_registered": lambda m: float(
        np.count_nonzero((_bodies(m).tier == Tier.REGISTERED) & (_bodies(m).status == Status.DORMANT))
    ),
    "body_hours": lambda m: float(m._activity.body_hours.sum()),
    # capability, on a scale of 0 to 1
    "capability": lambda m: _capability(m, _bodies(m).active()),
    "capability_registered": lambda m: _capability(m, _bodies(m).active() & (_bodies(m).tier == Tier.REGISTERED)),
    "capability_filed": lambda m: _capability(m, _bodies(m).active() & (_bodies(m).tier == Tier.FILED)),
    "graduates": lambda m: float(np.count_nonzero(_bodies(m).incubated)),
    "gain_per_graduate": lambda m: _mean(
        (_bodies(m).capability - _bodies(m).settled_capability)[_bodies(m).incubated & _bodies(m).active()]
    ),
    "bodies_inside": lambda m: float(np.count_nonzero(_bodies(m).status == Status.INCUBATING)),
    "incubator_entrants": lambda m: float(
        sum(len(hall.places.waits) + hall.places.waiting for i in _incubators(m) for hall in i.halls)
    ),
    "district_entrants": lambda m: float(
        sum(len(h.places.waits) + h.places.waiting for i in _incubators(m) if i.word("level") == "district" for h in i.halls)
    ),
    "mentoring_earned": _mentoring_earned,
    # money
    "bodies_funded": lambda m: float(np.count_nonzero(_funded(m))),
    "community_bodies_funded": lambda m: float(np.count_nonzero(_funded(m) & (_bodies(m).kind == Kind.COMMUNITY))),
    "yuan_released": _released,
    "hub_cash_yuan": lambda m: yuan(int(_bodies(m).cash_fen[_bodies(m).kind == Kind.FEDERATION].sum())),
    # rooms, posts and communities
    "rooms_m2": lambda m: float(m.city.communities.rooms_m2.sum() + m.city.streets.hub_rooms_m2.sum()),
    "hub_fte": lambda m: float(m.city.streets.hub_fte.sum()),
    "station_fte": lambda m: float(m.city.streets.station_fte.sum()),
    "committee_fte": lambda m: float(m.city.communities.committee_fte.sum()),
    # chances that are asserted over pairs, when luck has parted the worlds
    "founding_per_year": _foundings,
}
"""By name: what is looked at, at a month's edge."""
