"""Questions to a release: SQL, and why an event says what it says.

What belongs here: reading a release for a person. What does not: anything that writes.
"""

import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import sentencex

from pipeline.release.database import open_database
from pipeline.release.versions import DATABASE, ReleaseError
from schemas.vocabulary import EVENT_METRICS


class QueryError(ValueError):
    """A question that the database cannot, or may not, answer."""


@dataclass(frozen=True, slots=True)
class ExplainedClaim:
    """A claim of an event with the sentence that says so.

    Attributes:
        claim: The row of `claims`, with relation and used_in_estimate.
        article: The article's title, url, publisher, published_at and language.
        sentence: The whole sentence, or sentences, that the claim's quote is from.
        start: Where the quote begins in `sentence`, in code points.
        end: One past its end.
    """

    claim: dict[str, Any]
    article: dict[str, Any]
    sentence: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """An event and all its claims."""

    event: dict[str, Any]
    claims: tuple[ExplainedClaim, ...]


def query(path: Path, sql: str) -> pl.DataFrame:
    """Answers a question in SQL; nothing can be written, no other file read.

    Args:
        path: A release's folder.
        sql: A statement that gives rows.

    Raises:
        QueryError: If the statement is wrong, gives no rows, or would write.
    """
    with open_database(_database(path)) as connection:
        return ask(connection, sql)


