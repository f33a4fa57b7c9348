"""When what was read and what was meant are the same: phrases, places, days and numbers.

What belongs here: the comparison of two values. What does not: which values are compared (score.py), and the words
that the rules need (seeds/scoring.toml).
"""

import math
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.evaluate.gold import Gold, gold_dates
from pipeline.seeds import SEEDS

_DAY: Final = timedelta(1)
_WORDS: Final = re.compile(r"\w+")
_PLACE_PARTS: Final = re.compile(r"[,;:()/]")
_POSSESSIVE: Final = re.compile(r"['\u2019]s ")
#: Two phrases of which half of all their words are common are the same.
_SHARED: Final = 0.5


def fold(text: str | None) -> str:
    """Returns a text in lower case, without accents."""
    marks = unicodedata.normalize("NFKD", text or "")
    return "".join(char for char in marks if not unicodedata.combining(char)).casefold()


def split_words(text: str) -> list[str]:
    """Returns the words of a text, folded."""
    return _WORDS.findall(_POSSESSIVE.sub(" ", fold(text)))


class Phrase(NamedTuple):
    """The words of a phrase that are compared, and its head."""

    words: frozenset[str]
    head: str | None


class Matcher:
    """Compares phrases and places.

    Args:
        rules: Parsed scoring.toml.
    """

    def __init__(self, rules: Mapping[str, Any]) -> None:
        self._heads: Mapping[str, str] = rules["heads"]
        self._articles = {name: frozenset(words.split()) for name, words in rules["articles"].items()}
        self._prepositions = frozenset(rules["words"]["prepositions"].split())
        self._places = frozenset(rules["words"]["places"].split())
        self._inclusion = re.compile(rf"\b({'|'.join(rules['inclusion']['patterns'])})\b", re.IGNORECASE)
        self._phrases: dict[tuple[str, bool, bool], Phrase] = {}

    def same(
        self, slot: str, said: Sequence[str], meant: Sequence[str], language: str, *, strict: bool = False
    ) -> bool:
        """Whether any alternative of one fill is any alternative of the other."""
        if slot == "places":
            return any(self.same_place(a, b) for a in said for b in meant)
        return any(self.same_phrase(a, b, language, strict=strict) for a in said for b in meant)

    def same_phrase(self, said: str, meant: str, language: str, *, strict: bool = False) -> bool:
        """Whether two phrases share half of their words, or (unless strict) one holds the head of the other."""
        a, b = self._phrase(said, language), self._phrase(meant, language)
        if not a.words or not b.words:
            return False
        return _overlap(a.words, b.words) >= _SHARED or (not strict and (a.head in b.words or b.head in a.words))

    def same_place(self, said: str, meant: str) -> bool:
        """Whether a place, or a part of it between commas, shares half of its words with the place that was meant."""
        wanted = self._place(meant)
        return any(_overlap(self._place(part), wanted) >= _SHARED for part in (said, *_PLACE_PARTS.split(said)))

    def has_inclusion(self, text: str) -> bool:
        """Whether a text has a word that makes the number after it a part of the one before it."""
        return self._inclusion.search(text) is not None

    def _phrase(self, text: str, language: str) -> Phrase:
        """Returns a phrase without articles and numerals, its words in the singular."""
        last_first = self._heads.get(language, self._heads["default"]) == "last"
        has_articles = language in self._articles
        key = (text, last_first, has_articles)
        if key not in self._phrases:
            articles = self._articles[language if has_articles else "default"]
            every = split_words(text)
            words = [word for word in every if word not in articles] or every
            words = [word for word in words if not word.isdecimal()] or words
            self._phrases[key] = self._make_phrase(words, is_last=last_first)
        return self._phrases[key]

    def _make_phrase(self, words: Sequence[str], *, is_last: bool) -> Phrase:
        if not words:
            return Phrase(frozenset(), None)
        content = [word for word in words if word not in self._prepositions]
        end = next((at for at, word in enumerate(words) if at and word in self._prepositions), len(words))
        chunk = [word for word in words[:end] if word not in self._prepositions] or words
        return Phrase(frozenset(map(_singular, content or words)), _singular(chunk[-1 if is_last else 0]))

    @lru_cache(maxsize=100_000)  # noqa: B019  one matcher lives as long as the program
    def _place(self, text: str) -> frozenset[str]:
        words = split_words(text)
        return frozenset(word for word in words if word not in self._places) or frozenset(words)


@lru_cache(maxsize=1)
def load_matcher(seeds: Path = SEEDS) -> Matcher:
    """Returns the matcher of the project's rules."""
    return Matcher(tomllib.loads((seeds / "scoring.toml").read_text(encoding="utf-8")))


def judge_date(gold: Gold, said: tuple[date, date] | None) -> tuple[bool, bool]:
    """Returns whether an interval is exactly right, or lies in the gold range; and whether it is within a day of that."""
    exact = near = False
    if said is None:
        return exact, near
    start, end = said
    for first, last in gold_dates(gold):
        if (start, end) == (first, last) or (first < last and first <= start and end <= last):
            exact = near = True
        elif (abs(start - first) <= _DAY and abs(end - last) <= _DAY) or (
            first < last and first - _DAY <= start and end <= last + _DAY
        ):
            near = True
    return exact, near


def is_right_number(quantity: Mapping[str, Any], said: int | None) -> bool:
    """Whether a number is that of a gold quantity; nothing said counts as zero."""
    number = said or 0
    if number in quantity.get("accept", ()):
        return True
    if quantity.get("value") is not None:
        return number == int(quantity["value"])
    low = quantity["low"] if quantity.get("low") is not None else -math.inf
    high = quantity["high"] if quantity.get("high") is not None else math.inf
    return bool(low <= number <= high and (low <= 0 or number > 0))


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b) if a and b else 0.0


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
