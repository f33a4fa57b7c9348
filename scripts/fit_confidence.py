"""Fits confidence to gold: seeds/confidence.csv, and the table and diagram of docs/quality.md.

    python scripts/fit_confidence.py tests/gold OTHER_GOLD_DIR...

Each field has a logistic regression of its own on what is seen of a claim (pipeline/extract/confidence.py), with a penalty
on weights; features that are seen seldom are left out, so that no weight stands for a single article. Whether it holds is
measured on articles that the fit has not seen: five folds by article.
"""

import argparse
import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from tqdm import tqdm

from pipeline.evaluate import read_sets
from pipeline.evaluate.calibration import CLAIM, GROUPS, Calibration, Judgement, calibrate, judge_row
from pipeline.evaluate.match import load_matcher
from pipeline.evaluate.run import compare
from pipeline.extract.confidence import Confidence, describe_claims
from pipeline.extraction import extract_article, load_extractor
from pipeline.lines import join_names
from pipeline.seeds import SEEDS
from pipeline.store import write_atomically
from pipeline.validate import table_types
from schemas import Claims

#: A feature seen less often is left out.
SEEN: Final = 25
#: Penalty on squared weights, against weights that follow single articles.
PENALTY: Final = 8.0
#: Claims have the features of all their fields: on held-out articles they are .104 off with 2, .074 with 8, .022 with 50.
CLAIM_PENALTY: Final = 50.0
#: Sets with fewer judged claims are left out of the table: ten bins of few claims are off by chance alone.
LISTED: Final = 200
FOLDS: Final = 5
STEPS: Final = 30

PAGE: Final = SEEDS.parent / "docs" / "quality.md"
DIAGRAM: Final = SEEDS.parent / "docs" / "confidence.svg"
_TABLE: Final = re.compile(r"(?<=<!-- confidence -->\n).*?(?=<!-- end -->)", re.DOTALL)


class Example(NamedTuple):
    """A field of a claim that gold judges."""

    set_name: str
    article_id: str
    field: str
    features: tuple[str, ...]
    is_right: bool


