"""Finds dates in a sentence and resolves them against the day of publication.

What belongs here: how the parts of a date become an interval, and how a form is matched. What does not: any word
or word order of any language (`dates.csv` of a lexicon folder), and which date an event has (the claim builder).

`dates.csv` has the columns class, pattern, value. A row of class `form` is a sequence of words and of `{slots}`;
what stands in square brackets may be missing. A slot is filled by the rows of its class (`{weekday}`), or by a
number: `{d}` day, `{m}` month, `{y}` year, `{yy}` its last digits (after an abbreviated month), `{n}` count,
`{dmy}` 14.08.2024, `{dm}` 14.08. `{d2}`, `{month2}`, `{y2}`, `{weekday2}` are the end of a range. The filled slots
alone decide what a form means:

- `month` 1..12, behind the name of another calendar where it is of one (`persian 1`), whose years are read with it;
  `weekday` 0..6 (Monday is 0), `holiday` MM-DD; `month_weak`: a common word too, so that a day, a
  year or a row of class `in` (before it) or `month_word` (behind it) must be near; `month_abbr`: a day or year.
- `day`: days from publication; `span`: first and last of them; `same`: days from the date named before.
- `period`: unit and count (`week -1`); `cumulative`: from the start of the unit until publication.
- `part`: early, mid, late, h1, h2 of a month or period; `weekend`: weeks from the latest one.
- `weekday_bare`, `period_bare`: words that are a weekday or period only inside a form.
- `n`, `unit` with `ago`, `ahead` (from publication), `earlier`, `later` (from the date named before) or `past`
  (that long until publication); `last`, `next` (beside a weekday or month).
- `into`: the night before the day it stands at. `daypart` only widens the words. `since`, `since_after`: from the
  date until publication. `in`: what may stand before a lone year. `name`: a name with a date in it, passed over.

A pattern written with a capital asks for one, in any letter case of the rest.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

from pipeline.extract.calendars import CALENDARS, GREGORIAN, Calendar, calendar_of, span
from pipeline.extract.patterns import Match, PatternIndex, Vocabulary
from pipeline.extract.text import Apostrophe, Sentence, Token

Precision = Literal["day", "week", "month", "quarter", "year", "range", "unknown"]
Basis = Literal["stated", "relative"]
Row = Mapping[str, str]

BACKGROUND_DAYS = 60  # what ended longer ago than this is told as background
_TOLERANCE = timedelta(days=7)  # a day without a year may lie this far ahead: announcements
_PIVOT = 2060  # a year of two digits lies in the hundred years before the next one, or before this one
_ALIASES = {"month_weak": "month", "month_abbr": "month"}
_INSIDE = tuple("-\u2010\u2011\u2013/:+#$\u20ac\u00a3")  # before a number: part of a longer one, or of a name
_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?")
_PARTS = {"early": (0, 3), "mid": (1, 3), "late": (2, 3), "h1": (0, 2), "h2": (1, 2)}  # which of how many parts


class DateMention(NamedTuple):
    """A date found: its words and the days they mean, both ends included.

    `start` and `end` are None where the words need a day of publication and there is none. `is_since`: from the
    date until publication, a running total. `is_background`: it ended more than 60 days before publication.
    `rule` is the form that matched. Tokens are those of the sentence, the end exclusive; characters are code
    points of the article's text.
    """

    start_token: int
    end_token: int
    char_start: int
    char_end: int
    text: str
    start: date | None
    end: date | None
    precision: Precision
    basis: Basis
    rule: str
    is_since: bool = False
    is_future: bool = False
    is_background: bool = False


class _Entry(NamedTuple):
    """A row of the lexicon as the index holds it."""

    slots: tuple[str, ...]  # what it may fill: slots of forms, or the word itself
    value: str
    weak: str  # class of a month name that is also another word, else empty
    capital: bool


class _Fill(NamedTuple):
    """What a slot or word of a form may be filled with at a token."""

    slot: str
    end: int
    value: str
    weak: str  # class of a month name that is also another word, else empty


_Fills = dict[int, list[_Fill]]  # by the first token, from left to right


class _Interval(NamedTuple):
    """Days that a form means."""

    start: date | None
    end: date | None
    precision: Precision
    basis: Basis
    is_since: bool = False


class _Form:
    """One step of the trie of forms."""

    __slots__ = ("next", "rule")

    def __init__(self) -> None:
        self.next: dict[str, _Form] = {}
        self.rule: str = ""


class _Found(NamedTuple):
    """A form that matched: where it ends, its rule, and its filled slots."""

    end: int
    rule: str
    slots: dict[str, str]


class Dates:
    """The dates of one language; build it with `from_rows`."""

    def __init__(self, index: PatternIndex[_Entry], forms: _Form, years: frozenset[str]) -> None:
        self._index = index
        self._forms = forms
        self._years = years

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[Row],
        clitics: Sequence[str] = (),
        apostrophe: Apostrophe = "suffix",
        vocabulary: Vocabulary | None = None,
    ) -> "Dates":
        """Builds the reader of one language.

        Args:
            rows: Rows of dates.csv (class, pattern, value).
            clitics: Prefixes that the language writes onto words.
            apostrophe: How the language uses apostrophes.
            vocabulary: What the indexes of the language share.
        """
        index: PatternIndex[_Entry] = PatternIndex(clitics, apostrophe, vocabulary=vocabulary)
        root = _Form()
        words: set[str] = set()
        calendars = {""}
        for row in rows:
            pattern = row["pattern"]
            if row["class"] != "form":
                entry = _read_row(row)
                index.add(pattern, entry)
                if "{month}" in entry.slots:
                    calendars.add(calendar_of(entry.value))
                continue
            for steps in _expand(pattern):
                node = root
                for step in steps:
                    node = node.next.setdefault(step, _Form())
                    if not step.startswith("{"):
                        words.add(step)
                node.rule = node.rule or pattern
        for word in sorted(words):
            index.add(word, _Entry((word,), word, "", False))
        return cls(index, root, frozenset(str(year) for name in calendars for year in CALENDARS[name][1]))

    def find(self, sentence: Sentence, anchor: date | None, context: date | None = None) -> list[DateMention]:
        """Returns the dates of a sentence, from left to right.

        Args:
            sentence: The sentence.
            anchor: The day of publication where the article was written; None where it is not known.
            context: The day last named before this sentence: what `two days later` counts from.
        """
        tokens = sentence.tokens
        fills = _fill_slots(tokens, self._index.match_all(tokens), self._years)
        found: list[DateMention] = []
        if not any(fill.slot in self._forms.next for here in fills.values() for fill in here):
            return found
        ends: dict[int, dict[str, int]] = {}  # where the slots that end at a token begin
        for start, here in fills.items():
            for fill in here:
                ends.setdefault(fill.end, {}).setdefault(fill.slot, start)
        free = 0
        for at, here in fills.items():
            if at < free:
                continue
            name = next((fill for fill in here if fill.slot == "{name}"), None)
            if name:
                free = name.end
                continue
            resolved = (
                (match, interval)
                for match in self._matches(tokens, fills, ends, at)
                if (interval := _resolve(match.slots, anchor, context))
            )
            longest = next(resolved, None)
            if longest is None:
                continue
            mention = _mention(sentence, fills, ends, at, *longest, anchor)
            found.append(mention)
            if mention.precision == "day" and mention.start and not mention.is_since:
                context = mention.start
            free = mention.end_token
        return found

    def _matches(
        self, tokens: Sequence[Token], fills: _Fills, ends: dict[int, dict[str, int]], start: int
    ) -> list[_Found]:
        """Returns the forms that begin at a token, longest first."""
        found: list[_Found] = []
        stack: list[tuple[_Form, int, tuple[_Fill, ...]]] = [(self._forms, start, ())]
        while stack:
            node, at, path = stack.pop()
            if node.rule and _is_whole(tokens, fills, ends, start, at, path):
                slots = {fill.slot[1:-1]: fill.value for fill in path if fill.slot.startswith("{")}
                found.append(_Found(at, node.rule, slots))
            if node.next and at in fills:
                for fill in reversed(fills[at]):
                    if fill.slot in node.next:
                        stack.append((node.next[fill.slot], fill.end, (*path, fill)))
        if len(found) > 1:
            found.sort(key=lambda match: -match.end)
        return found


def _read_row(row: Row) -> _Entry:
    """Returns the entry of a row that is no form."""
    slot = _ALIASES.get(row["class"], row["class"])
    slots = (f"{{{slot}}}", f"{{{slot}2}}") if slot in ("weekday", "month") else (f"{{{slot}}}",)
    weak = row["class"] if slot != row["class"] else ""
    return _Entry(slots, row["value"], weak, row["pattern"][:1].isupper())


def _fill_slots(
    tokens: Sequence[Token], matches: Iterable[tuple[int, Sequence[Match[_Entry]]]], years: frozenset[str]
) -> _Fills:
    """Returns what tokens and those after them may stand for, by their first token."""
    fills: _Fills = {}
    for at, here in matches:
        found = [
            _Fill(slot, end, entry.value, entry.weak)
            for _, end, entry in here
            if not entry.capital or tokens[at].is_capital
            for slot in entry.slots
        ]
        if found:
            fills[at] = found
    numbers = [at for at, token in enumerate(tokens) if token.kind == "number"]
    for at in numbers:
        text = tokens[at].text
        digits = text if text.isascii() else _to_ascii(text)
        fills.setdefault(at, []).extend(_Fill(slot, at + 1, digits, "") for slot in _digit_slots(digits, years))
    return dict(sorted(fills.items())) if numbers else fills


def _to_ascii(text: str) -> str:
    """Returns text with the digits of any script as 0 to 9."""
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def _digit_slots(digits: str, years: frozenset[str]) -> list[str]:
    """Returns the slots that digits may fill."""
    if not digits.isdecimal() or len(digits) > 4:
        whole = _DATE.fullmatch(digits)
        return [] if whole is None else ["{dmy}"] if whole[3] else ["{dm}"]
    number = int(digits)
    if len(digits) > 2:
        return ["{y}", "{y2}"] * (digits in years) + ["{n}"] * (len(digits) == 3)
    return (
        ["{n}"]
        + ["{yy}"] * (len(digits) == 2)
        + ["{d}", "{d2}"] * (1 <= number <= 31)
        + ["{m}"] * (1 <= number <= 12)
    )  # fmt: skip


def _expand(pattern: str) -> list[tuple[str, ...]]:
    """Returns the sequences that a form stands for: with and without each part in square brackets."""
    optional = re.search(r"\[([^\[\]]*)\]", pattern)
    if optional is None:
        return [tuple(pattern.split())]
    before, after = pattern[: optional.start()], pattern[optional.end() :]
    return _expand(f"{before}{optional[1]}{after}") + _expand(f"{before}{after}")


def _is_whole(
    tokens: Sequence[Token],
    fills: _Fills,
    ends: dict[int, dict[str, int]],
    start: int,
    end: int,
    path: tuple[_Fill, ...],
) -> bool:
    """Whether a form stands for a date here, and is no everyday word or part of a longer number."""
    slots = {fill.slot for fill in path}
    before = ends.get(start, {}).keys()
    behind = {fill.slot for fill in fills.get(end, ())}
    weak = next((fill.weak for fill in path if fill.weak), "")
    dated = bool(slots & {"{d}", "{y}"})
    if "{yy}" in slots and weak != "month_abbr":
        return False
    if weak == "month_abbr" and not dated:
        return False
    if weak and not dated and not (slots & {"{last}", "{next}", "{period}", "{part}", "{month_word}"}):
        if not ("{in}" in before or "{month_word}" in behind or "{since}" in before):
            return False
    if slots == {"{y}"}:
        enclosed = start > 0 and tokens[start - 1].text in ("(", "\uff08")
        return (
            bool(before & {"{in}", "{since}", "{year_word}"} or behind & {"{year_word}", "{since_after}"}) or enclosed
        )
    first = tokens[start]
    if first.kind == "number" and start > 0 and tokens[start - 1].end == first.start:
        return tokens[start - 1].text not in _INSIDE
    return True


def _mention(
    sentence: Sentence,
    fills: _Fills,
    ends: dict[int, dict[str, int]],
    start: int,
    match: _Found,
    interval: _Interval,
    anchor: date | None,
) -> DateMention:
    """Builds a mention from a form: parts of the day widen its words, `since` its days."""
    first, last, precision, basis, is_since = interval
    end = match.end
    after = next((fill for fill in fills.get(end, ()) if fill.slot == "{since_after}"), None)
    if ("{since}" in ends.get(start, ()) or after) and not is_since:
        is_since, precision = True, "range"
        last = anchor if first else None
    if after:
        end = after.end
    while part := next((fill for fill in fills.get(end, ()) if fill.slot == "{daypart}"), None):
        end = part.end
    start = ends.get(start, {}).get("{daypart}", start)
    if first and last and first > last:
        first, last = last, first
    if first is None and last is None:
        precision = "unknown"
    tokens = sentence.tokens
    char_start, char_end = tokens[start].start, tokens[end - 1].end
    return DateMention(
        start,
        end,
        char_start,
        char_end,
        sentence.text[char_start - sentence.start : char_end - sentence.start],
        first,
        last,
        precision,
        basis,
        match.rule,
        is_since,
        is_future=bool(anchor and first and first > anchor),
        is_background=bool(anchor and last and last < anchor - timedelta(days=BACKGROUND_DAYS)),
    )


# -- what the slots mean -----------------------------------------------------------------------------------------------


def _resolve(slots: dict[str, str], anchor: date | None, context: date | None) -> _Interval | None:
    """Returns the days that filled slots mean; None where there are no such days (30 February)."""
    slots = dict(slots)
    for name in ("dmy", "dm"):
        if name in slots:
            slots.update(zip("dmy", slots[name].split("."), strict=False))
    if "holiday" in slots:
        slots["month"], slots["d"] = slots["holiday"].split("-")
    if "yy" in slots:
        this_year = anchor.year if anchor else _PIVOT
        slots["y"] = str(this_year + 1 - (this_year + 1 - int(slots["yy"])) % 100)
    if "m" in slots:
        slots["month"] = slots["m"]
    for name in ("weekday", "period"):
        if f"{name}_bare" in slots:
            slots[name] = slots[f"{name}_bare"]
    unit, shift = _period(slots.get("period"))
    calendar = "month" in slots or "y" in slots or ("d" in slots and unit in ("", "month"))
    if anchor is None and not calendar:
        return _Interval(None, None, "unknown", "relative", "cumulative" in slots)
    try:
        if slots.keys() & {"month2", "y2"}:
            return _between(slots, anchor, unit, shift)
        if calendar or anchor is None:
            return _calendar(slots, anchor, unit, shift)
        interval = _relative(slots, anchor, context, unit, shift)
        if interval and interval.start and "into" in slots:
            return interval._replace(start=interval.start - timedelta(days=1), precision="range")
        return interval
    except (ValueError, OverflowError):
        return None


def _period(value: str | None) -> tuple[str, int]:
    """Reads `week -1` as unit and count."""
    unit, _, shift = (value or "").partition(" ")
    return unit, int(shift or 0)


def _calendar(slots: dict[str, str], anchor: date | None, unit: str, shift: int) -> _Interval:
    """Resolves what names a month, a year or a day of a month. Raises ValueError for days that do not exist."""
    basis: Basis = (
        "relative" if not slots.keys() & {"y", "d"} and slots.keys() & {"last", "next", "period"} else "stated"
    )
    year = int(slots["y"]) if "y" in slots else None
    if year is None and unit == "year" and anchor:
        year = anchor.year + shift
    calendar = _choose_calendar(slots.get("month", ""), year)
    if "month" not in slots and "d" not in slots:
        assert year is not None
        return _clip(_part(span(calendar, year, 1, 12), slots.get("part"), "year", basis, calendar), anchor)
    if "month" not in slots:
        found = _day_of_month(int(slots["d"]), anchor, shift if unit else None)
        if found.start and found.start.weekday() != int(slots.get("weekday", found.start.weekday())):
            raise ValueError(slots)  # a weekday and a count: on Tuesday 18 people
        return found
    month = int(slots["month"].rpartition(" ")[2])
    if not 1 <= month <= 12:
        raise ValueError(month)
    if year is None:
        if anchor is None:
            return _Interval(None, None, "unknown", basis)
        year = _nearest_year(month, int(slots["d"]) if "d" in slots else None, anchor, slots, calendar)
    if "d" not in slots:
        return _clip(_part(span(calendar, year, month, month), slots.get("part"), "month", basis), anchor)
    start = calendar.day(year, month, int(slots["d"]))
    if "d2" in slots:
        return _Interval(start, calendar.day(year, month, int(slots["d2"])), "range", basis)
    if "into" in slots:
        return _Interval(start - timedelta(days=1), start, "range", basis)
    return _Interval(start, start, "day", basis)


def _between(slots: dict[str, str], anchor: date | None, unit: str, shift: int) -> _Interval:
    """Resolves from one day, month or year to another: what one end leaves out is said at the other."""
    first = {name: value for name, value in slots.items() if not name.endswith("2")}
    last = first | {name.removesuffix("2"): value for name, value in slots.items() if name.endswith("2")}
    end = _calendar(last, anchor, unit, shift)
    start = _calendar(first, anchor, unit, shift)
    if start.start and end.end and start.start > end.end:
        calendar = _choose_calendar(first.get("month", ""), None)
        start = _calendar({**first, "y": str(calendar.parts(end.end)[0] - 1)}, anchor, unit, shift)
    return _Interval(start.start, end.end, "range", end.basis)


def _choose_calendar(month: str, year: int | None) -> Calendar:
    """Returns the calendar of a month's value, else the one that a year is written in."""
    named = calendar_of(month)
    if named or year is None:
        return CALENDARS[named][0]
    return next((calendar for calendar, years in CALENDARS.values() if year in years), GREGORIAN)


