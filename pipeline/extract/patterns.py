"""Finds lexicon entries in tokens.

What belongs here: the one pattern language of all lexicon files and its index. What does not: what entries mean.

A pattern is written as words with spaces between. Each word is compared in folded form (`text.fold`); a word that
ends in `*` matches any ending (`атак*`), one that begins with `*` any compound with that head (`*angriff`). Words of
a separable verb are parted by `...`: `griff ... an` stands at `griff` where `an` ends the clause. Scripts without spaces are written plainly (`打死`). Clitics that a
language writes onto the next word (Arabic w-, b-, l-, al-) are taken off when the word itself is unknown.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from pipeline.extract.text import Apostrophe, Token, fold, fold_letters, fold_nouns, tokenize

T = TypeVar("T")
Value = TypeVar("Value")

#: What else than letters tells words apart: nothing, marks (Turkish `ö`), or marks and the capitals of nouns.
Distinct = Literal["letters", "marks", "nouns"]
_FOLDS = {"letters": fold, "marks": fold_letters, "nouns": fold_nouns}
_GAP = " ... "  # between a separable verb and its particle
_MAX_GAP = 40  # tokens up to the particle
_MIN_FIRST = 3  # letters of the first part of a compound: Bus-, Auto-
_MIN_RESIDUE = 2  # letters that must remain without a clitic: two-letter Arabic stems exist, one-letter do not
_LONGEST = 64  # letters of a word and of the beginning of one; what is longer is no word of newswire
_MAX_WORDS = (
    60_000  # words whose starts an index remembers: nearly all of a text, and rare names of a few thousand texts
)
_SPACELESS = "\u3040"  # letters below it make words, those above stand alone or are rare (text.tokenize)
_new: Any = tuple.__new__  # of a named tuple: twice as fast as calling its class
_MAX_SENTENCES = 256  # sentences that a vocabulary remembers: an article is gone through several times


class Match(NamedTuple, Generic[T]):
    """A lexicon entry found: first token, one past the last, and the entry."""

    start: int
    end: int
    value: T


class _Separable(NamedTuple, Generic[T]):
    """The entry of a separable verb, and the particle that must end its clause."""

    value: T
    particle: tuple[str, ...]


class _Rest(NamedTuple, Generic[T]):
    """What remains of a pattern behind the words that a text has held so far."""

    steps: Sequence[str]
    at: int
    written: str  # the pattern with its accents, empty where it has a wildcard
    value: T | _Separable[T]


class _Node(Generic[T]):
    """One step of the token trie; what lies below it is built when a text gets there."""

    __slots__ = ("exact", "heads", "prefixes", "values")

    def __init__(self, rests: Iterable[_Rest[T]] = ()) -> None:
        self.exact: _Branch[T] = {}
        self.prefixes: _Branch[T] = {}
        self.heads: _Branch[T] = {}
        self.values: list[tuple[str, T | _Separable[T]]] = []
        for rest in rests:
            self.add(rest)

    def add(self, rest: _Rest[T]) -> None:
        """Adds what remains of a pattern behind this step."""
        steps, at, written, value = rest
        if at == len(steps):
            self.values.append((written, value))
            return
        step = steps[at]
        branch = self.prefixes if step.endswith("*") else self.heads if step.startswith("*") else self.exact
        below = branch.setdefault(step.strip("*"), [])
        rest = _Rest(steps, at + 1, written, value)
        if isinstance(below, list):
            below.append(rest)
        else:
            below.add(rest)


_Branch = dict[str, _Node[T] | list[_Rest[T]]]


def _open(branch: _Branch[T], step: str) -> _Node[T]:
    """Returns the node below a step."""
    below = branch[step]
    if isinstance(below, list):
        branch[step] = below = _Node(below)
    return below


class _Start(NamedTuple, Generic[T]):
    """What may begin with a word: the entries that it is by itself, and the nodes that go on from it."""

    values: tuple[T | _Separable[T], ...]
    nodes: tuple[_Node[T], ...]
    following: frozenset[str]  # the folded words that go on
    initials: frozenset[str]  # the first letters of those that go on with any ending
    is_open: bool  # whether any word may go on, as a compound


class _Known(dict[str, Value]):
    """What words are known to be, found out when one is first met; bounded, since articles bring ever new words."""

    def __init__(self, read: Callable[[str], Value]) -> None:
        self._read = read

    def __missing__(self, word: str) -> Value:
        if len(self) >= _MAX_WORDS:
            self.clear()
        self[word] = value = self._read(word)
        return value


_Heads = dict[str, _Node[T] | list[tuple[str, T]]]
_Begun = Sequence[tuple[int, _Start[Any]]]  # what begins at which tokens of a sentence


class Vocabulary:
    """The first words of all indexes of a language: a sentence is looked through once for all of them.

    Most words begin nothing in most indexes. Sentences are remembered for as long as their article is read.
    """

    def __init__(self) -> None:
        self._indexes: list[PatternIndex[Any]] = []
        self._shapes: dict[object, PatternIndex[Any]] = {}  # one of those that fold words alike
        # first words whole, up to their `*` and behind it: in which indexes, as bits
        self._whole: dict[str, int] = {}
        self._begun: dict[str, int] = {}
        self._heads: dict[str, int] = {}
        self._words = _Known(self._read_word)
        self._sentences: dict[int, tuple[Sequence[Token], Sequence[_Begun]]] = {}

    def join(self, index: "PatternIndex[Any]") -> int:
        """Takes in an index and returns its number."""
        self._indexes.append(index)
        self._shapes.setdefault(index.shape, index)
        self.forget()
        return len(self._indexes) - 1

    def note(self, number: int, first: str) -> None:
        """Notes the first word of a pattern of an index."""
        firsts = self._begun if first.endswith("*") else self._heads if first.startswith("*") else self._whole
        word = first.strip("*")
        firsts[word] = firsts.get(word, 0) | 1 << number
        self.forget()

    def forget(self) -> None:
        """Forgets what words begin, after a pattern was added."""
        if self._words or self._sentences:
            self._words.clear()
            self._sentences.clear()

    def look_through(self, tokens: Sequence[Token]) -> Sequence[_Begun]:
        """Returns for each index what begins at which of these tokens."""
        known = self._sentences.get(id(tokens))
        if known is not None and known[0] is tokens:
            return known[1]
        begun: list[list[tuple[int, _Start[Any]]]] = [[] for _ in self._indexes]
        words = self._words
        for at, token in enumerate(tokens):
            for number, start in words[token.text]:
                begun[number].append((at, start))
        if len(self._sentences) >= _MAX_SENTENCES:
            self._sentences.clear()
        self._sentences[id(tokens)] = (tokens, begun)
        return begun

    def _read_word(self, word: str) -> tuple[tuple[int, _Start[Any]], ...]:
        asked = 0
        for form in {form for index in self._shapes.values() for form in index.forms_of(word)}:
            asked |= self._read_form(form)
        starts = [(at, index.start_of(word)) for at, index in enumerate(self._indexes) if asked >> at & 1]
        return tuple((number, start) for number, start in starts if start is not None)

    def _read_form(self, form: str) -> int:
        """Returns which indexes may know a folded word."""
        asked = self._whole.get(form, 0)
        for length in range(min(len(form), _LONGEST), 0, -1):
            asked |= self._begun.get(form[:length], 0)
        if self._heads and len(form) <= _LONGEST:
            for cut in range(_MIN_FIRST, len(form)):
                asked |= self._heads.get(form[cut:], 0)
        return asked


class PatternIndex(Generic[T]):
    """Patterns and what they stand for, looked up at a token.

    A language has tens of thousands of patterns, of which a text needs few: patterns wait under their first word
    and are taken apart when a text holds it.

    Args:
        clitics: Prefixes that may be written onto a word, longest first.
        apostrophe: How the language uses apostrophes (`text.tokenize`).
        distinct: What tells words apart beside their letters.
        joiners: Words that may follow the particle of a separable verb at the end of its clause: `and`.
        vocabulary: What it shares with the other indexes of its language.
    """

    def __init__(
        self,
        clitics: Sequence[str] = (),
        apostrophe: Apostrophe = "suffix",
        *,
        distinct: Distinct = "letters",
        joiners: Iterable[str] = (),
        vocabulary: Vocabulary | None = None,
    ) -> None:
        self._clitics = tuple(sorted(clitics, key=len, reverse=True))
        self._apostrophe: Apostrophe = apostrophe
        self._fold = _FOLDS[distinct]
        self._keeps_capitals = distinct == "nouns"
        self.shape = (distinct, self._clitics)  # how words are folded and taken apart
        self._joiners = frozenset(joiners)
        self._has_separable = False
        # patterns by their first word, whole, up to its `*` or behind it: as written, until a text holds it
        self._whole: _Heads[T] = {}
        self._begun: _Heads[T] = {}
        self._heads: _Heads[T] = {}
        self._forms = _Known(self._strip)
        self._starts = _Known(self._read_start)
        self._vocabulary = vocabulary or Vocabulary()
        self._number = self._vocabulary.join(self)

    def add(self, pattern: str, value: T) -> None:
        """Adds one pattern; several values may stand under one pattern."""
        word = pattern.partition(" ")[0]
        is_plain = word.isascii() and word.isalpha() and not self._keeps_capitals
        first = word.lower() if is_plain else next(self._steps(pattern), "")
        if first:
            self._has_separable = self._has_separable or _GAP in pattern
            firsts = self._begun if first.endswith("*") else self._heads if first.startswith("*") else self._whole
            head = firsts.setdefault(first.strip("*"), [])
            if isinstance(head, list):
                head.append((pattern, value))
            else:
                head.add(self._take_apart(pattern, value))
            if self._starts:
                self._starts.clear()
            self._vocabulary.note(self._number, first)

    def forms_of(self, word: str) -> Sequence[str]:
        """Returns the folded words as which a word may be known."""
        norm = self._fold(word)
        return self._forms[norm] if self._clitics or self._keeps_capitals else (norm,)

    def start_of(self, word: str) -> _Start[T] | None:
        """Returns what begins with a word as it stands in a text; None where nothing does."""
        return self._starts[word]

    def match_at(self, tokens: Sequence[Token], start: int) -> list[Match[T]]:
        """Returns the entries that begin at a token, longest first."""
        begun = self._starts[tokens[start].text]
        return self._matches(begun, tokens, start) if begun else []

    def match_all(self, tokens: Sequence[Token]) -> list[tuple[int, list[Match[T]]]]:
        """Returns the tokens at which entries begin, each with those entries, longest first."""
        begun: _Begun = self._vocabulary.look_through(tokens)[self._number]
        found = []
        for at, start in begun:
            if start.nodes or self._has_separable:
                here = self._matches(start, tokens, at)
                if here:
                    found.append((at, here))
            else:
                found.append((at, [_new(Match, (at, at + 1, value)) for value in start.values]))
        return found

    def find(self, tokens: Sequence[Token], *, alone: bool = False) -> list[Match[T]]:
        """Returns the longest entries from left to right, without overlap; entries of one length all count.

        Args:
            tokens: A sentence.
            alone: Whether few other indexes are asked of it: then it is looked through for this one only.
        """
        found: list[Match[T]] = []
        begun: _Begun
        if alone:
            starts = self._starts
            begun = [(at, start) for at, token in enumerate(tokens) if (start := starts[token.text]) is not None]
        else:
            begun = self._vocabulary.look_through(tokens)[self._number]
        free = 0
        for at, start in begun:
            if at < free:
                continue
            if not start.nodes and not self._has_separable:  # nearly all: a word by itself
                free = at + 1
                for value in start.values:
                    found.append(_new(Match, (at, free, value)))
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

    def _matches(self, begun: _Start[T], tokens: Sequence[Token], start: int) -> list[Match[T]]:
        """Returns the entries that begin at a token, longest first, from what begins with its word."""
        end = start + 1
        found: list[Match[T | _Separable[T]]] = [_new(Match, (start, end, value)) for value in begun.values]
        if begun.nodes and end < len(tokens) and self._may_follow(begun, tokens[end]):
            longer: list[Match[T | _Separable[T]]] = []
            stack = [(child, end + 1) for node in begun.nodes for child in self._next(node, tokens[end])]
            while stack:
                node, at = stack.pop()
                if node.values:
                    longer.extend(
                        _new(Match, (start, at, value))
                        for value in _as_written(node, [t.text for t in tokens[start:at]])
                    )
                if at < len(tokens):
                    stack.extend((child, at + 1) for child in self._next(node, tokens[at]))
            if longer:
                if len(longer) > 1:
                    longer.sort(key=lambda match: -match.end)
                found = longer + found
        return self._with_particles(tokens, found) if self._has_separable else found  # type: ignore[return-value]

    def _may_follow(self, begun: _Start[T], token: Token) -> bool:
        """Whether an entry may go on with a token: the quick look, since most words go on with none."""
        if begun.is_open:
            return True
        norm = self._fold(token.text) if self._fold is not fold else token.norm
        forms: Sequence[str] = self._forms[norm] if self._clitics or self._keeps_capitals else (norm,)
        return not begun.following.isdisjoint(forms) or any(form[:1] in begun.initials for form in forms)

    def _with_particles(self, tokens: Sequence[Token], found: list[Match[T | _Separable[T]]]) -> list[Match[T]]:
        """Drops separable verbs without their particle, and what the word means by itself where it has one."""
        if not any(isinstance(match.value, _Separable) for match in found):
            return found  # type: ignore[return-value]
        parted = [
            Match(m.start, m.end, m.value.value)
            for m in found
            if isinstance(m.value, _Separable) and self._closes(tokens, m.end, m.value.particle)
        ]
        ends = {match.end for match in parted}
        whole = [
            Match(m.start, m.end, m.value) for m in found if not isinstance(m.value, _Separable) and m.end not in ends
        ]
        return sorted((*parted, *whole), key=lambda match: -match.end)

    def _closes(self, tokens: Sequence[Token], start: int, particle: tuple[str, ...]) -> bool:
        """Whether a particle ends the clause of its verb: before a mark, a conjunction or the sentence's end."""
        for at in range(start, min(len(tokens), start + _MAX_GAP)):
            if tokens[at].text in (";", ":"):
                return False
            end = at + len(particle)
            if tokens[at].norm == particle[0] and tuple(token.norm for token in tokens[at:end]) == particle:
                following = tokens[end] if end < len(tokens) else None
                if following is None or following.kind == "mark" or following.norm in self._joiners:
                    return True
        return False

    def _read_start(self, word: str) -> _Start[T] | None:
        """Finds out what begins with a word; None where nothing does."""
        nodes = next((nodes for form in self.forms_of(word) if (nodes := self._roots(form))), ())
        if not nodes:
            return None
        values = tuple(value for node in reversed(nodes) for value in _as_written(node, (word,)))
        longer = tuple(node for node in nodes if node.exact or node.prefixes or node.heads)
        return _Start(
            values,
            longer,
            frozenset(step for node in longer for step in node.exact),
            frozenset(step[:1] for node in longer for step in node.prefixes),
            any(node.heads or "" in node.prefixes for node in longer),
        )

    def _roots(self, form: str) -> list[_Node[T]]:
        """Returns the first nodes that a folded word leads to: exact, then by ever shorter prefixes, else by its head."""
        out = [self._open(self._whole, form)] if form in self._whole else []
        if self._begun:
            for length in range(min(len(form), _LONGEST), 0, -1):
                if form[:length] in self._begun:
                    out.append(self._open(self._begun, form[:length]))
        if not out and self._heads:
            head = _head_of(form, self._heads)
            return [self._open(self._heads, head)] if head else []
        return out

    def _open(self, heads: "_Heads[T]", step: str) -> _Node[T]:
        """Returns the node of a first word, its patterns taken apart."""
        head = heads[step]
        if isinstance(head, list):
            heads[step] = head = _Node(self._take_apart(pattern, value) for pattern, value in head)
        return head

    def _take_apart(self, pattern: str, value: T) -> _Rest[T]:
        """Returns a pattern as its words behind the first."""
        if pattern.isascii() and not self._keeps_capitals and pattern.replace(" ", "").isalpha():  # most: plain words
            words = pattern.lower().split()
            return _Rest(words, 1, " ".join(words), value)
        verb, _, particle = pattern.partition(_GAP)
        entry = _Separable(value, tuple(map(fold, particle.split()))) if particle else value
        written = "" if "*" in verb else " ".join(verb.casefold().split())
        return _Rest(tuple(self._steps(verb)), 1, written, entry)

    def _steps(self, pattern: str) -> Iterator[str]:
        """Yields the folded words of a pattern, `*` kept at their ends."""
        for word in pattern.split():
            body = word.strip("*")
            is_plain = body.isalpha() and "\u02bc" not in body and max(body) < _SPACELESS  # nearly all: one token
            if is_plain and not word.startswith("*"):
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
            elif word.startswith("*"):
                parts[0] = "*" + parts[0]
            yield from parts

    def _next(self, node: _Node[T], token: Token) -> Sequence[_Node[T]]:
        """Returns the nodes that a token leads to: exact, by prefix, else without clitics."""
        norm = self._fold(token.text) if self._fold is not fold else token.norm
        if self._clitics or self._keeps_capitals:
            return next((nodes for form in self._forms[norm] if (nodes := _children(node, form))), ())
        if node.prefixes or node.heads:
            return _children(node, norm)
        return (_open(node.exact, norm),) if norm in node.exact else ()

    def _strip(self, norm: str) -> Sequence[str]:
        """Returns a word and what remains of it without its clitics, or without its capital."""
        forms = {norm: True}  # in the order in which they are found
        if self._keeps_capitals and norm[:1].isupper():
            forms[norm.lower()] = True
        waiting = [norm] if self._clitics and len(norm) <= _LONGEST else []
        for form in waiting:
            for clitic in self._clitics:
                rest = form[len(clitic) :]
                if len(rest) >= _MIN_RESIDUE and form.startswith(clitic) and rest not in forms:
                    forms[rest] = True
                    waiting.append(rest)
        return tuple(forms)


