"""Incidents and claims: groups what a sentence says into incidents, and incidents of an article into mentions.

What belongs here: which number belongs to which trigger, which triggers tell of one incident, what an incident
inherits from its article, and the rows of `claims` and `claim_evidence`. What does not: parties and their roles
(reading, grammar), or what several articles say together (pipeline.resolve).
"""

from dataclasses import dataclass, field

from pipeline.extract.dates import DateMention
from pipeline.extract.lexicon import Trigger
from pipeline.extract.numbers import Quantity
from pipeline.extract.patterns import Match
from pipeline.extract.places import PlaceMention
from pipeline.extract.reading import Party, Reading
from pipeline.extract.roles import Claimant, Roles
from schemas.vocabulary import METRICS

CONFLICT_GROUPS = frozenset(("force", "rebel", "criminal", "police", "intelligence"))
CASUALTY_METRICS = frozenset(("killed", "injured", "casualties"))
#: Metrics that count the victims of an act.
VICTIM_METRICS = CASUALTY_METRICS | {"missing", "abducted", "captured"}
_EQUIPMENT_METRICS = frozenset(("equipment_lost", "equipment_supplied"))
_HUMAN_METRICS = frozenset(METRICS) - _EQUIPMENT_METRICS
_ONE_METRICS = frozenset(("killed", "injured", "abducted", "arrested", "missing"))
_SPEECH_GAP = 2  # tokens between a speech verb and its day: "said late on Monday"
_COMMA_COST = 5  # tokens that a comma between a number and its word is worth
_STRUCK = frozenset(("target", "dative", "accusative_marker"))  # cases of what is attacked
_REACH = 7  # tokens between a number and the word that says what it counts, where no party links them


@dataclass(slots=True, eq=False)
class Count:
    """A number with what it counts and whom."""

    metric: str
    quantity: Quantity | None  # None: one person, implied by a name or a singular
    low: int | None
    best: int | None
    high: int | None
    bound: str
    text: str
    char_start: int
    char_end: int
    affected: Party | None
    trigger: Match[Trigger]
    reading: Reading
    claimant: Claimant | None = None
    accounting: str = "increment"
    rule: str = ""


@dataclass(slots=True, eq=False)
class Incident:
    """What one article says of one incident, as far as it has been read."""

    action: str
    family_set: frozenset[str]
    mode: str
    reading: Reading
    trigger: Match[Trigger]
    strength: str
    actors: list[Party] = field(default_factory=list)
    recipients: list[Party] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    date: DateMention | None = None
    place: PlaceMention | None = None
    claimant: Claimant | None = None
    accounting: str = "increment"
    rules: dict[str, str] = field(default_factory=dict)
    readings: dict[int, Reading] = field(default_factory=dict)
    triggers: list[Match[Trigger]] = field(default_factory=list)
    is_vague: bool = False  # all its words tell of conflict, but of no single act
    dependent: bool = False  # known by casualties alone: it belongs to an incident told elsewhere, if there is one