def _nearest_year(month: int, day: int | None, anchor: date, slots: dict[str, str], calendar: Calendar) -> int:
    """Returns the year of a month or day that names none: the latest one up to publication."""
    this_year, this_month, _ = calendar.parts(anchor)
    latest = calendar.parts(anchor + _TOLERANCE if day else anchor)
    year = this_year + 1
    while (year, month, day or 1) > latest and year > this_year - 1:
        year -= 1
    if "next" in slots and (year, month) <= (this_year, this_month):
        return year + 1
    if "last" in slots and day is None and (year, month) == (this_year, this_month):
        return year - 1
    return year


def _day_of_month(day: int, anchor: date | None, shift: int | None) -> _Interval:
    """Resolves `the 14th`: the latest such day up to the day after publication, or the one of a named month."""
    if anchor is None:
        return _Interval(None, None, "unknown", "stated")
    months = anchor.year * 12 + anchor.month - 1 + (shift or 0)
    for back in range(1 if shift is not None else 3):
        year, month = divmod(months - back, 12)
        if day <= GREGORIAN.length(year, month + 1):
            found = date(year, month + 1, day)
            if shift is not None or found <= anchor + timedelta(days=1):
                return _Interval(found, found, "day", "stated")
    raise ValueError(day)


def _relative(slots: dict[str, str], anchor: date, context: date | None, unit: str, shift: int) -> _Interval | None:
    """Resolves what is said from the day of publication, or from the day named before."""
    if "cumulative" in slots:
        start = _unit(anchor, slots["cumulative"], 0).start
        return _Interval(start, anchor, "range", "relative", is_since=True)
    if "weekday" in slots:
        day = _weekday(int(slots["weekday"]), slots, anchor, unit, shift)
        if "weekday2" in slots:
            end = day + timedelta(days=(int(slots["weekday2"]) - day.weekday()) % 7)
            if end > anchor:
                day, end = day - timedelta(days=7), end - timedelta(days=7)
            return _Interval(day, end, "range", "relative")
        return _Interval(day, day, "day", "relative")
    if unit:
        return _clip(_part(_unit(anchor, unit, shift), slots.get("part"), unit, "relative"), anchor)
    if "weekend" in slots:
        saturday = anchor - timedelta(days=(anchor.weekday() - 5) % 7) + timedelta(weeks=int(slots["weekend"]))
        return _Interval(saturday, saturday + timedelta(days=1), "range", "relative")
    if "day" in slots:
        day = anchor + timedelta(days=int(slots["day"]))
        return _Interval(day, day, "day", "relative")
    if "span" in slots:
        first, last = (anchor + timedelta(days=int(days)) for days in slots["span"].split())
        return _Interval(first, last, "range", "relative")
    if "same" in slots:
        if context is None:
            return _Interval(None, None, "unknown", "relative")
        day = context + timedelta(days=int(slots["same"]))
        return _Interval(day, day, "day", "relative")
    return _counted(slots, anchor, context)


