"""Web archives (WARC, ISO 28500): a file is cut into its records, and a record read as the web page that it holds.

What belongs here: where records begin and end, what is lost to damage, and unwrapping HTTP. What does not: reading the
page (page.py), and finding the files (collect.py).

Readers of web archives take the rest of a file for lost, or for its end, after one flipped byte: FastWARC and warcio
both lose 30 of 50 records and say nothing. So the cuts are made here, by looking for the next place where a record
begins, and FastWARC reads each record by itself.
"""

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from typing import Final, NamedTuple

from fastwarc.warc import ArchiveIterator

from pipeline.ingest.items import Item, RawFile, Refused
from pipeline.ingest.markup import MAX_PAGE_BYTES
from pipeline.ingest.page import read_page

SUFFIXES: Final = (".warc", ".warc.gz")
MEDIA_TYPE: Final = "application/warc"

#: A page with the headers of its crawl: what is larger could not be read as a page.
MAX_RECORD_BYTES: Final = MAX_PAGE_BYTES + 1_000_000
_GZIP: Final = b"\x1f\x8b\x08"
_START: Final = b"WARC/"
_NEXT: Final = re.compile(rb"\r?\n\r?\nWARC/1\.[01]\r?\n")
_HEAD: Final = re.compile(rb"WARC/1\.[01]\r?\n(.{1,65536}?)\r?\n\r?\n", re.DOTALL)
_LENGTH: Final = re.compile(rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_RESPONSE: Final = re.compile(rb"^warc-type:[ \t]*response[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_STEP: Final = 65_536
_PAGES: Final = frozenset(("text/html", "application/xhtml+xml", ""))
_OK: Final = range(200, 300)

Buffer = bytes | memoryview


class Part(NamedTuple):
    """A record, or what is between two of them: where it begins in the file, and its bytes or why there are none."""

    offset: int
    data: bytes | Refused


def split_warc(data: Buffer) -> Iterator[Part]:
    """Cuts a web archive into the records that hold a response, in their order.

    Other records (requests, metadata) are part of how pages were fetched, and passed over. Damage costs the record
    that it is in and no other; each stretch that cannot be read is told once, and so is a file that breaks off.

    Args:
        data: The file's bytes; mapped memory is read as it is needed.
    """
    parts = _split_packed(data) if bytes(data[:3]) == _GZIP else _split_plain(data, 0)
    for part in parts:
        if isinstance(part.data, Refused) or _RESPONSE.search(_head(part.data)):
            yield part


def read_record(data: bytes, file: RawFile) -> Iterator[Item]:
    """Reads the page of one response.

    Its day is sought as in any page, and cannot be later than the crawl; its address is the one that was crawled
    unless the page names another.

    Raises:
        Refused: unreadable, http_status, unsupported_type, and what `read_page` raises.
    """
    record = next(iter(ArchiveIterator(io.BytesIO(data), parse_http=True, auto_decode="all")), None)
    headers = record.http_headers if record is not None else None
    if record is None or headers is None:
        raise Refused("unreadable", "The record holds no HTTP response")
    if headers.status_code not in _OK:
        raise Refused("http_status", f"The server had answered {headers.status_code}")
    media_type = (record.http_content_type or "").lower()
    if media_type not in _PAGES:
        raise Refused("unsupported_type", f"The response is of the type `{media_type[:50]}`, not a web page")
    body = record.reader.read(MAX_PAGE_BYTES + 1)
    charset = f"; charset={record.http_charset}" if record.http_charset else ""
    crawled = record.record_date.astimezone(UTC) if record.record_date else file.retrieved_at
    address = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    page = replace(
        file, media_type=f"text/html{charset}", location=address, retrieved_at=min(crawled, file.retrieved_at)
    )
    for item in read_page(body, page):
        yield replace(item, url=item.url or address or None)


def _head(record: bytes) -> bytes:
    found = _HEAD.match(record)
    return found[1] if found else b""


# ------------------------------------------------------------------ gzip: one member for each record


def _split_packed(data: Buffer) -> Iterator[Part]:
    """Cuts a file of gzip members, each one record."""
    at = 0
    while at < len(data):
        end, content, problem = _inflate(data, at)
        if problem is None:
            # A member of several records is what some writers make; one that is no WARC is damage like any other.
            if content.startswith(_START):
                yield from (Part(at, part.data) for part in _split_plain(content, 0))
                at = end
                continue
            problem = Refused("damaged_record", f"What stands at byte {at:,} is no record")
        elif problem.reason == "too_large":
            yield Part(at, problem)
            at = end
            continue
        following = _next_member(data, at + 1)
        yield Part(at, problem if problem.reason == "damaged_record" or following == len(data) else _damaged(at))
        at = following


def _damaged(at: int) -> Refused:
    return Refused("damaged_record", f"The record at byte {at:,} is damaged")


def _inflate(data: Buffer, at: int) -> tuple[int, bytes, Refused | None]:
    """Unpacks the gzip member at a place.

    Returns:
        Where it ends, its content, and why there is none.
    """
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    content = bytearray()
    size = 0
    position = at
    try:
        while not inflater.eof and position < len(data):
            rest: Buffer = data[position : position + _STEP]
            position += len(rest)
            while rest and not inflater.eof:
                made = inflater.decompress(rest, MAX_RECORD_BYTES)
                rest = inflater.unconsumed_tail
                size += len(made)
                if size <= MAX_RECORD_BYTES:
                    content += made
                elif size > 1_000 * MAX_RECORD_BYTES:
                    raise zlib.error  # a bomb: what it unpacks to is not worth the time
    except zlib.error:
        return at, b"", _damaged(at)
    if not inflater.eof:
        return len(data), b"", Refused("truncated_archive", f"The file ends within the record at byte {at:,}")
    end = position - len(inflater.unused_data)
    if size > MAX_RECORD_BYTES:
        what = f"The record at byte {at:,} has {size:,} bytes; a record may have {MAX_RECORD_BYTES:,}"
        return end, b"", Refused("too_large", what)
    return end, bytes(content), None


def _next_member(data: Buffer, at: int) -> int:
    """Returns where the next gzip member begins that unpacks to a record; the end of the file where none does."""
    overlap = len(_GZIP) - 1
    while at < len(data):
        window = bytes(data[at : at + _STEP + overlap])
        found = window.find(_GZIP)
        while found >= 0:
            if _begins_record(data, at + found):
                return at + found
            found = window.find(_GZIP, found + 1)
        at += _STEP
    return len(data)


def _begins_record(data: Buffer, at: int) -> bool:
    try:
        made = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data[at : at + 1_024], len(_START))
    except zlib.error:
        return False
    return made == _START


# ------------------------------------------------------------------ plain: one record after the other


def _split_plain(data: Buffer, at: int) -> Iterator[Part]:
    """Cuts a file of records that are not packed."""
    while at < len(data):
        head = _HEAD.match(data, at)
        length = _LENGTH.search(head[1] + b"\r\n") if head else None
        end = head.end() + int(length[1]) if head and length else at
        follows = bytes(data[end : end + len(_START)]) if length and end <= len(data) else b"?"
        if not follows or follows.startswith((b"\r\n\r\n", b"\n\n", _START)):
            if end - at > MAX_RECORD_BYTES:
                what = f"The record at byte {at:,} has {end - at:,} bytes; a record may have {MAX_RECORD_BYTES:,}"
                yield Part(at, Refused("too_large", what))
            else:
                yield Part(at, bytes(data[at:end]) + b"\r\n\r\n")
            while end < len(data) and bytes(data[end : end + 1]) in (b"\r", b"\n"):
                end += 1
            at = end
            continue
        found = _NEXT.search(data, at)
        following = found.start() + len(found[0]) - len(found[0].lstrip()) if found else len(data)
        broken = found is None and length is not None and end > len(data)
        what = f"The file ends within the record at byte {at:,}"
        yield Part(at, Refused("truncated_archive", what) if broken else _damaged(at))
        at = following