def bind_counts(reading: Reading, roles: list[Roles]) -> list[list[Count]]:
    """Returns the counts of each trigger: which number belongs to which word that says what is counted.

    A number right before the word wins; then the number of the party that the word's voice makes its patient; then
    the nearest number that no other word has taken. A number after an inclusion word is a part and is left out.
    """
    used: set[int] = set()
    out: list[list[Count]] = [[] for _ in reading.triggers]
    parts = {n.start_token for n in reading.numbers if _is_part(reading, n)}
    verbs_last = sorted(
        range(len(reading.triggers)),
        key=lambda k: (reading.triggers[k].value.form == "verb", reading.triggers[k].start),
    )
    # a noun that is itself counted takes what no other word does: "arrested 40 protesters" is no march of 40
    counted = [k for k in verbs_last if reading.triggers[k].value.voice == "affected"]
    others = [k for k in verbs_last if k not in counted]
    phases = [_adjacent, _of_patients, _nearby, _total]
    if reading.lexicon.settings.word_order == "vso":  # a number left of a verb belongs to the verb before it
        phases = [_of_patients, _adjacent, _nearby, _total]
    for phase, number in [(f, k) for group in (others, counted) for f in phases for k in group]:
        trigger = reading.triggers[number]
        if not trigger.value.metric or out[number]:
            continue
        if phase in (_nearby, _total) and _befell_one(trigger, roles[number]):
            continue
        for quantity, party, rule in phase(reading, trigger, roles[number], used):
            metric = _metric(trigger, party)
            if quantity.start_token in used or metric is None:
                continue
            used.add(quantity.start_token)
            if quantity.start_token in parts and any(c.metric == metric for counts in out for c in counts):
                continue
            out[number].append(
                Count(metric, quantity, quantity.low, quantity.best, quantity.high, quantity.bound, quantity.text,
                      quantity.char_start, quantity.char_end, party, trigger, reading, rule=rule)
            )  # fmt: skip
    _join_dead_and_wounded(reading, out)
    for found in out:
        found.extend([one for count in found for one in _singles_beside(reading, count)])
    for number in verbs_last:
        if not out[number] and reading.triggers[number].value.metric in _ONE_METRICS:
            implied = _implied_one(reading, reading.triggers[number], roles[number])
            if implied is not None:
                out[number].append(implied)
    return out


def _befell_one(trigger: Match[Trigger], roles: Roles) -> bool:
    """Whether an act that befell somebody by name needs no number: `the murder of Ana Diaz on one of 3 roads`."""
    return (
        trigger.value.metric in _ONE_METRICS
        and bool(roles.recipients)
        and all(party.is_named and party.quantity is None and not party.is_object for party in roles.recipients)
    )


def join_protesters(reading: Reading, roles: list[Roles], counts: list[list[Count]]) -> set[int]:
    """Gives the number of protesters to what is done to them: `police dispersed hundreds of demonstrators`.

    Returns:
        The triggers that only name those who are acted on, by their place.
    """
    joined: set[int] = set()
    for at, trigger in enumerate(reading.triggers):
        if trigger.value.voice != "affected" or trigger.value.metric != "participants":
            continue
        for other, role in enumerate(roles):
            value = reading.triggers[other].value
            if value.form != "verb" or value.strength == "verbal" or value.metric == "participants":
                continue
            if any(party.start <= trigger.start < party.end for party in role.recipients):
                counts[other].extend(counts[at])
                joined.add(at)
                break
    return joined


def _singles_beside(reading: Reading, count: Count) -> list[Count]:
    """Returns counts of those named one by one beside counted ones; `the mayor and three others` are four at once."""
    party, quantity = count.affected, count.quantity
    if party is None or quantity is None or quantity.best is None or count.metric not in _ONE_METRICS:
        return []
    family = [p for p in reading.parties if p is not party and p in party.coordinated()]
    family += [p for p in reading.parties if p is not party and party in p.coordinated()]
    singles = [p for p in family if _is_single(reading, p) or (p.group == "official" and p.quantity is None)]
    if singles and any(reading.has_role(at, "additional") for at in range(quantity.start_token, party.end)):
        count.low = count.best = count.high = quantity.best + len(singles)
        return []
    return [
        Count(count.metric, None, 1, 1, 1, "exact", p.text, p.char_start, p.char_end, p, count.trigger, reading,
              rule="number:implied_one")
        for p in singles
    ]  # fmt: skip


def _join_dead_and_wounded(reading: Reading, counts: list[list[Count]]) -> None:
    """Makes casualties of one number that two words share: `1,200 killed and wounded`."""
    for at in range(len(reading.triggers) - 1):
        first, second = reading.triggers[at], reading.triggers[at + 1]
        gap = range(first.end, second.start)
        if {first.value.metric, second.value.metric} != {"killed", "injured"} or len(gap) > 1:
            continue
        if not all(reading.has_role(token, "and", "or") for token in gap) or len(counts[at]) != 1:
            continue
        if counts[at][0].char_start < reading.tokens[first.start].start:
            counts[at][0].metric = "casualties"
            counts[at + 1] = []


