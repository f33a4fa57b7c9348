"""A real web server on loopback that answers by the path, well or badly, and keeps what it was asked.

What belongs here: how it answers. What does not: tests.
"""

import gzip
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

import pyarrow as pa


@dataclass
class Site:
    """What a server holds and what it was asked.

    Attributes:
        url: Its address.
        files: Bodies by path, each with its media type.
        robots: Status and body of its robots.txt.
        asked: Every request: path, headers, and when, on the monotonic clock; robots.txt left out.
        robots_asked: How often its robots.txt was asked for.
    """

    url: str = ""
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    robots: tuple[int, bytes] = (404, b"")
    asked: list[tuple[str, dict[str, str], float]] = field(default_factory=list)
    robots_asked: int = 0
    failures: int = 0
    lock: Lock = field(default_factory=Lock)

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [path for path, _, _ in self.asked]

    @property
    def port(self) -> int:
        """Its port."""
        return int(self.url.rpartition(":")[2])

    def put(self, path: str, body: bytes | str, media_type: str = "text/html; charset=utf-8") -> str:
        """Puts a file at a path and returns its address."""
        self.files[path] = (body.encode() if isinstance(body, str) else body, media_type)
        return self.url + path


def pack(data: bytes, codec: str) -> bytes:
    """Compresses bytes."""
    buffer = pa.BufferOutputStream()
    with pa.CompressedOutputStream(buffer, codec) as stream:
        stream.write(data)
    return bytes(buffer.getvalue().to_pybytes())


class Handler(BaseHTTPRequestHandler):
    """Answers by the first part of the path."""

    site: Site
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            with self.site.lock:
                self.site.robots_asked += 1
            self.reply(self.site.robots[0], self.site.robots[1], Content_Type="text/plain")
            return
        with self.site.lock:
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.site.asked.append((self.path, headers, time.monotonic()))
        if self.path in self.site.files:
            body, media_type = self.site.files[self.path]
            self.reply(200, body, Content_Type=media_type)
            return
        kind, _, rest = self.path.removeprefix("/").partition("/")
        getattr(self, f"answer_{kind}", self.answer_missing)(rest)

    def reply(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.write(body)

    def begin(self) -> None:
        """Begins a body of unknown length."""
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()

    def write(self, data: bytes) -> bool:
        """Writes, and tells whether the other side still listens."""
        self.close_connection = True
        try:
            self.wfile.write(data)
            self.wfile.flush()
        except OSError:
            return False
        return True

    def answer_ok(self, rest: str) -> None:
        self.reply(200, b"<rss/>" + rest.encode(), Content_Type="Application/RSS+xml; charset=UTF-8")

    def answer_missing(self, rest: str) -> None:
        self.reply(404)

    def answer_status(self, rest: str) -> None:
        self.reply(int(rest))

    def answer_flaky(self, rest: str) -> None:
        """Answers 503 twice, asking to wait for so many seconds, or until then by its own clock."""
        self.site.failures += 1
        if self.site.failures > 2:
            self.answer_ok("")
        elif rest.startswith("date"):
            self.reply(429, Retry_After=formatdate(time.time() + float(rest[4:]), usegmt=True))
        else:
            self.reply(503, Retry_After=rest or "0")

    def answer_version(self, rest: str) -> None:
        """Names a version, and says that nothing is new where it is given back: also where the body has changed."""
        version = unquote(rest)
        if version in (self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")):
            self.reply(304)
        else:
            self.site.failures += 1
            name = "Last_Modified" if "GMT" in version else "ETag"
            self.reply(200, f"body {self.site.failures}".encode(), **{name: version})

    def answer_to(self, rest: str) -> None:
        """Redirects, its header in UTF-8."""
        self.reply(302, Location=unquote_to_bytes(rest).decode("latin-1"))

    def answer_hops(self, rest: str) -> None:
        self.reply(302, Location=f"/hops/{int(rest) - 1}") if int(rest) else self.answer_ok("")

    def answer_loop(self, rest: str) -> None:
        self.reply(302, Location=self.path)

    def answer_large(self, rest: str) -> None:
        self.reply(200, b"x" * int(rest))

    def answer_endless(self, rest: str) -> None:
        self.begin()
        while self.write(b"x" * 10_000):
            pass

    def answer_gzip(self, rest: str) -> None:
        self.reply(200, gzip.compress(b"x" * int(rest)), Content_Encoding="gzip")

    def answer_br(self, rest: str) -> None:
        self.reply(200, pack(b"x" * int(rest), "brotli"), Content_Encoding="br")

    def answer_zstd(self, rest: str) -> None:
        self.reply(200, pack(b"x" * int(rest), "zstd"), Content_Encoding="zstd")

    def answer_cut(self, rest: str) -> None:
        codec = rest or "gzip"
        body = pack(bytes(range(256)) * 200, codec)[:-10]
        self.reply(200, body, Content_Encoding={"brotli": "br"}.get(codec, codec))

    def answer_garbage(self, rest: str) -> None:
        self.reply(200, b"no archive" * 100, Content_Encoding=rest)

    def answer_twice(self, rest: str) -> None:
        self.reply(200, gzip.compress(gzip.compress(b"x" * 1_000)), Content_Encoding="gzip, gzip")

    def answer_zlib(self, rest: str) -> None:
        self.reply(200, zlib.compress(b"x" * 10), Content_Encoding="gzip")

    def answer_short(self, rest: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.write(b"half")

    def answer_long(self, rest: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.write(b"half and more")

    def answer_nonsense(self, rest: str) -> None:
        self.wfile.write(b"\x00\xff no HTTP at all\r\n\r\n")
        self.close_connection = True

    def answer_headers(self, rest: str) -> None:
        """Sends headers without end."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while self.write(b"X-Pad: " + b"x" * 1_000 + b"\r\n"):
            pass

    def answer_reset(self, rest: str) -> None:
        self.close_connection = True

    def answer_slow(self, rest: str) -> None:
        time.sleep(float(rest))
        self.reply(200)

    def answer_drip(self, rest: str) -> None:
        self.begin()
        for _ in range(200):
            if not self.write(b"x"):
                return
            time.sleep(0.05)

    def answer_driphead(self, rest: str) -> None:
        """Drips its headers: no single wait is long."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(200):
            if not self.write(b"X"):
                return
            time.sleep(0.05)

    def log_message(self, *args: object) -> None:
        """Says nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of clients that went away."""


@contextmanager
def serve(host: str = "127.0.0.1") -> Iterator[Site]:
    """Runs a site on loopback."""
    site = Site()
    listener = _Server((host, 0), type("SiteHandler", (Handler,), {"site": site}))
    site.url = f"http://{host}:{listener.server_port}"
    thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
