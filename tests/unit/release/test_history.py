"""Any question can be asked as of any release."""

from collections.abc import Callable

import polars as pl
import pytest

from pipeline.release import QueryError, Release, query, query_all
from schemas import TABLES

Tables = dict[str, pl.DataFrame]


@pytest.fixture
def releases(publish: Callable[..., Release | None], changed: Tables, release: Release) -> Release:
    made = publish(changed, "2026.11.1")
    assert made
    return made


def test_events_are_those_of_the_release_that_is_named(release: Release, releases: Release) -> None:
    for one in (release, releases):
        asked = query_all(release.path.parent, f"FROM as_of('{one.version}') ORDER BY event_id")
        assert asked.equals(query(one.path, "FROM events ORDER BY event_id"))


@pytest.mark.parametrize("table", TABLES)
def test_every_table_can_be_asked_as_of_a_release(release: Release, releases: Release, table: str) -> None:
    asked = query_all(release.path.parent, f"SELECT count(*) AS n FROM {table}_as_of('2026.11.0')")
    assert asked["n"][0] == pl.read_parquet(release.table(table)).height


def test_all_releases_stand_side_by_side(releases: Release) -> None:
    sql = "SELECT release, sum(killed_high) AS killed FROM all_events GROUP BY release ORDER BY release"
    assert query_all(releases.path.parent, sql).rows() == [("2026.11.0", 23), ("2026.11.1", 25)]
    both = 'SELECT count(*) FROM "2026.11.0".events ANTI JOIN "2026.11.1".events USING (event_id)'
    assert query_all(releases.path.parent, both).item() == 1
    assert query_all(releases.path.parent, "SELECT count(*) FROM events").item() == 1
    assert query_all(releases.path.parent, "FROM contradictions").height == 1


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        pytest.param(
            "FROM as_of('2026.12.0')", "there is no release 2026.12.0: there are 2026.11.0, 2026.11.1", id="no"
        ),
        pytest.param("FROM nothing", "nothing", id="table"),
        pytest.param("FROM read_csv('/etc/hosts')", "disabled", id="file"),
        pytest.param('DELETE FROM "2026.11.0".events', "read-only", id="write"),
        pytest.param("SET enable_external_access = true", "lock|disabled|Cannot", id="unlock"),
    ],
)
def test_what_cannot_or_may_not_be_answered_says_so(releases: Release, sql: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        query_all(releases.path.parent, sql)
