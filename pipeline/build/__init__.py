"""The stages of a build over a data folder: in which order, what is kept between runs, what is quarantined.

What belongs here: reading tables, calling one part, checking and writing what it made. What does not: the work itself
(ingest, extract, resolve, release), the clock (passed in as `now`) and Dagster. The command line and the Dagster
assets call these functions; `build` calls them all.
"""

from pipeline.build.accounts import account_inputs, check_quotes, check_references, write_coverage
from pipeline.build.collection import (
    PROJECT,
    check_sources,
    collect_archives,
    collect_days,
    collect_raw,
    list_archives,
    list_due,
    write_seeds,
)
from pipeline.build.extracting import Extracted, extract_claims
from pipeline.build.parsing import parse_raw, write_articles
from pipeline.build.progress import Progress, no_progress
from pipeline.build.publication import publish, read_changes, read_commit, read_movements, recall_quality
from pipeline.build.refusals import refuse_rows, write_quarantine
from pipeline.build.resolving import resolve_events
from pipeline.build.run import BuildReport, build

__all__ = [
    "PROJECT",
    "BuildReport",
    "Extracted",
    "Progress",
    "account_inputs",
    "build",
    "check_quotes",
    "check_references",
    "check_sources",
    "collect_archives",
    "collect_days",
    "collect_raw",
    "extract_claims",
    "list_archives",
    "list_due",
    "no_progress",
    "parse_raw",
    "publish",
    "read_changes",
    "read_commit",
    "read_movements",
    "recall_quality",
    "refuse_rows",
    "resolve_events",
    "write_articles",
    "write_coverage",
    "write_quarantine",
    "write_seeds",
]
