"""By which law a number is drawn from its range, as its value at a position u, uniform in (0, 1).

    uniform        low + u * (high - low)
    log_uniform    low * (high/low)^u
    lognormal      exp(mu + sd * z(0.01 + 0.98 u)), z the normal quantile, mu and sd such that the range holds the central
                   98 %: the law is cut off at the ends of the range, so that no draw leaves it. Its median is sqrt(low * high)
    fixed          not drawn: a decision, whose range only says where else it could be

All rise with u. Of whole numbers the uniform law gives each in the range the same chance; the others are rounded.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final, Literal

Law = Literal["uniform", "log_uniform", "lognormal", "fixed"]

OF_POSITIVE: Final = ("log_uniform", "lognormal")
"""Laws whose range must lie above 0."""

TAIL: Final = 0.01
"""The share of a lognormal law beyond either end of its range."""

_NORMAL: Final = NormalDist()


def at_position(law: Law, low: float, high: float, u: float) -> float:
    """The number between `low` and `high` at position u, by a law that draws (not `fixed`)."""
    if law == "uniform":
        return low + u * (high - low)
    if law == "log_uniform":
        return float(min(max(low * (high / low) ** u, low), high))
    mu, sd = (math.log(low) + math.log(high)) / 2, math.log(high / low) / (2 * _NORMAL.inv_cdf(1 - TAIL))
    return min(max(math.exp(mu + sd * _NORMAL.inv_cdf(TAIL + (1 - 2 * TAIL) * u)), low), high)


def whole_at_position(law: Law, low: float, high: float, u: float) -> float:
    """The same for what comes in whole numbers; a range that holds none gives its middle, rounded."""
    least, most = math.ceil(low), math.floor(high)
    if least > most:
        return float(round((low + high) / 2))
    if law == "uniform":
        return float(least + min(math.floor(u * (most - least + 1)), most - least))
    return float(min(max(math.floor(at_position(law, low, high, u) + 0.5), least), most))
