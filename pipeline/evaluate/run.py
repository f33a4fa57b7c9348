"""The extractor over gold sets: articles in, counts out.

What belongs here: the order of the steps. What does not: how any of them works, and how results are shown (report.py).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.evaluate.baseline import read_trivially
from pipeline.evaluate.calibration import CLAIM, GROUPS, Judgement, judge_row
from pipeline.evaluate.gold import Article, GoldSet
from pipeline.evaluate.incidents import Row, group_incidents
from pipeline.evaluate.match import Matcher, load_matcher
from pipeline.evaluate.score import Scored, Tally, score_article
from pipeline.extraction import load_extractor
from pipeline.lines import extract_lines
from pipeline.readers import Reader
from pipeline.seeds import SEEDS, read_seed


class Outcome(NamedTuple):
    """What became of one article of a set."""

    article: Article
    rules: GoldSet
    tally: Tally
    baseline: Tally
    judgements: list[Judgement]


def evaluate(
    sets: Sequence[GoldSet],
    now: datetime,
    seeds: Path = SEEDS,
    reader: Reader | None = None,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> list[Outcome]:
    """Reads the articles of gold sets and compares what is read, and what the baseline reads, with the gold.

    Args:
        sets: The sets.
        now: The time of reading; an article published later has no known date.
        seeds: The folder of seeds.
        reader: What reads the articles; the rules by default.
        progress: Told of the articles that were read.
    """
    lines = b"".join(rules.lines.rstrip(b"\n") + b"\n" for rules in sets)
    total = sum(len(rules.articles) for rules in sets)
    made = extract_lines(lines, now, seeds, reader, lambda done, of: progress("extract", done, of))
    sure = {
        (claim_id, field): rate
        for claim_id, field, rate in made.evidence.select("claim_id", "field", "confidence").rows()
    }
    extractor, matcher = load_extractor(seeds), load_matcher(seeds)
    plover = dict(read_seed("actions", seeds).select("action", "plover_type").rows())
    said = _by_article(made.claims.to_dicts())
    outcomes: list[Outcome] = []
    for rules in sets:
        for article_id, article in rules.articles.items():
            scored = compare(said.get(article_id, []), article, rules, matcher)
            trivial = compare(read_trivially(article, extractor, plover), article, rules, matcher)
            judgements = _judge(scored, sure, article, rules, matcher)
            outcomes.append(Outcome(article, rules, scored.tally, trivial.tally, judgements))
            progress("score", len(outcomes), total)
    return outcomes


def compare(rows: Sequence[Row], article: Article, rules: GoldSet, matcher: Matcher) -> Scored:
    """Scores the claims of one article."""
    said = group_incidents(rows, article["text"], matcher, all_modes="claim_modes" in rules.slots)
    return score_article(article, said, rules.incidents.get(article["article_id"], []), rules, matcher)


def _judge(
    scored: Scored, sure: Mapping[tuple[str, str], float], article: Article, rules: GoldSet, matcher: Matcher
) -> list[Judgement]:
    """Returns how sure each claim of an article, and each field of it, was, and whether it is right."""
    language = (article.get("language") or "en")[:2]
    judgements = []
    for incident, gold in scored.pairs:
        for row in incident.rows:
            rates = {field: sure.get((row["claim_id"], field)) for field in GROUPS} | {CLAIM: row["confidence"]}
            verdicts = judge_row(row, incident, gold, rules, matcher, language)
            judgements += [
                Judgement(field, rate, verdicts[field])
                for field, rate in rates.items()
                if rate is not None and field in verdicts
            ]
    return judgements


def _by_article(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    out: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        out.setdefault(row["article_id"], []).append(row)
    return out
