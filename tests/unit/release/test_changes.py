"""What changed between two releases is counted right and told in plain words."""

import re
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.release import Release
from pipeline.release.changes import compare_table, render_changes

Tables = dict[str, pl.DataFrame]
Rows = dict[str, tuple[int | None, list[str]]]

ROWS = st.dictionaries(st.integers(0, 9).map(str), st.tuples(st.none() | st.integers(0, 2), st.lists(st.just("x"))))


def frame(rows: Rows) -> pl.DataFrame:
    return pl.DataFrame(
        [(key, *values) for key, values in rows.items()],
        schema={"place_id": pl.String, "population": pl.Int64, "names": pl.List(pl.String)},
        orient="row",
    )


@settings(deadline=None)
@given(before=ROWS, after=ROWS)
def test_rows_are_added_removed_changed_or_the_same(before: Rows, after: Rows) -> None:
    change = compare_table("places", frame(before), frame(after))
    assert change.added["place_id"].to_list() == sorted(after.keys() - before.keys())
    assert change.removed["place_id"].to_list() == sorted(before.keys() - after.keys())
    assert change.changed["place_id"].to_list() == sorted(
        key for key in after.keys() & before.keys() if after[key] != before[key]
    )


def test_the_first_release_says_that_it_is_the_first(tables: Tables) -> None:
    text = render_changes("2026.11.0", tables, None, {})
    assert "This is the first release" in text
    assert "| claims | 3 |" in text


def test_counts_and_events_are_told(tables: Tables, changed: Tables) -> None:
    text = render_changes("2026.11.1", changed, "2026.11.0", tables)
    assert "Compared with 2026.11.0." in text
    assert "| events | 2 | 1 | 0 | 1 | 1 |" in text
    assert "| claims | 3 | 3 | 0 | 0 | 0 |" in text
    assert "## Events added: 0\n\n## Events removed: 1\n\n- `e_00000000000000000002` `shelling, 2026-11-03" in text
    assert "## Events changed: 1\n\n- `e_00000000000000000001` `killed_high 20 to 25`\n" in text


def test_no_more_than_twenty_events_are_listed(tables: Tables) -> None:
    events = tables["events"].head(1)
    many = pl.concat([events.with_columns(event_id=pl.lit(f"e_{number:020x}")) for number in range(100, 125)])
    text = render_changes("2026.11.1", tables | {"events": many}, "2026.11.0", tables)
    assert "## Events added: 25\n" in text
    assert text.count("- `e_") == 22
    assert "- and 5 more\n" in text


def test_what_articles_say_does_not_become_markup(tables: Tables) -> None:
    events = tables["events"].with_columns(place_text=pl.lit("`<b>\n# North | [x](y)`"))
    text = render_changes("2026.11.1", tables | {"events": events}, "2026.11.0", tables)
    outside = re.sub(r"`[^`\n]*`", "", text)
    assert "<b>" not in outside
    assert "North" in text


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        pytest.param({"killed_low": 2, "killed_best": None, "killed_high": None}, "killed 2 to any", id="at_least"),
        pytest.param({"killed_low": None, "killed_best": None, "killed_high": 9}, "killed any to 9", id="at_most"),
        pytest.param({"killed_low": 1, "killed_best": 1200, "killed_high": 2000}, "killed 1,200", id="best"),
        pytest.param({"event_date_end": None}, "2026-11-03 to ?", id="open_end"),
        pytest.param({"event_date_start": None, "event_date_end": None}, "undated", id="undated"),
        pytest.param({"actor_id": "AAA"}, "AAA to unknown", id="actor"),
    ],
)
def test_an_added_event_is_told_in_one_line(tables: Tables, numbers: dict[str, Any], words: str) -> None:
    row = tables["events"].row(0, named=True) | {"event_id": "e_" + "f" * 20} | numbers
    events = pl.DataFrame([row], schema=tables["events"].schema)
    assert words in render_changes("2026.11.1", tables | {"events": events}, "2026.11.0", tables)


def test_the_released_page_is_the_comparison(
    publish: Callable[..., Release | None], changed: Tables, tables: Tables, release: Release
) -> None:
    new = publish(changed, "2026.11.1")
    assert new
    written = (new.path / "CHANGES.md").read_text(encoding="utf-8")
    listed = pl.read_parquet(new.table("changes"))
    assert written == render_changes("2026.11.1", changed | {"changes": listed}, "2026.11.0", tables)
    assert "| human_decision |" not in written
    assert "| source_update |" not in written
