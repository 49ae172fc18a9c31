"""`python -m tests.stories.tell [--pairs N] [FILE...]`: stories told to who writes them, and what they spend on false alarms.

With few pairs a draft is told quickly; whether it may stand is seen with all of its own.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from time import perf_counter

from tests.stories.chances import FALSE_ALARM
from tests.stories.story import files, read
from tests.stories.telling import tell


def main() -> None:
    """Print each story, its findings, its chance of a false alarm and its seconds; then the sum of the chances."""
    parser = argparse.ArgumentParser(prog="python -m tests.stories.tell")
    parser.add_argument("files", nargs="*", type=Path, help="all stories, if none is named")
    parser.add_argument("--pairs", type=int, help="pairs, in place of those of each story")
    given, spent = parser.parse_args(), 0.0
    for path in given.files or files():
        began, story = perf_counter(), read(path.absolute())
        told = tell(story.model_copy(update={"pairs": given.pairs}) if given.pairs else story)
        spent += told.chance
        print(f"{path.name}  [{perf_counter() - began:.1f} s, false alarm {told.chance:.1g}]\n{told}\n", flush=True)
    print(f"false alarms of all of them: {spent:.2g} of {FALSE_ALARM:g}")


if __name__ == "__main__":
    main()
