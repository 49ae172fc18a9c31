"""Where runs are done: one contract, `concurrent.futures.Executor`, for the cores of this machine and for a Dask cluster.

An engine opens an executor, says how many jobs it can have in flight, and by which errors it tells that workers have died.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor
from contextlib import contextmanager
from typing import Any, Protocol

from simulator.experiments.extras import wanted
from simulator.experiments.processes import pool
from simulator.experiments.signals import blocked
from simulator.language.errors import UserError

log = logging.getLogger("sanshe")

LOCAL = "local"
SECONDS_TO_ANSWER = 10


class Engine(Protocol):
    """A place where jobs are done."""

    broken: tuple[type[BaseException], ...]
    """Errors after which the executor is of no use any more: what was in flight is done again in a fresh one."""
    killed: tuple[type[BaseException], ...]
    """Errors of one job that took its worker down; the others go on."""

    def opened(self) -> Any:
        """A context manager that yields an Executor and shuts it down."""

    def room(self, executor: Executor) -> int:
        """How many jobs to have in flight: enough that no worker waits, few enough that little is lost."""


class Processes:
    """Processes of this machine."""

    broken: tuple[type[BaseException], ...] = (BrokenExecutor,)
    killed: tuple[type[BaseException], ...] = ()

    def __init__(self, workers: int, needs_script: bool = False) -> None:
        self.workers, self._needs_script = workers, needs_script

    @contextmanager
    def opened(self) -> Iterator[Executor]:
        with pool(self.workers, self._needs_script) as executor:
            yield executor

    def room(self, executor: Executor) -> int:
        return self.workers + 1


class Dask:
    """A Dask cluster: the scheduler at an address, or one of this machine's own (`local`)."""

    def __init__(self, address: str, workers: int) -> None:
        self.address, self.workers = address, workers
        self._distributed = wanted("distributed", "cluster")
        self.broken: tuple[type[BaseException], ...] = (BrokenExecutor,)
        self.killed: tuple[type[BaseException], ...] = (self._distributed.scheduler.KilledWorker,)
        self._client: Any = None
        self._asked, self._room = float("-inf"), 1

    @contextmanager
    def opened(self) -> Iterator[Executor]:
        with self._cluster() as address:
            try:
                client = self._distributed.Client(address, timeout=SECONDS_TO_ANSWER, set_as_default=False)
            except (OSError, ValueError, TypeError) as error:
                raise UserError(f"no Dask scheduler answers at {address} ({str(error).splitlines()[0]}); give the address that "
                                f"`dask scheduler` prints, such as tcp://10.0.0.1:8786, or '{LOCAL}'") from error  # fmt: skip
            self._client = client
            try:
                yield client.get_executor(pure=False)
            except CancelledError:
                raise UserError(f"the Dask scheduler at {address} is gone; what was finished is kept: give the same command "
                                "again") from None  # fmt: skip
            finally:
                client.close()

    @contextmanager
    def _cluster(self) -> Iterator[str]:
        """The address to connect to; a cluster of this machine is started and ended, and listens on loopback only."""
        if self.address != LOCAL:
            yield self.address
            return
        with blocked("SIGINT"):  # a terminal sends Ctrl-C to its workers too, and they would die of it
            cluster = self._distributed.LocalCluster(
                n_workers=self.workers, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0",
                silence_logs=logging.ERROR,
            )  # fmt: skip
        with cluster:
            yield cluster.scheduler_address

    def room(self, executor: Executor) -> int:
        """One job more than the cluster has threads, asked anew every few seconds: workers come and go."""
        if time.monotonic() - self._asked > 5:
            threads = sum(self._client.nthreads().values())
            if threads == 0:
                log.warning("no Dask worker has joined %s yet; waiting", self.address)
            self._asked, self._room = time.monotonic(), threads + 1
        return self._room
