"""The patterns by which the model is judged (docs/odd.md, section 1), each as a number with its criterion.

A pattern is a declaration (`pattern.Pattern`): what is watched, in which worlds, which number it gives, and between which
bounds that number meets the criterion. Observers watch a model while it steps and change nothing. What is not met is said
so: no number of the model is chosen to meet a pattern.
"""

from typing import Final

from simulator.experiments.patterns.communities import COMMUNITIES
from simulator.experiments.patterns.contests import CONTESTS
from simulator.experiments.patterns.counts import S_SHAPED
from simulator.experiments.patterns.dormancy import FUNDED, UNFUNDED
from simulator.experiments.patterns.founding import FOUNDING
from simulator.experiments.patterns.incubation import INCUBATION
from simulator.experiments.patterns.leaving import LEAVING, OLD_FIRST
from simulator.experiments.patterns.money import MONEY_AND_BODIES, MONEY_AND_PARTICIPATION
from simulator.experiments.patterns.pattern import Finding, Pattern
from simulator.experiments.patterns.shocks import DIP, REBOUND
from simulator.experiments.patterns.sizes import SIZES
from simulator.experiments.patterns.survey import check_patterns
from simulator.experiments.patterns.volunteers import VOLUNTEERS

PATTERNS: Final[tuple[Pattern, ...]] = (
    S_SHAPED, FOUNDING, UNFUNDED, FUNDED, SIZES, LEAVING, OLD_FIRST, MONEY_AND_BODIES, MONEY_AND_PARTICIPATION, CONTESTS,
    COMMUNITIES, VOLUNTEERS, INCUBATION, DIP, REBOUND,
)  # fmt: skip
"""All of them, in the order of the table in docs/odd.md."""

__all__ = ["PATTERNS", "Finding", "Pattern", "check_patterns"]
