"""Floors: what falls below them is said, and they only rise."""

from typing import Any

import pytest

from pipeline.evaluate.floors import find_falls, raise_floors


def report(f1: float | None, actors: float = 0.5) -> dict[str, Any]:
    measures = {"date": {"f1": f1}, "actors": {"f1": actors}, "role confusion": {"f1": 0.1}}
    return {"measures": measures, "parts": {"en": {"measures": measures}}}


def test_a_fall_names_slot_language_floor_and_figure() -> None:
    floors = {"all": {"date": 0.5}, "en": {"date": 0.7}}
    assert find_falls(report(0.6), floors) == ["date of en: 0.600, the floor is 0.70"]


@pytest.mark.parametrize(
    ("floors", "said"),
    [
        pytest.param({"all": {}}, "en has no floors", id="new-language"),
        pytest.param({"all": {}, "en": {}, "de": {}}, "de has floors but was not measured", id="lost-language"),
        pytest.param({"all": {"places": 0.1}, "en": {}}, "places of all: nothing", id="lost-slot"),
    ],
)
def test_what_is_missing_is_no_pass(floors: dict[str, dict[str, float]], said: str) -> None:
    assert said in "\n".join(find_falls(report(0.6), floors))


def test_floors_rise_with_the_figures_and_never_sink() -> None:
    first = raise_floors(report(0.6), {})
    assert first["en"] == {"date": 0.54, "actors": 0.44}
    assert first["all"] == {"date": 0.57, "actors": 0.47}
    assert find_falls(report(0.6), first) == []
    second = raise_floors(report(0.8, actors=0.3), first)
    assert second["en"] == {"date": 0.74, "actors": 0.44}


def test_a_figure_that_cannot_be_given_has_no_floor() -> None:
    assert "date" not in raise_floors(report(None), {})["all"]
