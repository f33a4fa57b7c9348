"""A code location over a test's project: the schedule ticks every minute, the sensor looks every second.

What belongs here: what the daemon of test_deployment.py loads. What does not: tests.
"""

import os
from pathlib import Path

from pipeline.definitions import build_definitions
from pipeline.resources import Folders

_ROOT = Path(os.environ["CONFLICT_EVENTS_TEST_PROJECT"])

defs = build_definitions(
    {"folders": Folders(data=str(_ROOT / "data"), seeds=str(_ROOT / "seeds"), project=str(_ROOT))},
    cron="* * * * *",
    sensor_seconds=1,
)
