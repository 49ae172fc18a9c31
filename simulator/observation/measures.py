"""What is measured each month: one function a measure, named in `language/labels.yaml`.

A new measure is one function here and one label there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import Kind, Status, Tier
from simulator.language.units import RESIDENTS_PER_DENSITY_UNIT, yuan
from simulator.observation.view import Places, View, gini

Function = Callable[[View], Places]
MEASURED: Final[dict[str, Function]] = {}
"""Every measure that one run has, by name, in the order of this page."""


def measure(function: Function) -> Function:
    """Declare a measure; its name is the function's."""
    MEASURED[function.__name__] = function
    return function


def _tier(view: View, tier: Tier) -> NDArray[np.bool_]:
    organizations = view.city.organizations
    return np.asarray(organizations.alive() & (organizations.tier == tier))


# stocks --------------------------------------------------------------------------------------------------------------


@measure
def registered_count(view: View) -> Places:
    return view.bodies(_tier(view, Tier.REGISTERED))


@measure
def filed_count(view: View) -> Places:
    return view.bodies(_tier(view, Tier.FILED))


@measure
def latent_count(view: View) -> Places:
    return view.bodies(_tier(view, Tier.LATENT))


@measure
def dormant_count(view: View) -> Places:
    organizations = view.city.organizations
    return view.bodies(organizations.counted() & (organizations.status == Status.DORMANT))


@measure
def support_count(view: View) -> Places:
    return view.bodies(_tier(view, Tier.REGISTERED) & (view.city.organizations.kind == Kind.SUPPORT))


@measure
def counted_count(view: View) -> Places:
    return view.bodies(view.city.organizations.counted())


@measure
def active_count(view: View) -> Places:
    organizations = view.city.organizations
    return view.bodies(organizations.counted() & organizations.active())


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
    built = view.represented(view.by_street(np.ones(len(view.city.communities))))
    return counted_count(view) / built


def _growth(view: View, name: str, now: Places) -> Places:
    start = view.start.get(name, now)
    return np.asarray(np.divide(now, start, out=np.full(now.size, np.nan), where=start > 0))


@measure
def registered_growth(view: View) -> Places:
    return _growth(view, "registered_count", registered_count(view))


@measure
def filed_growth(view: View) -> Places:
    return _growth(view, "filed_count", filed_count(view))


@measure
def support_growth(view: View) -> Places:
    return _growth(view, "support_count", support_count(view))


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


def _residents_share(view: View, count: NDArray[np.int64]) -> Places:
    return view.share(count.astype(np.float64), view.city.communities.residents.astype(np.float64))


@measure
def participation_rate(view: View) -> Places:
    return _residents_share(view, view.city.residents.stage_count[:, 2:].sum(axis=1))


@measure
def participation_reported(view: View) -> Places:
    return reported(participation_rate(view), view.breadth)


def reported(true: Places, breadth: float) -> Places:
    """What a survey reports that counts `breadth` kinds of taking part: 1 - (1 - true)^breadth."""
    return 1 - (1 - true) ** breadth


@measure
def volunteer_rate(view: View) -> Places:
    return _residents_share(view, view.city.residents.stage_count[:, 3:].sum(axis=1))


@measure
def backbone_rate(view: View) -> Places:
    return _residents_share(view, view.city.residents.stage_count[:, 4])


@measure
def registered_volunteer_rate(view: View) -> Places:
    return _residents_share(view, view.city.residents.ever_count)


@measure
def unfamiliar_share(view: View) -> Places:
    residents = view.city.residents
    return _residents_share(view, view.city.communities.residents - residents.acquainted_count)


def _leaders(view: View, which: NDArray[np.bool_]) -> Places:
    leaders = view.city.leaders
    at_home = which & (leaders.community >= 0)
    streets = view.city.communities.street[leaders.community[at_home]]
    return view.represented(np.bincount(streets, minlength=view.n_streets).astype(np.float64))


@measure
def leaders_count(view: View) -> Places:
    return _leaders(view, view.city.leaders.here())


@measure
def trained_leaders_count(view: View) -> Places:
    leaders = view.city.leaders
    return _leaders(view, leaders.here() & leaders.trained)


# what residents get --------------------------------------------------------------------------------------------------


@measure
def events_per_1000(view: View) -> Places:
    return 1000 * view.share(view.activity.events, view.city.communities.residents.astype(np.float64))


@measure
def service_coverage(view: View) -> Places:
    return view.share(view.coverage * view.need, view.need)


@measure
def satisfaction(view: View) -> Places:
    communities = view.city.communities
    return view.share(communities.satisfaction * communities.residents, communities.residents.astype(np.float64))


# how it is spread ----------------------------------------------------------------------------------------------------


@measure
def capability_mean(view: View) -> Places:
    organizations = view.city.organizations
    active = organizations.active() & organizations.counted()
    streets, n = organizations.street[active], view.n_streets
    total = np.bincount(streets, weights=organizations.capability[active], minlength=n)
    count = np.bincount(streets, minlength=n).astype(np.float64)
    total, count = np.append(total.sum(), total), np.append(count.sum(), count)
    return np.asarray(np.divide(total, count, out=np.full(count.size, np.nan), where=count > 0))


@measure
def members_gini(view: View) -> Places:
    organizations = view.city.organizations
    belongs = organizations.alive() & (organizations.kind == Kind.COMMUNITY)
    return view.district_only(gini(organizations.members[belongs].astype(np.float64)))


@measure
def money_gini(view: View) -> Places:
    organizations = view.city.organizations
    eligible = organizations.counted() & (organizations.kind != Kind.FEDERATION)
    return view.district_only(gini(view.received_yuan[eligible]))


@measure
def participation_gini(view: View) -> Places:
    stages = view.city.residents.stage_count
    return view.district_only(gini(stages[:, 2:].sum(axis=1) / stages.sum(axis=1)))


# money and queues ----------------------------------------------------------------------------------------------------


@measure
def spending_total_yuan(view: View) -> Places:
    return view.district_only(yuan(view.spent_fen) / view.city.share_built)


@measure
def spending_per_resident_yuan(view: View) -> Places:
    return view.district_only(yuan(view.spent_fen) / float(view.city.streets.residents.sum()))


@measure
def execution_rate(view: View) -> Places:
    return view.district_only(view.spent_fen / view.budgeted_fen if view.budgeted_fen > 0 else np.nan)


@measure
def incubator_queue(view: View) -> Places:
    waiting = sum(incubator.queue for incubator in view.incubators)
    return view.district_only(waiting / view.city.share_built)


@measure
def incubator_wait_months(view: View) -> Places:
    waits = [wait for incubator in view.incubators for hall in incubator.halls for wait in hall.places.recent_waits()]
    return view.district_only(float(np.mean(waits)) if waits else np.nan)


@measure
def incubator_load(view: View) -> Places:
    """Not known of a house whose bodies wait for mentors that are not there: no mean over replicates could bear infinity."""
    loads = [load for incubator in view.incubators if np.isfinite(load := incubator.load)]
    return view.district_only(float(np.max(loads)) if loads else np.nan)
