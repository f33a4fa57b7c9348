"""A deployment on one machine: its Dagster home, and web server and daemon side by side (`make dev`).

What belongs here: what runs around the code location. What does not: the code location.
"""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import dagster as dg

from pipeline.build import PROJECT
from pipeline.store import lock, write_atomically

HOME: Final = PROJECT / "data" / "dagster"

#: Runs of one pool wait for each other, since the data folder has one writer; and nothing is sent anywhere.
_SETTINGS: Final = b"""\
telemetry:
  enabled: false
concurrency:
  pools:
    granularity: run
    default_limit: 1
"""


def prepare_home(home: Path = HOME) -> Path:
    """Makes the folder in which Dagster keeps runs and events, and returns it."""
    # Two processes that make its databases at once would break one of them.
    with lock(home):
        if not (home / "dagster.yaml").exists():
            write_atomically(home / "dagster.yaml", _SETTINGS)
            with dg.DagsterInstance.from_config(str(home)) as instance:
                instance.get_runs_count()
    return home


def main() -> int:
    """Runs web server and daemon until one ends or this process is told to."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.defs.deployment", description=main.__doc__)
    parser.add_argument("--home", type=Path, default=HOME)
    parser.add_argument("--workspace", type=Path, default=PROJECT / "workspace.yaml")
    parser.add_argument("--port", default="3000")
    options = parser.parse_args()
    environment = {**os.environ, "DAGSTER_HOME": str(prepare_home(options.home.resolve()))}
    programs = Path(sys.executable).parent
    workspace = ("-w", str(options.workspace))
    commands = (
        (programs / "dagster-daemon", "run", *workspace),
        (programs / "dagster-webserver", *workspace, "--host", "127.0.0.1", "--port", options.port),
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    processes = [subprocess.Popen(command, cwd=PROJECT, env=environment) for command in commands]
    try:
        os.wait()
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()
    return 1


if __name__ == "__main__":
    sys.exit(main())