def _is_enclosed(reading: Reading, quantity: Quantity) -> bool:
    """Whether a part stands between commas before the verb: `ten people, among them two policemen, were killed`."""
    before = range(max(0, quantity.start_token - 4), quantity.start_token)
    behind = range(quantity.end_token, min(quantity.end_token + 5, len(reading.tokens)))
    close = next((at for at in behind if reading.is_comma(at)), None)
    return (
        close is not None
        and not any(quantity.end_token <= t.start < close for t in reading.triggers)
        and any(map(reading.is_comma, before))
        and not any(reading.verb_at[at] for at in range(quantity.end_token, close))
    )


def _is_part(reading: Reading, quantity: Quantity) -> bool:
    """Whether a number stands after an inclusion word: `22, including seven children`."""
    return any(reading.has_role(at, "inclusion") for at in range(quantity.start_token - 3, quantity.start_token))


def _metric(trigger: Match[Trigger], party: Party | None) -> str | None:
    """Returns the metric of a number, or None where it counts things that the metric does not."""
    metric = trigger.value.metric
    if metric == "troops" and party is not None and (party.is_object or (party.instrument and party.name is None)):
        return "equipment_supplied"  # sent 14 howitzers
    if metric == "troops" and party is not None and party.group in ("civilian", "person", "protesters"):
        return None
    is_weapon = party is not None and bool(party.instrument) and party.group not in ("person", "civilian")
    if metric == "killed" and is_weapon and is_airborne(party):
        return "equipment_lost"
    if metric in ("killed", "injured", "casualties") and is_weapon:
        return None  # tanks destroyed
    if metric in _HUMAN_METRICS and party is not None and party.is_object:
        return None
    if (
        metric == "equipment_lost"
        and party is not None
        and party.group in ("rebel", "criminal")
        and not party.instrument
    ):
        return "killed"  # twelve militants were neutralised
    return metric


def is_airborne(party: Party | None) -> bool:
    """Whether a party is drones or missiles: who destroys them intercepts them."""
    return party is not None and party.instrument in ("drone_strike", "missile_strike") and party.noun is not None


Candidate = tuple[Quantity, Party | None, str]


def _free(reading: Reading, used: set[int]) -> list[Quantity]:
    """Returns the numbers that no word has taken; `a` alone is no number here."""
    whole = min((n.start_token for n in reading.numbers if n.rule != "implied_one"), default=0)
    return [
        n
        for n in reading.numbers
        if n.start_token not in used
        and n.rule != "implied_one"
        and not (n.start_token > whole and _is_part(reading, n) and _is_enclosed(reading, n))
    ]


def _adjacent(reading: Reading, trigger: Match[Trigger], _: Roles, used: set[int]) -> list[Candidate]:
    """Returns the number right before a word that follows what it counts: `14 dead`, `30 others wounded`."""
    voice = trigger.value.voice
    if voice == "toll" or (
        voice in ("active", "participle", "object", "give", "nominal", "objective")
        and reading.lexicon.settings.word_order != "sov"
    ):
        return []
    near = [
        n
        for n in _free(reading, used)
        if n.end_token <= trigger.start and _only_fillers(reading, n.end_token, trigger.start)
    ]
    if not near:
        return []
    if voice == "either" and _party_of(reading, near[-1]) is None and trigger.start - near[-1].end_token > 2:
        return []
    return _with_coordinated(reading, near[-1], used, "number:adjacent")


def _of_patients(reading: Reading, trigger: Match[Trigger], roles: Roles, used: set[int]) -> list[Candidate]:
    """Returns the numbers of the parties that the word's voice makes its patients."""
    voice = trigger.value.voice
    if voice in ("count", "toll", "affected", "state", "cause"):
        return []
    patients = roles.actors if voice in ("middle", "stock", "reciprocal") else roles.recipients
    free = _free(reading, used)
    share = next((n for n in free if _is_share(reading, n, trigger, patients)), None)
    if share is not None:
        return [(share, patients[0], "number:share")]
    return [(p.quantity, p, "number:party") for p in patients if p.quantity is not None and p.quantity in free]


