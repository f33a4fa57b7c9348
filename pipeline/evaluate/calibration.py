"""Whether confidence means what it says: of claims near 0.8, about 80 % are right.

What belongs here: which claims and fields are right, and the comparison with their confidence. What does not: how
confidence is made (pipeline/extract), and the fit (scripts/fit_confidence.py).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from pipeline.evaluate.gold import Gold, GoldSet, gold_dates
from pipeline.evaluate.incidents import Incident, Row, fills_of, interval_of, number_of
from pipeline.evaluate.match import Matcher, is_right_number, judge_date

#: A claim as a whole, then its fields, as `claim_evidence` names them.
CLAIM: Final = "claim"
GROUPS: Final = (CLAIM, "action", "actor", "recipient", "quantity", "date", "place", "claimant")

BINS: Final = 10

_SLOTS: Final = {"actor": "actors", "recipient": "recipients", "place": "places", "claimant": "claimants"}


class Judgement(NamedTuple):
    """How sure one claim, or a field of it, was said to be, and whether it is right."""

    group: str
    confidence: float
    is_right: bool


class Bin(NamedTuple):
    """Claims of about one confidence: how many, their mean confidence, and the share that is right."""

    number: int
    confidence: float
    right: float


class Calibration(NamedTuple):
    """How far confidence and truth are apart: the mean distance over bins, each weighted by its claims."""

    number: int
    confidence: float
    right: float
    error: float
    bins: tuple[Bin, ...]


def judge_row(
    row: Row, incident: Incident, gold: Gold | None, rules: GoldSet, matcher: Matcher, language: str
) -> dict[str, bool]:
    """Returns for each filled and annotated field of a claim whether it is right, and for the claim if all are.

    A field is right by the rule of its slot against the gold incident that the claim's mention belongs to; a number
    also if the mention's number, with parts added up, is. Fields of a mention that belongs to no gold are wrong. A
    claim is judged only where the set holds all that its articles tell of, and its mode counts as well.

    Args:
        row: The claim.
        incident: Its mention.
        gold: What its mention belongs to.
        rules: The set.
        matcher: Compares phrases.
        language: Language of the article.
    """
    verdicts = {
        "action": _judge_code(row["action"], "actions", gold, rules),
        "date": _judge_date(row, gold, rules),
        "quantity": _judge_quantity(row, incident, gold, rules),
        "mode": _judge_code(row["claim_mode"], "claim_modes", gold, rules),
    }
    if verdicts["action"] is None:
        verdicts["action"] = _judge_code(row["plover_type"], "plover", gold, rules)
    for field, slot in _SLOTS.items():

        def same(meant: list[str], slot: str = slot) -> bool:
            return matcher.same(slot, fills_of(slot, row), meant, language)

        verdicts[field] = _judge_fills(slot, same, gold, rules) if fills_of(slot, row) else None
    judged = {field: verdict for field, verdict in verdicts.items() if verdict is not None}
    if rules.exhaustive and judged:
        judged[CLAIM] = all(judged.values())
    return judged


def calibrate(judgements: Iterable[Judgement]) -> dict[str, Calibration]:
    """Returns the calibration of each group that was judged, in the order of `GROUPS`."""
    by_group: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        by_group.setdefault(judgement.group, []).append(judgement)
    return {group: _calibrate(by_group[group]) for group in GROUPS if group in by_group}


def _calibrate(judged: list[Judgement]) -> Calibration:
    filled: list[list[Judgement]] = [[] for _ in range(BINS)]
    for one in judged:
        filled[min(int(one.confidence * BINS), BINS - 1)].append(one)
    bins = tuple(Bin(len(each), *_means(each)) for each in filled if each)
    error = sum(each.number * abs(each.confidence - each.right) for each in bins) / len(judged)
    return Calibration(len(judged), *_means(judged), error, bins)


def _means(judged: list[Judgement]) -> tuple[float, float]:
    return sum(one.confidence for one in judged) / len(judged), sum(one.is_right for one in judged) / len(judged)


def _judge_code(code: str | None, slot: str, gold: Gold | None, rules: GoldSet) -> bool | None:
    if slot not in rules.slots or code is None:
        return None
    if gold is None:
        return False
    return code in gold[slot] if gold.get(slot) else None


def _judge_date(row: Row, gold: Gold | None, rules: GoldSet) -> bool | None:
    interval = interval_of(row)
    if "date" not in rules.slots or interval is None:
        return None
    if gold is None:
        return False
    return judge_date(gold, interval)[0] if gold_dates(gold) else None


def _judge_fills(slot: str, same: Callable[[list[str]], bool], gold: Gold | None, rules: GoldSet) -> bool | None:
    if slot not in rules.slots:
        return None
    if gold is None:
        return False
    if slot not in gold:
        return None
    if any(map(same, gold[slot])):
        return True
    return None if any(map(same, gold.get(f"{slot}_optional", []))) else False


def _judge_quantity(row: Row, incident: Incident, gold: Gold | None, rules: GoldSet) -> bool | None:
    metric = row["metric"]
    if "quantities" not in rules.slots or metric is None or (rules.metrics and metric not in rules.metrics):
        return None
    if gold is None:
        return False
    if "quantities" not in gold:
        return None
    wanted: list[Mapping[str, Any]] = [quantity for quantity in gold["quantities"] if quantity["metric"] == metric]
    numbers = (number_of(row), incident.numbers.get(metric))
    if any(is_right_number(quantity, number) for quantity in wanted for number in numbers):
        return True
    return None if any(quantity.get("optional") for quantity in wanted) else False
