"""The ladder's base levels: solved, not free, so that the status quo stands still.

A resident of disposition class k and housing h walks on ten states (stage s, acquainted a). In a month with total hazard
H(s, a) each event e happens with probability

    p_e = (1 - exp(-H)) * h_e / H

(model form, argued in docs/odd.md), with hazards per month

    climb      h_up[s] * exp(z_k) * climb_h * f(a),   f(a) = exp(b*a) / (1 - A_h + A_h * exp(b))
    slip       h_down[s]
    acquaint   rho * contact_h * (2 if s >= 2 else 1)      if not acquainted
    drift      drift_h                                      if acquainted
    move       move_h                                       (a newcomer is not acquainted)
    join_s     the mean hazard of joining an organisation at stage s (changes H only)

A home that falls empty is taken by somebody of the class and stage that leavers have at the start, so moving moves no
share and, in law, only makes the home unacquainted: the chain is linear and its stationary law exact. Unknown are the four
h_up and rho; they are solved so that the mixture over classes (1/16 each) and housing has the district's initial shares
of stages and of the acquainted. A_h, the acquainted share by housing, is that of the solution.

Source: one-step stationary law of a finite chain; the form of the hazards is argued in docs/odd.md; all values are assumptions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import root

from simulator.city.residents import N_CLASSES, N_STAGES
from simulator.language.errors import ModelError
from simulator.language.units import probability


@dataclass(frozen=True, slots=True)
class LadderConditions:
    """What the ladder is solved for; hazards per month."""

    stage_shares: NDArray[np.float64]
    """(5,), sums to 1."""
    acquainted_share: float
    housing_shares: NDArray[np.float64]
    """(6,), sums to 1."""
    dispositions: NDArray[np.float64]
    """z of the classes, (16,)."""
    slip: NDArray[np.float64]
    """h_down of the stages, (5,), 0 for the lowest."""
    climb_factor: NDArray[np.float64]
    """By housing, (6,)."""
    contact_factor: NDArray[np.float64]
    """By housing, (6,)."""
    move: NDArray[np.float64]
    """By housing, (6,)."""
    drift: float
    stage_contact_factor: float
    """Acquaintance from stage 2 on, times."""
    b_acquainted: float


@dataclass(frozen=True, slots=True)
class Ladder:
    """The solved base levels and the stationary law."""

    climb: NDArray[np.float64]
    """h_up of the stages per month, (5,), 0 for the highest."""
    rho: float
    """Base hazard of acquaintance per month."""
    law: NDArray[np.float64]
    """P(stage, acquainted | class, housing), (16, 6, 5, 2)."""
    leaving: NDArray[np.float64]
    """P(class, stage | housing) of those who move away in a month, (16, 6, 5), sums to 1 over class and stage."""
    upward: NDArray[np.float64]
    """Share of all residents that climb from stage s in a month, (5,)."""
    events_per_month: float
    """Share of residents to whom something happens in a month."""


def month_probabilities(
    conditions: LadderConditions, climb: NDArray[np.float64], rho: float, join: NDArray[np.float64],
    acquainted: NDArray[np.float64],
) -> dict[str, NDArray[np.float64]]:
    """Probabilities of each event in a month, each (16, 6, 5, 2) over class, housing, stage, acquainted.

    `join` per month by stage, (5,); `acquainted` is the share by housing, (6,).
    """
    c = conditions
    shape = (N_CLASSES, c.housing_shares.size, N_STAGES, 2)
    state = np.arange(2)
    acquainted_term = np.exp(c.b_acquainted * state) / (
        1 - acquainted[:, None] + acquainted[:, None] * np.exp(c.b_acquainted)
    )
    involved = np.where(np.arange(N_STAGES) >= 2, c.stage_contact_factor, 1.0)
    hazards = {
        "climb": climb[None, None, :, None]
        * np.exp(c.dispositions)[:, None, None, None]
        * c.climb_factor[None, :, None, None]
        * acquainted_term[None, :, None, :],
        "slip": np.broadcast_to(c.slip[None, None, :, None], shape),
        "acquaint": rho
        * c.contact_factor[None, :, None, None]
        * involved[None, None, :, None]
        * (1 - state)[None, None, None, :],
        "drift": c.drift * state[None, None, None, :],
        "move": c.move[None, :, None, None],
        "join": join[None, None, :, None],
    }
    hazards = {name: np.broadcast_to(hazard, shape) for name, hazard in hazards.items()}
    total: NDArray[np.float64] = sum(hazards.values(), start=np.zeros(shape))
    share = probability(total) / np.maximum(total, 1e-300)
    return {name: hazard * share for name, hazard in hazards.items()}


_HERE = np.arange(2 * N_STAGES).reshape(N_STAGES, 2)
"""Numbers of the ten states, by stage and acquaintance."""


def stationary_law(p: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """The stationary law over (stage, acquainted) of each class and housing, (16, 6, 5, 2)."""
    classes, housings = p["climb"].shape[:2]
    n_states = _HERE.size
    flow = np.zeros((classes, housings, n_states, n_states))
    flow[:, :, _HERE[1:], _HERE[:-1]] = p["climb"][:, :, :-1]
    flow[:, :, _HERE[:-1], _HERE[1:]] = p["slip"][:, :, 1:]
    flow[:, :, _HERE[:, 1], _HERE[:, 0]] = p["acquaint"][..., 0]
    flow[:, :, _HERE[:, 0], _HERE[:, 1]] = (p["drift"] + p["move"])[..., 1]
    every = np.arange(n_states)
    flow[:, :, every, every] = -flow.sum(axis=2)
    flow[:, :, -1, :] = 1.0  # one balance is redundant; the law sums to 1 instead
    right = np.zeros((classes, housings, n_states, 1))
    right[:, :, -1] = 1.0
    law = np.linalg.solve(flow, right)[..., 0]
    return np.asarray(law.reshape(classes, housings, N_STAGES, 2), np.float64)


def solve_ladder(
    conditions: LadderConditions, join: NDArray[np.float64] | None = None, near: Ladder | None = None
) -> Ladder:
    """Solve the four climbs and rho for the district's shares; ModelError if there is no solution.

    `join` is the mean hazard of joining by stage, (5,); none if not given. The search begins at `near`, the ladder of a
    hazard of joining that was a little different, if there is one.
    """
    c = conditions
    joining = np.zeros(N_STAGES) if join is None else join
    weights = np.broadcast_to(c.housing_shares / N_CLASSES, (N_CLASSES, c.housing_shares.size))
    target = np.append(np.log(c.stage_shares[1:] / c.stage_shares[0]), _logit(c.acquainted_share))

    def law_at(unknown: NDArray[np.float64]) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
        rates = np.exp(np.clip(unknown, -40, 8))
        acquainted = np.full(c.housing_shares.size, c.acquainted_share)
        for _ in range(3):  # A_h feeds back on itself only through f(a): it settles at once
            p = month_probabilities(c, np.append(rates[:4], 0.0), rates[4], joining, acquainted)
            law = stationary_law(p)
            acquainted = law[..., 1].sum(axis=2).mean(axis=0)
        return law, p

    def residual(unknown: NDArray[np.float64]) -> NDArray[np.float64]:
        law, _ = law_at(unknown)
        shares = np.einsum("kh,khsa->sa", weights, law)
        stages = shares.sum(axis=1)
        return np.asarray(np.append(np.log(stages[1:] / stages[0]), _logit(shares[:, 1].sum())) - target)

    guess = _first_guess(c) if near is None else np.log(np.append(near.climb[:4], near.rho))
    solution = root(residual, guess, method="hybr", tol=1e-11)
    if np.abs(residual(solution.x)).max() > 1e-7:
        raise ModelError(
            f"the ladder has no stationary law with stage shares {c.stage_shares.tolist()} and acquainted share"
            f" {c.acquainted_share:g}: {solution.message}"
        )
    law, p = law_at(solution.x)
    rates = np.exp(solution.x)
    moving = law * p["move"]
    leaving = moving.sum(axis=3)
    anything = sum(p.values(), start=np.zeros_like(law))
    return Ladder(
        climb=np.append(rates[:4], 0.0),
        rho=float(rates[4]),
        law=law,
        leaving=leaving / leaving.sum(axis=(0, 2), keepdims=True),
        upward=np.einsum("kh,khsa->s", weights, law * p["climb"]),
        events_per_month=float(np.einsum("kh,khsa->", weights, law * anything)),
    )


def _first_guess(c: LadderConditions) -> NDArray[np.float64]:
    """Logarithms of the climbs and rho at which flows would balance if all residents of a stage were alike, (5,)."""
    ratio = c.stage_shares[1:] / c.stage_shares[:-1] * c.slip[1:] * np.exp(-np.var(c.dispositions) / 2)
    known = c.acquainted_share
    return np.asarray(np.log(np.append(ratio, (c.drift + c.move.mean()) * known / (1 - known))))


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))
