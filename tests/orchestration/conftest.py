"""A small project as a Dagster deployment."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest
from support import NOW, Materialize, Project

from pipeline.definitions import build_definitions
from pipeline.defs.schedules import JOB
from pipeline.resources import Clock, Folders


class FixedClock(Clock):
    """A clock that stands still."""

    def now(self) -> Any:
        return NOW


@pytest.fixture
def definitions(project: Project) -> dg.Definitions:
    """The definitions over the project."""
    folders = Folders(data=str(project.store.root), seeds=str(project.seeds), project=str(project.root))
    return build_definitions({"folders": folders, "clock": FixedClock()})


@pytest.fixture
def materialize(definitions: dg.Definitions) -> Iterator[Materialize]:
    """Materialises every asset, or a selection."""
    with dg.DagsterInstance.ephemeral() as instance:

        def run(*assets: str) -> dg.ExecuteInProcessResult:
            keys = [dg.AssetKey(asset) for asset in assets]
            return definitions.resolve_job_def(JOB).execute_in_process(
                instance=instance,
                partition_key=f"{NOW:%Y-%m-%d}",
                asset_selection=keys or None,
                raise_on_error=False,
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )

        yield run
