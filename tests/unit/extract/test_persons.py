"""Persons: what their names say of other words, and who of several parties an act befell."""

from datetime import date
from typing import Any

import pytest

from pipeline.extract.extractor import Extractor

Rows = list[dict[str, Any]]


def claims(extractor: Extractor, text: str, language: str = "en") -> Rows:
    """Returns the claims of a text published on a Wednesday."""
    made = {"article_id": "a_0", "language": language, "text": text, "title": None, "published": date(2024, 8, 14)}
    return extractor.extract(made)[0]


def recipients(rows: Rows, action: str) -> list[str | None]:
    """Returns the recipients of the claims of an action."""
    return [row["recipient_text"] for row in rows if row["action"] == action]


@pytest.mark.parametrize(
    ("text", "action", "expected"),
    [
        pytest.param("A CIVILIAN EMPLOYEE AT THE 1ST INFANTRY BRIGADE WAS SHOT TO DEATH TODAY IN LIMA.", "shooting", "CIVILIAN EMPLOYEE", id="the head of a phrase"),
        pytest.param("Ana Diaz, a teacher at the academy, was wounded by rebels on Tuesday in Cali.", "attack", "Ana Diaz", id="the name before an apposition"),
        pytest.param("CARLOS ROSALES, 45, A FORMER MAYOR OF MEDELLIN, WAS MURDERED TODAY BY GUNMEN.", "assassination", "CARLOS ROSALES", id="an age between"),
        pytest.param("The judges are on strike to protest the kidnapping of Carlos Rosales on Tuesday in Cali.", "abduction", "Carlos Rosales", id="an act that is protested against"),
    ],
)  # fmt: skip
def test_an_act_befalls_the_person(extractor: Extractor, text: str, action: str, expected: str) -> None:
    assert expected in recipients(claims(extractor, text), action)


def test_a_person_named_as_part_of_a_number_is_a_recipient_too(extractor: Extractor) -> None:
    text = "Gunmen murdered six members of the council, including Carlos Rosales, on Tuesday in Lima."
    assert set(recipients(claims(extractor, text), "assassination")) == {"members of the council", "Carlos Rosales"}


def test_those_who_are_counted_as_hurt_did_not_act(extractor: Extractor) -> None:
    text = "Five policemen were killed and 24 soldiers injured when a car bomb exploded on Tuesday in Lima."
    rows = claims(extractor, text)
    assert {(row["recipient_text"], row["quantity_best"]) for row in rows} == {("policemen", 5), ("soldiers", 24)}
    assert not {row["actor_text"] for row in rows} & {"policemen", "soldiers"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param("en", "A bomb attack in Beirut on Tuesday killed three people.", id="en"),
        pytest.param("fr", "Une attaque à Beyrouth a fait trois morts mardi.", id="fr"),
        pytest.param("it", "Un attacco a Beirut ha ucciso tre persone martedì.", id="it"),
    ],
)
def test_the_capital_where_it_happened_is_no_party(extractor: Extractor, language: str, text: str) -> None:
    rows = claims(extractor, text, language)
    assert rows
    assert {row["country"] for row in rows} == {"LBN"}
    assert {row["actor_id"] for row in rows} | {row["recipient_id"] for row in rows} == {None}


def test_the_family_name_of_a_person_is_no_place(extractor: Extractor) -> None:
    text = (
        "GUNMEN MURDERED A PRIEST TODAY. GENERAL OSVALDO SALVADOR CONFIRMED THE MURDER. SALVADOR SAID IT WAS A MURDER."
    )
    assert {row["place_text"] for row in claims(extractor, text) if row["action"] == "assassination"} == {None}


def test_a_surname_spelt_like_a_far_city_is_no_place_where_all_is_capitals(extractor: Extractor) -> None:
    text = "GUERRILLAS ATTACKED THE FARM OF THE CANO FAMILY NEAR CALI ON TUESDAY, KILLING TWO WATCHMEN."
    assert {row["country"] for row in claims(extractor, text)} == {"COL"}


def test_a_sum_of_many_incidents_is_not_the_number_of_one(extractor: Extractor) -> None:
    text = "Rebels murdered 19 people on Tuesday in a village near Lima. In this war 700 people have died."
    rows = [row for row in claims(extractor, text) if row["metric"] == "killed"]
    assert {(row["quantity_best"], row["accounting"]) for row in rows} == {(19, "increment"), (700, "cumulative")}


def test_a_number_beside_the_murder_of_one_person_is_not_of_the_dead(extractor: Extractor) -> None:
    text = "The murder of Carlos Rosales on Tuesday in Lima sought both."
    assert {row["quantity_best"] for row in claims(extractor, text) if row["metric"] == "killed"} == {1}


def test_a_victim_by_name_is_not_the_doer_told_later(extractor: Extractor) -> None:
    told = "Senator Jorge Rosales was kidnapped on Tuesday near Cali."
    rows = claims(extractor, f"{told} The ELN is holding Senator Jorge Rosales, kidnapped on Tuesday.")
    assert {(row["actor_text"], row["recipient_text"]) for row in rows} == {("ELN", "Senator Jorge Rosales")}


def test_where_adpositions_stand_behind_the_last_of_a_phrase_is_hit(extractor: Extractor) -> None:
    text = "Keşmir'in Pahalgam kasabasında salı günü turistlere ateş açan militanlar 26 kişiyi öldürdü."
    assert recipients(claims(extractor, text, "tr"), "shooting") == ["turistler"]