def main() -> None:
    """Reads gold, fits, measures and writes."""
    parser = argparse.ArgumentParser(description="Fits confidence to gold.")
    parser.add_argument("gold", nargs="+", type=Path, metavar="GOLD_DIR")
    options = parser.parse_args()
    examples = [example for folder in options.gold for example in read_examples(folder)]
    held_out = rate_held_out(examples)
    rows = [row for field in GROUPS for row in fit_rows(field, [e for e in examples if e.field == field])]
    write_atomically(SEEDS / "confidence.csv", render_rows(rows).encode())
    found = calibrate(judgement for _, judgement in held_out)
    table = render_table(found, held_out)
    print(table)
    PAGE.write_text(_TABLE.sub(lambda _: table, PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    DIAGRAM.write_text(draw(found), encoding="utf-8")


def read_examples(folder: Path) -> list[Example]:
    """Returns every judged field of every claim that is read from the gold sets of a folder."""
    extractor, matcher = load_extractor(), load_matcher()
    out = []
    for rules in read_sets(folder):
        for article in tqdm(rules.articles.values(), desc=rules.name, disable=None):
            published = date.fromisoformat(article["published"][:10]) if article.get("published") else None
            made = extract_article(extractor, {**article, "title": article.get("title"), "published": published})
            described = describe_claims(made.claims, made.evidence, article["text"])
            features = {claim["claim_id"]: one for claim, one in zip(made.claims, described, strict=True)}
            claims = join_names(pl.DataFrame(made.claims, schema=table_types(Claims), orient="row"))
            language = (article.get("language") or "en")[:2]
            for incident, gold in compare(claims.to_dicts(), article, rules, matcher).pairs:
                for row in incident.rows:
                    verdicts = judge_row(row, incident, gold, rules, matcher, language)
                    for field, seen in features[row["claim_id"]].items():
                        if field in verdicts:
                            out.append(Example(rules.name, article["article_id"], field, tuple(seen), verdicts[field]))
    return out


def rate_held_out(examples: Sequence[Example]) -> list[tuple[str, Judgement]]:
    """Returns, with its set, how sure a fit is of each example whose article it has not seen."""
    out = []
    for fold in range(FOLDS):
        for field in GROUPS:
            of_field = [example for example in examples if example.field == field]
            unseen = [example for example in of_field if fold_of(example.article_id) == fold]
            rows = fit_rows(field, [example for example in of_field if fold_of(example.article_id) != fold])
            confidence = Confidence.from_rows(rows)
            out += [(e.set_name, Judgement(field, confidence.rate(field, e.features), e.is_right)) for e in unseen]
    return out


def fold_of(article_id: str) -> int:
    """Returns the fold of an article: any one of equal chance, the same every time."""
    return sha256(article_id.encode()).digest()[0] % FOLDS


def fit_rows(field: str, examples: Sequence[Example]) -> list[dict[str, str]]:
    """Returns the weights of a field's features as rows of confidence.csv."""
    if not examples:
        return []
    seen = Counter(feature for example in examples for feature in set(example.features))
    names = sorted(name for name, number in seen.items() if number >= min(SEEN, len(examples)))
    at = {name: k for k, name in enumerate(names)}
    table = np.zeros((len(examples), len(names)))
    for k, example in enumerate(examples):
        table[k, [at[name] for name in set(example.features) if name in at]] = 1
    right = np.array([example.is_right for example in examples], dtype=float)
    penalty = np.full(len(names), CLAIM_PENALTY if field == CLAIM else PENALTY)
    penalty[names.index("any")] = 1e-6  # what all have is not penalised
    weights = fit(table, right, penalty)
    return [
        {"field": field, "feature": name, "weight": f"{weight:.3f}"}
        for name, weight in zip(names, weights, strict=True)
        if f"{abs(weight):.3f}" != "0.000"
    ]


def fit(table: npt.NDArray[Any], right: npt.NDArray[Any], penalty: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Returns the weights of a logistic regression, by Newton's method."""
    weights = np.zeros(table.shape[1])
    for _ in range(STEPS):
        rate = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (right - rate) - penalty * weights
        curve = (table * (rate * (1 - rate))[:, None]).T @ table + np.diag(penalty)
        weights = weights + np.linalg.solve(curve, slope)
    return weights


def render_rows(rows: Iterable[dict[str, str]]) -> str:
    """Returns confidence.csv."""
    text = io.StringIO()
    writer = csv.DictWriter(text, ("field", "feature", "weight"), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def render_table(found: dict[str, Calibration], held_out: Sequence[tuple[str, Judgement]]) -> str:
    """Returns the table of docs/quality.md: each field, then claims by set."""
    lines = ["| | judged | mean confidence | right | expected calibration error |", "|---|---:|---:|---:|---:|"]
    lines += [f"| {field} | {_figures(one)} |" for field, one in found.items()]
    for name in sorted({name for name, _ in held_out}):
        own = calibrate(judgement for of, judgement in held_out if of == name)
        if CLAIM in own and own[CLAIM].number >= LISTED:
            lines.append(f"| claim, {name} | {_figures(own[CLAIM])} |")
    return "\n".join(lines) + "\n"


def _figures(one: Calibration) -> str:
    return f"{one.number:,} | {one.confidence:.3f} | {one.right:.3f} | {one.error:.3f}"


def draw(found: dict[str, Calibration]) -> str:
    """Returns the reliability diagram: for each field a square, confidence from left to right, share right upwards."""
    side, gap, columns = 150, 50, 4
    parts = []
    for k, (field, one) in enumerate(found.items()):
        left, top = gap + (k % columns) * (side + gap), gap + (k // columns) * (side + gap)
        parts.append(f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="none" stroke="#999"/>')
        parts.append(f'<path d="M{left} {top + side}L{left + side} {top}" stroke="#bbb" stroke-dasharray="4"/>')
        points = [(left + side * b.confidence, top + side * (1 - b.right), b.number) for b in one.bins]
        line = "L".join(f"{x:.1f} {y:.1f}" for x, y, _ in points)
        parts.append(f'<path d="M{line}" fill="none" stroke="#06c"/>')
        for x, y, number in points:
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{1 + math.log10(number):.1f}" fill="#06c"/>')
        parts.append(f'<text x="{left}" y="{top - 8}">{field} ({one.error:.3f})</text>')
        for share in (0, 1):
            parts.append(f'<text x="{left + side * share}" y="{top + side + 14}" text-anchor="middle">{share}</text>')
            parts.append(f'<text x="{left - 6}" y="{top + side * (1 - share) + 4}" text-anchor="end">{share}</text>')
    rows = -(-len(found) // columns)
    width, height = columns * (side + gap) + gap, rows * (side + gap) + gap
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">'
    ground = f'<rect width="{width}" height="{height}" fill="#fff"/>'
    return "\n".join([head, ground, *parts, "</svg>"]) + "\n"


if __name__ == "__main__":
    main()