def _is_share(reading: Reading, number: Quantity, trigger: Match[Trigger], patients: list[Party]) -> bool:
    """Whether a number is the share of a patient told before a comma: `fired 72 drones, 57 of which were shot down`."""
    return bool(patients) and (
        _party_of(reading, number) is None
        and number.end_token <= trigger.start
        and any(reading.is_comma(at) for at in range(patients[0].end, number.start_token))
        and not any(t.value.form == "verb" and number.end_token <= t.start < trigger.start for t in reading.triggers)
        and _is_part(reading, number)
    )


def _nearby(reading: Reading, trigger: Match[Trigger], roles: Roles, used: set[int]) -> list[Candidate]:
    """Returns the nearest number within reach, on the side where the word's voice has its patient first."""
    voice = trigger.value.voice
    right_first = voice in ("active", "participle", "object", "give", "toll", "nominal", "objective") or (
        voice == "either" and not roles.passive
    )
    free = _free(reading, used)
    if trigger.value.metric in VICTIM_METRICS:
        doers = [party.quantity for party in roles.actors if party.role == "agent"]
        free = [n for n in free if n not in doers]
    near = _near(reading, trigger, free, left_first=not right_first)
    return _with_coordinated(reading, near, used, "number:near") if near is not None else []


def _total(reading: Reading, trigger: Match[Trigger], _: Roles, used: set[int]) -> list[Candidate]:
    """Returns the number that a sum stands at: `the number of people killed in the war has risen to 9,000`."""
    if trigger.value.metric not in _HUMAN_METRICS:
        return []
    ends = [match.end for match in reading.accounting if match.value == "cumulative" and match.start >= trigger.end]
    free = _free(reading, used)
    return [(n, _party_of(reading, n), "number:total") for end in ends for n in free if 0 <= n.start_token - end <= 1][
        :1
    ]


def _with_coordinated(reading: Reading, quantity: Quantity, used: set[int], rule: str) -> list[Candidate]:
    """Returns a number and those of the parties conjoined with its own: `seven soldiers and two civilians`."""
    party = _party_of(reading, quantity)
    if party is None:
        return [(quantity, None, rule)]
    family = [p for p in reading.parties if party in p.coordinated() or p in party.coordinated()]
    free = _free(reading, used)
    return [(p.quantity, p, rule) for p in family if p.quantity is not None and p.quantity in free]


def _only_fillers(reading: Reading, start: int, end: int) -> bool:
    """Whether only a party, modifiers or auxiliaries stand between a number and its word."""
    if end - start > _REACH:
        return False
    for at in range(start, end):
        if reading.is_hard_mark(at) or reading.is_comma(at) or reading.verb_at[at]:
            return False
        if reading.has_role(at, "opener", "relative", "contrast", "and", "target", "agent"):
            return False
    return True


