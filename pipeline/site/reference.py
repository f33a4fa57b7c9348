"""What the data mean and how good they are: data dictionary, codebook, figures, coverage.

What belongs here: the contract, the codes and the figures as pages show them. What does not: the words themselves
(schemas, seeds/codebook.csv) and the measuring (pipeline/evaluate).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from pipeline.codebook import CROSSWALKS, Note, read_notes
from pipeline.site.edition import Edition
from pipeline.site.words import label
from schemas import KEYS, TABLES
from schemas.dictionary import VIEWS, Entry, describe, table_entries, view_entries

#: Measures that the page of quality shows of each language, by their names in quality.json.
BY_LANGUAGE: Final = (
    "whole row",
    "date",
    "places",
    "actions",
    "actors",
    "recipients",
    "claimants",
    "claim_modes",
    "quantities",
)

#: Most sources that the coverage table shows, by their share of days.
SOURCES_SHOWN: Final = 60


class Described(NamedTuple):
    """A table or view of the data dictionary: its name, what a row is, its key, its rows, its columns."""

    name: str
    what: str
    key: Sequence[str]
    rows: int | None
    entries: Sequence[Entry]


def list_tables(edition: Edition) -> list[Described]:
    """Returns the tables and views of a release, as the contract describes them."""
    tables = [
        Described(name, describe(name), KEYS[name], edition.tables[name].height, table_entries(name))
        for name in TABLES
        if name in edition.tables
    ]
    return tables + [Described(name, describe(name), (), None, view_entries(name)) for name in VIEWS]


class Coded(NamedTuple):
    """An action of the codebook: its row, its crosswalk, its notes by kind, how many events have it."""

    row: Mapping[str, Any]
    crosswalk: Sequence[tuple[str, str]]
    notes: Mapping[str, Sequence[Note]]
    events: int


def list_actions(edition: Edition, seeds: Path) -> list[Coded]:
    """Returns the codebook: every action with what is said of it."""
    notes = read_notes(seeds)
    used = dict(edition.tables["events"]["action"].value_counts().iter_rows())
    return [
        Coded(
            row,
            [(name, row[column]) for column, name in CROSSWALKS.items() if row[column]],
            {
                kind: [note for note in notes if (note.action, note.kind) == (row["action"], kind)]
                for kind in ("inclusion", "exclusion", "example")
            },
            used.get(row["action"], 0),
        )
        for row in edition.tables["actions"].sort("action").iter_rows(named=True)
    ]


class Quality(NamedTuple):
    """The figures of a release.

    Attributes:
        measures: By name: gold, said, precision, recall, f1, low, high, baseline.
        languages: The languages that were measured.
        table: F1 of each measure of `BY_LANGUAGE`, by language.
        articles: How many gold articles they are measured on.
    """

    measures: Mapping[str, Mapping[str, Any]]
    languages: Sequence[str]
    table: Mapping[str, Sequence[float | None]]
    articles: int


def read_figures(edition: Edition) -> Quality | None:
    """Returns the figures of quality.json; None where nothing was measured."""
    figures = edition.quality.get("figures")
    if not figures:
        return None
    languages = sorted(figures["parts"])
    table = {
        name: [figures["parts"][language]["measures"].get(name, {}).get("f1") for language in languages]
        for name in BY_LANGUAGE
        if name in figures["measures"]
    }
    shown = {label(name): measure for name, measure in figures["measures"].items()}
    return Quality(shown, languages, {label(name): row for name, row in table.items()}, figures["articles"])


class Covered(NamedTuple):
    """How far a source was collected: its first and last day, and how many days in each state."""

    source_id: str
    first: Any
    last: Any
    states: Mapping[str, int]


def read_coverage(edition: Edition) -> tuple[list[Covered], list[str], int] | None:
    """Returns coverage by source, the states that occur, and how many sources are not shown; None without the table."""
    coverage = edition.table("coverage")
    if coverage is None or not {"source_id", "day", "state"} <= {*coverage.columns}:
        return None
    states = coverage["state"].unique().sort().to_list()
    rows = []
    for (source_id,), part in coverage.sort("source_id", "day").group_by("source_id", maintain_order=True):
        counts = dict(part["state"].value_counts().iter_rows())
        rows.append(Covered(str(source_id), part["day"].min(), part["day"].max(), counts))
    return rows[:SOURCES_SHOWN], states, max(0, len(rows) - SOURCES_SHOWN)


def count_states(edition: Edition) -> Sequence[tuple[str, int]]:
    """Returns how many inputs ended in each state: nothing is lost, nothing is silent."""
    counted = edition.tables["inputs"]["state"].value_counts(name="n").sort(["n", "state"], descending=[True, False])
    return [(label(state), number) for state, number in counted.iter_rows()]


def count_refusals(edition: Edition) -> list[tuple[str, str, int]]:
    """Returns how often each stage refused for each reason."""
    grouped = edition.tables["quarantine"].group_by("stage", "reason").agg(pl.len().alias("n"))
    return [
        (label(s), label(r), n)
        for s, r, n in grouped.sort(["n", "stage", "reason"], descending=[True, False, False]).iter_rows()
    ]
