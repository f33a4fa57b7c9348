"""The site as people meet it: in a browser, with and without scripts, by keyboard, on a telephone."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from visiting import Visitor, serving

from pipeline.curation import read_corrections
from pipeline.release import Release
from pipeline.site import build_site, read_published
from pipeline.site.build import PAGES
from pipeline.site.corrections import SAMPLE

Visit = Callable[..., Visitor]
NAMES = [file for _, file in PAGES]
SLOW = 60_000  # milliseconds; a loaded machine is no defect


def settle(page: Page) -> None:
    """Waits until the page has loaded what it reads."""
    page.wait_for_load_state("networkidle")


def table(release: Release, name: str) -> pl.DataFrame:
    return pl.read_parquet(release.table(name))


def contradicted(release: Release) -> str:
    """Returns an event that is contradicted, and that an Arabic article tells of."""
    links = table(release, "event_claims").join(table(release, "claims"), on="claim_id")
    links = links.join(table(release, "articles").select("article_id", "language"), on="article_id")
    known = links.group_by("event_id").agg("relation", "language")
    chosen = known.filter(
        pl.col("relation").list.contains("contradicts") & pl.col("language").list.contains("ar")
    ).sort("event_id")
    return str(chosen["event_id"][0])


@pytest.mark.parametrize("name", NAMES)
def test_pages_are_open_to_everybody(visit: Visit, name: str) -> None:
    visitor = visit()
    page = visitor.open(name)
    settle(page)
    assert page.locator("h1").count() == 1
    found = Axe().run(page).response["violations"]
    serious = [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")]
    assert serious == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_event_pages_are_open_to_everybody(visit: Visit, release: Release, scheme: str) -> None:
    page = visit(color_scheme=scheme).open(f"e/{contradicted(release)}")
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


@pytest.mark.parametrize("name", [*NAMES, "e/"])
def test_pages_fit_a_telephone(visit: Visit, release: Release, name: str) -> None:
    page = visit(width=360).open(name if name != "e/" else f"e/{contradicted(release)}")
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_first_page_is_read_without_scripts(visit: Visit, release: Release) -> None:
    page = visit(java_script_enabled=False).open()
    assert page.locator(".news li").count() == 5
    assert "events from" in page.locator(".news").inner_text()
    row = page.locator(".files tr", has_text="events.parquet").first
    assert " kB" in row.inner_text()
    row.locator("summary").click()
    assert len(row.locator("details > code").inner_text()) == 64
    for heading in ("Known gaps", "Cite", "Read it"):
        assert page.get_by_role("heading", name=heading).is_visible()


def test_pages_say_what_they_can_without_scripts(visit: Visit) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.open("table.html")
    assert page.locator("#events tbody tr").count() == 50
    assert page.locator("#filters").is_hidden()
    page = visitor.open("map.html")
    assert page.locator("svg.chart").first.is_visible()
    assert page.locator("#by-country tbody tr").count() > 10
    page = visitor.open("sql.html")
    assert page.get_by_text("This page needs JavaScript").is_visible()


def test_the_table_filters_and_keeps_the_filter_in_its_address(visit: Visit, release: Release) -> None:
    events = table(release, "events")
    visitor = visit()
    page = visitor.open("table.html?action=air_strike")
    wanted = events.filter(pl.col("action") == "air_strike").height
    expect(page.locator("#status")).to_contain_text(f"{wanted} of {events.height} events")
    page.get_by_label("Country").select_option("SDN")
    here = events.filter((pl.col("action") == "air_strike") & (pl.col("country") == "SDN")).height
    expect(page.locator("#status")).to_contain_text(f"{here} of {events.height} events")
    assert page.url.endswith("?action=air_strike&country=SDN")
    page.reload()
    expect(page.locator("#events tbody tr")).to_have_count(here)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#status")).to_contain_text(f"{events.height} of {events.height} events; rows 1 to 50.")
    assert page.url.endswith("table.html")


@pytest.mark.parametrize(
    ("query", "of"),
    [
        pytest.param("language=ar", "ar", id="language"),
        pytest.param("contradicted=1", "contradicted", id="contradicted"),
        pytest.param("actor=RUS_MIL", "RUS_MIL", id="actor"),
        pytest.param("review=machine", "machine", id="review"),
    ],
)
def test_filters_leave_what_the_tables_say(visit: Visit, release: Release, query: str, of: str) -> None:
    events = table(release, "events")
    links = table(release, "event_claims").join(table(release, "claims"), on="claim_id")
    links = links.join(table(release, "articles").select("article_id", "language"), on="article_id")
    wanted = {
        "ar": links.filter(pl.col("language") == "ar")["event_id"].n_unique(),
        "contradicted": links.filter(pl.col("relation") == "contradicts")["event_id"].n_unique(),
        "RUS_MIL": events.filter(pl.any_horizontal(pl.col("actor_id", "recipient_id") == "RUS_MIL")).height,
        "machine": events.height,
    }[of]
    assert wanted
    page = visit().open(f"table.html?{query}")
    expect(page.locator("#status")).to_contain_text(f"{wanted} of {events.height} events")


def test_the_table_turns_pages_and_sorts(visit: Visit, release: Release) -> None:
    page = visit().open("table.html")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#status")).to_contain_text("rows 51 to 100")
    page.get_by_role("button", name="Killed").click()
    expect(page.locator("#status")).to_contain_text("rows 1 to 50")
    most = table(release, "events")["killed_best"].max()
    assert page.locator("#events tbody tr").first.locator("td").nth(6).inner_text().startswith(f"{int(str(most)):,}")


def test_the_filtered_table_is_downloaded_without_formulas(visit: Visit, release: Release) -> None:
    page = visit().open("table.html?country=SDN")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    wanted = table(release, "events").filter(pl.col("country") == "SDN")
    assert sorted(row["event_id"] for row in rows) == wanted["event_id"].sort().to_list()
    killed = {row["event_id"]: row["killed_best"] for row in rows}
    assert killed == {e: "" if k is None else str(k) for e, k in wanted.select("event_id", "killed_best").iter_rows()}


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+1|x", "'+1|x"),
        ("-2+3", "'-2+3"),
        ("\tx", "'\tx"),
        (-2.5, "-2.5"),
        (None, ""),
        ('a "b", c', '"a ""b"", c"'),
        ("Goma\nNorth", '"Goma\nNorth"'),
    ],
)
def test_no_cell_of_a_download_is_a_formula(visit: Visit, value: Any, cell: str) -> None:
    page = visit().open()
    assert page.evaluate("async (value) => (await import('/assets/explorer.js')).csvCell(value)", value) == cell


def test_the_map_draws_what_the_filter_leaves(visit: Visit) -> None:
    page = visit().open("map.html?country=SDN")
    expect(page.locator("#status")).to_contain_text("with coordinates")
    red = """() => { const canvas = document.getElementById("map");
        const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data; let n = 0;
        for (let i = 0; i < data.length; i += 4) if (data[i] - data[i + 1] > 60) n += 1; return n; }"""
    assert page.evaluate(red) > 0
    few = page.evaluate('document.getElementById("map").toDataURL()')
    page.locator("#f-country").select_option("")
    expect(page.locator("#by-country tbody tr")).not_to_have_count(1)
    drawn = page.evaluate('document.getElementById("map").toDataURL()')
    assert drawn != few
    page.get_by_label("borders").uncheck()
    assert page.evaluate('document.getElementById("map").toDataURL()') != drawn
    assert page.get_by_text("Natural Earth").is_visible()


def test_the_map_and_the_database_say_the_same_of_months(visit: Visit) -> None:
    # The static chart is the database's view, the other one the script's sums.
    still = visit(java_script_enabled=False).open("map.html")
    titles = still.locator("svg.chart").first.locator("title")
    wanted = [title.split(": ")[1] for title in titles.all_text_contents()]
    moving = visit().open("map.html")
    expect(moving.locator("#status")).to_contain_text("with coordinates")
    found = [title.split(": ")[1] for title in moving.locator("svg.chart").first.locator("title").all_text_contents()]
    assert found == wanted
    assert wanted


def test_the_map_is_moved_by_keyboard(visit: Visit) -> None:
    page = visit().open("map.html")
    expect(page.locator("#status")).to_contain_text("with coordinates")
    canvas = page.locator("#map")
    canvas.focus()
    before = page.evaluate('document.getElementById("map").toDataURL()')
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    assert page.evaluate('document.getElementById("map").toDataURL()') != before


def test_questions_are_answered_in_the_page(visit: Visit, release: Release) -> None:
    page = visit().open("sql.html")
    page.get_by_label("SQL (Ctrl+Enter runs it)").fill(
        "SELECT count(*) AS n, sum(killed_best) AS killed, min(event_date_start) AS first, max(confidence) > 0 AS sure FROM events"
    )
    page.keyboard.press("Control+Enter")
    expect(page.locator("#status")).to_contain_text("1 row", timeout=SLOW)
    events = table(release, "events")
    cells = page.locator("#result td").all_inner_texts()
    assert cells == [
        str(events.height),
        str(events["killed_best"].sum()),
        str(events["event_date_start"].min()),
        "true",
    ]
    for button in page.locator(".examples button").all():
        button.click()
        expect(page.locator("#run")).to_be_enabled(timeout=SLOW)
        assert page.locator("#result .error").count() == 0, button.inner_text()
        assert page.locator("#result tbody tr").count() > 0, button.inner_text()
    shared = page.url
    page.goto("about:blank")
    page.goto(shared)
    assert page.get_by_label("SQL (Ctrl+Enter runs it)").input_value() == "DESCRIBE events"


def test_a_wrong_question_is_answered_in_words_and_the_next_one_works(visit: Visit) -> None:
    page = visit().open("sql.html")
    field = page.get_by_label("SQL (Ctrl+Enter runs it)")
    for wrong in (
        "SELECT nothing FROM nowhere",
        "SELECT * FROM read_parquet('https://evil.example/a.parquet')",
        "DELETE FROM events",
    ):
        field.fill(wrong)
        page.get_by_role("button", name="Run").click()
        expect(page.locator("#run")).to_be_enabled(timeout=SLOW)
        assert page.locator("#result .error").is_visible(), wrong
    field.fill("SELECT 41 + 1 AS n")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#result td")).to_have_text("42", timeout=SLOW)


def test_an_event_page_shows_the_sentence_behind_every_claim(visit: Visit, release: Release) -> None:
    event_id = contradicted(release)
    page = visit(java_script_enabled=False).open(f"e/{event_id}")
    claims = (
        table(release, "event_claims")
        .filter(pl.col("event_id") == event_id)
        .join(table(release, "claims"), on="claim_id")
    )
    assert sorted(page.locator(".claim mark").all_text_contents()) == sorted(claims["quote"])
    sentences = page.locator(".claim blockquote").all_text_contents()
    texts = table(release, "articles")["text"].to_list()
    assert all(any(sentence in text for text in texts) for sentence in sentences)
    assert page.get_by_text("contradicts the estimate").first.is_visible()
    assert page.locator(".beside .estimate").count() > 0


def test_text_runs_in_its_own_direction(visit: Visit, release: Release) -> None:
    page = visit().open(f"e/{contradicted(release)}")
    arabic = page.locator("blockquote[lang=ar]").first
    assert arabic.evaluate("element => getComputedStyle(element).direction") == "rtl"
    other = page.locator("blockquote:not([lang=ar])").first
    assert other.evaluate("element => getComputedStyle(element).direction") == "ltr"
    assert page.evaluate("getComputedStyle(document.body).direction") == "ltr"


def test_everything_is_reached_by_keyboard(visit: Visit) -> None:
    page = visit().open("table.html")
    expect(page.locator("#status")).to_contain_text("rows 1 to")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("() => { const at = document.activeElement; return at.id || at.textContent || at.tagName; }")
        )
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", f"{reached[-1]} does not show that it has the focus"
    assert {"f-country", "f-action", "f-contradicted", "download", "next"} <= {*reached}
    page.get_by_label("Action").focus()
    page.keyboard.type("air")
    expect(page.locator("#status")).not_to_contain_text("rows 1 to 50")


def test_events_beyond_the_bound_are_looked_up(visit: Visit, release: Release, tmp_path: Path) -> None:
    few = tmp_path / release.version
    few.mkdir()
    for path in release.path.iterdir():
        if path.name != "site":
            (few / path.name).symlink_to(path)
    build_site(read_published(release.path), few / "site", static=3)
    assert len(list((few / "site" / "e").iterdir())) == 3
    event_id = contradicted(release)
    assert not (few / "site" / "e" / f"{event_id}.html").exists()
    with serving(Release(release.version, few)) as base:
        visitor = visit(base=base)
        page = visitor.open(f"event.html?id={event_id}")
        expect(page.locator("h1")).not_to_have_text("Looking it up", timeout=SLOW)
        claims = (
            table(release, "event_claims")
            .filter(pl.col("event_id") == event_id)
            .join(table(release, "claims"), on="claim_id")
        )
        expect(page.locator(".claim mark")).to_have_count(claims.height, timeout=SLOW)
        assert sorted(page.locator(".claim mark").all_text_contents()) == sorted(claims["quote"])
        # The server has a page for it all the same.
        page = visitor.open(f"e/{event_id}")
        assert page.locator(".claim mark").count() == claims.height
        page = visitor.open("event.html?id=e_00000000000000000000")
        expect(page.locator("h1")).to_have_text("Not found", timeout=SLOW)


def test_a_report_makes_a_correction_file(visit: Visit, release: Release) -> None:
    event_id = contradicted(release)
    [event] = table(release, "events").filter(pl.col("event_id") == event_id).to_dicts()
    page = visit().open(f"e/{event_id}")
    page.get_by_role("link", name="Report an error in this event").click()
    expect(page.get_by_label("Event", exact=True)).to_have_value(event_id)
    page.get_by_label("Column").select_option("killed_best")
    expect(page.get_by_label("What it says now")).to_have_value(str(event["killed_best"]))
    page.get_by_label("What it should say").fill("41")
    page.get_by_label("Why: what you saw").fill('The committee: "41 dead"\n# no comment: a reason')
    page.get_by_label("Your name").fill("a reader: one")
    with page.expect_download() as download:
        page.get_by_role("button", name="Make the correction file").click()
    assert download.value.suggested_filename.endswith(f"_{event_id}.yml")
    made = Path(download.value.path()).read_bytes()
    assert [decision.value for decision in read_corrections({"made.yml": made})] == [41]
    [written] = yaml.safe_load(made)
    assert isinstance(written.pop("date"), date)
    assert written == {
        "kind": "override",
        "event": event_id,
        "field": "killed_best",
        "value": 41,
        "expect": event["killed_best"],
        "reason": 'The committee: "41 dead"\n# no comment: a reason',
        "author": "a reader: one",
    }
    page.get_by_label("What is wrong").select_option("reject")
    with page.expect_download() as download:
        page.get_by_role("button", name="Make the correction file").click()
    made = Path(download.value.path()).read_bytes()
    assert yaml.safe_load(made)[0]["expect"]["n_claims"] == event["n_claims"]
    assert [decision.kind for decision in read_corrections({"made.yml": made})] == ["reject"]
    assert [decision.kind for decision in read_corrections({"sample.yml": SAMPLE.encode()})] == ["override"]
