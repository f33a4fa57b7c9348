"""What another reader points at becomes claims of the article's own words, or nothing."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pipeline.extract.quoted import StatedQuantity, Statement
from pipeline.extraction import load_extractor

TEXT = (
    "NIAMEY, March 4 (Sahel Wire) - Gunmen on motorbikes raided a market near Tillaberi on Monday. "
    "They killed at least 14 traders and wounded about 30 others, the defence ministry of Niger said."
)
ARTICLE = {"article_id": "a_1", "language": "en", "text": TEXT, "title": None, "published": date(2026, 3, 4)}
KILLED = StatedQuantity("killed", "at least 14", "traders", "increment")
SAID = Statement(
    sentence="They killed at least 14 traders and wounded about 30 others, the defence ministry of Niger said.",
    action="attack",
    action_words="killed",
    mode="asserted",
    actors=["Gunmen on motorbikes"],
    recipients=["traders"],
    quantities=[KILLED, StatedQuantity("injured", "about 30", None, "increment")],
    date_words="Monday",
    place_words="Tillaberi",
    claimant_words="defence ministry of Niger",
)


def read(*statements: Statement, **article: Any) -> tuple[list[dict[str, Any]], dict[str, int]]:
    claims, evidence, dropped = load_extractor().extract_quoted({**ARTICLE, **article}, statements, "reader", "1")
    text = article.get("text", TEXT)
    for claim in claims:
        assert text[claim["char_start"] : claim["char_end"]] == claim["quote"]
    for row in evidence:
        assert text[row["char_start"] : row["char_end"]] == row["words"]
    return claims, dict(dropped)


def test_numbers_dates_places_and_names_are_read_from_the_quoted_words() -> None:
    (killed, injured), dropped = read(SAID)
    assert dropped == {}
    assert (killed["metric"], killed["quantity_low"], killed["quantity_best"]) == ("killed", 14, None)
    assert (injured["metric"], injured["quantity_best"], injured["quantity_bound"]) == ("injured", 30, "approximate")
    assert killed["event_date_start"] == killed["event_date_end"] == date(2026, 3, 2)
    assert killed["country"] == "NER"
    assert killed["actor_text"] == "Gunmen on motorbikes"
    assert (killed["claimant_text"], killed["claimant_type"]) == ("defence ministry of Niger", "government")
    assert (killed["extractor"], killed["extractor_version"]) == ("reader", "1")


@pytest.mark.parametrize(
    ("changes", "column", "field"),
    [
        pytest.param({"actors": ["Boko Haram"]}, "actor_text", "actor", id="actor"),
        pytest.param({"date_words": "Sunday"}, "date_text", "date", id="date"),
        pytest.param({"place_words": "Agadez"}, "place_text", "place", id="place"),
        pytest.param({"place_words": "raided"}, "place_text", "place", id="place that is no place"),
        pytest.param({"claimant_words": "the army"}, "claimant_text", "claimant", id="claimant"),
        pytest.param(
            {"quantities": [replace(KILLED, words="9,999")]}, "quantity_text", "quantity", id="number not in the text"
        ),
        pytest.param(
            {"quantities": [replace(KILLED, words="traders")]}, "quantity_text", "quantity", id="words without a number"
        ),
    ],
)
def test_a_field_whose_words_do_not_say_it_is_dropped(changes: dict[str, Any], column: str, field: str) -> None:
    claims, dropped = read(replace(SAID, **changes))
    assert claims
    assert {claim[column] for claim in claims} == {None}
    assert dropped == {field: 1}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"sentence": "Nothing of this was written."}, id="sentence not in the text"),
        pytest.param({"sentence": " "}, id="no sentence"),
        pytest.param({"action": "invented"}, id="no such action"),
        pytest.param({"action_words": "slaughtered"}, id="action not in the text"),
        pytest.param({"action_words": ""}, id="no words for the action"),
        pytest.param({"mode": "rumoured"}, id="no such mode"),
    ],
)
def test_a_statement_without_ground_is_dropped(changes: dict[str, Any]) -> None:
    assert read(replace(SAID, **changes)) == ([], {"statement": 1})


def test_a_language_without_words_gives_nothing() -> None:
    assert read(SAID, language="xx") == ([], {"statement": 1})
