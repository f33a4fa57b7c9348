"""What the page for reports needs: which columns can be corrected, and what a correction file looks like.

What belongs here: the address that fills the form in, and a sample. What does not: reading corrections
(pipeline/curation, docs/corrections.md), and writing the file, which the page's script does (assets/report.js).
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from pipeline.curation.corrections import OVERRIDABLE
from schemas.dictionary import table_entries

SAMPLE: Final = """\
- kind: override
  event: e_0123456789abcdef0123
  field: killed_best
  value: 9
  expect: 14
  reason: "The ministry corrected its statement the next day: https://example.org/statement"
  author: "a reader"
  date: 2026-11-30
"""


class Column(NamedTuple):
    """A column that can be corrected: its name, type, and codes where they are a closed list."""

    name: str
    type: str
    codes: tuple[str, ...]


def list_columns() -> list[Column]:
    """Returns the columns of an event that a person may set, those with numbers of people first."""
    columns = [
        Column(entry.column, entry.type, entry.codes)
        for entry in table_entries("events")
        if entry.column in OVERRIDABLE
    ]
    return sorted(columns, key=lambda column: not column.name.startswith(("killed", "injured")))


def address_of(event: Mapping[str, Any]) -> str:
    """Returns the address of the page for reports that is filled in with what an event says now."""
    said = {"event": event["event_id"], "n_claims": event["n_claims"]}
    said |= {column.name: event[column.name] for column in list_columns() if event[column.name] is not None}
    return f"report.html?{urlencode(said)}"
