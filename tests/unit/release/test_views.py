"""The views show events in the columns and codes of other datasets, and totals as series."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import polars as pl
import pytest

from pipeline.release import Release, query
from schemas import TABLES

Tables = dict[str, pl.DataFrame]
Publish = Callable[..., Release | None]

EVENT = "e_" + "0" * 19 + "1"

ACLED = [
    "event_id_cnty",
    "event_date",
    "year",
    "time_precision",
    "disorder_type",
    "event_type",
    "sub_event_type",
    "actor1",
    "assoc_actor_1",
    "inter1",
    "actor2",
    "assoc_actor_2",
    "inter2",
    "interaction",
    "civilian_targeting",
    "iso",
    "region",
    "country",
    "admin1",
    "admin2",
    "admin3",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "source_scale",
    "notes",
    "fatalities",
    "tags",
    "timestamp",
]
GED = [
    "id",
    "relid",
    "year",
    "active_year",
    "code_status",
    "type_of_violence",
    "conflict_dset_id",
    "conflict_new_id",
    "conflict_name",
    "dyad_dset_id",
    "dyad_new_id",
    "dyad_name",
    "side_a_dset_id",
    "side_a_new_id",
    "side_a",
    "side_b_dset_id",
    "side_b_new_id",
    "side_b",
    "number_of_sources",
    "source_article",
    "source_office",
    "source_date",
    "source_headline",
    "source_original",
    "where_prec",
    "where_coordinates",
    "where_description",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "geom_wkt",
    "priogrid_gid",
    "country",
    "country_id",
    "region",
    "event_clarity",
    "date_prec",
    "date_start",
    "date_end",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "best",
    "high",
    "low",
    "gwnoa",
    "gwnob",
]
POLECAT = [
    "Event ID",
    "Event Date",
    "Event Type",
    "Event Mode",
    "Intensity",
    "Quad Code",
    "Contexts",
    "Actor Name",
    "Actor Country",
    "Actor COW",
    "Primary Actor Sector",
    "Actor Sectors",
    "Actor Title",
    "Actor Name Raw",
    "Wikipedia Actor ID",
    "Recipient Name",
    "Recipient Country",
    "Recipient COW",
    "Primary Recipient Sector",
    "Recipient Sectors",
    "Recipient Title",
    "Recipient Name Raw",
    "Wikipedia Recipient ID",
    "Placename",
    "City",
    "District",
    "Province",
    "Country",
    "Latitude",
    "Longitude",
    "GeoNames ID",
    "Raw Placename",
    "Feature Type",
    "Source",
    "Publication Date",
    "Story People",
    "Story Organizations",
    "Story Locations",
    "Language",
    "Version",
]


@pytest.mark.parametrize(
    ("view", "columns"),
    [
        pytest.param("v_acled_like", ACLED, id="acled"),
        pytest.param("v_ucdp_like", GED, id="ucdp"),
        pytest.param("v_polecat_like", POLECAT, id="polecat"),
    ],
)
def test_a_view_has_the_columns_of_the_other_dataset(release: Release, view: str, columns: list[str]) -> None:
    assert query(release.path, f"FROM {view} LIMIT 0").columns == columns


def actor(actor_id: str, kind: str, sector: str | None, country: str | None = None) -> dict[str, Any]:
    types = TABLES["actors"].to_schema().columns
    return {**dict.fromkeys(types), "actor_id": actor_id, "name": actor_id.title(), "kind": kind, "sector": sector,
            "country": country, "source": "test"}  # fmt: skip


@pytest.fixture
def show(publish: Publish, tables: Tables) -> Callable[..., dict[str, Any]]:
    """Publishes the tables with the first event changed, and returns its row of a view."""

    def run(view: str, key: str, **columns: Any) -> dict[str, Any]:
        rows = [actor("ARMY", "military", "MIL"), actor("FRONT", "rebel", "REB"), actor("VILLAGERS", "people", "CVL")]
        actors = pl.concat([tables["actors"], pl.DataFrame(rows, schema=tables["actors"].schema)])
        action = {
            **tables["actions"].row(0, named=True),
            "acled_event_type": "Battles",
            "acled_sub_event_type": "Armed clash",
        }
        actions = pl.DataFrame([action], schema=tables["actions"].schema)
        one = pl.col("event_id") == EVENT
        events = tables["events"].with_columns(
            pl.when(one).then(pl.lit(value, tables["events"].schema[name])).otherwise(name).alias(name)
            for name, value in columns.items()
        )
        made = publish(tables | {"actors": actors, "actions": actions, "events": events})
        assert made
        return query(made.path, f"FROM {view} WHERE \"{key}\" = '{EVENT}'").row(0, named=True)

    return run


def test_acled_codes(show: Callable[..., dict[str, Any]]) -> None:
    row = show("v_acled_like", "event_id_cnty", actor_id="ARMY", recipient_id="VILLAGERS", date_precision="week")
    assert (row["event_date"], row["year"], row["time_precision"]) == (date(2026, 11, 3), 2026, 2)
    assert (row["event_type"], row["sub_event_type"], row["disorder_type"]) == (
        "Battles", "Armed clash", "Political violence",
    )  # fmt: skip
    assert (row["actor1"], row["inter1"], row["actor2"], row["inter2"]) == (
        "Army", "State forces", "Villagers", "Civilians",
    )  # fmt: skip
    assert (row["interaction"], row["civilian_targeting"]) == ("State forces-Civilians", "Civilian targeting")
    assert row["fatalities"] == 14
    assert "14 people" in row["notes"]


@pytest.mark.parametrize(
    ("event_type", "sub_event_type", "disorder"),
    [
        ("Battles", "Armed clash", "Political violence"),
        ("Riots", "Mob violence", "Political violence"),
        ("Riots", "Violent demonstration", "Demonstrations"),
        ("Protests", "Peaceful protest", "Demonstrations"),
        ("Protests", "Excessive force against protesters", "Political violence; Demonstrations"),
        ("Strategic developments", "Arrests", "Strategic developments"),
    ],
)
def test_acled_disorder_types(
    publish: Publish, tables: Tables, event_type: str, sub_event_type: str, disorder: str
) -> None:
    actions = tables["actions"].with_columns(
        acled_event_type=pl.lit(event_type), acled_sub_event_type=pl.lit(sub_event_type)
    )
    made = publish(tables | {"actions": actions})
    assert made
    assert set(query(made.path, "SELECT disorder_type FROM v_acled_like")["disorder_type"]) == {disorder}


@pytest.mark.parametrize(
    ("sides", "violence", "side_a", "side_b"),
    [
        pytest.param(("ARMY", "FRONT"), 1, "Army", "Front", id="state_based"),
        pytest.param(("FRONT", "ARMY"), 1, "Army", "Front", id="the_state_is_side_a"),
        pytest.param(("FRONT", "FRONT"), 2, "Front", "Front", id="non_state"),
        pytest.param(("FRONT", "VILLAGERS"), 3, "Front", "Civilians", id="one_sided"),
        pytest.param((None, None), None, None, None, id="unknown"),
    ],
)
def test_ucdp_codes(
    show: Callable[..., dict[str, Any]], sides: tuple[str | None, str | None], violence: int | None,
    side_a: str | None, side_b: str | None,
) -> None:  # fmt: skip
    row = show("v_ucdp_like", "id", actor_id=sides[0], recipient_id=sides[1], latitude=-33.9, longitude=18.4)
    assert (row["type_of_violence"], row["side_a"], row["side_b"]) == (violence, side_a, side_b)
    assert (row["best"], row["deaths_civilians"] + row["deaths_unknown"]) == (14, 14)
    assert row["low"] <= row["best"] <= row["high"]
    assert (row["date_prec"], row["code_status"]) == (1, "Check")
    # Row 113 of 720 cells from the south pole, cell 397 from the date line.
    assert row["priogrid_gid"] == 112 * 720 + 397
    assert row["geom_wkt"] == "POINT (18.4 -33.9)"


def test_polecat_codes(show: Callable[..., dict[str, Any]], tables: Tables) -> None:
    row = show("v_polecat_like", "Event ID", actor_id="ARMY", recipient_id="FRONT", place_id="1")
    action = tables["actions"].row(0, named=True)
    assert (row["Event Type"], row["Event Mode"]) == (action["plover_type"], action["plover_mode"])
    assert row["Quad Code"] == action["quad_class"].upper().replace("_", " ")
    assert (row["Actor Name"], row["Primary Actor Sector"], row["Recipient Name"]) == ("Army", "MIL", "Front")
    assert row["GeoNames ID"] == 1
    assert row["Version"] == "2026.11.0"


def test_totals_are_series_with_their_restarts(publish: Publish, tables: Tables) -> None:
    numbers = [100, 150, None, 120, 130]
    template = tables["claims"].filter(pl.col("claim_id") == "c_" + "0" * 19 + "1").row(0, named=True)
    claims = [
        {**template, "claim_id": f"c_{at:020x}", "accounting": "cumulative", "quantity_low": number,
         "quantity_best": number, "quantity_high": number, "event_date_start": date(2026, 11, 1),
         "event_date_end": date(2026, 11, at - 90)}
        for at, number in enumerate(numbers, start=100)
    ]  # fmt: skip
    links = [
        {"event_id": EVENT, "claim_id": claim["claim_id"], "relation": "supports", "used_in_estimate": False}
        for claim in claims
    ]
    made = publish(
        tables
        | {
            "claims": pl.concat([tables["claims"], pl.DataFrame(claims, schema=tables["claims"].schema)]),
            "event_claims": pl.concat(
                [tables["event_claims"], pl.DataFrame(links, schema=tables["event_claims"].schema)]
            ),
        }
    )
    assert made
    rows = query(
        made.path, "SELECT counted_to, quantity_best, previous_best, is_restart FROM cumulative_series ORDER BY ALL"
    )
    assert rows.rows() == [
        (date(2026, 11, 10), 100, None, False),
        (date(2026, 11, 11), 150, 100, False),
        (date(2026, 11, 12), None, 150, False),
        (date(2026, 11, 13), 120, 150, True),
        (date(2026, 11, 14), 130, 120, False),
    ]


def test_dates_are_dates_and_times_are_utc(release: Release) -> None:
    row = query(release.path, "SELECT \"Publication Date\" AS day, max(a.retrieved_at) AS moment FROM v_polecat_like, articles AS a GROUP BY 1").row(0)  # fmt: skip
    assert isinstance(row[1], datetime)
    assert row[0] is None or isinstance(row[0], date)
