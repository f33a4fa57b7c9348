"""Dates in many languages: which days the words mean, seen from the day of publication."""

import csv
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.dates import DateMention, Dates
from pipeline.extract.text import Apostrophe, split_sentences

LEXICON = Path(__file__).resolve().parents[3] / "seeds" / "lexicon"
APOSTROPHES: dict[str, Apostrophe] = {"fr": "prefix", "uk": "letter"}
CLITICS = {"ar": ("و", "ف", "ب", "ل", "ك", "ال", "لل", "بـ", "لـ")}
ANCHOR = date(2024, 8, 14)  # a Wednesday


@cache
def dates_of(language: str) -> Dates:
    with (LEXICON / language / "dates.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return Dates.from_rows(rows, CLITICS.get(language, ()), APOSTROPHES.get(language, "suffix"))


def find(language: str, text: str, anchor: date | None = ANCHOR, context: date | None = None) -> list[DateMention]:
    sentences = split_sentences(text, language, APOSTROPHES.get(language, "suffix"))
    return [mention for sentence in sentences for mention in dates_of(language).find(sentence, anchor, context)]


def days(first: str, last: str = "") -> tuple[date, date]:
    return date.fromisoformat(first), date.fromisoformat(last or first)


FULL = [
    ("en", "14 March 2023"),
    ("en", "March 14, 2023"),
    ("en", "14 MAR 23"),
    ("en", "Mar. 14, 2023"),
    ("en", "the 14th of March 2023"),
    ("en", "2023-03-14"),
    ("id", "14 Maret 2023"),
    ("id", "Selasa (14/3/2023)"),
    ("es", "14 de marzo de 2023"),
    ("es", "14 de marzo del 2023"),
    ("es", "14/3/2023"),
    ("fr", "14 mars 2023"),
    ("fr", "mardi 14 mars 2023"),
    ("pt", "14 de março de 2023"),
    ("ar", "14 مارس 2023"),
    ("ar", "14 آذار 2023"),
    ("ar", "14 مارس/آذار 2023"),
    ("ar", "١٤ مارس ٢٠٢٣"),
    ("fa", "۱۴ مارس ۲۰۲۳"),
    ("fa", "۲۳ اسفند ۱۴۰۱"),
    ("fa", "سه‌شنبه بیست و سوم اسفندماه ۱۴۰۱"),
    ("fa", "1401/12/23"),
    ("fa", "۲۳ حوت ۱۴۰۱"),
    ("ru", "14 марта 2023 года"),
    ("ru", "14.03.2023"),
    ("uk", "14 березня 2023 року"),
    ("uk", "14.03.2023"),
    ("tr", "14 Mart 2023"),
    ("tr", "14 Mart 2023'te"),
    ("tr", "14.03.2023"),
    ("zh", "2023年3月14日"),
]


@pytest.mark.parametrize(("language", "text"), FULL, ids=[f"{row[0]}:{row[1]}" for row in FULL])
@pytest.mark.parametrize("anchor", [ANCHOR, None], ids=["anchored", "undated"])
def test_full_date_needs_no_anchor(language: str, text: str, anchor: date | None) -> None:
    (mention,) = find(language, text, anchor)
    assert (mention.start, mention.end) == days("2023-03-14")
    assert (mention.precision, mention.basis) == ("day", "stated")


LATEST = [
    ("en", "on 20 November", "2023-11-20", "2023-11-20"),
    ("en", "August 3rd", "2024-08-03", "2024-08-03"),
    ("en", "12-14 July", "2024-07-12", "2024-07-14"),
    ("en", "in December", "2023-12-01", "2023-12-31"),
    ("en", "in August", "2024-08-01", "2024-08-14"),
    ("en", "in May", "2024-05-01", "2024-05-31"),
    ("en", "last June", "2024-06-01", "2024-06-30"),
    ("en", "in June last year", "2023-06-01", "2023-06-30"),
    ("en", "in 2022", "2022-01-01", "2022-12-31"),
    ("en", "On New Year's Eve 2021", "2021-12-31", "2021-12-31"),
    ("id", "Rabu (7/8)", "2024-08-07", "2024-08-07"),
    ("id", "Minggu (11/8) malam", "2024-08-11", "2024-08-11"),
    ("id", "pada Juni lalu", "2024-06-01", "2024-06-30"),
    ("id", "tahun 2022", "2022-01-01", "2022-12-31"),
    ("es", "martes 13 de agosto", "2024-08-13", "2024-08-13"),
    ("es", "en diciembre", "2023-12-01", "2023-12-31"),
    ("es", "primero de enero", "2024-01-01", "2024-01-01"),
    ("fr", "en juin dernier", "2024-06-01", "2024-06-30"),
    ("fr", "en mars", "2024-03-01", "2024-03-31"),
    ("fr", "1er janvier", "2024-01-01", "2024-01-01"),
    ("pt", "em dezembro", "2023-12-01", "2023-12-31"),
    ("pt", "terça-feira (13)", "2024-08-13", "2024-08-13"),
    ("ar", "في كانون الأول", "2023-12-01", "2023-12-31"),
    ("ar", "في يونيو الماضي", "2024-06-01", "2024-06-30"),
    ("ar", "عام 2022", "2022-01-01", "2022-12-31"),
    ("ru", "20 ноября", "2023-11-20", "2023-11-20"),
    ("ru", "в июне прошлого года", "2023-06-01", "2023-06-30"),
    ("ru", "в 2022 году", "2022-01-01", "2022-12-31"),
    ("uk", "у грудні", "2023-12-01", "2023-12-31"),
    ("uk", "у 2022 році", "2022-01-01", "2022-12-31"),
    ("tr", "13 Ağustos Salı", "2024-08-13", "2024-08-13"),
    ("tr", "Aralık ayında", "2023-12-01", "2023-12-31"),
    ("tr", "2022 yılında", "2022-01-01", "2022-12-31"),
    ("zh", "8月3日", "2024-08-03", "2024-08-03"),
    ("zh", "13日晚", "2024-08-13", "2024-08-13"),
    ("zh", "28日", "2024-07-28", "2024-07-28"),
    ("zh", "去年12月", "2023-12-01", "2023-12-31"),
    ("zh", "2022年", "2022-01-01", "2022-12-31"),
]


@pytest.mark.parametrize(("language", "text", "first", "last"), LATEST, ids=[f"{row[0]}:{row[1]}" for row in LATEST])
def test_date_without_a_year_is_the_latest_up_to_publication(language: str, text: str, first: str, last: str) -> None:
    (mention,) = find(language, text)
    assert (mention.start, mention.end) == days(first, last)


RELATIVE = [
    ("en", "yesterday", "2024-08-13", ""),
    ("en", "the day before yesterday", "2024-08-12", ""),
    ("en", "on Tuesday evening", "2024-08-13", ""),
    ("en", "on Wednesday", "2024-08-14", ""),
    ("en", "last Wednesday", "2024-08-07", ""),
    ("en", "late on Sunday", "2024-08-11", ""),
    ("en", "overnight", "2024-08-13", "2024-08-14"),
    ("en", "overnight into Sunday", "2024-08-10", "2024-08-11"),
    ("en", "last week", "2024-08-05", "2024-08-11"),
    ("en", "two days ago", "2024-08-12", ""),
    ("en", "three weeks ago", "2024-07-22", "2024-07-28"),
    ("en", "over the weekend", "2024-08-10", "2024-08-11"),
    ("en", "in the past 24 hours", "2024-08-13", "2024-08-14"),
    ("en", "early this year", "2024-01-01", "2024-04-30"),
    ("en", "late last year", "2023-09-01", "2023-12-31"),
    ("en", "early June", "2024-06-01", "2024-06-10"),
    ("id", "kemarin", "2024-08-13", ""),
    ("id", "Jumat pekan lalu", "2024-08-09", ""),
    ("id", "awal tahun ini", "2024-01-01", "2024-04-30"),
    ("id", "dua hari lalu", "2024-08-12", ""),
    ("id", "semalam", "2024-08-13", "2024-08-14"),
    ("es", "anteayer", "2024-08-12", ""),
    ("es", "el pasado viernes", "2024-08-09", ""),
    ("es", "hace dos días", "2024-08-12", ""),
    ("es", "la semana pasada", "2024-08-05", "2024-08-11"),
    ("es", "la noche del lunes al martes", "2024-08-12", "2024-08-13"),
    ("es", "principios de año", "2024-01-01", "2024-04-30"),
    ("fr", "avant-hier", "2024-08-12", ""),
    ("fr", "vendredi dernier", "2024-08-09", ""),
    ("fr", "il y a trois semaines", "2024-07-22", "2024-07-28"),
    ("fr", "dans la nuit de lundi à mardi", "2024-08-12", "2024-08-13"),
    ("fr", "la semaine dernière", "2024-08-05", "2024-08-11"),
    ("pt", "anteontem", "2024-08-12", ""),
    ("pt", "sexta-feira passada", "2024-08-09", ""),
    ("pt", "há dois dias", "2024-08-12", ""),
    ("pt", "segunda-feira à noite", "2024-08-12", ""),
    ("ar", "أمس", "2024-08-13", ""),
    ("ar", "أول أمس", "2024-08-12", ""),
    ("ar", "مساء الثلاثاء", "2024-08-13", ""),
    ("ar", "قبل 3 أيام", "2024-08-11", ""),
    ("ar", "الأسبوع الماضي", "2024-08-05", "2024-08-11"),
    ("ru", "позавчера", "2024-08-12", ""),
    ("ru", "во вторник вечером", "2024-08-13", ""),
    ("ru", "в прошлый четверг", "2024-08-08", ""),
    ("ru", "в ночь на среду", "2024-08-13", "2024-08-14"),
    ("ru", "за последние сутки", "2024-08-13", "2024-08-14"),
    ("ru", "на прошлой неделе", "2024-08-05", "2024-08-11"),
    ("uk", "позавчора", "2024-08-12", ""),
    ("uk", "у вівторок увечері", "2024-08-13", ""),
    ("uk", "в ніч на 13 серпня", "2024-08-12", "2024-08-13"),
    ("uk", "минулого тижня", "2024-08-05", "2024-08-11"),
    ("uk", "торік", "2023-01-01", "2023-12-31"),
    ("tr", "dün", "2024-08-13", ""),
    ("tr", "salı akşamı", "2024-08-13", ""),
    ("tr", "geçtiğimiz perşembe günü", "2024-08-08", ""),
    ("tr", "iki gün önce", "2024-08-12", ""),
    ("tr", "pazar günü", "2024-08-11", ""),
    ("tr", "haziran başında", "2024-06-01", "2024-06-10"),
    ("zh", "昨天", "2024-08-13", ""),
    ("zh", "周二", "2024-08-13", ""),
    ("zh", "上周五", "2024-08-09", ""),
    ("zh", "三天前", "2024-08-11", ""),
    ("zh", "上个月", "2024-07-01", "2024-07-31"),
    ("zh", "过去24小时", "2024-08-13", "2024-08-14"),
    ("zh", "6月初", "2024-06-01", "2024-06-10"),
]


@pytest.mark.parametrize(
    ("language", "text", "first", "last"), RELATIVE, ids=[f"{row[0]}:{row[1]}" for row in RELATIVE]
)
def test_relative_date_counts_from_publication(language: str, text: str, first: str, last: str) -> None:
    (mention,) = find(language, text)
    assert (mention.start, mention.end) == days(first, last)


SINCE = [
    ("en", "since January"),
    ("en", "so far this year"),
    ("id", "sejak Januari"),
    ("id", "sepanjang tahun ini"),
    ("es", "desde enero"),
    ("es", "en lo que va de año"),
    ("fr", "depuis janvier"),
    ("fr", "depuis le début de l'année"),
    ("pt", "desde janeiro"),
    ("pt", "desde o início do ano"),
    ("ar", "منذ كانون الثاني"),
    ("ar", "منذ بداية العام"),
    ("ru", "с января"),
    ("ru", "с начала года"),
    ("uk", "з січня"),
    ("uk", "від початку року"),
    ("tr", "ocak ayından bu yana"),
    ("tr", "yıl başından bu yana"),
    ("zh", "今年1月以来"),
    ("zh", "今年以来"),
]


@pytest.mark.parametrize(("language", "text"), SINCE, ids=[f"{row[0]}:{row[1]}" for row in SINCE])
def test_since_runs_until_publication(language: str, text: str) -> None:
    (mention,) = find(language, text)
    assert mention.is_since
    assert (mention.start, mention.end) == (date(2024, 1, 1), ANCHOR)


FUTURE = [
    ("en", "next Friday", "2024-08-16", ""),
    ("en", "next week", "2024-08-19", "2024-08-25"),
    ("id", "Senin mendatang", "2024-08-19", ""),
    ("id", "pekan depan", "2024-08-19", "2024-08-25"),
    ("es", "el próximo lunes", "2024-08-19", ""),
    ("fr", "la semaine prochaine", "2024-08-19", "2024-08-25"),
    ("pt", "na próxima semana", "2024-08-19", "2024-08-25"),
    ("ar", "الأسبوع المقبل", "2024-08-19", "2024-08-25"),
    ("ru", "на следующей неделе", "2024-08-19", "2024-08-25"),
    ("uk", "наступного тижня", "2024-08-19", "2024-08-25"),
    ("tr", "gelecek hafta", "2024-08-19", "2024-08-25"),
    ("zh", "下周", "2024-08-19", "2024-08-25"),
]


@pytest.mark.parametrize(("language", "text", "first", "last"), FUTURE, ids=[f"{row[0]}:{row[1]}" for row in FUTURE])
def test_what_is_to_come_is_marked(language: str, text: str, first: str, last: str) -> None:
    (mention,) = find(language, text)
    assert mention.is_future
    assert (mention.start, mention.end) == days(first, last)


NO_DATES = [
    ("en", "he may march on, they sat in the sun for a second"),
    ("en", "Theresa May said"),
    ("en", "the rover on Mar"),
    ("en", "killed 14 people with 2024 rounds"),
    ("id", "selama dua minggu"),
    ("es", "sobre las armas"),
    ("fr", "la planète Mars"),
    ("ar", "حركة 23 مارس"),
    ("ru", "пять человек, в среднем"),
    ("uk", "лист від матері"),
    ("uk", "лютий мороз"),
    ("tr", "ocak"),
    ("tr", "pazar yeri"),
    ("zh", "3个月, 15人"),
]


@pytest.mark.parametrize(("language", "text"), NO_DATES, ids=[f"{row[0]}:{row[1]}" for row in NO_DATES])
def test_everyday_word_is_no_date(language: str, text: str) -> None:
    assert find(language, text) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "on Tuesday"), ("id", "kemarin"), ("ru", "на прошлой неделе"), ("zh", "今年以来"), ("en", "on 3 June")],
)
def test_without_a_day_of_publication_the_words_are_kept_and_no_day_is_guessed(language: str, text: str) -> None:
    (mention,) = find(language, text, None)
    assert (mention.start, mention.end, mention.precision) == (None, None, "unknown")
    assert mention.text in text


