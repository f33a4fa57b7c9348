"""The clock of a build.

What belongs here: how the time is told, or pinned. What does not: anything that uses it; the stages get `now` passed in.
"""

import os
from datetime import UTC, datetime

from pipeline.validate import ContractError

EPOCH_VARIABLE = "SOURCE_DATE_EPOCH"


def read_clock() -> datetime:
    """Returns the time in UTC: `SOURCE_DATE_EPOCH` (seconds since 1970) where it is set, else now.

    Raises:
        ContractError: If the variable holds no time.
    """
    pinned = os.environ.get(EPOCH_VARIABLE)
    if not pinned:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(pinned), UTC)
    except (ValueError, OverflowError, OSError):
        raise ContractError(
            f"{EPOCH_VARIABLE} is {pinned!r}, not a number of seconds since 1970: correct it, or unset it to use the clock"
        ) from None
