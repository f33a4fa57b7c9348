import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ingest.duplicates import THRESHOLD, find_originals, shingles, similarity

WORDS = [f"word{i}" for i in range(400)]


def story(seed: int, length: int = 200) -> list[str]:
    return random.Random(seed).choices(WORDS, k=length)


def edited(words: list[str], places: list[int]) -> list[str]:
    return [f"other{i}" if i in places else word for i, word in enumerate(words)]


def test_a_text_with_a_few_words_changed_repeats_the_earlier_one() -> None:
    first, other = story(1), story(2)
    texts = [" ".join(words) for words in (first, other, edited(first, [50, 150]), edited(other, [7]))]
    assert find_originals(texts) == [None, None, 0, 1]


def test_a_text_with_many_words_changed_is_an_original() -> None:
    first = story(1)
    assert find_originals([" ".join(first), " ".join(edited(first, list(range(0, 200, 12))))]) == [None, None]


def test_case_marks_and_blanks_change_nothing() -> None:
    assert find_originals(
        ["Twelve killed, thirty hurt in the attack", "TWELVE killed - thirty hurt\nin the attack."]
    ) == [None, 0]


def test_a_chain_of_changes_does_not_join_texts_that_differ() -> None:
    words = story(3)
    chain = [" ".join(edited(words, list(range(0, 4 * step, 1)))) for step in range(20)]
    originals = find_originals(chain)
    for index, original in enumerate(originals):
        if original is not None:
            assert originals[original] is None
            assert similarity(shingles(chain[index]), shingles(chain[original])) >= THRESHOLD
    assert sum(original is None for original in originals) > 1


@pytest.mark.parametrize(
    "script", ["袭击造成至少十二人死亡三十人受伤警方周一表示目前仍在搜救", "การโจมตีทำให้มีผู้เสียชีวิตอย่างน้อยสิบสองคน"]
)
def test_scripts_without_spaces_are_compared_by_character(script: str) -> None:
    text = script * 3 + "".join(chr(0x4E00 + i) for i in range(200))
    assert find_originals([text, text[:150] + "\u9fa0" + text[151:], text[::-1]]) == [None, 0, None]


def test_short_texts_are_compared_whole() -> None:
    assert find_originals(["Twelve killed", "Twelve hurt", "twelve KILLED!", "...", "", "12"]) == [
        None,
        None,
        0,
        None,
        None,
        None,
    ]


def test_a_long_text_is_one_of_many_blocks() -> None:
    words = [f"w{i}" for i in range(30_000)]
    assert find_originals([" ".join(words), " ".join(edited(words, [20_000]))]) == [None, 0]


def test_hashes_are_the_same_in_every_process_and_version() -> None:
    assert shingles("Twelve people were killed in an attack").tolist() == [
        3173933117136766438,
        9041979843355617223,
        16227257930413629348,
    ]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.lists(st.integers(0, 59), max_size=6)), max_size=12))
def test_every_mark_is_true_and_every_original_is_its_own(edits: list[tuple[int, list[int]]]) -> None:
    texts = [" ".join(edited(story(seed, 60), places)) for seed, places in edits]
    originals = find_originals(texts)
    for index, original in enumerate(originals):
        near = [
            earlier
            for earlier in range(index)
            if originals[earlier] is None and similarity(shingles(texts[index]), shingles(texts[earlier])) >= THRESHOLD
        ]
        assert original == (near[0] if near else None)


def test_similarity_is_that_of_sets() -> None:
    one, other = np.array([1, 2, 3], dtype=np.uint64), np.array([2, 3, 4], dtype=np.uint64)
    assert similarity(one, other) == 0.5
    assert similarity(one, one) == 1.0
