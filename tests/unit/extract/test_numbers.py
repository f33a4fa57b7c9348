"""Quantities in ten languages: what they say, what bounds them, and which numbers are no counts."""

import csv
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.numbers import Numbers, Quantity
from pipeline.extract.text import Apostrophe, split_sentences

LEXICON = Path(__file__).resolve().parents[3] / "seeds" / "lexicon"
APOSTROPHES: dict[str, Apostrophe] = {"fr": "prefix", "uk": "letter"}
CLITICS = {"ar": ("و", "ف", "ب", "ل", "ك", "ال", "لل", "بـ", "لـ")}


def read_rows(language: str, file: str) -> list[dict[str, str]]:
    with (LEXICON / language / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def numbers_of(language: str) -> Numbers:
    return Numbers.from_rows(
        read_rows(language, "numbers"),
        read_rows(language, "number_words"),
        read_rows(language, "dates"),
        CLITICS.get(language, ()),
        APOSTROPHES.get(language, "suffix"),
    )


def find(language: str, text: str) -> list[Quantity]:
    sentences = split_sentences(text, language, APOSTROPHES.get(language, "suffix"))
    return [quantity for sentence in sentences for quantity in numbers_of(language).find(sentence)]


def guards(language: str, text: str) -> list[str | None]:
    sentences = split_sentences(text, language, APOSTROPHES.get(language, "suffix"))
    return [quantity.guard for sentence in sentences for quantity in numbers_of(language).guarded(sentence)]


EXACT = [
    ("en", "twenty-three miners", 23),
    ("en", "two hundred and five prisoners", 205),
    ("en", "a thousand tents", 1000),
    ("en", "12,500 villagers", 12500),
    ("en", "1.5 million refugees", 1500000),
    ("en", "three hundred thousand displaced", 300000),
    ("en", "both drivers", 2),
    ("en", "nobody", 0),
    ("en", "another 12", 12),
    ("en", "12 more bodies", 12),
    ("id", "dua puluh tiga nelayan", 23),
    ("id", "seratus lima rumah", 105),
    ("id", "1.100 pengungsi", 1100),
    ("id", "3,1 juta warga", 3100000),
    ("id", "sebelas polisi", 11),
    ("id", "dua ratus lima puluh tenda", 250),
    ("id", "2,5 ribu orang", 2500),
    ("es", "veintitrés mineros", 23),
    ("es", "ciento cinco casas", 105),
    ("es", "dos mil quinientos vecinos", 2500),
    ("es", "2,5 millones de desplazados", 2500000),
    ("es", "30.000 refugiados", 30000),
    ("es", "treinta y dos presos", 32),
    ("es", "mil vecinos", 1000),
    ("es", "ninguno", 0),
    ("fr", "vingt-trois mineurs", 23),
    ("fr", "deux cent cinq détenus", 205),
    ("fr", "quatre-vingt-dix-sept tentes", 97),
    ("fr", "soixante et onze otages", 71),
    ("fr", "trois mille cinq cents réfugiés", 3500),
    ("fr", "12 500 habitants", 12500),
    ("fr", "12\u202f500 habitants", 12500),
    ("fr", "12\u00a0500 habitants", 12500),
    ("fr", "neuf blessés", 9),
    ("pt", "vinte e três mineiros", 23),
    ("pt", "duzentas e cinco casas", 205),
    ("pt", "mil e duzentos presos", 1200),
    ("pt", "30 mil refugiados", 30000),
    ("pt", "2,5 milhões de deslocados", 2500000),
    ("ar", "ثلاثة وعشرين عاملا", 23),
    ("ar", "اثنا عشر عاملا", 12),
    ("ar", "مئة وخمسين خيمة", 150),
    ("ar", "٣٤ عاملا", 34),
    ("ar", "٢٬٥٠٠ نازح", 2500),
    ("ar", "ثلاثة آلاف نازح", 3000),
    ("ar", "35 ألف لاجئ", 35000),
    ("ar", "3.1 مليون نازح", 3100000),
    ("ar", "مقتل جنديين", 2),
    ("ar", "و11 جريحا", 11),
    ("ar", "ثلاثمئة خيمة", 300),
    ("ru", "двадцать три шахтера", 23),
    ("ru", "двухсот пяти домов", 205),
    ("ru", "тридцатью двумя ракетами", 32),
    ("ru", "трое рыбаков", 3),
    ("ru", "двоих рыбаков", 2),
    ("ru", "12 500 жителей", 12500),
    ("ru", "1,2 тыс. жителей", 1200),
    ("ru", "1 млн 200 тыс. беженцев", 1200000),
    ("ru", "полторы тысячи домов", 1500),
    ("ru", "2-х человек", 2),
    ("ru", "никто", 0),
    ("uk", "двадцять три шахтарі", 23),
    ("uk", "двоє рибалок", 2),
    ("uk", "двох рибалок", 2),
    ("uk", "п'ятдесяти будинків", 50),
    ("uk", "дві тисячі п'ятсот наметів", 2500),
    ("uk", "35 тис. біженців", 35000),
    ("tr", "yirmi üç işçi", 23),
    ("tr", "on iki köy", 12),
    ("tr", "iki yüz beş mahkum", 205),
    ("tr", "1.100 çadır", 1100),
    ("tr", "2 bin 500 çadır", 2500),
    ("tr", "3,1 milyon sığınmacı", 3100000),
    ("tr", "57'sinin", 57),
    ("tr", "bin çadır", 1000),
    ("zh", "二十三名矿工", 23),
    ("zh", "两名矿工", 2),
    ("zh", "两百零五人", 205),
    ("zh", "两千五百人", 2500),
    ("zh", "3万人", 30000),
    ("zh", "1.2万人", 12000),
    ("zh", "３００人", 300),
    ("zh", "无人伤亡", 0),
]


@pytest.mark.parametrize(("language", "text", "value"), EXACT, ids=[f"{row[0]}:{row[1]}" for row in EXACT])
def test_exact_number_is_read_with_its_value(language: str, text: str, value: int) -> None:
    quantities = find(language, text)
    assert [(q.low, q.best, q.high, q.bound) for q in quantities] == [(value, value, value, "exact")]


BOUNDED = [
    ("en", "at least 23 miners", "at_least", 23),
    ("en", "no fewer than eight tents", "at_least", 8),
    ("en", "more than a hundred tents", "at_least", 100),
    ("en", "15 or more villagers", "at_least", 15),
    ("en", "up to 200 villagers", "at_most", 200),
    ("en", "fewer than 12 survivors", "at_most", 12),
    ("en", "some 1,450 villagers", "approximate", 1450),
    ("en", "a dozen villagers", "approximate", 12),
    ("en", "nearly two dozen villagers", "approximate", 24),
    ("en", "half a dozen gunmen", "approximate", 6),
    ("id", "sedikitnya 23 nelayan", "at_least", 23),
    ("id", "1.000 lebih pengungsi", "at_least", 1000),
    ("id", "lebih dari 30 rumah", "at_least", 30),
    ("id", "hingga 50 tenda", "at_most", 50),
    ("id", "kurang lebih 350 tenda", "approximate", 350),
    ("es", "al menos 23 mineros", "at_least", 23),
    ("es", "más de un centenar de casas", "at_least", 100),
    ("es", "hasta 40 tiendas", "at_most", 40),
    ("es", "unos 1.200 vecinos", "approximate", 1200),
    ("es", "una veintena de casas", "approximate", 20),
    ("es", "media docena de casas", "approximate", 6),
    ("es", "tres decenas de casas", "approximate", 30),
    ("fr", "au moins 23 mineurs", "at_least", 23),
    ("fr", "plus d'une dizaine de tentes", "at_least", 10),
    ("fr", "jusqu'à 40 tentes", "at_most", 40),
    ("fr", "près de 300 tentes", "approximate", 300),
    ("fr", "une trentaine de tentes", "approximate", 30),
    ("pt", "pelo menos 23 mineiros", "at_least", 23),
    ("pt", "mais de 300 casas", "at_least", 300),
    ("pt", "até 40 barracas", "at_most", 40),
    ("pt", "cerca de uma dezena de casas", "approximate", 10),
    ("pt", "meia dúzia de barracas", "approximate", 6),
    ("ar", "ما لا يقل عن 23 عاملا", "at_least", 23),
    ("ar", "أكثر من مئتي خيمة", "at_least", 200),
    ("ar", "ما يصل إلى 40 خيمة", "at_most", 40),
    ("ar", "نحو 1200 خيمة", "approximate", 1200),
    ("ru", "не менее 23 шахтеров", "at_least", 23),
    ("ru", "по меньшей мере двадцать домов", "at_least", 20),
    ("ru", "до 40 палаток", "at_most", 40),
    ("ru", "около 1 200 палаток", "approximate", 1200),
    ("ru", "полсотни палаток", "approximate", 50),
    ("uk", "щонайменше 23 шахтарі", "at_least", 23),
    ("uk", "понад сто наметів", "at_least", 100),
    ("uk", "до 40 наметів", "at_most", 40),
    ("uk", "близько 1 200 наметів", "approximate", 1200),
    ("tr", "en az 23 işçi", "at_least", 23),
    ("tr", "100'den fazla çadır", "at_least", 100),
    ("tr", "binden fazla çadır", "at_least", 1000),
    ("tr", "20 bine kadar çadır", "at_most", 20000),
    ("tr", "yaklaşık 1.200 çadır", "approximate", 1200),
    ("tr", "350 kadarı", "approximate", 350),
    ("zh", "至少23人", "at_least", 23),
    ("zh", "30多人", "at_least", 30),
    ("zh", "3万多人", "at_least", 30000),
    ("zh", "30多万人", "at_least", 300000),
    ("zh", "100余人", "at_least", 100),
    ("zh", "50人以上", "at_least", 50),
    ("zh", "多达40人", "at_most", 40),
    ("zh", "约1200人", "approximate", 1200),
]


@pytest.mark.parametrize(("language", "text", "bound", "value"), BOUNDED, ids=[f"{row[0]}:{row[1]}" for row in BOUNDED])
def test_bound_words_decide_which_end_is_known(language: str, text: str, bound: str, value: int) -> None:
    (quantity,) = find(language, text)
    expected = {
        "at_least": (value, None, None),
        "at_most": (None, None, value),
        "approximate": (None, value, None),
    }[bound]
    assert (quantity.bound, quantity.low, quantity.best, quantity.high) == (bound, *expected)


RANGES = [
    ("en", "between 40 and 50 tents", 40, 50),
    ("en", "30-40 tents", 30, 40),
    ("en", "2 to 3 million villagers", 2000000, 3000000),
    ("en", "two or three tents", 2, 3),
    ("id", "antara 15 dan 20 tenda", 15, 20),
    ("id", "belasan tenda", 11, 19),
    ("es", "entre 15 y 20 casas", 15, 20),
    ("fr", "entre 15 et 20 tentes", 15, 20),
    ("pt", "entre 15 e 20 casas", 15, 20),
    ("ar", "بين 15 و20 خيمة", 15, 20),
    ("ru", "от 10 до 15 палаток", 10, 15),
    ("ru", "два-три дома", 2, 3),
    ("uk", "від 10 до 15 наметів", 10, 15),
    ("tr", "15 ila 20 çadır", 15, 20),
    ("zh", "15至20人", 15, 20),
    ("zh", "三四十人", 30, 40),
]


@pytest.mark.parametrize(("language", "text", "low", "high"), RANGES, ids=[f"{row[0]}:{row[1]}" for row in RANGES])
def test_range_has_both_ends_and_no_best(language: str, text: str, low: int, high: int) -> None:
    (quantity,) = find(language, text)
    assert (quantity.bound, quantity.low, quantity.best, quantity.high) == ("range", low, None, high)


VAGUE = [
    ("en", "dozens of tents", 24),
    ("en", "scores of tents", 40),
    ("en", "tens of thousands of tents", 20000),
    ("en", "several tents", 3),
    ("id", "puluhan tenda", 20),
    ("id", "ratusan ribu tenda", 200000),
    ("es", "decenas de casas", 20),
    ("es", "cientos de miles de casas", 200000),
    ("fr", "des dizaines de milliers de tentes", 20000),
    ("fr", "des centaines de tentes", 200),
    ("pt", "dezenas de casas", 20),
    ("pt", "milhares de casas", 2000),
    ("ar", "عشرات الآلاف من الخيام", 20000),
    ("ar", "مئات الخيام", 200),
    ("ru", "десятки палаток", 20),
    ("ru", "сотни тысяч палаток", 200000),
    ("uk", "десятки наметів", 20),
    ("uk", "кілька сотень наметів", 200),
    ("tr", "onlarca çadır", 20),
    ("tr", "on binlerce çadır", 20000),
    ("zh", "数十人", 20),
    ("zh", "数千人", 2000),
    ("zh", "上百人", 100),
]


@pytest.mark.parametrize(("language", "text", "low"), VAGUE, ids=[f"{row[0]}:{row[1]}" for row in VAGUE])
def test_vague_word_has_a_low_end_only(language: str, text: str, low: int) -> None:
    (quantity,) = find(language, text)
    assert (quantity.bound, quantity.low, quantity.best, quantity.high) == ("vague", low, None, None)


NO_COUNTS = [
    ("en", "155 mm", "calibre"),
    ("en", "12 km", "distance"),
    ("en", "32-year-old", "age"),
    ("en", "aged 32", "age"),
    ("en", "mayor Ana Ruiz, 45, said", "age"),
    ("en", "a 40-minute battle", "duration"),
    ("en", "at 5 pm", "time"),
    ("en", "on 14 August", "date"),
    ("en", "in 2019", "year"),
    ("en", "70 percent", "percent"),
    ("en", "$2.3 million", "money"),
    ("en", "64 million dollars", "money"),
    ("en", "the 45th Brigade", "ordinal"),
    ("en", "Su-34 jets", "name"),
    ("en", "Resolution 1701", "name"),
    ("en", "won 3-1", "score"),
    ("en", "magnitude 6.8", "decimal"),
    ("en", "50 kg", "weight"),
    ("en", "the 12-member squad", "compound"),
    ("id", "berusia 32 tahun", "age"),
    ("id", "40 menit", "duration"),
    ("id", "pukul 10.30 WIB", "decimal"),
    ("id", "Densus 88", "name"),
    ("id", "Rp 5 miliar", "money"),
    ("id", "pada 14 Agustus", "date"),
    ("es", "de 32 años", "duration"),
    ("es", "el 12 de agosto", "date"),
    ("es", "64 millones de dólares", "money"),
    ("fr", "âgé de 32 ans", "age"),
    ("fr", "à 18h30", "name"),
    ("pt", "R$ 5 milhões", "money"),
    ("pt", "20%", "percent"),
    ("ar", "عمره 32 عاما", "age"),
    ("ar", "عيار 155 ملم", "calibre"),
    ("ar", "5 ملايين دولار", "money"),
    ("ru", "32-летний водитель", "age"),
    ("ru", "155-мм снаряд", "calibre"),
    ("ru", "5-й бригады", "ordinal"),
    ("ru", "14 августа", "date"),
    ("uk", "32-річний водій", "age"),
    ("uk", "64 млн доларів", "money"),
    ("tr", "32 yaşındaki sürücü", "age"),
    ("tr", "yüzde 20", "percent"),
    ("tr", "14 Ağustos'ta", "date"),
    ("zh", "32岁", "age"),
    ("zh", "155毫米", "calibre"),
    ("zh", "6400万美元", "money"),
    ("zh", "14日", "date"),
]


@pytest.mark.parametrize(("language", "text", "reason"), NO_COUNTS, ids=[f"{row[0]}:{row[1]}" for row in NO_COUNTS])
def test_number_that_is_no_count_is_kept_out_with_its_reason(language: str, text: str, reason: str) -> None:
    assert [q for q in find(language, text) if q.rule != "implied_one"] == []
    assert reason in guards(language, text)


SILENT = [
    ("en", "M23 and the G20, no longer"),
    ("id", "salah satu"),
    ("es", "sin embargo"),
    ("ru", "пропал без вести с семьей"),
    ("ru", "с семью"),
    ("tr", "bu yüzden"),
    ("tr", "on beşinci kez"),
    ("zh", "无人机"),
    ("zh", "统一"),
]


@pytest.mark.parametrize(("language", "text"), SILENT, ids=[f"{row[0]}:{row[1]}" for row in SILENT])
def test_everyday_word_is_no_number(language: str, text: str) -> None:
    assert find(language, text) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "a villager"), ("id", "seorang nelayan"), ("es", "un vecino"), ("fr", "une tente"), ("tr", "bir köylü")],
)
def test_article_is_named_as_an_implied_one(language: str, text: str) -> None:
    (quantity,) = find(language, text)
    assert (quantity.rule, quantity.best) == ("implied_one", 1)


