"""Matches the words of a sentence against the names of the gazetteer.

What belongs here: what a mention is, words as names write them (hyphens, apostrophes, endings, clitics), the match.
What does not: whether a match is a place (places.py) and which one (place_choice.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Final, NamedTuple

from pipeline.extract.patterns import PatternIndex
from pipeline.extract.text import Apostrophe, Token, fold, tokenize
from pipeline.gazetteer import Found, Gazetteer, Place, PlaceWord

HYPHENS: Final = frozenset("-\u2010\u2011\u2013")
COMMAS: Final = (",", "\u060c", "\uff0c")
_APOSTROPHES: Final = ("'", "\u2019", "\u02bc")
_AROUND: Final = ("locative", "postposition", "type", "direction", "skip", "title")
_MAX_FORMS: Final = 200_000  # cached words; articles bring ever new ones
_MAX_READINGS: Final = 64  # base forms of a name of many words multiply
_GREAT: Final = 100_000  # people
_MIN_CLITIC_RESIDUE: Final = 3
_MIN_STEM: Final = 2


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place name in a sentence, what it may mean, and, once chosen, what it means."""

    sentence_index: int
    start_token: int
    end_token: int
    char_start: int
    char_end: int
    text: str
    candidates: tuple[Place, ...]  # most populous first
    kind: str | None = None  # precision that a kind word asks for: "province", "city of"
    is_near: bool = False  # "near", "outside", "20 km north of"
    is_located: bool = False  # a word or ending says "in", "at", "near"
    is_weak: bool = False  # a small place that needs the rest of the article to speak for it
    link: str | None = None  # text since the previous name, where only commas and small words stand between
    place: Place | None = None
    precision: str = "unknown"
    chain: tuple[Place, ...] = ()  # what the text says the place lies in, inner to outer


class NameForm(NamedTuple):
    """A word as a name may write it."""

    word: str
    lengths: int  # bits: how many words the names have that begin with it
    is_located: bool  # a clitic that says "in" was taken off
    is_changed: bool


class NameMatch(NamedTuple):
    """A name found: its tokens, what it stands for (the likeliest first), and the forms that it was read in."""

    start: int
    end: int
    found: tuple[Found, ...]
    forms: tuple[NameForm, ...]


class _Unit(NamedTuple):
    """A word of a sentence as names count them: hyphens left out, apostrophes closed."""

    norm: str
    start: int
    end: int  # past its last token, and the hyphen that joins the next word


class LanguageWords:
    """What one language writes around names, ready for look-up.

    Args:
        words: Its place words (`gazetteer.read_place_words`).
        apostrophe: How it uses apostrophes.
    """

    def __init__(self, words: Iterable[PlaceWord], apostrophe: Apostrophe) -> None:
        groups: dict[str, list[PlaceWord]] = {}
        for word in words:
            groups.setdefault(word.kind, []).append(word)
        self.stop = frozenset("".join(split_name(word.pattern)) for word in groups.get("stop", ()))
        self.persons = frozenset("".join(split_name(word.pattern)) for word in groups.get("person", ()))
        self.cases = frozenset(word.pattern for word in groups.get("case", ()))
        self.clitics = tuple(sorted(groups.get("clitic", ()), key=lambda word: -len(word.pattern)))
        self.endings = tuple(sorted(groups.get("ending", ()), key=lambda word: -len(word.pattern)))
        self.marks: PatternIndex[PlaceWord] = PatternIndex((), apostrophe)
        for kind in _AROUND:
            for word in groups.get(kind, ()):
                self.marks.add(word.pattern, word)
        self.forms: dict[str, tuple[NameForm, ...]] = {}


def split_name(name: str) -> tuple[str, ...]:
    """Returns a name's folded words; how the gazetteer is to be compiled for `find_names`."""
    # The short way of nearly all of a million names: nothing but letters, spaces and hyphens, no ideographs.
    if name.replace(" ", "").replace("-", "").isalpha() and max(name) < "\u3040":
        return tuple(fold(word).replace("'", "") for word in name.replace("-", " ").split())
    tokens = tokenize(name, apostrophe="letter")
    return tuple(norm for token in tokens if token.kind != "mark" and (norm := token.norm.replace("'", "")))


