"""The code location: everything put together, and `make run`, which materialises all of it.

What belongs here: assembly. What does not: assets, checks, schedules (pipeline/defs) and what they are given
(pipeline/resources).
"""

import sys
import uuid
from collections.abc import Mapping
from typing import Any

import dagster as dg

from pipeline.defs import assets, checks, deployment, schedules
from pipeline.release import find_release
from pipeline.resources import Clock, Folders, ReaderChoice
from pipeline.summary import describe_release


def build_definitions(
    resources: Mapping[str, Any] | None = None,
    *,
    cron: str = schedules.NIGHTLY,
    cadence_cron: str = schedules.QUARTERLY,
    sensor_seconds: int = 60,
    archive_seconds: int = 300,
) -> dg.Definitions:
    """Returns the definitions of a deployment.

    Args:
        resources: Resources in place of the project's own: `folders`, `clock`, `reader`.
        cron: When the nightly schedule runs.
        cadence_cron: When it is asked which sources are due.
        sensor_seconds: How often the sensor looks at the folders.
        archive_seconds: How often the sensor looks for web archives.
    """
    # Steps cost 0.1 s in this process and 2.5 s in one of their own; the heavy ones use processes inside.
    in_process = dg.in_process_executor
    archives = dg.AssetSelection.assets("archives")
    return dg.Definitions(
        assets=dg.load_assets_from_modules([assets]),
        asset_checks=dg.load_asset_checks_from_modules([checks]),
        jobs=[
            dg.define_asset_job(schedules.JOB, dg.AssetSelection.all() - archives, executor_def=in_process),
            dg.define_asset_job(schedules.ARCHIVE_JOB, archives, executor_def=in_process),
        ],
        schedules=[schedules.make_schedule(cron), schedules.make_cadence_schedule(cadence_cron)],
        sensors=[schedules.make_sensor(sensor_seconds), schedules.make_archive_sensor(archive_seconds)],
        resources={"folders": Folders(), "clock": Clock(), "reader": ReaderChoice(), **(resources or {})},
        executor=in_process,
    )


defs = build_definitions()


def show_materialization(entry: dg.EventLogEntry) -> None:
    """Prints a line when an asset is done."""
    if entry.asset_materialization is not None:
        rows = entry.asset_materialization.metadata.get("dagster/row_count")
        print(f"  {entry.asset_materialization.label}{f': {rows.value} rows' if rows else ''}", flush=True)


def main() -> int:
    """Materialises every asset, with a record in the project's Dagster instance, and prints what was made."""
    folders = Folders()
    run_id = str(uuid.uuid4())
    print("Materialising every asset; the first time, compiling the gazetteer takes a minute.", flush=True)
    with dg.DagsterInstance.from_config(str(deployment.prepare_home())) as instance:
        instance.add_event_listener(run_id, show_materialization)
        done = defs.resolve_job_def(schedules.JOB).execute_in_process(
            instance=instance,
            partition_key=f"{Clock().now():%Y-%m-%d}",
            run_id=run_id,
            run_config={"loggers": {"console": {"config": {"log_level": "WARNING"}}}},
            raise_on_error=False,
        )
    if not done.success:
        print("The run failed: the messages above say where. `make dev` shows its log.", file=sys.stderr)
        return 1
    print(describe_release(find_release(folders.store.releases)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
