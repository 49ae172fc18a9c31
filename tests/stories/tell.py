"""`python -m tests.stories.tell [FILE...]`: stories told to whoever writes them, and what the suite spends on false alarms."""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter

from tests.stories.chances import FALSE_ALARM
from tests.stories.story import files, read
from tests.stories.telling import tell


def main(names: list[str]) -> None:
    """Print each story, its findings, its chance of a false alarm and its seconds; then the sum of the chances."""
    spent = 0.0
    for path in map(Path, names) if names else files():
        began = perf_counter()
        told = tell(read(path.absolute()))
        spent += told.chance
        print(f"{path.name}  [{perf_counter() - began:.1f} s, false alarm {told.chance:.1g}]\n{told}\n")
    print(f"false alarms of all of them: {spent:.2g} of {FALSE_ALARM:g}")


if __name__ == "__main__":
    main(sys.argv[1:])
