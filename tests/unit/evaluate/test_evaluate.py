"""The extractor over a gold set, by the command line."""

import json
from pathlib import Path

import pytest
from golden import META, article, incident, write_set

from pipeline.cli import main

STRUCK = "A drone strike on a market in Kharkiv killed 12 people and wounded 30 on Monday, Ukrainian officials said."
SHIPS = "The harbour authority published a new timetable for the ferries, with two more boats a day."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    gold = incident(
        "n1", date_start="2026-11-09", date_end="2026-11-09", places=[["Kharkiv"]], actions=["drone_strike"],
        quantities=[{"metric": "killed", "value": 12}, {"metric": "injured", "value": 30}],
    )  # fmt: skip
    articles = [
        article("n1", text=STRUCK, published="2026-11-10"),
        article("s1", text=SHIPS, language="id", published="2026-11-10"),
    ]
    return write_set(
        tmp_path / "gold", articles, [gold], META | {"scored": ["date", "places", "actions", "quantities"]}
    )


def test_figures_are_printed_by_language_and_written(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(folder), "--json", str(tmp_path / "figures.json"), "--workers", "1"]) == 0
    assert "language en" in capsys.readouterr().out
    [report] = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert (report["articles"], report["incidents"]) == (2, 1)
    assert report["measures"]["quantities"]["f1"] == 1
    assert report["measures"]["date"]["f1"] > report["measures"]["date"]["baseline"]
    assert report["parts"]["en"]["measures"]["whole row"]["f1"] == report["measures"]["whole row"]["f1"]
    assert report["calibration"]["claim"]["number"] == 2


def test_misses_are_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = folder / "gold.jsonl"
    gold.write_text(gold.read_text(encoding="utf-8").replace("12", "13"), encoding="utf-8")
    main(["evaluate", str(folder), "--errors", "1", "--workers", "1"])
    assert "n1: wrong" in capsys.readouterr().out


def test_floors_are_written(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    main(["evaluate", str(folder), "--write-floors", str(path), "--workers", "1"])
    floors = json.loads(path.read_text(encoding="utf-8"))
    assert (floors["en"]["quantities"], floors["all"]["quantities"]) == (0.94, 0.97)


def test_a_folder_without_gold_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(tmp_path)]) == 1
    assert "holds no gold set" in capsys.readouterr().err
