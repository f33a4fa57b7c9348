"""The benchmark runs and counts what it reads; how fast is for people to judge."""

from xml.etree import ElementTree as ET

from benchmarks.growth import Point, draw
from benchmarks.speed import measure, mix, read_samples, render
from pipeline.extraction import load_extractor

TINY = [
    {"article_id": "a", "language": "en", "title": None, "published": None,
     "text": "Rebels killed three soldiers. The army said so."},
    {"article_id": "b", "language": "es", "title": None, "published": None, "text": "Murieron dos soldados."},
    {"article_id": "c", "language": "xx", "title": None, "published": None, "text": "Not read. Not counted."},
]  # fmt: skip


def test_every_sentence_of_a_known_language_is_counted() -> None:
    report = measure(load_extractor(), TINY, sizes=(1, 2))
    for speeds in (report.conflict, report.mixed):
        assert {name: (speed.sentences, speed.triggered) for name, speed in speeds.items()} == {
            "en": (2, 1),
            "es": (1, 1),
        }
    assert report.first.sentences == 3
    assert [speed.sentences for speed in report.articles] == [3, 6]
    assert [speed.sentences for speed in report.lengths] == [3, 6]
    assert len(report.growth) == len(report.endless) == 2
    assert all(language in render(report) for language in ("en", "es", "together"))


def test_samples_cover_the_languages() -> None:
    assert {article["language"] for article in read_samples()} >= {"ar", "en", "es", "fr", "id", "ru", "tr", "zh"}


def test_mixed_news_is_mostly_about_other_things() -> None:
    mixed = mix([article for article in read_samples() if article["language"] == "fr"])
    told = [article["is_conflict"] for article in mixed]
    assert sum(told) * 5 == len(told) > 0


def test_the_picture_of_growth_shows_every_build_and_both_aims() -> None:
    points = [Point(1_000, 80.4, 900.0), Point(10_000, 150.0, 1_000.0), Point(100_000, 161.6, 2_500.0)]
    shown = [text.text for text in ET.fromstring(draw(points, 140, 4_096)).iter("{http://www.w3.org/2000/svg}text")]
    assert {"80", "150", "162", "900", "2,500", "1,000", "10,000", "100,000", "140", "4,096"} <= set(shown)
    assert draw(points[:1], 140, 4_096).count("<circle") == 2
