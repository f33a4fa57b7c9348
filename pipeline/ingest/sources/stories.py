"""Exports of stories as Media Cloud makes them: a table of addresses with title, medium, language and day, as CSV or JSON.

What belongs here: reading such a table. What does not: the pages that it names.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from pipeline.ingest.charset import decode
from pipeline.ingest.clean import clean_line, clean_url
from pipeline.ingest.items import Listed, Refused
from pipeline.ingest.packed import unpack_list
from pipeline.ingest.sources.places import File, list_files, places_of
from pipeline.ingest.sources.reading import Part, Portion, Problem, Reach, Source

_LISTS: Final = ("stories", "results", "story_list")


def read_stories(source: Source, reach: Reach) -> Iterator[Portion]:
    """Yields the exports of a file, a folder, an object store or an address."""
    for place in places_of(source.location, list(reach.days)):
        for file in list_files(place, reach):
            yield Portion(file.location, file.version, partial(_read, file))


def _read(file: File) -> Iterator[Part]:
    data = unpack_list(file.read())
    text = decode(data).removeprefix("\ufeff")
    rows = _json_rows(text) if text.lstrip()[:1] in ("{", "[") else _csv_rows(text)
    for locator, row in rows:
        url = None if isinstance(row, Refused) else clean_url(row.get("url"))
        if isinstance(row, Refused):
            yield Problem(f"{file.location}, {locator}", row)
        elif url is None:
            yield Problem(f"{file.location}, {locator}", Refused("bad_url", "The story has no address"))
        else:
            title, publisher = clean_line(row.get("title")), clean_line(row.get("media_name"))
            published, language = clean_line(row.get("publish_date")), clean_line(row.get("language"))
            yield Listed(url, file.location, title, publisher, published, language)


def _json_rows(text: str) -> Iterator[tuple[str, Mapping[str, object] | Refused]]:
    """Yields the stories of a JSON list, of an object that holds one, or of JSON lines."""
    try:
        whole = json.loads(text)
    except RecursionError as error:
        raise Refused("not_a_list", "It is nested too deeply") from error
    except ValueError:
        yield from map(_json_line, enumerate(text.splitlines(), start=1))
        return
    if isinstance(whole, dict):
        found = next((whole[name] for name in _LISTS if isinstance(whole.get(name), list)), None)
        whole = [whole] if found is None else found
    for number, story in enumerate(whole if isinstance(whole, list) else [whole], start=1):
        what = f"The story is a {type(story).__name__}, not an object"
        yield f"story {number}", story if isinstance(story, dict) else Refused("not_json", what)


def _json_line(numbered: tuple[int, str]) -> tuple[str, Mapping[str, object] | Refused]:
    number, line = numbered
    try:
        story = json.loads(line or "{}")
    except (ValueError, RecursionError):
        story = None
    is_story = isinstance(story, dict)
    return f"line {number}", story if is_story else Refused("not_json", "The line is no JSON object")


def _csv_rows(text: str) -> Iterator[tuple[str, Mapping[str, object] | Refused]]:
    """Yields the stories of a CSV file; rows are numbered as lines of the table, the header being row 1."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip().casefold() for name in next(rows, [])]
        if "url" not in header:
            raise Refused("not_a_list", f"The header names no column `url` but {', '.join(header)[:200]}")
        for number, fields in enumerate(rows, start=2):
            if len(fields) == len(header):
                yield f"row {number}", dict(zip(header, fields, strict=True))
            elif any(fields):
                what = f"The row has {len(fields)} fields, the header {len(header)}"
                yield f"row {number}", Refused("wrong_columns", what)
    except csv.Error as error:
        yield f"line {rows.line_num}", Refused("not_csv", f"It is not CSV ({error})")
