"""What starts a run by itself: every night, when a source is due, when files appear. All are off until switched on.

What belongs here: when a run starts. What does not: what it does.
"""

import hashlib

import dagster as dg
import polars as pl

from pipeline import build
from pipeline.defs.assets import ARCHIVES
from pipeline.resources import Clock, Folders

#: The job that makes everything.
JOB = "build_release"

#: The job that collects web archives, one a partition.
ARCHIVE_JOB = "collect_archives"

NIGHTLY = "0 2 * * *"

#: How often it is asked which sources are due: as often as the shortest cadence.
QUARTERLY = "*/15 * * * *"


def make_schedule(cron: str = NIGHTLY) -> dg.ScheduleDefinition:
    """Returns the schedule that builds a release every night (UTC)."""

    @dg.schedule(name="nightly", job_name=JOB, cron_schedule=cron, execution_timezone="UTC")
    def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        """Builds a release from what the sources hold."""
        return dg.RunRequest(partition_key=f"{context.scheduled_execution_time:%Y-%m-%d}")

    return nightly


def make_cadence_schedule(cron: str = QUARTERLY) -> dg.ScheduleDefinition:
    """Returns the schedule that builds a release when sources are due by their cadence."""

    @dg.schedule(name="cadence", job_name=JOB, cron_schedule=cron, execution_timezone="UTC")
    def due_sources(
        context: dg.ScheduleEvaluationContext, folders: Folders, clock: Clock
    ) -> dg.RunRequest | dg.SkipReason:
        """Builds a release when a source with a cadence is due; the build reads those that are."""
        due = build.list_due(folders.store, folders.read_sources(), clock.now())
        if not due:
            return dg.SkipReason("No source with a cadence is due.")
        return dg.RunRequest(partition_key=f"{clock.now():%Y-%m-%d}", tags={"due": ", ".join(due)[:200]})

    return due_sources


def make_archive_sensor(seconds: int = 300) -> dg.SensorDefinition:
    """Returns the sensor that makes a partition of each new web archive, and a run to collect it."""

    @dg.sensor(name="archives", job_name=ARCHIVE_JOB, minimum_interval_seconds=seconds)
    def new_archives(
        context: dg.SensorEvaluationContext, folders: Folders, clock: Clock
    ) -> dg.SensorResult | dg.SkipReason:
        """Collects each web archive of the sources once, in a run of its own."""
        known = set(context.instance.get_dynamic_partitions("archives"))
        unread = build.list_archives(
            folders.store, folders.read_sources(), clock.now(), folders.project_folder, folders.seed_folder
        )
        new = [archive for archive in unread if archive not in known]
        if not new:
            return dg.SkipReason("No web archive is new.")
        requests = [dg.RunRequest(run_key=archive, partition_key=archive) for archive in new]
        return dg.SensorResult(requests, dynamic_partitions_requests=[ARCHIVES.build_add_request(new)])

    return new_archives


def make_sensor(seconds: int = 60) -> dg.SensorDefinition:
    """Returns the sensor that builds a release when a file in a source's folder is new or changed."""

    @dg.sensor(name="folders", job_name=JOB, minimum_interval_seconds=seconds)
    def new_files(
        context: dg.SensorEvaluationContext, folders: Folders, clock: Clock
    ) -> dg.SensorResult | dg.SkipReason:
        """Builds a release when a file in a source's folder is new or changed."""
        state = digest_folders(folders)
        if state == context.cursor:
            return dg.SkipReason("No file of an enabled folder source is new or changed.")
        request = dg.RunRequest(run_key=state, partition_key=f"{clock.now():%Y-%m-%d}")
        return dg.SensorResult([request], cursor=state)

    return new_files


def digest_folders(folders: Folders) -> str:
    """Returns a digest of path, time and size of every file in the folders of enabled sources."""
    enabled = folders.read_sources().filter(pl.col("enabled") & (pl.col("kind") == "folder"))
    digest = hashlib.sha256()
    for location in sorted(enabled["location"]):
        for path in sorted((folders.project_folder / location).rglob("[!.]*")):
            if path.is_file():
                facts = path.stat()
                digest.update(f"{path}\0{facts.st_mtime_ns}\0{facts.st_size}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()
