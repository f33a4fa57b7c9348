"""What a release holds, in words for a terminal.

What belongs here: text that the command line and `make run` end with. What does not: any question of its own beyond
the one example.
"""

import os
import shutil
import sys
import unicodedata
from pathlib import Path
from typing import Final

import polars as pl

from pipeline.release import Release, query
from schemas import TABLES

#: A first question: which events are told of most. The largest numbers are often totals, and slips.
FIRST_QUERY: Final = (
    "SELECT event_date_start AS day, country, place_text AS place, action, actor_id AS actor, killed_best AS killed, n_claims"
    " FROM events ORDER BY n_claims DESC, event_id LIMIT 5"
)

_CELL: Final = 60  # characters


def describe_release(release: Release) -> str:
    """Returns counts per table, the release's folder, and a query with its result."""
    counts = ", ".join(f"(SELECT count(*) FROM {name}) AS {name}" for name in TABLES)
    rows = query(release.path, f"SELECT {counts}").transpose(
        include_header=True, header_name="table", column_names=["rows"]
    )
    # As it can be pasted here: the environment may not be on the path.
    command = "conflict-events"
    if shutil.which(command) is None:
        command = os.path.relpath(Path(sys.executable).parent / command)
    return (
        f"\nRelease {release.version}: {release.path}\n\n{format_table(rows)}\n\n"
        f'Ask it: {command} query "{FIRST_QUERY}"\n\n{format_table(query(release.path, FIRST_QUERY))}'
    )


def format_table(frame: pl.DataFrame) -> str:
    """Returns all rows of a frame as text, in columns; long cells are cut."""
    names = frame.columns
    cells = [[_cell(value) for value in row] for row in frame.iter_rows()]
    is_number = [dtype.is_numeric() for dtype in frame.dtypes]
    widths = [max([_width(name), *(_width(row[at]) for row in cells)]) for at, name in enumerate(names)]

    def line(values: list[str]) -> str:
        padded = zip(values, widths, is_number, strict=True)
        return "  ".join(_pad(value, width, right=number) for value, width, number in padded).rstrip()

    return "\n".join([line(names), line(["-" * width for width in widths]), *map(line, cells)])


def _cell(value: object) -> str:
    """Returns a value on one line, without characters that steer a terminal: articles are not trusted."""
    text = "" if value is None else f"{value:.3g}" if isinstance(value, float) else str(value)
    text = "".join(" " if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") else char for char in text)
    return text if len(text) <= _CELL else text[: _CELL - 1] + "…"


def _width(text: str) -> int:
    """Returns how many columns of a terminal a text takes."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


def _pad(text: str, width: int, *, right: bool) -> str:
    gap = " " * (width - _width(text))
    return gap + text if right else text + gap
