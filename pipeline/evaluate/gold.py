"""Gold sets: articles, and the incidents that they tell of as a person reads them.

What belongs here: reading a set (articles.jsonl, gold.jsonl, meta.json; the first two may be gzipped) and saying what
is wrong with it. What does not: comparing anything with it (score.py).
"""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from pipeline.validate import ContractError

#: The slots of an incident, in the order of reports; those of `SPANS` hold phrases.
SLOTS: Final = (
    "date", "places", "actions", "plover", "actors", "recipients", "claimants", "claim_modes", "quantities",
)  # fmt: skip
SPANS: Final = ("actors", "recipients", "places", "claimants")
CODES: Final = ("actions", "plover", "claim_modes")

#: Actions that make an article relevant where the set does not say: acts of violence.
VIOLENT: Final = (
    "armed_clash", "air_strike", "drone_strike", "missile_strike", "shelling", "bombing", "suicide_bombing", "shooting",
    "assassination", "massacre", "chemical_attack", "arson", "looting", "sexual_violence", "torture", "abduction",
    "hostage_taking", "hijacking", "execution", "attack", "casualty_report", "riot", "crackdown", "sabotage",
)  # fmt: skip

Article = Mapping[str, Any]
Gold = Mapping[str, Any]


@dataclass(frozen=True)
class GoldSet:
    """A set: what its meta.json says, its articles by id, and each article's incidents.

    Attributes:
        name: Name of the set.
        slots: The slots that are scored, in the order of `SLOTS`.
        metrics: The metrics that are scored; empty: all.
        relevant: Actions that make an article relevant; None: any.
        exhaustive: Every relevant incident is annotated: articles without gold are irrelevant.
        counts_spurious: Incidents that match no gold are wrong; else nothing is held against them.
        one_incident: Each article has one incident, and only its first mention counts.
        articles: Articles by id.
        incidents: Gold incidents by article id.
        lines: The article lines as they were read.
    """

    name: str
    slots: tuple[str, ...]
    metrics: frozenset[str]
    relevant: frozenset[str] | None
    exhaustive: bool
    counts_spurious: bool
    one_incident: bool
    articles: Mapping[str, Article]
    incidents: Mapping[str, Sequence[Gold]]
    lines: bytes


def read_sets(folder: Path) -> list[GoldSet]:
    """Reads the set of a folder, or those of its subfolders, sorted by name.

    Raises:
        ContractError: If there is no set, or one cannot be read; names file, line and remedy.
    """
    if (folder / "meta.json").exists():
        return [_read_set(folder)]
    found = sorted(path.parent for path in folder.glob("*/meta.json"))
    if not found:
        raise ContractError(
            f"{folder} holds no gold set: name a folder with meta.json, articles.jsonl and gold.jsonl, or one of such folders"
        )
    return [_read_set(path) for path in found]


def gold_dates(gold: Gold) -> list[tuple[date, date]]:
    """Returns the intervals that are right; none where the day is not annotated, or only as `on or before`."""
    out = []
    for first, last in [(gold.get("date_start"), gold.get("date_end")), *gold.get("date_alternatives", [])]:
        if first and (last or "date_end" not in gold):
            out.append((date.fromisoformat(first), date.fromisoformat(last or first)))
    return out


def gold_number(quantity: Mapping[str, Any]) -> int:
    """Returns the number that stands for a gold quantity."""
    value = quantity.get("value")
    return int(value if value is not None else quantity.get("low") or quantity.get("high") or 0)


