import os
import time

import pytest

from pipeline.workers import Failed, are_waiting, keeping_workers, run_in_workers


def act(task: str) -> str:
    """Returns, hangs or dies, as the task says."""
    if task == "hang":
        time.sleep(600)
    if task == "die":
        os._exit(9)
    if task == "grow":
        return str(len(bytearray(64 * 1024**3)))
    return task.upper()


@pytest.mark.parametrize("workers", [1, 2])
def test_tasks_that_kill_their_process_are_named_and_the_others_are_done(workers: int) -> None:
    results = dict(run_in_workers(act, iter(enumerate(["a", "die", "b", "c"])), workers, 30))
    assert results == {0: "A", 1: Failed("Its process died"), 2: "B", 3: "C"}


def test_a_task_that_takes_all_memory_ends_its_process_alone() -> None:
    results = dict(run_in_workers(act, iter(enumerate(["a", "grow", "b"])), 1, 30))
    assert results == {0: "A", 1: Failed("It needed more than 3 GiB of memory"), 2: "B"}


def test_a_task_that_hangs_is_killed_and_named() -> None:
    results = dict(run_in_workers(act, iter(enumerate(["a", "hang", "b"])), 1, 0.5))
    assert results == {0: "A", 1: Failed("Reading it took more than 0.5 seconds"), 2: "B"}


def test_a_reader_who_stops_early_leaves_no_process() -> None:
    results = run_in_workers(act, iter([(0, "a"), (1, "b")]), 1, 30)
    assert next(results) == (0, "A")
    results.close()


def tell_process(task: str) -> int:
    """Returns the process that it runs in."""
    return os.getpid()


def is_running(process: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_workers_that_are_kept_do_other_work_and_are_gone_at_the_end() -> None:
    with keeping_workers():
        first = dict(run_in_workers(tell_process, iter([(0, "a")]), 1, 30))[0]
        assert dict(run_in_workers(act, iter([(0, "a"), (1, "die")]), 1, 30)) == {0: "A", 1: Failed("Its process died")}
        second = dict(run_in_workers(tell_process, iter([(0, "a")]), 1, 30))[0]
        assert isinstance(first, int)
        assert isinstance(second, int)
        assert first != second
        with keeping_workers():
            assert dict(run_in_workers(tell_process, iter([(0, "a")]), 1, 30)) == {0: second}
        assert is_running(second)
        assert are_waiting()
    assert not is_running(second)
    assert not are_waiting()


def test_nothing_to_do_starts_nothing() -> None:
    assert list(run_in_workers(act, iter([]), 2, 1)) == []
