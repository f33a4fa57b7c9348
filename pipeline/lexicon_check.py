"""Says in plain words what is wrong or missing in the folder of a language.

What belongs here: which values each column of seeds/lexicon/<language>/ may have, and what a language needs to be
read at all (docs/adding-a-language.md explains both). What does not: whether the words are good (measure them), and
how they are read (pipeline/extract).

Usage: python -m pipeline.lexicon_check [LANGUAGE ...]
"""

import csv
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.extract.calendars import CALENDARS
from pipeline.extract.lexicon import Settings
from pipeline.seeds import SEEDS, languages, read_seed
from schemas.vocabulary import CLAIM_MODES, CLAIMANT_TYPES, METRICS

#: Actions that need no trigger: the code assigns them.
_ASSIGNED: Final = frozenset(("casualty_report", "other"))

_SECTORS: Final = ("BUS", "COP", "CRM", "CVL", "GOV", "IGO", "INS", "JUD", "MED", "MIL", "NGO", "OPP", "REB", "SPY")

#: The voices of each form of trigger.
_VOICES: Final = {
    "verb": (
        "active", "passive", "either", "participle", "middle", "reciprocal", "converse", "object", "cause", "give",
        "stock", "obligation", "weapon", "weapon_passive", "avowal",
    ),
    "noun": ("nominal", "objective", "object", "reciprocal", "bond", "count", "toll", "affected", "actor"),
    "adjective": ("state",),
}  # fmt: skip

#: Values without which no language can be read, then values that only some languages have.
_NOUNS: Final = (
    "person", "civilian", "force", "police", "intelligence", "rebel", "criminal", "official", "group", "protesters",
    "ngo", "media", "witness", "sources", "object",
)  # fmt: skip
_FUNCTIONS: Final = (
    "agent", "target", "dative", "locative", "source", "and", "or", "contrast", "opener", "auxiliary", "negation",
    "zero", "determiner", "pronoun", "additional", "inclusion", "light_active", "light_passive", "light_event",
    "mention_only",
)  # fmt: skip
_SOME_FUNCTIONS: Final = (
    "particle",
    "genitive", "possessive", "possessive_pronoun", "between", "relative", "passive_auxiliary", "infinitive",
    "genitive_article", "reported", "classifier", "accusative_marker", "accusative_after", "locative_after", "opener_after", "instrumental", "topic", "single", "unit",
    "lexical", "negation",
)  # fmt: skip
_MODES: Final = ("planned", "threatened", "hypothetical", "denied", "attempted", "historical")
_TOPICS: Final = (
    "sport",
    "culture",
    "business",
    "disaster",
    "accident",
    "health",
    "metaphor",
    "commemoration",
    "crime",
)
_NUMBERS: Final = (
    "number", "scale", "joiner", "one", "both", "dual", "zero", "collective", "vague", "range", "at_least",
    "at_most", "approximate", "at_least_after", "at_most_after", "approximate_after", "filler", "range_open",
    "range_join", "range_and", "counter", "guard_before", "guard_after", "name", "count_suffix", "decimal", "group",
    "drop",
)  # fmt: skip
_DATES: Final = (
    "form", "month", "month_weak", "month_abbr", "month_word", "weekday", "weekday_bare", "weekend", "holiday", "day",
    "span", "same", "period", "period_bare", "cumulative", "part", "n", "unit", "ago", "ahead", "earlier", "later",
    "past", "last", "next", "into", "daypart", "since", "since_after", "in", "of", "d", "ord", "year_word", "name",
)  # fmt: skip
_PLACES: Final = ("locative", "postposition", "type", "direction", "skip", "title", "case", "clitic", "ending")

_INTEGER: Final = re.compile(r"-?\d+")
_SHORTEST: Final = 3  # letters before a wildcard that stands alone
_SHORTEST_BESIDE: Final = 2  # the other words of a pattern hold a shorter one: `rol al*`
_SHOWN: Final = 60  # characters of a value that a message repeats


class _File(NamedTuple):
    """What a file must look like: its columns, their values (an empty one may stay empty), and those it needs."""

    columns: tuple[str, ...]
    values: Mapping[str, Sequence[str]] = {}
    needed: tuple[str, Sequence[str]] = ("", ())
    patterns: str = "pattern"
    alternatives: bool = True  # whether `|` parts the patterns of a cell


