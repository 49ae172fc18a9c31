"""A programme: an institution's process with a calendar, money, hours and queues, run by SimPy.

A new programme is one class: declare its `signature`, and write `run`, a SimPy process that yields delays and requests.
The base class starts it when its instrument comes into force and stops it when the instrument ends: no new calls, posts or
places then, while what was signed runs out by itself. `delivery` says what share of its promise it keeps just now; levers
that the instrument says are `carried_by` it move by that share only.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, ClassVar

import simpy

from simulator.dynamics.setting import Setting
from simulator.language.vocabulary import ProgrammeSignature

Process = Generator[simpy.Event, Any, None]


class Programme:
    """One programme of one instrument in force."""

    signature: ClassVar[ProgrammeSignature]

    def __init__(self, setting: Setting, instrument: str, inputs: Mapping[str, float | str]) -> None:
        """`inputs` hold every declared input: numbers already as built (money, places scaled), words as they are."""
        self.setting = setting
        self.instrument = instrument
        self.inputs = inputs
        self.delivery = 0.0
        self._process: simpy.Process | None = None

    def start(self) -> None:
        """Come into force now."""
        self._process = self.setting.clock.process(self._run_until_ended())

    def end(self) -> None:
        """Go out of force now: stop whatever would begin anew."""
        self.delivery = 0.0
        if self._process is not None and self._process.is_alive:
            self._process.interrupt("no longer in force")

    def run(self) -> Process:
        """The SimPy process: what the institution does while it is in force."""
        raise NotImplementedError

    def close(self) -> None:
        """What is left to do when it ends (places empty, posts end); by default nothing."""

    def number(self, name: str) -> float:
        """A declared input that is a number."""
        return float(self.inputs[name])

    def word(self, name: str) -> str:
        """A declared input that is a word."""
        return str(self.inputs[name])

    def _run_until_ended(self) -> Process:
        try:
            yield from self.run()
        except simpy.Interrupt:
            self.close()
