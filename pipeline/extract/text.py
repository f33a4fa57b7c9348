"""Text to sentences and tokens, with offsets into the article's text.

What belongs here: what is true of every script: sentence ends, token edges, the form under which words are
compared. What does not: any word of any language (seeds/lexicon).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import sentencex

Apostrophe = Literal["suffix", "prefix", "letter"]

# Ideographs and kana stand alone, as in UAX #29: lexicon entries are sequences of them, so no word list is needed.
_IDEOGRAPH = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff"
_MARKED = "[\u0300-\u036f\u064b-\u065f\u0670\u0640]"  # marks written onto letters
_LETTERS = rf"[^\W\d_{_IDEOGRAPH}]+(?:{_MARKED}+[^\W\d_{_IDEOGRAPH}]*)*"
#: Kinds of tokens, in the order in which they are tried.
_KINDS = {
    "number": r"\d+(?:[.,'\u2019\u066b\u066c\u00a0\u202f]\d+)*",
    "abbreviation": r"(?:[^\W\d_]\.){2,}",
    "word": rf"{_LETTERS}(?:(?<=[A-Za-z\u0400-\u04ff])\d++(?![.,]\d))?"
    rf"(?:['\u2019\u02bc]{_LETTERS})*['\u2019\u02bc]?",
    "ideograph": rf"[{_IDEOGRAPH}]",
    "mark": r"[^\s\u200c]",
}
# Most words are two common letters or more before a space or stop; asked first, they are found twice as fast.
_PLAIN = "[A-Za-z\u00e0-\u00f6\u00f8-\u00ff\u0410-\u044f\u0621-\u063a\u0641-\u064a\u067e-\u06cc]{2,}+(?![^\\s,.;:])"
_TOKEN = re.compile("|".join((_PLAIN, *_KINDS.values())))
_KIND = {kind: re.compile(pattern) for kind, pattern in _KINDS.items()}
_DATELINE_TOKENS = 16
_DATELINE_WORDS = 3  # a dateline without comma, bracket or number is a place alone: "EL FASHER -- ..."
_WRAPPED_LINES = 4
_WRAPPED_WIDTH = 100
_LONGEST = 400  # tokens of a sentence: of 35,000 of newswire three were longer, menus of web pages all
_BLOCK = 20_000  # characters; of newswire no paragraph and few articles are as long
_LONE = re.compile(r"[\ud800-\udfff]")  # halves of characters, which broken escapes leave behind: no program takes them
_TAIL = 40  # characters that initials at the end of a piece, and space behind them, may take
_APOSTROPHES = "'\u2019\u02bc"
_new: Any = tuple.__new__  # of a named tuple: twice as fast as calling its class
_FOLD = str.maketrans(
    {
        "\u2019": "'", "\u02bc": "'", "\u0131": "i", "\u0451": "\u0435", "\u0640": None,
        "\u0623": "\u0627", "\u0625": "\u0627", "\u0622": "\u0627", "\u0671": "\u0627", "\u0649": "\u064a",
        "\u0629": "\u0647", "\u06cc": "\u064a", "\u06a9": "\u0643", "\u06d5": "\u0647", "\u06c0": "\u0647",
    }
)  # fmt: skip


class Token(NamedTuple):
    """One token: its words as they stand, the folded form for look-up, and its span in the article's text."""

    text: str
    norm: str
    start: int
    end: int
    kind: str  # number, abbreviation, word, ideograph, mark
    is_word: bool = True  # whether it carries letters
    is_capital: bool = False  # whether it starts with a capital letter, in scripts that have them


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


@lru_cache(maxsize=200_000)
def fold_letters(word: str) -> str:
    """Returns the form of a word in languages where marks make other letters: `ö`, `ş`, `ç` stay, `â` and case do not.

    Without it Turkish `öldü` (died) and `oldu` (became) would be one word.
    """
    if word.isascii():
        return word.lower()
    lowered = unicodedata.normalize("NFD", word.casefold())
    kept = "".join(char for char in lowered if char not in "\u0302\u0307")
    return unicodedata.normalize("NFC", kept).translate(_FOLD)


@lru_cache(maxsize=200_000)
def fold_nouns(word: str) -> str:
    """Returns the form of a word in languages that write nouns with a capital: as `fold_letters`, first letter kept.

    Without it German `Angriffen` (attacks) and `angriffen` (attacked), `Tote` and `tote` would be one word.
    """
    folded = fold_letters(word)
    return folded[:1].upper() + folded[1:] if word[:1].isupper() else folded


