import gzip
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import pytest

from pipeline.ingest.fetch import FetchSettings, fetch, is_public
from pipeline.ingest.items import Refused

PRIVATE = FetchSettings(allow_private=True, backoff=0.01, timeout=2, deadline=5, tries=3, max_bytes=100_000)
PUBLIC = replace(PRIVATE, allow_private=False)


class Handler(BaseHTTPRequestHandler):
    """Answers by the path, and keeps what it was asked."""

    asked: ClassVar[list[tuple[str, str]]] = []
    failures: ClassVar[int] = 0

    def do_GET(self) -> None:
        Handler.asked.append((self.path, self.headers.get("User-Agent", "")))
        kind, _, rest = self.path.removeprefix("/").partition("/")
        getattr(self, f"answer_{kind}", self.answer_missing)(rest)

    def reply(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer_ok(self, rest: str) -> None:
        self.reply(200, b"<rss/>" + rest.encode(), Content_Type="Application/RSS+xml; charset=UTF-8")

    def answer_missing(self, rest: str) -> None:
        self.reply(404)

    def answer_status(self, rest: str) -> None:
        self.reply(int(rest))

    def answer_flaky(self, rest: str) -> None:
        Handler.failures += 1
        self.reply(503, Retry_After="0") if Handler.failures < 3 else self.answer_ok("")

    def answer_to(self, rest: str) -> None:
        self.reply(302, Location=rest)

    def answer_hops(self, rest: str) -> None:
        self.reply(302, Location=f"/hops/{int(rest) - 1}") if int(rest) else self.answer_ok("")

    def answer_large(self, rest: str) -> None:
        self.reply(200, b"x" * int(rest))

    def answer_endless(self, rest: str) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 10_000)
        except OSError:
            return

    def answer_gzip(self, rest: str) -> None:
        self.reply(200, gzip.compress(b"x" * int(rest)), Content_Encoding="gzip")

    def answer_cut(self, rest: str) -> None:
        self.reply(200, gzip.compress(b"killed " * 1_000)[:-10], Content_Encoding="gzip")

    def answer_twice(self, rest: str) -> None:
        self.reply(200, gzip.compress(gzip.compress(b"x" * 1_000)), Content_Encoding="gzip, gzip")

    def answer_zlib(self, rest: str) -> None:
        self.reply(200, zlib.compress(b"x" * 10), Content_Encoding="gzip")

    def answer_short(self, rest: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"half")

    def answer_slow(self, rest: str) -> None:
        time.sleep(float(rest))
        self.reply(200)

    def answer_drip(self, rest: str) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(200):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            return

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Handler.asked.clear()
    Handler.failures = 0
    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}"
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


def reason_of(url: str, settings: FetchSettings = PRIVATE) -> str:
    with pytest.raises(Refused) as caught:
        fetch(url, settings)
    return caught.value.reason


def test_a_response_is_its_bytes_and_media_type(server: str) -> None:
    response = fetch(f"{server}/ok/!", PRIVATE)
    assert (response.data, response.media_type) == (b"<rss/>!", "application/rss+xml; charset=utf-8")
    ((_, agent),) = Handler.asked
    assert agent.startswith("conflict-events (+mailto:")


@pytest.mark.parametrize("status", [503, 429, 500])
def test_failures_that_may_pass_are_tried_again(server: str, status: int) -> None:
    assert fetch(f"{server}/flaky", PRIVATE).data == b"<rss/>"
    assert len(Handler.asked) == 3
    assert reason_of(f"{server}/status/{status}") == "http_status"
    assert len(Handler.asked) == 6


@pytest.mark.parametrize("status", [400, 403, 404, 410, 204, 304])
def test_other_answers_are_refused_at_once(server: str, status: int) -> None:
    assert reason_of(f"{server}/status/{status}") == "http_status"
    assert len(Handler.asked) == 1


def test_redirects_are_followed_up_to_a_bound(server: str) -> None:
    assert fetch(f"{server}/hops/5", PRIVATE).data == b"<rss/>"
    assert reason_of(f"{server}/hops/6") == "too_many_redirects"


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "javascript:1", "http://[::1"],
)
def test_redirects_to_other_schemes_are_refused(server: str, target: str) -> None:
    assert reason_of(f"{server}/to/{target}") == "bad_url"


@pytest.mark.parametrize("path", ["large/100001", "endless", "gzip/100001", "gzip/50000000"])
def test_size_is_capped_after_decompression(server: str, path: str) -> None:
    assert reason_of(f"{server}/{path}") == "too_large"


@pytest.mark.parametrize(("path", "size"), [("large/100000", 100_000), ("gzip/100000", 100_000), ("zlib", 10)])
def test_what_fits_is_read_whole(server: str, path: str, size: int) -> None:
    assert fetch(f"{server}/{path}", PRIVATE).data == b"x" * size


@pytest.mark.parametrize("path", ["cut", "short"])
def test_a_response_that_breaks_off_is_tried_again_and_refused(server: str, path: str) -> None:
    assert reason_of(f"{server}/{path}") == "unreachable"
    assert len(Handler.asked) == 3


def test_a_compression_that_was_not_asked_for_is_refused(server: str) -> None:
    assert reason_of(f"{server}/twice") == "unreachable"


def test_a_slow_server_is_given_up(server: str) -> None:
    assert reason_of(f"{server}/slow/1", replace(PRIVATE, timeout=0.1, tries=2)) == "unreachable"
    assert reason_of(f"{server}/drip", replace(PRIVATE, deadline=0.2, tries=1)) == "unreachable"


@pytest.mark.parametrize(
    "url",
    ["", "news.example/rss", "file:///etc/passwd", "ftp://news.example/", "http:///rss", "http://[::1", "http://a\0b/"],
)
def test_malformed_addresses_are_refused(url: str) -> None:
    assert reason_of(url) == "bad_url"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "127.255.255.254",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "0",
        "0.0.0.0",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "user:password@127.0.0.1",
        "news.example@127.0.0.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:127.0.0.1]",
        "\uff11\uff12\uff17.0.0.1",
        "127\u30020\u30020\u30021",
    ],
)
def test_no_spelling_of_this_machine_is_connected_to(server: str, host: str) -> None:
    port = server.rpartition(":")[2]
    assert reason_of(f"http://{host}:{port}/ok/", replace(PUBLIC, tries=1)) in (
        "private_address",
        "bad_url",
        "unreachable",
    )
    assert Handler.asked == []


def test_each_redirect_is_checked_again(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[fetch.__module__], "is_public", lambda address: address == "127.0.0.1")
    port = server.rpartition(":")[2]
    assert fetch(f"{server}/to/{server}/ok/", PUBLIC).data == b"<rss/>"
    before = len(Handler.asked)
    assert reason_of(f"{server}/to/http://127.0.0.2:{port}/ok/", PUBLIC) == "private_address"
    assert len(Handler.asked) == before + 1


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
