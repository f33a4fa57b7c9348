"""Protests and strikes, and what is demanded, refused and threatened there: who, and of whom."""

from datetime import date
from typing import Any

import pytest

from pipeline.extract.extractor import Extractor

Rows = list[dict[str, Any]]


def claims(extractor: Extractor, language: str, text: str) -> Rows:
    """Returns the claims of a text published on a Wednesday."""
    made = {"article_id": "a_0", "language": language, "text": text, "title": None, "published": date(2024, 8, 14)}
    return extractor.extract(made)[0]


def of(rows: Rows, action: str) -> set[tuple[str | None, str | None]]:
    """Returns actor and recipient of each claim of an action."""
    return {(row["actor_text"], row["recipient_text"]) for row in rows if row["action"] == action}


@pytest.mark.parametrize(
    ("language", "text", "action", "expected"),
    [
        pytest.param("es", "Hubo protestas en Lima el martes.", "protest", (None, None), id="protests alone"),
        pytest.param("es", "Cientos de manifestantes en Quito.", "protest", ("manifestantes", None), id="the counted act"),
        pytest.param("es", "Los maestros se manifestaron el martes en Perú.", "protest", ("maestros", None), id="not the country where"),
        pytest.param("pt", "Houve protestos em Lisboa na terça-feira.", "protest", (None, None), id="pt protests alone"),
        pytest.param("pt", "Os metalúrgicos prosseguem a greve.", "strike", ("metalúrgicos", None), id="pt whatever the verb"),
        pytest.param("fr", "Des manifestations ont eu lieu mardi à Lyon.", "protest", (None, None), id="fr protests alone"),
        pytest.param("fr", "Les cheminots poursuivent leur grève.", "strike", ("cheminots", None), id="fr whatever the verb"),
        pytest.param("es", "Los panaderos llevan tres días de huelga.", "strike", ("panaderos", None), id="whatever the verb"),
        pytest.param("es", "Hubo una protesta convocada por las centrales obreras.", "protest", ("centrales obreras", None), id="an agent behind"),
        pytest.param("es", "Los estudiantes manifestaron el lunes contra el Gobierno.", "protest", ("estudiantes", "Gobierno"), id="without a pronoun"),
        pytest.param("es", "Los jubilados marcharon hacia el Congreso.", "protest", ("jubilados", "Congreso"), id="where to"),
    ],
)  # fmt: skip
def test_a_protest_has_those_who_hold_it_and_whom_it_is_directed_at(
    extractor: Extractor, language: str, text: str, action: str, expected: tuple[str | None, str | None]
) -> None:
    assert of(claims(extractor, language, text), action) == {expected}


def test_the_number_of_those_who_protest_affects_nobody(extractor: Extractor) -> None:
    (row,) = claims(extractor, "es", "Unos 300 estudiantes se manifestaron el martes en Bogotá.")
    assert (row["actor_text"], row["quantity_best"], row["affected_text"]) == ("estudiantes", 300, None)


@pytest.mark.parametrize(
    ("text", "action", "expected"),
    [
        pytest.param("Miles de docentes marcharon el martes para exigir al Gobierno un aumento.", "demand", ("docentes", "Gobierno"), id="demand"),
        pytest.param("Bolivia rechazó el martes la propuesta de Chile.", "denial", ("Bolivia", "Chile"), id="refusal"),
        pytest.param("Los camioneros amenazaron con una huelga contra el Gobierno.", "threat", ("camioneros", "Gobierno"), id="threat"),
    ],
)  # fmt: skip
def test_what_is_said_beside_a_protest_is_asserted(
    extractor: Extractor, text: str, action: str, expected: tuple[str, str]
) -> None:
    rows = [row for row in claims(extractor, "es", text) if row["action"] == action]
    assert of(rows, action) == {expected}
    assert {row["claim_mode"] for row in rows} == {"asserted"}


def test_citizens_are_heard_beside_an_act_of_violence(extractor: Extractor) -> None:
    rows = claims(extractor, "es", "La policía mató a dos personas el lunes y los vecinos exigen al Gobierno justicia.")
    assert ("vecinos", "Gobierno") in of(rows, "demand")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Francia, sin embargo, recibió el martes a Alemania.", id="contrast"),
        pytest.param("Rusia habló en represalia por las palabras de Ucrania.", id="reason"),
    ],
)
def test_a_word_inside_a_fixed_phrase_is_no_act(extractor: Extractor, text: str) -> None:
    assert not of(claims(extractor, "es", text), "sanction") | of(claims(extractor, "es", text), "attack")
