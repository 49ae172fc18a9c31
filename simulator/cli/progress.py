"""How far the runs are, on standard error."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

from simulator.experiments.progress import Progress


class Bar:
    """A bar with runs done, failed, per second, and the time left."""

    def __init__(self) -> None:
        self._bar = RichProgress(
            TextColumn("runs"), BarColumn(bar_width=None), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
            TextColumn("[red]{task.fields[failed]}"), TimeRemainingColumn(), console=Console(stderr=True), transient=True,
        )  # fmt: skip
        self._task = self._bar.add_task("runs", total=None, rate="", failed="")
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()

    def __call__(self, progress: Progress) -> None:
        ended = progress.done + progress.failed
        failed = f"{progress.failed} failed" if progress.failed else ""
        rate = f"{_rate(progress, self._began):.2f}/s"
        self._bar.update(self._task, total=progress.planned, completed=ended, rate=rate, failed=failed)


class Lines:
    """A line when the runs begin, now and then, and when they end."""

    def __init__(self, seconds_between_lines: float) -> None:
        self._between = seconds_between_lines
        self._began, self._last = time.monotonic(), float("-inf")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return None

    def __call__(self, progress: Progress) -> None:
        now, ended = time.monotonic(), progress.done + progress.failed
        if ended < progress.planned and now - self._last < self._between:
            return
        self._last = now
        reused = f", {progress.reused} taken up from an earlier start" if progress.reused else ""
        rate = _rate(progress, self._began)
        left = f", about {(progress.planned - ended) / rate:.0f} s left" if rate > 0 and ended < progress.planned else ""
        print(
            f"{ended} of {progress.planned} runs, {progress.failed} failed{reused}, {rate:.2f}/s{left}",
            file=sys.stderr,
            flush=True,
        )


def _rate(progress: Progress, began: float) -> float:
    """Runs per second since the start, those taken up from disk left out."""
    return (progress.done + progress.failed - progress.reused) / max(time.monotonic() - began, 1e-9)
