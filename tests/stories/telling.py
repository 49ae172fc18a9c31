"""Telling a story: both worlds are lived, pair by pair, and every expectation is held against what happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.stories.findings import Finding, Pair, examine
from tests.stories.lives import WATCHED, Lives
from tests.stories.removal import NOTHING, Removal
from tests.stories.story import Story
from tests.stories.worlds import worlds

LIVES = Lives()
"""What was lived in this process."""


@dataclass(frozen=True, slots=True)
class Told:
    """A story and what became of it."""

    story: Story
    findings: tuple[Finding, ...]

    @property
    def is_true(self) -> bool:
        """Does every expectation hold?"""
        return all(finding.holds for finding in self.findings)

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What does not hold, or holds too nearly."""
        return tuple(finding for finding in self.findings if not finding.holds or finding.spends_too_much)

    @property
    def chance(self) -> float:
        """That it would fail with another seed: at most the sum over what is asserted of all pairs."""
        return sum(finding.chance for finding in self.findings)

    def __str__(self) -> str:
        return "\n".join([self.story.story, *(f"  - {finding}" for finding in self.findings)])


def tell(story: Story, removal: Removal = NOTHING, seed: int | None = None) -> Told:
    """The story told, exact expectations first. With an effect removed it ends at the first that does not hold."""
    pairs = list(_pairs(story, removal, seed, range(WATCHED)))
    findings = {}
    for expectation in sorted(story.then, key=lambda item: not item.is_exact):
        if not expectation.is_exact and len(pairs) < story.pairs:
            pairs.extend(_pairs(story, removal, seed, range(len(pairs), story.pairs)))
        findings[id(expectation)] = examine(expectation, pairs)
        if removal != NOTHING and not findings[id(expectation)].holds:
            break
    return Told(story, tuple(findings[id(item)] for item in story.then if id(item) in findings))


def _pairs(story: Story, removal: Removal, seed: int | None, replicates: range) -> Iterator[Pair]:
    """Both worlds of a replicate one after the other, so that they share its synthesis. The first is kept for others."""
    both = worlds(story, removal, seed)
    for replicate in replicates:
        with_it = LIVES.of(both.with_it, replicate, keep=False)
        yield LIVES.of(both.without, replicate, keep=seed is None), with_it
