"""Chunks in flight: as many as there is room for, done again when their workers die, never more in memory than that.

A chunk that was in flight when processes died twice is tried alone; if it kills its process alone too, it is halved until the
runs that do it are found. These are kept as failed; all others are done.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait

from simulator.experiments.engines import Engine
from simulator.experiments.sweeps.chunk import Chunk, Part, carry_out, given_up, joined

log = logging.getLogger("sanshe")

SECONDS_BETWEEN_LOOKS = 0.2
DEATHS_ALLOWED = 2


def flown(chunks: Iterable[Chunk], engine: Engine, to_stop: Callable[[], bool]) -> Iterator[Part]:
    """The part of each chunk as it ends, in any order; once asked `to_stop`, only of those that were begun."""
    flight = _Flight(chunks, engine, to_stop)
    while not flight.landed:
        yield from flight.go_on()
    for chunk in flight.suspects:
        if to_stop():
            return
        yield joined(_alone(chunk, engine), chunk.runs)


class _Flight:
    """What is to be done, what is in flight, and what has to be done again."""

    def __init__(self, chunks: Iterable[Chunk], engine: Engine, to_stop: Callable[[], bool]) -> None:
        self._feed, self._engine, self._to_stop = iter(chunks), engine, to_stop
        self._again: deque[Chunk] = deque()
        self._flying: dict[Future[Part], Chunk] = {}
        self._deaths: Counter[int] = Counter()
        self.suspects: list[Chunk] = []
        self.landed = False

    def go_on(self) -> Iterator[Part]:
        """Parts until all have ended, or until the executor breaks: then what was in flight waits for the next."""
        try:
            with self._engine.opened() as executor:  # left by an error, it ends what still runs in it
                while self._take_off(executor):
                    ended, _ = wait(self._flying, SECONDS_BETWEEN_LOOKS, FIRST_COMPLETED)
                    for future in ended:
                        part = self._land(future)
                        if part is not None:
                            yield part
                self.landed = True
        except self._engine.broken:
            self._crash()

    def _take_off(self, executor: Executor) -> bool:
        """Fill the room; false when nothing is in flight any more."""
        while not self._to_stop() and len(self._flying) < self._engine.room(executor):
            chunk = self._again.popleft() if self._again else next(self._feed, None)
            if chunk is None:
                break
            self._again.appendleft(chunk)  # until it is in flight: submitting may find that the executor is broken
            self._flying[executor.submit(carry_out, chunk)] = chunk
            self._again.popleft()
        return bool(self._flying)

    def _land(self, future: Future[Part]) -> Part | None:
        try:
            part = future.result()
        except self._engine.killed:
            self.suspects.append(self._flying.pop(future))
            return None
        del self._flying[future]
        return part

    def _crash(self) -> None:
        log.warning("a worker process died; %d chunk(s) in flight are done again in fresh processes", len(self._flying))
        for chunk in self._flying.values():
            self._deaths[chunk.number] += 1
            dies_often = self._deaths[chunk.number] >= DEATHS_ALLOWED
            (self.suspects if dies_often else self._again).append(chunk)
        self._flying = {}


def _alone(chunk: Chunk, engine: Engine) -> list[Part]:
    """A chunk in an executor of its own; where that dies, its halves, and at last single runs given up."""
    try:
        with engine.opened() as executor:
            return [executor.submit(carry_out, chunk).result()]
    except (*engine.broken, *engine.killed):
        if len(chunk.runs) == 1:
            log.warning("%s: its process died again; the run is kept as failed", chunk.told)
            return [given_up(chunk)]
    half = len(chunk.runs) // 2
    return _alone(chunk.only(chunk.runs[:half]), engine) + _alone(chunk.only(chunk.runs[half:]), engine)
