"""How a build tells of its work as it goes on.

What belongs here: the shape of what is told. What does not: how it is shown (the command line, Dagster).
"""

from collections.abc import Callable

#: Called as the work goes on: the stage, how much is done, how much there is.
Progress = Callable[[str, int, int], None]


def no_progress(stage: str, done: int, total: int) -> None:
    """Shows nothing."""