RANGES = [
    ("en", "between 2 and 8 July", "2024-07-02", "2024-07-08"),
    ("en", "from March 3 to April 5, 2023", "2023-03-03", "2023-04-05"),
    ("en", "between November 2023 and February 2024", "2023-11-01", "2024-02-29"),
    ("en", "from December to February", "2023-12-01", "2024-02-29"),
    ("en", "between 2012 and 2014", "2012-01-01", "2014-12-31"),
    ("en", "on Monday and Tuesday", "2024-08-12", "2024-08-13"),
    ("id", "antara 2 dan 8 Juli", "2024-07-02", "2024-07-08"),
    ("es", "entre el 1 y el 30 de abril", "2024-04-01", "2024-04-30"),
    ("es", "entre 2012 y 2014", "2012-01-01", "2014-12-31"),
    ("fr", "du 1er au 7 juillet", "2024-07-01", "2024-07-07"),
    ("fr", "entre le 28 juin et le 3 juillet", "2024-06-28", "2024-07-03"),
    ("pt", "entre quinta-feira e domingo", "2024-08-08", "2024-08-11"),
    ("de", "zwischen dem 3. und dem 5. Mai", "2024-05-03", "2024-05-05"),
    ("it", "dal 28 giugno al 3 luglio", "2024-06-28", "2024-07-03"),
    ("ru", "с 3 по 5 мая", "2024-05-03", "2024-05-05"),
]


