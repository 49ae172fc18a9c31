"""What is measured: one function a measure, named in `language/labels.yaml`.

A new measure is one function here and one label there. It is a pure function of what was counted at all edges so far: what
it needs and nobody counts yet is one more field of `edge.Edge`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import Kind, Status, Tier
from simulator.dynamics import needs
from simulator.language.units import FEN_PER_YUAN, RESIDENTS_PER_DENSITY_UNIT
from simulator.observation.edge import ACTIVE, ALIVE, COUNTED, KIND, STATUS, TIER, gini
from simulator.observation.view import Amounts, Places, View, ratio, with_district

Function = Callable[[View], Places]
MEASURED: Final[dict[str, Function]] = {}
"""Every measure that one run has, by name, in the order of this page."""


def measure(function: Function) -> Function:
    """Declare a measure; its name is the function's."""
    MEASURED[function.__name__] = function
    return function


# stocks --------------------------------------------------------------------------------------------------------------


@measure
def registered_count(view: View) -> Places:
    return view.bodies(ALIVE & (TIER == Tier.REGISTERED))


@measure
def filed_count(view: View) -> Places:
    return view.bodies(ALIVE & (TIER == Tier.FILED))


@measure
def latent_count(view: View) -> Places:
    return view.bodies(ALIVE & (TIER == Tier.LATENT))


@measure
def dormant_count(view: View) -> Places:
    return view.bodies(COUNTED & (STATUS == Status.DORMANT))


@measure
def support_count(view: View) -> Places:
    return view.bodies(ALIVE & (TIER == Tier.REGISTERED) & (KIND == Kind.SUPPORT))


@measure
def counted_count(view: View) -> Places:
    return view.bodies(COUNTED)


@measure
def active_count(view: View) -> Places:
    return view.bodies(ACTIVE)


def _density(view: View, count: Places) -> Places:
    return count / view.residents * RESIDENTS_PER_DENSITY_UNIT


@measure
def registered_density(view: View) -> Places:
    return _density(view, registered_count(view))


@measure
def filed_density(view: View) -> Places:
    return _density(view, filed_count(view))


@measure
def counted_density(view: View) -> Places:
    return _density(view, counted_count(view))


@measure
def active_density(view: View) -> Places:
    return _density(view, active_count(view))


@measure
def organizations_per_community(view: View) -> Places:
    built = view.represented(view.by_street(np.ones((1, len(view.city.communities)))))
    return counted_count(view) / built


def _growth(count: Places) -> Places:
    return ratio(count, count[:1])


@measure
def registered_growth(view: View) -> Places:
    return _growth(registered_count(view))


@measure
def filed_growth(view: View) -> Places:
    return _growth(filed_count(view))


@measure
def support_growth(view: View) -> Places:
    return _growth(support_count(view))


# flows ---------------------------------------------------------------------------------------------------------------


@measure
def founding_flow(view: View) -> Places:
    return view.flow("founding")


@measure
def filing_flow(view: View) -> Places:
    return view.flow("filing")


@measure
def registration_flow(view: View) -> Places:
    return view.flow("registration")


@measure
def entry_flow(view: View) -> Places:
    return view.flow("entry")


@measure
def dormancy_flow(view: View) -> Places:
    return view.flow("dormancy")


@measure
def removal_flow(view: View) -> Places:
    return view.flow("removal")


@measure
def merger_flow(view: View) -> Places:
    return view.flow("merger")


# residents -----------------------------------------------------------------------------------------------------------


def _residents_share(view: View, count: Amounts) -> Places:
    return view.share(count, view.city.communities.residents)


@measure
def participation_rate(view: View) -> Places:
    return _residents_share(view, view.edges.stages[:, :, 2:].sum(axis=2))


@measure
def participation_reported(view: View) -> Places:
    by_edge = zip(participation_rate(view), view.edges.breadth, strict=True)
    return np.array([reported(rate, breadth) for rate, breadth in by_edge])


def reported(true: NDArray[np.float64], breadth: float) -> NDArray[np.float64]:
    """What a survey reports that counts `breadth` kinds of taking part: 1 - (1 - true)^breadth."""
    return 1 - (1 - true) ** breadth


@measure
def volunteer_rate(view: View) -> Places:
    return _residents_share(view, view.edges.stages[:, :, 3:].sum(axis=2))


@measure
def backbone_rate(view: View) -> Places:
    return _residents_share(view, view.edges.stages[:, :, 4])


@measure
def registered_volunteer_rate(view: View) -> Places:
    return _residents_share(view, view.edges.registered_volunteers)


@measure
def unfamiliar_share(view: View) -> Places:
    return _residents_share(view, view.city.communities.residents - view.edges.acquainted)


@measure
def leaders_count(view: View) -> Places:
    return view.represented(view.by_street(view.edges.leaders.sum(axis=2)))


@measure
def trained_leaders_count(view: View) -> Places:
    return view.represented(view.by_street(view.edges.leaders[:, :, 1]))


# what residents get --------------------------------------------------------------------------------------------------


@measure
def events_per_1000(view: View) -> Places:
    return 1000 * view.share(view.edges.events, view.city.communities.residents)


@measure
def service_coverage(view: View) -> Places:
    covered = needs.coverage(view.edges.hours, view.need, view.edges.need_match[:, None])
    return view.share(covered * view.need, view.need)


@measure
def satisfaction(view: View) -> Places:
    residents = view.city.communities.residents
    return view.share(view.edges.satisfaction * residents, residents)


# how it is spread ----------------------------------------------------------------------------------------------------


@measure
def capability_mean(view: View) -> Places:
    active = view.edges.bodies[:, :, ACTIVE].sum(axis=2)
    return ratio(with_district(view.edges.capability), with_district(active))


@measure
def members_gini(view: View) -> Places:
    return view.district_only(view.edges.members_gini)


@measure
def money_gini(view: View) -> Places:
    return view.district_only(view.edges.money_gini)


@measure
def participation_gini(view: View) -> Places:
    stages = view.edges.stages
    rates = stages[:, :, 2:].sum(axis=2) / stages.sum(axis=2)
    return view.district_only(np.array([gini(by_community) for by_community in rates]))


# money and queues ----------------------------------------------------------------------------------------------------


@measure
def spending_total_yuan(view: View) -> Places:
    return view.district_only(view.edges.spent_fen / FEN_PER_YUAN / view.city.share_built)


@measure
def spending_per_resident_yuan(view: View) -> Places:
    return view.district_only(view.edges.spent_fen / FEN_PER_YUAN / float(view.city.streets.residents.sum()))


@measure
def execution_rate(view: View) -> Places:
    return view.district_only(ratio(view.edges.spent_fen, view.edges.budgeted_fen))


@measure
def incubator_queue(view: View) -> Places:
    return view.district_only(view.edges.waiting / view.city.share_built)


@measure
def incubator_wait_months(view: View) -> Places:
    return view.district_only(view.edges.wait_months)


@measure
def incubator_load(view: View) -> Places:
    """Not known of a house whose bodies wait for mentors that are not there: no mean over replicates could bear infinity."""
    return view.district_only(view.edges.incubator_load)
