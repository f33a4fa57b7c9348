"""A language as data: the words that the clause grammar works with.

What belongs here: the entries of seeds/lexicon/<language>/ and their indexes, built from rows that were read
elsewhere. What does not: reading files (pipeline.seeds), rules about what the entries mean (grammar, claims).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pipeline.extract.patterns import Distinct, PatternIndex, Vocabulary
from pipeline.extract.text import Apostrophe, fold

Row = Mapping[str, str]


class Trigger(NamedTuple):
    """Words that tell of an action, or of what a number counts."""

    action: str  # a code of the actions registry; empty: it takes the action of its incident
    form: str  # verb, noun, adjective
    voice: str  # how its parties stand to it (docs/adding-a-language.md)
    metric: str
    strength: str  # strong, weak, verbal
    pattern: str
    is_vague: bool = False  # strong, but of no single act: violence, terrorism


class Noun(NamedTuple):
    """A noun for a party without a name."""

    group: str  # person, civilian, force, police, ...
    sector: str
    claimant_type: str


class Function(NamedTuple):
    """A function word or formula and its class."""

    role: str


class Attribution(NamedTuple):
    """Words that name a claimant."""

    role: str  # say, deny, according_to, according_to_after, venue
    mode: str


class Modality(NamedTuple):
    """Words that take a claim out of plain assertion."""

    mode: str
    scope: str  # after, before, sentence


class ActorName(NamedTuple):
    """A name of an actor of the registry."""

    actor_id: str
    kind: str  # name, alias, abbreviation, demonym, metonym
    capital: bool  # whether it is written with a capital, so that it must stand with one


class PersonNames(NamedTuple):
    """Words that persons are named with, in lower case without marks."""

    given: frozenset[str]
    surnames: frozenset[str]
    particles: frozenset[str]

    @classmethod
    def from_rows(cls, rows: Iterable[Row]) -> "PersonNames":
        """Builds the names from the rows of person_names.csv."""
        kinds: dict[str, set[str]] = {"given": set(), "surname": set(), "particle": set()}
        for row in rows:
            for kind in row["kind"].split("|"):
                kinds[kind].add(row["name"])
        return cls(*(frozenset(kinds[kind]) for kind in ("given", "surname", "particle")))


@dataclass(frozen=True)
class Settings:
    """What language.toml says."""

    name: str
    word_order: str = "svo"
    apostrophe: Apostrophe = "suffix"
    clitics: tuple[str, ...] = ()
    modifiers: str = "before"
    adpositions: str = "before"
    agent_endings: tuple[str, ...] = ()  # case endings that mark the agent of a passive
    modifier_endings: tuple[str, ...] = ()  # endings of adjectives; unknown words without one are no modifiers
    oblique_endings: tuple[str, ...] = ()  # case endings that no subject has
    case_endings: tuple[str, ...] = ()  # what a noun is named without, longest first
    closing_endings: tuple[str, ...] = ()  # endings of nouns that own no noun behind them
    participle_endings: tuple[str, ...] = ()  # endings of verbs whose subject is the noun behind them
    nominal_endings: tuple[str, ...] = ()  # endings of verbs made nouns, whose subject has the genitive
    relative_before: bool = False  # clauses that describe a noun stand before it, closed by the possessive particle
    bare_agents: bool = False  # the agent of a passive may stand bare behind its verb
    capitals: str = "names"
    marks: str = "accents"  # accents: marks on Latin letters may be left out; letters: they make other letters
    pro_drop: bool = False

    @property
    def distinct(self) -> Distinct:
        """What tells words apart beside their letters."""
        if self.capitals == "nouns":
            return "nouns"
        return "marks" if self.marks == "letters" else "letters"

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> "Settings":
        """Builds settings from a parsed language.toml; an unknown key is an error that names it."""
        known = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise ValueError(
                f"language.toml: unknown keys {', '.join(unknown)}; known are {', '.join(cls.__dataclass_fields__)}"
            )
        for name in ("clitics", *(name for name in cls.__dataclass_fields__ if name.endswith("_endings"))):
            known[name] = tuple(known.get(name, ()))
        return cls(**known)


@dataclass
class Lexicon:
    """All indexes of one language."""

    language: str
    settings: Settings
    triggers: PatternIndex[Trigger]
    nouns: PatternIndex[Noun]
    functions: PatternIndex[Function]
    attributions: PatternIndex[Attribution]
    modality: PatternIndex[Modality]
    accounting: PatternIndex[str]
    context: PatternIndex[str]
    instruments: PatternIndex[str]
    names: PatternIndex[ActorName] = field(repr=False)
    persons: PersonNames = field(repr=False)
    vocabulary: Vocabulary = field(
        repr=False
    )  # what the indexes share, and those of numbers, dates and places with them


def split_patterns(cell: str) -> list[str]:
    """Returns the alternatives of a pattern cell."""
    return [pattern.strip() for pattern in cell.split("|") if pattern.strip()]


def build_lexicon(
    language: str,
    settings: Mapping[str, Any],
    files: Mapping[str, Sequence[Row]],
    actor_names: Iterable[Row],
    persons: PersonNames,
) -> Lexicon:
    """Builds the indexes of a language.

    Args:
        language: BCP 47 primary tag.
        settings: Parsed language.toml.
        files: Rows of triggers, nouns, function, attribution, modality, accounting, context and instruments.
        actor_names: Rows of the actor_names registry in this language or in every language (`mul`).
        persons: Names of persons, of any language.
    """
    parsed = Settings.from_mapping(settings)
    vocabulary = Vocabulary()

    joiners = [
        fold(word)
        for row in files.get("function", ())
        if row["class"] in ("and", "or", "contrast", "opener")
        for word in split_patterns(row["pattern"])
    ]

    def index(file: str, make: Any) -> PatternIndex[Any]:
        patterns: PatternIndex[Any] = PatternIndex(
            parsed.clitics, parsed.apostrophe, distinct=parsed.distinct, joiners=joiners, vocabulary=vocabulary
        )
        for row in files.get(file, ()):
            for pattern in split_patterns(row["pattern"]):
                patterns.add(pattern, make(row, pattern))
        return patterns

    names: PatternIndex[ActorName] = PatternIndex(
        parsed.clitics, parsed.apostrophe, distinct=parsed.distinct, vocabulary=vocabulary
    )
    for row in actor_names:
        if row["language"] in (language, "mul"):
            names.add(row["name"], ActorName(row["actor_id"], row["kind"], row["name"][:1].isupper()))
    return Lexicon(
        language=language,
        settings=parsed,
        triggers=index(
            "triggers",
            lambda row, pattern: Trigger(
                row["action"] or "",
                row["form"],
                row["voice"],
                row["metric"] or "",
                "strong" if row["strength"] == "vague" else row["strength"],
                pattern,
                row["strength"] == "vague",
            ),
        ),
        nouns=index("nouns", lambda row, _: Noun(row["class"], row["sector"] or "", row["claimant_type"] or "")),
        functions=index("function", lambda row, _: Function(row["class"])),
        attributions=index("attribution", lambda row, _: Attribution(row["class"], row["mode"] or "")),
        modality=index("modality", lambda row, _: Modality(row["mode"], row["scope"])),
        accounting=index("accounting", lambda row, _: row["accounting"]),
        context=index("context", lambda row, _: row["topic"]),
        instruments=index("instruments", lambda row, _: row["action"]),
        names=names,
        persons=persons,
        vocabulary=vocabulary,
    )
