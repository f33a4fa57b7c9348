"""When two values are the same."""

from datetime import date
from typing import Any

import pytest
from golden import incident, row

from pipeline.evaluate.incidents import combine_numbers
from pipeline.evaluate.match import is_right_number, judge_date, load_matcher

MATCHER = load_matcher()


@pytest.mark.parametrize(
    ("said", "meant", "language", "is_same"),
    [
        pytest.param("the River Front fighters", "fighters", "en", True, id="holds-the-head"),
        pytest.param("fighters of the River Front", "FIGHTERS", "en", True, id="head-before-a-preposition"),
        pytest.param("six guards", "guard", "en", True, id="numeral-and-plural"),
        pytest.param("guards", "drivers", "en", False, id="others"),
        pytest.param("Maria Lund", "MARÍA LUND OKAFOR", "en", True, id="half-of-the-words"),
        pytest.param("guardias del puerto viejo", "guardias", "es", True, id="head-comes-first"),
        pytest.param("guardias del puerto viejo", "dueños de un puerto", "es", False, id="tail-alone"),
        pytest.param("警卫", "警卫", "zh", True, id="no-spaces"),
        pytest.param("", "guards", "en", False, id="nothing"),
    ],
)
def test_phrases(said: str, meant: str, language: str, *, is_same: bool) -> None:
    assert MATCHER.same_phrase(said, meant, language) is is_same


def test_strict_phrases_share_half_of_their_words() -> None:
    assert not MATCHER.same_phrase("local police guards", "guards", "en", strict=True)
    assert MATCHER.same_phrase("police guards", "guards", "en", strict=True)


@pytest.mark.parametrize(
    ("said", "meant", "is_same"),
    [
        pytest.param("Port Lindo, Coast Province", "PORT LINDO", True, id="part-between-commas"),
        pytest.param("Lindo province", "Lindo", True, id="kind-of-place"),
        pytest.param("San Lindo", "El Lindo", False, id="one-word-of-three"),
    ],
)
def test_places(said: str, meant: str, *, is_same: bool) -> None:
    assert MATCHER.same_place(said, meant) is is_same


@pytest.mark.parametrize(
    ("first", "last", "verdict"),
    [
        pytest.param("2025-03-03", "2025-03-03", (True, True), id="inside-the-range"),
        pytest.param("2025-03-02", "2025-03-05", (True, True), id="the-range"),
        pytest.param("2025-03-06", "2025-03-06", (False, True), id="a-day-off"),
        pytest.param("2025-01-01", "2025-12-31", (False, False), id="a-year"),
    ],
)
def test_days(first: str, last: str, verdict: tuple[bool, bool]) -> None:
    gold = incident(date_start="2025-03-02", date_end="2025-03-05")
    assert judge_date(gold, (date.fromisoformat(first), date.fromisoformat(last))) == verdict


def test_no_day_is_no_right_day() -> None:
    assert judge_date(incident(date_start="2025-03-02"), None) == (False, False)


@pytest.mark.parametrize(
    ("quantity", "right", "wrong"),
    [
        pytest.param({"value": 6}, 6, 7, id="value"),
        pytest.param({"value": 0}, None, 1, id="nothing-is-zero"),
        pytest.param({"low": 30}, 31, 29, id="bound"),
        pytest.param({"low": 3, "high": 5}, 5, 6, id="range"),
        pytest.param({"value": 6, "accept": [8]}, 8, 7, id="also-right"),
    ],
)
def test_numbers(quantity: dict[str, Any], right: int | None, wrong: int) -> None:
    assert is_right_number(quantity, right)
    assert not is_right_number(quantity, wrong)


SUM = "They killed six guards and two drivers. Nobody else died in the four raids."
PART = "They killed nine people, including two drivers."


def count(words: str, best: int | None, text: str = SUM, **values: Any) -> dict[str, Any]:
    start = text.index(words)
    span = {"char_start": start, "char_end": start + len(words)}
    return row(metric="killed", quantity_best=best, **span, **values)


@pytest.mark.parametrize(
    ("rows", "number"),
    [
        pytest.param([], None, id="none"),
        pytest.param(
            [count("six", 6, affected_text="guards"), count("two", 2, affected_text="drivers")], 8, id="parts-are-added"
        ),
        pytest.param([count("six", 6), count("two", 2)], 6, id="parts-of-nobody-are-not"),
        pytest.param(
            [
                count("six", 6, affected_text="guards"),
                row(**count("four", 4, affected_text="men") | {"sentence_index": 1}),
            ],
            6,
            id="of-another-sentence-are-not",
        ),
        pytest.param(
            [count("six", 60, accounting="cumulative"), count("two", 2)], 2, id="no-total-beside-an-increment"
        ),
        pytest.param([count("six", 60, accounting="cumulative")], 60, id="a-total-alone"),
        pytest.param([count("six", None, quantity_low=5)], 5, id="a-bound-for-the-number"),
        pytest.param(
            [count("six", 6, claimant_text="army"), count("two", 20, claimant_text="rebels")],
            6,
            id="first-claimant-only",
        ),
    ],
)
def test_the_number_of_a_mention(rows: list[dict[str, Any]], number: int | None) -> None:
    assert combine_numbers(rows, SUM, MATCHER) == number


def test_an_included_part_is_not_added() -> None:
    rows = [count("nine", 9, PART, affected_text="people"), count("two", 2, PART, affected_text="drivers")]
    assert combine_numbers(rows, PART, MATCHER) == 9