def find_names(gazetteer: Gazetteer, tokens: Sequence[Token], words: LanguageWords) -> list[NameMatch]:
    """Returns the longest names from left to right, without overlap.

    Args:
        gazetteer: Compiled with `split_name`.
        tokens: The tokens of a sentence.
        words: The language's place words; its cache of forms is filled.
    """
    capitals = [token.is_capital for token in tokens]
    begins = [at for at in range(len(tokens)) if _may_begin(gazetteer, tokens, capitals, at, words)]
    if not begins:
        return []
    units = _join_units(gazetteer, tokens)
    forms = [_forms(gazetteer, unit.norm, words) for unit in units]
    reach = _reach(tokens, units, forms)
    matches: list[NameMatch] = []
    possible = set(begins)
    at = 0
    while at < len(units):
        match = _match(gazetteer, units, forms, reach, at) if units[at].start in possible else None
        if match is None or (match[0] == 1 and tokens[units[at].start].text[0].islower()):
            at += 1
            continue
        size, found, read = match
        if _is_overlapped(gazetteer, tokens, units, forms, reach, at, match):
            at += 1
            continue
        end = units[at + size - 1].end
        if tokens[end - 1].text in HYPHENS:  # "Sinjar-based": the hyphen joins no word of the name
            end -= 1
        matches.append(NameMatch(units[at].start, end, found, read))
        at += size
    return matches


def is_article(tokens: Sequence[Token], at: int) -> bool:
    """Whether a lower-case word is written onto a capitalised one: al-Fashir."""
    return (
        at + 2 < len(tokens)
        and tokens[at + 1].text in HYPHENS
        and tokens[at + 1].start == tokens[at].end
        and tokens[at + 2].start == tokens[at + 1].end
        and tokens[at + 2].is_capital
    )


def weigh(place: Place) -> int:
    """Returns the people that speak for a name meaning a place; capitals, divisions and regions are never small."""
    if place.is_capital:
        return max(place.population, 1_000_000)
    return max(place.population, 0 if place.precision == "exact" else 50_000)


def _may_begin(
    gazetteer: Gazetteer, tokens: Sequence[Token], capitals: Sequence[bool], at: int, words: LanguageWords
) -> bool:
    """Whether a name may begin at a token: capital letter where the script has them, and a known first word."""
    token = tokens[at]
    if not token.is_word:
        return False
    if token.text[0].islower() and not is_article(tokens, at):
        # "mar Rojo", "bande de Gaza": a common noun may begin a name, but is none alone.
        return True in capitals[at + 1 : at + 3] and any(
            form.lengths >> 2 for form in _forms(gazetteer, token.norm, words)
        )
    if any(form.lengths for form in _forms(gazetteer, token.norm, words)):
        return True
    follower = tokens[at + 1] if at + 1 < len(tokens) else token
    return follower.start == token.end and (follower.text.startswith(_APOSTROPHES) or token.text.endswith(_APOSTROPHES))


def _join_units(gazetteer: Gazetteer, tokens: Sequence[Token]) -> list[_Unit]:
    """Returns the words of a sentence as names count them: Sana + 'a is one, Khan-Younis two."""
    units: list[_Unit] = []
    for at, token in enumerate(tokens):
        norm = token.norm
        if at and token.kind != "number" and tokens[at - 1].end == token.start:
            if token.text in HYPHENS:
                units[-1] = units[-1]._replace(end=at + 1)
                continue
            if token.text.startswith(_APOSTROPHES) or tokens[at - 1].text.endswith(_APOSTROPHES):
                bare = norm.replace("'", "")
                whole = units[-1].norm + bare
                is_name = token.is_capital and bool(gazetteer.lengths(bare))  # l'Ukraine, not Sana'a
                if not is_name and gazetteer.lengths(whole) is not None:
                    units[-1] = _Unit(whole, units[-1].start, at + 1)
                    continue
        units.append(_Unit(norm.replace("'", "") if "'" in norm else norm, at, at + 1))
    return units


