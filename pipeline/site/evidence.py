"""What the page of an event says: its values, and every claim with the sentence that makes it.

What belongs here: an event and its claims as a page shows them. What does not: what became of it through releases
(revisions.py), and where a sentence begins and ends (pipeline/release/query.py).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import polars as pl
from markupsafe import Markup

from pipeline.release import ExplainedClaim, Explanation, explain_claim
from pipeline.site.charts import interval
from pipeline.site.edition import Edition
from pipeline.site.words import days, label, span
from schemas.vocabulary import EVENT_METRICS

_RELATIONS: Final = {
    "supports": "supports the estimate",
    "contradicts": "contradicts the estimate",
    "updates": "updates an earlier number",
    "duplicates": "repeats another claim",
}


class Number(NamedTuple):
    """A number of an event: its metric and unit, low, best and high."""

    metric: str
    unit: str
    low: int | None
    best: int | None
    high: int | None

    @property
    def words(self) -> str:
        """The number in words."""
        return span(self.low, self.best, self.high)


class Said(NamedTuple):
    """What one claim says of one number, beside the others: its place in the list of claims, and the drawing."""

    at: int
    claimant: str
    claimant_type: str
    mode: str
    words: str
    drawing: Markup
    relation: str
    contradicts: bool
    used: bool
    published: date | None


class Comparison(NamedTuple):
    """All that is said of one number.

    Attributes:
        metric: What is counted.
        unit: Its unit.
        estimate: The event's number, where it has one of this kind.
        drawing: The event's number drawn on the scale of all.
        rows: The claims.
        most: The end of the scale.
    """

    metric: str
    unit: str
    estimate: str
    drawing: Markup
    rows: Sequence[Said]
    most: int

    @property
    def contradicted(self) -> bool:
        """Whether any of the claims contradicts the estimate."""
        return any(row.contradicts for row in self.rows)


def explain_events(edition: Edition, event_ids: Sequence[str]) -> Iterator[Explanation]:
    """Returns events with their claims, as `pipeline.release.explain` does for one, in the order that is asked for."""
    tables, wanted = edition.tables, pl.DataFrame({"event_id": event_ids}, schema={"event_id": pl.String})
    links = tables["event_claims"].join(wanted, on="event_id", how="semi")
    claims = links.join(tables["claims"], on="claim_id").sort(
        ["event_id", "used_in_estimate", "article_id", "char_start", "claim_id"],
        descending=[False, True, False, False, False],
    )
    articles = {
        row["article_id"]: row
        for row in tables["articles"].join(claims, on="article_id", how="semi").iter_rows(named=True)
    }
    events = {row["event_id"]: row for row in tables["events"].join(wanted, on="event_id", how="semi").to_dicts()}
    by_event: dict[str, list[ExplainedClaim]] = defaultdict(list)
    for claim in claims.iter_rows(named=True):
        by_event[claim["event_id"]].append(explain_claim(claim, articles[claim["article_id"]]))
    for event_id in event_ids:
        yield Explanation(events[event_id], tuple(by_event[event_id]))


def name_event(event: Mapping[str, Any], edition: Edition) -> dict[str, str]:
    """Returns an event in words: action, where, when."""
    country = edition.country_name(event["country"])
    place = event["place_text"]
    return {
        "action": label(event["action"]).capitalize(),
        "place": place or "",
        "country": country or "",
        "when": days(event["event_date_start"], event["event_date_end"], event["date_precision"]),
    }


def numbers_of(event: Mapping[str, Any]) -> list[Number]:
    """Returns the numbers that an event states."""
    found = [
        Number(metric, "person", *(event[f"{metric}_{end}"] for end in ("low", "best", "high")))
        for metric in EVENT_METRICS
    ]
    if event["quantity_metric"] is not None:
        ends = (event[f"quantity_{end}"] for end in ("low", "best", "high"))
        found.append(Number(event["quantity_metric"], event["quantity_unit"] or "", *ends))
    return [number for number in found if number.words]


def compare_claims(explanation: Explanation, edition: Edition) -> list[Comparison]:
    """Returns the claims that state a number, side by side, one comparison for each metric and unit."""
    groups: dict[tuple[str, str], list[tuple[int, ExplainedClaim]]] = defaultdict(list)
    for at, explained in enumerate(explanation.claims, start=1):
        claim = explained.claim
        if claim["metric"] is not None:
            groups[claim["metric"], claim["quantity_unit"] or ""].append((at, explained))
    estimates = {(number.metric, number.unit): number for number in numbers_of(explanation.event)}
    # An event's number of people has no unit of its own, so the claims of that metric share it.
    by_metric = {number.metric: number for number in estimates.values()}
    found = []
    for (metric, unit), members in groups.items():
        estimate = estimates.get((metric, unit)) or (by_metric.get(metric) if not unit else None)
        ends = [explained.claim[f"quantity_{end}"] for _, explained in members for end in ("low", "best", "high")]
        ends += [estimate.low, estimate.best, estimate.high] if estimate else []
        most = max((value for value in ends if value is not None), default=0)
        rows = [_said(at, explained, most, edition) for at, explained in members]
        drawing = interval(estimate.low, estimate.best, estimate.high, most) if estimate else Markup()
        found.append(Comparison(metric, unit, estimate.words if estimate else "", drawing, rows, most))
    return sorted(found, key=lambda one: (not one.estimate, not one.contradicted, one.metric, one.unit))


def claimant_of(claim: Mapping[str, Any], edition: Edition) -> str:
    """Returns who says it: in the article's words, or else by the registry, or the publication itself."""
    return (
        claim["claimant_text"]
        or edition.actor_names.get(claim["claimant_id"] or "", claim["claimant_id"])
        or "the publication itself"
    )


def describe_relation(relation: str) -> str:
    """Returns how a claim stands to its event's estimate, in words."""
    return _RELATIONS.get(relation, label(relation))


def _said(at: int, explained: ExplainedClaim, most: int, edition: Edition) -> Said:
    claim = explained.claim
    ends = claim["quantity_low"], claim["quantity_best"], claim["quantity_high"]
    return Said(
        at=at,
        claimant=claimant_of(claim, edition),
        claimant_type=label(claim["claimant_type"]),
        mode=label(claim["claim_mode"]),
        words=span(*ends) or label(claim["quantity_bound"]),
        drawing=interval(*ends, most),
        relation=describe_relation(claim["relation"]),
        contradicts=claim["relation"] == "contradicts",
        used=claim["used_in_estimate"],
        published=explained.article["published_at"],
    )


def choose_static(events: pl.DataFrame, version: str, most: int) -> list[str]:
    """Returns the ids of the events that get a file of their own: changed in this release first, then the newest."""
    changed = (pl.col("last_changed_release") == version).alias("changed")
    order = events.select("event_id", "event_date_start", changed)
    order = order.sort(["changed", "event_date_start", "event_id"], descending=[True, True, False], nulls_last=True)
    return order["event_id"].head(most).to_list()
