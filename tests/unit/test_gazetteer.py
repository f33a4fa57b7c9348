"""The compiled gazetteer: what it answers, how it is cached, and what it refuses."""

import csv
from pathlib import Path

import pytest

from pipeline.extract.places import split_name
from pipeline.gazetteer import Gazetteer, Place, compile_gazetteer, open_gazetteer, read_place_words, read_places
from pipeline.seeds import SEEDS

KURSK = Place("538560", "Kursk", "RUS", "Kursk Oblast", "RU-KRS", 51.73, 36.18, 448733, "exact")
OBLAST = Place("RU-KRS", "Kursk Oblast", "RUS", "Kursk Oblast", "RU-KRS", 51.7, 36.2, 797689, "admin1")
RUSSIA = Place("RUS", "Russia", "RUS", None, None, 55.7, 37.6, 144478050, "country")
HAMLET = Place("1", "Kursk", "USA", "Kansas", "US-KS", 38.0, -98.0, 90, "exact")
PLACES = [
    (HAMLET, ["Kursk"]),
    (KURSK, ["Kursk", "Koursk", "Курск", "كورسك", "库尔斯克"]),
    (OBLAST, ["Kursk Oblast", "Курская область"]),
    (RUSSIA, ["Russia", "Россия"]),
]


@pytest.fixture(scope="module")
def small() -> Gazetteer:
    return Gazetteer(compile_gazetteer(PLACES, split_name))


@pytest.fixture(scope="module")
def places() -> dict[str, tuple[Place, list[str]]]:
    return {place.place_id: (place, names) for place, names in read_places(SEEDS, smallest=15000)}


@pytest.mark.parametrize("name", ["Koursk", "koursk", "Курск", "كورسك", "库尔斯克"])
def test_a_name_is_found_in_every_script(small: Gazetteer, name: str) -> None:
    assert [found.place for found in small.look_up(split_name(name))] == [KURSK]


def test_namesakes_come_most_populous_first_and_say_whether_it_is_their_own_name(small: Gazetteer) -> None:
    assert [(found.place.place_id, found.is_main) for found in small.look_up(("kursk",))] == [
        ("538560", True),
        ("1", True),
    ]
    assert [found.is_main for found in small.look_up(("koursk",))] == [False]


def test_an_unknown_name_is_nothing(small: Gazetteer) -> None:
    assert small.look_up(("atlantis",)) == ()
    assert small.look_up(()) == ()


def test_the_first_word_tells_the_lengths_of_its_names(small: Gazetteer) -> None:
    assert small.lengths("kursk") == 0b110
    assert small.lengths("область") == 0
    assert small.lengths("atlantis") is None


def test_a_place_is_found_by_its_id(small: Gazetteer) -> None:
    assert small.place("RU-KRS") == OBLAST
    assert small.place("#RU-KRS") is None


def test_countries_and_divisions_contain_what_lies_in_them() -> None:
    assert RUSSIA.contains(KURSK)
    assert RUSSIA.contains(OBLAST)
    assert OBLAST.contains(KURSK)
    assert not OBLAST.contains(HAMLET)
    assert not KURSK.contains(OBLAST)
    assert not RUSSIA.contains(RUSSIA)


def test_the_same_places_compile_to_the_same_bytes() -> None:
    assert compile_gazetteer(PLACES, split_name) == compile_gazetteer(list(reversed(PLACES)), split_name)


@pytest.mark.parametrize("cut", [0, 5, 40, -8])
def test_a_damaged_file_is_refused_with_a_remedy(cut: int) -> None:
    whole = compile_gazetteer(PLACES, split_name)
    with pytest.raises(ValueError, match="delete the cached file"):
        Gazetteer(whole[:cut] if cut else b"something else entirely, long enough to hold a head, but no gazetteer")


@pytest.mark.parametrize(
    ("place_id", "name"),
    [
        ("524901", "Москва"),
        ("UKR", "Україна"),
        ("CD-NK", "Kivu Utara"),
        ("SY-ID", "إدلب"),
        ("RU-KRS", "Курщина"),
        ("x_red_sea", "Kızıldeniz"),
        ("x_gaza_strip", "加沙地带"),
    ],
)
def test_the_seeds_name_places_in_many_languages(
    places: dict[str, tuple[Place, list[str]]], place_id: str, name: str
) -> None:
    assert split_name(name) in {split_name(other) for other in places[place_id][1]}


def test_traditional_characters_are_found_by_simplified_ones(places: dict[str, tuple[Place, list[str]]]) -> None:
    assert "奥尔良" in places["2989317"][1]


def test_every_extra_place_is_whole(places: dict[str, tuple[Place, list[str]]]) -> None:
    extras = [place for place_id, (place, _) in places.items() if place_id.startswith("x_")]
    assert len(extras) > 150
    for place in extras:
        assert place.precision in {"exact", "admin2", "admin1", "country", "unknown"}
        assert place.latitude is not None
        assert -90 <= place.latitude <= 90
        assert place.longitude is not None
        assert -180 <= place.longitude <= 180
        assert (place.country is None) <= (place.precision == "unknown"), place


def test_a_compiled_file_is_made_once_and_named_after_its_sources(tmp_path: Path) -> None:
    first = open_gazetteer(tmp_path, SEEDS, split_name, smallest=15000)
    made = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    second = open_gazetteer(tmp_path, SEEDS, split_name, smallest=15000)
    assert len(made) == 1
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == made
    assert first.version == second.version
    moscow = second.place("524901")
    assert moscow is not None
    assert moscow.is_capital
    kharkiv = second.look_up(split_name("Харків"))[0].place
    assert (kharkiv.country, kharkiv.admin1_code) == ("UKR", "UA-63")


def test_an_extra_row_without_a_known_place_is_named_with_its_remedy(tmp_path: Path) -> None:
    folder = tmp_path / "places"
    folder.mkdir()
    for path in (SEEDS / "places").glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    (tmp_path / "lexicon").mkdir()
    header = (folder / "extra.csv").read_text(encoding="utf8").partition("\n")[0].split(",")
    with (folder / "extra.csv").open("a", encoding="utf8", newline="") as file:
        csv.writer(file).writerow(["no_such_id", *[""] * (len(header) - 1)])
    with pytest.raises(ValueError, match=r"extra\.csv, row \d+: no place has the id no_such_id: give name"):
        read_places(tmp_path, smallest=15000)


def test_place_words_are_read_by_language_with_their_stop_words() -> None:
    words = read_place_words(SEEDS)
    assert {"en", "id", "es", "fr", "pt", "ar", "ru", "uk", "tr", "zh"} <= set(words)
    kinds = {word.kind for rows in words.values() for word in rows}
    assert kinds == {
        "locative", "postposition", "type", "direction", "skip", "title", "case", "clitic", "ending", "stop", "person",
    }  # fmt: skip
