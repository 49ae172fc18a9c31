"""`sanshe bench`: what is measured, section by section (`table.py`), against the goals of docs/performance.md.

Its first section does the residents' rule three ways, side by side: by this package's core, in plain NumPy, and with Mesa
agents. The two peers are the same rule (dynamics/participation.py), written as a competent user of these libraries would
write it; tests/benchmarks holds all three against each other, resident by resident.
"""

from simulator.experiments.benchmarks.timing import WAYS, Timing, side_by_side
from simulator.experiments.benchmarks.worlds import World, world

__all__ = ["WAYS", "Timing", "World", "side_by_side", "world"]
