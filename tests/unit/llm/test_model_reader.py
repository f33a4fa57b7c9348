"""Articles read by a language model: its claims stand on the article's words, and rules stay the default."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from endpoint import Endpoint as Server
from endpoint import Play, say, send, serve, tell
from support import ARTICLES, Project

from pipeline.cli import main
from pipeline.llm.endpoint import Endpoint
from pipeline.readers import RuleReader, make_reader
from pipeline.seeds import SEEDS
from pipeline.validate import ContractError

KHARKIV = ARTICLES[0]["text"]
SAID = {
    "sentence": KHARKIV, "action": "drone_strike", "action_words": "drone strike", "mode": "asserted", "actors": [],
    "recipients": ["people"], "date_words": "Monday", "place_words": "Kharkiv",
    "claimant_words": "Ukrainian officials",
    "quantities": [{"metric": "killed", "words": "12", "affected": "people", "accounting": "increment"}],
}  # fmt: skip
INVENTED = {
    **SAID,
    "quantities": [{"metric": "killed", "words": "9,999", "affected": "people", "accounting": "increment"}],
    "actors": ["Atlantis"],
    "claimant_words": "the United Nations",
    "place_words": "Paris",
}


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    path = tmp_path / "articles.jsonl"
    path.write_text("".join(json.dumps(article) + "\n" for article in ARTICLES), encoding="utf-8")
    return path


def extract(articles: Path, kind: str, endpoint: Server) -> tuple[int, list[dict[str, Any]]]:
    output, data = articles.parent / "claims.jsonl", articles.parent / "data"
    code = main(
        ["extract", str(articles), "-o", str(output), "--data", str(data), "--reader", kind, "--llm-url", endpoint.url,
         "--llm-model", "test-model"]
    )  # fmt: skip
    return code, [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]


def test_an_answer_becomes_claims_and_a_second_run_asks_nothing(articles: Path, capsys: Any) -> None:
    with serve(tell([SAID])) as endpoint:
        code, claims = extract(articles, "llm", endpoint)
        assert (code, len(endpoint.requests)) == (0, 3)
        assert extract(articles, "llm", endpoint) == (code, claims)
        assert len(endpoint.requests) == 3
    (claim,) = claims  # the other articles do not hold the sentence
    assert (claim["metric"], claim["quantity_best"], claim["country"]) == ("killed", 12, "UKR")
    assert claim["extractor"] == "test-model"
    said = capsys.readouterr().err
    assert "3 of 3 articles asked about" in said
    assert "2 dropped statements" in said


def test_what_the_article_does_not_say_is_no_claim(articles: Path) -> None:
    with serve(tell([INVENTED])) as endpoint:
        _, claims = extract(articles, "llm", endpoint)
    (claim,) = claims
    assert [claim[c] for c in ("metric", "quantity_best", "actor_text", "claimant_text", "country")] == [None] * 5


@pytest.mark.parametrize(
    "play",
    [
        pytest.param(send(500, b"{}"), id="failing"),
        pytest.param(say("Sorry, no."), id="prose"),
        pytest.param(say(None), id="silent"),
    ],
)
def test_a_model_that_does_not_answer_is_said_or_replaced_by_rules(play: Play, articles: Path, capsys: Any) -> None:
    with serve(play) as endpoint:
        code, claims = extract(articles, "llm", endpoint)
        assert (code, claims) == (1, [])
        assert "Traceback" not in capsys.readouterr().err
        code, claims = extract(articles, "hybrid", endpoint)
        rules = [claim["claim_id"] for claim in extract(articles, "rules", endpoint)[1]]
    assert (code, [claim["claim_id"] for claim in claims]) == (0, rules)


def test_a_hybrid_asks_only_where_the_rules_are_unsure(articles: Path) -> None:
    unsure = {"article_id": "odd-1", "language": "en", "published": "2026-11-12", "title": "Rebels and the army",
              "text": "Rebels, soldiers, militants and the army: who attacked whom near Goma is unclear."}  # fmt: skip
    articles.write_text(articles.read_text() + json.dumps(unsure) + "\n")
    reader = RuleReader()
    told = [{**article, "published": date.fromisoformat(article["published"])} for article in (*ARTICLES, unsure)]
    expected = []
    for article, made in zip(told, reader.read(told), strict=True):
        shaky = any(claim["confidence"] < 0.5 for claim in made.claims)
        if shaky or (not made.claims and reader.extractor.is_relevant(article["text"], "en")):
            expected.append(article["text"])
    with serve(tell([])) as endpoint:
        extract(articles, "hybrid", endpoint)
    asked = [article["text"] for article in endpoint.articles()]
    assert ARTICLES[2]["text"] not in asked  # the ferry timetable
    assert sorted(asked) == sorted(expected)


def test_a_build_keeps_answers_and_asks_again_only_what_was_not_answered(project: Project) -> None:
    with serve(send(500, b"{}", x_should_retry="false")) as endpoint:
        reader = make_reader(
            "llm", project.seeds, 1, Endpoint(endpoint.url, "test-model"), project.store.root / "answers"
        )
        assert project.build(reader=reader).rows["claims"] == 0
        asked = len(endpoint.requests)
    assert asked > 0
    with serve(tell([SAID])) as endpoint:
        settings = Endpoint(endpoint.url, "test-model")
        reader = make_reader("llm", project.seeds, 1, settings, project.store.root / "answers")
        assert project.build(reader=reader).rows["claims"] == 1
        assert project.build(reader=reader).read_again == 0
        assert len(endpoint.requests) == asked
    assert set(project.store.read_table("claims")["extractor"]) == {"test-model"}


def test_rules_are_the_default_and_need_nothing() -> None:
    reader = make_reader("rules")
    assert isinstance(reader, RuleReader)
    assert reader.describe() == ""


@pytest.mark.parametrize("kind", ["llm", "hybrid"])
def test_a_model_without_an_address_is_refused_with_a_remedy(kind: Any, tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="needs the endpoint's address"):
        make_reader(kind, SEEDS, 1, Endpoint("", ""), tmp_path)