def _files() -> dict[str, _File]:
    """Returns the files of a folder; the actions are those of the registry."""
    actions = tuple(read_seed("actions")["action"])
    return {
        "triggers": _File(
            ("pattern", "action", "form", "voice", "metric", "strength"),
            {
                "action": ("", *actions),
                "form": tuple(_VOICES),
                "voice": tuple(dict.fromkeys(voice for voices in _VOICES.values() for voice in voices)),
                "metric": ("", *METRICS),
                "strength": ("strong", "weak", "verbal", "vague"),
            },
            ("action", tuple(action for action in actions if action not in _ASSIGNED)),
        ),
        "nouns": _File(
            ("pattern", "class", "sector", "claimant_type"),
            {"class": _NOUNS, "sector": ("", *_SECTORS), "claimant_type": ("", *CLAIMANT_TYPES)},
            ("class", _NOUNS),
        ),
        "function": _File(("pattern", "class"), {"class": (*_FUNCTIONS, *_SOME_FUNCTIONS)}, ("class", _FUNCTIONS)),
        "attribution": _File(
            ("pattern", "class", "mode"),
            {
                "class": ("say", "deny", "according_to", "according_to_after", "venue", "lexical"),
                "mode": ("", "asserted", "estimated", "denied"),
            },
            ("class", ("say", "deny")),
        ),
        "modality": _File(
            ("pattern", "mode", "scope"),
            {
                "mode": tuple(dict.fromkeys((*_MODES, *CLAIM_MODES, "lexical"))),
                "scope": ("after", "before", "sentence", "none"),
            },
            ("mode", _MODES),
        ),
        "accounting": _File(
            ("pattern", "accounting"),
            {"accounting": ("cumulative", "stock")},
            ("accounting", ("cumulative", "stock")),
        ),
        "context": _File(("pattern", "topic"), {"topic": _TOPICS}, ("topic", _TOPICS)),
        "instruments": _File(("pattern", "action"), {"action": actions}),
        "numbers": _File(("value", "words", "source"), patterns="words", alternatives=False),
        "number_words": _File(
            ("class", "pattern", "low", "best", "high", "guard"), {"class": _NUMBERS}, alternatives=False
        ),
        "dates": _File(
            ("class", "pattern", "value", "source"),
            {"class": _DATES},
            ("class", ("form", "month", "weekday")),
            alternatives=False,
        ),
        "places": _File(("pattern", "kind", "value"), {"kind": _PLACES}, ("kind", ("locative",)), alternatives=False),
    }


#: Files that a language may have besides.
_OPTIONAL: Final = {"variants": _File(("variant", "standard"), patterns="variant", alternatives=False)}

_SETTINGS: Final[dict[str, Sequence[str]]] = {
    "word_order": ("svo", "sov", "vso", "v2"),
    "apostrophe": ("suffix", "prefix", "letter"),
    "modifiers": ("before", "after", "both"),
    "adpositions": ("before", "after", "both"),
    "capitals": ("names", "nouns", "none"),
    "marks": ("accents", "letters"),
}


class _Row(NamedTuple):
    """A row of a file, with the number of its line."""

    line: int
    cells: dict[str, str]


def check_lexicon(folder: Path) -> list[str]:
    """Says what is wrong or missing in the folder of a language.

    Args:
        folder: Such as seeds/lexicon/en.

    Returns:
        One sentence for each problem: file, line, column, value and remedy; none where all is well.
    """
    if not folder.is_dir():
        return [f"{folder}: there is no such folder; copy that of a language that works alike"]
    problems = list(_check_settings(folder / "language.toml"))
    files = _files()
    for name, file in {**files, **_OPTIONAL}.items():
        path = folder / f"{name}.csv"
        if not path.exists():
            if name in files:
                problems.append(f"{path}: missing; add it with the columns {','.join(file.columns)}")
            continue
        rows, broken = _read(path, file)
        problems += broken
        problems += _check_values(path, file, rows)
        problems += _check_patterns(path, file, rows)
        problems += _check_more(path, rows)
        column, needed = file.needed
        found = {row.cells[column] for row in rows} if column else set()
        for value in needed:
            if value not in found and not broken:
                problems.append(f"{path}, column {column}: no row has {value!r}; add the words of the language for it")
        if name == "attribution" and not broken and not found & {"according_to", "according_to_after"}:
            problems.append(
                f"{path}, column class: no row has 'according_to' or 'according_to_after'; add the words that stand "
                "before or behind the one who says so"
            )
    known = {"language.toml", *(f"{name}.csv" for name in (*files, *_OPTIONAL))}
    problems += [
        f"{path}: nothing reads this file; remove it, or rename it to one of {', '.join(sorted(known))}"
        for path in sorted(folder.iterdir())
        if path.name not in known
    ]
    return problems


