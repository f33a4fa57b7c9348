"""The SQL of the views that show events as other datasets do.

What belongs here: how columns and codes of ACLED, UCDP GED and POLECAT follow from ours. What does not: what their
columns mean (schemas/crosswalks.py), the crosswalk of actions (a seed).

Codes: ACLED Codebook (2024), UCDP GED Codebook 25.1, PLOVER and POLECAT as released on Dataverse (doi:10.7910/DVN/AJGVIT).
"""

from typing import Final

#: What articles and claims of an event say together, once.
_TOLD: Final = """
    told AS (
        SELECT ec.event_id,
            string_agg(DISTINCT a.publisher, '; ' ORDER BY a.publisher) AS publishers,
            string_agg(DISTINCT a.title, '; ' ORDER BY a.title) AS headlines,
            string_agg(DISTINCT strftime(a.published_at, '%Y-%m-%d'), '; ' ORDER BY strftime(a.published_at, '%Y-%m-%d'))
                AS published,
            string_agg(DISTINCT concat_ws(', ', a.publisher, strftime(a.published_at, '%Y-%m-%d'), a.title), '; '
                ORDER BY concat_ws(', ', a.publisher, strftime(a.published_at, '%Y-%m-%d'), a.title)) AS articles,
            string_agg(DISTINCT c.claimant_text, '; ' ORDER BY c.claimant_text) AS claimants,
            string_agg(DISTINCT c.quote, ' | ' ORDER BY c.quote) AS quotes,
            string_agg(DISTINCT c.actor_text, '; ' ORDER BY c.actor_text) AS actor_words,
            string_agg(DISTINCT c.recipient_text, '; ' ORDER BY c.recipient_text) AS recipient_words,
            string_agg(DISTINCT a.language, '; ' ORDER BY a.language) AS languages,
            CAST(min(a.published_at) AS DATE) AS first_published,
            CAST(epoch(max(a.retrieved_at)) AS BIGINT) AS retrieved
        FROM event_claims AS ec
        JOIN claims AS c ON c.claim_id = ec.claim_id
        JOIN articles AS a ON a.article_id = c.article_id
        GROUP BY ec.event_id
    )
"""

_JOINS: Final = """
    FROM events AS e
    JOIN actions AS x ON x.action = e.action
    JOIN told AS t ON t.event_id = e.event_id
    LEFT JOIN actors AS a1 ON a1.actor_id = e.actor_id
    LEFT JOIN actors AS a2 ON a2.actor_id = e.recipient_id
    LEFT JOIN places AS p ON p.place_id = e.place_id
    LEFT JOIN actors AS state ON state.actor_id = e.country
    LEFT JOIN actors AS state1 ON state1.actor_id = a1.country
    LEFT JOIN actors AS state2 ON state2.actor_id = a2.country
"""

_STATE: Final = "('state', 'government', 'military', 'police', 'intelligence')"
_GROUP: Final = "('rebel', 'terrorist', 'militia', 'criminal')"
_CIVILIAN: Final = "('people', 'ngo', 'media', 'company')"


def _inter(actor: str) -> str:
    """Returns ACLED's kind of an actor."""
    return f"""CASE
        WHEN {actor}.kind IN {_STATE} THEN 'State forces'
        WHEN {actor}.kind IN ('rebel', 'terrorist') THEN 'Rebel group'
        WHEN {actor}.kind IN ('militia', 'criminal') THEN 'Political militia'
        WHEN {actor}.kind = 'igo' THEN 'External/Other forces'
        WHEN {actor}.kind IN {_CIVILIAN} AND x.acled_event_type = 'Riots' THEN 'Rioters'
        WHEN {actor}.kind IN {_CIVILIAN} AND x.acled_event_type = 'Protests' THEN 'Protesters'
        WHEN {actor}.kind IN {_CIVILIAN} THEN 'Civilians'
    END"""