def _split_word(word: str, apostrophe: Apostrophe) -> list[str]:
    """Splits a word at its apostrophe as its language writes clitics there; the apostrophe stays with the clitic."""
    marks = [at for at, char in enumerate(word) if char in _APOSTROPHES]
    if apostrophe == "letter" or not marks:
        return [word]
    cut = marks[-1] if apostrophe == "suffix" else marks[0] + 1
    return [part for part in (word[:cut], word[cut:]) if part]


def tokenize(text: str, offset: int = 0, apostrophe: Apostrophe = "suffix") -> list[Token]:
    """Splits text into tokens; hyphens and punctuation marks are tokens of their own.

    The zero-width non-joiner parts words as a space does: Persian writes its plurals and verbs with either.

    Args:
        text: Any text.
        offset: Added to every span, where `text` is a part of an article.
        apostrophe: How the language uses apostrophes: `suffix` (Israel + 's, Ankara + 'da), `prefix`
            (l' + armée) or `letter` (п'ять).
    """
    tokens: list[Token] = []
    at = 0
    for piece in _TOKEN.findall(text):
        at = text.index(piece, at)  # nothing but space lies between
        for word, norm, size, kind, is_word, is_capital in _read_piece(piece, apostrophe):
            start = offset + at
            tokens.append(_new(Token, (word, norm, start, start + size, kind, is_word, is_capital)))
            at += size
    return tokens


def tokenize_unplaced(text: str, apostrophe: Apostrophe = "suffix") -> list[Token]:
    """Returns what `tokenize` does where spans do not matter, in half of its time: each token stands at 0."""
    return [token for piece in _TOKEN.findall(text) for token in _unplaced(piece, apostrophe)]


@lru_cache(maxsize=100_000)
def _unplaced(piece: str, apostrophe: Apostrophe) -> tuple[Token, ...]:
    """Returns the tokens of a piece of text; one object for a word wherever it stands."""
    return tuple(
        Token(word, norm, 0, size, kind, is_word, is_capital)
        for word, norm, size, kind, is_word, is_capital in _read_piece(piece, apostrophe)
    )


@lru_cache(maxsize=100_000)
def _read_piece(piece: str, apostrophe: Apostrophe) -> tuple[tuple[str, str, int, str, bool, bool], ...]:
    """Returns the tokens of a piece of text between two edges: words, folded form, length, kind, letters, capital."""
    kind = next(kind for kind, pattern in _KIND.items() if pattern.fullmatch(piece))
    words = _split_word(piece, apostrophe) if kind == "word" else [piece]
    is_word = kind in ("word", "ideograph", "abbreviation")
    return tuple((word, fold(word), len(word), kind, is_word, word[:1].isupper()) for word in words)


_INITIALS = re.compile(r"(?:^|[\s(\"\u201c])(?:[^\W\d_]\.){1,4}\s*$")


#: Ideographic full stops end a sentence whatever follows; the segmenter waits for a letter.
_FULL_STOP = re.compile("(?<=[\u3002\uff01\uff1f])(?![\u201d\u300d\u300f\u2019\uff09])")


def _segment(language: str, line: str) -> Iterator[str]:
    """Yields the sentences of a line, a long one block by block: the segmenter's time grows with its square."""
    while len(line) > _BLOCK:
        end = line.rfind(" ", 0, _BLOCK) + 1 or _BLOCK
        yield from sentencex.segment(language, line[:end])
        line = line[end:]
    yield from sentencex.segment(language, line)


def _rejoin(pieces: Iterable[str]) -> list[str]:
    """Joins what was split after initials: `U.N. | Security Council`, `F.W. | de Klerk`."""
    parts = [part for whole in pieces for part in _FULL_STOP.split(whole) if part]
    if len(parts) < 2:
        return parts
    out: list[list[str]] = []
    tail = ""
    for piece in parts:
        before = tail.rstrip()[-3:-2]  # nearly all sentences end in a longer word
        if (before.isspace() or before in '("\u201c.') and _INITIALS.search(tail):
            out[-1].append(piece)
        else:
            out.append([piece])
            tail = ""
        tail = (tail + piece)[-_TAIL:]
    return ["".join(parts) for parts in out]


