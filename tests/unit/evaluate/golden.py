"""Gold sets and predictions for tests of the evaluation."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.evaluate.gold import CODES, SPANS, GoldSet, gold_dates, gold_number, read_sets
from pipeline.evaluate.incidents import COLUMNS
from pipeline.lines import JOINED
from pipeline.validate import table_types
from schemas import Claims

EMPTY: dict[str, Any] = dict.fromkeys([*table_types(Claims), *(name for name, *_ in JOINED)])

META: dict[str, Any] = {"name": "test", "exhaustive": True, "relevant_actions": "any"}

TEXT = "Fighters of the River Front killed six guards and two drivers in Port Lindo on Monday. A clerk was hurt."


def article(article_id: str = "a1", **values: Any) -> dict[str, Any]:
    return {"article_id": article_id, "language": "en", "published": "2025-03-04", "text": TEXT} | values


def incident(article_id: str = "a1", **values: Any) -> dict[str, Any]:
    return {"article_id": article_id, "incident": 1} | values


def write_set(folder: Path, articles: Iterable[Any], gold: Iterable[Any], meta: Mapping[str, Any] = META) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    for name, lines in (("articles", articles), ("gold", gold)):
        text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder


def read_one(folder: Path) -> GoldSet:
    [found] = read_sets(folder)
    return found


def make_set(articles: Sequence[dict[str, Any]], gold: Sequence[dict[str, Any]], **meta: Any) -> GoldSet:
    """A set that was never written."""
    base = GoldSet(
        name="test", slots=("date", *SPANS, *CODES, "quantities"), metrics=frozenset(), relevant=None, exhaustive=True,
        counts_spurious=True, one_incident=False, articles={one["article_id"]: one for one in articles},
        incidents={one["article_id"]: [g for g in gold if g["article_id"] == one["article_id"]] for one in articles},
        lines=b"",
    )  # fmt: skip
    return replace(base, **meta)


def row(**values: Any) -> dict[str, Any]:
    told = {"article_id": "a1", "mention_id": "m1", "claim_mode": "asserted", "action": "attack", "sentence_index": 0}
    return EMPTY | told | {"char_start": 0, "char_end": 1, "confidence": 0.5} | values


def perfect_rows(gold: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows that say what gold says."""
    rows = []
    for number, one in enumerate(gold):
        counted = [quantity for quantity in one.get("quantities", []) if gold_number(quantity) > 0]
        days: Sequence[tuple[date | None, date | None]] = gold_dates(one) or [(None, None)]
        codes = {slot: (one.get(slot) or [None])[0] for slot in CODES}
        for k in range(max([1, len(counted), *(len(one.get(slot, [])) for slot in SPANS)])):
            values = {COLUMNS[slot][0]: one[slot][k][0] for slot in SPANS if k < len(one.get(slot, []))}
            if k < len(counted):
                values |= {"metric": counted[k]["metric"], "quantity_best": gold_number(counted[k])}
            values |= {"article_id": one["article_id"], "mention_id": f"m{number}"}
            values |= {"event_date_start": days[0][0], "event_date_end": days[0][1]}
            values |= {"action": codes["actions"], "plover_type": codes["plover"]}
            rows.append(row(**values, claim_mode=codes["claim_modes"] or "asserted"))
    return rows
