"""The data dictionary: one row per column of every released table and view, read from the models.

What belongs here: the models in words, and the views' columns, which are the tables' columns put together. What does
not: a rule or description of a table's column (its model), or SQL (pipeline/release).
"""

from typing import Final, NamedTuple

import polars as pl

from schemas import FOREIGN_KEYS, KEYS, SCHEMA_VERSION, TABLES

_TYPE_NAMES: Final = {
    pl.String: "string",
    pl.Int64: "integer",
    pl.Float64: "number",
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.Datetime: "datetime (UTC)",
    pl.List: "list of string",
}


class Entry(NamedTuple):
    """One column of the data dictionary.

    Attributes:
        table: Table or view.
        column: Its column.
        type: string, integer, number, boolean, date, datetime (UTC) or list of string.
        unit: What a number counts or measures; None where it has no unit.
        nullable: Whether the value may be missing.
        codes: The values that are allowed, where they are a closed list.
        description: What the value means.
        references: `table.column` that the value names a row of, or None.
    """

    table: str
    column: str
    type: str
    unit: str | None
    nullable: bool
    codes: tuple[str, ...]
    description: str
    references: str | None

    @property
    def comment(self) -> str:
        """The column in one line: description, unit, codes, reference."""
        parts = [self.description]
        if self.unit:
            parts.append(f"unit: {self.unit}")
        if self.codes:
            parts.append(f"one of: {', '.join(self.codes)}")
        if self.references:
            parts.append(f"references {self.references}")
        return "; ".join(parts)


#: A view's columns: each with the `table.column` that it shows, or with an entry of its own.
Columns = dict[str, str | Entry]


class View(NamedTuple):
    """A view in words.

    Attributes:
        description: What a row is.
        columns: Its columns in order.
    """

    description: str
    columns: Columns


def table_entries(table: str) -> list[Entry]:
    """Returns the columns of a table, in the contract's order."""
    entries = []
    for name, column in TABLES[table].to_schema().columns.items():
        codes = next((check.statistics["allowed_values"] for check in column.checks if check.name == "isin"), ())
        reference = FOREIGN_KEYS.get((table, name))
        entries.append(
            Entry(
                table=table,
                column=name,
                type=_TYPE_NAMES[column.dtype.type.base_type()],
                unit=(column.metadata or {}).get("unit"),
                nullable=column.nullable,
                codes=tuple(codes),
                description=column.description,
                references=".".join(reference) if reference else None,
            )
        )
    return entries


def _own(column: str, kind: str, description: str, unit: str | None = None, *, nullable: bool = False) -> Entry:
    """Returns a column that a view computes; its view is filled in by `view_entries`."""
    return Entry("", column, kind, unit, nullable, (), description, None)


def _shown(**sources: str) -> Columns:
    """Returns columns that a view takes as they are."""
    return {**sources}


def _sums(metric: str, words: str) -> Columns:
    ends = {
        "low": "lowest",
        "best": "by the estimate rule; an event's lowest number where it has no estimate",
        "high": "highest; an event's other numbers where it has no highest",
    }
    return {
        f"{metric}_{end}": _own(
            f"{metric}_{end}",
            "integer",
            f"People {words}, summed over events: {meaning}. Null where no event counts them",
            "person",
            nullable=True,
        )
        for end, meaning in ends.items()
    }


