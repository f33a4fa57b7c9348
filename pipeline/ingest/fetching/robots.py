"""What a site's robots.txt allows (RFC 9309), read by Protego.

What belongs here: which answer to a request for robots.txt means what, and for how long. What does not: the request.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, NamedTuple

from protego import Protego

from pipeline.ingest.fetching.settings import AGENT
from pipeline.ingest.items import Refused
from pipeline.ingest.memory import Memory, RobotsFile

#: As much of a file as is read; the standard asks for 500 KiB at least.
MAX_ROBOTS_BYTES: Final = 512_000
_KEPT: Final = timedelta(hours=24)  # the standard: no longer than a day
_KEPT_IN_NEED: Final = timedelta(days=30)  # while the site cannot say anything newer
_ASKED_AGAIN: Final = timedelta(hours=1)  # after a failure
_MAX_LINE: Final = 2_000  # characters; longer rules are longer than any address
_MAX_WILDCARDS: Final = 8  # in a rule; matching takes the length of the address to this power
UNREACHABLE: Final = 0  # stands for the status of a site that did not answer

Answer = tuple[int, bytes]  # status, the first bytes of the body


class Rules(NamedTuple):
    """What a site allows.

    Attributes:
        parsed: Its rules; None where it has none.
        delay: The seconds that it wants between requests.
        is_down: Whether its rules cannot be had, so that nothing is allowed.
    """

    parsed: Protego | None = None
    delay: float = 0.0
    is_down: bool = False


class Robots:
    """The rules of sites, asked for once a day.

    Args:
        memory: Where answers are kept.
        ask: Fetches a robots.txt, following redirects; raises Refused where nothing answers.
    """

    def __init__(self, memory: Memory, ask: Callable[[str], Answer]) -> None:
        self._memory = memory
        self._ask = ask
        self._parsed: dict[str, Rules] = {}
        self._locks: dict[str, Lock] = {}
        self._lock = Lock()

    def check(self, origin: str, url: str, now: datetime) -> float:
        """Returns the seconds that a site wants between requests.

        Args:
            origin: Scheme, host and port of the site.
            url: The address that is wanted.
            now: The time.

        Raises:
            Refused: robots_disallow, and private_address where the site has one.
        """
        with self._lock:
            lock = self._locks.setdefault(origin, Lock())
        with lock:
            if origin not in self._parsed:
                self._parsed[origin] = _parse(self._read(origin, now))
        rules = self._parsed[origin]
        if rules.is_down:
            raise Refused("unreachable", "The site's robots.txt cannot be had, so that nothing is asked of it for now")
        if rules.parsed is not None and not rules.parsed.can_fetch(url, AGENT):
            raise Refused("robots_disallow", "The site's robots.txt does not allow it")
        return rules.delay

    def _read(self, origin: str, now: datetime) -> RobotsFile:
        known = self._memory.robots.get(origin)
        fresh = _KEPT if known is not None and not _is_down(known.status) else _ASKED_AGAIN
        if known is not None and abs(now - known.seen_at) < fresh:
            return known
        try:
            status, body = self._ask(f"{origin}/robots.txt")
        except Refused as refused:
            if refused.reason in ("private_address", "bad_url", "host_left_alone"):
                raise
            # Too many redirects mean that there is none; a site that does not answer allows nothing for now.
            status, body = (404 if refused.reason == "too_many_redirects" else UNREACHABLE), b""
        if _is_down(status) and known is not None and not _is_down(known.status):
            if abs(now - known.seen_at) < _KEPT_IN_NEED:
                return known
        text = body.decode("utf-8-sig", "replace") if 200 <= status < 300 else ""
        found = RobotsFile(origin, now, status, text)
        self._memory.robots[origin] = found
        return found


def _is_down(status: int) -> bool:
    """Tells whether an answer says nothing of the rules: then nothing is allowed until it does."""
    return status == UNREACHABLE or status == 429 or status >= 500


def _parse(file: RobotsFile) -> Rules:
    if _is_down(file.status):
        return Rules(is_down=True)
    if not file.text:
        return Rules()
    lines = file.text.replace("\0", "").splitlines()
    parsed = Protego.parse("\n".join(line for line in lines if _is_sane(line)))
    return Rules(parsed, max(0.0, float(parsed.crawl_delay(AGENT) or 0.0)))


def _is_sane(line: str) -> bool:
    return len(line) <= _MAX_LINE and line.count("*") <= _MAX_WILDCARDS