def test_several_numbers_of_one_sentence_are_found_in_order() -> None:
    text = "At least 14 people died and more than 30 others were hurt by 155 mm shells."
    assert [(q.text, q.bound) for q in find("en", text)] == [("At least 14", "at_least"), ("more than 30", "at_least")]


@pytest.mark.parametrize("text", ["9" * 5000 + " men", "9" * 30 + " billion men"])
def test_absurd_digits_are_no_count(text: str) -> None:
    assert find("en", text) == []


def test_spans_are_those_of_the_article() -> None:
    text = "Rain fell.\nSome 1,450 villagers left; between 40 and 50 tents stood."
    assert [text[q.char_start : q.char_end] for q in find("en", text)] == ["Some 1,450", "between 40 and 50"]


@given(st.integers(min_value=3, max_value=999_999))
def test_grouped_digits_mean_the_same_with_every_mark(value: int) -> None:
    written = [
        f"{value:,} soldiers",
        f"{value:,} soldats".replace(",", "\u202f"),
        f"{value:,} tentara".replace(",", "."),
    ]
    languages = ("en", "fr", "id")
    assert {find(language, text)[0].best for language, text in zip(languages, written, strict=True)} == {value}


@given(st.text(alphabet="0123456789.,- 'aoneto/$%()м万多و", max_size=40))
def test_any_text_gives_ordered_quantities_inside_it(text: str) -> None:
    for language in ("en", "ru", "zh", "ar"):
        at = 0
        for q in find(language, text):
            assert at <= q.char_start < q.char_end <= len(text)
            assert text[q.char_start : q.char_end] == q.text
            stated = [value for value in (q.low, q.best, q.high) if value is not None]
            assert stated == sorted(stated)
            at = q.char_start
