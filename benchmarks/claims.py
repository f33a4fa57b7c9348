"""Claims, and the articles that make them, of any number: shaped as news is, without a text.

What belongs here: synthetic tables for measurements of what comes after reading. What does not: measuring. The same
arguments always give the same rows.

Incidents of five years fall on countries, places, parties and actions as Zipf's law has it. Each is told by some
publishers over some days, more or less exactly: the town or only its province or country, the day or none, the number
as it was known then. A part of the articles are copies of another one, denies, plans, counts a total since January, or
tells of a second incident as well.
"""

from typing import Final, NamedTuple

import numpy as np
import polars as pl

from pipeline.validate import table_types
from schemas import Articles, Claims

#: The first day, and how many there are.
FIRST_DAY: Final = np.datetime64("2021-01-01", "D")
DAYS: Final = 5 * 365
COUNTRIES: Final = 60
PLACES: Final = 400  # of each country
PROVINCES: Final = 20
PARTIES: Final = ("MIL", "COP", "GOV", "REB1", "REB2", "REB3", "MILITIA")
PUBLISHERS: Final = 300
#: Actions, the most frequent first; the rest of the codebook is as rare as the last.
ACTIONS: Final = (
    "attack", "shelling", "air_strike", "shooting", "armed_clash", "drone_strike", "bombing", "missile_strike", "arrest",
    "protest", "casualty_report", "statement", "abduction", "accusation", "territory_gain", "negotiation", "agreement",
    "deployment", "displacement", "riot",
)  # fmt: skip
#: Actions that count people.
COUNTED: Final = 13
#: Articles of an incident, on average, and claims of an article.
_REPORTS: Final = 2.0
_CLAIMS: Final = 1.67


class News(NamedTuple):
    """Rows of articles and claims, and the articles that come late."""

    articles: pl.DataFrame
    claims: pl.DataFrame
    late: pl.Series


def make_news(claims: int, seed: int = 1) -> News:
    """Returns about that many claims, and one article in a hundred as late."""
    draw = np.random.default_rng(seed)
    incidents = _make_incidents(max(10, round(claims / _REPORTS / _CLAIMS)), draw)
    reports = _make_reports(incidents, draw)
    told = _make_claims(incidents, reports, draw)
    articles = _make_articles(reports, draw)
    late = articles.filter(pl.Series(draw.random(articles.height) < 0.01))["article_id"]
    return News(articles, told.join(articles.select("article_id"), on="article_id", how="semi"), late)


def _zipf(draw: np.random.Generator, kinds: int, size: int, power: float = 1.0) -> np.ndarray:
    """Returns numbers below `kinds`, low ones more often."""
    weights = 1 / np.arange(1, kinds + 1) ** power
    return np.searchsorted(np.cumsum(weights / weights.sum()), draw.random(size)).clip(0, kinds - 1)


def _ids(prefix: str, draw: np.random.Generator, size: int) -> pl.Series:
    """Returns ids of the contract's form, none twice."""
    text = draw.bytes(10 * size).hex()
    made = pl.Series(np.frombuffer(text.encode(), "S20").astype("U20") if size else [], dtype=pl.String)
    return prefix + "_" + made


def _make_incidents(count: int, draw: np.random.Generator) -> pl.DataFrame:
    """Returns incidents as they were."""
    country = _zipf(draw, COUNTRIES, count)
    place = _zipf(draw, PLACES, count)
    return pl.DataFrame(
        {
            "incident": np.arange(count),
            "day": draw.integers(0, DAYS, count),
            "country": country,
            "place": country * PLACES + place,
            "action": _zipf(draw, len(ACTIONS), count, 0.8),
            "actor": country * len(PARTIES) + _zipf(draw, len(PARTIES), count),
            "recipient": country * len(PARTIES) + _zipf(draw, len(PARTIES), count),
            "killed": draw.geometric(0.18, count) - 1,
            "injured": draw.geometric(0.1, count) - 1,
        }
    )


