"""Gold sets: what is read, and what is said of a broken one."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from golden import META, article, incident, read_one, write_set

from pipeline.evaluate.gold import gold_dates, read_sets
from pipeline.validate import ContractError


def test_a_set_is_read(tmp_path: Path) -> None:
    meta = META | {"scored": ["actors", "date"], "metrics": ["killed"]}
    found = read_one(write_set(tmp_path, [article(), article("a2")], [incident(actors=[["guards"]])], meta))
    assert found.slots == ("date", "actors")
    assert found.metrics == {"killed"}
    assert list(found.articles) == ["a1", "a2"]
    assert found.incidents["a1"][0]["actors"] == [["guards"]]
    assert found.counts_spurious


def test_files_may_be_gzipped(tmp_path: Path) -> None:
    write_set(tmp_path, [article()], [incident()])
    for name in ("articles", "gold"):
        plain = tmp_path / f"{name}.jsonl"
        (tmp_path / f"{name}.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
        plain.unlink()
    assert len(read_one(tmp_path).incidents["a1"]) == 1


def test_a_folder_of_sets_is_read_in_order(tmp_path: Path) -> None:
    for name in ("b", "a"):
        write_set(tmp_path / name, [article(name)], [], META | {"name": name})
    assert [found.name for found in read_sets(tmp_path)] == ["a", "b"]


def test_gold_that_is_not_exhaustive_holds_nothing_against_more(tmp_path: Path) -> None:
    assert not read_one(write_set(tmp_path, [article()], [], {"name": "open"})).counts_spurious


@pytest.mark.parametrize(
    ("articles", "gold", "said"),
    [
        pytest.param([article(), "{broken"], [], r"articles\.jsonl, line 2: no JSON", id="no-json"),
        pytest.param(["[]"], [], r"line 1: an object is needed", id="no-object"),
        pytest.param([{"article_id": "a1"}], [], r"line 1: .*article_id and text", id="no-text"),
        pytest.param([article(), article()], [], r"line 2: .*twice: remove one", id="repeated"),
        pytest.param([article()], [incident("a9")], r"gold\.jsonl, line 1: .*'a9'.*add the article", id="no-article"),
        pytest.param([article()], [incident(actors=["guards"])], "actors must be a list of lists", id="flat-fills"),
        pytest.param([article()], [incident(actions="attack")], "actions must be a list of codes", id="bare-code"),
        pytest.param([article()], [incident(date_start="March")], "date.*YYYY-MM-DD", id="bad-date"),
        pytest.param(
            [article()], [incident(quantities=[{"metric": "killed", "value": "six"}])], "a quantity is", id="no-number"
        ),
    ],
)
def test_a_broken_line_is_named_with_its_remedy(
    articles: list[Any], gold: list[Any], said: str, tmp_path: Path
) -> None:
    with pytest.raises(ContractError, match=said):
        read_sets(write_set(tmp_path, articles, gold))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(lambda folder: (folder / "gold.jsonl").unlink(), r"gold\.jsonl is missing", id="no-gold"),
        pytest.param(lambda folder: (folder / "meta.json").unlink(), "holds no gold set", id="no-meta"),
        pytest.param(lambda folder: (folder / "meta.json").write_text("{"), r"meta\.json: no JSON", id="broken-meta"),
        pytest.param(
            lambda folder: (folder / "meta.json").write_text('{"scored": ["colour"]}'),
            "colour: the slots are",
            id="slot",
        ),
        pytest.param(
            lambda folder: (folder / "gold.jsonl").rename(folder / "gold.jsonl.gz"), "no gzip file", id="no-gzip"
        ),
    ],
)
def test_a_broken_set_is_named_with_its_remedy(spoil: Callable[[Path], Any], said: str, tmp_path: Path) -> None:
    write_set(tmp_path, [article()], [incident()])
    spoil(tmp_path)
    with pytest.raises(ContractError, match=said):
        read_sets(tmp_path)


@pytest.mark.parametrize(
    ("values", "count"),
    [
        pytest.param({"date_start": "2025-03-03", "date_end": "2025-03-04"}, 1, id="interval"),
        pytest.param({"date_start": "2025-03-03"}, 1, id="one-day"),
        pytest.param({"date_start": None, "date_end": "2025-03-04"}, 0, id="on-or-before"),
        pytest.param({}, 0, id="not-annotated"),
        pytest.param({"date_start": "2025-03-03", "date_alternatives": [["2025-03-01", "2025-03-01"]]}, 2, id="either"),
    ],
)
def test_days_that_are_annotated(values: dict[str, Any], count: int) -> None:
    assert len(gold_dates(incident(**values))) == count
