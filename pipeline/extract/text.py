"""Text to sentences and tokens, with offsets into the article's text.

What belongs here: what is true of every script: sentence ends, token edges, the form under which words are
compared. What does not: any word of any language (seeds/lexicon).
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import sentencex

Apostrophe = Literal["suffix", "prefix", "letter"]

# Ideographs and kana stand alone, as in UAX #29: lexicon entries are sequences of them, so no word list is needed.
_IDEOGRAPH = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff"
_LETTER = rf"(?:(?![{_IDEOGRAPH}])[^\W\d_])[\u0300-\u036f\u064b-\u065f\u0670\u0640]*"
_TOKEN = re.compile(
    rf"""
    (?P<number>\d+(?:[.,'\u2019\u066b\u066c\u00a0\u202f]\d+)*)
    |(?P<abbreviation>(?:[^\W\d_]\.){{2,}})
    |(?P<word>(?:{_LETTER})+(?:\d+(?!\d*[.,]\d))?(?:['\u2019\u02bc](?:{_LETTER})+)*['\u2019\u02bc]?)
    |(?P<ideograph>[{_IDEOGRAPH}])
    |(?P<mark>\S)
    """,
    re.VERBOSE,
)
_APOSTROPHES = "'\u2019\u02bc"
_FOLD = str.maketrans(
    {
        "\u2019": "'", "\u02bc": "'", "\u0131": "i", "\u0451": "\u0435", "\u0640": None,
        "\u0623": "\u0627", "\u0625": "\u0627", "\u0622": "\u0627", "\u0671": "\u0627", "\u0649": "\u064a",
        "\u0629": "\u0647",
    }
)  # fmt: skip


class Token(NamedTuple):
    """One token: its words as they stand, the folded form for look-up, and its span in the article's text."""

    text: str
    norm: str
    start: int
    end: int
    kind: str  # number, abbreviation, word, ideograph, mark

    @property
    def is_word(self) -> bool:
        """Whether it carries letters."""
        return self.kind in ("word", "ideograph", "abbreviation")

    @property
    def is_capital(self) -> bool:
        """Whether it starts with a capital letter, in scripts that have them."""
        return self.text[:1].isupper()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its number in the article, its span, and its tokens."""

    index: int
    start: int
    end: int
    text: str
    tokens: tuple[Token, ...]
    paragraph: int


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Returns the form under which a word is looked up.

    Case, Latin accents, Arabic vowel signs and letter variants, and apostrophe shapes are folded; Cyrillic and
    other letters keep their marks, since those are letters of their own.
    """
    if word.isascii():
        return word.lower()
    out: list[str] = []
    latin = False
    for char in unicodedata.normalize("NFD", word.casefold()):
        if unicodedata.combining(char):
            if latin or "\u064b" <= char <= "\u065f" or char == "\u0670":
                continue
        else:
            latin = char < "\u0250"
        out.append(char)
    return unicodedata.normalize("NFC", "".join(out)).translate(_FOLD)


def _split_word(word: str, start: int, apostrophe: Apostrophe) -> list[tuple[str, int]]:
    """Splits a word at its apostrophe as its language writes clitics there; the apostrophe stays with the clitic."""
    if apostrophe == "letter":
        return [(word, start)]
    cut = max(word.rfind(mark) for mark in _APOSTROPHES)
    if cut < 0:
        return [(word, start)]
    if apostrophe == "suffix":
        if cut == 0:
            return [(word, start)]
        return [(word[:cut], start), (word[cut:], start + cut)]
    first = min(i for i in (word.find(mark) for mark in _APOSTROPHES) if i >= 0) + 1
    if first == len(word):
        return [(word, start)]
    return [(word[:first], start), (word[first:], start + first)]


def tokenize(text: str, offset: int = 0, apostrophe: Apostrophe = "suffix") -> list[Token]:
    """Splits text into tokens; hyphens and punctuation marks are tokens of their own.

    Args:
        text: Any text.
        offset: Added to every span, where `text` is a part of an article.
        apostrophe: How the language uses apostrophes: `suffix` (Israel + 's, Ankara + 'da), `prefix`
            (l' + armée) or `letter` (п'ять).
    """
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        word, start = match.group(), match.start() + offset
        if kind == "word" and any(mark in word for mark in _APOSTROPHES):
            for part, at in _split_word(word, start, apostrophe):
                tokens.append(Token(part, fold(part), at, at + len(part), kind))
        else:
            tokens.append(Token(word, fold(word), start, start + len(word), kind))
    return tokens


def split_sentences(text: str, language: str, apostrophe: Apostrophe = "suffix") -> list[Sentence]:
    """Splits an article into sentences: at newlines first, then by `sentencex`.

    Args:
        text: The article's text.
        language: BCP 47 primary tag.
        apostrophe: See `tokenize`.
    """
    sentences: list[Sentence] = []
    position = 0
    for paragraph, line in enumerate(text.split("\n")):
        at = position
        position += len(line) + 1
        if not line.strip():
            continue
        for piece in sentencex.segment(language, line):
            start = text.index(piece, at) if piece else at
            at = start + len(piece)
            stripped = piece.strip()
            if not stripped:
                continue
            lead = len(piece) - len(piece.lstrip())
            begin = start + lead
            tokens = tuple(tokenize(stripped, begin, apostrophe))
            sentences.append(Sentence(len(sentences), begin, begin + len(stripped), stripped, tokens, paragraph))
    return sentences
