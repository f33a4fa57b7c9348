"""A release answers questions and is not changed by them."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipeline.release import (
    QueryError,
    Release,
    ReleaseError,
    explain,
    latest_release,
    query,
    render_explanation,
    verify_release,
)

Tables = dict[str, pl.DataFrame]
Publish = Callable[..., Release | None]

FIRST, SECOND = "e_00000000000000000001", "e_00000000000000000002"


def test_sql_gives_a_frame(release: Release) -> None:
    answer = query(release.path, "SELECT event_id, killed_best FROM events ORDER BY event_id")
    assert answer.rows() == [(FIRST, 14), (SECOND, 3)]


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("DELETE FROM events", id="delete"),
        pytest.param("CREATE TABLE x (i INT)", id="create"),
        pytest.param("COPY events TO '{folder}/out.csv'", id="copy_out"),
        pytest.param("SELECT * FROM read_csv('{folder}/in.csv')", id="read_a_file"),
        pytest.param("SELECT * FROM '{folder}/in.csv'", id="read_a_file_by_name"),
        pytest.param("ATTACH '{folder}/other.duckdb' AS other", id="attach"),
        pytest.param("EXPORT DATABASE '{folder}/out'", id="export"),
        pytest.param("SET enable_external_access = true", id="loosen"),
        pytest.param("INSTALL httpfs", id="install"),
        pytest.param("SELECT * FROM nowhere", id="unknown_table"),
        pytest.param("SELEC 1", id="syntax"),
        pytest.param("", id="empty"),
    ],
)
def test_what_writes_reads_other_files_or_is_wrong_is_refused(release: Release, tmp_path: Path, sql: str) -> None:
    (tmp_path / "in.csv").write_text("a\n1\n")
    with pytest.raises(QueryError):
        query(release.path, sql.format(folder=tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {"in.csv", "releases"}
    assert verify_release(release.path) == []


def test_latest_answers_from_the_new_release_as_soon_as_it_is_published(
    publish: Publish, changed: Tables, release: Release
) -> None:
    pointer, sql = release.path.parent / "latest", "SELECT count(*) FROM events"
    assert query(pointer, sql).item() == 2
    publish(changed, "2026.11.1")
    assert query(pointer, sql).item() == 1
    assert latest_release(release.path.parent) != release


def test_a_folder_without_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="is no whole release"):
        query(tmp_path, "SELECT 1")


def test_the_views_answer_what_they_promise(release: Release) -> None:
    months = query(release.path, "FROM casualties_by_country_month").rows(named=True)
    assert [(row["country"], str(row["month"]), row["n_events"]) for row in months] == [("AAA", "2026-11-01", 2)]
    assert (months[0]["killed_low"], months[0]["killed_best"], months[0]["killed_high"]) == (17, 17, 23)
    assert months[0]["injured_best"] is None
    (contradiction,) = query(release.path, "FROM contradictions").rows(named=True)
    assert (contradiction["claimant_text"], contradiction["claim_low"], contradiction["estimate_best"]) == (
        "Rebels",
        20,
        14,
    )
    claims = query(release.path, "SELECT quote, claimant_text, title FROM events_with_claims ORDER BY claim_id").rows()
    assert claims[0] == ("killing 14 people", "the army", "Shells | hit `Northport`")
    assert len(claims) == 3


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"accounting": pl.lit("cumulative")}, [], id="totals_are_not_added"),
        pytest.param({"event_date_end": pl.date(2026, 12, 1)}, [], id="more_than_a_month"),
        pytest.param({"event_date_start": pl.lit(None, pl.Date)}, [], id="undated"),
        pytest.param(
            {"killed_best": pl.lit(None, pl.Int64), "killed_high": pl.lit(None, pl.Int64)},
            [(17, 17, 17)],
            id="a_bound_stands_for_a_missing_estimate",
        ),
        pytest.param(
            {"killed_low": pl.lit(None, pl.Int64), "killed_best": pl.lit(None, pl.Int64)},
            [(None, None, 23)],
            id="only_a_highest_number",
        ),
    ],
)
def test_monthly_sums_keep_to_what_can_be_added(
    publish: Publish, tables: Tables, change: dict[str, pl.Expr], expected: list[tuple[int | None, ...]]
) -> None:
    release = publish(tables | {"events": tables["events"].with_columns(**change)})
    assert release
    sums = query(release.path, "SELECT killed_low, killed_best, killed_high FROM casualties_by_country_month")
    assert sums.rows() == expected


def test_an_explanation_holds_the_claims_with_their_sentences(release: Release) -> None:
    explanation = explain(release.path, FIRST)
    assert explanation.event["killed_best"] == 14
    used, other = explanation.claims
    assert (used.claim["relation"], other.claim["relation"]) == ("supports", "contradicts")
    assert used.sentence == "Shells hit Northport on 3 November, killing 14 people, the army said."
    assert used.sentence[used.start : used.end] == "killing 14 people"
    assert other.sentence == "Rebels said at least 20 had died."
    assert used.article["publisher"] == "The Desk"


def test_an_explanation_marks_the_span_in_any_script(release: Release) -> None:
    text = render_explanation(explain(release.path, SECOND))
    assert "   «قُتل ثلاثة أشخاص» في الميناء يوم الثلاثاء.\n" in text


def test_an_explanation_reads_as_text(release: Release) -> None:
    text = render_explanation(explain(release.path, FIRST))
    assert "  killed: 14 (14 to 20)\n" in text
    assert "asserted by the army (military)\n" in text
    assert "Shells hit Northport on 3 November, «killing 14 people», the army said.\n" in text
    assert "The Desk | 2026-11-22" in text


def test_an_article_cannot_steer_the_terminal(publish: Publish, tables: Tables) -> None:
    hostile = "Army\x1b[2J \u202egnp.exe\u202c \u2066x\u2069"
    claims = tables["claims"].with_columns(claimant_text=pl.lit(hostile))
    release = publish(tables | {"claims": claims})
    assert release
    text = render_explanation(explain(release.path, FIRST))
    assert "gnp.exe" in text
    assert not {"\x1b", "\u202e", "\u202c", "\u2066", "\u2069"} & set(text)


def test_an_unknown_event_is_refused(release: Release) -> None:
    with pytest.raises(ReleaseError, match=r"2026.11.0 has no event e_none"):
        explain(release.path, "e_none")
