"""Small frames of claims and articles, with defaults, for the tests of resolution."""

from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.resolve import Former, resolve_claims, settle
from pipeline.validate import empty_table, table_types
from schemas import TABLES, Actions, Articles, Claims, MovedClaims

CLAIM, ARTICLE = table_types(Claims), table_types(Articles)
DAY = date(2031, 3, 4)
ROOT = Path(__file__).parents[1]


def make_id(prefix: str, name: object) -> str:
    """Returns an id of the contract's form."""
    return f"{prefix}_{sha256(str(name).encode()).hexdigest()[:20]}"


def make_article(
    name: str, day: date = DAY, hour: int = 12, copy_of: str | None = None, **changes: Any
) -> dict[str, Any]:
    """Returns one row of articles, published on a day."""
    row: dict[str, Any] = {
        "article_id": make_id("a", name),
        "source_id": "wire",
        "publisher": f"{name} News",
        "authors": [],
        "published_at": datetime(day.year, day.month, day.day, hour, tzinfo=UTC),
        "published_basis": "metadata",
        "retrieved_at": datetime(2031, 12, 1, tzinfo=UTC),
        "language": "en",
        "text": "x",
        "duplicate_of": make_id("a", copy_of) if copy_of else None,
    }
    return {**dict.fromkeys(ARTICLE), **row, **changes}


def make_claim(name: str, article: str = "one", mention: str | None = None, **changes: Any) -> dict[str, Any]:
    """Returns one row of claims: an attack on a stated day, without place, sides and number unless given."""
    changes = {"event_date_start": DAY, **changes}
    row: dict[str, Any] = {
        "claim_id": make_id("c", name),
        "article_id": make_id("a", article),
        "mention_id": make_id("m", (article, mention or name)),
        "sentence_index": 0,
        "char_start": 0,
        "char_end": 1,
        "quote": "x",
        "event_date_end": changes["event_date_start"],
        "date_precision": "day" if changes["event_date_start"] else "unknown",
        "date_basis": "stated" if changes["event_date_start"] else "unknown",
        "action": "attack",
        "action_text": "x",
        "accounting": "increment" if "metric" in changes else "unknown",
        "place_precision": "exact" if "place_id" in changes else "unknown",
        "claimant_type": "media",
        "claim_mode": "asserted",
        "confidence": 0.5,
        "extractor": "test",
        "extractor_version": "1",
    }
    if "metric" in changes:
        row |= {"quantity_bound": "exact", "quantity_unit": "person", "quantity_text": "x"}
    return {**dict.fromkeys(CLAIM), **row, **changes}


def killed(name: str, number: int | None, article: str = "one", **changes: Any) -> dict[str, Any]:
    """Returns a claim of a number of killed in one town."""
    given = {"metric": "killed", "quantity_best": number, "place_id": "11", "country": "UKR", **changes}
    return make_claim(name, article, **given)


def claims_frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Returns a claims table."""
    return pl.DataFrame(rows, schema=CLAIM, orient="row")


def articles_frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Returns an articles table."""
    return pl.DataFrame(rows, schema=ARTICLE, orient="row")


@cache
def actions_frame() -> pl.DataFrame:
    """Returns the project's own actions table."""
    rows = pl.read_csv(ROOT / "seeds" / "actions.csv", infer_schema=False)
    return Actions.validate(rows)


class Resolved:
    """Events and event_claims of some claims, by the names of the claims."""

    def __init__(
        self,
        claims: list[dict[str, Any]],
        articles: list[dict[str, Any]] | None = None,
        before: Any = None,
        release: str = "2031.03.1",
    ) -> None:
        """Resolves and validates; articles that are not given are published on DAY."""
        given = {row["article_id"]: row for row in articles or []}
        for claim in claims:
            if claim["article_id"] not in given:
                given[claim["article_id"]] = {**make_article("one"), "article_id": claim["article_id"]}
        self.release, self.claims = release, claims_frame(claims)
        told = articles_frame(list(given.values()))
        former = before.as_former() if before else Former.of({})
        events, links = resolve_claims(self.claims, told, actions_frame(), former)
        unmoved = empty_table(MovedClaims)
        self.settled = settle(events, links, unmoved, self.claims, told, {}, former, release)
        self.events, self.links = self.settled.events, self.settled.event_claims
        for name, frame in self.settled._asdict().items():
            TABLES[name].validate(frame, lazy=True)

    def as_former(self) -> Former:
        """Returns it as the last release."""
        return Former.of({**self.settled._asdict(), "claims": self.claims}, self.release)

    def tombstone(self, event_id: str) -> dict[str, Any]:
        """Returns the tombstone of an event."""
        return self.settled.tombstones.row(by_predicate=pl.col("event_id") == event_id, named=True)

    def event_of(self, name: str) -> str:
        """Returns the event_id of a claim."""
        return str(self.link(name)["event_id"])

    def link(self, name: str) -> dict[str, Any]:
        """Returns the event_claims row of a claim."""
        return self.links.row(by_predicate=pl.col("claim_id") == make_id("c", name), named=True)

    def event(self, name: str) -> dict[str, Any]:
        """Returns the event of a claim."""
        return self.events.row(by_predicate=pl.col("event_id") == self.event_of(name), named=True)

    def has_event(self, name: str) -> bool:
        """Whether a claim is in an event."""
        return make_id("c", name) in self.links["claim_id"]

    def are_one(self, *names: str) -> bool:
        """Whether claims are in one event."""
        return all(map(self.has_event, names)) and len({self.event_of(name) for name in names}) == 1
