"""The pattern language of the lexicon: which words an entry stands for."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.patterns import Distinct, PatternIndex
from pipeline.extract.text import Apostrophe, tokenize

ARABIC = ("و", "ف", "ب", "ل", "ال", "لل")


def index_of(
    *patterns: str,
    clitics: tuple[str, ...] = (),
    apostrophe: Apostrophe = "suffix",
    distinct: Distinct = "letters",
    joiners: tuple[str, ...] = (),
) -> PatternIndex[str]:
    index: PatternIndex[str] = PatternIndex(clitics, apostrophe, distinct=distinct, joiners=joiners)
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


@pytest.mark.parametrize(
    ("pattern", "text", "is_found"),
    [
        pytest.param("*angriff", "ein Drohnenangriff", True, id="head of a compound"),
        pytest.param("*angriff", "ein Angriff", False, id="no first part"),
        pytest.param("*angriff", "die Angriffslust", False, id="first part of a compound"),
        pytest.param("schwerer *angriff", "ein schwerer Luftangriff", True, id="compound behind a word"),
        pytest.param("*anfall", "en luftanfall", True, id="another language"),
    ],
)
def test_an_entry_may_be_the_head_of_a_compound(pattern: str, text: str, is_found: bool) -> None:
    assert find(index_of(pattern), text) == ([pattern] if is_found else [])


def test_a_compound_that_is_listed_is_no_other_one() -> None:
    assert find(index_of("*angriff", "drohnenangriff"), "Drohnenangriff") == ["drohnenangriff"]
    assert find(index_of("*angriff", "*drohnenangriff"), "Kamikazedrohnenangriff") == ["*drohnenangriff"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Rebellen griffen am Montag einen Posten an.", ["griffen ... an"], id="before a mark"),
        pytest.param("sie griffen das Dorf an und flohen", ["griffen ... an"], id="before a conjunction"),
        pytest.param("sie griffen das Dorf an", ["griffen ... an"], id="at the end"),
        pytest.param("sie griffen an der Grenze zu den Waffen", ["griffen"], id="an adposition"),
        pytest.param("Soldaten griffen ein", ["griffen"], id="without its particle"),
        pytest.param("das Boot kam, hieß es, ums Leben kamen neun", ["kam"], id="particle of another clause"),
        pytest.param("neun Menschen kamen bei dem Brand ums Leben.", ["kamen ... ums Leben"], id="two words"),
    ],
)
def test_a_separable_verb_stands_where_its_particle_ends_the_clause(text: str, found: list[str]) -> None:
    index = index_of("griffen", "griffen ... an", "kam", "kamen ... ums Leben", joiners=("und",))
    assert find(index, text) == found


def test_capitals_tell_nouns_from_verbs_where_every_noun_has_one() -> None:
    index = index_of("Angriffen", "angriffen", distinct="nouns")
    assert find(index, "nach den Angriffen") == ["Angriffen"]
    assert find(index, "als sie das Dorf angriffen") == ["angriffen"]
    assert find(index_of("getötet", "toten", distinct="nouns"), "Getötet, aber Töten nicht") == ["getötet"]


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
    index = index_of("öldü", distinct="marks")
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
