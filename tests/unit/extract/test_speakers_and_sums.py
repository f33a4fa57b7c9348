"""Who speaks and who is counted: parties at the end of a sentence, sums, and news of other things."""

from datetime import date
from typing import Any

import pytest

from pipeline.extract.extractor import Extractor

Rows = list[dict[str, Any]]

SPEAKERS = [
    pytest.param("en", "Rebels shelled a village near the border with Chad, the Sudanese army said on Monday.", "Sudanese army", id="en after a comma"),
    pytest.param("en", "Gunmen shot dead two farmers in the Mexican state of Jalisco on Sunday, prosecutors said.", "prosecutors", id="en state is no verb"),
    pytest.param("en", "Three soldiers were killed in clashes in northern Mali, police and hospital officials said.", "hospital officials", id="en two speakers"),
    pytest.param("pt", "O exército matou em Macomia, na segunda-feira, doze insurgentes, afirmou o ministro da Defesa.", "ministro da Defesa", id="pt behind the verb"),
]  # fmt: skip

NO_RECIPIENT = [
    pytest.param("en", "Militants blew up a bridge on Sunday, killing six and wounding nine, regional governor Omar Sule said.", "Omar Sule", id="en no object of a participle"),
    pytest.param("en", "France will send 200 troops to Chad, the defence ministry said.", "defence ministry", id="en not sent to the speaker"),
]  # fmt: skip

SUMS = [
    pytest.param("en", "Gunmen shot dead the mayor and three others in Celaya on Monday.", 4, id="en the mayor and three others"),
    pytest.param("fr", "Des hommes armés ont tué lundi le maire de Djibo et deux autres personnes.", 3, id="fr the mayor and two others"),
    pytest.param("en", "The number of people killed in the war in Sudan since April 2023 has risen to 15,550, the UN said.", 15_550, id="en has risen to"),
    pytest.param("id", "Jumlah warga sipil yang tewas di Jalur Gaza sejak Oktober telah mencapai 1.200 orang, kata PBB.", 1200, id="id has reached"),
]  # fmt: skip

OTHER_NEWS = [
    pytest.param("en", "A man was arrested for burglary after he stole a handbag and jewellery from a shop in Leeds.", id="en theft"),
    pytest.param("es", "La policía detuvo al ladrón tras un atraco y varios hurtos en Murcia.", id="es theft"),
    pytest.param("fr", "La police a arrêté un cambrioleur et deux pickpockets à Lyon.", id="fr theft"),
    pytest.param("pt", "A polícia prendeu o ex-namorado da vítima por violência doméstica e ciúmes.", id="pt jealousy"),
    pytest.param("id", "Polisi menangkap dua pencuri dan seorang copet di pasar.", id="id theft"),
]  # fmt: skip


def extract(extractor: Extractor, language: str, text: str) -> Rows:
    made = {"article_id": "a_1", "language": language, "title": None, "text": text, "published": date(2024, 8, 14)}
    return extractor.extract(made)[0]


@pytest.mark.parametrize(("language", "text", "speaker"), SPEAKERS)
def test_the_last_party_before_or_behind_the_speech_verb_speaks(
    extractor: Extractor, language: str, text: str, speaker: str
) -> None:
    rows = extract(extractor, language, text)
    assert rows
    assert all(speaker in row["claimant_text"] for row in rows)


@pytest.mark.parametrize(("language", "text", "speaker"), NO_RECIPIENT)
def test_who_speaks_is_not_who_suffers(extractor: Extractor, language: str, text: str, speaker: str) -> None:
    rows = extract(extractor, language, text)
    assert rows
    assert all(speaker in row["claimant_text"] and speaker not in (row["recipient_text"] or "") for row in rows)


@pytest.mark.parametrize(("language", "text", "number"), SUMS)
def test_a_sum_is_read_as_such(extractor: Extractor, language: str, text: str, number: int) -> None:
    assert [row["quantity_best"] for row in extract(extractor, language, text) if row["metric"] == "killed"] == [number]


def test_one_named_beside_counted_ones_is_a_count_of_its_own(extractor: Extractor) -> None:
    rows = extract(extractor, "en", "Rebels killed a soldier and two civilians near Goma on Monday.")
    assert sorted(row["quantity_best"] for row in rows) == [1, 2]


def test_a_pact_and_its_signing_are_one_incident(extractor: Extractor) -> None:
    rows = extract(extractor, "en", "Rwanda and Burundi signed a treaty of friendship on Monday.")
    assert len({row["mention_id"] for row in rows}) == 1


def test_the_next_sentence_may_say_when(extractor: Extractor) -> None:
    rows = extract(
        extractor, "es", "Hombres armados mataron a tres campesinos en Arauca. Los hechos ocurrieron el lunes."
    )
    assert {row["event_date_start"] for row in rows} == {date(2024, 8, 12)}


def test_a_part_between_commas_is_not_the_whole(extractor: Extractor) -> None:
    rows = extract(
        extractor, "fr", "Dix personnes, dont deux policiers, ont été tuées mardi dans une attaque des rebelles à Goma."
    )
    assert [row["quantity_best"] for row in rows if row["metric"] == "killed"] == [10]


def test_militants_who_are_neutralised_are_killed(extractor: Extractor) -> None:
    rows = extract(extractor, "en", "Twelve terrorists were neutralised near Mopti on Monday.")
    assert [(row["metric"], row["quantity_best"]) for row in rows] == [("killed", 12)]


def test_a_condemned_attack_with_victims_and_a_day_is_told(extractor: Extractor) -> None:
    rows = extract(
        extractor,
        "en",
        "Jordan condemned the Israeli air strike on a hospital in Gaza on Monday that killed nine patients.",
    )
    assert ("air_strike", "killed", 9) in {(row["action"], row["metric"], row["quantity_best"]) for row in rows}


def test_civilians_taken_out_of_a_village_are_displaced(extractor: Extractor) -> None:
    rows = extract(
        extractor, "pt", "Os moradores foram retirados da aldeia pelo exército de Moçambique na segunda-feira."
    )
    assert {row["action"] for row in rows} <= {"displacement"}


@pytest.mark.parametrize(("language", "text"), OTHER_NEWS)
def test_private_crime_is_no_conflict(extractor: Extractor, language: str, text: str) -> None:
    assert extract(extractor, language, text) == []
