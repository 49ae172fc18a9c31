"""Month 0: what stands in the columns so that organisations start in motion, not from rest.

A district that has been running has bodies without a leader, applications under way and a history of density. Without
them the first months would show leaders lost and none yet missed, and no registration for as long as the procedure
takes: a trend from nowhere. Here they are set, once, by keyed dice; then the base levels are solved.

    leaderless       the standing state of four: with a leader or without, with somebody to follow or without. A community body
                     of m members loses its leader at L = leave_per_year; while without, and while a member is at stage 4
                     who leads nothing (chance p = 1 - (1 - b)^m, b such backbones as a share of residents at stage >= 2),
                     it finds one at q a year, otherwise in the community at f. Somebody comes at u and the last goes at
                     d a year, u/d = p/(1 - p), d = turnover of backbones * P(exactly one)/p. With v_p and v_a the shares
                     of time without a leader and with, or without, somebody to follow:
                         v_a (L + u + f) = L (1 - p) + d v_p,        v_p (L + q + d) = L p + u v_a
    applications     those of the edges within a procedure before and at the start, thrown at the dice of those edges
    density at birth today's, less the trend since the body got its papers
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.city.organizations import NO_ONE, Kind
from simulator.city.residents import HOUSING, Stage
from simulator.dynamics.base_levels import BalanceConditions, BaseLevels, solve
from simulator.dynamics.density import measure_density, own_track
from simulator.dynamics.leadership import monthly_succession, residents_who_may_lead
from simulator.dynamics.registration import application_hazard, apply
from simulator.dynamics.setting import Setting
from simulator.language.units import MONTHS_PER_YEAR, probability


def settle(setting: Setting, conditions: BalanceConditions) -> BaseLevels:
    """Set the columns of month 0 and solve the base levels. At the end of the spin-up, once."""
    _remember_density(setting, conditions.trend_per_year)
    _lose_leaders(setting)
    levels = solve(setting, conditions)
    _apply_before_the_start(setting, levels)
    return levels


def standing_leaderless(
    members: NDArray[np.int32], backbones_among_members: float, turnover_per_year: float, leave_per_year: float,
    p_succession: float, p_from_community: float,
) -> NDArray[np.float64]:  # fmt: skip
    """The share of time that bodies of this size are without a leader, (n,)."""
    found, asked = (MONTHS_PER_YEAR * monthly_succession(p) for p in (p_succession, p_from_community))
    nobody = (1 - backbones_among_members) ** members
    somebody = 1 - nobody
    exactly_one = members * backbones_among_members * (1 - backbones_among_members) ** np.maximum(members - 1, 0)
    goes = turnover_per_year * np.divide(exactly_one, somebody, out=np.ones_like(somebody), where=somebody > 0)
    comes = turnover_per_year * exactly_one / np.maximum(nobody, 1e-300)
    nobody_coming = leave_per_year + comes + asked
    without = (leave_per_year * somebody + comes * leave_per_year * nobody / nobody_coming) / (
        leave_per_year + found + goes - comes * goes / nobody_coming
    )
    return np.asarray(without + (leave_per_year * nobody + goes * without) / nobody_coming)


def _remember_density(setting: Setting, trend_per_year: float) -> None:
    organizations = setting.city.organizations
    density = measure_density(organizations, setting.city.streets)
    years = np.maximum(setting.now - organizations.tier_since, 0.0) / MONTHS_PER_YEAR
    today = own_track(density, organizations.tier, organizations.street)
    organizations.density_at_birth[:] = today * np.exp(-trend_per_year * years)


def _lose_leaders(setting: Setting) -> None:
    organizations, leaders, p = setting.city.organizations, setting.city.leaders, setting.parameters["leadership"]
    involved = max(int(setting.city.residents.stage_count[:, Stage.PARTICIPANT :].sum()), 1)
    free = residents_who_may_lead(setting, Stage.BACKBONE).size
    rows = np.flatnonzero(organizations.active() & (organizations.kind == Kind.COMMUNITY))
    share = standing_leaderless(
        organizations.members[rows], free / involved, _turnover(setting), p["leave_per_year"], p["p_succession"],
        p["p_from_community"],
    )
    dice = setting.streams.dice("leaders leave", setting.month - 1, organizations.identity[rows])
    vacant = rows[dice < share]
    gone = organizations.leader[vacant]
    gone = gone[gone != NO_ONE]
    leaders.left[gone] = True
    leaders.organization[gone] = NO_ONE
    organizations.leader[vacant] = NO_ONE
    organizations.leaderless[vacant] = True


def _turnover(setting: Setting) -> float:
    """How often a year a backbone steps back or moves away."""
    housing, moving = setting.city.residents.housing, setting.parameters["moving"]
    move = np.array([moving[f"per_year_{name}"] for name in HOUSING])
    shares = np.bincount(housing, minlength=len(HOUSING)) / max(housing.size, 1)
    return float(shares @ move) + MONTHS_PER_YEAR * setting.parameters["participation"]["h_down_backbone"]


def _apply_before_the_start(setting: Setting, levels: BaseLevels) -> None:
    organizations = setting.city.organizations
    procedure = setting.parameters["registration"]["procedure_months"]
    for months_ago in range(int(np.ceil(procedure)) - 1, -1, -1):
        chance = probability(application_hazard(setting, levels.registration_per_year) / MONTHS_PER_YEAR)
        dice = setting.streams.dice("lifecycle", setting.month - months_ago, organizations.identity)
        apply(setting, np.flatnonzero(dice < chance), months_left=procedure - months_ago)
