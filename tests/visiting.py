"""Serving a release, and a person who looks at it.

What belongs here: what tests of the site share. What does not: fixtures (conftest.py).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Page

from pipeline.release import Release
from pipeline.site import serve_release


@contextmanager
def serving(release: Release) -> Iterator[str]:
    """Serves a release; gives the address that its site begins at."""
    with serve_release(release) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Visitor:
    """A person with a browser of their own, and what went wrong while they looked around."""

    page: Page
    base: str
    problems: list[str] = field(default_factory=list)

    def open(self, name: str = "") -> Page:
        self.page.goto(self.base + name)
        return self.page
