"""A release's site, from templates and assets into a folder.

What belongs here: which pages there are, their files, and the policy that browsers hold them to. What does not: what a
page says (overview, trends, evidence, revisions, reference).
"""

import shutil
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import Any, Final

import polars as pl
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.release import Explanation
from pipeline.release.database import write_database
from pipeline.seeds import SEEDS
from pipeline.site import (
    corrections,
    evidence,
    explorer,
    overview,
    questions,
    reference,
    revisions,
    trends,
    vendor,
    words,
)
from pipeline.site.charts import band_chart
from pipeline.site.edition import Edition
from pipeline.site.revisions import Tombstone

#: The pages of the head, with their names.
PAGES: Final = (
    ("Release", "index.html"),
    ("Map", "map.html"),
    ("Table", "table.html"),
    ("SQL", "sql.html"),
    ("Changes", "changes.html"),
    ("Dictionary", "dictionary.html"),
    ("Codebook", "codebook.html"),
    ("Quality", "quality.html"),
    ("Report an error", "report.html"),
)

#: Most events, and most ids that are gone, with a file of their own; `event.html` shows the others from the database.
STATIC: Final = 2_000

#: Rows of the table that are there without a script, and that a page of it has with one.
ROWS: Final = 50

DATABASE: Final = "data/site.duckdb"
EVENTS: Final = "data/events.json.gz"

#: Nothing but this site's own files; WebAssembly for the pages with a database; workers are made of unpacked files.
POLICY: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; connect-src 'self' blob:; "
    "style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
)
#: The same for pages that need no database.
PLAIN_POLICY: Final = POLICY.replace(" 'wasm-unsafe-eval'", "").replace("worker-src 'self' blob:; ", "")

_ASSETS: Final = Path(__file__).parent / "assets"
_TEMPLATES: Final = Path(__file__).parent / "templates"


def build_site(edition: Edition, folder: Path, *, seeds: Path = SEEDS, static: int = STATIC) -> None:
    """Writes the site of a release into a folder.

    Args:
        edition: The release.
        folder: Where to; it must not exist.
        seeds: The folder of seeds, for the codebook.
        static: Most events with a file of their own.
    """
    site = Site(edition, seeds, static)
    (folder / "e").mkdir(parents=True)
    (folder / "data").mkdir()
    shutil.copytree(_ASSETS, folder / "assets")
    for name in (*(file.name for file in vendor.read_vendored()), vendor.LICENCES):
        shutil.copyfile(vendor.FOLDER / name, folder / "assets" / name)
    (folder / EVENTS).write_bytes(explorer.pack_events(site.events, edition, site.paged))
    write_database(explorer.browser_tables(edition), folder / DATABASE)
    for name, page in chain(site.render(), site.render_questions(folder / DATABASE)):
        (folder / name).write_text(page, encoding="utf-8")