def _cut_long(sentence: Sentence) -> Iterator[Sentence]:
    """Yields a sentence, or pieces of it where it is no sentence but a menu or a table: each ends at a mark."""
    tokens = sentence.tokens
    first = 0
    while len(tokens) - first > _LONGEST:
        ends = range(first + _LONGEST, first + _LONGEST // 2, -1)
        end = next((at for at in ends if tokens[at - 1].kind == "mark"), first + _LONGEST)
        yield _cut(sentence, first, end)
        first = end
    yield _cut(sentence, first, len(tokens)) if first else sentence


def split_sentences(text: str, language: str, apostrophe: Apostrophe = "suffix") -> list[Sentence]:
    """Splits an article into sentences: at newlines first, then by `sentencex`.

    Args:
        text: The article's text.
        language: BCP 47 primary tag.
        apostrophe: See `tokenize`.
    """
    sentences: list[Sentence] = []
    begin = 0
    for paragraph, line in enumerate(_unwrap(_LONE.sub("\ufffd", text)).split("\n")):
        at = 0
        for piece in _rejoin(_segment(language, line)) if line.strip() else ():
            found = line.index(piece, at)
            at = found + len(piece)
            words = piece.strip()
            if words:
                start = begin + found + len(piece) - len(piece.lstrip())
                tokens = tuple(tokenize(words, start, apostrophe))
                whole = Sentence(len(sentences), start, start + len(words), words, tokens, paragraph)
                for part in _cut_long(whole):
                    sentences.append(replace(part, index=len(sentences)) if part is not whole else whole)
        begin += len(line) + 1
    return sentences


def split_dateline(sentence: Sentence) -> tuple[Sentence | None, Sentence]:
    """Splits a dateline off the first sentence of an article: `KYIV, 3 May (Agency) -- ...`.

    Returns:
        The dateline, or None, and the sentence that remains; both with spans in the article.
    """
    tokens = sentence.tokens
    cut = next((at for at in range(1, min(len(tokens) - 1, _DATELINE_TOKENS)) if _is_dash(tokens, at)), None)
    if cut is None or sum(t.is_word and not t.is_capital for t in tokens[:cut]) > 1 or not tokens[0].is_capital:
        return None, sentence
    if not any(t.text in ",()" or t.kind == "number" for t in tokens[:cut]) and cut > _DATELINE_WORDS:
        return None, sentence
    rest = cut + 1
    while rest < len(tokens) and _is_dash(tokens, rest):
        rest += 1
    while rest < len(tokens) and tokens[rest].text == "[":  # editors' marks: [Text], [Report by ...]
        close = next((at for at in range(rest, len(tokens)) if tokens[at].text == "]"), None)
        if close is None:
            break
        rest = close + 1
    if rest >= len(tokens):
        return None, sentence
    return _cut(sentence, 0, cut), _cut(sentence, rest, len(tokens))


def _is_dash(tokens: Sequence[Token], at: int) -> bool:
    """Whether a token is a dash between words, not a hyphen within one."""
    if tokens[at].text in ("\u2013", "\u2014"):
        return True
    return (
        tokens[at].text == "-"
        and at + 1 < len(tokens)
        and (tokens[at + 1].start > tokens[at].end or tokens[at + 1].text == "-")
    )


def _cut(sentence: Sentence, first: int, end: int) -> Sentence:
    """Returns a part of a sentence, by tokens."""
    tokens = sentence.tokens[first:end]
    start, stop = tokens[0].start, tokens[-1].end
    text = sentence.text[start - sentence.start : stop - sentence.start]
    return Sentence(sentence.index, start, stop, text, tokens, sentence.paragraph)


def _unwrap(text: str) -> str:
    """Turns the line ends of hard-wrapped text into spaces, so that sentences go on; blank lines stay.

    Text counts as wrapped where it has four lines or more, none over 100 characters, and most lines that are
    followed by another are nearly as long as the longest: agency copy is set to 60 to 80 characters.
    """
    lines = text.split("\n")
    followed = [line for line, following in pairwise(lines) if line.strip() and following.strip()]
    if len(followed) < _WRAPPED_LINES:
        return text
    longest = max(len(line.rstrip()) for line in lines)
    long = sum(len(line.rstrip()) > 0.7 * longest for line in followed)
    if longest > _WRAPPED_WIDTH or long < 0.7 * len(followed):
        return text
    return re.sub(r"(?<=\S)([^\S\n]*)\n(?=[^\S\n]*\S)", lambda match: match.group(1) + " ", text)
