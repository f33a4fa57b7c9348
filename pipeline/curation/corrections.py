"""Files of corrections to decisions.

What belongs here: the form of a correction, and errors that name file, line and remedy. What does not: whether it
still fits the data (replay.py, aliases.py). The form in words: docs/corrections.md.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final

import yaml

from pipeline.validate import ContractError, table_types
from schemas import Events
from schemas.vocabulary import (
    ACCOUNTINGS,
    DATE_PRECISIONS,
    DECISION_KINDS,
    METRICS,
    PLACE_PRECISIONS,
)


class CorrectionError(ContractError):
    """A file of corrections is not as it should be: nothing of it was applied, and the build stops."""


#: Columns that the pipeline alone says: who said it, by which rule, since when.
_MACHINE_ONLY: Final = frozenset(
    {
        "event_id",
        "n_claims",
        "n_articles",
        "n_publishers",
        "n_claimants",
        "estimate_rule",
        "review_state",
        "confidence",
        "first_release",
        "last_changed_release",
    }
)
#: Columns of events that a person may set, with their types.
OVERRIDABLE: Final = {name: kind for name, kind in table_types(Events).items() if name not in _MACHINE_ONLY}
#: Columns that a guard may name: an event's values, and how many claims it has.
GUARDABLE: Final = (*OVERRIDABLE, "n_claims", "n_articles", "n_publishers", "n_claimants")

_CODES: Final[dict[str, tuple[str, ...]]] = {
    "accounting": ACCOUNTINGS,
    "date_precision": DATE_PRECISIONS,
    "place_precision": PLACE_PRECISIONS,
    "quantity_metric": METRICS,
}
#: Columns without which a row is no event.
_NEVER_NULL: Final = frozenset({"action", *_CODES} - {"quantity_metric"})

_COMMON: Final = ("kind", "expect", "reason", "author", "date")
#: What a correction of each kind has beside the common fields.
_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "accept": ("event",),
    "reject": ("event",),
    "override": ("event", "field", "value"),
    "merge": ("events",),
    "split": ("event", "claims"),
    "alias": ("actor", "name", "language"),
}
_EVENT: Final = re.compile(r"e_[0-9a-f]{20}")
_CLAIM: Final = re.compile(r"c_[0-9a-f]{20}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_TYPES: Final = {"Date": (date, "a date YYYY-MM-DD"), "Int64": (int, "a whole number"), "Float64": (float, "a number")}


@dataclass(frozen=True, slots=True)
class Decision:
    """One correction, as it was written.

    Attributes:
        decision_id: `d_` and 20 hex digits of what was decided, of what, by whom and when.
        kind: A code of `DECISION_KINDS`.
        targets: Ids of events; of an alias the actor.
        field: The column that is overridden; of an alias the language.
        value: The value that is set; of an alias the name; of a split the claim ids of each part.
        expect: What it was written against: by event, its columns; of an alias the actors that the name meant.
        reason: Why.
        author: Who decided.
        date: When.
        adjudicates: Whether it settles a disagreement.
        location: File and line.
    """

    decision_id: str
    kind: str
    targets: tuple[str, ...]
    field: str | None
    value: Any
    expect: Any
    reason: str
    author: str
    date: date
    adjudicates: bool
    location: str


def read_corrections(files: Mapping[str, bytes]) -> list[Decision]:
    """Returns the decisions of files of corrections, in the order in which they are replayed.

    Those that adjudicate come last, else the earlier first, then by file and place in it.

    Args:
        files: The bytes of each file, by the name that errors should give it.

    Raises:
        CorrectionError: If a file or an entry of it is not as it should be; names every one, with file, line, what
            is wrong and what to do.
    """
    decisions: list[Decision] = []
    problems: list[str] = []
    for name in sorted(files):
        try:
            entries = _load(name, files[name])
        except _Problem as problem:
            problems.append(str(problem))
            continue
        for place, entry in entries:
            try:
                decisions.append(_read(place, entry))
            except _Problem as problem:
                problems.append(f"{place}: {problem}")
    places: dict[str, str] = {}
    for decision in decisions:
        if decision.decision_id in places:
            first = places[decision.decision_id]
            problems.append(f"{decision.location}: says the same as {first}: remove one of them")
        places.setdefault(decision.decision_id, decision.location)
    if problems:
        raise CorrectionError(
            f"{len(problems)} corrections cannot be read; docs/corrections.md shows how they are written:\n  "
            + "\n  ".join(problems[:20])
        )
    return sorted(decisions, key=lambda d: (d.adjudicates, d.date))  # sorted() keeps the order of equals


def to_text(value: Any) -> str:
    """Returns a value as JSON, dates as YYYY-MM-DD, the same value always as the same text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