@pytest.mark.parametrize(("language", "text", "first", "last"), RANGES, ids=[text for _, text, _, _ in RANGES])
def test_range_runs_from_its_first_day_to_its_last(language: str, text: str, first: str, last: str) -> None:
    (mention,) = find(language, text)
    assert (mention.start, mention.end) == days(first, last)
    assert mention.precision == "range"


@pytest.mark.parametrize(("language", "text"), [("fr", "dix mois après la trêve"), ("es", "tres meses después")])
def test_count_after_no_known_day_is_no_day_to_come(language: str, text: str) -> None:
    assert find(language, text) == []


def test_later_and_earlier_count_from_the_day_named_before() -> None:
    later = find("en", "They fought on Friday and left two days later")
    earlier = find("en", "On Friday he said that they had left two days earlier")
    assert later[-1].start == date(2024, 8, 11)
    assert earlier[-1].start == date(2024, 8, 7)


def test_day_named_in_an_earlier_sentence_is_passed_as_context() -> None:
    (mention,) = find("en", "A day later they left", context=date(2024, 8, 1))
    assert mention.start == date(2024, 8, 2)


@pytest.mark.parametrize(
    ("text", "background"), [("in June 2023", True), ("in 1991", True), ("on Monday", False), ("in July", False)]
)
def test_what_ended_long_before_publication_is_background(text: str, background: bool) -> None:
    (mention,) = find("en", text)
    assert mention.is_background is background


