"""A few processes that read files and may be killed while they do.

What belongs here: hanging and dying workers, survived, and workers kept for what comes next. What does not: what they
read. A process pool of the standard library cannot say which task broke it, nor end a task; here each worker has a pipe
of its own, so both are known.
"""

import gc
import multiprocessing
import resource
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from time import monotonic
from typing import Any, Final, Generic, TypeVar

K = TypeVar("K")
T = TypeVar("T")
R = TypeVar("R")

_CONTEXT = multiprocessing.get_context("spawn")  # a forked process may inherit locks that nobody will release
_BYTES = 3 * 1024**3  # of memory; a worker with all lexicons takes 0.5 GiB, and a page has at most 5 MB
#: Of the garbage collector: new objects before a pass, and passes before one through older objects. Nearly nothing that
#: is read refers to itself, so that memory is no higher than with Python's own 700, 10, 10.
COLLECT_AFTER: Final = (50_000, 20, 100)
_START_SECONDS = 60.0  # more for the first task: the worker imports its libraries


class WorkerError(RuntimeError):
    """A task that has to succeed had no result: its process died, or ran out of time or memory."""


@dataclass(frozen=True, slots=True)
class Failed:
    """What stands in for a result that a worker did not bring."""

    what: str


@dataclass(slots=True)
class _Worker(Generic[K]):
    """One process, its pipe, and the task that it is at."""

    process: SpawnProcess
    pipe: Connection
    key: K | None = None
    deadline: float = 0.0
    function: Callable[..., Any] | None = None  # what it was told to do


#: Workers without a task, where they are kept: of each stage of a build.
_kept: list[_Worker[Any]] | None = None


@contextmanager
def keeping_workers() -> Iterator[None]:
    """Keeps workers that have done their work for the next one: starting one, with all word lists, takes 2 seconds."""
    global _kept
    if _kept is not None:
        yield
        return
    _kept = []
    try:
        yield
    finally:
        kept, _kept = _kept, None
        for worker in kept:
            _stop(worker)


def are_waiting() -> bool:
    """Whether workers were kept, so that none has to be started for a little more work."""
    return bool(_kept)


def run_in_workers(
    function: Callable[[T], R], tasks: Iterator[tuple[K, T]], workers: int, seconds: float
) -> Generator[tuple[K, R | Failed], None, None]:
    """Runs a function over tasks in processes of their own; results come as they are ready.

    Tasks are taken one a free worker, so that only as many are held as there are workers.

    Args:
        function: What can be pickled and called; it returns a value that can be pickled. What it raises ends its process.
        tasks: Keys and arguments.
        workers: Number of processes.
        seconds: Time for one task; then its process is killed and the task's result is `Failed`.
    """
    idle: list[_Worker[K]] = [] if _kept is None else _kept
    busy: list[_Worker[K]] = []
    try:
        while True:
            while len(busy) < workers and (task := next(tasks, None)) is not None:
                worker = idle.pop() if idle else _start()
                is_new = worker.function is not function
                worker.key, worker.function = task[0], function
                worker.deadline = monotonic() + seconds + (_START_SECONDS if is_new else 0)
                busy.append(worker)
                with suppress(OSError):  # it died; its pipe is at its end, which is met below
                    worker.pipe.send((function if is_new else None, task[1]))
            if not busy:
                return
            ready = wait([worker.pipe for worker in busy], max(0.0, min(w.deadline for w in busy) - monotonic()))
            for worker in [w for w in busy if w.pipe in ready or w.deadline <= monotonic()]:
                busy.remove(worker)
                result: R | Failed
                try:
                    if worker.pipe not in ready:
                        raise TimeoutError
                    result = worker.pipe.recv()
                    idle.append(worker)
                except TimeoutError:
                    result = Failed(f"Reading it took more than {seconds:g} seconds")
                    _stop(worker)
                except (EOFError, OSError):
                    result = Failed("Its process died")
                    _stop(worker)
                assert worker.key is not None
                yield worker.key, result
    finally:
        for worker in busy if idle is _kept else [*idle, *busy]:
            _stop(worker)


def spread_over(
    workers: int, seconds: float = 3600.0
) -> Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]:
    """Returns a `map` for tasks that are ours and have to succeed: results in the order of the tasks.

    Args:
        workers: Number of processes; with one, the work is done in this one.
        seconds: Time for one task.

    Raises:
        WorkerError: While results are taken: a task had no result.
    """
    if workers <= 1:
        return map
    return partial(_map_in_workers, workers, seconds)


def _map_in_workers(
    workers: int, seconds: float, function: Callable[[Any], Any], tasks: Iterable[Any]
) -> Iterator[Any]:
    def made() -> Iterator[tuple[int, Any]]:
        for number, result in run_in_workers(function, enumerate(tasks), workers, seconds):
            if isinstance(result, Failed):
                raise WorkerError(f"task {number} of {function}: {result.what}: give it more memory, or fewer workers")
            yield number, result

    return in_order(made())


def in_order(numbered: Iterable[tuple[int, T]]) -> Iterator[T]:
    """Yields things numbered from 0 by their numbers, each as soon as all before it have come."""
    waiting: dict[int, T] = {}
    done = 0
    for number, one in numbered:
        waiting[number] = one
        while done in waiting:
            yield waiting.pop(done)
            done += 1


def _start() -> _Worker[Any]:
    """Starts a worker."""
    ours, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _stop(worker: _Worker[K]) -> None:
    """Kills a worker and frees what it held."""
    worker.process.kill()
    worker.process.join()
    worker.process.close()
    worker.pipe.close()


def _serve(pipe: Connection) -> None:
    """Answers tasks until the pipe is closed; runs in the worker."""
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (_BYTES if most < 0 else min(_BYTES, most), most))
    gc.set_threshold(*COLLECT_AFTER)
    function: Callable[[Any], Any] | None = None
    while True:
        try:
            told, task = pipe.recv()
        except EOFError:
            return
        if told is not None:
            function = told
            gc.freeze()  # what was imported for it stays: collections need not look through it
        assert function is not None
        try:
            pipe.send(function(task))
        except MemoryError:
            pipe.send(Failed(f"It needed more than {_BYTES / 1024**3:g} GiB of memory"))