class _Problem(Exception):
    """What is wrong, and what to do."""


class _Loader(yaml.SafeLoader):
    """Refuses what YAML would silently drop."""


def _construct_mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [key.value for key, _ in node.value]
    for key in keys:
        if keys.count(key) > 1:
            raise yaml.MarkedYAMLError(problem=f"{key} is there twice", problem_mark=node.start_mark)
    return {loader.construct_object(k, deep=True): loader.construct_object(v, deep=True) for k, v in node.value}


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_mapping)


def _load(name: str, data: bytes) -> Iterator[tuple[str, Any]]:
    """Returns the entries of a file, each with its place."""
    try:
        text = data.decode()
        root = yaml.compose(text, Loader=_Loader)
        written = yaml.load(text, Loader=_Loader)  # noqa: S506, a safe loader
    except UnicodeDecodeError as error:
        raise _Problem(f"{name}: is not UTF-8 ({error.reason} at byte {error.start}): save it as UTF-8") from None
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        said = " ".join(str(getattr(error, "problem", None) or error).split())
        raise _Problem(f"{name}{line}: is no YAML ({said}): correct it; quote text that holds `: ` or `#`") from None
    if root is None:
        return iter(())
    if not isinstance(root, yaml.SequenceNode):
        raise _Problem(f"{name}, line {root.start_mark.line + 1}: is no list: begin every correction with `- kind:`")
    places = [f"{name}, line {node.start_mark.line + 1}" for node in root.value]
    return iter(list(zip(places, written, strict=True)))


def _read(place: str, entry: Any) -> Decision:
    """Returns the decision that an entry states."""
    if not isinstance(entry, dict):
        raise _Problem("is no correction: write `kind: ...` and its fields, one a line")
    kind = entry.get("kind")
    if kind not in _FIELDS:
        raise _Problem(f"kind is {kind!r}: use one of {', '.join(DECISION_KINDS)}")
    wanted = (*_COMMON[:1], *_FIELDS[kind], *_COMMON[1:])
    missing = [name for name in wanted if name not in entry]
    unknown = [str(name) for name in entry if name not in (*wanted, "adjudicates")]
    if missing or unknown:
        said = [f"{', '.join(names)} {verb}" for names, verb in ((missing, "missing"), (unknown, "unknown")) if names]
        raise _Problem(f"{'; '.join(said)}: a correction of kind {kind} has {', '.join(wanted)}")
    reason, author = (_text(entry, name) for name in ("reason", "author"))
    day = entry["date"]
    if type(day) is not date:
        raise _Problem(f"date is {day!r}: write YYYY-MM-DD")
    adjudicates = entry.get("adjudicates", False)
    if type(adjudicates) is not bool:
        raise _Problem(f"adjudicates is {adjudicates!r}: write true, or leave it out")
    targets, field, value, expect = _READERS[kind](entry)
    told = to_text([kind, targets, field, value, author, day])
    return Decision(
        decision_id=f"d_{sha256(told.encode()).hexdigest()[:20]}",
        kind=kind,
        targets=targets,
        field=field,
        value=value,
        expect=expect,
        reason=reason,
        author=author,
        date=day,
        adjudicates=adjudicates,
        location=place,
    )


_Parts = tuple[tuple[str, ...], str | None, Any, Any]


def _read_verdict(entry: dict[str, Any]) -> _Parts:
    event = _event(entry["event"])
    return (event,), None, None, {event: _guard(entry["expect"])}


def _read_override(entry: dict[str, Any]) -> _Parts:
    event, field = _event(entry["event"]), entry["field"]
    if field not in OVERRIDABLE:
        raise _Problem(f"field is {field!r}: a person may set {', '.join(OVERRIDABLE)}")
    value = _value(field, entry["value"], "value")
    expect = entry["expect"]
    guard = _guard(expect) if isinstance(expect, dict) else {field: _value(field, expect, "expect")}
    if guard.get(field, value if value is not None else ...) == value and field in guard:
        raise _Problem(f"expect and value of {field} are the same, {value!r}: nothing would change, remove it")
    return (event,), field, value, {event: guard}


