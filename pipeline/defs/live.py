"""How far a stage is and what it has found so far, told in the log of its run while it works.

What belongs here: when something is said, and its words. What does not: what is counted (pipeline/build).
"""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Final

#: Seconds between two lines: a run of an hour has some hundred.
EVERY: Final = 10.0


class Live:
    """Says at most every few seconds how far a stage is, and once when it is done.

    Args:
        say: Writes a line to the log.
        every: Seconds between two lines of one stage.
    """

    def __init__(self, say: Callable[[str], None], every: float = EVERY) -> None:
        self._say = say
        self._every = every
        self._said: dict[str, float] = {}
        self._states: Mapping[str, int] = {}

    def progress(self, stage: str, done: int, total: int) -> None:
        """Takes how much of a stage is done, and says it where it is time to."""
        now = monotonic()
        is_due = now - self._said.setdefault(stage, now) >= self._every
        if total and (is_due or done == total):
            self._said[stage] = now
            self._say(": ".join(filter(None, (f"{stage}, {done:,} of {total:,}", describe_states(self._states)))))

    def count(self, states: Mapping[str, int]) -> None:
        """Takes how many inputs were found in each state so far; said with the next line."""
        self._states = dict(states)


def describe_states(states: Mapping[str, int]) -> str:
    """Returns counts by state in words, the largest first."""
    most_first = sorted(states.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{number:,} {state}" for state, number in most_first if number)