_ACLED: Final = f"""
    WITH {_TOLD},
    coded AS (
        SELECT e.*, x.acled_event_type, x.acled_sub_event_type, a1.name AS actor1, a2.name AS actor2,
            {_inter("a1")} AS inter1, {_inter("a2")} AS inter2, a2.kind AS kind2, state.name AS country_name, p.admin1,
            p.name AS place_name, t.publishers, t.quotes, t.retrieved
        {_JOINS}
        WHERE e.event_date_start IS NOT NULL AND x.acled_event_type IS NOT NULL
            AND e.accounting IN ('increment', 'unknown')
    )
    SELECT event_id AS event_id_cnty, event_date_start AS event_date, CAST(year(event_date_start) AS BIGINT) AS year,
        CAST(CASE date_precision WHEN 'day' THEN 1 WHEN 'week' THEN 2 WHEN 'range' THEN 2 ELSE 3 END AS BIGINT)
            AS time_precision,
        CASE
            WHEN acled_event_type = 'Strategic developments' THEN 'Strategic developments'
            WHEN acled_sub_event_type = 'Excessive force against protesters' THEN 'Political violence; Demonstrations'
            WHEN acled_event_type = 'Protests' OR acled_sub_event_type = 'Violent demonstration' THEN 'Demonstrations'
            ELSE 'Political violence'
        END AS disorder_type,
        acled_event_type AS event_type, acled_sub_event_type AS sub_event_type, actor1,
        CAST(NULL AS VARCHAR) AS assoc_actor_1, inter1, actor2, CAST(NULL AS VARCHAR) AS assoc_actor_2, inter2,
        inter1 || '-' || inter2 AS interaction,
        CASE WHEN acled_event_type = 'Violence against civilians' OR (inter2 = 'Civilians' AND acled_event_type IN
            ('Battles', 'Explosions/Remote violence', 'Riots')) THEN 'Civilian targeting' END AS civilian_targeting,
        CAST(NULL AS BIGINT) AS iso, CAST(NULL AS VARCHAR) AS region, country_name AS country, admin1,
        CAST(NULL AS VARCHAR) AS admin2, CAST(NULL AS VARCHAR) AS admin3, coalesce(place_name, place_text) AS location,
        latitude, longitude,
        CAST(CASE place_precision WHEN 'exact' THEN 1 WHEN 'near' THEN 2 WHEN 'admin2' THEN 2 ELSE 3 END AS BIGINT)
            AS geo_precision,
        publishers AS source, CAST(NULL AS VARCHAR) AS source_scale, quotes AS notes,
        coalesce(killed_best, killed_low, 0) AS fatalities,
        CASE WHEN quantity_metric = 'participants'
            THEN 'crowd size=' || coalesce(quantity_best, quantity_low, quantity_high) END AS tags,
        retrieved AS timestamp
    FROM coded
"""

_GED: Final = f"""
    WITH {_TOLD},
    sided AS (
        SELECT e.*, a1.name AS name1, a2.name AS name2, a1.kind AS kind1, a2.kind AS kind2, state.name AS country_name,
            p.admin1, p.name AS place_name, t.publishers, t.articles, t.published, t.headlines, t.claimants,
            CASE
                WHEN a2.kind IN {_CIVILIAN} OR x.acled_event_type = 'Violence against civilians' THEN 3
                WHEN a1.kind IN {_STATE} AND a2.kind IN {_GROUP} OR a1.kind IN {_GROUP} AND a2.kind IN {_STATE}
                    OR a1.kind IN {_STATE} AND a2.kind IN {_STATE} THEN 1
                WHEN a1.kind IN {_GROUP} AND a2.kind IN {_GROUP} THEN 2
            END AS violence,
            date_diff('day', e.event_date_start, e.event_date_end) AS span,
            coalesce(e.killed_best, e.killed_low, e.killed_high) AS killed
        {_JOINS}
        WHERE e.event_date_start IS NOT NULL AND e.accounting IN ('increment', 'unknown')
            AND x.quad_class = 'material_conflict'
            AND greatest(coalesce(e.killed_low, 0), coalesce(e.killed_best, 0), coalesce(e.killed_high, 0)) > 0
    ),
    named AS (
        -- Side A is the state where there is one.
        SELECT *, kind2 IN {_STATE} AND coalesce(kind1 NOT IN {_STATE}, true) AS swapped FROM sided
    )
    SELECT event_id AS id, CAST(NULL AS VARCHAR) AS relid, CAST(year(event_date_start) AS BIGINT) AS year,
        CAST(NULL AS BOOLEAN) AS active_year,
        CASE review_state WHEN 'machine' THEN 'Check' ELSE 'Clear' END AS code_status,
        CAST(violence AS BIGINT) AS type_of_violence, CAST(NULL AS BIGINT) AS conflict_dset_id,
        CAST(NULL AS BIGINT) AS conflict_new_id, country_name AS conflict_name, CAST(NULL AS BIGINT) AS dyad_dset_id,
        CAST(NULL AS BIGINT) AS dyad_new_id,
        CASE WHEN swapped THEN name2 ELSE name1 END || ' - '
            || CASE WHEN violence = 3 THEN 'Civilians' WHEN swapped THEN name1 ELSE name2 END AS dyad_name,
        CAST(NULL AS BIGINT) AS side_a_dset_id, CAST(NULL AS BIGINT) AS side_a_new_id,
        CASE WHEN swapped THEN name2 ELSE name1 END AS side_a, CAST(NULL AS BIGINT) AS side_b_dset_id,
        CAST(NULL AS BIGINT) AS side_b_new_id,
        CASE WHEN violence = 3 THEN 'Civilians' WHEN swapped THEN name1 ELSE name2 END AS side_b,
        n_publishers AS number_of_sources, articles AS source_article, publishers AS source_office,
        published AS source_date, headlines AS source_headline, claimants AS source_original,
        CAST(CASE place_precision WHEN 'exact' THEN 1 WHEN 'near' THEN 2 WHEN 'admin2' THEN 3 WHEN 'admin1' THEN 4
            WHEN 'country' THEN 6 END AS BIGINT) AS where_prec,
        place_name AS where_coordinates, place_text AS where_description, admin1 AS adm_1,
        CAST(NULL AS VARCHAR) AS adm_2, latitude, longitude,
        'POINT (' || longitude || ' ' || latitude || ')' AS geom_wkt,
        -- Rows of 720 half-degree cells, counted from 1 at the south pole and the date line.
        CAST(least(floor((latitude + 90) * 2), 359) * 720 + least(floor((longitude + 180) * 2), 719) + 1 AS BIGINT)
            AS priogrid_gid,
        country_name AS country, CAST(NULL AS BIGINT) AS country_id, CAST(NULL AS VARCHAR) AS region,
        CAST(CASE accounting WHEN 'increment' THEN 1 ELSE 2 END AS BIGINT) AS event_clarity,
        CAST(CASE WHEN span = 0 THEN 1 WHEN span < 6 THEN 2 WHEN span = 6 THEN 3 WHEN span < 31 THEN 4 ELSE 5 END
            AS BIGINT) AS date_prec,
        event_date_start AS date_start, event_date_end AS date_end, CAST(0 AS BIGINT) AS deaths_a,
        CAST(0 AS BIGINT) AS deaths_b,
        CASE WHEN violence = 3 THEN killed ELSE 0 END AS deaths_civilians,
        CASE WHEN violence = 3 THEN 0 ELSE killed END AS deaths_unknown,
        killed AS best, coalesce(killed_high, killed) AS high, coalesce(killed_low, killed) AS low,
        CAST(NULL AS BIGINT) AS gwnoa, CAST(NULL AS BIGINT) AS gwnob
    FROM named
"""


