"""A release with a site, a server of it, and a browser that notes what goes wrong."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile import hostile_articles
from playwright.sync_api import Browser, sync_playwright
from support import NOW
from visiting import Visitor, serving

from pipeline.build import PROJECT, build
from pipeline.release import Release
from pipeline.seeds import SEEDS, read_seed
from pipeline.store import Store

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of the sample articles and of hostile ones; its gold is not at hand, so nothing is measured."""
    root = tmp_path_factory.mktemp("site")
    (root / "seeds").mkdir()
    for path in SEEDS.iterdir():
        (root / "seeds" / path.name).symlink_to(path)
    (root / "hostile").mkdir()
    lines = "".join(json.dumps(article) + "\n" for article in hostile_articles())
    (root / "hostile" / "wire.jsonl").write_text(lines, encoding="utf-8")
    sources = read_seed("sources")
    hostile = sources.head(1).to_dicts()[0] | {"source_id": "hostile", "location": str(root / "hostile")}
    sources = sources.vstack(type(sources)([hostile], schema=sources.schema))
    build(Store(root / "data"), sources, NOW, seeds=root / "seeds", project=PROJECT, workers=1)
    latest = (root / "data" / "releases" / "latest").resolve()
    return Release(latest.name, latest)


@pytest.fixture(scope="session")
def address(release: Release) -> Iterator[str]:
    with serving(release) as base:
        yield base


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no Chromium here; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Any]:
    """Opens visitors; at the end none of them may have met an error, or asked another computer for anything."""
    visitors, contexts = [], []

    def make(width: int = 1280, base: str = address, **options: Any) -> Visitor:
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        context.add_init_script("window.alert = window.confirm = window.prompt = () => { window.pwned = 1; };")
        visitor = Visitor(context.new_page(), base)
        note = visitor.problems.append
        visitor.page.on("console", lambda message: note(message.text) if message.type in ("error", "warning") else None)
        visitor.page.on("pageerror", lambda error: note(f"script failed: {error}"))
        # Leaving a page ends what it was still loading.
        visitor.page.on(
            "requestfailed",
            lambda request: None if request.failure == "net::ERR_ABORTED" else note(f"failed: {request.url}"),
        )
        context.on(
            "request",
            lambda request: (
                None if request.url.startswith((base, "blob:", "data:")) else note(f"outside: {request.url}")
            ),
        )
        visitors.append(visitor)
        contexts.append(context)
        return visitor

    yield make
    for context in contexts:
        context.close()
    assert [problem for visitor in visitors for problem in visitor.problems] == []


@pytest.fixture(scope="session")
def site(release: Release) -> Path:
    return release.path / "site"