def _check_settings(path: Path) -> Iterator[str]:
    """Yields what is wrong in language.toml."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        yield f"{path}: missing; copy that of a language that works alike"
        return
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        yield f"{path}: {error}; correct it"
        return
    kinds = {field.name: type(field.default) for field in fields(Settings)}
    for key, value in values.items():
        shown = f"{path}, key {key}: {value!r}"
        if key not in kinds:
            yield f"{shown}: the key is unknown; use one of {', '.join(kinds)}"
        elif key in _SETTINGS:
            if value not in _SETTINGS[key]:
                yield f"{shown} is unknown; use one of {', '.join(_SETTINGS[key])}"
        elif kinds[key] is bool:
            if not isinstance(value, bool):
                yield f"{shown} is no truth value; write true or false"
        elif kinds[key] is tuple:
            if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
                yield f'{shown} is no list of texts; write [] or such as ["ом", "ем"]'
        elif not isinstance(value, str) or not value:
            yield f"{shown} is no text; write it in quotation marks"
    if "name" not in values:
        yield f"{path}, key name: missing; add the English name of the language"


def _read(path: Path, file: _File) -> tuple[list[_Row], list[str]]:
    """Returns the rows of a file, and what keeps them from being read."""
    rows: list[_Row] = []
    broken: list[str] = []
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.reader(lines, strict=True)
            header = tuple(next(reader, ()))
            if header != file.columns:
                return [], [f"{path}, line 1: the columns are {','.join(header)!r}; make them {','.join(file.columns)}"]
            for cells in reader:
                if len(cells) == len(header):
                    rows.append(_Row(reader.line_num, dict(zip(header, cells, strict=True))))
                else:
                    broken.append(
                        f"{path}, line {reader.line_num}: {len(cells)} fields where the header has {len(header)}; "
                        "quote fields that hold a comma, and remove empty lines"
                    )
    except (UnicodeDecodeError, csv.Error) as error:
        broken.append(f"{path}: no CSV in UTF-8: {error}; correct it")
    return rows, broken


def _check_values(path: Path, file: _File, rows: Sequence[_Row]) -> Iterator[str]:
    """Yields the values that their column does not know."""
    for row in rows:
        for column, known in file.values.items():
            if row.cells[column] not in known:
                choice = ", ".join(value for value in known if value) + (", or leave it empty" if "" in known else "")
                yield f"{_at(path, row, column)} {row.cells[column]!r} is unknown; use one of {choice}"


def _check_patterns(path: Path, file: _File, rows: Sequence[_Row]) -> Iterator[str]:
    """Yields patterns that match nothing, or too much."""
    for row in rows:
        cell = row.cells[file.patterns]
        for pattern in cell.split("|") if file.alternatives else [cell]:
            words = pattern.split()
            where = f"{_at(path, row, file.patterns)} {(pattern if words else cell)[:_SHOWN]!r}"
            if not words:
                yield f"{where} has an empty pattern; fill it, or remove the | too many"
            shortest = _SHORTEST if len(words) == 1 else _SHORTEST_BESIDE
            for word in words if file.patterns == "pattern" else ():
                stem = word.removesuffix("*") if word.endswith("*") else word.removeprefix("*")
                if "*" in stem:
                    yield f"{where}: {word!r} matches nothing, since * stands at one end of a word only; write it out"
                elif stem != word and len(stem) < shortest:
                    yield f"{where}: {word!r} matches too much; write {shortest} letters or more beside the *"
            if "..." in words and (words.count("...") > 1 or words.index("...") in (0, len(words) - 1)):
                yield f"{where}: write the verb before the ... and its particle behind it"


def _check_more(path: Path, rows: Sequence[_Row]) -> Iterator[str]:
    """Yields what concerns several columns or rows of one file."""
    classes: dict[str, tuple[str, int]] = {}
    for row in rows:
        cells = row.cells
        if path.stem == "triggers":
            form, voice = cells["form"], cells["voice"]
            if form in _VOICES and voice not in _VOICES[form] and any(voice in known for known in _VOICES.values()):
                yield f"{_at(path, row, 'voice')} {voice!r} is none of a {form}; use one of {', '.join(_VOICES[form])}"
            if not cells["action"] and not cells["metric"] and voice != "avowal":
                yield f"{_at(path, row, 'action')} '' leaves nothing to tell; give the row an action or a metric"
        elif path.stem == "nouns":
            for pattern in filter(None, (" ".join(part.casefold().split()) for part in cells["pattern"].split("|"))):
                first, line = classes.setdefault(pattern, (cells["class"], row.line))
                if first != cells["class"]:
                    yield (
                        f"{_at(path, row, 'class')} {cells['class']!r}: {pattern!r} is {first!r} in line {line} "
                        "already; keep it in one class"
                    )
        elif path.stem in ("numbers", "number_words"):
            for column in ("value",) if path.stem == "numbers" else ("low", "best", "high"):
                is_missing = path.stem == "number_words" and not cells[column]
                if not is_missing and not _INTEGER.fullmatch(cells[column]):
                    yield f"{_at(path, row, column)} {cells[column]!r} is no whole number; correct it"
        elif path.stem == "dates" and cells["class"] in ("month", "weekday"):
            allowed = range(1, 13) if cells["class"] == "month" else range(7)
            calendar, _, number = cells["value"].rpartition(" ")
            if number not in map(str, allowed) or calendar not in (CALENDARS if cells["class"] == "month" else ("",)):
                yield (
                    f"{_at(path, row, 'value')} {cells['value']!r} is no {cells['class']}; "
                    f"use {allowed[0]} to {allowed[-1]}"
                )


def _at(path: Path, row: _Row, column: str) -> str:
    return f"{path}, line {row.line}, column {column}:"


def main(arguments: Sequence[str]) -> int:
    """Checks languages, all of the project where none is named; returns 1 where there is a problem."""
    names = arguments or languages()
    problems = [problem for name in names for problem in check_lexicon(SEEDS / "lexicon" / name)]
    for problem in problems:
        print(problem)
    if not problems:
        print(f"no problems in {', '.join(names)}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