def _read_set(folder: Path) -> GoldSet:
    meta_path = folder / "meta.json"
    try:
        meta = json.loads(meta_path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ContractError(f"{meta_path}: no JSON ({error}): correct it") from None
    slots = meta.get("scored") or list(SLOTS)
    unknown = sorted(set(slots) - {*SLOTS})
    if unknown:
        raise ContractError(f"{meta_path}: scored names {', '.join(unknown)}: the slots are {', '.join(SLOTS)}")
    articles: dict[str, Article] = {}
    path, lines = _find(folder, "articles")
    for where, line in _read_lines(path, lines):
        if not (isinstance(line.get("article_id"), str) and isinstance(line.get("text"), str)):
            raise ContractError(f"{where}: an article needs the texts article_id and text: add them")
        if line["article_id"] in articles:
            raise ContractError(f"{where}: the article {line['article_id']} is there twice: remove one")
        articles[line["article_id"]] = line
    incidents: dict[str, list[Gold]] = {}
    for where, line in _read_lines(*_find(folder, "gold")):
        problem = _problem(line, articles)
        if problem:
            raise ContractError(f"{where}: {problem}")
        incidents.setdefault(line["article_id"], []).append(line)
    exhaustive = bool(meta.get("exhaustive"))
    relevant = meta.get("relevant_actions") or VIOLENT
    return GoldSet(
        name=meta.get("name") or folder.name,
        slots=tuple(slot for slot in SLOTS if slot in slots),
        metrics=frozenset(meta.get("metrics") or ()),
        relevant=None if relevant == "any" else frozenset(relevant),
        exhaustive=exhaustive,
        counts_spurious=(meta.get("spurious") or ("count" if exhaustive else "ignore")) == "count",
        one_incident=bool(meta.get("one_incident")),
        articles=articles,
        incidents=incidents,
        lines=lines,
    )


def _find(folder: Path, stem: str) -> tuple[Path, bytes]:
    """Returns a file of a set, plain or gzipped, and what is in it."""
    plain, zipped = folder / f"{stem}.jsonl", folder / f"{stem}.jsonl.gz"
    if plain.exists():
        return plain, plain.read_bytes()
    if zipped.exists():
        try:
            return zipped, gzip.decompress(zipped.read_bytes())
        except (OSError, EOFError) as error:
            raise ContractError(f"{zipped}: no gzip file ({error}): pack it again") from None
    raise ContractError(f"{plain} is missing: a gold set is meta.json, articles.jsonl and gold.jsonl")


def _read_lines(path: Path, data: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields each line's place and object."""
    for number, line in enumerate(data.splitlines(), start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            value = json.loads(line)
        except ValueError as error:
            raise ContractError(f"{where}: no JSON ({error}): write one object on each line, in UTF-8") from None
        if not isinstance(value, dict):
            raise ContractError(f"{where}: an object is needed, not {type(value).__name__}")
        yield where, value


def _problem(gold: Gold, articles: Mapping[str, Article]) -> str | None:
    """Returns what is wrong with a gold line, and what to do; None if nothing is."""
    if gold.get("article_id") not in articles:
        return (
            f"article_id {gold.get('article_id')!r} is in no line of articles.jsonl: add the article, or correct the id"
        )
    for key in (*SPANS, *(f"{slot}_optional" for slot in SPANS)):
        fills = gold.get(key, [])
        if not (isinstance(fills, list) and all(isinstance(fill, list) and _are_texts(fill) for fill in fills)):
            return f'{key} must be a list of lists of texts, such as [["army", "soldiers"]]: correct it'
    for key in CODES:
        if not (isinstance(gold.get(key, []), list) and _are_texts(gold.get(key, []))):
            return f'{key} must be a list of codes, such as ["shelling"]: correct it'
    try:
        gold_dates(gold)
        if gold.get("date_end"):
            date.fromisoformat(gold["date_end"])
    except (ValueError, TypeError) as error:
        return f"a date cannot be read ({error}): write YYYY-MM-DD, alternatives as [[first, last], ...]"
    for quantity in gold.get("quantities", []):
        ends = [quantity.get(key) for key in ("value", "low", "high")] if isinstance(quantity, dict) else [""]
        if not (all(end is None or isinstance(end, int) for end in ends) and isinstance(quantity.get("metric"), str)):
            return 'a quantity is {"metric": ..., "value": whole number}, or low and high instead of value: correct it'
    return None


def _are_texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) and value for value in values)
