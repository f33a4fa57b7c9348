"""Fetches addresses over HTTP: bounded in time, size and redirects, as often as a host bears, never from a private network.

What belongs here: requests, redirects and tries. What does not: what is fetched and why (pipeline/ingest/sources).
"""

import io
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from queue import Queue
from ssl import SSLContext
from threading import Event, Thread
from typing import BinaryIO, Final
from urllib.parse import urljoin

import httpcore
import httpx

from pipeline.ingest.fetching.addresses import CheckedBackend
from pipeline.ingest.fetching.bodies import ACCEPTED, BrokenBody, decompress
from pipeline.ingest.fetching.manners import Manners, read_retry_after
from pipeline.ingest.fetching.robots import MAX_ROBOTS_BYTES, Robots
from pipeline.ingest.fetching.settings import FetchSettings
from pipeline.ingest.items import Refused
from pipeline.ingest.memory import Address, Memory

_RETRIED: Final = frozenset((408, 425, 429, 500, 502, 503, 504))
_REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))
_PORTS: Final = {"http": 80, "https": 443}
#: What is read as a page; anything else is not downloaded.
PAGES: Final = frozenset(("text/html", "application/xhtml+xml", "text/plain", ""))
_ACCEPT: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,application/feed+json;q=0.9,*/*;q=0.5"
_MAX_HEADER: Final = 500  # characters of a validator that are kept
_SET_BACK: Final = -timedelta(hours=1)  # a clock that was set back further makes what is known worthless
_MAX_URL: Final = 4_000  # characters; longer ones are traps or accidents


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response.

    Attributes:
        data: Its bytes, decompressed; None where nothing is new since the last time, or where they went to a file.
        media_type: Its media type as declared.
        etag: The version that it names, to be given back.
        last_modified: When it was last changed, as it says.
        is_new: False where the server says that nothing is new.
    """

    data: bytes | None
    media_type: str
    etag: str | None = None
    last_modified: str | None = None
    is_new: bool = True


class _Retry(Exception):
    """A try that failed in a way that may pass; `wait` is what the host asks for, in seconds."""

    def __init__(self, host: str, refused: Refused, wait: float = 0.0, *, is_dead: bool = False) -> None:
        super().__init__(refused.detail)
        self.host = host
        self.refused = refused
        self.wait = wait
        self.is_dead = is_dead


@dataclass(frozen=True, slots=True)
class _Request:
    """What is wanted of an address: how much of it, where it goes, and of which media types."""

    limit: int
    file: BinaryIO
    headers: Mapping[str, str]
    deadline: float
    media_types: frozenset[str] | None = None
    is_cut: bool = False  # whether what is over the limit is left out, instead of the whole refused
    is_robots: bool = False
    is_archive: bool = False


class Fetcher:
    """Fetches addresses in one run.

    Args:
        settings: How.
        memory: What earlier runs knew; added to.
        now: The time at which the run begins (UTC).
    """

    def __init__(self, settings: FetchSettings, memory: Memory, now: datetime) -> None:
        self.settings = settings
        self.memory = memory
        self._begun = (now, time.monotonic())
        self._manners = Manners(settings, memory, self.clock)
        self._robots = Robots(memory, self._ask_robots)

    def clock(self) -> datetime:
        """Returns the time: when the run began and what has passed since."""
        begun, at = self._begun
        return begun + timedelta(seconds=time.monotonic() - at)

    def fetch(self, url: str, *, conditional: bool = False) -> Fetched:
        """Fetches a feed, a sitemap or another list.

        Args:
            url: The address.
            conditional: Whether to ask only for what is new since `keep`; where that was long ago the whole is
                fetched all the same, since servers repeat a stale version.

        Raises:
            Refused: bad_url, private_address, robots_disallow, too_many_redirects, http_status, too_large,
                unreachable, host_left_alone.
        """
        headers = self._validators(url) if conditional else {}
        return self._fetch(url, self.settings.max_list_bytes, headers)

    def fetch_page(self, url: str) -> Fetched:
        """Fetches a page of an article; an address that failed is not asked again before its time.

        Raises:
            Refused: As `fetch`, and unsupported_type.
        """
        failed = self.memory.recall_failure(url, self.clock())
        if failed is not None:
            raise failed
        try:
            return self._fetch(url, self.settings.max_page_bytes, {}, PAGES)
        except Refused as refused:
            if refused.reason != "host_left_alone":
                self.memory.fail(url, refused, self.clock())
            raise

    def fetch_pages(self, urls: Sequence[str]) -> Iterator[tuple[str, Fetched | Refused]]:
        """Fetches pages of many hosts at once and yields each as it comes, with its address."""
        by_host: dict[str, list[str]] = defaultdict(list)
        for url in urls:
            by_host[_host(url)].append(url)
        share = self.settings.per_host
        queues = deque(part for found in by_host.values() for at in range(share) if (part := found[at::share]))
        size = min(self.settings.at_once * share, len(queues))
        results: Queue[tuple[str, Fetched | Exception]] = Queue(maxsize=2 * size)
        stopped = Event()

        def work() -> None:
            while queues and not stopped.is_set():
                try:
                    part = queues.popleft()
                except IndexError:  # another thread was first
                    return
                for url in part:
                    if stopped.is_set():
                        return
                    results.put((url, _attempt(self.fetch_page, url)))

        # They do not keep the program from ending: one that is interrupted waits for no server.
        for _ in range(size):
            Thread(target=work, daemon=True).start()
        try:
            for _ in urls:
                url, result = results.get()
                if isinstance(result, Exception) and not isinstance(result, Refused):
                    raise result
                yield url, result
        finally:
            stopped.set()
            while not results.empty():
                results.get_nowait()

    def download(self, url: str, file: BinaryIO) -> Fetched:
        """Fetches a web archive into a file, as it is packed.

        Raises:
            Refused: As `fetch`.
        """
        return self._fetch(url, self.settings.max_archive_bytes, {}, file=file)

    def keep(self, url: str, fetched: Fetched) -> None:
        """Notes the version of an address, once all that it named is dealt with: the next run asks for what is newer."""
        now = self.clock()
        if fetched.is_new:
            self.memory.addresses[url] = Address(url, now, fetched.etag, fetched.last_modified, now)
        else:
            self.memory.addresses[url].seen_at = now

    def _validators(self, url: str) -> dict[str, str]:
        known, now = self.memory.addresses.get(url), self.clock()
        if known is None or known.whole_at is None:
            return {}
        if not _SET_BACK <= now - known.whole_at < timedelta(hours=self.settings.refetch_hours):
            return {}
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        return {name: value for name, value in headers.items() if value}

    def _fetch(
        self,
        url: str,
        limit: int,
        headers: Mapping[str, str],
        media_types: frozenset[str] | None = None,
        file: BinaryIO | None = None,
    ) -> Fetched:
        deadline = self.settings.deadline * (10 if file else 1)
        request = _Request(limit, file or io.BytesIO(), headers, deadline, media_types, is_archive=file is not None)
        found = self._try(url, request)
        if found.status == 304:
            return Fetched(None, "", is_new=False)
        data = request.file.getvalue() if isinstance(request.file, io.BytesIO) else None
        etag, last_modified = (found.headers.get(name, "")[:_MAX_HEADER] or None for name in ("etag", "last-modified"))
        return Fetched(data, found.headers.get("content-type", "").strip().lower(), etag, last_modified)

    def _ask_robots(self, url: str) -> tuple[int, bytes]:
        """Fetches a robots.txt; its status says what it means, so no status is refused."""
        request = _Request(MAX_ROBOTS_BYTES, io.BytesIO(), {}, self.settings.deadline, is_cut=True, is_robots=True)
        status = self._try(url, request).status
        assert isinstance(request.file, io.BytesIO)
        return status, request.file.getvalue()

    def _try(self, url: str, request: _Request) -> "_Answer":
        """Fetches an address, again where the failure may pass."""
        for attempt in range(self.settings.tries):
            request.file.seek(0)
            request.file.truncate()
            try:
                return self._follow(url, request)
            except _Retry as retry:
                is_over = not self._manners.wait(retry.host, max(self.settings.backoff * 2**attempt, retry.wait))
                if is_over or attempt + 1 == self.settings.tries:
                    self._manners.fail(retry.host, is_dead=retry.is_dead)
                    raise retry.refused from retry
        raise ValueError("tries must be at least 1")

    def _follow(self, url: str, request: _Request) -> "_Answer":
        """Fetches an address and where it redirects to; one try."""
        for _ in range(self.settings.max_redirects + 1):
            target = _parse(url)
            self._manners.check(_host(url))
            delay = 0.0 if request.is_robots else self._robots.check(_origin(target), url, self.clock())
            with self._manners.turn(_host(url), delay):
                answer = self._request(target, request)
            self._manners.succeed(_host(url))
            if answer.status not in _REDIRECTS:
                return answer
            try:
                # Addresses in headers are UTF-8 wherever they are not ASCII.
                url = urljoin(url, answer.headers.get("location", "").encode("latin-1").decode("utf-8", "replace"))
            except ValueError as error:
                raise Refused("bad_url", "The server redirects to a malformed address") from error
        raise Refused("too_many_redirects", f"The address redirects more than {self.settings.max_redirects} times")

    def _request(self, target: httpx.URL, request: _Request) -> "_Answer":
        """Makes one request."""
        host, ends = target.netloc.decode("ascii").lower(), time.monotonic() + request.deadline
        url = httpcore.URL(
            scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path
        )  # without its fragment
        headers: dict[bytes | str, bytes | str] = {
            "Host": target.netloc.decode("ascii"),
            "User-Agent": self.settings.user_agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": "identity" if request.is_archive else ACCEPTED,
        }
        headers.update(request.headers.items())
        times = httpx.Timeout(self.settings.timeout).as_dict()
        try:
            with (
                httpcore.ConnectionPool(_ssl(), network_backend=CheckedBackend(self.settings.networks, ends)) as pool,
                pool.stream("GET", url, headers=headers, extensions={"timeout": times}) as response,
            ):
                answer = _Answer(response.status, _headers(response.headers))
                if answer.status not in _REDIRECTS and not (answer.status == 304 and request.headers):
                    self._judge(answer, request, host)
                    if answer.status == 200:
                        self._read(response.iter_stream(), answer, request)
                return answer
        except BrokenBody as error:
            raise _Retry(host, Refused("unreachable", str(error))) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError) as error:
            # Where not even a connection came about the host is dead; one that broke off may be busy.
            is_dead = isinstance(error, httpcore.ConnectError | httpcore.ConnectTimeout)
            what = f"The server could not be reached or broke off ({type(error).__name__})"
            raise _Retry(host, Refused("unreachable", what), is_dead=is_dead) from error
        except httpcore.UnsupportedProtocol as error:
            raise Refused("bad_url", "The address is malformed") from error

    def _judge(self, answer: "_Answer", request: _Request, host: str) -> None:
        """Raises for a status that is no success, and for a type that is not wanted."""
        if answer.status in _RETRIED:
            asked = answer.headers.get("retry-after", "")
            wait = read_retry_after(asked, answer.headers.get("date", ""), self.clock())
            if not request.is_robots or wait is not None:
                raise _Retry(host, Refused("http_status", f"The server answers {answer.status}"), wait or 0.0)
        if request.is_robots:
            return
        if answer.status != 200:
            raise Refused("http_status", f"The server answers {answer.status}")
        media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.media_types is not None and media_type not in request.media_types:
            raise Refused("unsupported_type", f"The response is of the type `{media_type[:50]}`, not a web page")

    def _read(self, pieces: Iterator[bytes], answer: "_Answer", request: _Request) -> None:
        """Writes a response's body to the file of the request, never more than is allowed."""
        size = 0
        coding = "" if request.is_archive else answer.headers.get("content-encoding", "")
        for piece in decompress(pieces, coding):
            size += len(piece)
            if size > request.limit:
                if request.is_cut:
                    request.file.write(piece[: len(piece) - (size - request.limit)])
                    return
                raise Refused("too_large", f"The response has more than {request.limit:,} bytes")
            request.file.write(piece)


@dataclass(frozen=True, slots=True)
class _Answer:
    """Status and headers of a response, the headers by their names in small letters; the first of a name counts."""

    status: int
    headers: Mapping[str, str]


def _headers(raw: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in raw:
        found.setdefault(name.decode("ascii", "replace").lower(), value.decode("latin-1"))
    return found


def _attempt(fetch: Callable[[str], Fetched], url: str) -> Fetched | Exception:
    try:
        return fetch(url)
    except Exception as error:
        return error


def _parse(url: str) -> httpx.URL:
    """Returns a URL that a request can be made of."""
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise Refused("bad_url", "The address is malformed") from error
    if target.scheme not in _PORTS or not target.host or len(url) > _MAX_URL:
        raise Refused("bad_url", f"The address has the scheme `{target.scheme[:20]}`, no host, or is too long")
    return target


def _origin(target: httpx.URL) -> str:
    return f"{target.scheme}://{target.netloc.decode('ascii')}"


def _host(url: str) -> str:
    """Returns host and port of an address, in small letters; empty where it has none."""
    try:
        return httpx.URL(url).netloc.decode("ascii").lower()
    except (httpx.InvalidURL, ValueError):
        return ""


@cache
def _ssl() -> SSLContext:
    return httpx.create_ssl_context()
