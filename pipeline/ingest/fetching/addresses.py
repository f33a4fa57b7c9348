"""Which addresses are of the public internet, and connections to no others.

What belongs here: everything between a host's name and a socket. What does not: HTTP (fetcher.py).

All addresses of a host are checked, and the connection goes to an address that was checked, so that a name which
changes its address in between gains nothing. It happens where sockets are opened: no redirect gets around it.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from typing import Any, Final

import httpcore

from pipeline.ingest.items import Refused

_SITE_LOCAL = ipaddress.ip_network("fec0::/10")  # deprecated, but routers still know it
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_TRIED: Final = 4  # addresses of one host

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


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


def _is_among(address: str, networks: Iterable[Network]) -> bool:
    """Tells whether an address is in one of the networks that may be connected to although they are private."""
    found = ipaddress.ip_address(address)
    return any(found in network for network in networks if network.version == found.version)


def resolve(host: str, port: int, private: Iterable[Network] = ()) -> list[str]:
    """Returns the addresses of a host, all of which may be connected to.

    Args:
        host: A name, or an address in any spelling.
        port: The port.
        private: Networks that may be connected to although they are private.

    Raises:
        Refused: private_address.
        OSError: The host has no address.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"{host[:100]!r} is no name of a host") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if not is_public(address) and not _is_among(address, private):
            raise Refused("private_address", f"The host {host[:100]} has the private address {address}")
    return addresses


class CheckedBackend(httpcore.SyncBackend):
    """Opens connections for httpcore: to checked addresses, and never for longer than a deadline.

    A server may drip its headers or its body, so that no single wait is long; so every wait is bounded by what is
    left of the whole.

    Args:
        private: Networks that may be connected to although they are private.
        ends: When everything ends, on the monotonic clock.
    """

    def __init__(self, private: Iterable[Network], ends: float) -> None:
        super().__init__()
        self._private = tuple(private)
        self._ends = ends

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connects to the first checked address that answers."""
        try:
            addresses = resolve(host, port, self._private)
        except OSError as error:
            raise httpcore.ConnectError(f"The host {host[:100]} has no address") from error
        failed: Exception = httpcore.ConnectError(f"The host {host[:100]} has no address")
        for address in addresses[:_TRIED]:
            try:
                left = _left(self._ends, timeout, httpcore.ConnectTimeout)
                stream = super().connect_tcp(address, port, left, local_address, socket_options)
                return _BoundedStream(stream, self._ends)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Connects to nothing: a socket of this machine is no address of the web."""
        raise httpcore.ConnectError("Sockets of this machine are not connected to")


class _BoundedStream(httpcore.NetworkStream):
    """A connection all of whose waits end at the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, ends: float) -> None:
        self._stream = stream
        self._ends = ends

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._ends, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._ends, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(self._ends, timeout, httpcore.ConnectTimeout)
        return _BoundedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._ends)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(ends: float, timeout: float | None, error: type[Exception]) -> float:
    """Returns how long a wait may be; raises the error of its kind where nothing is left."""
    left = ends - time.monotonic()
    if left <= 0:
        raise error("It took longer than is allowed in all")
    return left if timeout is None else min(left, timeout)
