"""Finds lexicon entries in tokens.

What belongs here: the one pattern language of all lexicon files and its index. What does not: what entries mean.

A pattern is written as words with spaces between. Each word is compared in folded form (`text.fold`); a word that
ends in `*` matches any ending (`атак*`). Scripts without spaces are written plainly (`打死`). Clitics that a
language writes onto the next word (Arabic w-, b-, l-, al-) are taken off when the word itself is unknown.
"""

from collections.abc import Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from pipeline.extract.text import Apostrophe, Token, fold, fold_letters, tokenize

T = TypeVar("T")

_MIN_RESIDUE = (
    2  # letters that must remain when a clitic is taken off: two-letter Arabic stems exist, one-letter do not
)


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


class PatternIndex(Generic[T]):
    """Patterns and what they stand for, looked up at a token.

    Args:
        clitics: Prefixes that may be written onto a word, longest first.
        apostrophe: How the language uses apostrophes (`text.tokenize`).
        letters: Whether marks make other letters (Turkish `ö`), so that they must stand as written.
    """

    def __init__(
        self, clitics: Sequence[str] = (), apostrophe: Apostrophe = "suffix", *, letters: bool = False
    ) -> None:
        self._root: _Node[T] = _Node()
        self._clitics = tuple(sorted(clitics, key=len, reverse=True))
        self._apostrophe: Apostrophe = apostrophe
        self._letters = letters
        self._variants: dict[str, tuple[str, ...]] = {}
        self._first: dict[str, bool] = {}

    def add(self, pattern: str, value: T) -> None:
        """Adds one pattern; several values may stand under one pattern."""
        node = self._root
        for step in self._steps(pattern):
            branch = node.prefixes if step.endswith("*") else node.exact
            node = branch.setdefault(step.rstrip("*"), _Node())
        node.values.append(("" if "*" in pattern else " ".join(pattern.casefold().split()), value))
        self._first.clear()

    def match_at(self, tokens: Sequence[Token], start: int) -> list[Match[T]]:
        """Returns the entries that begin at a token, longest first."""
        norm = self._key(tokens[start])
        possible = self._first.get(norm)
        if possible is None:
            possible = self._first[norm] = bool(self._next(self._root, norm))
        if not possible:
            return []
        found: list[Match[T]] = []
        stack: list[tuple[_Node[T], int]] = [(self._root, start)]
        while stack:
            node, at = stack.pop()
            if node.values and at > start:
                found.extend(Match(start, at, value) for value in self._as_written(node, tokens, start, at))
            if at < len(tokens):
                stack.extend((child, at + 1) for child in self._next(node, self._key(tokens[at])))
        found.sort(key=lambda match: -match.end)
        return found

    def clitic_of(self, norm: str) -> str:
        """Returns the clitic that must be taken off a word before the index knows it; empty where none must."""
        for form in self._forms(norm):
            if form in self._root.exact or any(form[:n] in self._root.prefixes for n in range(len(form), 0, -1)):
                return norm[: len(norm) - len(form)]
        return ""

    def _as_written(self, node: _Node[T], tokens: Sequence[Token], start: int, end: int) -> list[T]:
        """Returns the values of a node; where some are written with the very accents of the text, only those.

        Folding makes one of French `attaqué` and `attaque`. Capitals often drop accents, so they decide nothing.
        """
        if len(node.values) > 1 and not tokens[start].is_capital:
            written = " ".join(token.text.casefold() for token in tokens[start:end])
            exact = [value for pattern, value in node.values if pattern == written]
            if exact:
                return exact
        return [value for _, value in node.values]

    def find(self, tokens: Sequence[Token]) -> list[Match[T]]:
        """Returns the longest entries from left to right, without overlap; entries of one length all count."""
        found: list[Match[T]] = []
        at = 0
        while at < len(tokens):
            here = self.match_at(tokens, at)
            if here:
                longest = here[0].end
                found.extend(match for match in here if match.end == longest)
                at = longest
            else:
                at += 1
        return found

    def _key(self, token: Token) -> str:
        """Returns the form under which a token is compared."""
        return fold_letters(token.text) if self._letters else token.norm

    def _steps(self, pattern: str) -> Iterable[str]:
        """Yields the folded words of a pattern, `*` kept at their ends."""
        for word in pattern.split():
            body = word.rstrip("*")
            if body[:1] in ("'", "\u2019"):  # a clitic as the tokenizer splits it off: 's
                parts = [fold_letters(body) if self._letters else fold(body)]
            else:
                parts = [self._key(token) for token in tokenize(body, apostrophe=self._apostrophe)]
            if not parts:
                continue
            if word.endswith("*"):
                parts[-1] += "*"
            yield from parts

    def _next(self, node: _Node[T], norm: str) -> list[_Node[T]]:
        """Returns the nodes that a folded word leads to: exact, by prefix, without clitics."""
        for form in self._forms(norm):
            out = [node.exact[form]] if form in node.exact else []
            if node.prefixes:
                out.extend(
                    node.prefixes[form[:length]] for length in range(len(form), 0, -1) if form[:length] in node.prefixes
                )
            if out:
                return out
        return []

    def _forms(self, norm: str) -> tuple[str, ...]:
        """Returns a word and what remains of it without its clitics."""
        if not self._clitics:
            return (norm,)
        if norm not in self._variants:
            forms = [norm]
            for form in forms:
                forms.extend(
                    form[len(clitic) :]
                    for clitic in self._clitics
                    if form.startswith(clitic) and len(form) - len(clitic) >= _MIN_RESIDUE
                )
            self._variants[norm] = tuple(dict.fromkeys(forms))
        return self._variants[norm]
