"""Ctrl-C and the end that a cluster announces: finish what is in flight, then stop; who does not see them."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from types import FrameType

log = logging.getLogger("sanshe")

HEEDED = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM") if hasattr(signal, name))


class Asked:
    """Whether somebody asked to stop."""

    def __init__(self) -> None:
        self.to_stop = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self.to_stop:
            raise KeyboardInterrupt
        self.to_stop = True
        log.warning("stopping: runs in flight are finished and stored first (once more to leave at once)")


@contextmanager
def blocked(name: str) -> Iterator[None]:
    """Processes and threads that are started within it never see this signal."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # its own start, if it comes later, would unblock signals again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {getattr(signal, name)})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def heeded() -> Iterator[Asked]:
    """Within it, the first Ctrl-C or SIGTERM only asks to stop; the second interrupts. Nothing changes off the main thread."""
    asked = Asked()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = {number: signal.signal(number, asked) for number in HEEDED}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)  # None: not set from Python
