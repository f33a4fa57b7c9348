"""A release's site over HTTP, for a person at this computer.

What belongs here: which file answers which address, and the headers that go with it. What does not: what pages say.
Only files of the site and of the release are given out, to read, and every event has a page, with a file or without.
"""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from pipeline.release import Release, ReleaseError, explain
from pipeline.release.versions import MANIFEST
from pipeline.site.build import POLICY, Site, build_site
from pipeline.site.edition import read_published

#: Where a release keeps its site.
SITE: Final = "site"

TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".gz": "application/gzip",
    ".md": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".cff": "text/plain; charset=utf-8",
    "": "text/plain; charset=utf-8",
}

HEADERS: Final = {
    "Content-Security-Policy": POLICY + "; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}

_EVENT: Final = re.compile(r"e/(e_[0-9a-f]{20})(?:\.html)?")


class Answers:
    """What a server answers for a release.

    Args:
        release: The release.
        site: Its site's folder.
    """

    def __init__(self, release: Release, site: Path) -> None:
        self._release = release
        self._site = site

    def file(self, path: str) -> Path | None:
        """Returns the file that an address names: of the site, or else of the release itself; None for no file."""
        name = path or "index.html"
        if "\0" in name or "\\" in name or any(part in ("", ".", "..") for part in name.split("/")):
            return None
        for root in (self._site, self._release.path):
            file = root / name
            if file.is_file() and file.resolve().is_relative_to(root.resolve()):
                return file
        return None

    def page(self, path: str) -> str | None:
        """Returns the page of an event, or of an id that is gone, that has no file; None where there is neither."""
        match = _EVENT.fullmatch(path)
        if match is None:
            return None
        stone = self._pages.find_tombstone(match[1])
        if stone is not None:
            return self._pages.render_tombstone(stone)
        try:
            return self._pages.render_event(explain(self._release.path, match[1]))
        except ReleaseError:
            return None

    @cached_property
    def _pages(self) -> Site:
        return Site(read_published(self._release.path))


def make_server(answers: Answers, host: str, port: int) -> ThreadingHTTPServer:
    """Returns a server that is bound to its address; port 0 is any free one."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "conflict-events"
        sys_version = ""

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def _answer(self, *, with_body: bool) -> None:
            path = unquote(urlsplit(self.path).path).removeprefix("/")
            file = answers.file(path) or (answers.file(f"{path}.html") if _EVENT.fullmatch(path) else None)
            if file is not None:
                with file.open("rb") as body:
                    self._head(HTTPStatus.OK, TYPES.get(file.suffix, "application/octet-stream"), file.stat().st_size)
                    if with_body:
                        shutil.copyfileobj(body, self.wfile)
                return
            page = answers.page(path)
            status = HTTPStatus.NOT_FOUND if page is None else HTTPStatus.OK
            text = (page or "There is no such page. The release begins at /\n").encode()
            self._head(status, TYPES[".html" if page else ".txt"], len(text))
            if with_body:
                self.wfile.write(text)

        def _head(self, status: HTTPStatus, media_type: str, length: int) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(length))
            for name, value in HEADERS.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Says nothing: a person looks at pages, not at a log."""

    ThreadingHTTPServer.daemon_threads = True
    return ThreadingHTTPServer((host, port), Handler)


@contextmanager
def serve_release(release: Release, host: str = "127.0.0.1", port: int = 0) -> Iterator[ThreadingHTTPServer]:
    """Opens a server of a release's site; `serve_forever` runs it.

    A release of before there were sites gets one for the time being.

    Raises:
        ReleaseError: If it is no whole release.
        OSError: If the port is taken.
    """
    if not (release.path / MANIFEST).is_file():
        raise ReleaseError(f"{release.path / MANIFEST} is missing: this is no whole release")
    with tempfile.TemporaryDirectory(prefix="conflict-events-") as scratch:
        site = release.path / SITE
        if not site.is_dir():
            site = Path(scratch) / SITE
            build_site(read_published(release.path), site)
        with make_server(Answers(release, site), host, port) as server:
            yield server
