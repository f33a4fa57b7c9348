"""A week on the schedule, as the site of its last release tells it."""

from collections.abc import Callable

import polars as pl
import pytest
from playwright.sync_api import expect
from support import Project
from visiting import Visitor, serving
from week import DAYS, live_week

from pipeline.release import latest_release, verify_release


def test_the_site_tells_the_week(project: Project, visit: Callable[..., Visitor]) -> None:
    published = live_week(project)
    release = latest_release(project.store.releases)
    assert release is not None
    assert published == [f"2026.11.{at}" for at in range(len(DAYS))]
    assert verify_release(release.path) == []
    events = pl.read_parquet(release.table("events"))
    [strike] = events.filter(pl.col("country") == "UKR").to_dicts()
    [village] = events.filter(pl.col("country") == "COD").to_dicts()
    stones = pl.read_parquet(release.table("tombstones"))
    [rejected] = stones.filter(pl.col("reason_code") == "rejected")["event_id"]
    with serving(release) as base:
        visitor = visit(base=base)

        page = visitor.open(f"e/{strike['event_id']}")
        history = page.locator(".history").inner_text()
        assert "2026.11.0 The event is added." in history
        rows = {row[:9]: row for row in history.splitlines()}
        assert "killed best: 12 → 15" in rows["2026.11.1"]
        assert "killed high: 15 → 40" in rows["2026.11.2"]
        assert rows["2026.11.2"].endswith("because of new source")
        assert page.locator("tr.contradicts", has_text="40").count() > 0
        assert page.locator("blockquote[lang=ar]").count() > 0
        # Only where consolidation has taken the Indonesian report for another event has a person merged them.
        merged = stones.filter(pl.col("reason_code") == "merged_into")["event_id"].to_list()
        for event_id in merged:
            page = visitor.open(f"e/{event_id}")
            page.get_by_role("link", name=strike["event_id"]).click()
            expect(page.locator(".kicker")).to_contain_text(strike["event_id"])

        page = visitor.open(f"e/{village['event_id']}")
        assert village["killed_best"] == 11
        assert "The morgue has named eleven victims." in page.locator("main").inner_text()
        assert "killed best: 14 → 11" in page.locator(".history").inner_text()

        page = visitor.open(f"e/{rejected}")
        assert page.get_by_role("heading", name="No longer an event").is_visible()
        assert "withdrawn its statement" in page.locator("main").inner_text()

        page = visitor.open("changes.html")
        assert page.get_by_role("link", name=rejected).first.is_visible()


@pytest.mark.parametrize("day", range(len(DAYS)))
def test_reports_arrive_no_earlier_than_they_were_published(day: int) -> None:
    assert all(report["published"] <= f"2026-11-{9 + day:02}" for report in DAYS[day])
