"""The deployment as it runs: web server and daemon, schedule and sensor switched on."""

import json
import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support import LATER, Project, program

from pipeline.defs.deployment import prepare_home
from pipeline.release import list_releases

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 240  # seconds; a schedule ticks on the minute, and machines of continuous integration are slow

WORKSPACE = """
load_from:
  - python_file:
      relative_path: {file}
      working_directory: {root}
      location_name: conflict_events
"""

SELECTOR = '{repositoryLocationName: "conflict_events", repositoryName: "__repository__", %s: "%s"}'


class Deployment:
    """A running deployment, asked through its web server."""

    def __init__(self, port: int, alive: Callable[[], bool]) -> None:
        self._address = f"http://127.0.0.1:{port}"
        self._alive = alive

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self._address + path, timeout=30) as response:
            return response.read().decode()

    def ask(self, query: str) -> Any:
        body = json.dumps({"query": query}).encode()
        request = urllib.request.Request(
            f"{self._address}/graphql", data=body, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.loads(response.read())["data"]

    def wait_for(self, what: str, holds: Callable[[], Any]) -> Any:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self._alive(), "the deployment ended"
            try:
                if found := holds():
                    return found
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                pass
            time.sleep(1)
        pytest.fail(f"{what} did not come")

    def runs(self, tag: str) -> list[dict[str, Any]]:
        found = self.ask("{runsOrError {... on Runs {results {status tags {key value}}}}}")["runsOrError"]["results"]
        return [run for run in found if any(entry["key"] == tag for entry in run["tags"])]

    def wait_for_success(self, tag: str) -> None:
        def finished() -> list[str]:
            return [run["status"] for run in self.runs(tag) if run["status"] in ("SUCCESS", "FAILURE")]

        assert "SUCCESS" in self.wait_for(f"a run with {tag}", finished)


@pytest.fixture
def deployment(project: Project, tmp_path: Path) -> Iterator[Deployment]:
    """Web server and daemon, as `make dev` starts them, over the project."""
    workspace = tmp_path / "workspace.yaml"
    workspace.write_text(WORKSPACE.format(file=Path(__file__).with_name("location.py"), root=ROOT), encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ("-m", "pipeline.defs.deployment", "--home", tmp_path / "home", "--workspace", workspace, "--port", port)
    environment = {**os.environ, "CONFLICT_EVENTS_TEST_PROJECT": str(tmp_path)}
    with (tmp_path / "log").open("wb") as log:
        options = {"cwd": ROOT, "env": environment, "stdout": log, "stderr": log}
        with program(*map(str, command), **options) as process:
            running = Deployment(port, lambda: process.poll() is None)
            running.wait_for("the web server", lambda: running.get("/server_info"))
            yield running


def test_schedule_and_sensor_start_runs(deployment: Deployment, project: Project) -> None:
    assert "dagster_webserver_version" in deployment.get("/server_info")
    assert "<html" in deployment.get("/")
    nodes = deployment.ask("{assetNodes {assetKey {path}}}")["assetNodes"]
    assert ["events"] in [node["assetKey"]["path"] for node in nodes]

    started = deployment.ask(
        "mutation {startSensor(sensorSelector: %s) {__typename}}" % (SELECTOR % ("sensorName", "folders"))
    )
    assert started["startSensor"]["__typename"] == "Sensor"
    deployment.wait_for_success("dagster/sensor_name")
    [first] = list_releases(project.store.releases)

    project.add_articles(LATER, file="later.jsonl")
    deployment.wait_for("a second release", lambda: len(list_releases(project.store.releases)) == 2)

    started = deployment.ask(
        "mutation {startSchedule(scheduleSelector: %s) {__typename}}" % (SELECTOR % ("scheduleName", "nightly"))
    )
    assert started["startSchedule"]["__typename"] == "ScheduleStateResult"
    deployment.wait_for_success("dagster/schedule_name")
    assert list_releases(project.store.releases)[0] == first


def test_a_home_is_made_once(tmp_path: Path) -> None:
    home = prepare_home(tmp_path / "home")
    settings = (home / "dagster.yaml").read_text(encoding="utf-8")
    assert "enabled: false" in settings
    (home / "dagster.yaml").write_text(settings + "# a person's own\n", encoding="utf-8")
    prepare_home(home)
    assert (home / "dagster.yaml").read_text(encoding="utf-8").endswith("own\n")