class Site:
    """The pages of a release as text.

    Args:
        edition: The release.
        seeds: The folder of seeds, for the codebook.
        static: Most events with a file of their own.
    """

    def __init__(self, edition: Edition, seeds: Path = SEEDS, static: int = STATIC) -> None:
        self.edition = edition
        self._seeds = seeds
        self._static = evidence.choose_static(edition.tables["events"], edition.version, static)
        self._tombstones = revisions.read_tombstones(edition)
        self.paged = {*self._static, *(stone.event_id for stone in self._tombstones[:static])}

    @cached_property
    def events(self) -> pl.DataFrame:
        """The events as map and table show them."""
        return explorer.list_events(self.edition)

    @cached_property
    def _histories(self) -> Mapping[str, list[revisions.Step]]:
        return revisions.read_histories(self.edition)

    @cached_property
    def _decisions(self) -> Mapping[str, list[dict[str, Any]]]:
        return revisions.decisions_on(self.edition)

    def render(self) -> Iterator[tuple[str, str]]:
        """Returns every page that has a file, with its name."""
        edition = self.edition
        revision = revisions.describe_revision(edition)
        pages: dict[str, dict[str, Any]] = {
            "index.html": {
                "news": overview.tell_news(edition, revision),
                "downloads": overview.list_downloads(edition),
                "spreadsheets": overview.list_csv(edition),
                "snippets": overview.write_snippets(edition),
                "gaps": overview.list_gaps(edition),
                "citation": overview.cite(edition),
            },
            "map.html": {
                "charts": [
                    (metric, band_chart(trends.sum_months(edition, metric), f"People {metric} by month"))
                    for metric in ("killed", "injured")
                ],
                "countries": trends.sum_countries(edition),
                "undatable": trends.undatable(edition),
            },
            "table.html": {
                "rows": self.events.head(ROWS).to_dicts(),
                "total": edition.tables["events"].height,
                "per_page": ROWS,
            },
            "changes.html": self._changes(revision),
            "dictionary.html": {"tables": reference.list_tables(edition)},
            "codebook.html": {"actions": reference.list_actions(edition, self._seeds)},
            "quality.html": {
                "figures": reference.read_figures(edition),
                "states": reference.count_states(edition),
                "refusals": reference.count_refusals(edition),
                "coverage": reference.read_coverage(edition),
            },
            "report.html": {"columns": corrections.list_columns(), "sample": corrections.SAMPLE},
        }
        for name, values in pages.items():
            yield name, self._page(name, **values)
        for explanation in evidence.explain_events(edition, self._static):
            yield f"e/{explanation.event['event_id']}.html", self.render_event(explanation)
        for stone in self._tombstones:
            if stone.event_id in self.paged:
                yield f"e/{stone.event_id}.html", self.render_tombstone(stone)

    def render_questions(self, database: Path) -> Iterator[tuple[str, str]]:
        """Returns the pages that read the database: questions in SQL, and events without a file of their own."""
        tables = explorer.browser_tables(self.edition)
        packed = [file for file in vendor.read_vendored() if file.package.endswith(("duckdb-wasm", "apache-arrow"))]
        # Caches keep what is named alike: a database is named by its release.
        address = f"{DATABASE}?release={self.edition.version}"
        yield (
            "sql.html",
            self._page(
                "sql.html",
                with_database=True,
                database=address,
                program_bytes=sum(file.bytes for file in packed),
                database_bytes=database.stat().st_size,
                examples=questions.examples({name for name, frame in tables.items() if frame.height}),
                tables=[
                    {"name": name, "rows": frame.height, "columns": frame.columns} for name, frame in tables.items()
                ],
                quoted="claims" in tables,
            ),
        )
        yield "event.html", self._page("lookup.html", with_database=True, database=address)

    def _changes(self, revision: revisions.Revision | None) -> dict[str, Any]:
        edition = self.edition
        added = edition.tables["events"].filter(pl.col("first_release") == edition.version)
        added = added.sort(["killed_best", "n_claims", "event_id"], descending=[True, True, False], nulls_last=True)
        stale = edition.table("stale_decisions")
        shown = added if edition.previous else added.clear()
        return {
            "revision": revision,
            "added": shown.head(revisions.SHOWN).to_dicts(),
            "added_hidden": max(0, shown.height - revisions.SHOWN),
            "tombstones": self._tombstones[: revisions.SHOWN],
            "has_tombstones": edition.table("tombstones") is not None,
            "stale": None if stale is None else stale.to_dicts(),
        }

    def render_event(self, explanation: Explanation) -> str:
        """Returns the page of an event."""
        event, edition = explanation.event, self.edition
        event_id = event["event_id"]
        return self._page(
            "event.html",
            root="../",
            event=event,
            explanation=explanation,
            name=evidence.name_event(event, edition),
            numbers=evidence.numbers_of(event),
            comparisons=evidence.compare_claims(explanation, edition),
            claimant=partial(evidence.claimant_of, edition=edition),
            relation=evidence.describe_relation,
            history=self._histories.get(event_id, []),
            decisions=self._decisions.get(event_id, []),
            absorbed=[stone for stone in self._tombstones if event_id in stone.successors],
            report=corrections.address_of(event),
        )

    def render_tombstone(self, stone: Tombstone) -> str:
        """Returns the page of an id that is gone."""
        return self._page("tombstone.html", root="../", stone=stone, history=self._histories.get(stone.event_id, []))

    def find_tombstone(self, event_id: str) -> Tombstone | None:
        """Returns what became of an id that is gone; None where it is not."""
        return next((stone for stone in self._tombstones if stone.event_id == event_id), None)

    def address(self, event_id: str) -> str:
        """Returns where an event's page is, from the root of the site."""
        return f"e/{event_id}.html" if event_id in self.paged else f"event.html?id={event_id}"

    def _page(self, template: str, *, root: str = "", with_database: bool = False, **values: Any) -> str:
        return (
            _templates()
            .get_template(template)
            .render(
                edition=self.edition,
                page=template,
                pages=PAGES,
                root=root,
                policy=POLICY if with_database else PLAIN_POLICY,
                address=self.address,
                span=words.span,
                **values,
            )
        )


@lru_cache(maxsize=1)
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(words.filters())
    return made
