"""Views that show events under the column names and codes of other datasets.

What belongs here: ACLED, UCDP GED and POLECAT as they name things. What does not: the crosswalk of actions (a seed),
the SQL (pipeline/release/crosswalks.py).

Every column of the other dataset is there, in its order, so that code written for it runs; one that nothing here can
fill is null and says so.
"""

from typing import Final

from schemas.entry import Columns, View, own

#: Columns that are null throughout, by what the other dataset puts there.
_EMPTY: Final = "Always null: {} is not known here"


def _texts(**descriptions: str) -> Columns:
    """Returns columns of text that may be null, by name; `_` stands for a blank where the name begins with one."""
    return {name: own(name, "string", words, nullable=True) for name, words in descriptions.items()}


def _empty(kind: str, **what: str) -> Columns:
    """Returns columns that are always null."""
    return {name: own(name, kind, _EMPTY.format(words), nullable=True) for name, words in what.items()}


def _named(**columns: str) -> Columns:
    """Returns columns that show a table's column as it is."""
    return {**columns}


_ACLED: Final[Columns] = {
    **_named(event_id_cnty="events.event_id", event_date="events.event_date_start"),
    "year": own("year", "integer", "Year of event_date"),
    "time_precision": own("time_precision", "integer", "1: the day is known; 2: the week, or some days; 3: the month, or less"),
    **_texts(
        disorder_type="Political violence, Demonstrations, Strategic developments, or two of them",
        event_type="Event type of the action (actions.acled_event_type)",
        sub_event_type="Sub-event type of the action (actions.acled_sub_event_type)",
        actor1="Name of the actor",
    ),
    **_empty("string", assoc_actor_1="who acts alongside"),
    **_texts(inter1="Kind of actor1: State forces, Rebel group, Political militia, Rioters, Protesters, Civilians, "
                    "External/Other forces", actor2="Name of the recipient"),
    **_empty("string", assoc_actor_2="who is hit alongside"),
    **_texts(
        inter2="Kind of actor2, as inter1",
        interaction="inter1 and inter2, `-` between; null where one is not known",
        civilian_targeting="`Civilian targeting` where civilians are the target",
    ),
    **_empty("integer", iso="the numeric code of the country"),
    **_empty("string", region="the region"),
    **_texts(country="Name of the country", admin1="First-level division of the place"),
    **_empty("string", admin2="the second-level division", admin3="the third-level division"),
    **_texts(location="Name of the place, else the words for it"),
    **_named(latitude="events.latitude", longitude="events.longitude"),
    "geo_precision": own("geo_precision", "integer", "1: the place; 2: near it, or the second-level division; 3: a larger area"),
    **_texts(source="Publishers, `; ` between"),
    **_empty("string", source_scale="the scale of the sources"),
    **_texts(notes="What the claims quote, ` | ` between"),
    "fatalities": own("fatalities", "integer", "People killed: the best number, else the lowest; 0 where none are counted", "person"),
    **_texts(tags="`crowd size=` with the number of participants, where it is counted"),
    "timestamp": own("timestamp", "integer", "When the newest of its articles was retrieved, seconds since 1970", "second", nullable=True),
}  # fmt: skip

_GED: Final[Columns] = {
    **_named(id="events.event_id"),
    **_empty("string", relid="the id that links to older versions"),
    "year": own("year", "integer", "Year of date_start"),
    **_empty("boolean", active_year="whether the conflict passed 25 deaths in the year"),
    **_texts(code_status="Clear, where a person has looked at it; else Check"),
    "type_of_violence": own(
        "type_of_violence", "integer",
        "1: a state on one side at least; 2: organised groups without a state; 3: against civilians; null where the sides "
        "are not known", nullable=True,
    ),
    **_empty("integer", conflict_dset_id="an older id of the conflict", conflict_new_id="the id of the conflict"),
    **_texts(conflict_name="Name of the country: conflicts are not told apart"),
    **_empty("integer", dyad_dset_id="an older id of the dyad", dyad_new_id="the id of the dyad"),
    **_texts(dyad_name="side_a and side_b, ` - ` between"),
    **_empty("integer", side_a_dset_id="an older id of side A", side_a_new_id="the id of side A"),
    **_texts(side_a="The state where there is one, else the actor"),
    **_empty("integer", side_b_dset_id="an older id of side B", side_b_new_id="the id of side B"),
    **_texts(side_b="The other side; Civilians where type_of_violence is 3"),
    "number_of_sources": own("number_of_sources", "integer", "Publishers, copies counted once", "publisher"),
    **_texts(
        source_article="Publisher, day and headline of each article, `; ` between",
        source_office="Publishers, `; ` between",
        source_date="Days of publication, `; ` between",
        source_headline="Headlines, `; ` between",
        source_original="Claimants, `; ` between",
    ),
    "where_prec": own(
        "where_prec", "integer",
        "1: the place; 2: near it; 3: the second-level, 4: the first-level division; 6: the country; null: not known",
        nullable=True,
    ),
    **_texts(where_coordinates="Name of the place"),
    **_named(where_description="events.place_text"),
    **_texts(adm_1="First-level division of the place"),
    **_empty("string", adm_2="the second-level division"),
    **_named(latitude="events.latitude", longitude="events.longitude"),
    **_texts(geom_wkt="The point as well-known text"),
    "priogrid_gid": own("priogrid_gid", "integer", "Cell of PRIO-GRID: half a degree, counted from the south-west", nullable=True),
    **_texts(country="Name of the country"),
    **_empty("integer", country_id="the Gleditsch and Ward number of the country"),
    **_empty("string", region="the region"),
    "event_clarity": own("event_clarity", "integer", "1: an incident of its own; 2: not told apart from others"),
    "date_prec": own(
        "date_prec", "integer", "1: the day; 2: 2 to 6 days; 3: a week; 4: up to a month; 5: longer",
    ),
    "date_start": "events.event_date_start",
    "date_end": "events.event_date_end",
    "deaths_a": own("deaths_a", "integer", "Always 0: deaths are not told apart by side here; see claims.affected_id", "person"),
    "deaths_b": own("deaths_b", "integer", "Always 0: as deaths_a", "person"),
    "deaths_civilians": own("deaths_civilians", "integer", "best, where type_of_violence is 3; else 0", "person"),
    "deaths_unknown": own("deaths_unknown", "integer", "best, where type_of_violence is not 3; else 0", "person"),
    "best": own("best", "integer", "People killed, by the estimate rule; the lowest number where there is no estimate", "person"),
    "high": own("high", "integer", "People killed, highest; the best number where there is no highest", "person"),
    "low": own("low", "integer", "People killed, lowest; the best number where there is no lowest", "person"),
    **_empty("integer", gwnoa="the Gleditsch and Ward number of side A", gwnob="the Gleditsch and Ward number of side B"),
}  # fmt: skip


