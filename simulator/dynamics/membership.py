"""Belonging to an organisation.

Joining is one of the events of a resident's die (participation.py): hazard `join` per month for those at stage >= 2 who
belong to none. Which body: an exponential race among the awake bodies of the community with odds

    members^size_exponent + 1

so that large bodies grow and sizes become heavy-tailed (preferential attachment; the 1, an assumption, lets new bodies
begin). Members leave when they slip below stage 2, when they move away, and when their body ends. A new group begins with
a founding circle of residents at stage >= 2 who belong nowhere, of lognormal size.

`join` is solved so that members stand still at the start. With n_s the shares of residents at stage s, f_s the monthly flow
between s - 1 and s (equal in both directions at rest), m and c the monthly chances of moving and of the body's end, and a_s
the share of members at stage s:

    s=2: join*(1-a2)*n2 = f2*a2 + f3*(a2-a3) + (m+c)*a2*n2
    s=3: join*(1-a3)*n3 = f3*(a3-a2) + f4*(a3-a4) + (m+c)*a3*n3
    s=4: join*(1-a4)*n4 = f4*(a4-a3) + (m+c)*a4*n4

Sources: Simon 1955 and Yule for the attachment's form; all values are assumptions.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtri

from simulator.city.organizations import NO_ONE, Kind, Organizations, Status
from simulator.city.residents import INVOLVED_CELL, N_CLASSES, Residents
from simulator.dynamics.participation import Event, Moves
from simulator.dynamics.races import pair_identity
from simulator.language.streams import Streams

LOWEST_MEMBER_CELL = INVOLVED_CELL
"""Who belongs to a body is at stage 2 or above."""


def affiliation(
    stage_shares: NDArray[np.float64], upward: NDArray[np.float64], leave: float, join: float
) -> NDArray[np.float64]:
    """The shares of members by stage at rest, (5,), 0 below stage 2, for monthly chances `leave` (m + c) and `join`.

    stage_shares (5,) of residents; upward (5,) the share of all residents that climbs from each stage in a month.
    """
    n2, n3, n4 = stage_shares[2:]
    f2, f3, f4 = upward[1:4]
    balance = np.array(
        [
            [(join + leave) * n2 + f2 + f3, -f3, 0.0],
            [-f3, (join + leave) * n3 + f3 + f4, -f4],
            [0.0, -f4, (join + leave) * n4 + f4],
        ]
    )
    return np.append([0.0, 0.0], np.linalg.solve(balance, join * np.array([n2, n3, n4])))


def solve_join(
    stage_shares: NDArray[np.float64], upward: NDArray[np.float64], leave: float, members_share: float
) -> float:
    """The monthly hazard of joining at which `members_share` of all residents stay members."""

    def excess(log_join: float) -> float:
        members = affiliation(stage_shares, upward, leave, float(np.exp(log_join))) @ stage_shares
        return float(members - members_share)

    return float(np.exp(brentq(excess, -30.0, 10.0, xtol=1e-12)))


def leave(residents: Residents, organizations: Organizations, moves: Moves) -> None:
    """Those who move away or slip below stage 2 this month leave their bodies. Before the slips are carried out."""
    belongs = (residents.organization[moves.homes] >= 0).nonzero()[0]
    homes, events = moves.homes[belongs], moves.events[belongs]
    slips = (events == int(Event.SLIP)) & (residents.cell[homes] < LOWEST_MEMBER_CELL + N_CLASSES)
    _part(residents, organizations, homes[slips | (events == int(Event.MOVE))])


def join(residents: Residents, organizations: Organizations, homes: NDArray[np.intp], streams: Streams, month: int,
         size_exponent: float) -> None:  # fmt: skip
    """Each of these residents, (k,) ascending, joins an awake body of their community, if there is one."""
    bodies, first = _open_by_community(organizations, residents.n_communities)
    community = residents.communities_of_sorted(homes)
    candidates = first[community + 1] - first[community]
    if not candidates.all():
        somewhere = candidates > 0
        homes, community, candidates = homes[somewhere], community[somewhere], candidates[somewhere]
    if not homes.size:
        return
    begins = np.cumsum(candidates) - candidates
    joiner = np.repeat(np.arange(homes.size), candidates)
    body = bodies[(first[community] - begins)[joiner] + np.arange(joiner.size)]
    pair = pair_identity(organizations.identity[body], homes[joiner])
    odds = organizations.members.astype(np.float64) ** size_exponent + 1.0
    arrival = -np.log(streams.dice("joining", month, pair)) / odds[body]
    fastest = np.minimum.reduceat(arrival, begins)
    winner = (arrival == fastest[joiner]).nonzero()[0]
    chosen = body[winner[np.searchsorted(winner, begins)]]  # of a dead heat the first
    residents.organization[homes] = chosen
    np.add.at(organizations.members, chosen, 1)


def _open_by_community(
    organizations: Organizations, n_communities: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Bodies that residents can join, by community, and where each community's begin, (n_communities + 1,)."""
    working = organizations.active() & (organizations.community >= 0) & (organizations.kind != int(Kind.FEDERATION))
    bodies = working.nonzero()[0]
    bodies = bodies[np.argsort(organizations.community[bodies], kind="stable")]
    return bodies, np.searchsorted(organizations.community[bodies], np.arange(n_communities + 1))


