"""All randomness, from one root seed.

Two kinds of luck:

- a *stream*: a generator of its own for a named process (and, if asked, a place and a month), for things that are
  always there, such as residents. `Streams.generator("residents", street, month)`.
- *keyed dice*: a counter hash of (root, process, month, identity), for things that come and go, such as organisations.
  The die of an organisation depends on who it is and when, never on how many others there are.

Neither depends on the policy, so that two policies with the same seed meet the same luck (common random numbers).
Every name is declared in `NAMES`; two names with the same key are refused when this module is imported.
"""

from __future__ import annotations

import zlib
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.language.errors import ModelError

NAMES: Final = (
    # synthesis
    "communities", "committees", "liveliness", "scale", "residents at the start", "friends", "organizations at the start",
    "affiliations at the start", "leaders at the start", "parameters",
    # residents
    "residents", "residents refined", "newcomers", "joining", "register",
    # organisations
    "founding", "founding attributes", "founding circle", "lifecycle", "entry", "entry attributes", "registration",
    "succession", "leaders leave", "leaders named",
    # programmes
    "contest application", "contest effort", "contest effort spread", "contest choice", "mid-term check",
    "purchase application", "purchase choice", "renewal", "grant arrivals", "grant choice",
    "incubator applications", "incubator dropout", "referral", "training choice", "census", "inspection",
    "inspection errors", "merger", "merger hours", "merger pairs", "attraction street", "attraction domain",
    "mentors", "mentees", "places offered", "tiers", "awards", "award choice", "rating order", "rating", "evaluation order",
    "evaluation", "registration staff", "open places", "open choice", "handover", "handover choice",
)

_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_STEP = np.uint64(0x9E3779B97F4A7C15)
_UNIT = 2.0**-53


def _check_names(names: tuple[str, ...]) -> dict[str, int]:
    """The key of each name; ModelError if two names clash."""
    keys: dict[int, str] = {}
    for name in names:
        key = zlib.crc32(name.encode())
        if key in keys:
            raise ModelError(f"random streams '{keys[key]}' and '{name}' have the same key {key}")
        keys[key] = name
    return {name: key for key, name in keys.items()}


_KEYS = _check_names(NAMES)


def _mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every input bit moves every output bit. (n,) -> (n,)."""
    x = (x ^ (x >> np.uint64(30))) * _MIX_1
    x = (x ^ (x >> np.uint64(27))) * _MIX_2
    return x ^ (x >> np.uint64(31))


class Streams:
    """The luck of one replicate: the same for every policy of a comparison."""

    __slots__ = ("_salts", "replicate", "seed")

    def __init__(self, seed: int, replicate: int) -> None:
        if seed < 0 or replicate < 0:
            raise ModelError(f"seed (={seed}) and replicate (={replicate}) must not be negative")
        self.seed, self.replicate = seed, replicate
        self._salts: dict[str, np.uint64] = {}

    def generator(self, name: str, *place: int) -> np.random.Generator:
        """A generator of its own for this process (and place, month, ...); the same arguments give the same draws."""
        sequence = np.random.SeedSequence(self.seed, spawn_key=(_KEYS[name], self.replicate, *place))
        return np.random.Generator(np.random.SFC64(sequence))

    def words(self, name: str, *place: int) -> np.random.SFC64:
        """The bit generator of a stream, for raw 64-bit words."""
        sequence = np.random.SeedSequence(self.seed, spawn_key=(_KEYS[name], self.replicate, *place))
        return np.random.SFC64(sequence)

    def dice(self, name: str, month: int, identity: ArrayLike) -> NDArray[np.float64]:
        """One keyed die each, uniform in (0, 1), never 0 or 1. identity (n,) of whole numbers -> (n,).

        `month` may be negative (the spin-up) and `identity` any 64-bit whole number.
        """
        salt = self._salts.get(name)
        if salt is None:
            sequence = np.random.SeedSequence(self.seed, spawn_key=(_KEYS[name], self.replicate))
            salt = self._salts[name] = sequence.generate_state(1, np.uint64)[0]
        with np.errstate(over="ignore"):
            key = _mix(np.atleast_1d(salt + np.int64(month).astype(np.uint64) * _STEP))
            words = _mix(_mix(np.asarray(identity).astype(np.uint64) * _STEP + key) ^ key)
        return ((words >> np.uint64(11)).astype(np.float64) + 0.5) * _UNIT


def race(weights: NDArray[np.float64], dice: NDArray[np.float64], winners: int) -> NDArray[np.intp]:
    """An exponential race: candidate i arrives at -ln(u_i)/w_i, the first `winners` win, in order of arrival.

    weights, dice (n,) -> positions (min(winners, candidates with weight > 0),). It is Tullock's choice with chances
    proportional to weights, drawn one after another without replacement, and one candidate more displaces at most the
    last winner.
    """
    with np.errstate(divide="ignore"):
        arrival = np.where(weights > 0, -np.log(dice) / weights, np.inf)
    order = np.argsort(arrival, kind="stable")
    return order[: min(winners, int(np.count_nonzero(weights > 0)))]


def poisson(mean: NDArray[np.float64], dice: NDArray[np.float64]) -> NDArray[np.int64]:
    """Numbers of births: the Poisson law inverted at a keyed die. mean, dice (n,) -> (n,).

    Monotone in the mean: a policy that raises the mean takes no birth away.
    """
    births = np.zeros(mean.shape, dtype=np.int64)
    term = np.exp(-mean)
    cumulative = term.copy()
    remaining = dice > cumulative
    while remaining.any():
        births[remaining] += 1
        term = np.where(remaining, term * mean / np.maximum(births, 1), term)
        cumulative = np.where(remaining, cumulative + term, cumulative)
        remaining = (dice > cumulative) & (term > 1e-300)
    return births
