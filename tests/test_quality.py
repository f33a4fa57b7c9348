"""No change makes extraction worse than the floors that are pinned.

Where a figure falls, find out why (`conflict-events evaluate tests/gold --errors 20`). Floors are raised to new figures by
`conflict-events evaluate tests/gold --write-floors tests/gold/floors.json`, and lowered by hand, with a reason.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

from pipeline.evaluate import evaluate, find_falls, make_report, read_sets
from pipeline.readers import RuleReader

GOLD = Path(__file__).parent / "gold"


def test_no_figure_is_below_its_floor() -> None:
    floors = json.loads((GOLD / "floors.json").read_text(encoding="utf-8"))
    outcomes = evaluate(read_sets(GOLD), datetime(2026, 11, 20, tzinfo=UTC), reader=RuleReader(workers=1))
    falls = find_falls(make_report("tests/gold", outcomes), floors)
    assert not falls, "\n".join(["extraction has become worse:", *falls])
