"""Every story file is a test file: `pytest tests/stories/03-dual_track_filing.yaml` tells one story.

Being a file of its own, a story goes to whichever worker is free (`--dist loadfile`). Behind the story itself stand its slow
tests: without each effect of its instrument it fails, and with another seed it is as true.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.language.errors import SansheError
from tests.stories.removal import NOTHING, Removal, removals
from tests.stories.story import Story, files, read
from tests.stories.telling import tell
from tests.stories.worlds import instrument

OTHER_SEED = 2


class Untrue(Exception):
    """A story is not as it is told."""


class StoryFile(pytest.File):
    """A story with its tests."""

    def collect(self) -> Iterator[pytest.Item]:
        story = read(self.path)
        yield StoryItem.from_parent(self, name="as told", story=story)
        slow = [
            Without.from_parent(self, name=f"not without {removal.name}", story=story, removal=removal)
            for removal in removals(instrument(story.instrument), story.acting)
        ]
        slow.append(StoryItem.from_parent(self, name="as told with another seed", story=story, seed=OTHER_SEED))
        for item in slow:
            item.add_marker(pytest.mark.slow)
        yield from slow


class StoryItem(pytest.Item):
    """The story holds, and not by luck."""

    def __init__(self, *, story: Story, seed: int | None = None, removal: Removal = NOTHING, **given: object) -> None:
        super().__init__(**given)  # type: ignore[arg-type]
        self.story, self.seed, self.removal = story, seed, removal

    def runtest(self) -> None:
        told = tell(self.story, seed=self.seed)
        faults = [finding for finding in told.faults if self.seed is None or not finding.holds]
        if faults:
            raise Untrue("\n".join([self.story.story, *(f"  - {finding}" for finding in faults)]))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        if isinstance(excinfo.value, (Untrue, SansheError)):
            return f"{self.path.name}: {excinfo.value}"
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.path.name}: {self.name}"


class Without(StoryItem):
    """With one effect of its instrument removed the story fails."""

    def runtest(self) -> None:
        told = tell(self.story, self.removal)
        if told.is_true:
            raise Untrue(f"{told}\n  It is as true without {self.removal.name}: expect something that only this brings about.")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> StoryFile | None:
    """Story files, and no other YAML beside them."""
    return StoryFile.from_parent(parent, path=file_path) if file_path in files() else None
