"""Finds quantities in a sentence: how many, with what bound, and where it says so.

What belongs here: how numbers are put together (digits, number words, scales, bounds, ranges) and what shows that
a number is not a count. What does not: any word of any language (`numbers.csv` and `number_words.csv` of a lexicon
folder), and what is counted (the claim builder decides).

Classes of `number_words.csv`, with what a row of each says:

- `number`, `scale`, `joiner`: a word worth `best`; a multiplier (thousand); a word between parts (and).
- `one`, `both`, `dual`, `zero`: an article worth one, both, a dual noun, no/nobody. Named in `Quantity.rule`.
- `collective`: dozen, `trentaine`: worth about `best`, and multiplied by a number before it.
- `vague`: dozens: `low` and perhaps `high`, never a best. `range`: words that say `low` to `high` by themselves.
- `at_least`, `at_most`, `approximate`: before a number; with `_after`: behind it. `filler`: may stand between.
- `range_open`, `range_join`, `range_and`: between; to; and (only where a range was opened).
- `counter`: a counted noun: what tells 2000 soldiers from the year, and a lone ideograph from part of a word.
- `guard_before`, `guard_after`: what makes the number no count; `guard` names why (age, money, distance, ...).
- `name`: a phrase with a number word in it that says no number, passed over.
- `count_suffix`: an ending written to digits with a hyphen that leaves them a count.
- `decimal`, `group`: the decimal mark; `space` where a space may separate thousands. `drop`: words of
  `numbers.csv` that mean something else more often.

A pattern written with a capital asks for one.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from pipeline.extract.calendars import CALENDARS, calendar_of
from pipeline.extract.patterns import Match, PatternIndex, Vocabulary
from pipeline.extract.text import Apostrophe, Sentence

Bound = Literal["exact", "approximate", "at_least", "at_most", "range", "vague"]
Row = Mapping[str, str]

_MARKERS: dict[str, Bound] = {"at_least": "at_least", "at_most": "at_most", "approximate": "approximate"}
_MARKERS_AFTER = tuple(kind + "_after" for kind in _MARKERS)
_FIXED = ("range", "vague", "zero", "dual", "both")  # words that are a quantity by themselves
_OPENERS = frozenset(("number", "one", "collective", "name", *_FIXED, *_MARKERS))  # what a quantity may begin with
_HYPHENS = "-\u2010\u2011\u2013\u2014\u2212"
_SEPARATORS = re.compile("[.,'\u2019\u066b\u066c\u00a0\u202f]")
_DIGITS = "0123456789"
_AGES = range(10, 110)
_DAYS = range(1, 32)
_NONE = Decimal(0)
_LARGEST = 10**12  # larger readings are account or telephone numbers


class Quantity(NamedTuple):
    """A quantity found: its words with their bound markers, and what they say.

    Exact numbers have low = best = high; an approximate one has a best only; bounds, ranges and vague words have
    no best. `rule` names how it was read: digits, words, collective, vague, range, implied_one, both, dual, zero.
    `guard` is why it is no count (`Numbers.guarded` only). Tokens are those of the sentence, the end exclusive;
    characters are code points of the article's text.
    """

    start_token: int
    end_token: int
    char_start: int
    char_end: int
    low: int | None
    best: int | None
    high: int | None
    bound: Bound
    text: str
    rule: str
    guard: str | None = None


class _Entry(NamedTuple):
    """A row of the lexicon as the index holds it."""

    kind: str
    low: int | None = None
    best: int | None = None
    high: int | None = None
    guard: str = ""
    capital: bool = False


class _Reading(NamedTuple):
    """A number read at a token, before anything around it is looked at."""

    start: int
    end: int
    low: int | None
    best: int | None
    high: int | None
    bound: Bound
    rule: str
    scale: int = 1
    guard: str | None = None


class _Digits(NamedTuple):
    """Digits as they stand: their value and whether they can be a count."""

    value: Decimal
    end: int
    mark: str  # the only separator, where it might also be the decimal mark
    guard: str | None


class _Page:
    """One sentence with every lexicon entry that starts or ends at its tokens."""

    def __init__(self, sentence: Sentence, index: PatternIndex[_Entry]) -> None:
        self.sentence = sentence
        self.tokens = sentence.tokens
        self.starts = dict(index.match_all(self.tokens))
        self.ends: dict[int, list[Match[_Entry]]] = {}
        for at, found in self.starts.items():
            if any(match.value.capital for match in found) and not self.tokens[at].is_capital:
                self.starts[at] = found = [match for match in found if not match.value.capital]
            for match in found:
                self.ends.setdefault(match.end, []).append(match)

    def openings(self) -> list[int]:
        """Returns the tokens at which a quantity may begin."""
        opens = {at for at, found in self.starts.items() if any(match.value.kind in _OPENERS for match in found)}
        return [at for at, token in enumerate(self.tokens) if at in opens or token.text[-1].isdecimal()]

    def at(self, position: int, *kinds: str) -> Match[_Entry] | None:
        """Returns the longest entry of the given classes that begins at a token."""
        for match in self.starts.get(position, ()):
            if match.value.kind in kinds:
                return match
        return None

    def before(self, position: int, *kinds: str) -> Match[_Entry] | None:
        """Returns the longest entry of the given classes that ends where a token begins."""
        for match in self.ends.get(position, ()):
            if match.value.kind in kinds:
                return match
        return None

    def glued(self, position: int) -> bool:
        """Whether a token follows the one before it without a space."""
        return 0 < position < len(self.tokens) and self.tokens[position - 1].end == self.tokens[position].start

    def text(self, position: int) -> str:
        """Returns a token's words, empty beyond the sentence."""
        return self.tokens[position].text if 0 <= position < len(self.tokens) else ""


