"""The figures that a release carries: this extractor on the project's own gold.

What belongs here: what is measured for a release, and when it must be measured again. What does not: the measuring.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.evaluate.gold import read_sets
from pipeline.evaluate.report import make_report
from pipeline.evaluate.run import evaluate
from pipeline.extraction import extractor_version
from pipeline.readers import RuleReader


def gold_folder(seeds: Path) -> Path:
    """Returns where the project's own gold is: beside the seeds, since it is no part of what is installed alone."""
    return seeds.parent / "tests" / "gold"


def quality_key(seeds: Path) -> str:
    """Returns a digest of all that the figures depend on: extractor, gold, and the rules of scoring."""
    digest = hashlib.sha256(extractor_version(seeds).encode())
    gold = gold_folder(seeds)
    files = [
        *gold.glob("*/*.json*"),
        *gold.glob("*.json*"),
        *Path(__file__).parent.glob("*.py"),
        seeds / "scoring.toml",
    ]
    for path in sorted(files):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def measure_quality(
    seeds: Path, now: datetime, workers: int | None, progress: Callable[[str, int, int], None]
) -> dict[str, Any]:
    """Returns the contents of quality.json, of the rules whatever else reads; `figures` is null where the project's gold is not at hand."""
    gold = gold_folder(seeds)
    figures = None
    if gold.is_dir():
        figures = make_report("tests/gold", evaluate(read_sets(gold), now, seeds, RuleReader(seeds, workers), progress))
    return {"extractor_version": extractor_version(seeds), "figures": figures}
