"""Makes seeds/person_names.csv: given names and surnames, by which persons are known where all is set in capitals.

Reads the name lists of the package faker (MIT licence), which need not be installed:

    python scripts/make_persons.py FOLDER_WITH_FAKER

Run by hand; the file is reviewed and kept. Copy set in capitals is mostly of the Americas, hence the locales. Surnames
of English and the like are left out: too many are common words (Day, Power, House).
"""

import csv
import importlib
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

SEEDS: Final = Path(__file__).resolve().parent.parent / "seeds"
GIVEN: Final = ("en_US", "en_GB", "es_ES", "es_MX", "es_CO", "es_AR", "es_CL", "pt_BR", "pt_PT", "fr_FR", "it_IT")
SURNAMES: Final = ("es_ES", "es_MX", "es_CO", "es_AR", "es_CL", "pt_BR", "pt_PT", "it_IT")
PARTICLES: Final = ("da", "das", "de", "del", "della", "di", "do", "dos", "la", "las", "los", "san", "van", "von", "y")
MIN_LETTERS: Final = 3


def plain(name: str) -> str:
    """Returns a name in lower case, without marks."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()


def names(locale: str, kind: str) -> Iterator[str]:
    """Yields the single words of a locale's `first` or `last` names."""
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    for attribute in dir(provider):
        values = getattr(provider, attribute)
        if attribute.startswith(f"{kind}_name") and isinstance(values, Iterable):
            for value in values:
                yield from (w for w in plain(value).replace("-", " ").split() if len(w) >= MIN_LETTERS and w.isalpha())


def main() -> None:
    """Writes the file."""
    sys.path.insert(0, sys.argv[1])
    with (SEEDS / "places" / "stopwords.csv").open(encoding="utf-8", newline="") as file:
        common = {row["word"] for row in csv.DictReader(file) if row["language"] == "en"}
    kinds: dict[str, set[str]] = {}
    for locales, part, kind in ((GIVEN, "first", "given"), (SURNAMES, "last", "surname")):
        for locale in locales:
            for word in names(locale, part):
                if word not in PARTICLES and (word not in common or not locale.startswith("en")):
                    kinds.setdefault(word, set()).add(kind)
    kinds |= {word: {"particle"} for word in PARTICLES}
    with (SEEDS / "person_names.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("name", "kind"))
        writer.writerows((word, "|".join(sorted(found))) for word, found in sorted(kinds.items()))


if __name__ == "__main__":
    main()
