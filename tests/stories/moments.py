"""The chances and rates of one month, read after institutions have acted and before anybody's die is thrown.

Nothing here throws a die, books an hour or writes a column: a world that is looked at goes on as if nobody had looked.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.city.city import City
from simulator.city.organizations import NO_ONE, Kind, Organizations, Status, Tier
from simulator.city.residents import HOUSING, Residents, Stage
from simulator.dynamics.density import measure_density
from simulator.dynamics.entry import entry_rate
from simulator.dynamics.founding import founding_rate
from simulator.dynamics.lifecycle import Fate, mortal, yearly_hazards
from simulator.dynamics.participation import Event, Exposure, resident_hazards
from simulator.dynamics.programmes.calls import standing
from simulator.model import DistrictModel

EVERYBODY: Final = "everybody"

# what can be asked ----------------------------------------------------------------------------------------------------

HAZARDS_OF_BODIES: Final = {
    "filing": Fate.FILE, "registration": Fate.APPLY, "dormancy": Fate.FALL_DORMANT, "waking": Fate.WAKE_UP,
    "closing": Fate.CLOSE,
}  # fmt: skip
"""Per year, summed over the bodies asked for."""

HAZARDS_OF_STREET: Final = ("founding", "entry")
"""Per year: foundings of groups, entrants of professional and support-type bodies."""

HAZARDS_OF_RESIDENTS: Final[Mapping[str, tuple[Event, Stage | None]]] = {
    "becoming_aware": (Event.CLIMB, Stage.UNINVOLVED), "taking_part": (Event.CLIMB, Stage.AWARE),
    "volunteering": (Event.CLIMB, Stage.PARTICIPANT), "becoming_backbone": (Event.CLIMB, Stage.VOLUNTEER),
    "climbing": (Event.CLIMB, None), "slipping": (Event.SLIP, None), "getting_acquainted": (Event.ACQUAINT, None),
    "joining": (Event.JOIN, None),
}  # fmt: skip
"""Per month, summed over the residents asked for (of that stage)."""

RATES_OF_BODIES: Final = ("hours", "learning", "standing", "evaluation")
"""Hours of a month; capability gained in a year by doing, mentors, hubs and support bodies; what ratings and awards make of
the odds at calls (1: nothing); how far residents' evaluation moves the log odds of renewal, up or down."""

RATES_OF_STREET: Final[Mapping[str, Callable[[DistrictModel], float]]] = {
    "events": lambda model: float(model._activity.events.sum()),
    "outreach": lambda model: float(model._activity.outreach.sum()),
    "places": lambda model: float(model._activity.places.sum()),
    "contacts": lambda model: float(model._activity.contacts @ model.city.communities.residents),
    "volunteer_hours": lambda model: float(model._activity.volunteer_hours.sum()),
    "coaching_hours": lambda model: float(model._activity.coaching_hours.sum()),
    "visible_events": lambda model: float(model.city.communities.visible_events.sum()),
    "efficacy": lambda model: _mean_of_residents(model.city, model.city.communities.efficacy),
    "satisfaction": lambda model: _mean_of_residents(model.city, model.city.communities.satisfaction),
}
"""What a month brings in the street; efficacy and satisfaction are means over residents, as this month has left them."""

GROUPS_OF_BODIES: Final[Mapping[str, Callable[[City, float], NDArray[np.bool_]]]] = {
    EVERYBODY: lambda city, now: city.organizations.alive(),
    "latent groups": lambda city, now: city.organizations.tier == Tier.LATENT,
    "filed bodies": lambda city, now: city.organizations.tier == Tier.FILED,
    "registered bodies": lambda city, now: city.organizations.tier == Tier.REGISTERED,
    "community bodies": lambda city, now: city.organizations.kind == Kind.COMMUNITY,
    "professional bodies": lambda city, now: city.organizations.kind == Kind.PROFESSIONAL,
    "support bodies": lambda city, now: city.organizations.kind == Kind.SUPPORT,
    "funded bodies": lambda city, now: city.organizations.funded_until >= now,
    "bodies inside": lambda city, now: city.organizations.status == Status.INCUBATING,
    "graduates": lambda city, now: city.organizations.incubated,
    "bodies of trained leaders": lambda city, now: _led_by_trained(city),
    "young bodies": lambda city, now: (now - city.organizations.tier_since < 12) & (city.organizations.tier > Tier.LATENT),
    "dormant bodies": lambda city, now: city.organizations.status == Status.DORMANT,
}  # fmt: skip

