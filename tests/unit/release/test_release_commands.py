"""The commands about releases: what they print and return."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipeline.cli import main
from pipeline.release import Release, read_index

Tables = dict[str, pl.DataFrame]


@pytest.fixture
def candidate(publish: Callable[..., Release | None], tables: Tables, release: Release) -> Release:
    """A second release whose number of dead moved past the bound."""
    many = tables["events"].with_columns(killed_best=pl.lit(900, pl.Int64), killed_high=pl.lit(900, pl.Int64))
    made = publish(tables | {"events": many}, "2026.11.1")
    assert made
    return made


@pytest.fixture
def run(candidate: Release, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command on the data folder; returns its code and what it printed."""

    def call(name: str, *arguments: str) -> tuple[int, str, str]:
        code = main([name, "--data", str(candidate.path.parents[1]), *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_a_candidate_is_listed_with_what_moved_and_signed_off(
    run: Callable[..., tuple[int, str, str]], candidate: Release
) -> None:
    listed = run("releases")[1].splitlines()
    assert [line.split()[:2] for line in listed if not line.startswith(" ")] == [
        ["2026.11.0", "stable"],
        ["2026.11.1", "candidate"],
    ]
    assert "    headline: killed, all events: 17 to 1,800" in listed
    signed = run("sign-off", "2026.11.1", "--author", "ada", "--reason", "an archive was added")
    assert signed[:2] == (0, "release 2026.11.1 is stable\n")
    assert "    signed off by ada: an archive was added" in run("releases")[1].splitlines()
    code, _, error = run("sign-off", "2026.11.1", "--author", "ada", "--reason", "again")
    assert (code, error) == (1, "conflict-events: release 2026.11.1 is stable: nothing of it needs to be signed off\n")
    assert read_index(candidate.path.parent)[0]["signed_off"]["author"] == "ada"


def test_a_yanked_release_is_listed_as_such_and_no_longer_asked(run: Callable[..., tuple[int, str, str]]) -> None:
    yanked = run("yank", "2026.11.1", "--reason", "counted twice", "--use-instead", "2026.11.0")
    assert yanked[:2] == (0, "release 2026.11.1 is yanked: use 2026.11.0 instead\n")
    assert "    yanked: counted twice; use 2026.11.0 instead" in run("releases")[1].splitlines()
    assert run("query", "SELECT max(killed_best) AS dead FROM events")[1].split()[-1] == "14"


def test_releases_are_compared(run: Callable[..., tuple[int, str, str]]) -> None:
    assert "killed_best: 17 -> 1,800 (+1,783)" in run("diff", "2026.11.0", "2026.11.1")[1]
    said = json.loads(run("diff", "2026.11.0", "2026.11.1", "--json")[1])
    assert said["headlines"]["killed_best"] == {"before": 17, "after": 1800}
    asked = run("query", "--all-releases", "SELECT release, max(killed_best) FROM all_events GROUP BY 1 ORDER BY 1")[1]
    assert [line.split() for line in asked.splitlines()[2:]] == [["2026.11.0", "14"], ["2026.11.1", "900"]]


def test_a_release_goes_to_a_place_and_comes_back(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there, copy = str(tmp_path / "there"), str(tmp_path / "copy")
    assert run("publish", there, "2026.11.0")[1] == f"release 2026.11.0 (stable) is at {there}\n"
    assert main(["fetch", "--data", copy, there]) == 0
    assert run("publish", there)[0] == 0
    capsys.readouterr()
    assert main(["update", "--data", copy]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "1 release behind"
    assert said[1].startswith("release 2026.11.1: ")
    assert "events by" in said[1]
    assert main(["verify", "--data", copy]) == 0
    assert main(["fetch", "--data", copy, there, "2026.10.0"]) == 1
    assert "has no release 2026.10.0: it has 2026.11.1, 2026.11.0" in capsys.readouterr().err
