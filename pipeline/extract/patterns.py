"""Finds lexicon entries in tokens.

What belongs here: the one pattern language of all lexicon files and its index. What does not: what entries mean.

A pattern is written as words with spaces between. Each word is compared in folded form (`text.fold`); a word that
ends in `*` matches any ending (`атак*`). Scripts without spaces are written plainly (`打死`). Clitics that a
language writes onto the next word (Arabic w-, b-, l-, al-) are taken off when the word itself is unknown.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from operator import attrgetter
from typing import Generic, NamedTuple, TypeVar

from pipeline.extract.text import Apostrophe, Token, fold, fold_letters, tokenize

T = TypeVar("T")
Value = TypeVar("Value")

_MIN_RESIDUE = 2  # letters that must remain without a clitic: two-letter Arabic stems exist, one-letter do not
_LONGEST = 64  # letters of a word and of the beginning of one; what is longer is no word of newswire
_MAX_WORDS = 20_000  # words whose starts an index remembers: the commonest ones make up nearly all of a text
_SPACELESS = "\u3040"  # letters below it make words, those above stand alone or are rare (text.tokenize)
_TEXT = attrgetter("text")


class Match(NamedTuple, Generic[T]):
    """A lexicon entry found: first token, one past the last, and the entry."""

    start: int
    end: int
    value: T


class _Node(Generic[T]):
    """One step of the token trie."""

    __slots__ = ("exact", "prefixes", "values")

    def __init__(self) -> None:
        self.exact: dict[str, _Node[T]] = {}
        self.prefixes: dict[str, _Node[T]] = {}
        self.values: list[tuple[str, T]] = []  # the pattern with its accents, empty where it has a wildcard


class _Start(NamedTuple, Generic[T]):
    """What may begin with a word: the entries that it is by itself, and the nodes that go on from it."""

    values: tuple[T, ...]
    nodes: tuple[_Node[T], ...]
    following: frozenset[str] | None  # the only folded words that go on; None where there is more to it


class _Known(dict[str, Value]):
    """What words are known to be, found out when one is first met; bounded, since articles bring ever new words."""

    def __init__(self, read: Callable[[str], Value]) -> None:
        self._read = read

    def __missing__(self, word: str) -> Value:
        if len(self) >= _MAX_WORDS:
            self.clear()
        self[word] = value = self._read(word)
        return value


class PatternIndex(Generic[T]):
    """Patterns and what they stand for, looked up at a token.

    A language has tens of thousands of patterns, of which a text needs few: patterns wait under their first word
    and are taken apart when a text holds it.

    Args:
        clitics: Prefixes that may be written onto a word, longest first.
        apostrophe: How the language uses apostrophes (`text.tokenize`).
        letters: Whether marks make other letters (Turkish `ö`), so that they must stand as written.
    """

    def __init__(
        self, clitics: Sequence[str] = (), apostrophe: Apostrophe = "suffix", *, letters: bool = False
    ) -> None:
        self._clitics = tuple(sorted(clitics, key=len, reverse=True))
        self._apostrophe: Apostrophe = apostrophe
        self._fold = fold_letters if letters else fold
        # patterns by their first word, whole or up to its `*`: as written, until a text holds it
        self._whole: dict[str, _Node[T] | list[tuple[str, T]]] = {}
        self._begun: dict[str, _Node[T] | list[tuple[str, T]]] = {}
        self._forms = _Known(self._strip)
        self._starts = _Known(self._read_start)

    def add(self, pattern: str, value: T) -> None:
        """Adds one pattern; several values may stand under one pattern."""
        word = pattern.partition(" ")[0]
        first = word.lower() if word.isascii() and word.isalpha() else next(self._steps(pattern), "")
        if first:
            heads = self._begun if first.endswith("*") else self._whole
            head = heads.setdefault(first.rstrip("*"), [])
            if isinstance(head, list):
                head.append((pattern, value))
            else:
                self._insert(head, pattern, value)
            self._starts.clear()

    def match_at(self, tokens: Sequence[Token], start: int) -> list[Match[T]]:
        """Returns the entries that begin at a token, longest first."""
        begun = self._starts[tokens[start].text]
        return self._matches(begun, tokens, start) if begun else []

    def match_all(self, tokens: Sequence[Token]) -> list[Sequence[Match[T]]]:
        """Returns for each token the entries that begin at it, longest first."""
        begun = self._begin(tokens)
        return [self._matches(start, tokens, at) if start else () for at, start in enumerate(begun)]

    def find(self, tokens: Sequence[Token]) -> list[Match[T]]:
        """Returns the longest entries from left to right, without overlap; entries of one length all count."""
        found: list[Match[T]] = []
        begun = self._begin(tokens)
        if not any(begun):
            return found
        free = 0
        for at, start in enumerate(begun):
            if start is None or at < free:
                continue
            here = self._matches(start, tokens, at)
            if here:
                free = here[0].end
                found.extend(here if here[-1].end == free else (match for match in here if match.end == free))
        return found

    def clitic_of(self, norm: str) -> str:
        """Returns the clitic that must be taken off a word before the index knows it; empty where none must."""
        if self._clitics:
            for form in self._forms[norm]:
                if self._roots(form):
                    return norm[: len(norm) - len(form)]
        return ""

    def _begin(self, tokens: Sequence[Token]) -> list[_Start[T] | None]:
        """Returns for each token what begins with it."""
        return list(map(self._starts.__getitem__, map(_TEXT, tokens)))

    def _matches(self, begun: _Start[T], tokens: Sequence[Token], start: int) -> list[Match[T]]:
        """Returns the entries that begin at a token, longest first, from what begins with its word."""
        end = start + 1
        found = [Match(start, end, value) for value in begun.values]
        if (
            begun.nodes
            and end < len(tokens)
            and (begun.following is None or self._fold(tokens[end].text) in begun.following)
        ):
            longer: list[Match[T]] = []
            stack = [(child, end + 1) for node in begun.nodes for child in self._next(node, tokens[end])]
            while stack:
                node, at = stack.pop()
                if node.values:
                    longer.extend(
                        Match(start, at, value) for value in _as_written(node, [t.text for t in tokens[start:at]])
                    )
                if at < len(tokens):
                    stack.extend((child, at + 1) for child in self._next(node, tokens[at]))
            if longer:
                longer.sort(key=lambda match: -match.end)
                return longer + found
        return found

    def _read_start(self, word: str) -> _Start[T] | None:
        """Finds out what begins with a word; None where nothing does."""
        nodes = next((nodes for form in self._strip(self._fold(word)) if (nodes := self._roots(form))), ())
        if not nodes:
            return None
        values = tuple(value for node in reversed(nodes) for value in _as_written(node, (word,)))
        longer = tuple(node for node in nodes if node.exact or node.prefixes)
        is_open = bool(self._clitics) or any(node.prefixes for node in longer)
        following = None if is_open else frozenset(step for node in longer for step in node.exact)
        return _Start(values, longer, following)

    def _roots(self, form: str) -> list[_Node[T]]:
        """Returns the first nodes that a folded word leads to: exact, then by ever shorter prefixes."""
        out = [self._open(self._whole, form)] if form in self._whole else []
        for length in range(min(len(form), _LONGEST), 0, -1):
            if form[:length] in self._begun:
                out.append(self._open(self._begun, form[:length]))
        return out

    def _open(self, heads: dict[str, _Node[T] | list[tuple[str, T]]], step: str) -> _Node[T]:
        """Returns the node of a first word, its patterns taken apart."""
        head = heads[step]
        if isinstance(head, list):
            node: _Node[T] = _Node()
            for pattern, value in head:
                self._insert(node, pattern, value)
            heads[step] = head = node
        return head

    def _insert(self, node: _Node[T], pattern: str, value: T) -> None:
        """Writes a pattern below the node of its first word."""
        for step in islice(self._steps(pattern), 1, None):
            branch = node.prefixes if step.endswith("*") else node.exact
            node = branch.setdefault(step.rstrip("*"), _Node())
        node.values.append(("" if "*" in pattern else " ".join(pattern.casefold().split()), value))

    def _steps(self, pattern: str) -> Iterator[str]:
        """Yields the folded words of a pattern, `*` kept at their ends."""
        for word in pattern.split():
            body = word.rstrip("*")
            if body.isalpha() and max(body) < _SPACELESS:  # nearly all: one token, no marks
                yield self._fold(body) + word[len(body) : len(body) + 1]
                continue
            if body[:1] in ("'", "\u2019"):  # a clitic as the tokenizer splits it off: 's
                parts = [self._fold(body)]
            else:
                parts = [self._fold(token.text) for token in tokenize(body, apostrophe=self._apostrophe)]
            if not parts:
                continue
            if word.endswith("*"):
                parts[-1] += "*"
            yield from parts

    def _next(self, node: _Node[T], token: Token) -> Sequence[_Node[T]]:
        """Returns the nodes that a token leads to: exact, by prefix, else without clitics."""
        norm = self._fold(token.text) if self._fold is not fold else token.norm
        if self._clitics:
            return next((nodes for form in self._forms[norm] if (nodes := _children(node, form))), ())
        if node.prefixes:
            return _children(node, norm)
        return (node.exact[norm],) if norm in node.exact else ()

    def _strip(self, norm: str) -> Sequence[str]:
        """Returns a word and what remains of it without its clitics."""
        forms = {norm: True}  # in the order in which they are found
        waiting = [norm] if self._clitics and len(norm) <= _LONGEST else []
        for form in waiting:
            for clitic in self._clitics:
                rest = form[len(clitic) :]
                if len(rest) >= _MIN_RESIDUE and form.startswith(clitic) and rest not in forms:
                    forms[rest] = True
                    waiting.append(rest)
        return tuple(forms)


def _children(node: _Node[T], form: str) -> list[_Node[T]]:
    """Returns the nodes that a folded word leads to: exact, then by ever shorter prefixes."""
    out = [node.exact[form]] if form in node.exact else []
    if node.prefixes:
        out.extend(
            node.prefixes[form[:length]]
            for length in range(min(len(form), _LONGEST), 0, -1)
            if form[:length] in node.prefixes
        )
    return out


def _as_written(node: _Node[T], words: Sequence[str]) -> list[T]:
    """Returns the values of a node; where some are written with the very accents of the text, only those.

    Folding makes one of French `attaqué` and `attaque`. Capitals often drop accents, so they decide nothing.
    """
    if len(node.values) > 1 and not words[0][:1].isupper():
        written = " ".join(word.casefold() for word in words)
        exact = [value for pattern, value in node.values if pattern == written]
        if exact:
            return exact
    return [value for _, value in node.values]
