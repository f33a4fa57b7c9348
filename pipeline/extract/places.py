"""Finds place names in sentences.

What belongs here: what speaks for and against a name being a place where it stands. What does not: matching names
(place_names.py), choosing between namesakes (place_choice.py, passed on here), the places (pipeline/gazetteer.py), and any word of
any language (seeds/lexicon/<language>/places.csv, seeds/places).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from pipeline.extract.patterns import Vocabulary
from pipeline.extract.place_choice import disambiguate
from pipeline.extract.place_names import (
    COMMAS,
    LanguageWords,
    NameMatch,
    PlaceMention,
    find_names,
    is_article,
    split_name,
    weigh,
)
from pipeline.extract.text import Apostrophe, Sentence, Token
from pipeline.gazetteer import Gazetteer, PlaceWord

__all__ = ["PlaceFinder", "PlaceMention", "disambiguate", "split_name"]

LARGE: Final = 100_000  # people from whom on a name needs nothing that speaks for it
_TOWN: Final = 15_000  # people from whom on a capital letter is enough
_MAX_GAP: Final = 4  # tokens between the links of a chain: "Poso, in the province of Central Sulawesi"
_SHORT: Final = 3  # letters of names that common words and initials share


class _Marks(NamedTuple):
    """Place words of a sentence by where they start and end, and the tokens that they cover."""

    starts: Mapping[int, tuple[int, PlaceWord]]
    ends: Mapping[int, tuple[int, PlaceWord]]
    covered: frozenset[int]


class _Around(NamedTuple):
    """What the words around a name say."""

    is_located: bool
    is_near: bool
    kind: str | None
    is_titled: bool


class PlaceFinder:
    """Finds place names.

    Args:
        gazetteer: Compiled with `place_names.split_name`.
        words: Place words of each language (`gazetteer.read_place_words`).
        apostrophes: How languages use apostrophes, where not as suffixes (`text.tokenize`).
        vocabularies: What the indexes of each language share.
    """

    def __init__(
        self,
        gazetteer: Gazetteer,
        words: Mapping[str, Iterable[PlaceWord]],
        apostrophes: Mapping[str, Apostrophe] | None = None,
        vocabularies: Mapping[str, Vocabulary] | None = None,
    ) -> None:
        self._gazetteer = gazetteer
        shapes, shared = apostrophes or {}, vocabularies or {}
        self._languages = {
            name: LanguageWords(rows, shapes.get(name, "suffix"), shared.get(name)) for name, rows in words.items()
        }
        self._unknown = LanguageWords((), "suffix")

    def find(self, sentence: Sentence, language: str) -> list[PlaceMention]:
        """Returns the names of places in a sentence, from left to right, without overlap.

        Args:
            sentence: Any sentence.
            language: BCP 47 primary tag; a language without place words is read by capitals and size alone.
        """
        words = self._languages.get(language, self._unknown)
        matches = find_names(self._gazetteer, sentence.tokens, words)
        if not matches:
            return []
        context = _Context(sentence, words, matches)
        mentions: list[PlaceMention] = []
        for match in matches:
            around = context.read_around(match)
            is_weak = context.judge(match, around)
            if is_weak is not None:
                mentions.append(context.link(mentions, _mention(sentence, match, around, is_weak)))
        return mentions


def _mention(sentence: Sentence, match: NameMatch, around: _Around, is_weak: bool) -> PlaceMention:
    start, end = sentence.tokens[match.start].start, sentence.tokens[match.end - 1].end
    return PlaceMention(
        sentence.index,
        match.start,
        match.end,
        start,
        end,
        sentence.text[start - sentence.start : end - sentence.start],
        tuple(found.place for found in match.found),
        around.kind,
        around.is_near,
        around.is_located,
        is_weak,
    )


class _Context:
    """A sentence with its place words and names: what the names are judged by."""

    def __init__(self, sentence: Sentence, words: LanguageWords, matches: Sequence[NameMatch]) -> None:
        self._sentence = sentence
        self._tokens = sentence.tokens
        self._words = words
        self._marks = _mark(words, sentence.tokens)
        self._is_shouted = _is_shouted(sentence.tokens)
        self._named = {
            at for match in matches if weigh(match.found[0].place) >= LARGE for at in range(match.start, match.end)
        }

    def read_around(self, match: NameMatch) -> _Around:
        """Returns what stands before and after a name."""
        located, kind, is_titled = self._read_before(match.start)
        is_near = located == "near"
        is_located = located is not None or match.forms[0].is_located
        after, tokens = match.end, self._tokens
        if after < len(tokens) and tokens[after].norm in self._words.cases and _touch(tokens, after):
            is_located, after = True, after + 1
        while after in self._marks.starts:
            after, word = self._marks.starts[after]
            if word.kind == "type" and kind is None:
                kind = word.value
            elif word.kind == "postposition":
                is_located, is_near = True, is_near or word.value == "near"
            else:
                break
        return _Around(is_located, is_near, kind, is_titled)

    def judge(self, match: NameMatch, around: _Around) -> bool | None:
        """Returns None if a name is rather a word, a person or an organisation; else whether it is weak."""
        best = match.found[0]
        weight = weigh(best.place)
        is_state = best.place.precision == "country"
        first = self._tokens[match.start].text
        has_case = first[0].lower() != first[0].upper()
        is_changed = any(form.is_changed for form in match.forms)
        is_spoken_for = around.is_located or around.kind is not None
        if self._is_phrase(match, weight) or (not is_state and self._is_place_word(match)):
            return None
        if has_case and not self._is_shouted and self._are_initials(match, is_state):
            return None
        if self._is_common(match, is_changed) and not (
            is_state and first.isupper() and len(first) <= _SHORT and not self._is_shouted
        ):
            is_named = has_case and not self._is_shouted and match.start > 0 and not around.is_titled
            is_great = around.is_located and weight >= LARGE and (best.is_main or not first.isascii())
            return False if is_named and (is_great or (is_state and len(first) > _SHORT)) else None
        if not is_spoken_for and self._is_person(match):
            return None
        if is_state:
            return False
        if around.is_titled:
            return None
        if not has_case:
            return self._judge_caseless(match, is_changed, is_spoken_for)
        if not self._is_shouted and self._has_stranger(match) and (not is_spoken_for or weight < _TOWN):
            return None
        if is_spoken_for:
            return weight < _TOWN and (not best.is_main or is_changed or self._is_shouted)
        if match.start in self._marks.covered and weight < _TOWN:
            return None  # "the Green"
        is_single = match.end - match.start == 1
        if (
            self._is_shouted
            and is_single
            and (len(first) <= _SHORT or is_changed or not best.is_main)
            and weight < LARGE
        ):
            return None
        if match.start == 0 and is_single and is_changed:
            return True if weight >= LARGE else None
        if self._is_shouted and is_single and not any(f.is_main and weigh(f.place) >= LARGE for f in match.found):
            return True  # CANO is a surname; another spelling of Kano only where the article names Nigeria
        # GeoNames' own names are Latin; in Latin script another spelling is often another language's word.
        is_plain = not self._is_shouted and (not first.isascii() or (best.is_main and not is_changed))
        return weight < (_TOWN if is_plain else LARGE) and best.place.precision != "admin1"

    def link(self, mentions: Sequence[PlaceMention], mention: PlaceMention) -> PlaceMention:
        """Returns a mention with its link to the one before, where only commas and small words stand between."""
        if not mentions or mention.start_token - mentions[-1].end_token > _MAX_GAP:
            return mention
        last = mentions[-1]
        for at in range(last.end_token, mention.start_token):
            text = self._tokens[at].text
            is_small = (
                at in self._marks.covered or text in (*COMMAS, "(") or text[0] in "'\u2019"
            )  # Somalia's Mogadishu
            if not is_small:
                return mention
        start = self._sentence.start
        return mention._replace(link=self._sentence.text[last.char_end - start : mention.char_start - start])

    def _judge_caseless(self, match: NameMatch, is_changed: bool, is_spoken_for: bool) -> bool | None:
        """Judges a name in a script without capitals, where words and small places look alike."""
        place = match.found[0].place
        weight = weigh(place)
        letters = self._tokens[match.end - 1].end - self._tokens[match.start].start
        if letters < 2 or (is_changed and weight < _TOWN):
            return None
        if weight >= LARGE or (is_spoken_for and weight >= _TOWN):
            return False
        return place.precision == "exact" if is_spoken_for or letters > _SHORT else None

    def _read_before(self, start: int) -> tuple[str | None, str | None, bool]:
        """Returns what the words before a name say: where (exact, near), the kind of place, whether a person follows."""
        kind: str | None = None
        located: str | None = None
        at = start
        while at in self._marks.ends:
            begin, word = self._marks.ends[at]
            if word.kind == "locative":
                return word.value, kind, False
            if word.kind in ("title", "postposition"):
                return located, kind, at == start and word.kind == "title"
            if word.kind == "type" and kind is None:
                kind = word.value
            elif word.kind == "direction":
                located = "exact"
            at = begin
        return located, kind, False

    def _is_phrase(self, match: NameMatch, weight: int) -> bool:
        """Whether a name that begins in lower case is only words: "mar Rojo" is a name, "de Barrios" is not."""
        if not self._tokens[match.start].text[0].islower() or is_article(self._tokens, match.start):
            return False
        word = self._marks.starts.get(match.start)
        if word is not None and word[1].kind == "title":
            return True  # "presidente Vargas"
        is_small = weight < (LARGE if match.found[0].place.precision == "exact" else _TOWN)
        return is_small or not self._tokens[match.end - 1].is_capital

    def _is_place_word(self, match: NameMatch) -> bool:
        """Whether a name is nothing but words around names: "North", "Central", "Capital"."""
        return all(at in self._marks.covered for at in range(match.start, match.end))

    def _are_initials(self, match: NameMatch, is_state: bool) -> bool:
        """Whether a word is an abbreviation of something that is no place: "UN", "FAR"."""
        text = self._tokens[match.start].text
        is_region = match.found[0].place.precision == "unknown"
        return match.end - match.start == 1 and len(text) > 1 and text.isupper() and not (is_state or is_region)

    def _is_common(self, match: NameMatch, is_changed: bool) -> bool:
        """Whether a name, or the form that it was read in, is a common word of the language."""
        spoken = "".join(split_name("".join(token.text for token in self._tokens[match.start : match.end])))
        read = "".join(form.word for form in match.forms)
        return spoken in self._words.stop or (is_changed and read in self._words.stop)

    def _is_person(self, match: NameMatch) -> bool:
        """Whether a single word is a person's name, or stands beside one where capitals say nothing."""
        if match.end - match.start > 1:
            return False
        persons = self._words.persons
        if self._tokens[match.start].norm in persons or match.forms[0].word in persons:
            return True
        if match.found[0].place.precision == "country":
            return False
        beside = (at for at in (match.start - 1, match.end) if 0 <= at < len(self._tokens))
        return self._is_shouted and any(self._tokens[at].norm in persons for at in beside)

    def _has_stranger(self, match: NameMatch) -> bool:
        """Whether a capitalised word that is neither place nor place word stands beside a name: it is part of one."""
        for at in (match.start - 1, match.end):
            if 0 < at < len(self._tokens) and at not in self._marks.covered and at not in self._named:
                token = self._tokens[at]
                if token.kind == "word" and token.is_capital:
                    return True
        return False


def _mark(words: LanguageWords, tokens: Sequence[Token]) -> _Marks:
    starts: dict[int, tuple[int, PlaceWord]] = {}
    ends: dict[int, tuple[int, PlaceWord]] = {}
    covered: set[int] = set()
    for found in words.marks.find(tokens):
        starts.setdefault(found.start, (found.end, found.value))
        ends.setdefault(found.end, (found.start, found.value))
        covered.update(range(found.start, found.end))
    return _Marks(starts, ends, frozenset(covered))


def _touch(tokens: Sequence[Token], at: int) -> bool:
    """Whether a token is written onto the one before it."""
    return tokens[at].start == tokens[at - 1].end


def _is_shouted(tokens: Sequence[Token]) -> bool:
    """Whether a sentence is written in capitals throughout, so that they say nothing."""
    has_capitals = False
    for token in tokens:
        if token.is_word and len(token.text) > 1:
            if token.text[1:].islower():
                return False
            has_capitals = has_capitals or token.text.isupper()
    return has_capitals