def _reach(tokens: Sequence[Token], units: Sequence[_Unit], forms: Sequence[tuple[NameForm, ...]]) -> list[int]:
    """Returns for each unit how many units a name that begins there could have: known words, nothing between."""
    reach = [1] * len(units)
    for at in range(len(units) - 2, -1, -1):
        if forms[at + 1] and units[at].end == units[at + 1].start:
            reach[at] = reach[at + 1] + 1
    return reach


def _match(
    gazetteer: Gazetteer,
    units: Sequence[_Unit],
    forms: Sequence[tuple[NameForm, ...]],
    reach: Sequence[int],
    at: int,
) -> tuple[int, tuple[Found, ...], tuple[NameForm, ...]] | None:
    """Returns the longest name at a unit: its length, its places and the forms that it was read in."""
    lengths = 0
    for form in forms[at]:
        lengths |= form.lengths
    for size in range(min(lengths.bit_length() - 1, reach[at]), 0, -1):
        if not lengths >> size & 1:
            continue
        starts = [form for form in forms[at] if form.lengths >> size & 1]
        places: dict[str, tuple[Found, tuple[NameForm, ...]]] = {}
        for read in islice(product(starts, *forms[at + 1 : at + size]), _MAX_READINGS):
            for found in gazetteer.look_up([form.word for form in read]):
                places.setdefault(found.place.place_id, (found, read))
        if places:
            ranked = sorted(places.values(), key=lambda item: (-weigh(item[0].place), item[0].place.place_id))
            return size, tuple(found for found, _ in ranked), ranked[0][1]
    return None


def _is_overlapped(
    gazetteer: Gazetteer,
    tokens: Sequence[Token],
    units: Sequence[_Unit],
    forms: Sequence[tuple[NameForm, ...]],
    reach: Sequence[int],
    at: int,
    match: tuple[int, tuple[Found, ...], tuple[NameForm, ...]],
) -> bool:
    """Whether, where no space parts words, a small name takes the first letters of a great one."""
    size, found, _ = match
    weight = weigh(found[0].place)
    if tokens[units[at].start].kind != "ideograph" or weight >= _GREAT:
        return False
    for step in range(at + 1, at + size):
        other = _match(gazetteer, units, forms, reach, step)
        if other is not None and step + other[0] > at + size and weigh(other[1][0].place) >= max(_GREAT, 10 * weight):
            return True
    return False


def _forms(gazetteer: Gazetteer, norm: str, words: LanguageWords) -> tuple[NameForm, ...]:
    """Returns the words of names that a word may be: itself, without clitics, in its base form."""
    forms = words.forms.get(norm)
    if forms is None:
        found: dict[str, NameForm] = {}
        for word, is_located, is_changed in _read_forms(norm, words):
            lengths = gazetteer.lengths(word)
            if lengths is not None and word not in found:
                found[word] = NameForm(word, lengths, is_located, is_changed)
        forms = tuple(found.values())
        if len(words.forms) > _MAX_FORMS:
            words.forms.clear()
        words.forms[norm] = forms
    return forms


def _read_forms(norm: str, words: LanguageWords) -> Iterable[tuple[str, bool, bool]]:
    """Yields a word, what is left without clitics, and its possible base forms; whether an "in" was taken off."""
    stripped = [(norm.replace("'", ""), False, False)]
    stripped += [
        (clitic.value.partition("+")[2] + norm[len(clitic.pattern) :], clitic.value.startswith("in"), True)
        for clitic in words.clitics
        if norm.startswith(clitic.pattern) and len(norm) - len(clitic.pattern) >= _MIN_CLITIC_RESIDUE
    ]
    yield from stripped
    for word, is_located, _ in stripped:
        for ending in words.endings:
            stem = word.removesuffix(ending.pattern)
            if len(stem) < len(word) and len(stem) >= _MIN_STEM:
                yield stem + ending.value, is_located, True
