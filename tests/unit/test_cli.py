"""The command line: what it prints, writes and returns."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from support import ARTICLES, LATER, Project

from pipeline.cli import main
from pipeline.lines import JOINED
from schemas import Claims

CLAIM_COLUMNS = [*Claims.empty().columns, *(name for name, *_ in JOINED)]


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    path = tmp_path / "articles.jsonl"
    path.write_text("".join(json.dumps(article) + "\n" for article in ARTICLES), encoding="utf-8")
    return path


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_extract_writes_claim_lines(articles: Path, tmp_path: Path) -> None:
    output = tmp_path / "claims.jsonl"
    assert main(["extract", str(articles), "-o", str(output)]) == 0
    claims = read_lines(output)
    assert {claim["article_id"] for claim in claims} == {"north-1", "east-7"}
    texts = {article["article_id"]: article["text"] for article in ARTICLES}
    for claim in claims:
        assert list(claim) == CLAIM_COLUMNS
        assert texts[claim["article_id"]][claim["char_start"] : claim["char_end"]] == claim["quote"]
        assert claim["plover_type"]


def test_extract_says_how_many_articles_are_in_languages_that_are_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text('{"language": "sw", "text": "Watu wenye silaha waliwaua raia tisa karibu na Goma Jumanne."}\n')
    assert main(["extract", str(path), "-o", str(tmp_path / "claims.jsonl")]) == 0
    assert "1 articles (1 in languages that are not read), 0 claims" in capsys.readouterr().err


def test_extract_writes_parquet_by_its_suffix(articles: Path, tmp_path: Path) -> None:
    main(["extract", str(articles), "-o", str(tmp_path / "claims.jsonl")])
    main(["extract", str(articles), "-o", str(tmp_path / "claims.parquet")])
    frame = pl.read_parquet(tmp_path / "claims.parquet")
    assert frame.columns == CLAIM_COLUMNS
    assert frame["claim_id"].to_list() == [claim["claim_id"] for claim in read_lines(tmp_path / "claims.jsonl")]


def test_extract_reads_every_line_even_a_repeated_one(articles: Path, tmp_path: Path) -> None:
    main(["extract", str(articles), "-o", str(tmp_path / "once.jsonl")])
    articles.write_text(articles.read_text() * 2)
    main(["extract", str(articles), "-o", str(tmp_path / "twice.jsonl")])
    assert read_lines(tmp_path / "twice.jsonl") == read_lines(tmp_path / "once.jsonl") * 2


def test_extract_says_which_lines_are_broken_and_does_the_others(
    articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    articles.write_text("{not json\n" + articles.read_text() + '{"text": ""}\n', encoding="utf-8")
    assert main(["extract", str(articles), "-o", str(tmp_path / "claims.jsonl")]) == 1
    said = capsys.readouterr().err
    assert "line 1:" in said
    assert f"line {len(ARTICLES) + 2}:" in said
    assert "Traceback" not in said
    assert read_lines(tmp_path / "claims.jsonl")


def test_extract_reads_standard_input_and_writes_standard_output(
    articles: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(articles.read_bytes())))
    assert main(["extract", "-"]) == 0
    claims = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert {claim["article_id"] for claim in claims} == {"north-1", "east-7"}


def test_extract_gives_an_id_to_articles_without_one(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text(json.dumps({"text": LATER["text"], "published": LATER["published"]}) + "\n", encoding="utf-8")
    main(["extract", str(path), "-o", str(tmp_path / "claims.jsonl")])
    claims = read_lines(tmp_path / "claims.jsonl")
    assert claims
    assert all(claim["article_id"].startswith("a_") for claim in claims)


def test_extract_and_build_read_the_same_claims(project: Project, articles: Path, tmp_path: Path) -> None:
    project.build()
    main(["extract", str(articles), "-o", str(tmp_path / "claims.jsonl")])
    said = ["quote", "action", "metric", "quantity_best", "actor_id", "recipient_id", "event_date_start", "place_id"]
    built = project.store.read_table("claims").with_columns(pl.col("event_date_start").cast(pl.String))
    assert sorted(map(str, built.select(said).rows())) == sorted(
        str(tuple(claim[name] for name in said)) for claim in read_lines(tmp_path / "claims.jsonl")
    )


def test_build_query_releases_verify_explain(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, folder = ["--data", str(tmp_path / "data")], str(tmp_path / "articles")
    assert main(["build", *data, "--source-folder", folder]) == 0
    said = capsys.readouterr().out
    assert "2 article" in said
    assert main(["releases", *data]) == 0
    version = capsys.readouterr().out.split()[0]
    assert version in said
    assert main(["verify", *data, version]) == 0
    assert "whole" in capsys.readouterr().out
    assert main(["query", *data, "SELECT event_id FROM events ORDER BY event_id"]) == 0
    event_id = capsys.readouterr().out.split()[-1]
    assert main(["explain", *data, event_id]) == 0
    assert "«" in capsys.readouterr().out


def test_build_reads_another_list_of_sources(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (project.seeds / "sources.csv").read_text().replace(",articles,", f",{tmp_path / 'articles'},")
    (tmp_path / "mine.csv").write_text(text)
    assert main(["build", "--data", str(tmp_path / "data"), "--sources", str(tmp_path / "mine.csv")]) == 0
    assert "2 article" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["extract", "{tmp}/none.jsonl"], "none.jsonl", id="missing-articles"),
        pytest.param(["query", "SELECT 1", "--data", "{tmp}"], "no release", id="query-without-release"),
        pytest.param(["verify", "--data", "{tmp}"], "no release", id="verify-without-release"),
        pytest.param(["explain", "e_0", "--data", "{tmp}"], "no release", id="explain-without-release"),
        pytest.param(["build", "--data", "{tmp}", "--source-folder", "{tmp}/none"], "no folder", id="missing-folder"),
        pytest.param(["build", "--data", "{tmp}", "--sources", "{tmp}/none.csv"], "none.csv", id="missing-sources"),
    ],
)
def test_what_a_user_can_mend_is_said_in_words(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([argument.format(tmp=tmp_path) for argument in arguments]) == 1
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "arguments", [[], ["unknown"], ["build", "--workers", "0"]], ids=["none", "unknown", "no-workers"]
)
def test_a_command_that_is_not_understood_exits_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_the_clock_can_be_pinned(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["build", "--data", str(tmp_path / "data"), "--source-folder", str(tmp_path / "articles")]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    assert main(command) == 0
    assert "release 2027.01.0" in capsys.readouterr().out
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "tomorrow")
    assert main(command) == 1
    assert "SOURCE_DATE_EPOCH" in capsys.readouterr().err
