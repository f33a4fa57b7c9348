"""What became of decisions: every one is applied, stale or superseded.

What belongs here: the states, in tables and in words. What does not: how they come about (replay.py, aliases.py).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from pipeline.curation.corrections import Decision, to_text
from pipeline.validate import table_types
from schemas import Decisions, StaleDecisions
from schemas.vocabulary import DECISION_STATES

#: What to do about a stale decision, by its reason code.
REMEDIES: Final = {
    "value_changed": "look at it again: if the decision still holds, write what is there now into expect, else remove it",
    "already_so": "remove it: the data says so without it",
    "target_gone": "name the event that took its place (conflict-events resolve), or remove it",
    "unknown_target": "correct the id: no release ever had it",
    "breaks_contract": "correct the other columns as well, so that low <= best <= high and every code is known",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one decision.

    Attributes:
        decision: The decision.
        state: A code of `DECISION_STATES`.
        reason_code: Why it is stale, a code of `STALE_REASONS`.
        found: What is there instead, as JSON; of a superseded one the decision that took its place.
    """

    decision: Decision
    state: str = "applied"
    reason_code: str | None = None
    found: str | None = None

    @classmethod
    def stale(cls, decision: Decision, reason_code: str, found: str) -> "Outcome":
        """Returns that a decision was not applied, since its guard no longer fits."""
        return cls(decision, "stale", reason_code, found)

    @classmethod
    def superseded(cls, decision: Decision, by: Decision) -> "Outcome":
        """Returns that another decision took its place."""
        return cls(decision, "superseded", None, by.decision_id)

    @property
    def state_reason(self) -> str | None:
        """Why it was not applied, in words; null where it was."""
        if self.state == "superseded":
            return f"{self.found} decides the same"
        if self.reason_code is None:
            return None
        return f"{self.reason_code}: expected {to_text(self.decision.expect)}, found {self.found}; {REMEDIES[self.reason_code]}"


def decisions_table(outcomes: Sequence[Outcome]) -> pl.DataFrame:
    """Returns the rows of `decisions`: one for every decision."""
    rows = [
        {
            **_name(outcome.decision),
            "field": outcome.decision.field,
            "value": _text_or_json(outcome.decision.value),
            "reason": outcome.decision.reason,
            "author": outcome.decision.author,
            "date": outcome.decision.date,
            "adjudicates": outcome.decision.adjudicates,
            "state": outcome.state,
            "state_reason": outcome.state_reason,
        }
        for outcome in outcomes
    ]
    return pl.DataFrame(rows, schema=table_types(Decisions), orient="row").sort("decision_id")


def stale_table(outcomes: Sequence[Outcome]) -> pl.DataFrame:
    """Returns the rows of `stale_decisions`: what no longer fits, and what to do."""
    rows = [
        {
            **_name(outcome.decision),
            "reason_code": outcome.reason_code,
            "found": outcome.found,
            "remedy": REMEDIES[outcome.reason_code],
        }
        for outcome in outcomes
        if outcome.reason_code
    ]
    return pl.DataFrame(rows, schema=table_types(StaleDecisions), orient="row").sort("decision_id")


def describe_outcome(decisions: pl.DataFrame) -> str:
    """Returns in words how many decisions were applied, and which are stale; empty where there are none."""
    if decisions.is_empty():
        return ""
    counts = Counter(decisions["state"])
    lines = [f"{decisions.height} decisions: " + ", ".join(f"{counts[state]} {state}" for state in DECISION_STATES)]
    stale = decisions.filter(pl.col("state") == "stale").sort("location", "decision_id")
    lines += [f"  {row['location']}: not applied, {row['state_reason']}" for row in stale.iter_rows(named=True)]
    return "\n".join(lines)


def _name(decision: Decision) -> dict[str, Any]:
    return {
        "decision_id": decision.decision_id,
        "kind": decision.kind,
        "target_ids": list(decision.targets),
        "expect": to_text(decision.expect),
        "location": decision.location,
    }


def _text_or_json(value: Any) -> str | None:
    return None if value is None else str(value) if not isinstance(value, list) else to_text(value)