GROUPS_OF_RESIDENTS: Final[Mapping[str, Callable[[Residents], NDArray[np.bool_]]]] = {
    EVERYBODY: lambda residents: np.ones(len(residents), np.bool_),
    "party members": lambda residents: residents.party_member,
    "others": lambda residents: ~residents.party_member,
    "participants": lambda residents: residents.stage(slice(None)) == Stage.PARTICIPANT,
    "volunteers": lambda residents: residents.stage(slice(None)) >= Stage.VOLUNTEER,
    **{
        name.replace("_", " "): (lambda residents, kind=kind: residents.housing == kind)
        for kind, name in enumerate(HOUSING)
    },
}

BY_LUCK: Final = ("founding", "dormancy", "revival")
"""What happens to bodies by luck alone, whatever institutions do to them directly."""

HAZARDS: Final = (*HAZARDS_OF_BODIES, *HAZARDS_OF_STREET, *HAZARDS_OF_RESIDENTS)
RATES: Final = (*RATES_OF_BODIES, *RATES_OF_STREET)


def groups_for(subject: str) -> tuple[str, ...]:
    """The groups that a hazard or rate can be asked of."""
    if subject in HAZARDS_OF_BODIES or subject in RATES_OF_BODIES:
        return tuple(GROUPS_OF_BODIES)
    return tuple(GROUPS_OF_RESIDENTS) if subject in HAZARDS_OF_RESIDENTS else (EVERYBODY,)


# what was read --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Moment:
    """One month of one world."""

    identities: NDArray[np.uint64]
    """Whose bodies' values are, (n,)."""
    of_bodies: dict[str, NDArray[np.float64]]
    """Hazards and rates by body, (n,) each."""
    groups: dict[str, NDArray[np.bool_]]
    """(n,) each."""
    sums: dict[tuple[str, str], float]
    """Hazards of residents by (hazard, group), and what the street has under (name, EVERYBODY)."""
    residents_lives: int
    """What luck has done to residents so far: a sum of their stages."""
    bodies_lives: tuple[int, ...]
    """What luck has done to bodies so far: how many were founded, fell asleep, woke up; how many leaders left."""
    levers: dict[str, float] = field(default_factory=dict)


def read_moment(model: DistrictModel, exposed: Exposure) -> Moment:
    """Everything that can be asked of this month but for learning, which comes later in it."""
    bodies, setting = model.city.organizations, model.setting
    density, rows = measure_density(bodies, model.city.streets), mortal(setting)
    chances = np.zeros((len(Fate), len(bodies)))
    chances[:, rows] = yearly_hazards(setting, model._levels, density, rows)
    sums = {(name, EVERYBODY): float(rate(model)) for name, rate in RATES_OF_STREET.items()}
    sums |= _of_residents(model, exposed)
    sums["founding", EVERYBODY] = float(founding_rate(setting, model._levels.founding_per_10000, density).sum())
    sums["entry", EVERYBODY] = _entrants(model)
    return Moment(
        identities=bodies.identity.copy(),
        of_bodies={name: chances[fate] for name, fate in HAZARDS_OF_BODIES.items()}
        | {
            "hours": model._activity.body_hours.copy(),
            "standing": standing(bodies, np.arange(len(bodies)), setting.now),
            "evaluation": np.abs(bodies.evaluation),
        },
        groups={name: np.array(group(model.city, setting.now)) for name, group in GROUPS_OF_BODIES.items()},
        sums=sums,
        residents_lives=zlib.crc32(model.residents.cell.tobytes()),
        bodies_lives=_lives_of_bodies(model),
        levers=dict(setting.levers),
    )


