"""How good the extractor is: its claims against gold, beside a trivial reader, with intervals and calibration.

What belongs here: reading gold, scoring and reporting, for the command line and for releases. What does not: anything
that a claim is made with.
"""

from pipeline.evaluate.floors import find_falls, raise_floors
from pipeline.evaluate.gold import GoldSet, read_sets
from pipeline.evaluate.quality import measure_quality, quality_key
from pipeline.evaluate.report import make_report, render_misses, render_report
from pipeline.evaluate.run import Outcome, evaluate

__all__ = [
    "GoldSet",
    "Outcome",
    "evaluate",
    "find_falls",
    "make_report",
    "measure_quality",
    "quality_key",
    "raise_floors",
    "read_sets",
    "render_misses",
    "render_report",
]
