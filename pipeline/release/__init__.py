"""Releases: from tables to a folder that never changes, and back from it to answers.

What belongs here: writing, comparing, checking and reading releases, and every use of DuckDB. What does not: how
the tables are made (ingest, extract, resolve), and when a release is due (pipeline/build).
"""

from pipeline.release.anomalies import CHECKS
from pipeline.release.index import read_index, sign_off, yank
from pipeline.release.publish import Draft, Maker, publish_release
from pipeline.release.query import Explanation, QueryError, explain, query, render_explanation
from pipeline.release.verify import verify_release
from pipeline.release.versions import (
    Release,
    ReleaseError,
    find_release,
    latest_release,
    list_releases,
    newest_release,
    next_version,
)

__all__ = [
    "CHECKS",
    "Draft",
    "Explanation",
    "Maker",
    "QueryError",
    "Release",
    "ReleaseError",
    "explain",
    "find_release",
    "latest_release",
    "list_releases",
    "newest_release",
    "next_version",
    "publish_release",
    "query",
    "read_index",
    "render_explanation",
    "sign_off",
    "verify_release",
    "yank",
]
