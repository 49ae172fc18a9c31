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
from typing import Any, Final

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

_WORD: Final = (1 << 64) - 1
_STEP: Final = 0x9E3779B97F4A7C15
_MIXING: Final = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
"""The shifts and multipliers of SplitMix64's finaliser, but for its last shift."""
_LAST_SHIFT: Final = 31
_UNIT: Final = 2.0**-53
_FEW: Final = 4
"""So many dice are thrown one by one sooner than in a column."""


def _constant(value: int) -> NDArray[np.uint64]:
    """A number for whole columns, without a dimension: NumPy takes it at half the cost of a scalar."""
    return np.array(value, np.uint64)


_MIXING_ARRAYS: Final = tuple((_constant(shift), _constant(factor)) for shift, factor in _MIXING)
_STEP_ARRAY, _LAST_SHIFT_ARRAY, _TO_53_BITS = _constant(_STEP), _constant(_LAST_SHIFT), _constant(11)


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


def _mixed(word: int) -> int:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every input bit moves every output bit."""
    for shift, factor in _MIXING:
        word = (word ^ (word >> shift)) * factor & _WORD
    return word ^ (word >> _LAST_SHIFT)


def _mix(words: NDArray[np.uint64]) -> None:
    """The same for every one of these words, in place, of any shape."""
    for shift, factor in _MIXING_ARRAYS:
        words ^= words >> shift
        words *= factor
    words ^= words >> _LAST_SHIFT_ARRAY


def _few(key: int, names: NDArray[Any]) -> NDArray[np.float64]:
    """The dice of a few identities, (...) -> (...), one by one: NumPy's calls would cost more than the dice."""
    dice = [((_mixed(_mixed((name * _STEP + key) & _WORD) ^ key) >> 11) + 0.5) * _UNIT for name in names.ravel().tolist()]
    return np.array(dice).reshape(names.shape)


def _many(key: int, names: NDArray[Any]) -> NDArray[np.float64]:
    """The same for many at once."""
    salt, words = _constant(key), names.astype(np.uint64)
    words *= _STEP_ARRAY
    words += salt
    _mix(words)
    words ^= salt
    _mix(words)
    words >>= _TO_53_BITS
    dice = words.astype(np.float64)
    dice += 0.5
    dice *= _UNIT
    return dice


class Streams:
    """The luck of one replicate: the same for every policy of a comparison."""

    __slots__ = ("_salts", "replicate", "seed", "thrown")

    def __init__(self, seed: int, replicate: int) -> None:
        if seed < 0 or replicate < 0:
            raise ModelError(f"seed (={seed}) and replicate (={replicate}) must not be negative")
        self.seed, self.replicate = seed, replicate
        self._salts: dict[str, int] = {}
        self.thrown: dict[str, int] = {}
        """How many keyed dice each process has thrown: the work done, and nothing that results depend on."""

    def generator(self, name: str, *place: int) -> np.random.Generator:
        """A generator of its own for this process (and place, month, ...); the same arguments give the same draws."""
        sequence = np.random.SeedSequence(self.seed, spawn_key=(_KEYS[name], self.replicate, *place))
        return np.random.Generator(np.random.SFC64(sequence))

    def words(self, name: str, *place: int) -> np.random.SFC64:
        """The bit generator of a stream, for raw 64-bit words."""
        sequence = np.random.SeedSequence(self.seed, spawn_key=(_KEYS[name], self.replicate, *place))
        return np.random.SFC64(sequence)

    def dice(self, name: str, month: int, identity: ArrayLike) -> NDArray[np.float64]:
        """One keyed die each, uniform in (0, 1), never 0 or 1. identity (...) of whole numbers -> (...); one alone -> (1,).

        `month` may be negative (the spin-up) and `identity` any 64-bit whole number.
        """
        key = _mixed((self._salt(name) + month * _STEP) & _WORD)
        names = np.array(identity, ndmin=1)
        self.thrown[name] = self.thrown.get(name, 0) + names.size
        return _few(key, names) if names.size <= _FEW else _many(key, names)

    def _salt(self, name: str) -> int:
        """What this process adds to every key."""
        salt = self._salts.get(name)
        if salt is None:
            sequence = np.random.SeedSequence(self.seed, spawn_key=(_KEYS[name], self.replicate))
            salt = self._salts[name] = int(sequence.generate_state(1, np.uint64)[0])
        return salt


def race(weights: NDArray[np.float64], dice: NDArray[np.float64], winners: int) -> NDArray[np.intp]:
    """An exponential race: candidate i arrives at -ln(u_i)/w_i, the first `winners` win, in order of arrival.

    weights, dice (n,) -> positions (min(winners, candidates with weight > 0),). It is Tullock's choice with chances
    proportional to weights, drawn one after another without replacement, and one candidate more displaces at most the
    last winner.
    """
    with np.errstate(divide="ignore"):
        arrival = np.where(weights > 0, -np.log(dice) / weights, np.inf)
    first = min(winners, int(np.count_nonzero(weights > 0)))
    if first < arrival.size // 8:  # a few of many need not be sorted among all
        front = np.sort(np.argpartition(arrival, first)[:first])
        return front[np.argsort(arrival[front], kind="stable")]
    return np.argsort(arrival, kind="stable")[:first]


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
