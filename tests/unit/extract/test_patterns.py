"""The pattern language of the lexicon: which words an entry stands for."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.patterns import PatternIndex
from pipeline.extract.text import Apostrophe, tokenize

ARABIC = ("و", "ف", "ب", "ل", "ال", "لل")


def index_of(
    *patterns: str, clitics: tuple[str, ...] = (), apostrophe: Apostrophe = "suffix", letters: bool = False
) -> PatternIndex[str]:
    index: PatternIndex[str] = PatternIndex(clitics, apostrophe, letters=letters)
    for pattern in patterns:
        index.add(pattern, pattern)
    return index


def find(index: PatternIndex[str], text: str, apostrophe: Apostrophe = "suffix") -> list[str]:
    return [match.value for match in index.find(tokenize(text, apostrophe=apostrophe))]


@pytest.mark.parametrize(
    ("pattern", "text", "is_found"),
    [
        pytest.param("shelled", "they Shelled it", True, id="case"),
        pytest.param("shelled", "unshelled nuts", False, id="part of a word"),
        pytest.param("атак*", "атаковали", True, id="ending"),
        pytest.param("атак*", "атак", True, id="empty ending"),
        pytest.param("атак*", "контратака", False, id="another beginning"),
        pytest.param("opened fire", "troops opened fire", True, id="two words"),
        pytest.param("opened fire", "opened the fire", False, id="a word between"),
        pytest.param("открыл* огонь", "открыли огонь", True, id="ending within"),
        pytest.param("打死", "警察打死一人", True, id="no spaces"),
        pytest.param("打死", "打不死", False, id="no spaces, a sign between"),
        pytest.param("air-strike", "an air-strike", True, id="hyphen"),
        pytest.param("air-strike", "an air strike", False, id="no hyphen"),
        pytest.param("pékin", "PEKIN", True, id="accents may be left out"),
        pytest.param("israel's", "Israel’s army", True, id="apostrophe shapes"),
    ],
)
def test_an_entry_stands_for_its_words(pattern: str, text: str, is_found: bool) -> None:
    assert find(index_of(pattern), text) == ([pattern] if is_found else [])


def test_the_longest_entry_wins() -> None:
    index = index_of("fire", "opened fire", "opened fire on*")
    assert find(index, "they opened fire") == ["opened fire"]
    assert find(index, "they opened fire onto it") == ["opened fire on*"]
    assert find(index, "the fire") == ["fire"]


def test_entries_that_begin_at_a_word_come_longest_first() -> None:
    index = index_of("car", "car bomb", "car bomb attack")
    matches = index.match_at(tokenize("car bomb attack"), 0)
    assert [(match.start, match.end) for match in matches] == [(0, 3), (0, 2), (0, 1)]


def test_entries_of_one_length_all_count() -> None:
    index = index_of("strike")
    index.add("strike", "walk-out")
    assert find(index, "a strike") == ["strike", "walk-out"]


def test_matches_do_not_overlap() -> None:
    assert find(index_of("a b", "b c"), "a b c") == ["a b"]


@pytest.mark.parametrize(
    ("text", "is_found"),
    [("جيش", True), ("الجيش", True), ("والجيش", True), ("للجيش", True), ("تجيش", False)],
    ids=["bare", "article", "and + article", "for + article", "other letter"],
)
def test_clitics_are_taken_off_unknown_words(text: str, is_found: bool) -> None:
    assert bool(find(index_of("جيش", clitics=ARABIC), text)) is is_found


def test_a_word_that_is_known_keeps_its_first_letters() -> None:
    index = index_of("وزير", "زير", clitics=ARABIC)
    assert find(index, "وزير") == ["وزير"]


def test_a_clitic_is_not_taken_off_where_one_letter_would_remain() -> None:
    assert find(index_of("ن", clitics=ARABIC), "ون") == []


def test_the_clitic_of_a_word_is_what_the_index_does_not_know() -> None:
    index = index_of("جيش", clitics=ARABIC)
    assert [index.clitic_of(word) for word in ("والجيش", "جيش", "مدينه")] == ["وال", "", ""]


def test_accents_decide_between_homographs() -> None:
    index = index_of("attaque", "attaqué")
    assert find(index, "une attaque") == ["attaque"]
    assert find(index, "ils ont attaqué") == ["attaqué"]


def test_capitals_that_drop_accents_leave_both_senses() -> None:
    assert find(index_of("attaque", "attaqué"), "ATTAQUE") == ["attaque", "attaqué"]


def test_marks_that_make_letters_part_words() -> None:
    index = index_of("öldü", letters=True)
    assert find(index, "ÖLDÜ") == ["öldü"]
    assert find(index, "oldu") == []


def test_elided_articles_are_no_part_of_the_word() -> None:
    assert find(index_of("armée", apostrophe="prefix"), "l’armée", "prefix") == ["armée"]


WORDS = ["car", "bomb", "attack", "атак", "удар", "打", "死", "جيش", "الجيش"]


@given(st.lists(st.sampled_from([*WORDS, "car*", "ата*"]), min_size=1, max_size=3), st.lists(st.sampled_from(WORDS)))
@settings(deadline=None)
def test_matches_lie_in_order_within_the_text(pattern: list[str], text: list[str]) -> None:
    index = index_of(" ".join(pattern), "car", "bomb attack", clitics=ARABIC)
    tokens = tokenize(" ".join(text))
    spans = sorted({(match.start, match.end) for match in index.find(tokens)})
    assert all(0 <= start < end <= len(tokens) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
