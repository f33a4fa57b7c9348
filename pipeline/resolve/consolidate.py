"""A cluster of claims to an event's row and the relation of each claim to it.

What belongs here: which date, place, sides and action stand for the event. What does not: its numbers
(estimate.py), its id (identity.py).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import polars as pl

from pipeline.resolve.estimate import Figure, estimate
from pipeline.resolve.groups import INCREMENT, Actions, Claim, is_same_actor, read_claims
from pipeline.validate import table_types
from schemas import EventClaims, Events
from schemas.vocabulary import DATE_PRECISIONS, EVENT_METRICS, METRICS, PLACE_PRECISIONS

#: The rest, most important first: harm to people, then forces, then things, as the vocabulary has them.
OTHER_METRICS: Final = tuple(metric for metric in METRICS if metric not in EVENT_METRICS)

PLACE_COLUMNS: Final = ("place_id", "place_text", "country", "latitude", "longitude", "place_precision")


def make_tables(
    actions: Actions, gathered: Iterable[tuple[str, str, Sequence[Claim], Sequence[Claim]]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns events, without releases, and event_claims.

    Args:
        actions: What the actions table says.
        gathered: The id of each event, its accounting class, its claims and the denials of it.
    """
    rows: list[dict[str, Any]] = []
    links: list[dict[str, Any]] = []
    for event_id, accounting, claims, denials in gathered:
        row, members = make_event(claims, denials, accounting, actions)
        rows.append({"event_id": event_id, **row, "first_release": None, "last_changed_release": None})
        links += [{"event_id": event_id, **member} for member in members]
    return (
        pl.DataFrame(rows, schema=table_types(Events), orient="row"),
        pl.DataFrame(links, schema=table_types(EventClaims), orient="row"),
    )


