"""A district at its start: from published figures to a populated city whose residents are at rest.

The order matters: the ladder is solved for the district's shares, with the mean hazard of joining an organisation, which in
turn is solved from the ladder's flows and the number of members; a few rounds settle both (joining enters the ladder only
through the total hazard). When the bodies are there, the hazard of joining is solved once more for their real members.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simulator.city import associations, homes
from simulator.city.associations import LATENT_MEMBERS_FACTOR, REGISTERED_MEMBERS_FACTOR
from simulator.city.city import City
from simulator.city.hours import Hours
from simulator.city.layout import Layout, lay_out
from simulator.city.organizations import Kind
from simulator.city.places import Communities, Streets
from simulator.city.residents import HOUSING, N_STAGES, StartingLaw, disposition_classes
from simulator.city.treasury import Treasury
from simulator.dynamics.ladder import Ladder, LadderConditions, solve_ladder
from simulator.dynamics.membership import affiliation, solve_join
from simulator.dynamics.participation import Ground
from simulator.dynamics.register import register_at_rest
from simulator.language.streams import Streams
from simulator.language.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from simulator.documents.district import District
    from simulator.documents.scenario import Scenario
    from simulator.dynamics.numbers import Numbers

Parameters = Mapping[str, Mapping[str, float]]
Built = TypeVar("Built")
STAGES = ("uninvolved", "aware", "participant", "volunteer", "backbone")
SETTLING_ROUNDS = 4
LIVELINESS_SD_LOG = 0.4
"""Spread of communities in bodies per resident (assumption)."""
COMMITTEE_SD_LOG = 0.2
"""Spread of communities in committee staff and rooms (assumption)."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """A populated city and the residents' ground rules, before any time has passed."""

    city: City
    layout: Layout
    ground: Ground
    law: StartingLaw
    ladder: Ladder


def begin(district: District, scale: float, parameters: Parameters, streams: Streams) -> Beginning:
    """Build the communities of a district that `scale` asks for and everybody in them."""
    layout = lay_out(district, scale, streams)
    conditions = _conditions(district, parameters)
    ladder, affiliated = _settle_memberships(district, conditions, parameters)
    law = _starting_law(district, conditions.stage_shares, ladder, affiliated)
    residents = homes.settle(layout, district, law, streams)
    streets = _streets(district, layout)
    communities = _communities(district, layout, streams)
    organizations, leaders = associations.gather(
        district, layout, residents, law, streams, streets.share_built, communities.liveliness, parameters
    )
    federations = np.flatnonzero(organizations.kind == Kind.FEDERATION)
    streets.hub_organization[organizations.street[federations]] = federations
    city = City(
        residents=residents, organizations=organizations, leaders=leaders,
        communities=communities, streets=streets, treasury=Treasury(organizations),
        hours=Hours(), share_built=layout.share_built, households=float(residents.head.sum()),
    )  # fmt: skip
    members = float(organizations.members.sum()) / len(residents)
    join, _ = _memberships_at_rest(conditions, ladder, parameters, members) if members > 0 else (0.0, affiliated)
    p = parameters["participation"]
    ground = Ground(
        climb=ladder.climb, slip=conditions.slip, rho=ladder.rho, drift=conditions.drift, join=join,
        dispositions=conditions.dispositions, climb_factor=conditions.climb_factor,
        contact_factor=conditions.contact_factor, move=conditions.move,
        stage_contact_factor=conditions.stage_contact_factor, b_peers=p["b_peers"],
        b_acquainted=p["b_acquainted"], b_party=p["b_party"],
    )  # fmt: skip
    return Beginning(city, layout, ground, law, ladder)


def copy_of(beginning: Beginning) -> Beginning:
    """The same city in columns of its own, so that a run can change it."""
    city = beginning.city
    organizations = city.organizations.copy()
    return Beginning(
        City(
            residents=city.residents.copy(), organizations=organizations, leaders=city.leaders.copy(),
            communities=city.communities.copy(), streets=city.streets.copy(), treasury=Treasury(organizations),
            hours=Hours(), share_built=city.share_built, households=city.households,
        ),
        beginning.layout, beginning.ground, beginning.law, beginning.ladder,
    )  # fmt: skip


def _conditions(district: District, parameters: Parameters) -> LadderConditions:
    p, moving = parameters["participation"], parameters["moving"]
    by_housing = {
        key: np.array([moving[f"{key}_{name}"] for name in HOUSING]) for key in ("per_year", "climb", "contact")
    }
    shares = np.array([getattr(district, f"{stage}_share").value for stage in STAGES])
    return LadderConditions(
        stage_shares=shares / shares.sum(),
        acquainted_share=1 - district.unfamiliar_share.value,
        housing_shares=np.array([district.housing_shares.values[name] for name in HOUSING]),
        dispositions=disposition_classes(p["disposition_sd"]),
        slip=np.array([0.0, *(p[f"h_down_{stage}"] for stage in STAGES[1:])]),
        climb_factor=by_housing["climb"],
        contact_factor=by_housing["contact"],
        move=by_housing["per_year"] / MONTHS_PER_YEAR,
        drift=parameters["acquaintance"]["drift_per_year"] / MONTHS_PER_YEAR,
        stage_contact_factor=parameters["acquaintance"]["stage_factor"],
        b_acquainted=p["b_acquainted"],
    )


