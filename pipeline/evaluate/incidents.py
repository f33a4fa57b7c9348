"""Rows of claims as incidents: what one article says of one incident, as gold says it.

What belongs here: grouping rows by mention, and the one value that they give each slot. What does not: whether a value
is right (match.py, score.py).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeVar

from pipeline.evaluate.match import Matcher, fold, split_words

Row = Mapping[str, Any]
Fill = list[str]
T = TypeVar("T")

#: Modes of claims of what has happened; others count only where a set scores modes.
TOLD: Final = ("asserted", "estimated", "historical")

#: Columns that fill the slots of phrases: the words, and the name in the registry.
COLUMNS: Final = {
    "actors": ("actor_text", "actor_name"),
    "recipients": ("recipient_text", "recipient_name"),
    "places": ("place_text", "place_name"),
    "claimants": ("claimant_text", "claimant_name"),
}
_AFFECTED: Final = ("affected_text", "affected_name")

#: Characters before a part of a number, and between a number and its part, in which an inclusion word is looked for.
_BEFORE: Final = 40
_BETWEEN: Final = 120


@dataclass
class Incident:
    """What the rows of one mention say together."""

    rows: list[Row]
    start: int
    date: tuple[date, date] | None
    action: str | None
    plover: str | None
    mode: str | None
    fills: dict[str, list[Fill]] = field(default_factory=dict)
    numbers: dict[str, int | None] = field(default_factory=dict)

    @property
    def is_told(self) -> bool:
        """Whether it is said to have happened."""
        return self.mode is None or self.mode in TOLD


def group_incidents(rows: Iterable[Row], text: str, matcher: Matcher, *, all_modes: bool) -> list[Incident]:
    """Returns the incidents of one article's rows, in their order.

    Args:
        rows: Claims with names and crosswalks joined, see `pipeline.lines`.
        text: The article's text.
        matcher: Knows inclusion words.
        all_modes: Whether claims of what has not happened count as well.
    """
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if all_modes or row["claim_mode"] is None or row["claim_mode"] in TOLD:
            groups.setdefault(row["mention_id"], []).append(row)
    return [_make_incident(group, text, matcher) for group in groups.values()]


def fills_of(slot: str, row: Row) -> Fill:
    """Returns the alternatives that a row gives a slot of phrases; who is counted stands in for a missing recipient."""
    found = [row[column] for column in COLUMNS[slot] if row[column]]
    if slot == "recipients" and not found:
        found = [row[column] for column in _AFFECTED if row[column]]
    return found


def interval_of(row: Row) -> tuple[date, date] | None:
    """Returns a row's interval, a missing end taken from the other."""
    first, last = row["event_date_start"], row["event_date_end"]
    return (first or last, last or first) if first or last else None


def number_of(row: Row) -> int | None:
    """Returns the number that stands for a row's quantity: best, else low, else high."""
    ends = (row["quantity_best"], row["quantity_low"], row["quantity_high"])
    return next((end for end in ends if end is not None), None)


def combine_numbers(rows: Iterable[Row], text: str, matcher: Matcher) -> int | None:
    """Returns the one number of the rows of one metric in one mention.

    The first row's claimant only; totals and levels only if there is nothing else, then the largest. Parts of different
    people in one sentence are added, unless the largest is their sum or an inclusion word stands before the part.
    """
    counted = sorted((row for row in rows if number_of(row) is not None), key=lambda row: row["char_start"])
    if not counted:
        return None
    first = fold(counted[0]["claimant_text"])
    counted = [row for row in counted if fold(row["claimant_text"]) == first]
    fresh = [row for row in counted if row["accounting"] not in ("cumulative", "stock")]
    if not fresh:
        return max(_number(row) for row in counted)
    told: dict[tuple[int, str], Row] = {}
    for row in fresh:
        told.setdefault((_number(row), fold(row["affected_text"])), row)
    once = list(told.values())
    top = max(once, key=_number)
    rest = [row for row in once if row is not top]
    kinds = [fold(row["affected_text"]) for row in once]
    if not rest or "" in kinds or len(set(kinds)) < len(kinds) or sum(map(_number, rest)) == _number(top):
        return _number(top)
    return _number(top) + sum(_number(row) for row in rest if not _is_part(row, top, text, matcher))


def _number(row: Row) -> int:
    number = number_of(row)
    assert number is not None
    return number


def _is_part(row: Row, top: Row, text: str, matcher: Matcher) -> bool:
    """Whether a number is not added to the largest: told in another sentence, or included in it."""
    if row["sentence_index"] != top["sentence_index"]:
        return True
    before = text[max(0, row["char_start"] - _BEFORE) : row["char_end"]]
    if top["char_end"] < row["char_start"] <= top["char_end"] + _BETWEEN:
        before = text[top["char_end"] : row["char_end"]]
    return matcher.has_inclusion(f"{before} {row['quantity_text'] or ''}")


def _make_incident(rows: list[Row], text: str, matcher: Matcher) -> Incident:
    by_metric: dict[str, list[Row]] = {}
    for row in rows:
        if row["metric"]:
            by_metric.setdefault(row["metric"], []).append(row)
    return Incident(
        rows=rows,
        start=min(row["char_start"] for row in rows),
        date=_most_common(interval_of(row) for row in rows),
        action=_most_common(row["action"] for row in rows),
        plover=_most_common(row["plover_type"] for row in rows),
        mode=_most_common(row["claim_mode"] for row in rows),
        fills={slot: _distinct(fills_of(slot, row) for row in rows) for slot in COLUMNS},
        numbers={metric: combine_numbers(told, text, matcher) for metric, told in by_metric.items()},
    )


def _most_common(values: Iterable[T | None]) -> T | None:
    """Returns the most frequent value, the first on a tie."""
    counted = Counter(value for value in values if value is not None)
    return counted.most_common(1)[0][0] if counted else None


def _distinct(fills: Iterable[Fill]) -> list[Fill]:
    """Returns fills of different words, in order."""
    seen: dict[tuple[str, ...], Fill] = {}
    for fill in fills:
        if fill:
            seen.setdefault(tuple(sorted({" ".join(split_words(text)) for text in fill})), fill)
    return list(seen.values())
