"""Writes the incidents of an article as rows of `claims` and `claim_evidence`.

What belongs here: columns, ids and evidence spans. What does not: what an incident is (extractor), how sure a
row is (confidence).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from pipeline.extract.claims import VICTIM_METRICS, Count, Incident
from pipeline.extract.lexicon import Trigger
from pipeline.extract.patterns import Match
from pipeline.extract.reading import Party, Reading
from pipeline.extract.registry import Registry

EXTRACTOR: Final = "clause_grammar"
_GENERIC: Final = "attack"
_OWN_METRICS: Final = ("participants", "troops")  # they count those who act
_TALLY: Final = "casualty_report"


class RowWriter:
    """Writes the incidents of one article as rows of the contract.

    Args:
        registry: Action families and actors.
        version: For `extractor_version`.
        article: As the extractor was told of it.
        anchor: The local day of publication, if it is known.
        reader: For `extractor`: what read the incidents.
    """

    def __init__(
        self, registry: Registry, version: str, article: Mapping[str, Any], anchor: date | None, reader: str = EXTRACTOR
    ) -> None:
        self.registry = registry
        self.version = version
        self.reader = reader
        self.article_id: str = article["article_id"]
        self.text: str = article["text"]
        self.anchor = anchor

    def build(self, incidents: Iterable[Incident]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Returns the rows of `claims` and `claim_evidence`, each claim once."""
        claims: dict[str, dict[str, Any]] = {}
        evidence: list[dict[str, Any]] = []
        for incident in incidents:
            mention = _digest(
                "m", self.article_id, incident.action, incident.reading.sentence.index, incident.trigger.start
            )
            pairs = self._pairs(incident)
            counts: list[Count | None] = list(incident.counts) or [None]
            for number in range(max(len(pairs), len(counts))):
                actor, recipient = pairs[min(number, len(pairs) - 1)]
                count = counts[number] if number < len(counts) else None
                if number >= len(pairs):
                    recipient = _other_victim(incident, recipient, count)
                row, proof = self._row(incident, mention, actor, recipient, count)
                if row["claim_id"] not in claims:
                    claims[row["claim_id"]] = row
                    evidence.extend(proof)
        rows = list(claims.values())
        self.registry.confidence.rate_rows(rows, evidence, self.text)
        return rows, evidence

    def _pairs(self, incident: Incident) -> list[tuple[Party | None, Party | None]]:
        """Returns actor and recipient of each row: several of one act are several claims of one mention."""
        actors = _distinct(incident.actors)
        recipients = _distinct(incident.recipients)
        hurt = {c.affected for c in incident.counts if c.metric in VICTIM_METRICS and not _counts_others(c)}
        recipients = [p for p in recipients if p.group != "person" or p.name is not None or p in hurt] or recipients
        width = max(len(actors), len(recipients), 1)
        return [
            (
                actors[min(k, len(actors) - 1)] if actors else None,
                recipients[min(k, len(recipients) - 1)] if recipients else None,
            )
            for k in range(width)
        ]

    def _row(
        self, incident: Incident, mention: str, actor: Party | None, recipient: Party | None, count: Count | None
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        reading = count.reading if count is not None else incident.reading
        trigger = count.trigger if count is not None else incident.trigger
        claimant = (count.claimant if count is not None else None) or incident.claimant
        affected = count.affected if count is not None else None
        if affected is actor and count is not None and count.metric in _OWN_METRICS:
            affected = None  # the number of those who act: nobody is affected
        start, end = self._span(reading, trigger, count, [actor, recipient], incident)
        when, basis, precision = self._date(incident)
        place = incident.place.place if incident.place is not None else None
        spoken = claimant.party if claimant is not None else None
        mode = incident.mode
        if claimant is not None and claimant.mode == "estimated" and count is not None and mode == "asserted":
            mode = "estimated"
        action_text = self.text[reading.tokens[trigger.start].start : reading.tokens[trigger.end - 1].end]
        row: dict[str, Any] = {
            "claim_id": "",
            "article_id": self.article_id,
            "mention_id": mention,
            "sentence_index": reading.sentence.index,
            "char_start": start,
            "char_end": end,
            "quote": self.text[start:end],
            "event_date_start": when[0],
            "event_date_end": when[1],
            "date_precision": precision,
            "date_basis": basis,
            "date_text": incident.date.text if incident.date is not None else None,
            "actor_id": self._actor_id(actor),
            "actor_text": actor.text if actor is not None else None,
            "recipient_id": self._actor_id(recipient),
            "recipient_text": recipient.text if recipient is not None else None,
            "action": self._action(incident, count),
            "action_text": action_text,
            "metric": count.metric if count is not None else None,
            "quantity_low": count.low if count is not None else None,
            "quantity_best": count.best if count is not None else None,
            "quantity_high": count.high if count is not None else None,
            "quantity_bound": count.bound if count is not None else None,
            "quantity_unit": self._unit(count),
            "quantity_text": count.text if count is not None else None,
            "accounting": count.accounting if count is not None else "unknown",
            "affected_id": self._actor_id(affected),
            "affected_text": affected.text if affected is not None else None,
            "place_id": place.place_id if place is not None else None,
            "place_text": incident.place.text if incident.place is not None else None,
            "country": place.country if place is not None else None,
            "latitude": place.latitude if place is not None else None,
            "longitude": place.longitude if place is not None else None,
            "place_precision": incident.place.precision
            if incident.place is not None and place is not None
            else "unknown",
            "claimant_id": self._actor_id(spoken),
            "claimant_text": spoken.text if spoken is not None else None,
            "claimant_type": self._claimant_type(spoken),
            "claim_mode": mode,
            "confidence": 0.0,  # rated when all rows of the article are there
            "extractor": self.reader,
            "extractor_version": self.version,
        }
        spans = [(start, end)] + [
            (p.char_start, p.char_end) for p in (actor, recipient, affected, spoken) if p is not None
        ]
        if count is not None:
            spans.append((count.char_start, count.char_end))
        row["claim_id"] = _digest("c", self.article_id, row["action"], row["metric"], spans, trigger.start)
        return row, self._evidence(row, incident, reading, trigger, count, actor, recipient, spoken)

    def _evidence(
        self,
        row: Mapping[str, Any],
        incident: Incident,
        reading: Reading,
        trigger: Match[Trigger],
        count: Count | None,
        actor: Party | None,
        recipient: Party | None,
        spoken: Party | None,
    ) -> list[dict[str, Any]]:
        """Returns the span and rule of each field of a claim."""
        roles = incident.rules.get("roles", "")
        found: list[tuple[str, int, int, str]] = [
            (
                "action",
                reading.tokens[trigger.start].start,
                reading.tokens[trigger.end - 1].end,
                f"trigger:{trigger.value.pattern}",
            )
        ]
        for field, party in (("actor", actor), ("recipient", recipient)):
            if party is not None:
                found.append((field, party.char_start, party.char_end, roles))
        if count is not None:
            found.append(("quantity", count.char_start, count.char_end, count.rule))
        if incident.date is not None:
            found.append(("date", incident.date.char_start, incident.date.char_end, f"date:{incident.date.rule}"))
        if incident.place is not None:
            found.append(("place", incident.place.char_start, incident.place.char_end, "gazetteer"))
        claimant = (count.claimant if count is not None else None) or incident.claimant
        if spoken is not None and claimant is not None:
            found.append(("claimant", spoken.char_start, spoken.char_end, claimant.rule))
        return [
            {"claim_id": row["claim_id"], "field": field, "char_start": start, "char_end": end,
             "words": self.text[start:end], "rule": rule, "confidence": 0.0}
            for field, start, end, rule in found
        ]  # fmt: skip

    def _span(
        self,
        reading: Reading,
        trigger: Match[Trigger],
        count: Count | None,
        parties: Sequence[Party | None],
        incident: Incident,
    ) -> tuple[int, int]:
        """Returns the shortest stretch of the sentence that holds trigger, number and parties."""
        starts = [reading.tokens[trigger.start].start]
        ends = [reading.tokens[trigger.end - 1].end]
        if count is not None:
            starts.append(count.char_start)
            ends.append(count.char_end)
        sentence = reading.sentence
        for party in parties:
            if party is not None and sentence.start <= party.char_start and party.char_end <= sentence.end:
                starts.append(party.char_start)
                ends.append(party.char_end)
        return min(starts), max(ends)

    def _date(self, incident: Incident) -> tuple[tuple[date | None, date | None], str, str]:
        """Returns interval, basis and precision of an incident's date."""
        mention = incident.date
        if mention is not None and mention.start is not None:
            return (mention.start, mention.end), mention.basis, mention.precision
        if mention is not None:
            return (None, None), "relative", "unknown"
        if self.anchor is not None:
            return (None, self.anchor), "publication", "unknown"
        return (None, None), "unknown", "unknown"

    def _action(self, incident: Incident, count: Count | None) -> str:
        """Returns the action of a row: a tally tied to no incident is a casualty report."""
        running = (
            count is not None
            and count.accounting == "cumulative"
            and count.metric in ("killed", "injured", "casualties")
        )
        if running and incident.action in (_GENERIC, "armed_clash"):
            return _TALLY
        generic = incident.action == _GENERIC and incident.dependent
        if generic and count is not None and (count.accounting != "increment" or incident.strength != "strong"):
            return _TALLY
        return incident.action

    def _unit(self, count: Count | None) -> str | None:
        """Returns what is counted: persons, or the kind of equipment where a weapon is named."""
        if count is None:
            return None
        if count.metric in ("equipment_lost", "equipment_supplied"):
            party = count.affected
            return party.instrument.removesuffix("_strike") if party is not None and party.instrument else "item"
        return "person"

    def _actor_id(self, party: Party | None) -> str | None:
        """Returns the registry id of a party: its name, and its sector where the registry has that branch."""
        if party is None or party.actor_id is None:
            return None
        branch = f"{party.actor_id}_{party.sector}" if party.sector else ""
        return branch if branch in self.registry.actors else party.actor_id

    def _claimant_type(self, party: Party | None) -> str:
        """Returns what kind of source a claimant is."""
        if party is None:
            return "media"
        actor = self.registry.actors.get(self._actor_id(party) or "", {})
        by_kind = {
            "state": "government", "government": "government", "military": "military", "police": "government",
            "intelligence": "government", "rebel": "rebel", "militia": "belligerent", "terrorist": "rebel",
            "criminal": "rebel", "igo": "igo", "ngo": "ngo", "media": "media",
        }  # fmt: skip
        if party.name is not None and party.noun is None:
            return by_kind.get(actor.get("kind", ""), "unknown")
        if party.claimant_type and party.claimant_type != "government":
            return party.claimant_type
        return (
            by_kind.get(actor.get("kind", ""), "")
            if actor.get("kind") in ("igo", "ngo", "media")
            else (party.claimant_type or "unknown")
        )


def _counts_others(count: Count) -> bool:
    """Whether a number counts those beside others: `a teacher and 12 other people`."""
    party = count.affected
    if party is None or party.quantity is None:
        return False
    return any(count.reading.has_role(at, "additional") for at in range(party.quantity.start_token, party.end))


def _other_victim(incident: Incident, recipient: Party | None, count: Count | None) -> Party | None:
    """Returns whom a further number counts where the recipients are the victims: `five police killed, 24 soldiers hurt`."""
    affected = count.affected if count is not None and count.metric in VICTIM_METRICS else None
    if affected is None or affected.is_object or affected.group == "person" or affected in incident.actors:
        return recipient
    return affected if any(other.affected is recipient for other in incident.counts) else recipient


def _distinct(parties: Sequence[Party]) -> list[Party]:
    """Returns parties of different words, in order."""
    seen: dict[str, Party] = {}
    for party in parties:
        seen.setdefault(party.text, party)
    return list(seen.values())


def _digest(prefix: str, *parts: object) -> str:
    """Mints an id of the contract from what it is a function of."""
    return f"{prefix}_" + hashlib.sha256("\x1f".join(map(repr, parts)).encode()).hexdigest()[:20]