def gather_task(actions: Actions, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns events and event_claims of rows of `segments.cluster_claims` with event_id: whole events, in their order."""
    gathered: dict[str, tuple[str, str, list[Claim], list[Claim]]] = {}
    known = rows.select("event_id", "accounting_class", "is_denial").iter_rows()
    for claim, (event_id, accounting, is_denial) in zip(read_claims(rows), known, strict=True):
        _, _, claims, denials = gathered.setdefault(event_id, (event_id, accounting, [], []))
        (denials if is_denial else claims).append(claim)
    return make_tables(actions, gathered.values())


def make_event(
    members: Sequence[Claim], denials: Sequence[Claim], accounting: str, actions: Actions
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Returns the event's row, without id and releases, and a row per claim, without the event's id."""
    claims = sorted((*members, *denials), key=lambda claim: claim.order)
    reported = [claim for claim in members if claim.is_reported]
    articles = {claim.article_id for claim in claims}
    copies = {claim.claim_id for claim in claims if claim.duplicate_of in articles}
    told = sorted(reported or members, key=lambda claim: claim.order)
    first_hand = [claim for claim in told if claim.claim_id not in copies] or told
    figures = _make_figures([claim for claim in reported if claim.claim_id not in copies], accounting)
    actor_id, recipient_id = _choose_sides(first_hand, actions)
    row: dict[str, Any] = {
        **_choose_date(first_hand),
        "action": _choose_action(first_hand, actions),
        "actor_id": actor_id,
        "recipient_id": recipient_id,
        **_choose_place(first_hand),
        **_quantity_columns(figures),
        "accounting": _name_accounting(members, accounting),
        "n_claims": len(claims),
        "n_articles": len(articles),
        "n_publishers": len({claim.publisher for claim in claims if claim.claim_id not in copies} - {None}),
        "n_claimants": len({claim.claimant for claim in claims} - {None}),
        "estimate_rule": next(iter(figures.values())).rule if figures else "no_quantity",
        "review_state": "machine",
        "confidence": max(claim.confidence for claim in claims),
    }
    used = {claim_id for figure in figures.values() for claim_id in figure.used}
    relations = {claim_id: relation for figure in figures.values() for claim_id, relation in figure.relations.items()}
    denied = {claim.claim_id for claim in denials}
    links = [
        {
            "claim_id": claim.claim_id,
            "relation": "contradicts"
            if claim.claim_id in denied
            else "duplicates"
            if claim.claim_id in copies
            else relations.get(claim.claim_id, "supports"),
            "used_in_estimate": claim.claim_id in used,
        }
        for claim in claims
    ]
    return row, links


def _make_figures(claims: Sequence[Claim], accounting: str) -> dict[str, Figure]:
    """Returns the numbers by metric: the own columns, then the most important other one."""
    by_metric: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.metric:
            by_metric[claim.metric].append(claim)
    figures: dict[str, Figure] = {}
    for metric in (*EVENT_METRICS, *OTHER_METRICS):
        if metric in by_metric and (metric in EVENT_METRICS or not figures.keys() - set(EVENT_METRICS)):
            rows = by_metric[metric]
            unit = _most(rows, lambda claim: claim.quantity_unit)  # drones and vehicles are not compared
            figure = estimate([claim for claim in rows if claim.quantity_unit == unit], accounting)
            if figure:
                figures[metric] = figure
    return figures


def _quantity_columns(figures: dict[str, Figure]) -> dict[str, Any]:
    """Returns the number columns, null where nothing is known."""
    columns: dict[str, Any] = {}
    other = next((metric for metric in figures if metric not in EVENT_METRICS), None)
    for name in (*EVENT_METRICS, "quantity"):
        figure = figures.get(other or "" if name == "quantity" else name)
        if name == "quantity":
            columns |= {"quantity_metric": other, "quantity_unit": figure.unit if figure else None}
        for end in ("low", "best", "high"):
            columns[f"{name}_{end}"] = getattr(figure, end) if figure else None
    return columns


def _name_accounting(claims: Sequence[Claim], accounting: str) -> str:
    """Returns the accounting of an event: its class, unknown where no claim says that it counts this incident."""
    if accounting != INCREMENT:
        return accounting
    return INCREMENT if any(claim.accounting == INCREMENT for claim in claims) else "unknown"


def _choose_date(claims: Sequence[Claim]) -> dict[str, Any]:
    """Returns the days that the most precise claims share; where they share none, those that most of them name."""
    dated = [claim for claim in claims if claim.event_date_start and claim.date_precision != "unknown"]
    if not dated:
        return {"event_date_start": None, "event_date_end": None, "date_precision": "unknown"}

    def vagueness(claim: Claim) -> tuple[bool, int]:
        return claim.date_basis == "publication", DATE_PRECISIONS.index(claim.date_precision)

    best = min(vagueness(claim) for claim in dated)
    precise = [claim for claim in dated if vagueness(claim) == best]
    spans = [(c.event_date_start, c.event_date_end or c.event_date_start) for c in precise if c.event_date_start]
    start, end = max(span[0] for span in spans), min(span[1] for span in spans if span[1])
    if start > end:
        start, end = Counter(spans).most_common(1)[0][0]
    return {"event_date_start": start, "event_date_end": end, "date_precision": precise[0].date_precision}


def _choose_place(claims: Sequence[Claim]) -> dict[str, Any]:
    """Returns the place columns of one claim: the most precise, of equals the place named most often."""
    best = min(PLACE_PRECISIONS.index(claim.place_precision) for claim in claims)
    precise = [claim for claim in claims if PLACE_PRECISIONS.index(claim.place_precision) == best]
    place = _most(precise, lambda claim: claim.place_id or claim.country or claim.place_text)
    chosen = next(claim for claim in precise if (claim.place_id or claim.country or claim.place_text) == place)
    return {column: getattr(chosen, column) for column in PLACE_COLUMNS}


def _choose_action(claims: Sequence[Claim], actions: Actions) -> str:
    """Returns the most frequent action of those that fit the fewest families: specific before generic."""
    fewest = min(len(actions.families[claim.action]) for claim in claims)
    specific = [claim for claim in claims if len(actions.families[claim.action]) == fewest]
    return _most(specific, lambda claim: claim.action) or specific[0].action


def _choose_sides(claims: Sequence[Claim], actions: Actions) -> tuple[str | None, str | None]:
    """Returns the most frequent actor and recipient; mutual acts are turned to the first claim's order."""
    first = claims[0]
    actors: list[str] = []
    recipients: list[str] = []
    for claim in claims:
        sides = (claim.actor_id, claim.recipient_id)
        turned = (first.recipient_id, first.actor_id)
        straight = sum(a == b is not None for a, b in zip(sides, turned[::-1], strict=True))
        crossed = sum(a == b is not None for a, b in zip(sides, turned, strict=True))
        if claim.action in actions.mutual and crossed > straight:
            sides = (sides[1], sides[0])
        actors += [sides[0]] if sides[0] else []
        recipients += [sides[1]] if sides[1] else []
    return _most_specific(actors), _most_specific(recipients)


def _most_specific(ids: list[str]) -> str | None:
    """Returns the most frequent id; a whole's mentions count for its named part (RUS for RUS_MIL)."""
    counts = Counter(ids)
    support = {
        one: sum(n for other, n in counts.items() if is_same_actor(one, other) and len(other) <= len(one))
        for one in counts
    }
    return max(counts, key=lambda one: (support[one], counts[one], len(one)), default=None)


def _most(claims: Iterable[Claim], value: Callable[[Claim], str | None]) -> str | None:
    """Returns the most frequent value that is set, the earliest claim's of equals."""
    counts = Counter(said for claim in claims if (said := value(claim)))
    return counts.most_common(1)[0][0] if counts else None
