"""Articles that tell of an incident in several sentences, or of several incidents."""

from datetime import date
from typing import Any

import pytest

from pipeline.extract.extractor import Extractor

PUBLISHED = date(2024, 8, 14)  # a Wednesday


def read(extractor: Extractor, language: str, text: str) -> list[dict[str, Any]]:
    """Returns the claims of an article."""
    article = {"article_id": "a", "language": language, "text": text, "title": None, "published": PUBLISHED}
    return extractor.extract(article)[0]


def values(claims: list[dict[str, Any]], field: str) -> set[str]:
    """Returns what the claims say in a field."""
    return {claim[field] for claim in claims if claim[field] is not None}


@pytest.mark.parametrize(
    ("language", "text", "recipients"),
    [
        pytest.param("en", "Gunmen murdered a judge in Lima on Monday. His gardener was also wounded.", {"judge", "gardener"}, id="en"),
        pytest.param("id", "Kelompok bersenjata membunuh seorang hakim di Ambon pada Senin. Seorang wartawan juga terluka.", {"hakim", "wartawan"}, id="id"),
        pytest.param("fr", "Des hommes armés ont assassiné un juge à Lima lundi. Un journaliste a été blessé dans l'attaque.", {"juge", "journaliste"}, id="fr"),
    ],
)  # fmt: skip
def test_victims_of_later_sentences_join_those_of_the_first(
    extractor: Extractor, language: str, text: str, recipients: set[str]
) -> None:
    claims = read(extractor, language, text)
    assert values(claims, "recipient_text") == recipients
    assert len(values(claims, "mention_id")) == 1


def test_persons_by_name_who_are_kidnapped_one_by_one_are_incidents_of_their_own(extractor: Extractor) -> None:
    text = "Rebels kidnapped Mayor Carlos Mejia in Cauca on Monday. Deputy Teresa Olmedo was kidnapped as well."
    assert len(values(read(extractor, "en", text), "mention_id")) == 2


@pytest.mark.parametrize(
    ("language", "text", "recipient"),
    [
        pytest.param("en", "A bomb killed 12 people in Lima on Monday.", "people", id="en"),
        pytest.param("es", "Una bomba mató a 12 personas en Lima el lunes.", "personas", id="es"),
        pytest.param(
            "en", "A bomb killed a teacher and 12 other people in Lima on Monday.", "teacher", id="a better word"
        ),
    ],
)
def test_people_are_recipients_where_no_better_word_is_said(
    extractor: Extractor, language: str, text: str, recipient: str
) -> None:
    assert values(read(extractor, language, text), "recipient_text") == {recipient}


def test_an_act_is_done_by_whom_its_sentence_speaks_of(extractor: Extractor) -> None:
    text = "A judge was murdered in Lima on Monday, a city in which gunmen are at home. The mourning goes on."
    assert values(read(extractor, "en", text), "actor_text") == {"gunmen"}


def test_who_is_blamed_did_it_and_not_the_victim_of_what_is_denounced(extractor: Extractor) -> None:
    claims = read(extractor, "en", "The minister denounced the murder of Judge Carlos Mejia in Lima on Monday.")
    assert "Judge Carlos Mejia" not in values([c for c in claims if c["action"] == "assassination"], "actor_text")


FILLER = "The council opened a new school. The weather was fine. Many parents came. The band played."


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        pytest.param("On Monday gunmen murdered Judge Carlos Mejia in Lima.", True, id="victim, day and town"),
        pytest.param("He spoke of clashes between troops and rebels.", False, id="clashes"),
        pytest.param("Rebels killed four soldiers in Goma on Monday.", True, id="a clash with day, town and number"),
        pytest.param("The attacks of rebels are of no use.", False, id="attacks in general"),
    ],
)
def test_a_long_article_tells_of_what_it_says_enough_of(extractor: Extractor, sentence: str, kept: bool) -> None:
    claims = read(extractor, "en", f"{FILLER} {sentence} {FILLER}")
    assert bool(claims) == kept


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        pytest.param("en", "The bishop spoke in Lima of the murder of six priests on Monday.", 6, id="en"),
        pytest.param("en", "The bishop spoke in Lima of the murder of Judge Carlos Mejia on Monday.", 1, id="en by name"),
        pytest.param("en", "The bishop spoke in Lima of the assassination attempt on the judge on Monday.", None, id="en attempt"),
        pytest.param("es", "El obispo habló en Lima del asesinato de seis sacerdotes el lunes.", 6, id="es"),
        pytest.param("fr", "L'évêque a parlé à Lima de l'assassinat de six prêtres lundi.", 6, id="fr"),
        pytest.param("id", "Pembunuhan enam petani terjadi di Ambon pada Senin.", 6, id="id"),
    ],
)  # fmt: skip
def test_the_noun_for_a_killing_counts_those_whom_it_names(
    extractor: Extractor, language: str, text: str, number: int | None
) -> None:
    killed = [claim["quantity_best"] for claim in read(extractor, language, text) if claim["metric"] == "killed"]
    assert killed == ([number] if number else [])


@pytest.mark.parametrize(
    ("language", "text", "field", "names"),
    [
        pytest.param("en", "Ana Diaz, 45, and her son were kidnapped in Lima on Monday.", "recipient_text", {"Ana Diaz", "son"}, id="age between two victims"),
        pytest.param("en", "Rebels kidnapped a judge, as well as two teachers, in Lima on Monday.", "recipient_text", {"judge", "teachers"}, id="as well as"),
        pytest.param("en", "The murder of a judge in Lima on Monday was attributed to drug traffickers.", "actor_text", {"drug traffickers"}, id="en attributed to"),
        pytest.param("fr", "L'assassinat d'un juge à Lima lundi a été attribué aux rebelles.", "actor_text", {"rebelles"}, id="fr attributed to"),
    ],
)  # fmt: skip
def test_parties_are_joined_and_acts_ascribed(
    extractor: Extractor, language: str, text: str, field: str, names: set[str]
) -> None:
    assert values(read(extractor, language, text), field) == names