def _settle_memberships(
    district: District, conditions: LadderConditions, parameters: Parameters
) -> tuple[Ladder, NDArray[np.float64]]:
    """The ladder and the members' shares by stage at which nothing moves, for the members that are expected.

    Neither depends on luck or scale, and solving takes as long as a small run: the last ones are kept.
    """
    members = _members_share(district, conditions, parameters)

    def settle() -> tuple[Ladder, NDArray[np.float64]]:
        joining, ladder = np.zeros(N_STAGES), None
        for _ in range(SETTLING_ROUNDS):
            ladder = solve_ladder(conditions, joining, near=ladder)
            join, affiliated = _memberships_at_rest(conditions, ladder, parameters, members)
            joining = np.where(np.arange(N_STAGES) >= 2, join * (1 - affiliated), 0.0)
        assert ladder is not None
        return ladder, affiliated

    asked = tuple(np.asarray(getattr(conditions, field.name)).tobytes() for field in fields(conditions))
    return _LADDER.of((asked, members, parameters["membership"]["bodies_end_per_year"]), settle)


def _memberships_at_rest(
    conditions: LadderConditions, ladder: Ladder, parameters: Parameters, members_share: float
) -> tuple[float, NDArray[np.float64]]:
    """The hazard of joining at which so many of all residents stay members, and their shares by stage, (5,)."""
    ending = parameters["membership"]["bodies_end_per_year"] / MONTHS_PER_YEAR
    leave = float(conditions.housing_shares @ conditions.move) + ending
    join = solve_join(conditions.stage_shares, ladder.upward, leave, members_share)
    return join, affiliation(conditions.stage_shares, ladder.upward, leave, join)


def _members_share(district: District, conditions: LadderConditions, parameters: Parameters) -> float:
    """Members of community bodies as a share of all residents, as the synthesis will make them."""
    d = district
    mean = d.filed_members_median.value * float(np.exp(d.filed_members_sd_log.value**2 / 2))
    latent = d.latent_per_10000.value * d.residents.value / 10_000
    large = max(
        d.registered.value * (1 - d.professional_share.value) - d.support.value - d.hubs.value, 0.0
    )
    bodies = d.filed.value + LATENT_MEMBERS_FACTOR * latent + REGISTERED_MEMBERS_FACTOR * large
    members = mean * bodies / d.residents.value
    able = float(conditions.stage_shares[2:].sum())
    return min(members, 0.95 * parameters["membership"]["saturation"] * able)


def _starting_law(
    district: District, stage_shares: NDArray[np.float64], ladder: Ladder, affiliated: NDArray[np.float64]
) -> StartingLaw:
    classes = ladder.leaving.sum(axis=2).T
    stages = ladder.leaving / ladder.leaving.sum(axis=2, keepdims=True)
    ever = register_at_rest(stage_shares, ladder.upward, district.registered_volunteer_rate.value)
    ages = np.array(list(district.age_shares.values.values()))
    return StartingLaw(
        state=ladder.law, newcomer_class=classes, newcomer_stage=stages, ever_volunteer=ever, affiliated=affiliated,
        party_member=district.party_member_share.value, age_bands=ages,
    )  # fmt: skip


def _streets(district: District, layout: Layout) -> Streets:
    n = layout.street_number.size
    built = np.bincount(layout.street, weights=layout.residents, minlength=n)
    share = built / layout.street_residents
    streets = Streets(n)
    streets.append(
        n, number=layout.street_number, residents=built, residents_represented=layout.street_residents,
        share_built=share, station_fte=district.station_fte.value * share, hub_fte=district.hub_fte.value * share,
        hub_rooms_m2=district.hub_rooms_m2.value * share,
    )  # fmt: skip
    return streets


def _communities(district: District, layout: Layout, streams: Streams) -> Communities:
    """Committees and rooms: larger communities have more, with a spread."""
    n = layout.number.size
    factor = np.exp(COMMITTEE_SD_LOG * ndtri(streams.dice("committees", 0, layout.number)))
    liveliness = np.exp(LIVELINESS_SD_LOG * ndtri(streams.dice("liveliness", 0, layout.number)))
    size = layout.residents / (layout.residents_represented / district.communities.value)
    communities = Communities(n)
    communities.append(
        n, number=layout.number, street=layout.street, residents=layout.residents, liveliness=liveliness,
        committee_fte=district.committee_free_fte.value * np.sqrt(size) * factor,
        rooms_m2=district.community_rooms_m2.value * np.sqrt(size) * factor,
    )  # fmt: skip
    return communities


@dataclass(slots=True)
class _Kept(Generic[Built]):
    """The last thing built, and what it was built from: one pair, so that a thread never sees half of another's."""

    last: tuple[object, Built] | None = None

    def of(self, key: object, build: Callable[[], Built]) -> Built:
        """What is built from `key`: the last one if that was built from the same."""
        last = self.last
        if last is None or last[0] != key:
            last = self.last = (key, build())
        return last[1]


_LADDER: _Kept[tuple[Ladder, NDArray[np.float64]]] = _Kept()
_CITY: _Kept[tuple[Beginning, frozenset[str]]] = _Kept()
"""With the numbers read for it. Policies of a replicate share one synthesis."""


def shared_beginning(scenario: Scenario, parameters: Numbers, streams: Streams) -> Beginning:
    """The beginning of a replicate, in columns of its own; built once for all policies that ask one after another."""
    key = (
        scenario.district.model_dump_json(exclude={"in_force"}), scenario.scale, streams.seed, streams.replicate,
        tuple((path, item.value) for path, item in scenario.parameters.by_path.items()),
    )  # fmt: skip
    beginning, read = _CITY.of(
        key, lambda: (begin(scenario.district, scenario.scale, parameters, streams), parameters.read())
    )
    parameters.note(read)
    return copy_of(beginning)


def forget_last() -> None:
    """Build the next city anew."""
    _LADDER.last = _CITY.last = None