def _party(side: str, actor: str, state: str, words: str) -> str:
    """Returns the columns of an actor or a recipient in POLECAT's names."""
    return f"""{actor}.name AS "{side} Name", {state}.name AS "{side} Country", CAST(NULL AS VARCHAR) AS "{side} COW",
        {actor}.sector AS "Primary {side} Sector", {actor}.sector AS "{side} Sectors",
        CAST(NULL AS VARCHAR) AS "{side} Title", t.{words} AS "{side} Name Raw",
        CAST(NULL AS VARCHAR) AS "Wikipedia {side} ID\""""


_POLECAT: Final = f"""
    WITH {_TOLD}
    SELECT e.event_id AS "Event ID", e.event_date_start AS "Event Date", x.plover_type AS "Event Type",
        x.plover_mode AS "Event Mode", CAST(NULL AS DOUBLE) AS "Intensity",
        CASE WHEN x.quad_class <> 'none' THEN upper(replace(x.quad_class, '_', ' ')) END AS "Quad Code",
        CAST(NULL AS VARCHAR) AS "Contexts",
        {_party("Actor", "a1", "state1", "actor_words")},
        {_party("Recipient", "a2", "state2", "recipient_words")},
        p.name AS "Placename", CASE WHEN e.place_precision IN ('exact', 'near') THEN p.name END AS "City",
        CAST(NULL AS VARCHAR) AS "District", p.admin1 AS "Province", state.name AS "Country", e.latitude AS "Latitude",
        e.longitude AS "Longitude", TRY_CAST(e.place_id AS BIGINT) AS "GeoNames ID", e.place_text AS "Raw Placename",
        CAST(NULL AS VARCHAR) AS "Feature Type", t.publishers AS "Source", t.first_published AS "Publication Date",
        CAST(NULL AS VARCHAR) AS "Story People", CAST(NULL AS VARCHAR) AS "Story Organizations",
        CAST(NULL AS VARCHAR) AS "Story Locations", t.languages AS "Language", e.last_changed_release AS "Version"
    {_JOINS}
    WHERE e.event_date_start IS NOT NULL
"""

CROSSWALK_SQL: Final = {"v_acled_like": _ACLED, "v_ucdp_like": _GED, "v_polecat_like": _POLECAT}
