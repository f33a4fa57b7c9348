"""Writes seeds/lexicon/<language>/numbers.csv: the number words of CLDR, as ICU spells them out.

Run it by hand when ICU has a new version, in an environment that has PyICU:

    python scripts/make_numbers.py

It needs ICU only here; the files are kept in the repository. Values are those that words are put together from:
1 to 99, the hundreds and a thousand; `pipeline.extract.numbers` joins them. Forms that ICU does not know (cases,
collective numerals) stand in number_words.csv, by hand.
"""

import csv
import re
from pathlib import Path

import icu

LEXICON = Path(__file__).resolve().parent.parent / "seeds" / "lexicon"
VALUES = [*range(1, 100), *range(100, 1000, 100), 1000]
SKIPPED = ("ordinal", "year", "financial", "days", "lenient", "digits")
SOFT_HYPHEN = "\u00ad"

# What ICU does not inflect: pattern and replacement; a form may pass through several.
VARIANTS = {
    "ar": (
        (r"ون\b", "ين"),
        (r"مائتان", "مائتين"),
        (r"مائ", "مئ"),
        (r"(?<=[ثعسن])(مئة|مائة)", r" \1"),
        (r"^(ثلاث|أربع|خمس|ست|سبع|تسع)ة\b", r"\1"),
        (r"^ثمانية\b", "ثماني"),
        (r"^ثمانية\b", "ثمان"),
        (r"^(\w+) (مئة|مائة)$", r"\1\2"),
        (r"\bعشر$", "عشرة"),
        (r"^إثنان\b", "اثنين"),
        (r"^إثنا ", "اثني "),
        (r"^إثنتان\b", "اثنتين"),
        (r"^إثنتا ", "اثنتي "),
        (r"^واحد و", "إحدى و"),
        (r"^واحد و", "أحد و"),
    ),
    "zh": ((r"二百", "两百"),),
}


def spell_out(language: str) -> list[tuple[int, str]]:
    """Returns every value with each of its cardinal forms in one language, without repeats."""
    rules = icu.RuleBasedNumberFormat(icu.URBNFRuleSetTag.SPELLOUT, icu.Locale(language))
    names = [rules.getRuleSetName(number) for number in range(rules.getNumberOfRuleSetNames())]
    forms: set[tuple[int, str]] = set()
    for name in names:
        if not any(word in name for word in SKIPPED):
            forms |= {(value, rules.format(value, name).replace(SOFT_HYPHEN, "")) for value in VALUES}
    for pattern, replacement in VARIANTS.get(language, ()):
        forms |= {(value, re.sub(pattern, replacement, words)) for value, words in forms}
    return sorted(forms)


def main() -> None:
    """Writes the file of every language that has a lexicon folder."""
    for folder in sorted(path for path in LEXICON.iterdir() if path.is_dir()):
        with (folder / "numbers.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("value", "words", "source"))
            writer.writerows((value, words, f"ICU {icu.ICU_VERSION}") for value, words in spell_out(folder.name))


if __name__ == "__main__":
    main()