def _counted(slots: dict[str, str], anchor: date, context: date | None) -> _Interval | None:
    """Resolves a count of units before or after a day: three weeks ago, two days later."""
    if "unit" not in slots:
        return None
    count, unit = int(slots.get("n", 1)), slots["unit"]
    if unit == "hour":
        count, unit = max(1, -(-count // 24)), "day"
    origin = (context or anchor) if slots.keys() & {"earlier", "later"} else anchor
    forward = bool(slots.keys() & {"later", "ahead"})
    there = _unit(origin, unit, count if forward else -count)
    if "later" in slots and there.start and there.start > anchor:
        return None  # ten months after what is not said when
    if "past" in slots:
        start = {"week": anchor - timedelta(weeks=count), "day": anchor - timedelta(days=count)}.get(unit, there.start)
        return _Interval(start, anchor, "range", "relative")
    return _clip(there, anchor) if not forward else there


def _weekday(number: int, slots: dict[str, str], anchor: date, unit: str, shift: int) -> date:
    """Returns the weekday meant: the latest one up to publication unless it says otherwise."""
    if unit == "week":
        return anchor + timedelta(days=number - anchor.weekday(), weeks=shift)
    if "next" in slots:
        return anchor + timedelta(days=(number - anchor.weekday()) % 7 or 7)
    back = (anchor.weekday() - number) % 7
    return anchor - timedelta(days=7 if back == 0 and "last" in slots else back)


def _unit(origin: date, unit: str, shift: int) -> _Interval:
    """Returns the day, week, month or year so many units from the one that a day lies in."""
    if unit == "day":
        day = origin + timedelta(days=shift)
        return _Interval(day, day, "day", "relative")
    if unit == "week":
        monday = origin - timedelta(days=origin.weekday()) + timedelta(weeks=shift)
        return _Interval(monday, monday + timedelta(days=6), "week", "relative")
    if unit == "month":
        year, month = divmod(origin.year * 12 + origin.month - 1 + shift, 12)
        return _Interval(*span(GREGORIAN, year, month + 1, month + 1), "month", "relative")
    years = {"decade": 10}.get(unit, 1)
    return _Interval(*span(GREGORIAN, max(origin.year + shift * years, 1), 1, 12), "year", "relative")


def _part(
    whole: tuple[date, date] | _Interval, part: str | None, unit: str, basis: Basis, calendar: Calendar = GREGORIAN
) -> _Interval:
    """Returns an interval, or the early, middle or late part of it."""
    start, end = whole[0], whole[1]
    assert start
    assert end
    precision: Precision = "week" if unit == "week" else "month" if unit == "month" else "year"
    if unit == "day":
        precision = "day"
    if part is None:
        return _Interval(start, end, precision, basis)
    which, parts = _PARTS[part]
    if unit == "year":
        months = 12 // parts
        return _Interval(
            *span(calendar, calendar.parts(start)[0], which * months + 1, (which + 1) * months), "range", basis
        )
    days = (end - start).days + 1
    first = start + timedelta(days=days * which // parts)
    last = end if which == parts - 1 else start + timedelta(days=days * (which + 1) // parts - 1)
    return _Interval(first, last, "range", basis)


def _clip(interval: _Interval, anchor: date | None) -> _Interval:
    """Ends a month or year at publication, where publication falls into it."""
    start, end = interval.start, interval.end
    if anchor and start and end and start <= anchor < end and interval.precision != "week":
        return interval._replace(end=anchor)
    return interval
