"""Matches the words of a sentence against the names of the gazetteer.

What belongs here: what a mention is, words as names write them (hyphens, apostrophes, endings, clitics), the match.
What does not: whether a match is a place (places.py) and which one (place_choice.py).
"""

from collections.abc import Iterable, Sequence
from itertools import islice, product
from typing import Final, NamedTuple

from pipeline.extract.patterns import PatternIndex, Vocabulary
from pipeline.extract.text import Apostrophe, Token, fold, tokenize
from pipeline.gazetteer import Found, Gazetteer, Place, PlaceWord

HYPHENS: Final = frozenset("-\u2010\u2011\u2013")
COMMAS: Final = (",", "\u060c", "\uff0c")
_APOSTROPHES: Final = ("'", "\u2019", "\u02bc")
_JOINTS: Final = HYPHENS | {"'"}  # in folded words
_AROUND: Final = ("locative", "postposition", "type", "direction", "skip", "title")
_MAX_FORMS: Final = 200_000  # cached words; articles bring ever new ones
_MAX_READINGS: Final = 64  # base forms of a name of many words multiply
_GREAT: Final = 100_000  # people
_MIN_CLITIC_RESIDUE: Final = 3
_MIN_STEM: Final = 2


class PlaceMention(NamedTuple):
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


class _Word(NamedTuple):
    """What a word may be in names."""

    forms: tuple[NameForm, ...]
    lengths: int  # bits: of all forms together


class _Units(NamedTuple):
    """The words of a sentence as names count them: hyphens left out, apostrophes closed."""

    norms: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]  # past the last token of each, and the hyphen that joins the next word
    is_joined: bool  # whether they are others than the tokens


class LanguageWords:
    """What one language writes around names, ready for look-up.

    Args:
        words: Its place words (`gazetteer.read_place_words`).
        apostrophe: How it uses apostrophes.
        vocabulary: What its indexes share.
    """

    def __init__(
        self, words: Iterable[PlaceWord], apostrophe: Apostrophe, vocabulary: Vocabulary | None = None
    ) -> None:
        groups: dict[str, list[PlaceWord]] = {}
        for word in words:
            groups.setdefault(word.kind, []).append(word)
        self.stop = frozenset("".join(split_name(word.pattern)) for word in groups.get("stop", ()))
        self.persons = frozenset("".join(split_name(word.pattern)) for word in groups.get("person", ()))
        self.cases = frozenset(word.pattern for word in groups.get("case", ()))
        self.clitics = tuple(sorted(groups.get("clitic", ()), key=lambda word: -len(word.pattern)))
        self.endings = tuple(sorted(groups.get("ending", ()), key=lambda word: -len(word.pattern)))
        self.marks: PatternIndex[PlaceWord] = PatternIndex((), apostrophe, vocabulary=vocabulary)
        for kind in _AROUND:
            for word in groups.get(kind, ()):
                self.marks.add(word.pattern, word)
        # what articles bring, in bounds
        self.forms: dict[str, _Word] = {}
        self.names: dict[str, tuple[tuple[Found, ...], tuple[NameForm, ...]]] = {}


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
    begins = _find_begins(gazetteer, tokens, words)
    if not begins:
        return []
    units = _join_units(gazetteer, tokens, words)
    matches: list[NameMatch] = []
    at = -1
    for number in range(len(units.norms)) if units.is_joined else begins:
        if number < at or units.starts[number] not in begins:
            continue
        match = _match(gazetteer, units, words, number)
        if match is None or (match[0] == 1 and tokens[units.starts[number]].text[0].islower()):
            continue
        size, found, read = match
        if _is_overlapped(gazetteer, tokens, units, words, number, match):
            continue
        at = number + size
        end = units.ends[at - 1]
        if tokens[end - 1].text in HYPHENS:  # "Sinjar-based": the hyphen joins no word of the name
            end -= 1
        matches.append(NameMatch(units.starts[number], end, found, read))
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


def _find_begins(gazetteer: Gazetteer, tokens: Sequence[Token], words: LanguageWords) -> dict[int, bool]:
    """Returns the tokens at which a name may begin: capital letter where the script has them, and a known first word."""
    begins: dict[int, bool] = {}
    last = len(tokens) - 1
    for at, token in enumerate(tokens):
        if not token.is_word:
            continue
        text = token.text
        if not token.is_capital and text[0].islower() and not (at < last and is_article(tokens, at)):
            # "mar Rojo", "bande de Gaza": a common noun may begin a name, but is none alone.
            if (
                at < last
                and (tokens[at + 1].is_capital or (at + 1 < last and tokens[at + 2].is_capital))
                and _known(gazetteer, token.norm, words).lengths >> 2
            ):
                begins[at] = True
        elif _known(gazetteer, token.norm, words).lengths:
            begins[at] = True
        elif at < last and tokens[at + 1].start == token.end:
            if tokens[at + 1].text[0] in _APOSTROPHES or text[-1] in _APOSTROPHES:
                begins[at] = True
    return begins