class Numbers:
    """The quantities of one language; build it with `from_rows`."""

    def __init__(
        self,
        index: PatternIndex[_Entry],
        decimal: str,
        space_groups: bool,
        clitics: Sequence[str],
        counters: bool,
        years: frozenset[int],
    ) -> None:
        self._index = index
        self._decimal = decimal
        self._space_groups = space_groups
        self._clitics = frozenset(clitics)
        self._has_counters = counters
        self._years = years

    @classmethod
    def from_rows(
        cls,
        numbers: Iterable[Row],
        words: Iterable[Row],
        dates: Iterable[Row] = (),
        clitics: Sequence[str] = (),
        apostrophe: Apostrophe = "suffix",
        vocabulary: Vocabulary | None = None,
    ) -> "Numbers":
        """Builds the reader of one language.

        Args:
            numbers: Rows of numbers.csv (value, words).
            words: Rows of number_words.csv (class, pattern, low, best, high, guard).
            dates: Rows of dates.csv; its month names tell days and years from counts.
            clitics: Prefixes that the language writes onto words.
            apostrophe: How the language uses apostrophes.
            vocabulary: What the indexes of the language share.
        """
        index: PatternIndex[_Entry] = PatternIndex(clitics, apostrophe, vocabulary=vocabulary)
        decimal, space_groups, counters = ".", False, False
        words = list(words)
        dropped = {row["pattern"] for row in words if row["class"] == "drop"}
        for row in numbers:
            if row["words"] not in dropped:
                index.add(row["words"], _Entry("number", best=int(row["value"])))
        for row in words:
            kind, pattern = row["class"], row["pattern"]
            if kind == "decimal":
                decimal = pattern
            elif kind == "group":
                space_groups = pattern == "space"
            elif kind != "drop":
                low, best, high = (int(row[name]) if row[name] else None for name in ("low", "best", "high"))
                index.add(pattern, _Entry(kind, low, best, high, row["guard"], pattern[:1].isupper()))
                counters = counters or kind == "counter"
        years = set(CALENDARS[""][1])
        for row in dates:
            kind = {"month_weak": "month", "month_abbr": "month"}.get(row["class"], row["class"])
            if kind in ("month", "of"):
                index.add(row["pattern"], _Entry(kind, capital=row["pattern"][:1].isupper()))
                years.update(CALENDARS[calendar_of(row["value"] or "")][1])
        return cls(index, decimal, space_groups, clitics, counters, frozenset(years))

    def find(self, sentence: Sentence) -> list[Quantity]:
        """Returns the quantities of a sentence that may be counts, from left to right."""
        return [quantity for quantity in self._scan(sentence) if quantity.guard is None]

    def guarded(self, sentence: Sentence) -> list[Quantity]:
        """Returns the numbers that are no counts (ages, money, names, ...), each with its `guard`."""
        return [quantity for quantity in self._scan(sentence) if quantity.guard is not None]

    def _scan(self, sentence: Sentence) -> list[Quantity]:
        """Reads every number of a sentence, once."""
        page = _Page(sentence, self._index)
        found: list[Quantity] = []
        free = 0
        for at in page.openings():
            if at < free:
                continue
            reading = self._read(page, at)
            passed = page.at(at, "name", *_MARKERS)  # no fewer than: the marker holds a number word of its own
            if passed and (reading is None or passed.end > reading.end or passed.value.kind == "name"):
                free = passed.end
                continue
            if reading is None:
                continue
            quantity = self._dress(page, self._range(page, reading))
            found.append(quantity)
            free = quantity.end_token
        return found

    # -- numbers ---------------------------------------------------------------------------------------------------

    def _read(self, page: _Page, at: int) -> _Reading | None:
        """Reads the longest number that begins at a token."""
        longest: _Reading | None = None
        for reading in (self._fixed(page, at), self._chain(page, at), self._one(page, at)):
            if reading is not None and (longest is None or reading.end > longest.end):
                longest = reading
        return longest

    def _fixed(self, page: _Page, at: int) -> _Reading | None:
        """Reads a word that is a quantity by itself: a vague one, a range, zero, a dual, a collective."""
        match, collective = page.at(at, *_FIXED), page.at(at, "collective")
        if collective and (match is None or collective.end > match.end):
            return _Reading(at, collective.end, None, collective.value.best, None, "approximate", "collective")
        if match is None:
            return None
        entry = match.value
        if entry.kind == "vague":
            scale = page.at(match.end, "scale")
            if scale and scale.value.best and entry.low and entry.low < 20:
                return _Reading(at, scale.end, entry.low * scale.value.best, None, None, "vague", "vague")
            return _Reading(at, match.end, entry.low, None, entry.high, "vague", "vague")
        if entry.kind == "range":
            bound: Bound = "at_least" if entry.high is None else "range"
            return _Reading(at, match.end, entry.low, None, entry.high, bound, "range")
        best = 0 if entry.kind == "zero" else 2
        return _Reading(at, match.end, best, best, best, "exact", entry.kind)

    def _one(self, page: _Page, at: int) -> _Reading | None:
        """Reads an article: one of what follows, or the one of `a thousand`, `une trentaine`."""
        match = page.at(at, "one")
        if match is None:
            return None
        scale = page.at(match.end, "scale")
        if scale and scale.value.best:
            rest = self._chain(page, match.end, Decimal(1))
            return rest and rest._replace(start=at)
        collective = page.at(match.end, "collective")
        if collective:
            return _Reading(at, collective.end, None, collective.value.best, None, "approximate", "collective")
        return _Reading(at, match.end, 1, 1, 1, "exact", "implied_one")

    def _chain(self, page: _Page, at: int, current: Decimal | None = None) -> _Reading | None:
        """Reads digits and number words with their scales: `two hundred and five`, `3.1 million`, `35 thousand`."""
        total = _NONE
        last, end, rule = 0, at, "words"
        plus, guard, mark = False, None, ""
        while True:
            joiner = page.at(end, "joiner") if end > at else None
            step = joiner.end if joiner else end
            scale = page.at(step, "scale") if current is not None or last else None
            more = page.at(end, "at_least_after") if scale is None and current is not None else None
            if more and page.at(more.end, "scale"):  # a marker inside the number: 30 odd thousand
                plus, step = True, more.end
                scale = page.at(step, "scale")
            if scale and scale.value.best and not (joiner and current is not None):
                factor = scale.value.best
                if factor == 100 and (current is None or current >= 100):
                    break
                if factor == 100 and current is not None:
                    current *= 100
                elif last and factor > last:
                    total, current, last = (total + (current or 0)) * factor, None, factor
                elif current is None:
                    break
                else:
                    if mark == self._decimal:
                        current = current / 1000  # 1.234 million: with a scale the mark is the decimal one
                    total, current, last = total + current * factor, None, factor
                mark, guard, end = "", None if guard == "decimal" else guard, scale.end
                continue
            digits = self._digits(page, step)
            if digits:
                if end > at and (current is not None or not self._continues(page, digits, last)):
                    break
                current, end, mark, guard = digits.value, digits.end, digits.mark, guard or digits.guard
                rule = "digits" if not last else rule
                continue
            number = page.at(step, "number")
            if number is None or number.value.best is None or (rule == "digits" and (current is not None or not last)):
                break
            value = Decimal(number.value.best)
            if value >= 1000 and current is None and not last:
                total, last = value, int(value)
            elif current is None and (not last or value < last):
                current = value
            elif current is not None and self._adds(current, value):
                current += value
            else:
                break
            end = number.end
        if end == at:
            return None
        value = total + (current or 0)
        exact = int(value)
        if value != exact:
            guard = guard or "decimal"
        if value > _LARGEST:
            guard = "name"
        collective = page.at(end, "collective")
        if collective and collective.value.best and exact < 1000 and not guard:
            best = exact * collective.value.best
            return _Reading(at, collective.end, None, best, None, "approximate", "collective")
        if plus:
            return _Reading(at, end, exact, None, None, "at_least", rule, last or 1, guard)
        return _Reading(at, end, exact, exact, exact, "exact", rule, last or 1, guard)

    @staticmethod
    def _continues(page: _Page, digits: _Digits, last: int) -> bool:
        """Whether digits go on with a number that has a scale: 1 million 200 thousand, 2 thousand 500."""
        if page.at(digits.end, "scale"):
            return True
        return last == 1000 and digits.guard is None and digits.value < last and _month_after(page, digits.end) is None

    @staticmethod
    def _adds(current: Decimal, value: Decimal) -> bool:
        """Whether a number word continues the one before it: hundreds take tens, tens take units."""
        if current >= 100 and current % 100 == 0:
            return value < 100
        return current % 100 >= 20 and current % 10 == 0 and 0 < value < 10

    def _digits(self, page: _Page, at: int) -> _Digits | None:
        """Reads one number written in digits of any script, with its separators."""
        if at >= len(page.tokens):
            return None
        token = page.tokens[at]
        if token.kind != "number" and token.norm[-1:] not in _DIGITS:
            return None
        letters = token.norm.rstrip(_DIGITS)  # a clitic may be written onto digits
        if token.kind != "number" and (letters == token.norm or letters not in self._clitics):
            return None
        text = token.text if token.kind == "number" else token.norm[len(letters) :]
        if not text.isascii():
            text = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
        parts, marks = ([text], []) if text.isdecimal() else (_SEPARATORS.split(text), _SEPARATORS.findall(text))
        end = at + 1
        if not marks and self._space_groups and len(text) <= 3 and text[0] != "0":
            while end < len(page.tokens) and self._is_group(page, end):
                parts.append(page.tokens[end].text)
                end += 1
        leading_zero = len(parts[0]) > 1 and parts[0][0] == "0"
        thousands = all(len(part) == 3 for part in parts[1:]) and len(set(marks)) <= 1 and "\u066b" not in marks
        if thousands and (len(parts) == 1 or (len(parts[0]) <= 3 and parts[0] != "0")):
            mark = marks[0] if len(marks) == 1 else ""
            return _Digits(Decimal("".join(parts)), end, mark, "name" if leading_zero else None)
        grouped = all(len(part) == 3 for part in parts[1:-1])
        if grouped and (len(marks) == 1 or (len(set(marks[:-1])) == 1 and marks[-1] != marks[0])):
            return _Digits(Decimal("".join(parts[:-1]) + "." + parts[-1]), end, "", "decimal")
        return _Digits(Decimal(parts[0]), end, "", "name")

    @staticmethod
    def _is_group(page: _Page, at: int) -> bool:
        """Whether a token is three digits that one space separates from the token before it."""
        token, before = page.tokens[at], page.tokens[at - 1]
        return (
            token.kind == "number"
            and len(token.text) == 3
            and token.text.isdecimal()
            and (token.start == before.end + 1)
        )

    # -- what stands around ----------------------------------------------------------------------------------------

    def _range(self, page: _Page, first: _Reading) -> _Reading:
        """Joins two numbers into a range: 30-40, between 15 and 20."""
        if first.best is None or first.rule not in ("digits", "words"):
            return first
        opened = page.before(first.start, "range_open") is not None
        join = page.at(first.end, "range_join", *(("range_and",) if opened else ()))
        if join:
            second = self._read(page, join.end)
        elif opened and page.text(first.end)[:1] in self._clitics:
            second = self._read(page, first.end)
        else:
            return first
        if second is None or second.best is None or second.rule not in ("digits", "words"):
            return first
        low = first.best
        if second.scale > first.scale == 1 and low * second.scale < second.best:
            low *= second.scale
        guard = first.guard or second.guard
        if low >= second.best:
            scored = page.glued(first.end) and page.glued(first.end + 1) and page.text(first.end) in _HYPHENS
            return first._replace(end=second.end, guard=guard or "score") if scored else first
        if low in self._years and second.best in self._years and first.end - first.start == 1:
            guard = "year"
        return _Reading(first.start, second.end, low, None, second.best, "range", first.rule, second.scale, guard)

    def _dress(self, page: _Page, reading: _Reading) -> Quantity:
        """Adds the bound markers around a number and says whether it is a count at all."""
        start, end, bound = reading.start, reading.end, reading.bound
        opened = page.before(start, "range_open") if bound == "range" else None
        start = opened.start if opened else start
        bounds: list[Bound] = []
        while True:
            filler = page.before(start, "filler")
            marker = page.before(start, *_MARKERS)
            if marker is None and filler:
                marker = page.before(filler.start, *_MARKERS)
            if marker is None or reading.rule in ("zero", "implied_one", "both"):
                break
            start = marker.start
            bounds.append(_MARKERS[marker.value.kind])
        after = self._after(page, end, reading)
        if after:
            end = after.end
            bounds.append(_MARKERS[after.value.kind.removesuffix("_after")])
        elif reading.rule == "digits" and page.text(end) in ("'", "\u2019") and page.glued(end) and page.glued(end + 1):
            end += 2  # a case ending: 57'sinin
        guard = reading.guard or self._guard(page, reading, start, bool(bounds))
        low, best, high = reading.low, reading.best, reading.high
        stated = next((b for b in bounds if b != "approximate"), bounds[0]) if bounds else None
        if stated and bound in ("exact", "approximate") and best is not None:
            bound = stated
            low = best if stated == "at_least" else None
            high = best if stated == "at_most" else None
            best = best if stated == "approximate" else None
        tokens, sentence = page.tokens, page.sentence
        char_start, char_end = tokens[start].start, tokens[end - 1].end
        text = sentence.text[char_start - sentence.start : char_end - sentence.start]
        return Quantity(start, end, char_start, char_end, low, best, high, bound, text, reading.rule, guard)

    @staticmethod
    def _after(page: _Page, end: int, reading: _Reading) -> Match[_Entry] | None:
        """Returns the bound marker behind a number; one may name the number's own last word (a case form)."""
        if reading.rule not in ("digits", "words", "collective"):
            return None
        overlap = page.at(end - 1, *_MARKERS_AFTER) if reading.rule == "words" or end - reading.start > 1 else None
        if overlap and overlap.end > end:
            return overlap
        return page.at(end, *_MARKERS_AFTER)

    def _guard(self, page: _Page, reading: _Reading, start: int, bounded: bool) -> str | None:
        """Returns why a number is no count, or None."""
        first, end = reading.start, reading.end
        counted = bounded or page.at(end, "counter") is not None
        if reading.rule in ("zero", "both", "dual"):
            return None
        hyphen = page.text(end) in _HYPHENS and bool(page.text(end)) and page.glued(end)
        unit = page.at(end, "guard_after") or (page.at(end + 1, "guard_after") if hyphen else None)
        if unit and not (unit.value.capital and reading.rule == "implied_one"):
            return unit.value.guard
        before = page.before(first, "guard_before") or page.before(start, "guard_before")
        if before and reading.rule != "implied_one":
            return before.value.guard
        if reading.rule == "implied_one":
            return None
        if hyphen and page.glued(end + 1) and not page.at(end, "count_suffix"):
            return "compound"
        if reading.rule == "digits":
            return self._digit_guard(page, reading, counted)
        token = page.tokens[first]
        if self._has_counters and token.kind == "ideograph" and end - first == 1 and not counted:
            return "word"
        return "date" if _month_after(page, end) and reading.best in _DAYS else None

    def _digit_guard(self, page: _Page, reading: _Reading, counted: bool) -> str | None:
        """Returns why digits are no count: names, dates, years, times, ages after a name."""
        first, end = reading.start, reading.end
        value = reading.best if reading.best is not None else reading.high
        before, after = page.text(first - 1), page.text(end)
        if page.glued(first):
            glued = page.tokens[first - 1]
            if glued.kind in ("word", "abbreviation") and glued.norm not in self._clitics:
                return "name"
            if before in _HYPHENS and page.glued(first - 1) and page.tokens[first - 2].kind != "ideograph":
                return "name"
            if before in ("/", ":", "#", "+", "\u2116", "_", "@"):
                return "date" if before in "/:" else "name"
        if page.glued(end):
            if after in ("/", ":") and page.glued(end + 1) and page.tokens[end + 1].kind == "number":
                return "date"
            if after == "." and end + 1 < len(page.tokens) and page.tokens[end + 1].is_word:
                return "ordinal"
            if page.tokens[end].kind == "word" and not page.at(end, "count_suffix"):
                return "name"
        if reading.scale == 1 and not counted:
            if _month_after(page, end) and value in _DAYS:
                return "date"
            of = page.before(first, "of")
            if (page.before(first, "month") or (of and page.before(of.start, "month"))) and (
                value in _DAYS or value in self._years
            ):
                return "date"
            if value in self._years and page.text(first).isdecimal() and value != 2000:
                return "year"
            if value in _AGES and before in (",", "(", "\u060c", "\uff08") and after in (",", ")", "\u060c", "\uff09"):
                return "age"
        return None


def _month_after(page: _Page, end: int) -> Match[_Entry] | None:
    """Returns the month name behind a number: 14 August, 14 de agosto."""
    of = page.at(end, "of")
    return page.at(end, "month") or (page.at(of.end, "month") if of else None)
