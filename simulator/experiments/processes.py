"""Tasks on processes: started clean, one thread each, and replaced when one dies."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext
from functools import cached_property
from multiprocessing.connection import wait
from typing import Any, ParamSpec, TypeVar

from simulator.experiments.signals import blocked
from simulator.experiments.tasks import OneRun, Task, carry_out, failed
from simulator.results.runs import Run

log = logging.getLogger("sanshe")

P = ParamSpec("P")
T = TypeVar("T")

DIED = "WorkerDied: the process that did this run was killed or crashed twice (out of memory?)"
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def on_processes(scenario: Any, tasks: Sequence[Task], one_run: OneRun, workers: int) -> Iterator[list[Run]]:
    """The runs of each task as it ends, in any order.

    If a worker dies, everything unfinished is done again in fresh processes; if that breaks too, the rest is done one
    task at a time, so that a task that kills its process takes no other with it and is kept as failed.
    """
    finished: set[Task] = set()
    for _ in range(2):
        rest = [task for task in tasks if task not in finished]
        try:
            for task, runs in _one_pool(scenario, rest, one_run, min(workers, max(1, len(rest)))):
                finished.add(task)
                yield runs
            return
        except BrokenProcessPool:
            left = len(tasks) - len(finished)
            log.warning("a worker process died; %d unfinished task(s) are done again in fresh processes", left)
    for task in tasks:
        if task in finished:
            continue
        try:
            for _, runs in _one_pool(scenario, [task], one_run, 1):
                yield runs
        except BrokenProcessPool:
            log.warning("replicate %d (%s): its process died again", task.replicate, ", ".join(task.policies))
            yield [failed(scenario, policy, task.replicate, DIED) for policy in task.policies]


def _one_pool(scenario: Any, tasks: Sequence[Task], one_run: OneRun, workers: int) -> Iterator[tuple[Task, list[Run]]]:
    """Tasks on one pool of processes; when the caller stops listening, running work is ended at once."""
    with pool(workers, needs_script(scenario, one_run)) as executor:
        futures: dict[Future[list[Run]], Task] = {executor.submit(carry_out, scenario, task, one_run): task for task in tasks}
        for future in as_completed(futures):
            yield futures[future], future.result()


@contextmanager
def pool(workers: int, needs_script: bool) -> Iterator[Executor]:
    """An executor of fresh processes, one thread each. Left by an exception, it ends running work at once."""
    # Not fork: a forked child inherits locks and threads in whatever state they are.
    method = "forkserver" if sys.platform.startswith("linux") else "spawn"
    executor = _Pool(workers, multiprocessing.get_context(method), initializer=_serve_parent)
    executor.needs_script = needs_script
    left_in_peace = False
    try:
        with _one_thread_each():
            yield executor
        left_in_peace = True
    finally:
        if not left_in_peace:
            executor.kill()
        executor.shutdown(wait=True, cancel_futures=True)


class _Pool(ProcessPoolExecutor):
    """Processes that leave signals to their parent and don't run the user's script again unless they need it."""

    needs_script = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        script = nullcontext() if self.needs_script else _script_not_run_again()
        with blocked("SIGTERM"), script:  # sent to the whole group, it would end the server that forks workers
            future = super().submit(fn, *args, **kwargs)  # this is what starts processes
        for process in list((self._processes or {}).values()):
            # What the pool does to the others when one has died: a polite signal would be ignored.
            process.terminate = process.kill  # type: ignore[method-assign]
            self._started.add(process)
        return future

    @cached_property
    def _started(self) -> set[Any]:
        """Every process of this pool, those that it has forgotten included."""
        return set()

    def kill(self) -> None:
        """End all its processes at once, in whatever they are doing."""
        for process in self._started:
            process.kill()


def _serve_parent() -> None:
    """A worker leaves signals to its parent, whom Ctrl-C or a cluster's SIGTERM reaches too, and ends when that is gone."""
    for name in ("SIGINT", "SIGTERM"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def needs_script(scenario: Any, one_run: Any) -> bool:
    """Must a process know what the user's script defines? Only if a run or its scenario is defined there."""
    return "__main__" in (getattr(one_run, "__module__", None), type(scenario).__module__)


@contextmanager
def _script_not_run_again() -> Iterator[None]:
    """Children started meanwhile don't run the user's script again, so that it needs no `if __name__ == "__main__"`.

    A clean process otherwise begins with the parent's `__main__`, which is needed only for what the script defines itself:
    then it stays in view, and the guard is the user's to write.
    """
    main = sys.modules["__main__"]
    before: dict[str, Any] = {name: vars(main)[name] for name in ("__file__", "__spec__") if name in vars(main)}
    vars(main).update(dict.fromkeys(before))
    try:
        yield
    finally:
        vars(main).update(before)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Children inherit one thread per numerical library, so that N workers use N cores."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
