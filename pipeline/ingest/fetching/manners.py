"""How often a host is asked, and when it is left alone.

What belongs here: intervals, holds after failures and where a host asks to wait. What does not: requests.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import BoundedSemaphore, Lock
from typing import Final

from pipeline.ingest.fetching.settings import FetchSettings
from pipeline.ingest.items import Refused
from pipeline.ingest.memory import Host, Memory

_FIRST_HOLD: Final = timedelta(minutes=10)  # as long as Media Cloud's fetcher leaves a dead server alone
_LONGEST_HOLD: Final = timedelta(hours=24)


@dataclass
class _Turns:
    """The order in which one host is asked."""

    places: BoundedSemaphore
    next_at: float = 0.0  # on the monotonic clock
    lock: Lock = field(default_factory=Lock)


class Manners:
    """Turns at hosts; for many threads.

    Args:
        settings: Interval, requests at a time, the longest wait.
        memory: Where failures of hosts are kept.
        clock: Returns the time in UTC.
    """

    def __init__(self, settings: FetchSettings, memory: Memory, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._memory = memory
        self._clock = clock
        self._turns: dict[str, _Turns] = {}
        self._lock = Lock()

    @contextmanager
    def turn(self, host: str, delay: float = 0.0) -> Iterator[None]:
        """Waits until a host may be asked; `delay` is what it wants between requests, in seconds.

        Raises:
            Refused: host_left_alone, for one that fails or asks for a longer wait than is waited for.
        """
        turns = self._turns_of(host)
        with turns.places:
            self.check(host)
            with turns.lock:
                now = time.monotonic()
                at = max(now, turns.next_at)
                if at - now > self._settings.max_wait:
                    raise Refused("host_left_alone", f"{host} is to be asked again in {at - now:.0f} seconds only")
                turns.next_at = at + max(self._settings.interval, delay)
            time.sleep(max(0.0, at - time.monotonic()))
            yield

    def check(self, host: str) -> None:
        """Raises Refused where a host is left alone for now."""
        known, now = self._memory.hosts.get(host), self._clock()
        # A hold beyond the longest is none: the clock was set back since.
        if known is not None and known.left_until and now < known.left_until <= now + _LONGEST_HOLD:
            raise Refused("host_left_alone", f"{host} is left alone until {known.left_until:%Y-%m-%d %H:%M} UTC")

    def wait(self, host: str, seconds: float) -> bool:
        """Puts off the next turn at a host; False where that is longer than is waited for: then it is left alone."""
        if seconds > self._settings.max_wait:
            self._leave(host, min(timedelta(seconds=seconds), _LONGEST_HOLD))
            return False
        turns = self._turns_of(host)
        with turns.lock:
            turns.next_at = max(turns.next_at, time.monotonic() + seconds)
        return True

    def succeed(self, host: str) -> None:
        """Notes that a host answered."""
        with self._lock:
            self._memory.hosts.pop(host, None)

    def fail(self, host: str, *, is_dead: bool = False) -> None:
        """Notes that a host failed all tries; a dead one, and one that failed often in a row, is left alone."""
        with self._lock:
            known = self._memory.hosts.setdefault(host, Host(host, self._clock()))
            known.failures, known.seen_at = known.failures + 1, self._clock()
            over = known.failures - (1 if is_dead else self._settings.stop_after)
        if over >= 0:
            self._leave(host, min(_FIRST_HOLD * 2 ** min(over, 8), _LONGEST_HOLD))

    def _leave(self, host: str, hold: timedelta) -> None:
        with self._lock:
            known = self._memory.hosts.setdefault(host, Host(host, self._clock()))
            known.left_until = max(self._clock() + hold, known.left_until or self._clock())

    def _turns_of(self, host: str) -> _Turns:
        with self._lock:
            if host not in self._turns:
                self._turns[host] = _Turns(BoundedSemaphore(self._settings.per_host))
            return self._turns[host]


def read_retry_after(value: str, server_date: str, now: datetime) -> float | None:
    """Returns the seconds that a server asks to wait, by the header Retry-After; None where it asks for nothing.

    Args:
        value: Seconds, or a date.
        server_date: The header Date: the server's own clock, from which its date is counted.
        now: The time, where there is no such header.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    then = _parse_date(value)
    if then is None:
        return None
    return max(0.0, (then - (_parse_date(server_date) or now)).total_seconds())


def _parse_date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError):
        return None
    return found if found.tzinfo is not None else None
