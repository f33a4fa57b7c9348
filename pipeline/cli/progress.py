"""The progress bar of long work.

What belongs here: how progress is shown on a terminal. What does not: what makes progress.
"""

from tqdm import tqdm


class Progress:
    """A progress bar on standard error for the stage that is at work."""

    def __init__(self) -> None:
        self._stage = ""
        self._bar: tqdm[None] | None = None

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Shows how far a stage is."""
        if self._bar is None or self._stage != stage:
            self.__exit__()
            # Only on a terminal (disable=None): in a log it would be noise.
            self._stage, self._bar = stage, tqdm(total=total, desc=stage, dynamic_ncols=True, disable=None)
        self._bar.update(done - self._bar.n)
