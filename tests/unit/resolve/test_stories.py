"""Articles to stories: by their words, within a language."""

import polars as pl
from claim_frames import articles_frame, claims_frame, killed, make_article, make_id

from pipeline.resolve import find_stories
from pipeline.resolve.stories import link
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
    chain = {(number, number + 1): 0.2 for number in range(9)}
    assert max(map(len, link(10, chain))) < 6


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
