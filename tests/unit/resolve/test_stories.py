"""Articles to stories: by their words, within a language."""

from datetime import timedelta

import polars as pl
from claim_frames import DAY, articles_frame, claims_frame, killed, make_article, make_id
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.resolve import find_stories
from pipeline.resolve.stories import group
from pipeline.resolve.terms import TERMS, UNIT, weigh_words
from pipeline.validate import empty_table
from schemas import EventClaims, Stories

FERRY = "The ferry sank off the northern harbour at dawn with ninety passengers aboard, the coast guard said."
FERRY_AGAIN = "Ninety passengers were aboard the ferry that sank near the northern harbour, said the coast guard."
STRIKE = "Shells fell on the market of the border town while farmers sold their grain, the mayor said."
STRIKE_AGAIN = "The mayor said shells fell on the border town's market, where farmers were selling grain."
OTHER = "Parliament debated a budget for roads, bridges and schools until midnight, without agreement."


def stories_of(*texts: str, languages: str = "en") -> dict[str, str]:
    """Returns the story of each text, by its number."""
    spoken = languages.split()
    articles = articles_frame(
        [make_article(str(n), text=text, language=spoken[n % len(spoken)]) for n, text in enumerate(texts)]
    )
    found = find_stories(articles, claims_frame([]), empty_table(EventClaims))
    Stories.validate(found, lazy=True)
    by_article = dict(found.select("article_id", "story_id").rows())
    return {str(number): by_article[make_id("a", number)] for number in range(len(texts))}


def test_articles_with_the_same_rare_words_report_one_story() -> None:
    found = stories_of(FERRY, STRIKE, FERRY_AGAIN, STRIKE_AGAIN, OTHER)
    assert found["0"] == found["2"] != found["1"] == found["3"]
    assert found["4"] not in {found["0"], found["1"]}


def test_stories_do_not_depend_on_the_order_of_articles() -> None:
    texts = [FERRY, STRIKE, FERRY_AGAIN, STRIKE_AGAIN, OTHER]
    found, turned = stories_of(*texts), stories_of(*texts[::-1])
    assert (found["0"] == found["2"]) == (turned["4"] == turned["2"])


def test_words_of_two_languages_are_not_compared() -> None:
    assert len(set(stories_of(FERRY, FERRY_AGAIN, STRIKE, OTHER, languages="en xx").values())) == 4


def test_scripts_without_spaces_are_compared_by_pairs_of_characters() -> None:
    found = stories_of(
        "渡轮在北部港口沉没九十名乘客",
        "九十名乘客的渡轮沉没在北部港口",
        "议会讨论道路预算直到午夜",
        "市长说炮弹落在边境市场",
    )
    assert found["0"] == found["1"]
    assert len(set(found.values())) == 3


def test_a_chain_of_alike_articles_is_not_one_story() -> None:
    words = [f"word{number}" for number in range(600)]
    chain = [" ".join(words[at : at + 60]) for at in range(0, 540, 30)]
    first = group(pl.Series(chain), [0] * len(chain))
    assert max(first.count(story) for story in first) < 6


def test_a_story_that_many_tell_is_one() -> None:
    told = [f"{FERRY} {FERRY_AGAIN} Reporter{n} of paper{n}." for n in range(300)]
    other = [f"{STRIKE} Column{n} on page{n}." for n in range(300)]
    first = group(pl.Series([*told, *other]), [n // 100 for n in range(600)])
    assert [*map(len, (set(first[:300]), set(first[300:])))] == [1, 1]
    assert first[0] != first[300]


def test_what_is_told_a_year_later_has_to_be_more_alike() -> None:
    shared = [2 * [f"shared{n}x{number}" for number in range(8)] for n in range(4)]
    told, again = (
        [" ".join(words + [f"{kind}{n}x{number}" for number in range(42)]) for n, words in enumerate(shared)]
        for kind in ("told", "again")
    )
    texts = pl.Series([*told, *told, *again, *again])
    assert group(texts, [0] * 16)[8:] == [0, 1, 2, 3] * 2
    assert group(texts, [0] * 8 + [365] * 8)[8:] == [8, 9, 10, 11] * 2


def test_a_copy_takes_the_story_of_its_original() -> None:
    rows = [
        make_article("0", text=FERRY),
        make_article("1", text=STRIKE),
        make_article("2", text="Cut to a line.", copy_of="0", language="xx"),
    ]
    found = find_stories(articles_frame(rows), claims_frame([]), empty_table(EventClaims))
    story = dict(found.select("article_id", "story_id").rows())
    assert story[make_id("a", "2")] == story[make_id("a", "0")] != story[make_id("a", "1")]


def test_later_articles_do_not_rename_a_story() -> None:
    rows = [make_article(str(n), text=text) for n, text in enumerate((FERRY, STRIKE, OTHER))]
    later = make_article("9", day=DAY + timedelta(days=1), text=FERRY_AGAIN)
    before, after = (
        find_stories(articles_frame(given), claims_frame([]), empty_table(EventClaims))
        for given in (rows, [*rows, later])
    )
    assert before.join(after, on=["article_id", "story_id"], how="anti").is_empty()


def test_the_strongest_words_are_the_rare_and_the_repeated() -> None:
    texts = pl.Series(["the mine the flood", "the mine mine mine", "the market", "the flood", "alone"])
    words, _, vocabulary = weigh_words(texts)
    assert vocabulary == 3  # `market` and `alone` stand in one text only
    assert len(set(words[:2, 0].tolist())) == 2  # the flood is rarer than nothing, but the mine is told of thrice
    assert (words[2:5:2] == 0).sum() >= TERMS


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 300), max_size=200), max_size=12))
def test_vectors_of_words_have_one_length(texts: list[list[int]]) -> None:
    words, weights, vocabulary = weigh_words(pl.Series([" ".join(map(str, text)) for text in texts], dtype=pl.String))
    assert words.shape == weights.shape == (len(texts), TERMS)
    for row, weight in zip(words.tolist(), weights.tolist(), strict=True):
        kept = [word for word in row if word]
        assert len(set(kept)) == len(kept)
        assert all(0 < word <= vocabulary for word in kept)
        assert [*weight] == sorted(weight, reverse=True)
        length = sum(one**2 for one in weight) ** 0.5
        assert not kept or abs(length - UNIT) < 10


def test_a_story_names_the_event_that_most_of_its_articles_tell_of() -> None:
    articles = articles_frame([make_article(str(n), text=t) for n, t in enumerate((FERRY, FERRY_AGAIN, STRIKE, OTHER))])
    claims = [killed("1", 3, "0"), killed("2", 3, "1"), killed("3", 4, "1")]
    links = pl.DataFrame(
        [
            (make_id("e", event), make_id("c", claim), "supports", True)
            for event, claim in (("x", "1"), ("x", "2"), ("y", "3"))
        ],
        schema=empty_table(EventClaims).schema,
        orient="row",
    )
    found = find_stories(articles, claims_frame(claims), links)
    assert found["event_id"].drop_nulls().unique().to_list() == [make_id("e", "x")]
    assert found["event_id"].null_count() == 2
