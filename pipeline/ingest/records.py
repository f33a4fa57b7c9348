"""Reads .txt, .jsonl, .csv and .parquet: one article a file, a line, a row.

What belongs here: files whose records need no markup parser. What does not: cleaning, dating and naming languages by
detection, which all readers share (parse.py).
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.ingest.charset import decode
from pipeline.ingest.clean import clean_line, clean_url
from pipeline.ingest.dates import date_in_name, misdated, parse_published
from pipeline.ingest.items import Item, RawFile, Refusal, Refused

COLUMNS: Final = ("article_id", "language", "published", "title", "text", "url", "publisher", "authors")
_MAX_TITLE = 200  # characters; a longer first line is a paragraph
_FULL_STOPS: Final = (".", "\u3002", "\u06d4", "\u0964")
_SEPARATORS: Final = ",;\t"
_BATCH: Final = 1_000  # rows of Parquet held at a time
_BOM: Final = b"\xef\xbb\xbf"


def read_text(data: bytes, file: RawFile) -> Iterator[Item]:
    """Reads a plain text file: the whole is one article, its first line the title if a blank line follows.

    A first line that is long or ends in a full stop is a paragraph and stays in the text.
    """
    text = decode(data, file.charset).replace("\r\n", "\n").replace("\r", "\n").strip()
    first, gap, rest = text.partition("\n")
    title = None
    if gap and rest.partition("\n")[0].strip() == "" and rest.strip():
        line = first.strip()
        if len(line) <= _MAX_TITLE and not line.endswith(_FULL_STOPS):
            title, text = clean_line(line), rest
    published = date_in_name(file.location, file.retrieved_at)
    basis = "filename" if published else "unknown"
    yield Item("", text, title=title, published=published, basis=basis, wrapped=True)


def read_jsonl(data: bytes, file: RawFile) -> Iterator[Item | Refusal]:
    """Reads JSON lines; a broken line is refused by its number and the others go on."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = decode(data).encode()
    for number, line in enumerate(data.removeprefix(_BOM).split(b"\n"), start=1):
        if not line.strip():
            continue
        locator = f"line {number}"
        try:
            yield _record(locator, _json_object(line), file)
        except Refused as refused:
            yield refused.at(locator)


def read_csv(data: bytes, file: RawFile) -> Iterator[Item | Refusal]:
    """Reads a CSV file with a header; rows are numbered as lines of the table, the header being row 1.

    Commas, semicolons and tabs separate. After a row that is no CSV the rest is not read: nobody knows where it goes on.
    """
    text = decode(data, file.charset)
    separator = max(_SEPARATORS, key=text.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    header: list[str] | None = None
    number = 0
    while True:
        number += 1
        locator = f"row {number}"
        try:
            fields = next(rows, None)
            if fields is None:
                return
            if not any(field.strip() for field in fields):
                continue
            if header is None:
                header = _header(fields)
                continue
            if len(fields) != len(header):
                raise Refused("wrong_columns", f"The row has {len(fields)} fields, the header {len(header)}")
            row: dict[str, object] = {name: field or None for name, field in zip(header, fields, strict=True)}
            yield _record(locator, row, file)
        except csv.Error as error:
            yield Refused("not_csv", f"The row at line {rows.line_num} is not CSV ({error})").at(locator)
            return
        except Refused as refused:
            if header is None:
                raise
            yield refused.at(locator)


def read_parquet(data: bytes, file: RawFile) -> Iterator[Item | Refusal]:
    """Reads a Parquet file with the columns of article lines; rows are numbered from 1. Other columns are not read.

    Raises:
        Refused: not_parquet, bad_header.
    """
    if not data.startswith(b"PAR1"):
        raise Refused("not_parquet", "The file is not Parquet")
    try:
        table = pq.ParquetFile(pa.BufferReader(data))
        known = [name for name in table.schema_arrow.names if name in COLUMNS]
        if "text" not in known:
            raise Refused("bad_header", f"There is no column `text` but {', '.join(table.schema_arrow.names)[:200]}")
        number = 0
        for batch in table.iter_batches(batch_size=_BATCH, columns=known):
            for row in batch.to_pylist():
                number += 1
                try:
                    yield _record(f"row {number}", _plain_values(row), file)
                except Refused as refused:
                    yield refused.at(f"row {number}")
    except (pa.ArrowException, OSError) as error:
        raise Refused("not_parquet", f"The file cannot be read ({type(error).__name__})") from error


def _plain_values(row: Mapping[str, object]) -> dict[str, object]:
    """Returns a row with its times as JSON would have them."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def _header(fields: list[str]) -> list[str]:
    """Returns the column names of a CSV file."""
    header = [field.strip().casefold() for field in fields]
    if "text" not in header:
        raise Refused("bad_header", f"The header names no column `text` but {', '.join(header)[:200]}")
    twice = next((name for name in header if name in COLUMNS and header.count(name) > 1), None)
    if twice:
        raise Refused("bad_header", f"The header names the column `{twice}` twice")
    return header


def _json_object(line: bytes) -> Mapping[str, object]:
    """Returns the object that one line holds."""
    try:
        record = json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise Refused("undecodable", "The line is not UTF-8, as JSON must be") from error
    except RecursionError as error:
        raise Refused("not_json", "The line is nested too deeply") from error
    except ValueError as error:  # malformed, or a number of more digits than Python converts
        raise Refused("not_json", f"The line is not JSON ({str(error)[:100]})") from error
    if not isinstance(record, dict):
        raise Refused("not_json", f"The line holds a {type(record).__name__}, not an object")
    return record


def _record(locator: str, record: Mapping[str, object], file: RawFile) -> Item:
    """Returns the article of a JSON object or CSV row."""
    text = record.get("text")
    if text is None:
        raise Refused("missing_text", "The record has no text")
    if not isinstance(text, str):
        raise Refused("text_not_a_string", f"The text is a {type(text).__name__}")
    published = parse_published(record.get("published"), file.retrieved_at, file.timezone)
    identifier = record.get("article_id")
    is_number = isinstance(identifier, int) and not isinstance(identifier, bool)
    return Item(
        locator,
        text,
        title=clean_line(record.get("title")),
        external_id=clean_line(str(identifier) if is_number else identifier),
        url=clean_url(record.get("url")),
        publisher=clean_line(record.get("publisher")),
        authors=_authors(record.get("authors")),
        language=clean_line(record.get("language")),
        published=published,
        basis="metadata" if published else "unknown",
        misdated=misdated(published, record.get("published")),
        wrapped=True,
    )


def _authors(value: object) -> tuple[str, ...]:
    """Returns the names of a list, or of a string with semicolons between them."""
    names = value if isinstance(value, list) else value.split(";") if isinstance(value, str) else []
    return tuple(name for name in map(clean_line, names) if name)