#: The views of the database. The SQL of each selects just these columns in this order.
VIEWS: Final[dict[str, View]] = {
    "events_with_claims": View(
        "One row per claim of every event: the event, then what the claim says in the article's own words, and who "
        "says so.",
        _shown(**{name: f"events.{name}" for name in TABLES["events"].to_schema().columns})
        | {
            "claim_id": "event_claims.claim_id",
            "relation": "event_claims.relation",
            "used_in_estimate": "event_claims.used_in_estimate",
            "quote": "claims.quote",
            "action_text": "claims.action_text",
            "actor_text": "claims.actor_text",
            "recipient_text": "claims.recipient_text",
            "date_text": "claims.date_text",
            "claim_place_text": "claims.place_text",
            "claim_metric": "claims.metric",
            "claim_quantity_low": "claims.quantity_low",
            "claim_quantity_best": "claims.quantity_best",
            "claim_quantity_high": "claims.quantity_high",
            "claim_quantity_unit": "claims.quantity_unit",
            "quantity_text": "claims.quantity_text",
            "affected_text": "claims.affected_text",
            "claimant_id": "claims.claimant_id",
            "claimant_text": "claims.claimant_text",
            "claimant_type": "claims.claimant_type",
            "claim_mode": "claims.claim_mode",
            "article_id": "claims.article_id",
            "title": "articles.title",
            "url": "articles.url",
            "publisher": "articles.publisher",
            "published_at": "articles.published_at",
        },
    ),
    "casualties_by_country_month": View(
        "One row per country and month: people killed and injured in the incidents that began and ended in that "
        "month. Running totals, levels and events without a month are left out: they cannot be added up.",
        _shown(country="events.country")
        | {
            "month": _own("month", "date", "First day of the month"),
            "n_events": _own("n_events", "integer", "Events that state a number of people", "event"),
        }
        | _sums("killed", "killed")
        | _sums("injured", "injured")
        | _sums("casualties", "killed and injured where they were counted together"),
    ),
    "contradictions": View(
        "One row per claim that contradicts its event's estimate, beside that estimate.",
        {
            "event_id": "events.event_id",
            "event_date_start": "events.event_date_start",
            "event_date_end": "events.event_date_end",
            "action": "events.action",
            "country": "events.country",
            "place_text": "events.place_text",
            "metric": "claims.metric",
            "quantity_unit": "claims.quantity_unit",
            "estimate_low": _own("estimate_low", "integer", "The event's number, lowest", nullable=True),
            "estimate_best": _own(
                "estimate_best", "integer", "The event's number, by its estimate rule", nullable=True
            ),
            "estimate_high": _own("estimate_high", "integer", "The event's number, highest", nullable=True),
            "claim_id": "claims.claim_id",
            "claim_low": "claims.quantity_low",
            "claim_best": "claims.quantity_best",
            "claim_high": "claims.quantity_high",
            "claim_mode": "claims.claim_mode",
            "claimant_id": "claims.claimant_id",
            "claimant_text": "claims.claimant_text",
            "claimant_type": "claims.claimant_type",
            "quote": "claims.quote",
            "article_id": "claims.article_id",
        },
    ),
}


def view_entries(view: str) -> list[Entry]:
    """Returns the columns of a view, in its order."""
    known = {f"{table}.{entry.column}": entry for table in TABLES for entry in table_entries(table)}
    return [
        (known[source] if isinstance(source, str) else source)._replace(table=view, column=name)
        for name, source in VIEWS[view].columns.items()
    ]


def describe(name: str) -> str:
    """Returns what a row of a table or view is, in one paragraph."""
    if name in VIEWS:
        return VIEWS[name].description
    return " ".join((TABLES[name].__doc__ or "").split())


def data_dictionary() -> list[Entry]:
    """Returns every column of every table, then of every view."""
    tables = [entry for table in TABLES for entry in table_entries(table)]
    return tables + [entry for view in VIEWS for entry in view_entries(view)]


def render_dictionary() -> str:
    """Returns the data dictionary as Markdown."""
    preface = (
        f"Schema version {SCHEMA_VERSION}. Written from the models in `schemas/` by `python -m schemas.dictionary`; "
        "do not edit it by hand.\n\n"
        "Every table is one Parquet file of a release and one table of its database; the views are in the database. "
        "Datetimes are UTC: with a time zone in Parquet, without one in the database."
    )
    lines = ["# Data dictionary", "", preface]
    for name in (*TABLES, *VIEWS):
        entries = view_entries(name) if name in VIEWS else table_entries(name)
        kind = "view" if name in VIEWS else f"key: {', '.join(KEYS[name])}"
        lines += ["", f"## {name}", "", f"{describe(name)} ({kind})", ""]
        lines += ["| column | type | unit | null | description | codes | references |", "|---|---|---|---|---|---|---|"]
        for entry in entries:
            cells = (
                entry.column,
                entry.type,
                entry.unit or "",
                "yes" if entry.nullable else "",
                entry.description.replace("|", "\\|"),
                ", ".join(entry.codes),
                entry.references or "",
            )
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(render_dictionary(), end="")