def _party(side: str, who: str) -> Columns:
    """Returns the columns of an actor or a recipient, in POLECAT's names."""
    other = {
        f"{side} Name": f"Name of the {who}",
        f"{side} Country": f"Country of the {who}, by name",
        f"{side} COW": "",
        f"Primary {side} Sector": f"PLOVER sector of the {who}",
        f"{side} Sectors": f"The same: one sector of the {who} is known",
        f"{side} Title": "",
        f"{side} Name Raw": f"The {who} in the words of the articles, `; ` between",
        f"Wikipedia {side} ID": "",
    }
    missing = {
        f"{side} COW": "the Correlates of War code",
        f"{side} Title": "the office of a person",
        f"Wikipedia {side} ID": "the Wikipedia page; actors.wikidata_id is",
    }
    return {
        name: own(name, "string", _EMPTY.format(missing[name]) if name in missing else words, nullable=True)
        for name, words in other.items()
    }


_POLECAT: Final[Columns] = {
    "Event ID": "events.event_id",
    "Event Date": "events.event_date_start",
    "Event Type": "actions.plover_type",
    "Event Mode": "actions.plover_mode",
    "Intensity": own("Intensity", "number", _EMPTY.format("the intensity"), nullable=True),
    "Quad Code": own("Quad Code", "string", "The quad class in capitals: VERBAL COOPERATION, ...", nullable=True),
    "Contexts": own("Contexts", "string", _EMPTY.format("the context"), nullable=True),
    **_party("Actor", "actor"),
    **_party("Recipient", "recipient"),
    "Placename": own("Placename", "string", "Name of the place", nullable=True),
    "City": own("City", "string", "Name of the place, where it is a town", nullable=True),
    "District": own("District", "string", _EMPTY.format("the district"), nullable=True),
    "Province": own("Province", "string", "First-level division of the place", nullable=True),
    "Country": own("Country", "string", "Name of the country", nullable=True),
    "Latitude": "events.latitude",
    "Longitude": "events.longitude",
    "GeoNames ID": own("GeoNames ID", "integer", "GeoNames id of the place, where it has one", nullable=True),
    "Raw Placename": "events.place_text",
    "Feature Type": own("Feature Type", "string", _EMPTY.format("the kind of feature"), nullable=True),
    "Source": own("Source", "string", "Publishers, `; ` between", nullable=True),
    "Publication Date": own("Publication Date", "date", "The first of its articles", nullable=True),
    "Story People": own("Story People", "string", _EMPTY.format("who else the story names"), nullable=True),
    "Story Organizations": own(
        "Story Organizations", "string", _EMPTY.format("what else the story names"), nullable=True
    ),
    "Story Locations": own("Story Locations", "string", _EMPTY.format("where else the story leads"), nullable=True),
    "Language": own("Language", "string", "Languages of its articles, `; ` between", nullable=True),
    "Version": "events.last_changed_release",
}

CROSSWALKS: Final[dict[str, View]] = {
    "v_acled_like": View(
        "One row per event with a day and an ACLED event type, running totals and levels left out, in the columns of an "
        "ACLED export. The codes are ACLED's; the events, actors and numbers are this dataset's.",
        _ACLED,
    ),
    "v_ucdp_like": View(
        "One row per incident of material conflict with a day in which at least one person is killed by some number, in "
        "the columns of UCDP GED. The codes are UCDP's; events are not held to its definition of a conflict.",
        _GED,
    ),
    "v_polecat_like": View(
        "One row per event with a day, in the columns of POLECAT: PLOVER types, modes and sectors.",
        _POLECAT,
    ),
}
