"""The benchmark of resolution makes two releases and says what they took."""

from pathlib import Path

from polars.testing import assert_frame_equal

from benchmarks.claims import make_news
from benchmarks.resolve import measure, render
from pipeline.validate import check_foreign_keys, check_keys, validate_all
from schemas import Articles, Claims


def test_two_releases_are_made_and_told(tmp_path: Path) -> None:
    figures = measure(1_500, 1, tmp_path)
    assert figures["events 1"] <= figures["events 2"] < figures["claims"]
    assert figures["changes"] > 0
    assert "resolve 2, claims/s cpu" in render([figures, figures])


def test_generated_claims_keep_the_contract_and_are_the_same_again() -> None:
    news = make_news(1_500)
    validate_all(news.claims, Claims)
    validate_all(news.articles, Articles)
    assert not check_keys({"claims": news.claims, "articles": news.articles})
    named = check_foreign_keys({"claims": news.claims, "articles": news.articles})
    assert not [failure for failure in named if failure.column in ("article_id", "duplicate_of")]
    assert_frame_equal(make_news(1_500).claims, news.claims)
