"""Article text is hostile: whatever it holds is shown as text, and runs nowhere."""

from collections.abc import Callable

import polars as pl
import pytest
from hostile import PAYLOADS
from playwright.sync_api import expect
from visiting import Visitor

from pipeline.release import Release

#: What no page of ours has, so whatever has it came from an article.
FOREIGN = """() => [...document.querySelectorAll('*')].filter(element =>
    [...element.attributes].some(one => one.name.startsWith('on') || /^\\s*(javascript|data|vbscript):/i.test(one.value))
    || ['IFRAME', 'OBJECT', 'EMBED', 'BASE', 'VIDEO', 'MATH'].includes(element.tagName)).map(element => element.outerHTML)"""


def events_of(release: Release) -> list[str]:
    """Returns the events that hostile articles tell of."""
    articles = pl.read_parquet(release.table("articles")).filter(pl.col("source_id") == "hostile")
    claims = pl.read_parquet(release.table("claims")).join(articles.select("article_id"), on="article_id", how="semi")
    links = pl.read_parquet(release.table("event_claims")).join(claims.select("claim_id"), on="claim_id", how="semi")
    return links["event_id"].unique().sort().to_list()


def test_the_release_holds_every_attempt(release: Release) -> None:
    titles = pl.read_parquet(release.table("articles")).filter(pl.col("source_id") == "hostile")["title"].drop_nulls()
    assert len(PAYLOADS) == 50
    assert titles.len() >= 45
    assert sum("<" in title for title in titles) > 30


def test_no_page_of_an_event_runs_what_an_article_says(visit: Callable[..., Visitor], release: Release) -> None:
    visitor = visit()
    events = events_of(release)
    assert len(events) >= 40
    for event_id in events:
        page = visitor.open(f"e/{event_id}")
        assert page.evaluate("window.pwned") is None, event_id
        assert page.evaluate(FOREIGN) == [], event_id
        assert page.locator("main").count() == 1
        assert page.evaluate("location.href").startswith(visitor.base)
        assert "49" not in page.title()


@pytest.mark.parametrize("name", ["", "table.html", "map.html", "changes.html", "quality.html"])
def test_no_other_page_runs_what_an_article_says(visit: Callable[..., Visitor], name: str) -> None:
    page = visit().open(name)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.pwned") is None
    assert page.evaluate(FOREIGN) == []


def test_answers_of_the_database_are_text(visit: Callable[..., Visitor]) -> None:
    page = visit().open("sql.html")
    page.get_by_label("SQL (Ctrl+Enter runs it)").fill(
        'SELECT title AS "<img src=x onerror=window.pwned=1>", url, publisher FROM articles'
    )
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#status")).to_contain_text("rows", timeout=60_000)
    assert page.evaluate("window.pwned") is None
    assert page.evaluate(FOREIGN) == []


@pytest.mark.parametrize(
    "query",
    [
        "event.html?id=%3Cscript%3Ewindow.pwned=1%3C/script%3E",
        "report.html?event=%22%3E%3Cimg%20src=x%20onerror=window.pwned=1%3E",
        "table.html?text=%3Cimg%20src=x%20onerror=window.pwned=1%3E&country=%22%3E",
        "sql.html#q=%3Cimg%20src=x%20onerror=window.pwned=1%3E",
    ],
)
def test_addresses_are_text_too(visit: Callable[..., Visitor], query: str) -> None:
    page = visit().open(query)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.pwned") is None
    assert page.evaluate(FOREIGN) == []


def test_the_policy_stops_what_would_get_through(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open()
    page.evaluate("""() => { const script = document.createElement('script'); script.textContent = 'window.pwned = 1';
        document.body.append(script); const image = document.createElement('img'); image.src = 'https://evil.example/a.png';
        document.body.append(image); document.body.setAttribute('onclick', 'window.pwned = 1'); document.body.click(); }""")
    page.wait_for_timeout(200)
    assert page.evaluate("window.pwned") is None
    assert any("Content Security Policy" in problem for problem in visitor.problems)
    assert not any(problem.startswith("outside") for problem in visitor.problems if "evil" not in problem)
    visitor.problems.clear()