def test_day_that_does_not_exist_is_not_made_up() -> None:
    assert all(mention.precision != "day" for mention in find("en", "on 30 February 2024"))


@pytest.mark.parametrize("text", ["999 decades from now", "9" * 5000 + " days ago", "999 weeks ago", "99/99/9999"])
def test_absurd_counts_are_survived(text: str) -> None:
    assert all(mention.start is None or mention.start < ANCHOR for mention in find("en", text))


def test_weekday_before_a_count_takes_no_number() -> None:
    (mention,) = find("pt", "na terça-feira 18 soldados")
    assert mention.text == "terça-feira"


def test_spans_are_those_of_the_article() -> None:
    text = "Rain fell.\nOn Tuesday evening they left; since January 12 had died."
    assert [text[m.char_start : m.char_end] for m in find("en", text)] == ["Tuesday evening", "January 12"]


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31)), st.integers(min_value=0, max_value=6))
def test_weekday_is_within_the_week_up_to_publication(anchor: date, number: int) -> None:
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    (mention,) = find("en", f"on {names[number]}", anchor)
    assert mention.start is not None
    assert mention.start.weekday() == number
    assert timedelta(0) <= anchor - mention.start < timedelta(7)


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2060, 12, 31)))
def test_written_date_is_read_back(day: date) -> None:
    texts = {"zh": f"{day.year}年{day.month}月{day.day}日", "ru": f"{day:%d.%m.%Y}", "en": day.isoformat()}
    assert {language: find(language, text)[0].start for language, text in texts.items()} == dict.fromkeys(texts, day)


@given(st.text(alphabet="0123456789./-()年月日 aMondyJuneagolt", max_size=40))
def test_any_text_gives_ordered_days_inside_it(text: str) -> None:
    for language in ("en", "ru", "zh", "id"):
        for mention in find(language, text):
            assert text[mention.char_start : mention.char_end] == mention.text
            if mention.start and mention.end:
                assert mention.start <= mention.end
