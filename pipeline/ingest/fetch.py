"""Fetches an address over HTTP, carefully: bounded in time, size and redirects, and never from a private network.

What belongs here: the one place that opens connections. What does not: what is fetched and why (collect.py).

Every address of a host is checked before a connection, and the connection goes to the address that was checked, so
that a name which changes its address in between gains nothing; each redirect is checked again.
"""

import ipaddress
import socket
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

import httpx

from pipeline.ingest.items import Refused

_RETRIED: Final = frozenset((408, 425, 429, 500, 502, 503, 504))
_REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))
_GZIP: Final = frozenset(("gzip", "x-gzip"))
_PLAIN: Final = frozenset(("", "identity"))
_EITHER_HEADER = zlib.MAX_WBITS | 32  # gzip or zlib, as found
_SITE_LOCAL = ipaddress.ip_network("fec0::/10")  # deprecated, but routers still know it
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_MAX_WAIT = 60.0  # seconds that a server may ask us to wait

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How to fetch. Times in seconds, sizes in bytes after decompression."""

    user_agent: str = "conflict-events (+mailto:contact@example.org)"
    max_bytes: int = 50_000_000
    timeout: float = 20.0  # of each wait for the server
    deadline: float = 120.0  # of one try as a whole: a server may drip
    tries: int = 3
    backoff: float = 1.0  # before the second try, doubled before each further one
    max_redirects: int = 5
    allow_private: bool = False


DEFAULTS: Final = FetchSettings()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response: its bytes, decompressed, and its media type as declared."""

    data: bytes
    media_type: str


class _Retry(Exception):
    """A try that failed in a way that may pass; `wait` is what the server asks for."""

    def __init__(self, refused: Refused, wait: float = 0.0) -> None:
        super().__init__(refused.detail)
        self.refused = refused
        self.wait = wait


def fetch(url: str, settings: FetchSettings = DEFAULTS) -> Fetched:
    """Fetches an address.

    Raises:
        Refused: bad_url, private_address, too_many_redirects, http_status, too_large, unreachable.
    """
    for attempt in range(settings.tries):
        try:
            return _follow(url, settings)
        except _Retry as retry:
            if attempt + 1 == settings.tries:
                raise retry.refused from retry
            time.sleep(max(settings.backoff * 2**attempt, retry.wait))
    raise ValueError("tries must be at least 1")


def _follow(url: str, settings: FetchSettings) -> Fetched:
    """Fetches an address and where it redirects to; one try."""
    ends = time.monotonic() + settings.deadline
    with httpx.HTTPTransport(trust_env=False) as transport:
        for _ in range(settings.max_redirects + 1):
            request = _request(url, settings)
            try:
                response = transport.handle_request(request)
                try:
                    if response.status_code not in _REDIRECTS:
                        return _read(response, settings, ends)
                    url = urljoin(url, response.headers.get("location", ""))
                finally:
                    response.close()
            except (httpx.TransportError, OSError) as error:
                what = f"The server could not be reached or broke off ({type(error).__name__})"
                raise _Retry(Refused("unreachable", what)) from error
            except ValueError as error:
                raise Refused("bad_url", "The server redirects to a malformed address") from error
    raise Refused("too_many_redirects", f"The address redirects more than {settings.max_redirects} times")


def _request(url: str, settings: FetchSettings) -> httpx.Request:
    """Returns a request to a checked address of the URL's host, under the host's name."""
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise Refused("bad_url", "The address is malformed") from error
    if target.scheme not in ("http", "https") or not target.host:
        raise Refused("bad_url", f"The address has the scheme `{target.scheme[:20]}` or no host")
    address = _resolve(target.host, target.port or (443 if target.scheme == "https" else 80), settings.allow_private)
    return httpx.Request(
        "GET",
        target.copy_with(host=address),
        headers={
            "Host": target.netloc.decode("ascii"),
            "User-Agent": settings.user_agent,
            "Accept": "application/rss+xml, application/atom+xml, application/xml, text/xml, text/html;q=0.8, */*;q=0.5",
            "Accept-Encoding": "gzip",
        },
        extensions={
            "sni_hostname": target.raw_host.decode("ascii"),
            "timeout": httpx.Timeout(settings.timeout).as_dict(),
        },
    )


def _resolve(host: str, port: int, allow_private: bool) -> str:
    """Returns an address of a host, all of whose addresses are public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _Retry(Refused("unreachable", f"The host {host[:100]} has no address")) from error
    addresses = [str(entry[4][0]) for entry in found]
    private = next((address for address in addresses if not is_public(address)), None)
    if private and not allow_private:
        raise Refused("private_address", f"The host {host[:100]} has the private address {private}")
    return addresses[0]


def is_public(address: str) -> bool:
    """Tells whether an IP address is one of the public internet, also inside addresses that carry another."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return all(part.is_global and not part.is_multicast and part not in _SITE_LOCAL for part in _parts(found))


def _parts(address: Address) -> Iterator[Address]:
    """Yields an address and the IPv4 addresses that it carries: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        yield address
        return
    carried = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        carried.append(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
    if address.ipv4_mapped is None:
        yield address
    yield from (part for part in carried if part is not None)


def _read(response: httpx.Response, settings: FetchSettings, ends: float) -> Fetched:
    """Returns a response's body, never holding more than is allowed."""
    status = response.status_code
    if status in _RETRIED:
        asked = response.headers.get("retry-after", "")
        wait = min(float(asked), _MAX_WAIT) if asked.isascii() and asked.isdigit() else 0.0
        raise _Retry(Refused("http_status", f"The server answers {status}"), wait)
    if status != httpx.codes.OK:
        raise Refused("http_status", f"The server answers {status}")
    data = bytearray()
    for piece in _decompressed(response, settings.max_bytes):
        data += piece
        if len(data) > settings.max_bytes:
            raise Refused("too_large", f"The response has more than {settings.max_bytes:,} bytes")
        if time.monotonic() > ends:
            raise _Retry(Refused("unreachable", f"The response took more than {settings.deadline:g} seconds"))
    return Fetched(bytes(data), response.headers.get("content-type", "").strip().lower())


def _decompressed(response: httpx.Response, max_bytes: int) -> Iterator[bytes]:
    """Yields the body in pieces of bounded size; a compressed piece may stand for a thousand times its length."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in _PLAIN:
        yield from response.iter_raw()
        return
    if encoding not in _GZIP:
        raise Refused("unreachable", f"The response is compressed as `{encoding[:50]}`, which was not asked for")
    inflater = zlib.decompressobj(_EITHER_HEADER)
    try:
        for piece in response.iter_raw():
            rest = piece
            while rest and not inflater.eof:
                yield inflater.decompress(rest, max_bytes + 1)
                rest = inflater.unconsumed_tail
    except zlib.error as error:
        raise _Retry(Refused("unreachable", "The compressed response is damaged")) from error
    if not inflater.eof:
        raise _Retry(Refused("unreachable", "The compressed response breaks off"))