def learnt(before: NDArray[np.float64], bodies: Organizations) -> NDArray[np.float64]:
    """What a month of learning and forgetting made of the bodies there at its beginning, as capability a year, (n,)."""
    return 12 * (bodies.capability[: before.size] - before)


def ratio(without: Moment, with_it: Moment, subject: str, group: str) -> tuple[float, float] | None:
    """A hazard or rate without and with, summed over the same bodies or residents; None if there are none of that group.

    Who belongs to a group of bodies is what they are in the world with the instrument; a body that one world lacks is left out.
    """
    if subject not in with_it.of_bodies:
        return without.sums[subject, group], with_it.sums[subject, group]
    wanted = with_it.groups[group]
    known = np.isin(with_it.identities, without.identities)
    rows = np.flatnonzero(wanted & known)
    if not rows.size:
        return None
    order = np.argsort(without.identities)
    same = order[np.searchsorted(without.identities[order], with_it.identities[rows])]
    return float(without.of_bodies[subject][same].sum()), float(with_it.of_bodies[subject][rows].sum())


def alike(one: Moment, other: Moment, subject: str) -> bool:
    """Has luck done the same in both worlds so far to those whom this hazard or rate is about?"""
    if subject in HAZARDS_OF_RESIDENTS or subject in RATES_OF_STREET:
        return one.residents_lives == other.residents_lives and one.bodies_lives == other.bodies_lives
    return one.bodies_lives == other.bodies_lives


def differ(one: Moment, other: Moment) -> bool:
    """Has anything that can be asked moved?"""
    if one.sums != other.sums or one.levers != other.levers or one.residents_lives != other.residents_lives:
        return True
    if one.bodies_lives != other.bodies_lives or not np.array_equal(one.identities, other.identities):
        return True
    return any(not np.array_equal(values, other.of_bodies[name]) for name, values in one.of_bodies.items())


def _of_residents(model: DistrictModel, exposed: Exposure) -> dict[tuple[str, str], float]:
    residents = model.residents
    chances = resident_hazards(residents, np.arange(len(residents)), model._ground, exposed)
    stage = residents.stage(slice(None))
    lines = np.stack([
        chances[event] if of is None else np.where(stage == of, chances[event], 0.0)
        for event, of in HAZARDS_OF_RESIDENTS.values()
    ])  # fmt: skip
    groups = np.stack([group(residents) for group in GROUPS_OF_RESIDENTS.values()])
    together = lines @ groups.T.astype(np.float64)
    return {
        (hazard, group): float(together[i, j])
        for i, hazard in enumerate(HAZARDS_OF_RESIDENTS)
        for j, group in enumerate(GROUPS_OF_RESIDENTS)
    }


def _entrants(model: DistrictModel) -> float:
    """Entrants of a year at this month's money and levers."""
    levels, n = model._levels, len(model.residents)
    money = model._demand.yuan_per_resident(n)
    rate = entry_rate(model.parameters["entry"], levels.entry_per_year, float(n), money, levels.money_at_start)
    return rate * model.setting.levers["registration"]


def _lives_of_bodies(model: DistrictModel) -> tuple[int, ...]:
    happened = [int(sum(float(month[name].sum()) for month in model._flows if name in month)) for name in BY_LUCK]
    return (*happened, int(np.count_nonzero(model.city.leaders.left)))


def _led_by_trained(city: City) -> NDArray[np.bool_]:
    leader = city.organizations.leader
    return np.where(leader == NO_ONE, False, city.leaders.trained[leader])


def _mean_of_residents(city: City, by_community: NDArray[np.float64]) -> float:
    residents = city.communities.residents
    return float(by_community @ residents / residents.sum())
