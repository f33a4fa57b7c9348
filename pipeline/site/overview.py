"""What the first page says: what is new, what can be downloaded, how it is read and cited, what is missing.

What belongs here: a release in brief. What does not: its revisions in full (revisions.py), its figures (reference.py).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from pipeline.release.checksums import SUMS
from pipeline.release.csv_files import FOLDER
from pipeline.release.descriptors import AUTHORS, LICENCE, LICENCE_URL
from pipeline.release.versions import DATABASE, MANIFEST
from pipeline.site.edition import Edition
from pipeline.site.revisions import Revision
from pipeline.site.words import count, day, label, span
from pipeline.store import sha256_of
from schemas.dictionary import describe

#: Names that a release may have beside its tables, and what they are.
FILES: Final = {
    DATABASE: "All tables and views as one DuckDB database, for any DuckDB since 1.0",
    "CHANGES.md": "What this release changed, in words",
    "quality.json": "How good the extractor is, on gold",
    "codebook.md": "Every action code, its bounds and examples",
    "datapackage.json": "Data Package 2.0: files, columns, types",
    "croissant.json": "Croissant: the same for machine learning and search engines",
    "CITATION.cff": "How to cite, for reference managers",
    SUMS: "Digests of all files: sha256sum -c SHA256SUMS",
    MANIFEST: "What the release is made from, and the digest of every file",
}

#: Written after the site, since they hold digests of its pages: listed without size and digest.
SEALED_LATER: Final = (SUMS, MANIFEST)


class Download(NamedTuple):
    """A file: its name, what it is, its rows where it is a table, its size, its sha256."""

    name: str
    what: str
    rows: int | None
    bytes: int | None
    sha256: str | None


def list_downloads(edition: Edition) -> list[Download]:
    """Returns the files of a release: database first, then events and what they stand on, then the other tables, then the others."""
    paths = [path for path in edition.folder.iterdir() if path.is_file() and path.name not in SEALED_LATER]
    first = ("events", "claims", "event_claims", "articles")
    names = [DATABASE, *(f"{name}.parquet" for name in (*first, *edition.tables)), *FILES]
    place = {name: at for at, name in reversed(list(enumerate(names)))}
    known = [_download(path, edition) for path in sorted(paths, key=lambda path: (place.get(path.name, 99), path.name))]
    return [*known, *(Download(name, FILES[name], None, None, None) for name in SEALED_LATER)]


def list_csv(edition: Edition) -> list[Download]:
    """Returns the tables as CSV, for spreadsheets; none where a release has none."""
    files = {path.name.removesuffix(".csv.gz"): path for path in (edition.folder / FOLDER).glob("*.csv.gz")}
    return [
        _download(files[name], edition)._replace(name=f"{FOLDER}/{files[name].name}", rows=frame.height)
        for name, frame in edition.tables.items()
        if name in files
    ]


def _download(path: Path, edition: Edition) -> Download:
    table = edition.table(path.stem) if path.suffix == ".parquet" else None
    what = describe(path.stem).split(". ")[0].rstrip(".") if table is not None else FILES.get(path.name, "")
    rows = table.height if table is not None else None
    return Download(path.name, what, rows, path.stat().st_size, sha256_of(path))


class Snippet(NamedTuple):
    """Lines that read the release: in which program, its language for highlighting, the code."""

    name: str
    language: str
    code: str


def write_snippets(edition: Edition) -> list[Snippet]:
    """Returns how each program reads the release; run in its folder."""
    question = "SELECT country, count(*) AS events, sum(killed_best) AS killed"
    since = f"# in the folder of release {edition.version}\n"
    return [
        Snippet(
            "DuckDB",
            "sql",
            f"-- duckdb {DATABASE}\n{question}\nFROM events\nGROUP BY country\nORDER BY killed DESC NULLS LAST, country\nLIMIT 10;",
        ),
        Snippet(
            "polars",
            "python",
            f'{since}import polars as pl\n\nevents = pl.read_parquet("events.parquet")\n'
            'killed = events.group_by("country").agg(\n    pl.len(), pl.col("killed_best").sum()\n)\n'
            'print(killed.sort("killed_best", descending=True).head(10))',
        ),
        Snippet(
            "pandas",
            "python",
            f'{since}import pandas as pd\n\nevents = pd.read_parquet("events.parquet")\n'
            'killed = events.groupby("country")["killed_best"].sum()\nprint(killed.nlargest(10))',
        ),
        Snippet(
            "R",
            "r",
            f"{since}library(arrow)\nlibrary(dplyr)\n\n"
            'read_parquet("events.parquet") |>\n  group_by(country) |>\n'
            "  summarise(\n    events = n(),\n    killed = sum(killed_best, na.rm = TRUE)\n  ) |>\n  slice_max(killed, n = 10)",
        ),
    ]


def cite(edition: Edition) -> Mapping[str, str]:
    """Returns the citation as a sentence and as BibTeX, and the licence with its address."""
    year = edition.created_at.year
    made = f"{edition.created_at:%Y-%m-%d}"
    return {
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "text": f"{AUTHORS} ({year}). Conflict claims and events, release {edition.version} [data set]. Made {made}.",
        "bibtex": (
            f"@misc{{conflict_events_{edition.version.replace('.', '_')},\n  title = {{Conflict claims and events, release "
            f"{edition.version}}},\n  author = {{{{{AUTHORS}}}}},\n  year = {{{year}}},\n  note = {{Data set, made {made}}}\n}}"
        ),
    }


def tell_news(edition: Edition, revision: Revision | None) -> list[str]:
    """Returns what is new in five lines, or what there is in a first release."""
    tables = edition.tables
    events, claims, articles = tables["events"], tables["claims"], tables["articles"]
    languages, countries = articles["language"].n_unique(), events["country"].drop_nulls().n_unique()
    dates = events["event_date_start"].drop_nulls()
    contradictions = tables["event_claims"].filter(pl.col("relation") == "contradicts")["event_id"].n_unique()
    there = f"{_many(events.height, 'event')} from {_many(articles.height, 'article')} in {_many(languages, 'language')}, read as {_many(claims.height, 'claim')}."
    disagree = f"Sources contradict each other in {_many(contradictions, 'event')}: their claims stand side by side."
    if edition.previous is None:
        period = f"from {day(min(dates))} to {day(max(dates))}" if dates.len() else "without a date"
        return [
            "The first release: there is none before it to compare with.",
            there,
            f"Events lie in {_many(countries, 'country', 'countries')}, {period}.",
            disagree,
            _deadliest(events, "The highest number of people killed in one incident"),
        ]
    new = events.filter(pl.col("first_release") == edition.version)
    changed = events.filter(
        (pl.col("last_changed_release") == edition.version) & (pl.col("first_release") != edition.version)
    )
    gone = f"; {_many(revision.removed, 'event')} gone, each with its reason" if revision and revision.removed else ""
    lines = [
        f"{_many(new.height, 'event')} new and {count(changed.height)} changed since {edition.previous}{gone}.",
        f"In all {there}",
        _deadliest(new, "The highest number of people killed in a new incident"),
    ]
    if revision and revision.movers:
        most = revision.movers[0]
        lines.append(
            f"The largest change: {label(most.field.removesuffix('_best'))} went from {most.old or 'none'} to {most.new or 'none'} in one event ({most.cause})."
        )
    else:
        lines.append(f"Events lie in {_many(countries, 'country', 'countries')}.")
    return [*lines, disagree]


def list_gaps(edition: Edition) -> list[str]:
    """Returns what is known to be missing or weak."""
    tables = edition.tables
    events, claims = tables["events"], tables["claims"]
    unseen = events.filter(pl.col("review_state") == "machine").height
    gaps = [f"{_share(unseen, events.height)} of events are as the machine read them: no person has checked them."]
    undated = events["event_date_start"].null_count()
    unplaced = events.filter(pl.col("latitude").is_null()).height
    nobody = events["actor_id"].null_count()
    gaps.append(
        f"{_share(undated, events.height)} of events have no date, {_share(unplaced, events.height)} no coordinates, "
        f"{_share(nobody, events.height)} no named actor; that is left open, never guessed."
    )
    outside = claims.height - tables["event_claims"].height
    if outside:
        gaps.append(
            f"{_many(outside, 'claim')} belong to no event: denied, planned, threatened or of the distant past."
        )
    refused = tables["quarantine"].height
    if refused:
        gaps.append(f"{_many(refused, 'input')} could not be used; table quarantine says why.")
    stale = edition.table("stale_decisions")
    if stale is not None and stale.height:
        gaps.append(f"{_many(stale.height, 'correction')} no longer fit what the machine says and wait for a person.")
    coverage = edition.table("coverage")
    if coverage is None:
        gaps.append("Which days each source was collected on is not in this release: no event is not no conflict.")
    else:
        partly = coverage.filter(pl.col("state") != "collected").height if "state" in coverage.columns else 0
        gaps.append(
            f"{_many(partly, 'day of a source', 'days of a source')} were collected partly or not: no event is not no conflict."
        )
    return gaps


def _deadliest(events: pl.DataFrame, words: str) -> str:
    incident = (pl.col("accounting") == "increment") & (pl.col("action") != "casualty_report")
    counted = events.filter(incident & pl.col("killed_best").is_not_null())
    if not counted.height:
        return f"{words}: none is stated."
    row = counted.sort(["killed_best", "event_id"], descending=[True, False]).row(0, named=True)
    where = f" in {row['country']}" if row["country"] else ""
    when = f" on {day(row['event_date_start'])}" if row["date_precision"] == "day" else ""
    numbers = span(row["killed_low"], row["killed_best"], row["killed_high"])
    return f"{words}: {numbers}, {label(row['action'])}{where}{when}."


def _many(number: int, one: str, several: str | None = None) -> str:
    return f"{count(number)} {one if number == 1 else several or one + 's'}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "0%"