def _head_of(form: str, heads: Mapping[str, object]) -> str:
    """Returns the longest head that a compound ends in; empty where it ends in none."""
    cuts = range(_MIN_FIRST, len(form)) if len(form) <= _LONGEST else ()
    return next((form[cut:] for cut in cuts if form[cut:] in heads), "")


def _children(node: _Node[T], form: str) -> list[_Node[T]]:
    """Returns the nodes that a folded word leads to: exact, then by ever shorter prefixes, else by its head."""
    out = [_open(node.exact, form)] if form in node.exact else []
    if node.prefixes:
        out.extend(
            _open(node.prefixes, form[:length])
            for length in range(min(len(form), _LONGEST), 0, -1)
            if form[:length] in node.prefixes
        )
    if not out and node.heads:
        head = _head_of(form, node.heads)
        return [_open(node.heads, head)] if head else []
    return out


def _as_written(node: _Node[T], words: Sequence[str]) -> list[T | _Separable[T]]:
    """Returns the values of a node; where some are written with the very accents of the text, only those.

    Folding makes one of French `attaqué` and `attaque`. Capitals often drop accents, so they decide nothing.
    """
    if len(node.values) > 1 and not words[0][:1].isupper():
        written = " ".join(word.casefold() for word in words)
        exact = [value for pattern, value in node.values if pattern == written]
        if exact:
            return exact
    return [value for _, value in node.values]