def _near(reading: Reading, trigger: Match[Trigger], free: list[Quantity], *, left_first: bool) -> Quantity | None:
    """Returns the nearest free number within reach, no clause edge or other counting word between."""

    def reachable(start: int, end: int) -> bool:
        if end - start > _REACH:
            return False
        return not any(
            reading.is_hard_mark(at)
            or reading.has_role(at, "opener", "relative", "contrast")
            or _counts_at(reading, at, trigger)
            for at in range(start, end)
        )

    def cost(number: Quantity) -> int:
        is_left = number.end_token <= trigger.start
        gap = range(number.end_token, trigger.start) if is_left else range(trigger.end, number.start_token)
        return len(gap) + _COMMA_COST * sum(map(reading.is_comma, gap)) + (0 if is_left == left_first else _REACH // 2)

    if trigger.value.metric in _HUMAN_METRICS and reading.lexicon.settings.capitals == "nouns":
        free = [n for n in free if not _counts_things(reading, n)]
    left = [n for n in free if n.end_token <= trigger.start and reachable(n.end_token, trigger.start)]
    right = [n for n in free if n.start_token >= trigger.end and reachable(trigger.end, n.start_token)]
    return min(left[-1:] + right[:1], key=cost, default=None)


def _counts_things(reading: Reading, quantity: Quantity) -> bool:
    """Whether a noun that is no party follows a number, where nouns have capitals: `in zwei Favelas`."""
    at = quantity.end_token
    if at >= len(reading.tokens) or reading.tokens[at].kind != "word" or not reading.is_capital(at):
        return False
    return reading.party_at[at] is None and not any(t.start <= at < t.end for t in reading.triggers)


def _counts_at(reading: Reading, at: int, trigger: Match[Trigger]) -> bool:
    """Whether another counting word stands at a token."""
    return any(t.start <= at < t.end and t is not trigger and t.value.metric for t in reading.triggers)


def _party_of(reading: Reading, quantity: Quantity) -> Party | None:
    """Returns the party that a number counts."""
    return next((party for party in reading.parties if party.quantity is quantity), None)


def _implied_one(reading: Reading, trigger: Match[Trigger], roles: Roles) -> Count | None:
    """Returns a count of the persons that are named one by one: `the mayor was killed`, `a soldier died`."""
    voice = trigger.value.voice
    patients = roles.actors if voice == "middle" else roles.recipients
    singles = [p for p in patients if _is_single(reading, p) or (_is_singular(reading, trigger) and p.quantity is None)]
    if not singles or len(singles) != len(patients) or trigger.value.form == "adjective":
        return None
    first, last = singles[0], singles[-1]
    best = len(singles)
    start, end = min(p.char_start for p in singles), max(p.char_end for p in singles)
    offset = reading.sentence.start
    return Count(trigger.value.metric, None, best, best, best, "exact", reading.sentence.text[start - offset : end - offset],
                 start, end, first if best == 1 else last, trigger, reading, rule="number:implied_one")  # fmt: skip


def _is_singular(reading: Reading, trigger: Match[Trigger]) -> bool:
    """Whether the form of a verb tells that its patient is one, in languages without articles."""
    return reading.has_role(trigger.start, "single")


def _is_single(reading: Reading, party: Party) -> bool:
    """Whether a party is one person: a personal name, or a noun with `a`."""
    if party.quantity is not None:
        return party.quantity.rule == "implied_one"
    if party.group == "unknown" or (
        party.is_named and party.group in ("official", "civilian", "person", "force", "police")
    ):
        return True
    ones = {n.end_token for n in reading.numbers if n.rule == "implied_one"}
    return party.start in ones or (party.noun is not None and reading.has_role(party.noun.start, "single"))


def trigger_mode(reading: Reading, trigger: Match[Trigger]) -> str:
    """Returns the mode that words around a trigger put it in; empty where they do not.

    A threat, demand or refusal has been made by the words that tell of it; what it threatens or demands has not.
    """
    for match in reading.modality:
        scope = match.value.scope
        is_own = match.start < trigger.end and trigger.start < match.end
        if is_own and (trigger.value.strength == "verbal" or match.value.mode == "threatened"):
            continue
        if scope == "sentence":
            return match.value.mode
        if (
            scope == "after"
            and match.start <= trigger.start
            and match.end <= trigger.end
            and trigger.start - match.end <= 8
        ):
            if not any(
                reading.is_hard_mark(at) or reading.has_role(at, "contrast") for at in range(match.end, trigger.start)
            ):
                return match.value.mode
        if scope == "before" and match.start >= trigger.end - 1 and match.start - trigger.end <= 6:
            if not any(reading.is_hard_mark(at) for at in range(trigger.end, match.start)):
                return match.value.mode
    return ""


def claimant_of(reading: Reading, trigger: Match[Trigger], claimants: list[Claimant]) -> Claimant | None:
    """Returns the claimant whose words a trigger stands in: the nearest one, no contrast between."""
    best: tuple[int, Claimant] | None = None
    for claimant in claimants:
        start, end = claimant.match.start, claimant.match.end
        low, high = (end, trigger.start) if start < trigger.start else (trigger.end, start)
        crossing = 5 * reading.count_contrasts(low, high)
        if claimant.party is not None and claimant.party.start <= trigger.start < claimant.party.end:
            continue
        distance = max(0, high - low) + 8 * crossing
        if best is None or distance < best[0]:
            best = (distance, claimant)
    return best[1] if best else None


def nearest_date(reading: Reading, trigger: Match[Trigger]) -> DateMention | None:
    """Returns the date mention nearest to a trigger, dates of the same clause first."""

    def distance(mention: DateMention) -> int:
        low, high = (
            (mention.end_token, trigger.start)
            if mention.start_token < trigger.start
            else (trigger.end, mention.start_token)
        )
        edges = sum(
            6
            for at in range(low, max(low, high))
            if reading.has_role(at, "contrast", "relative")
            or reading.is_hard_mark(at)
            or any(a.start <= at < a.end and a.value.role in ("say", "according_to") for a in reading.attributions)
        )
        return max(0, high - low) + edges

    return min(
        (mention for mention in reading.dates if not is_day_of_speech(reading, mention)), key=distance, default=None
    )


def is_day_of_speech(reading: Reading, mention: DateMention) -> bool:
    """Whether a date is the day on which somebody spoke, not the day of what is told: `police said on Monday`."""
    for match in reading.attributions:
        if match.value.role not in ("say", "deny"):
            continue
        if 0 <= mention.start_token - match.end <= _SPEECH_GAP and not _party_between(
            reading, match.end, mention.start_token
        ):
            return True
        if 0 <= match.start - mention.end_token <= 1 and not _party_between(reading, mention.end_token, match.start):
            return True
    return False


def _party_between(reading: Reading, start: int, end: int) -> bool:
    """Whether a party or comma stands between two tokens."""
    return any(reading.party_at[at] is not None or reading.is_comma(at) for at in range(start, end))


def nearest_place(reading: Reading, trigger: Match[Trigger]) -> PlaceMention | None:
    """Returns the place nearest to a trigger: exact places and those after a locative first."""

    def is_struck(party: Party | None) -> bool:  # missiles hit the capital: there it was
        if party is None or party.name_kind != "metonym" or trigger.value.strength == "verbal":
            return False
        return party.role in _STRUCK or 0 <= party.start - trigger.end <= 2

    def distance(mention: PlaceMention) -> float:
        low, high = (
            (mention.end_token, trigger.start)
            if mention.start_token < trigger.start
            else (trigger.end, mention.start_token)
        )
        party = reading.party_at[mention.start_token]
        actor_like = _acts(party) and not is_struck(party)
        locative = reading.has_role(mention.start_token - 1, "locative")
        coarse = {"exact": 0, "near": 0, "admin2": 1, "admin1": 2}.get(getattr(mention, "precision", "exact"), 6)
        return max(0, high - low) * 0.3 + coarse + (12 if actor_like else 0) - (2 if locative else 0)

    candidates = [mention for mention in reading.places if not _only_describes(reading, mention)]
    best = min(candidates, key=distance, default=None)
    if best is not None:
        party = reading.party_at[best.start_token]
        if _acts(party) and not is_struck(party) and not reading.has_role(best.start_token - 1, "locative"):
            return None
    return best


def _acts(party: Party | None) -> bool:
    """Whether the name of a place stands for who rules it, not for where something happened."""
    return party is not None and party.name is not None and party.role not in ("locative", "source", "genitive")


def _only_describes(reading: Reading, mention: PlaceMention) -> bool:
    """Whether a place name is part of the name of a person, or says of which country somebody is."""
    party = reading.party_at[mention.start_token]
    if party is None or mention.is_located or mention.end_token > party.end:
        return False
    if mention.precision == "country":  # two U.S. missionaries
        return party.noun is not None and mention.end_token <= party.noun.start
    is_person = party.is_named and party.group in ("official", "civilian", "person", "unknown", "force", "police")
    before = mention.start_token - 1
    return is_person and not reading.has_role(before, "locative", "genitive", "source")


def accounting_of(reading: Reading, when: DateMention | None) -> str:
    """Returns how the numbers of a sentence count: this incident, a running total, or a level."""
    if reading.accounting:
        return reading.accounting[0].value
    if when is not None and when.is_since:
        return "cumulative"
    return "increment"
