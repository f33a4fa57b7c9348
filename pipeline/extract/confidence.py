"""How sure a claim is, and each field of it: a sum of weights of what is seen of it, as a probability.

What belongs here: what of a claim speaks for or against it (features), and the sum. What does not: the weights
(seeds/confidence.csv), which scripts/fit_confidence.py fits to gold.

Features are seen in the rows alone, not in how they were made: rules may change without a word here, and only the fit
is made again.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any, Final

Row = Mapping[str, Any]

#: A claim as a whole: its fields are named as in claim_evidence.
CLAIM: Final = "claim"

#: Digits of a probability: more say nothing.
_DIGITS: Final = 3

_PARTIES: Final = ("actor", "recipient", "claimant")


class Confidence:
    """The weights of features, by field.

    Args:
        weights: For each field the weight of each feature; a feature without one weighs nothing.
    """

    def __init__(self, weights: Mapping[str, Mapping[str, float]]) -> None:
        self._weights = weights

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, str]]) -> "Confidence":
        """Builds it of the rows of confidence.csv: field, feature, weight."""
        weights: dict[str, dict[str, float]] = {}
        for row in rows:
            weights.setdefault(row["field"], {})[row["feature"]] = float(row["weight"])
        return cls(weights)

    def rate(self, field: str, features: Iterable[str]) -> float:
        """Returns the probability that a field with these features is right."""
        total = math.fsum(map(self._weights.get(field, {}).get, features, repeat(0.0)))
        return round(1 / (1 + math.exp(-total)), _DIGITS)

    def rate_rows(self, claims: Sequence[dict[str, Any]], evidence: Sequence[dict[str, Any]], text: str) -> None:
        """Writes into the claims of one article, and into their evidence, how sure they are.

        Args:
            claims: Rows of claims.
            evidence: Rows of their evidence.
            text: The article's text.
        """
        described = describe_claims(claims, evidence, text)
        seen = {claim["claim_id"]: features for claim, features in zip(claims, described, strict=True)}
        for claim in claims:
            claim["confidence"] = self.rate(CLAIM, seen[claim["claim_id"]][CLAIM])
        for proof in evidence:
            proof["confidence"] = self.rate(proof["field"], seen[proof["claim_id"]][proof["field"]])


def describe_claims(claims: Sequence[Row], evidence: Iterable[Row], text: str) -> list[dict[str, list[str]]]:
    """Returns for each claim of one article the features of its fields, and of the claim as a whole.

    Args:
        claims: Rows of claims.
        evidence: Rows of their evidence.
        text: The article's text.
    """
    proofs: dict[str, list[Row]] = {}
    for proof in evidence:
        proofs.setdefault(proof["claim_id"], []).append(proof)
    sizes = Counter(claim["mention_id"] for claim in claims)
    shared = [f"length {_step(len(text), 300, 600, 1200, 2500)}", f"mentions {_step(len(sizes), 1, 2, 4, 8)}"]
    return [_describe(claim, proofs.get(claim["claim_id"], []), sizes[claim["mention_id"]], shared) for claim in claims]


def _describe(claim: Row, proofs: Sequence[Row], siblings: int, shared: Sequence[str]) -> dict[str, list[str]]:
    common = [
        "any",
        *shared,
        f"sentence {_step(claim['sentence_index'], 0, 1, 3, 8)}",
        f"mode {claim['claim_mode']}",
        f"rows {_step(siblings, 1, 2, 4)}",
    ]
    spans = {proof["field"]: proof for proof in proofs}
    out: dict[str, list[str]] = {}
    whole = [*common, f"action {claim['action']}", f"accounting {claim['accounting']}"]
    whole += [
        f"{name} {'known' if claim[f'{name}_id'] else 'named' if claim[f'{name}_text'] else 'none'}"
        for name in _PARTIES
    ]
    whole += [f"date {claim['date_basis']}", f"place {claim['place_precision']}", f"metric {claim['metric']}"]
    for field, proof in spans.items():
        own = [*_describe_span(field, proof, spans.get("action"), claim), *_describe_value(field, claim)]
        out[field] = [*whole, *own]
        whole_of_field = [f"{field}: {feature}" for feature in own]
        out.setdefault(CLAIM, []).extend(whole_of_field)
    out[CLAIM] = [*whole, *out.get(CLAIM, [])]
    return out


def _describe_span(field: str, proof: Row, action: Row | None, claim: Row) -> list[str]:
    """Returns what the place of a field's words says: the rule that read them, and how far they are from the action's."""
    found = [f"words {_step(len(proof['words'].split()), 1, 2, 4)}"]
    if field != "action":
        found.append(f"rule {proof['rule']}")
        if action is not None:
            gap = max(proof["char_start"] - action["char_end"], action["char_start"] - proof["char_end"])
            side = "before" if proof["char_start"] < action["char_start"] else "after"
            found.append(f"{side} by {_step(gap, 2, 15, 50, 150)}")
        is_inside = claim["char_start"] <= proof["char_start"] and proof["char_end"] <= claim["char_end"]
        found.append("in the quote" if is_inside else "outside the quote")
    return found


def _describe_value(field: str, claim: Row) -> list[str]:
    """Returns what a field's value says."""
    if field == "quantity":
        ends = (claim["quantity_best"], claim["quantity_low"], claim["quantity_high"])
        number = next((end for end in ends if end is not None), None)
        size = "vague" if number is None else _step(number, 1, 9, 99, 999)
        return [f"bound {claim['quantity_bound']}", f"number {size}"]
    if field == "date":
        return [f"precision {claim['date_precision']}"]
    if field == "claimant":
        return [f"type {claim['claimant_type']}"]
    return []


def _step(value: int, *limits: int) -> str:
    """Returns which step of a stair a number stands on, by the step's upper limit."""
    for limit in limits:
        if value <= limit:
            return f"to {limit}"
    return f"over {limits[-1]}"
