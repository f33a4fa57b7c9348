"""Decisions on events, replayed: a pure function of the machine's events and the decisions.

What belongs here: guards, the order of decisions, and what each of them does. What does not: how an event is made of
claims (passed in as `remake`), ids over time (pipeline/resolve/identity.py).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

import polars as pl

from pipeline.curation.corrections import Decision, to_text
from pipeline.curation.outcome import Outcome
from pipeline.validate import table_types, validate
from schemas import Events, MovedClaims

#: Makes events of claims whose grouping is settled: claim ids by event id to rows of events and event_claims.
Remake = Callable[[Mapping[str, Sequence[str]]], tuple[pl.DataFrame, pl.DataFrame]]

#: Numbers that are a person's once one of them is overridden.
_NUMBERS: Final = ("killed_", "injured_", "casualties_", "quantity_")


class Removal(NamedTuple):
    """Why an event of the machine is none any more.

    Attributes:
        reason_code: A code of `TOMBSTONE_REASONS`.
        successors: The events that took its place.
        decision: The decision.
    """

    reason_code: str
    successors: tuple[str, ...]
    decision: Decision


class Replay(NamedTuple):
    """Events as the machine and people say, and what became of each decision.

    Attributes:
        events: Rows of events.
        event_claims: Rows of event_claims.
        moved_claims: The claims that are elsewhere than the machine put them.
        removals: Why events of the machine are gone.
        outcomes: One for every decision on events.
    """

    events: pl.DataFrame
    event_claims: pl.DataFrame
    moved_claims: pl.DataFrame
    removals: dict[str, Removal]
    outcomes: list[Outcome]


def replay(
    decisions: Iterable[Decision],
    events: pl.DataFrame,
    event_claims: pl.DataFrame,
    successors: Mapping[str, Sequence[str]],
    remake: Remake,
) -> Replay:
    """Returns the events after people's decisions; what the machine says alone where there are none.

    Args:
        decisions: Decisions in order; those on names are left to `apply_aliases`.
        events: The machine's events.
        event_claims: The machine's event_claims.
        successors: Of every id that is gone, the ids that took its place.
        remake: Makes events of claims anew.
    """
    decided = [decision for decision in decisions if decision.kind != "alias"]
    if not decided:
        return Replay(events, event_claims, pl.DataFrame(schema=table_types(MovedClaims)), {}, [])
    work = _Work(decided, events, event_claims, successors, remake)
    for decision in decided:
        if decision.kind in ("merge", "split"):
            work.regroup(decision)
    for decision in decided:
        if decision.kind in ("accept", "reject", "override"):
            work.set(decision)
    return work.finish(events, event_claims)


class _Work:
    """The events that decisions touch, and what was decided so far."""

    def __init__(
        self,
        decisions: Sequence[Decision],
        events: pl.DataFrame,
        event_claims: pl.DataFrame,
        successors: Mapping[str, Sequence[str]],
        remake: Remake,
    ) -> None:
        self.successors: dict[str, Sequence[str]] = dict(successors)
        self.remake = remake
        self.outcomes: dict[str, Outcome] = {}
        self.removals: dict[str, Removal] = {}
        named = {target for decision in decisions for target in decision.targets}
        touched = named | {heir for target in named for heir in self._heirs(target)}
        rows = events.filter(pl.col("event_id").is_in(touched))
        #: The machine's values of each event, then what decisions made of them.
        self.machine: dict[str, dict[str, Any]] = {row["event_id"]: row for row in rows.iter_rows(named=True)}
        self.rows = {event: dict(row) for event, row in self.machine.items()}
        links = event_claims.join(rows, on="event_id", how="semi").sort("event_id", "claim_id")
        self.origin: dict[str, str] = dict(links.select("claim_id", "event_id").iter_rows())
        self.links = {event: part for (event,), part in links.partition_by("event_id", as_dict=True).items()}
        self.members = {event: part["claim_id"].to_list() for event, part in self.links.items()}
        self.moved_by: dict[str, Decision] = {}
        self.verdicts: defaultdict[str, list[Decision]] = defaultdict(list)
        self.overrides: defaultdict[str, dict[str, list[Decision]]] = defaultdict(dict)

    def _heirs(self, event: str) -> set[str]:
        """Returns the ids that took the place of an id, and of those in turn; itself where it is not gone."""
        heirs, waiting, seen = set(), [event], set()
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            after = self.successors.get(one)
            if after:
                waiting += after
            else:
                heirs.add(one)
        return heirs

    def _find(self, decision: Decision) -> list[str] | None:
        """Returns the live events that a decision is about; null where it is stale, which is noted."""
        found = []
        for target in decision.targets:
            live = [target] if target in self.rows else sorted(self._heirs(target) & self.rows.keys())
            if len(live) != 1:
                known = target in self.successors or target in self.removals
                code = "target_gone" if known else "unknown_target"
                self.outcomes[decision.decision_id] = Outcome.stale(decision, code, to_text({target: live or None}))
                return None
            found += live
        return found

    def _guard(self, decision: Decision, events: Sequence[str]) -> bool:
        """Whether what a decision was written against is still there; notes it as stale where it is not.

        Either the machine's values or those after earlier decisions may be: the latter are what a release shows.
        """
        found: dict[str, Any] = {}
        for target, event in zip(decision.targets, events, strict=True):
            wanted = decision.expect[target]
            shown = [
                {name: side[event][name] for name in wanted} for side in (self.machine, self.rows) if event in side
            ]
            if wanted not in shown:
                found[target] = shown[0]
        if not found:
            return True
        code = "value_changed"
        if decision.kind == "override" and self.machine[events[0]][decision.field or ""] == decision.value:
            code = "already_so"
        self.outcomes[decision.decision_id] = Outcome.stale(decision, code, to_text(found))
        return False

    def regroup(self, decision: Decision) -> None:
        """Merges or splits events."""
        events = self._find(decision)
        if events is None or not self._guard(decision, events):
            return
        if decision.kind == "merge":
            keep, *others = dict.fromkeys(events)
            parts = {keep: [claim for event in (keep, *others) for claim in self.members[event]]}
            code = "merged_into"
        else:
            event = events[0]
            left = set(self.members[event])
            named = [claim for part in decision.value for claim in part]
            strange = sorted(set(named) - left)
            rest = sorted(left - set(named))
            groups = [*([rest] if rest else []), *decision.value]
            if strange or len(groups) < 2:
                said = {event: {"not its claims": strange}} if strange else {event: {"claims": sorted(left)}}
                self.outcomes[decision.decision_id] = Outcome.stale(decision, "value_changed", to_text(said))
                return
            others = [event]
            parts = {_part_id(decision, number): claims for number, claims in enumerate(groups)}
            code = "split_into"
        for event in others:
            self.removals[event] = Removal(code, tuple(sorted(parts)), decision)
            self.successors[event] = tuple(sorted(parts))
            del self.rows[event], self.members[event], self.links[event]
        for claims in parts.values():
            self.moved_by |= dict.fromkeys(claims, decision)
        self._remake(parts)
        self.outcomes[decision.decision_id] = Outcome(decision)

    def _remake(self, parts: Mapping[str, Sequence[str]]) -> None:
        rows, links = self.remake(parts)
        for row in rows.iter_rows(named=True):
            self.machine[row["event_id"]] = row
            self.rows[row["event_id"]] = dict(row)
        for (event,), part in links.partition_by("event_id", as_dict=True).items():
            self.links[event] = part
            self.members[event] = sorted(part["claim_id"])

    def set(self, decision: Decision) -> None:
        """Notes a verdict on an event, or sets a value of it."""
        events = self._find(decision)
        if events is None or not self._guard(decision, events):
            return
        event = events[0]
        self.outcomes[decision.decision_id] = Outcome(decision)
        if decision.kind == "override":
            field = decision.field or ""
            before = self.overrides[event].get(field, [])
            self._supersede([d for d in before if d.value != decision.value], decision)
            self.overrides[event][field] = [*(d for d in before if d.value == decision.value), decision]
            self.rows[event][field] = decision.value
        else:
            before = self.verdicts[event]
            self._supersede([d for d in before if d.kind != decision.kind], decision)
            self.verdicts[event] = [*(d for d in before if d.kind == decision.kind), decision]

    def _supersede(self, earlier: Iterable[Decision], by: Decision) -> None:
        for decision in earlier:
            self.outcomes[decision.decision_id] = Outcome.superseded(decision, by)

    def finish(self, events: pl.DataFrame, event_claims: pl.DataFrame) -> Replay:
        """Returns all events: those that no decision touched as they were."""
        self._drop_broken_overrides()
        for event, verdicts in self.verdicts.items():
            if event in self.rows and verdicts[0].kind == "reject":
                self.removals[event] = Removal("rejected", (), verdicts[-1])
                self.moved_by |= dict.fromkeys(self.members[event], verdicts[-1])
                del self.rows[event], self.members[event], self.links[event]
            elif event in self.rows:
                self.rows[event]["review_state"] = _review_state(verdicts)
        touched = [event for event in self.machine if event in set(events["event_id"])]
        kept = events.filter(~pl.col("event_id").is_in(touched))
        made = pl.DataFrame(list(self.rows.values()), schema=events.schema, orient="row")
        links = [
            event_claims.filter(~pl.col("event_id").is_in(touched)),
            *(self.links[event] for event in sorted(self.links)),
        ]
        return Replay(
            pl.concat([kept, made]).sort("event_id"),
            pl.concat(links).sort("event_id", "claim_id"),
            self._moved_claims(),
            self.removals,
            list(self.outcomes.values()),
        )

    def _drop_broken_overrides(self) -> None:
        """Takes back the overrides of events that would break the contract with them."""
        changed = [event for event in sorted(self.overrides) if event in self.rows]
        for event in changed:
            row = self.rows[event]
            if any(str(field).startswith(_NUMBERS) for field in self.overrides[event]):
                row["estimate_rule"] = "decision"
        frame = pl.DataFrame([self.rows[event] for event in changed], schema=table_types(Events), orient="row")
        dated = frame.with_columns(pl.col("first_release", "last_changed_release").fill_null(""))
        _, broken = validate(dated, Events)
        for (at,), failures in broken.partition_by("row_index", as_dict=True).items():
            event = changed[at]
            self.rows[event] = dict(self.machine[event])
            said = to_text({event: sorted(set(failures["check"]))})
            for decision in [d for same in self.overrides[event].values() for d in same]:
                self.outcomes[decision.decision_id] = Outcome.stale(decision, "breaks_contract", said)

    def _moved_claims(self) -> pl.DataFrame:
        now = {claim: event for event, claims in self.members.items() for claim in claims}
        rows = [
            {
                "claim_id": claim,
                "from_event_id": event,
                "to_event_id": now.get(claim),
                "decision_id": self.moved_by[claim].decision_id,
            }
            for claim, event in sorted(self.origin.items())
            if now.get(claim) != event
        ]
        return pl.DataFrame(rows, schema=table_types(MovedClaims), orient="row")


def _review_state(accepts: Sequence[Decision]) -> str:
    """Returns how well an event was looked at: by one person, by two, or by one who settled a disagreement."""
    if any(decision.adjudicates for decision in accepts):
        return "adjudicated"
    return "double_reviewed" if len({decision.author for decision in accepts}) > 1 else "reviewed"


def _part_id(decision: Decision, number: int) -> str:
    """Returns the id of an event that a split makes: the same on every build."""
    return f"e_{sha256(f'{decision.decision_id}/{number}'.encode()).hexdigest()[:20]}"
