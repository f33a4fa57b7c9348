"""Writes the month and weekday names of CLDR into seeds/lexicon/<language>/dates.csv; lines of other sources stay.

Run it by hand when Babel has new CLDR data:

    python scripts/make_dates.py

Abbreviations are left out: most are words of their own, and news agencies spell months out. What CLDR does not
have (cases, relative days, forms) stands in the same file, by hand.
"""

import csv
from pathlib import Path

import babel
from babel import Locale

LEXICON = Path(__file__).resolve().parent.parent / "seeds" / "lexicon"
SOURCE = "CLDR, Babel " + babel.__version__
WEAK = {
    ("en", "March"),
    ("en", "May"),
    ("tr", "Ocak"),
    ("fr", "mars"),
    ("uk", "лютий"),
    ("fa", "مه"),
    ("fa", "مهٔ"),
}  # words of their own


def names(language: str) -> list[tuple[str, str, int]]:
    """Returns class, name and number of each month and weekday of a language."""
    locale = Locale(language)
    found: dict[tuple[str, str, int], None] = {}
    for context in ("format", "stand-alone"):
        for number, name in locale.months[context]["wide"].items():
            found["month_weak" if (language, name) in WEAK else "month", name, number] = None
        for number, name in locale.days[context]["wide"].items():
            found["weekday", name, number] = None
    return sorted((kind, name, number) for kind, name, number in found if not name[0].isdigit())


def main() -> None:
    """Rewrites the generated lines of every language that has a lexicon folder."""
    for folder in sorted(path for path in LEXICON.iterdir() if path.is_dir()):
        path = folder / "dates.csv"
        kept: list[list[str]] = []
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                kept = [row for row in list(csv.reader(file))[1:] if not row[3].startswith("CLDR")]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("class", "pattern", "value", "source"))
            writer.writerows((kind, name, str(number), SOURCE) for kind, name, number in names(folder.name))
            writer.writerows(kept)


if __name__ == "__main__":
    main()
