"""No spelling, name or redirect leads to a private address."""

import ipaddress
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from threading import Event, Thread
from typing import Any
from urllib.parse import quote

import httpcore
import pytest
from ingesting import NOW
from support import Reliability
from web import Site, serve

from pipeline.ingest import Fetcher, FetchSettings, Memory
from pipeline.ingest.fetching.addresses import CheckedBackend, is_public, resolve
from pipeline.ingest.items import Refused

PUBLIC = FetchSettings(backoff=0.0, interval=0.0, timeout=2, deadline=5, tries=1, stop_after=1_000)
LOOPBACK = replace(PUBLIC, private_networks=("127.0.0.1/32",))

#: Spellings of this machine and of addresses within, as the host of a URL.
SPELLINGS = (
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7F.1",
    "0177.0.0.1", "017700000001", "0177.0x0.0.1", "127.000.000.001", "0", "0.0.0.0", "00.0.0.0", "localhost", "LOCALHOST",
    "localhost.", "127.0.0.1.", "user:password@127.0.0.1", "news.example@127.0.0.1", "news.example:80@127.0.0.1",
    "news.example%40@127.0.0.1", "[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::1%25lo]",
    "\uff11\uff12\uff17.0.0.1", "127\u30020\u30020\u30021", "127\uff0e0\uff0e0\uff0e1", "\u2460\u2461\u2466.0.0.1",
    "127.0.0.1\\@news.example", "127.0.0.1#@news.example", "127.0.0.1?@news.example", "\u24db\u24de\u24d2alhost",
)  # fmt: skip

#: Names by the addresses that they have.
NAMES = {
    "one.example": ["127.0.0.1"],
    "two.example": ["8.8.8.8", "127.0.0.1"],
    "six.example": ["::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "meta.example": ["169.254.169.254"],
    "ten.example": ["10.0.0.7"],
    "any.example": ["0.0.0.0"],
    "nat.example": ["64:ff9b::a9fe:a9fe"],
}


REFUSALS = ("private_address", "bad_url", "unreachable")


@dataclass
class Listener:
    """A socket on loopback that counts who connects."""

    port: int
    connections: int = 0


@pytest.fixture
def listener() -> Iterator[Listener]:
    stopped = Event()
    with socket.socket() as open_socket:
        open_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        open_socket.bind(("0.0.0.0", 0))
        open_socket.listen()
        open_socket.settimeout(0.05)
        counted = Listener(open_socket.getsockname()[1])

        def count() -> None:
            while not stopped.is_set():
                try:
                    connection, _ = open_socket.accept()
                except OSError:
                    continue
                counted.connections += 1
                connection.close()

        thread = Thread(target=count)
        thread.start()
        yield counted
        stopped.set()
        thread.join()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """A resolver of names that nobody else knows; addresses are resolved as always."""
    real = socket.getaddrinfo

    def look_up(host: Any, port: Any, *rest: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        if name in NAMES:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in NAMES[name]]
        if name.endswith(".example"):
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return real(host, port, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def reason_of(url: str, settings: FetchSettings) -> str | None:
    try:
        Fetcher(settings, Memory(), NOW).fetch(url)
    except Refused as refused:
        return refused.reason
    return None


@pytest.mark.usefixtures("names")
def test_no_spelling_or_name_of_a_private_address_is_connected_to(listener: Listener, reliability: Reliability) -> None:
    hosts = [*SPELLINGS, *NAMES]
    reasons = {host: reason_of(f"http://{host}:{listener.port}/feed", PUBLIC) for host in hosts}
    wrong = {host for host, reason in reasons.items() if reason not in REFUSALS}
    reliability("SSRF", len(hosts), len(wrong) + listener.connections, f"{listener.connections} connections by address")
    assert listener.connections == 0
    assert wrong == set()
    # The listener is real: where it may be connected to, it is.
    assert reason_of(f"http://127.0.0.1:{listener.port}/feed", LOOPBACK) == "unreachable"
    assert listener.connections > 0


@pytest.mark.usefixtures("names")
def test_no_redirect_leads_to_a_private_address_or_another_scheme(listener: Listener, reliability: Reliability) -> None:
    targets = [f"http://{host}:{listener.port}/" for host in (*SPELLINGS, *NAMES)]
    targets += [f"//{host}:{listener.port}/" for host in ("127.0.0.1", "0.0.0.0", "[::1]")]
    targets += [
        "file:///etc/passwd", f"gopher://127.0.0.1:{listener.port}/_x", f"ftp://127.0.0.1:{listener.port}/", "javascript:1",
        f"dict://127.0.0.1:{listener.port}/", "data:text/html,x", "http://[::1", f"ws://127.0.0.1:{listener.port}/",
    ]  # fmt: skip
    here = replace(PUBLIC, private_networks=("127.7.7.7/32",))
    with serve("127.7.7.7") as site:
        reasons = {target: reason_of(f"{site.url}/to/{quote(target, safe='')}", here) for target in targets}
        assert len(site.paths) == len(targets)
    wrong = {target for target, reason in reasons.items() if reason not in REFUSALS}
    reliability(
        "SSRF", len(targets), len(wrong) + listener.connections, f"{listener.connections} connections by redirect"
    )
    assert listener.connections == 0
    assert wrong == set()


def test_a_name_that_changes_its_address_in_between_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([["8.8.8.8"], ["127.0.0.1"], ["127.0.0.1"]])
    connected: list[str] = []

    def look_up(host: str, port: int, **_: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in next(answers)]

    def connect(address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    backend = CheckedBackend((), time.monotonic() + 60)
    with pytest.raises(httpcore.ConnectError):
        backend.connect_tcp("rebinding.example", 80)
    with pytest.raises(Refused):
        backend.connect_tcp("rebinding.example", 80)
    assert connected == ["8.8.8.8"]


def test_every_address_of_a_name_is_tried(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *rest: Any, **options: Any) -> Any:
        hosts = ("127.0.0.9", "127.0.0.1") if host == "two.example" else (host,)
        return [entry for one in hosts for entry in real(one, port, *rest, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    backend = CheckedBackend((ipaddress.ip_network("127.0.0.0/8"),), time.monotonic() + 60)
    backend.connect_tcp("two.example", site.port).close()


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "127.0.0.1", "0.0.0.0",
        "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1",
        "2001:db8::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::", "2002:c0a8:101::1", "no address", "",
    ],
)  # fmt: skip
def test_addresses_that_are_not_of_the_public_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_of_the_public_internet(address: str) -> None:
    assert is_public(address)


def test_a_private_network_is_connected_to_where_it_is_named() -> None:
    assert resolve("127.0.0.1", 80, [ipaddress.ip_network("127.0.0.0/8")]) == ["127.0.0.1"]
    with pytest.raises(Refused, match="private_address"):
        resolve("10.0.0.1", 80, [ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("fc00::/7")])
