"""The benchmark runs and counts what it reads; how fast is for people to judge."""

from benchmarks.speed import measure, read_samples, render
from pipeline.extraction import load_extractor

TINY = [
    {"article_id": "a", "language": "en", "title": None, "published": None,
     "text": "Rebels killed three soldiers. The army said so."},
    {"article_id": "b", "language": "es", "title": None, "published": None, "text": "Murieron dos soldados."},
    {"article_id": "c", "language": "xx", "title": None, "published": None, "text": "Not read. Not counted."},
]  # fmt: skip


def test_every_sentence_of_a_known_language_is_counted() -> None:
    report = measure(load_extractor(), TINY, sizes=(1, 2))
    assert {name: speed.sentences for name, speed in report.languages.items()} == {"en": 2, "es": 1}
    assert report.first.sentences == report.total.sentences == 3
    assert [speed.sentences for speed in report.articles] == [3, 6]
    assert [speed.sentences for speed in report.lengths] == [3, 6]
    assert len(report.growth) == 2
    assert all(language in render(report) for language in ("en", "es", "together"))


def test_samples_cover_the_languages() -> None:
    assert {article["language"] for article in read_samples()} >= {"ar", "en", "es", "fr", "id", "ru", "tr", "zh"}