def _make_reports(incidents: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    """Returns a row for each incident that an article tells of: most articles tell of one, some of a second one."""
    # Most incidents are told once or twice, a few a hundred times.
    times = np.minimum(1 + (draw.pareto(1.4, incidents.height) * 0.62).astype(np.int64), 200)
    told = np.repeat(np.arange(incidents.height), times)
    size = len(told)
    delay = np.minimum(draw.geometric(0.55, size) - 1, 40)
    article = np.arange(size)
    # An article in five is part of the one before it: what happened elsewhere, or earlier.
    article = np.where(draw.random(size) < 0.2, np.maximum(article - 1, 0), article)
    frame = pl.DataFrame(
        {"incident": told, "delay": delay, "article": article, "publisher": _zipf(draw, PUBLISHERS, size)}
    )
    is_copy = draw.random(size) < 0.12
    frame = frame.with_columns(is_copy=pl.Series(is_copy) & (pl.col("incident") == pl.col("incident").shift(1)))
    joined = frame.join(incidents, on="incident", how="left", maintain_order="left")
    share = draw.random(size)
    return joined.with_columns(
        mention=pl.int_range(size),
        where=pl.Series(np.searchsorted([0.55, 0.7, 0.9, 0.95], draw.random(size))),  # town, province, country, words, none
        when=pl.Series(np.searchsorted([0.6, 0.87, 0.92, 0.97], share)),  # day, publication, week, month, none
        who=pl.Series(np.searchsorted([0.6, 0.8], draw.random(size))),  # id, words, none
        whom=pl.Series(np.searchsorted([0.4, 0.8], draw.random(size))),
        mode=pl.Series(np.searchsorted([0.9, 0.93, 0.95, 0.97, 0.99], draw.random(size))),
        known=pl.Series(np.minimum(1.0, 0.5 + 0.25 * delay + draw.random(size))),  # share of the toll known by then
    )  # fmt: skip


def _make_claims(incidents: pl.DataFrame, reports: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    """Returns the claims of every report: of the killed, of the injured, of no number, of a total."""
    counts = (pl.col("action") < COUNTED).alias("counts")
    drawn = [pl.Series(name, draw.random(reports.height)) for name in ("a", "b", "c")]
    base = reports.with_columns(counts, *drawn)
    kinds = [
        base.filter(pl.col("counts") & (pl.col("a") < 0.75)).with_columns(kind=pl.lit("killed")),
        base.filter(pl.col("counts") & (pl.col("b") < 0.55)).with_columns(kind=pl.lit("injured")),
        base.filter(~pl.col("counts") | (pl.col("a") >= 0.75) | (pl.col("b") > 0.8)).with_columns(kind=pl.lit("none")),
        base.filter(pl.col("counts") & (pl.col("c") < 0.07)).with_columns(kind=pl.lit("total")),
    ]
    rows = pl.concat(kinds).sort("mention", "kind")
    return _render(rows, draw)


def _render(rows: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    """Returns rows of claims."""
    size = rows.height
    ids = {"claim_id": _ids("c", draw, size), "confidence": pl.Series(draw.uniform(0.3, 0.99, size).round(3))}
    is_total, is_number = pl.col("kind") == "total", pl.col("kind") != "none"
    day = pl.lit(FIRST_DAY.astype("O")) + pl.duration(days=pl.col("day"))
    published = pl.lit(FIRST_DAY.astype("O")) + pl.duration(days=pl.col("day") + pl.col("delay"))
    country = _country(pl.col("country"))
    when, where = pl.col("when"), pl.when(is_total).then(2).otherwise("where")
    value = (
        pl.when(pl.col("kind") == "killed")
        .then((pl.col("killed") * pl.col("known")).round())
        .when(pl.col("kind") == "injured")
        .then((pl.col("injured") * pl.col("known")).round())
        .when(is_total)  # since January, more every day
        .then((pl.col("day") % 365) * (60 - pl.col("country")) + pl.col("day") % 7)
        .cast(pl.Int64)
    )
    bound = pl.when(pl.col("a") * 1000 % 10 < 7).then(pl.lit("exact")).otherwise(pl.lit("at_least"))
    actor, recipient = _party(pl.col("actor")), _party(pl.col("recipient"))
    start = (
        pl.when(is_total).then(day.dt.truncate("1y")).when(when == 0).then(day).when(when == 1).then(published)
        .when(when == 2).then(day.dt.truncate("1w")).when(when == 3).then(day.dt.truncate("1mo"))
    )  # fmt: skip
    end = (
        pl.when(is_total).then(published).when(when == 0).then(day).when(when == 1).then(published)
        .when(when == 2).then(day.dt.truncate("1w") + pl.duration(days=6)).when(when == 3).then(day.dt.month_end())
    )  # fmt: skip
    said: dict[str, pl.Expr] = {
        "sentence_index": pl.lit(0),
        "char_start": pl.int_range(pl.len()).over("article"),
        "quote": pl.lit("x"),
        "event_date_start": start.cast(pl.Date),
        "event_date_end": end.cast(pl.Date),
        "date_precision": pl.when(is_total).then(pl.lit("range")).otherwise(
            when.replace_strict({0: "day", 1: "day", 2: "week", 3: "month", 4: "unknown"}, return_dtype=pl.String)),
        "date_basis": pl.when(is_total).then(pl.lit("stated")).otherwise(
            when.replace_strict({0: "stated", 1: "publication", 2: "relative", 3: "stated", 4: "unknown"}, return_dtype=pl.String)),
        "actor_id": pl.when(pl.col("who") == 0).then(actor),
        "actor_text": pl.when(pl.col("who") < 2).then(actor.str.to_lowercase()),
        "recipient_id": pl.when(pl.col("whom") == 0).then(recipient),
        "recipient_text": pl.when(pl.col("whom") < 2).then(recipient.str.to_lowercase()),
        "action": pl.when(is_total).then(pl.lit("casualty_report")).otherwise(
            pl.col("action").replace_strict(dict(enumerate(ACTIONS)), return_dtype=pl.String)),
        "action_text": pl.lit("x"),
        "metric": pl.when(is_total).then(pl.lit("killed")).when(is_number).then("kind"),
        "quantity_low": pl.when(is_number).then(value),
        "quantity_best": pl.when(is_number & (bound == "exact")).then(value),
        "quantity_bound": pl.when(is_number).then(bound),
        "quantity_unit": pl.when(is_number).then(pl.lit("person")),
        "quantity_text": pl.when(is_number).then(pl.lit("x")),
        "accounting": pl.when(is_total).then(pl.lit("cumulative")).when(is_number).then(pl.lit("increment")).otherwise(pl.lit("unknown")),
        "affected_text": pl.when(is_total).then(pl.lit("people")),
        "place_id": pl.when(where == 0).then(pl.col("place") + 1_000_000).when(where == 1).then(
            2_000_000 + pl.col("country") * PROVINCES + pl.col("place") % PROVINCES).cast(pl.String),
        "place_text": pl.when(where.is_in([0, 3])).then(pl.format("town {}", "place")).when(where == 1).then(pl.lit("province")),
        "country": pl.when(where < 3).then(country),
        "latitude": pl.when(where == 0).then(pl.col("place") % 120 - 60.0),
        "longitude": pl.when(where == 0).then(pl.col("place") * 7 % 360 - 180.0),
        "place_precision": where.replace_strict({0: "exact", 1: "admin1", 2: "country", 3: "unknown", 4: "unknown"}, return_dtype=pl.String),
        "claimant_text": pl.when(pl.col("b") < 0.5).then(pl.format("speaker {}", pl.col("publisher") % 20)),
        "claimant_type": pl.when(pl.col("b") < 0.5).then(pl.lit("government")).otherwise(pl.lit("media")),
        "claim_mode": pl.col("mode").replace_strict(
            {0: "asserted", 1: "estimated", 2: "historical", 3: "denied", 4: "planned", 5: "threatened"}, return_dtype=pl.String),
        "extractor": pl.lit("benchmark"),
        "extractor_version": pl.lit("1"),
    }  # fmt: skip
    types = table_types(Claims)
    numbered = rows.with_columns(
        article_id=_hex("a", pl.col("article")), mention_id=_hex("m", pl.col("mention")), **ids
    )
    made = numbered.with_columns(**said).with_columns(char_end=pl.col("char_start") + 1)
    return made.select(
        pl.col(name).cast(kind) if name in made.columns else pl.lit(None, kind).alias(name)
        for name, kind in types.items()
    )


def _make_articles(reports: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    """Returns rows of articles, in the order of their numbers."""
    first = reports.unique("article", keep="first", maintain_order=True).sort("article")
    instant = (
        pl.lit(FIRST_DAY.astype("O")).cast(pl.Datetime("us", "UTC"))
        + pl.duration(days=pl.col("day") + pl.col("delay"), minutes=pl.col("minute"))
    )  # fmt: skip
    said: dict[str, pl.Expr] = {
        "article_id": _hex("a", pl.col("article")),
        "source_id": pl.lit("benchmark"),
        "external_id": pl.col("article").cast(pl.String),
        "publisher": pl.format("publisher {}", "publisher"),
        "authors": pl.lit([], pl.List(pl.String)),
        "published_at": instant,
        "published_basis": pl.lit("metadata"),
        "retrieved_at": instant + pl.duration(hours=1),
        "language": pl.lit("en"),
        "text": pl.lit("x" * 40),
        "duplicate_of": pl.when("is_copy").then(_hex("a", pl.col("article").shift(1))),
    }
    types = table_types(Articles)
    made = first.with_columns(minute=pl.Series(draw.integers(0, 1440, first.height))).with_columns(**said)
    return made.select(
        pl.col(name).cast(kind) if name in made.columns else pl.lit(None, kind).alias(name)
        for name, kind in types.items()
    )


def _hex(prefix: str, number: pl.Expr) -> pl.Expr:
    """Returns an id of the contract's form for each number: scattered, as digests are, and none twice."""
    # A prime as factor permutes the numbers below 10**9 + 7, so that the order of ids is not that of the articles.
    scattered = (number.cast(pl.Int64) + 1) * 387_420_489 % 1_000_000_007
    return pl.format("{}_{}", pl.lit(prefix), scattered.cast(pl.String).str.zfill(20))


def _country(number: pl.Expr) -> pl.Expr:
    names = {n: f"{chr(65 + n // 26)}{chr(65 + n % 26)}X" for n in range(COUNTRIES)}
    return number.replace_strict(names, return_dtype=pl.String)


def _party(number: pl.Expr) -> pl.Expr:
    names = {
        n: f"{chr(65 + n // len(PARTIES) // 26)}{chr(65 + n // len(PARTIES) % 26)}X_{PARTIES[n % len(PARTIES)]}"
        for n in range(COUNTRIES * len(PARTIES))
    }
    return number.replace_strict(names, return_dtype=pl.String)