def gather_circle(
    residents: Residents, organizations: Organizations, rows: NDArray[np.intp], streams: Streams, month: int,
    parameters: Mapping[str, float],
) -> None:  # fmt: skip
    """Founding circles for these new bodies: residents of the community at stage >= 2 who belong to none."""
    if not rows.size:
        return
    size = np.exp(
        np.log(parameters["circle_median"])
        + parameters["circle_sd_log"] * ndtri(streams.dice("founding circle", month, organizations.identity[rows]))
    )
    homes, ends = _able_at(residents, organizations.community[rows])
    pairs = pair_identity(np.repeat(organizations.identity[rows], np.diff(ends)), homes)
    dice = streams.dice("founding circle", month, pairs)
    for body, row in enumerate(rows.tolist()):  # in turn: who belongs to the first is not free for the second
        able = slice(int(ends[body]), int(ends[body + 1]))
        free = (residents.organization[homes[able]] == NO_ONE).nonzero()[0]
        circle = homes[able][free[_highest(dice[able][free], max(int(np.rint(size[body])), 1))]]
        residents.organization[circle] = row
        organizations.members[row] += circle.size


def _able_at(residents: Residents, communities: NDArray[np.integer]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Homes of residents at stage >= 2 of each of these communities, (k,), one after another, and where each one's begin.

    -> (n,), (k + 1,)
    """
    here = [residents.homes(int(community)) for community in communities]
    able = [(residents.cell[homes] >= LOWEST_MEMBER_CELL).nonzero()[0] + homes.start for homes in here]
    return np.concatenate(able), np.cumsum([0, *(homes.size for homes in able)])


def _highest(dice: NDArray[np.float64], number: int) -> NDArray[np.intp]:
    """Where so many of the highest dice lie, all if there are fewer: the first of a race in which all have one weight."""
    return np.argpartition(dice, dice.size - number)[dice.size - number :] if number < dice.size else np.arange(dice.size)


def close(residents: Residents, organizations: Organizations, streams: Streams, month: int,
          ended: NDArray[np.intp]) -> None:  # fmt: skip
    """Members of bodies that ended, rows `ended` (k,), leave; those of a merged body pass on, but for its `member_loss`."""
    if not ended.size:
        return
    becomes = np.full(len(organizations), NO_ONE, np.int64)
    closing = np.zeros(len(organizations), np.bool_)
    closing[ended] = True
    merged = ended[organizations.status[ended] == Status.MERGED]
    heirs = organizations.successors(merged)
    becomes[merged] = np.where(organizations.alive()[heirs], heirs, NO_ONE)
    for community in np.unique(organizations.community[ended]):
        if community < 0:
            continue
        homes = residents.homes(int(community))
        belongs = residents.organization[homes]
        members = (belongs >= 0).nonzero()[0]  # a tenth of all
        leaving = members[closing[belongs[members]]] + homes.start
        _pass_on(residents, organizations, becomes, leaving, streams, month)
    organizations.members[ended] = 0


def _pass_on(
    residents: Residents, organizations: Organizations, becomes: NDArray[np.int64], homes: NDArray[np.intp],
    streams: Streams, month: int,
) -> None:  # fmt: skip
    """These members, (k,), belong to what becomes of their body, (n_organizations,), or to none."""
    old = residents.organization[homes]
    residents.organization[homes] = NO_ONE
    merging = (becomes[old] >= 0).nonzero()[0]
    if not merging.size:
        return
    homes, old = homes[merging], old[merging]
    stays = streams.dice("merger", month, homes) >= organizations.member_loss[old]
    heirs = becomes[old[stays]]
    residents.organization[homes[stays]] = heirs
    np.add.at(organizations.members, heirs, 1)


def _part(residents: Residents, organizations: Organizations, homes: NDArray[np.intp]) -> None:
    np.add.at(organizations.members, residents.organization[homes], -1)
    residents.organization[homes] = NO_ONE
