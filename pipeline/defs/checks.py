"""The checks that must pass before anything is published, and those that keep what was published a candidate.

What belongs here: questions about tables that are written, whose answers a person wants to see in the UI. What does
not: rules of a table's rows, which are checked before it is written, and again by the release.
"""

from collections.abc import Iterator

import dagster as dg

from pipeline import build
from pipeline.defs.results import judge
from pipeline.release import CHECKS
from pipeline.resources import Folders


@dg.asset_check(asset="quarantine", blocking=True, additional_deps=["documents", "inputs", "articles"])
def accounting(folders: Folders) -> dg.AssetCheckResult:
    """Every input ends in one state: inputs = articles + duplicates + irrelevant + quarantined."""
    counts, problems = build.account_inputs(folders.store)
    return judge(problems, figures=counts)


@dg.asset_check(asset="claims", blocking=True, additional_deps=["articles", "claim_evidence"])
def spans(folders: Folders) -> dg.AssetCheckResult:
    """Every quote, and the words of all evidence, are the article's text at their offsets."""
    return judge(build.check_quotes(folders.store))


@dg.asset_check(asset="quarantine", blocking=True, additional_deps=["event_claims", "actor_names", "places"])
def foreign_keys(folders: Folders) -> dg.AssetCheckResult:
    """Every id that a table names is a row of the table that it belongs to."""
    return judge(build.check_references(folders.store))


@dg.multi_asset_check(
    name="movements",
    specs=[dg.AssetCheckSpec(name, asset="release", description=f"{what}.") for name, what in CHECKS.items()],
)
def movements(folders: Folders) -> Iterator[dg.AssetCheckResult]:
    """Nothing moved past its bound since the release before; else the release stays a candidate until signed off."""
    for name, moved in build.read_movements(folders.store).items():
        yield judge(moved, name=name, severity=dg.AssetCheckSeverity.WARN)
