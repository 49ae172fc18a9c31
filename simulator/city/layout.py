"""The lie of a district: streets and communities of unequal size, their housing, and which of them are built.

Sizes are lognormal around their mean (spread: the district's figures), and sum to the district's residents. At `scale` s
max(3, round(s * communities)) communities are built, at their real sizes: a systematic draw from the list ordered by street
and housing, which is a draw stratified by both. The layout depends on seed and replicate alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.city.residents import HOUSING
from simulator.language.streams import Streams

if TYPE_CHECKING:
    from simulator.documents.district import District

SMALLEST_COMMUNITY = 300
"""Residents of the smallest community (assumption)."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The communities that are built, ordered by street."""

    number: NDArray[np.int32]
    """Their numbers in the whole district, (n_communities,)."""
    street: NDArray[np.int32]
    """The built street of each, 0 to n_streets - 1, (n_communities,)."""
    residents: NDArray[np.int64]
    """(n_communities,)."""
    main_housing: NDArray[np.int8]
    """(n_communities,)."""
    street_number: NDArray[np.int32]
    """The built streets' numbers in the whole district, (n_streets,)."""
    street_residents: NDArray[np.int64]
    """Residents of these streets, unbuilt communities too, (n_streets,)."""
    residents_represented: int
    """Of the whole district."""

    @property
    def share_built(self) -> float:
        """Residents built over residents represented."""
        return float(self.residents.sum() / self.residents_represented)


def lay_out(district: District, scale: float, streams: Streams) -> Layout:
    """Streets and communities of a district, and those that are built at this scale."""
    rng = streams.generator("communities")
    n_streets, n_communities = int(district.streets.value), int(district.communities.value)
    total = int(district.residents.value)
    street_weights = np.exp(district.streets_size_sd_log.value * rng.standard_normal(n_streets))
    per_street = apportion(n_communities - n_streets, street_weights) + 1
    street = np.repeat(np.arange(n_streets), per_street)
    sizes = np.exp(district.communities_size_sd_log.value * rng.standard_normal(n_communities))
    smallest = min(SMALLEST_COMMUNITY, total // n_communities)
    residents = apportion(total - smallest * n_communities, sizes) + smallest
    shares = np.array([district.housing_shares.values[name] for name in HOUSING])
    housing = np.repeat(np.arange(len(HOUSING)), apportion(n_communities, shares))[rng.permutation(n_communities)]

    built = _stratified(street, housing, scale, streams)
    streets_built, street_index = np.unique(street[built], return_inverse=True)
    return Layout(
        number=built.astype(np.int32),
        street=street_index.astype(np.int32),
        residents=residents[built],
        main_housing=housing[built].astype(np.int8),
        street_number=streets_built.astype(np.int32),
        street_residents=np.bincount(street, weights=residents, minlength=n_streets)[streets_built].astype(np.int64),
        residents_represented=total,
    )


def apportion(total: int, weights: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Whole numbers in proportion to weights that sum to `total`, by largest remainders, (n,) -> (n,); ties to the first."""
    exact = total * weights / weights.sum()
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return np.asarray(whole)


def systematic(total: int, weights: NDArray[np.float64], start: float) -> NDArray[np.int64]:
    """Whole numbers whose expectation is in proportion to weights and that sum to `total`; `start` uniform in (0, 1)."""
    edges = np.floor(np.cumsum(weights) / weights.sum() * total + start)
    edges[-1] = total + np.floor(start)
    return np.asarray(np.diff(edges, prepend=np.floor(start)), np.int64)


def _stratified(
    street: NDArray[np.intp], housing: NDArray[np.intp], scale: float, streams: Streams
) -> NDArray[np.intp]:
    """The numbers of the communities that are built, ascending."""
    n = street.size
    wanted = min(n, max(3, round(scale * n)))
    if wanted == n:
        return np.arange(n)
    ordered = np.lexsort((housing, street))
    start = streams.generator("scale").random()
    picked = ordered[np.floor((start + np.arange(wanted)) * n / wanted).astype(np.intp)]
    return np.sort(picked)
