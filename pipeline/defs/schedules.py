"""What starts a build by itself: every night, and when files appear. Both are off until switched on.

What belongs here: when a run starts. What does not: what it does.
"""

import hashlib

import dagster as dg
import polars as pl

from pipeline.resources import Clock, Folders

#: The job that makes everything.
JOB = "build_release"

NIGHTLY = "0 2 * * *"


def make_schedule(cron: str = NIGHTLY) -> dg.ScheduleDefinition:
    """Returns the schedule that builds a release every night (UTC)."""

    @dg.schedule(name="nightly", job_name=JOB, cron_schedule=cron, execution_timezone="UTC")
    def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        """Builds a release from what the sources hold."""
        return dg.RunRequest(partition_key=f"{context.scheduled_execution_time:%Y-%m-%d}")

    return nightly


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
