"""Releases: from tables to a folder that never changes, and back from it to answers.

What belongs here: writing, comparing, checking and reading releases, and every use of DuckDB. What does not: how
the tables are made (ingest, extract, resolve), and when a release is due (pipeline/build).
"""

from pipeline.release.anomalies import CHECKS
from pipeline.release.diff import diff_releases, render_diff, render_json
from pipeline.release.distribute import Fetched, fetch_from, publish_to, read_state, update
from pipeline.release.history import query_all
from pipeline.release.index import read_index, sign_off, yank
from pipeline.release.publish import Draft, Maker, publish_release
from pipeline.release.query import (
    ExplainedClaim,
    Explanation,
    QueryError,
    explain,
    explain_claim,
    query,
    render_explanation,
)
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
    "ExplainedClaim",
    "Explanation",
    "Fetched",
    "Maker",
    "QueryError",
    "Release",
    "ReleaseError",
    "diff_releases",
    "explain",
    "explain_claim",
    "fetch_from",
    "find_release",
    "latest_release",
    "list_releases",
    "newest_release",
    "next_version",
    "publish_release",
    "publish_to",
    "query",
    "query_all",
    "read_index",
    "read_state",
    "render_diff",
    "render_explanation",
    "render_json",
    "sign_off",
    "update",
    "verify_release",
    "yank",
]