def ask(connection: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    """Answers a question in SQL with the database that is open.

    Raises:
        QueryError: If the statement is wrong, gives no rows, or does what the connection may not.
    """
    try:
        answer = connection.sql(sql)
        if answer is None:
            raise QueryError("the statement gives no rows: ask with SELECT, FROM, DESCRIBE or SHOW")
        frame: pl.DataFrame = answer.pl()
    except duckdb.Error as error:
        raise QueryError(str(error)) from error
    return frame


def explain(path: Path, event_id: str) -> Explanation:
    """Returns an event with its claims, each with the sentence that says so.

    Args:
        path: A release's folder.
        event_id: The event.

    Raises:
        ReleaseError: If the release has no such event.
    """
    with open_database(_database(path)) as connection:

        def rows(sql: str) -> list[dict[str, Any]]:
            frame: pl.DataFrame = connection.sql(sql, params=[event_id]).pl()
            return frame.to_dicts()

        events = rows("SELECT * FROM events WHERE event_id = ?")
        if not events:
            raise ReleaseError(
                f"release {path.name} has no event {event_id}: list them with SELECT event_id FROM events"
            )
        claims = rows(
            "SELECT c.*, ec.relation, ec.used_in_estimate FROM event_claims AS ec JOIN claims AS c USING (claim_id) "
            "WHERE ec.event_id = ? ORDER BY ec.used_in_estimate DESC, c.article_id, c.char_start, c.claim_id"
        )
        articles = rows(
            "SELECT DISTINCT a.article_id, a.title, a.url, a.publisher, a.published_at, a.language, a.text "
            "FROM event_claims AS ec JOIN claims AS c USING (claim_id) JOIN articles AS a USING (article_id) "
            "WHERE ec.event_id = ?"
        )
    by_id = {article["article_id"]: article for article in articles}
    return Explanation(events[0], tuple(explain_claim(claim, by_id[claim["article_id"]]) for claim in claims))


def explain_claim(claim: dict[str, Any], article: dict[str, Any]) -> ExplainedClaim:
    """Returns a claim with the sentence that its quote is from.

    Args:
        claim: A row of `claims`.
        article: The row of `articles` that it is read from.
    """
    text = article["text"]
    first, last = _sentence_bounds(text, article["language"], claim["char_start"], claim["char_end"])
    shown = {name: article[name] for name in article if name != "text"}
    return ExplainedClaim(claim, shown, text[first:last], claim["char_start"] - first, claim["char_end"] - first)


def render_explanation(explanation: Explanation) -> str:
    """Returns an explanation as plain text, with every quote between « and »."""
    event = explanation.event
    lines = [
        f"{event['event_id']}  {event['action']}  {_dates(event)}  {_place(event)}".rstrip(),
        f"  who: {event['actor_id'] or 'not named'}; to whom: {event['recipient_id'] or 'not named'}",
    ]
    for metric in (*EVENT_METRICS, "quantity"):
        numbers = [event[f"{metric}_{end}"] for end in ("low", "best", "high")]
        if any(number is not None for number in numbers):
            name = f"{event['quantity_metric']} ({event['quantity_unit']})" if metric == "quantity" else metric
            lines.append(f"  {name}: {_numbers(*numbers)}")
    lines.append(
        f"  {event['accounting']}, {event['estimate_rule']}, {event['review_state']}, "
        f"confidence {event['confidence']:.2f}; since release {event['first_release']}"
    )
    lines.append(f"{len(explanation.claims)} claim{'s' if len(explanation.claims) != 1 else ''}:")
    for number, explained in enumerate(explanation.claims, start=1):
        lines += ["", *_render_claim(number, explained)]
    return "\n".join(map(_printable, lines)) + "\n"


def _render_claim(number: int, explained: ExplainedClaim) -> list[str]:
    claim, article = explained.claim, explained.article
    who = claim["claimant_text"] or claim["claimant_id"] or "the publication itself"
    use = "its number is used" if claim["used_in_estimate"] else "its number is not used"
    lines = [f"{number}. {claim['claim_id']}  {claim['relation']}; {use}; confidence {claim['confidence']:.2f}"]
    lines.append(f"   {claim['claim_mode']} by {who} ({claim['claimant_type']})")
    if claim["metric"]:
        numbers = _numbers(claim["quantity_low"], claim["quantity_best"], claim["quantity_high"])
        lines.append(f"   {claim['metric']}: {numbers}, read from {claim['quantity_text']!r}")
    before, quote, after = (
        " ".join(part.split("\n"))
        for part in (
            explained.sentence[: explained.start],
            explained.sentence[explained.start : explained.end],
            explained.sentence[explained.end :],
        )
    )
    lines.append(f"   {before}«{quote}»{after}")
    told = [article["title"], article["publisher"], article["published_at"] and f"{article['published_at']:%Y-%m-%d}"]
    lines.append("   " + " | ".join(filter(None, [*told, article["url"], article["article_id"]])))
    return lines


def _sentence_bounds(text: str, language: str, start: int, end: int) -> tuple[int, int]:
    """Returns where the sentences that hold a span begin and end: at newlines, and where sentencex says."""
    at = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    line = text[at : len(text) if stop < 0 else stop]
    first, last = start, end
    for piece in sentencex.segment(language, line):
        at = text.index(piece, at)
        if at <= start < at + len(piece):
            first = at + len(piece) - len(piece.lstrip())
        if at < end <= at + len(piece):
            last = at + len(piece.rstrip())
        at += len(piece)
    return min(first, start), max(last, end)


def _database(path: Path) -> Path:
    database = path / DATABASE
    if not database.is_file():
        raise ReleaseError(f"{database} is missing: {path} is no whole release")
    # The real folder: DuckDB keeps open databases by path, and `latest` moves on.
    return database.resolve()


def _dates(event: dict[str, Any]) -> str:
    first, last = event["event_date_start"], event["event_date_end"]
    if first is None and last is None:
        return "undated"
    return f"{first or '?'}" if first == last else f"{first or '?'} to {last or '?'}"


def _place(event: dict[str, Any]) -> str:
    return ", ".join(filter(None, [event["place_text"], event["country"]]))


def _numbers(low: int | None, best: int | None, high: int | None) -> str:
    ends = f"{'?' if low is None else f'{low:,}'} to {'?' if high is None else f'{high:,}'}"
    return ends if best is None else f"{best:,}" if low == best == high else f"{best:,} ({ends})"


def _printable(text: str) -> str:
    """Returns text without characters that steer a terminal: articles are not trusted."""
    return "".join(
        char if unicodedata.category(char) != "Cc" and unicodedata.bidirectional(char) not in _STEERING else " "
        for char in text
    )


_STEERING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