def _read_merge(entry: dict[str, Any]) -> _Parts:
    events = entry["events"]
    if not isinstance(events, list) or len(events) < 2:
        raise _Problem(f"events is {events!r}: list two ids or more, first the one that stays")
    targets = tuple(_event(event) for event in events)
    if len(set(targets)) < len(targets):
        raise _Problem("events names one id twice: name every event once")
    expect = entry["expect"]
    if isinstance(expect, dict) and expect and all(_EVENT.fullmatch(str(key)) for key in expect):
        if set(expect) != set(targets):
            raise _Problem("expect names other events than events: guard every event that is merged")
        return targets, None, None, {event: _guard(expect[event]) for event in targets}
    return targets, None, None, {event: _guard(expect) for event in targets}


def _read_split(entry: dict[str, Any]) -> _Parts:
    event, parts = _event(entry["event"]), entry["claims"]
    if not isinstance(parts, list) or not parts or not all(isinstance(part, list) and part for part in parts):
        raise _Problem("claims is no list of lists: for every part that leaves the event, list the ids of its claims")
    claims = [claim for part in parts for claim in part]
    for claim in claims:
        if not isinstance(claim, str) or not _CLAIM.fullmatch(claim):
            raise _Problem(f"{claim!r} is no claim: ids are c_ and 20 hex digits, as `conflict-events explain` shows")
    if len(set(claims)) < len(claims):
        raise _Problem("claims names one claim twice: a claim is in one part only")
    return (event,), None, [sorted(part) for part in parts], {event: _guard(entry["expect"])}


def _read_alias(entry: dict[str, Any]) -> _Parts:
    actor, name, language = (_text(entry, key) for key in ("actor", "name", "language"))
    if not _LANGUAGE.fullmatch(language):
        raise _Problem(f"language is {language!r}: use a BCP 47 primary tag such as en, or mul for all")
    expect = entry["expect"]
    known = [] if expect is None else [expect] if isinstance(expect, str) else expect
    if not isinstance(known, list) or not all(isinstance(one, str) for one in known):
        raise _Problem(f"expect is {expect!r}: write null where the name is new, else the actor that it stands for")
    if known == [actor]:
        raise _Problem(f"expect and actor are the same, {actor}: nothing would change, remove it")
    return (actor,), language, " ".join(name.split()), sorted(known)


_READERS: Final = {
    "accept": _read_verdict,
    "reject": _read_verdict,
    "override": _read_override,
    "merge": _read_merge,
    "split": _read_split,
    "alias": _read_alias,
}


def _text(entry: dict[str, Any], name: str) -> str:
    value = entry[name]
    if not isinstance(value, str) or not value.strip():
        raise _Problem(f"{name} is {value!r}: write it in words, in quotes where it looks like a number or truth value")
    return value.strip()


def _event(value: Any) -> str:
    if not isinstance(value, str) or not _EVENT.fullmatch(value):
        raise _Problem(f"{value!r} is no event: ids are e_ and 20 hex digits, as in the column event_id")
    return value


def _guard(expect: Any) -> dict[str, Any]:
    """Returns the columns and values that an event must have."""
    if not isinstance(expect, dict) or not expect:
        raise _Problem(
            "expect guards nothing: give columns of the event with the values that you saw, such as {killed_best: 9}"
        )
    for name in expect:
        if name not in GUARDABLE:
            raise _Problem(f"expect names {name!r}: an event has {', '.join(GUARDABLE)}")
    return {name: _value(name, value, f"expect of {name}") for name, value in expect.items()}


def _value(field: str, value: Any, what: str) -> Any:
    """Returns a value in its column's type."""
    if value is None:
        if field in _NEVER_NULL and what == "value":
            raise _Problem(f"{what} is empty: {field} is never null")
        return None
    kind, form = _TYPES.get(str(OVERRIDABLE.get(field, "Int64")), (str, "text; quote it"))
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise _Problem(f"{what} is {value!r}: {field} is {form}")
    if isinstance(value, int) and value < 0:
        raise _Problem(f"{what} is {value!r}: a number is not below 0")
    if value not in _CODES.get(field, (value,)):
        raise _Problem(f"{what} is {value!r}: {field} is one of {', '.join(_CODES[field])}")
    return value
