"""Place names in sentences of ten languages, and the choice between namesakes."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.places import PlaceFinder, PlaceMention, disambiguate, split_name
from pipeline.extract.text import Apostrophe, split_sentences
from pipeline.gazetteer import open_gazetteer, read_place_words
from pipeline.seeds import SEEDS

APOSTROPHES: dict[str, Apostrophe] = {"fr": "prefix", "uk": "letter"}


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> PlaceFinder:
    cache: Path = tmp_path_factory.mktemp("gazetteer")
    return PlaceFinder(open_gazetteer(cache, SEEDS, split_name, 15000), read_place_words(SEEDS), APOSTROPHES)


def find(finder: PlaceFinder, text: str, language: str = "en") -> list[PlaceMention]:
    sentences = split_sentences(text, language, APOSTROPHES.get(language, "suffix"))
    return [mention for sentence in sentences for mention in finder.find(sentence, language)]


def choose(finder: PlaceFinder, text: str, language: str = "en", **hints: int) -> list[PlaceMention]:
    return disambiguate(find(finder, text, language), Counter(hints))


def ids(mentions: list[PlaceMention]) -> list[str]:
    return [mention.place.place_id for mention in mentions if mention.place is not None]


@pytest.mark.parametrize(
    ("language", "text", "place_ids"),
    [
        ("en", "A blast hit Mogadishu.", ["53654"]),
        ("en", "Fighting went on in Deir al-Balah and al-Fashir.", ["281141", "379555"]),
        ("en", "Somalia's Mogadishu was calm.", ["53654"]),
        ("id", "Serangan itu terjadi di Kursk, kata Korea Utara.", ["538560", "PRK"]),
        ("es", "Un ataque en el mar Rojo y en Járkov.", ["x_red_sea", "706483"]),
        ("fr", "Une frappe près d'Alep, en Syrie.", ["170063"]),
        ("fr", "Les combats en bande de Gaza continuent.", ["x_gaza_strip"]),
        ("pt", "Explosão na Faixa de Gaza.", ["x_gaza_strip"]),
        ("ar", "وقع الهجوم بالخرطوم والقاهرة.", ["379252", "360630"]),
        ("ru", "Обстрел Херсона и бои под Волновахой в Донбассе.", ["706448", "689198", "x_donbas"]),
        ("ru", "Дрон упал в Курской области.", ["RU-KRS"]),
        ("uk", "Удар по Харкову, вибухи в Одесі та на Сумщині.", ["706483", "698740", "UA-59"]),
        ("tr", "Ankara'da ve Gazze Şeridi'nde patlama oldu.", ["323786", "x_gaza_strip"]),
        ("zh", "哈尔科夫州遭到袭击，莫斯科否认。", ["UA-63", "524901"]),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) == 2 else "",
)
def test_names_are_found_as_each_language_writes_them(
    finder: PlaceFinder, language: str, text: str, place_ids: list[str]
) -> None:
    assert ids(choose(finder, text, language)) == place_ids


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "President Victoria Nuland spoke to Paul Wagner."),
        ("en", "The police said that many more were of use in March."),
        ("en", "The UN and the Central Front met."),
        ("es", "El presidente Vargas dijo que no."),
        ("id", "Kepala Kota mengatakan rumah itu rusak."),
        ("ru", "По словам Виктории Ивановой, там были они."),
        ("ar", "قال الرئيس محمد صالح إنه كمين."),
        ("zh", "联合民主力量在中部胜利。"),
        ("tr", "Bir polis ve beş asker öldü."),
    ],
    ids=lambda value: value if len(value) == 2 else "",
)
def test_words_persons_and_organisations_are_no_places(finder: PlaceFinder, language: str, text: str) -> None:
    assert choose(finder, text, language) == []


def test_spans_are_those_of_the_text(finder: PlaceFinder) -> None:
    text = "First line.\nThree died in San Salvador, El Salvador, on Monday."
    (mention,) = choose(finder, text)
    assert text[mention.char_start : mention.char_end] == mention.text == "San Salvador, El Salvador"


def test_the_inner_place_stands_for_a_chain(finder: PlaceFinder) -> None:
    (mention,) = choose(finder, "Troops entered Kursk, Russia.")
    assert mention.place is not None
    assert (mention.place.place_id, [place.place_id for place in mention.chain]) == ("538560", ["RUS"])


def test_a_place_in_a_place_keeps_its_own_words(finder: PlaceFinder) -> None:
    (mention,) = choose(finder, "Shells hit Aleppo in northern Syria.")
    assert (mention.text, mention.chain[0].place_id) == ("Aleppo", "SYR")


def test_places_side_by_side_are_no_chain(finder: PlaceFinder) -> None:
    assert ids(choose(finder, "Explosions were heard in Kyiv, Kharkiv and Moscow.")) == ["703448", "706483", "524901"]


@pytest.mark.parametrize(
    ("language", "text", "precision"),
    [
        ("en", "in Kharkiv", "exact"),
        ("en", "20 km north of Kharkiv", "near"),
        ("en", "in the Kharkiv region", "admin1"),
        ("en", "in Ukraine", "country"),
        ("en", "in the Black Sea", "unknown"),
        ("ru", "под Харьковом", "near"),
        ("tr", "Harkiv yakınlarında", "near"),
        ("zh", "哈尔科夫附近", "near"),
        ("id", "di dekat Kharkiv", "near"),
    ],
)
def test_the_words_around_a_name_tell_its_precision(
    finder: PlaceFinder, language: str, text: str, precision: str
) -> None:
    (mention,) = choose(finder, f"– {text}.", language)
    assert mention.precision == precision


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Clashes in Tripoli.", "LBY"),
        ("Clashes in Tripoli. Lebanon's army said Lebanon was calm. In Beirut, all of Lebanon waited.", "LBN"),
        ("The mayor of Valencia spoke.", "VEN"),
        ("Spain sent troops to Valencia; Spain and Madrid waited.", "ESP"),
        ("Moscow said that the United States and the United States alone knew.", "RUS"),
        ("Police in Cali said so.", "COL"),
    ],
)
def test_namesakes_are_told_apart_by_what_else_is_named(finder: PlaceFinder, text: str, country: str) -> None:
    named = [m.place for m in choose(finder, text) if m.text in {"Tripoli", "Valencia", "Moscow", "Cali"}]
    assert [place.country for place in named if place is not None] == [country]


def test_hints_count_like_names(finder: PlaceFinder) -> None:
    (mention,) = choose(finder, "Clashes in Tripoli.", LBN=8)
    assert mention.place is not None
    assert mention.place.country == "LBN"


def test_capitals_throughout_say_nothing(finder: PlaceFinder) -> None:
    text = "COLONEL MAURICIO VARGAS SAID THAT REBELS ATTACKED SAN SALVADOR AND MANAGUA AS US HELP CAME."
    assert [mention.text for mention in choose(finder, text)] == ["SAN SALVADOR", "MANAGUA"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Sana'a", ("sanaa",)),
        ("Port-au-Prince", ("port", "au", "prince")),
        ("Слов'янськ", ("словянськ",)),
        ("İzmir", ("izmir",)),
        ("إدلب", ("ادلب",)),
        ("广东省", ("广", "东", "省")),
        ("St. Petersburg", ("st", "petersburg")),
        ("", ()),
    ],
)
def test_names_split_into_folded_words(name: str, words: tuple[str, ...]) -> None:
    assert split_name(name) == words


@settings(max_examples=150, deadline=None)
@given(
    text=st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(["Kursk", "in", "San", "l'", "-", "’", "МОСКВА", "области", "莫斯科", "بغزة", ",", "\n"]),
        ),
        max_size=25,
    ).map(" ".join),
    language=st.sampled_from(["en", "fr", "uk", "ar", "zh", "tr", "xx"]),
)
def test_any_text_gives_mentions_within_it(finder: PlaceFinder, text: str, language: str) -> None:
    last = -1
    for mention in choose(finder, text, language):
        assert text[mention.char_start : mention.char_end] == mention.text
        assert mention.char_start > last
        assert mention.place in mention.candidates
        last = mention.char_start
