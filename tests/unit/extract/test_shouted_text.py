"""Text set in capitals throughout, what long articles only mention, and victims told in relative clauses and asides."""

from datetime import date
from typing import Any

import pytest

from pipeline.extract.extractor import Extractor

PUBLISHED = date(1991, 3, 8)


def read(extractor: Extractor, text: str) -> list[dict[str, Any]]:
    """Returns the claims of an English article."""
    return extractor.extract(
        {"article_id": "a", "language": "en", "text": text, "title": None, "published": PUBLISHED}
    )[0]


@pytest.mark.parametrize(
    ("text", "field", "names"),
    [
        pytest.param("GUNMEN MURDERED HUGO SALDIVAR REYES IN TRUJILLO ON MONDAY.", "recipient_text", ["HUGO SALDIVAR REYES"], id="bare name"),
        pytest.param("GUNMEN MURDERED COLONEL BENITEZ IN TRUJILLO ON MONDAY.", "recipient_text", ["COLONEL BENITEZ"], id="rank and surname"),
        pytest.param("POLICE CONFIRMED THE MURDER OF LIBERAL ECONOMIST RAMON ARBELOA TRULLO IN LIMA TODAY.", "recipient_text", ["LIBERAL ECONOMIST RAMON ARBELOA TRULLO"], id="surnames of no list"),
        pytest.param("REBELS KIDNAPPED ANDRES DE LA VEGA AND TERESA OLMEDO NEAR PASTO.", "recipient_text", ["ANDRES DE LA VEGA", "TERESA OLMEDO"], id="two names"),
        pytest.param("THE COLONEL WHO WAS KILLED IN TRUJILLO ON MONDAY HAD BEEN THREATENED.", "recipient_text", ["COLONEL"], id="no organisation of a pronoun"),
        pytest.param("FARC [REVOLUTIONARY ARMED FORCES OF COLOMBIA] GUERRILLAS KIDNAPPED A FARMER NEAR PASTO.", "actor_text", ["FARC [REVOLUTIONARY ARMED FORCES OF COLOMBIA] GUERRILLAS"], id="name spelled out in brackets"),
    ],
)  # fmt: skip
def test_parties_are_read_where_no_capital_marks_them(
    extractor: Extractor, text: str, field: str, names: list[str]
) -> None:
    assert [claim[field] for claim in read(extractor, text)] == names


@pytest.mark.parametrize(
    "mention",
    [
        pytest.param("He said that violence would not help the country.", id="word for no single act"),
        pytest.param("He recalled the murders and called for unity.", id="act without victim, day or place"),
        pytest.param("The invasion of 1975 was on the minds of all.", id="long past"),
    ],
)
def test_an_act_that_is_only_spoken_of_is_no_claim(extractor: Extractor, mention: str) -> None:
    assert not read(extractor, f"The president opened a new school on Monday. {mention}")


def test_an_act_with_victim_and_day_is_a_claim_anywhere_in_an_article(extractor: Extractor) -> None:
    claims = read(extractor, "The president opened a new school on Monday. On Sunday rebels murdered a judge.")
    assert [(claim["action"], claim["recipient_text"]) for claim in claims] == [("assassination", "judge")]


@pytest.mark.parametrize(
    ("text", "actors", "recipients"),
    [
        pytest.param("Two gunmen stopped her car and shot a teacher in Lima on Monday.", {"gunmen"}, {"teacher"}, id="cars do not shoot"),
        pytest.param("The officer wrote of the two monks' murder in Lima on Monday.", {None}, {"monks"}, id="owner of a murder is its victim"),
        pytest.param("The rebels' murder of a judge in Lima on Monday was told by all.", {"rebels"}, {"judge"}, id="owner of a murder of another did it"),
        pytest.param("A farmer was kidnapped near Pasto on Monday, according to neighbours.", {None}, {"farmer"}, id="who is cited is no victim"),
        pytest.param("Hugo Saldivar Reyes, mayor of Trujillo, who was kidnapped on Monday by rebels, is ill.", {"rebels"}, {"Hugo Saldivar Reyes"}, id="name before an office and a relative clause"),
        pytest.param("Hugo Saldivar Reyes, former minister and mayor, was murdered on Monday.", {None}, {"Hugo Saldivar Reyes"}, id="offices behind a name are the same person"),
    ],
)  # fmt: skip
def test_who_did_it_to_whom(
    extractor: Extractor, text: str, actors: set[str | None], recipients: set[str | None]
) -> None:
    claims = [claim for claim in read(extractor, text) if claim["action"] != "accusation"]
    assert {claim["actor_text"] for claim in claims} == actors
    assert {claim["recipient_text"] for claim in claims} == recipients