def _join_units(gazetteer: Gazetteer, tokens: Sequence[Token], words: LanguageWords) -> _Units:
    """Returns the words of a sentence as names count them: Sana + 'a is one, Khan-Younis two."""
    norms = [token.norm for token in tokens]
    if _JOINTS.isdisjoint("".join(norms)):
        return _Units(norms, range(len(norms)), range(1, len(norms) + 1), is_joined=False)
    norms = []
    starts: list[int] = []
    ends: list[int] = []
    for at, token in enumerate(tokens):
        norm = token.norm
        if at and token.kind != "number" and tokens[at - 1].end == token.start:
            if token.text in HYPHENS:
                ends[-1] = at + 1
                continue
            if token.text.startswith(_APOSTROPHES) or tokens[at - 1].text.endswith(_APOSTROPHES):
                bare = norm.replace("'", "")
                whole = norms[-1] + bare
                is_name = token.is_capital and bool(gazetteer.lengths(bare))  # l'Ukraine, not Sana'a
                if not is_name and gazetteer.lengths(whole) is not None:
                    norms[-1], ends[-1] = whole, at + 1
                    continue
        norms.append(norm.replace("'", "") if "'" in norm else norm)
        starts.append(at)
        ends.append(at + 1)
    return _Units(norms, starts, ends, is_joined=True)


def _match(
    gazetteer: Gazetteer, units: _Units, words: LanguageWords, at: int
) -> tuple[int, tuple[Found, ...], tuple[NameForm, ...]] | None:
    """Returns the longest name at a unit: its length, its places and the forms that it was read in."""
    norms = units.norms
    lengths = _known(gazetteer, norms[at], words).lengths
    longest = lengths.bit_length() - 1
    reach = 1  # known words
    while reach < longest and at + reach < len(norms) and _known(gazetteer, norms[at + reach], words).forms:
        reach += 1
    for size in range(min(longest, reach), 0, -1):
        if lengths >> size & 1:
            key = norms[at] if size == 1 else " ".join(norms[at : at + size])
            read = words.names.get(key)
            if read is None:
                if len(words.names) > _MAX_FORMS:
                    words.names.clear()
                words.names[key] = read = _read_name(gazetteer, norms[at : at + size], words)
            if read[0]:
                return size, read[0], read[1]
    return None


def _read_name(
    gazetteer: Gazetteer, norms: Sequence[str], words: LanguageWords
) -> tuple[tuple[Found, ...], tuple[NameForm, ...]]:
    """Returns the places that a name stands for, the likeliest first, and the forms that it was read in."""
    size = len(norms)
    first, *others = (_known(gazetteer, norm, words).forms for norm in norms)
    starts = [form for form in first if form.lengths >> size & 1]
    places: dict[str, tuple[Found, tuple[NameForm, ...]]] = {}
    for read in islice(product(starts, *others), _MAX_READINGS):
        for found in gazetteer.look_up([form.word for form in read]):
            places.setdefault(found.place.place_id, (found, read))
    if not places:
        return (), ()
    ranked = sorted(places.values(), key=lambda item: (-weigh(item[0].place), item[0].place.place_id))
    return tuple(found for found, _ in ranked), ranked[0][1]


def _is_overlapped(
    gazetteer: Gazetteer,
    tokens: Sequence[Token],
    units: _Units,
    words: LanguageWords,
    at: int,
    match: tuple[int, tuple[Found, ...], tuple[NameForm, ...]],
) -> bool:
    """Whether, where no space parts words, a small name takes the first letters of a great one."""
    size, found, _ = match
    if tokens[units.starts[at]].kind != "ideograph" or (weight := weigh(found[0].place)) >= _GREAT:
        return False
    for step in range(at + 1, at + size):
        other = _match(gazetteer, units, words, step)
        if other is not None and step + other[0] > at + size and weigh(other[1][0].place) >= max(_GREAT, 10 * weight):
            return True
    return False


def _known(gazetteer: Gazetteer, norm: str, words: LanguageWords) -> _Word:
    """Returns the words of names that a word may be: itself, without clitics, in its base form."""
    known = words.forms.get(norm)
    if known is None:
        found: dict[str, NameForm] = {}
        for word, is_located, is_changed in _read_forms(norm, words):
            own = gazetteer.lengths(word)
            if own is not None and word not in found:
                found[word] = NameForm(word, own, is_located, is_changed)
        lengths = 0
        for form in found.values():
            lengths |= form.lengths
        if len(words.forms) > _MAX_FORMS:
            words.forms.clear()
        words.forms[norm] = known = _Word(tuple(found.values()), lengths)
    return known


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
