"""Addresses as GDELT publishes them: the Global Knowledge Graph 2.1 (every 15 minutes) and answers of its DOC API.

What belongs here: which pages they name. What does not: what GDELT coded of them: it is not read.

A location is `lastupdate.txt` (the newest quarter of an hour), `masterfilelist.txt` (all since 2015: those of the days that
are collected for), either of their translated kind, one `*.gkg.csv.zip`, or a query of the DOC API (`format=json`).
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from pipeline.ingest.clean import clean_line, clean_url
from pipeline.ingest.items import Listed, Refused
from pipeline.ingest.sources.places import File, is_web, list_files
from pipeline.ingest.sources.reading import Part, Portion, Problem, Reach, Source

MAX_UNPACKED_BYTES: Final = 200_000_000  # a quarter of an hour has 20 MB
_LINE: Final = re.compile(r"\d+ ([0-9a-f]{32}) (\S+/(\d{8})\d{6}\.(?:translation\.)?gkg\.csv\.zip)", re.IGNORECASE)
_WEB_PAGE: Final = "1"  # of the kinds of source collections: an address of the open web
_PUBLISHED: Final = re.compile(r"<PAGE_PRECISEPUBTIMESTAMP>(\d{14})</PAGE_PRECISEPUBTIMESTAMP>")
_TITLE: Final = re.compile(r"<PAGE_TITLE>(.{1,2000}?)</PAGE_TITLE>")
_COLUMNS: Final = 27


class _Graph(NamedTuple):
    """A file of the Knowledge Graph, and the md5 that its list gives."""

    url: str
    digest: str | None


def read_gdelt(source: Source, reach: Reach) -> Iterator[Portion]:
    """Yields the files of the Knowledge Graph that a list names, one such file, or the answer to a query."""
    place = source.location
    path = urlsplit(place).path.lower() if is_web(place) else place.lower()
    if path.endswith(".txt"):
        for graph in _read_list(place, reach):
            # They never change under their names.
            yield Portion(graph.url, graph.digest, partial(_fetch_graph, graph, reach))
    elif not path.endswith(".zip"):
        for file in list_files(place, reach):
            yield Portion(file.location, file.version, partial(_read_answer, file, reach))
    elif is_web(place):
        yield Portion(place, "written once", partial(_fetch_graph, _Graph(place, None), reach))
    else:
        for file in list_files(place, reach):
            yield Portion(file.location, file.version, partial(_read_graph_file, file))


def _read_list(place: str, reach: Reach) -> Iterator[_Graph]:
    """Yields the files that a list names: all of a short one, those of the days of a long one."""
    days = {f"{day:%Y%m%d}" for day in reach.days}
    is_all = "masterfilelist" not in place.rpartition("/")[2]
    for file in list_files(place, reach):
        with file.open() as opened:
            for line in opened:
                found = _LINE.match(line.decode("ascii", "replace"))
                if found and (is_all or found[3] in days):
                    yield _Graph(found[2], found[1].lower())


def _fetch_graph(graph: _Graph, reach: Reach) -> Iterator[Part]:
    data = reach.fetcher.fetch(graph.url).data
    assert data is not None
    if graph.digest is not None and hashlib.md5(data, usedforsecurity=False).hexdigest() != graph.digest:
        raise Refused("damaged_record", "It has not the digest that its list gives")
    yield from _split_graph(graph.url, data)


def _read_graph_file(file: File) -> Iterator[Part]:
    yield from _split_graph(file.location, file.read())


def _split_graph(location: str, data: bytes) -> Iterator[Part]:
    """Yields the pages of a packed file of the Knowledge Graph."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed, packed.open(packed.namelist()[0]) as member:
            table = member.read(MAX_UNPACKED_BYTES + 1)
    except (zipfile.BadZipFile, IndexError, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Refused("truncated_archive", "The packed file is damaged or breaks off (zip)") from error
    except Exception as error:
        if type(error).__module__ in ("zlib", "lzma", "_lzma"):
            raise Refused("truncated_archive", "The packed file is damaged or breaks off (zip)") from error
        raise
    if len(table) > MAX_UNPACKED_BYTES:
        raise Refused("too_large", f"It unpacks to more than {MAX_UNPACKED_BYTES:,} bytes")
    for number, line in enumerate(table.decode("utf-8", "replace").split("\n"), start=1):
        if not line.strip():
            continue
        fields = line.split("\t")
        if len(fields) != _COLUMNS:
            what = f"The row has {len(fields)} fields; one of the Knowledge Graph has {_COLUMNS}"
            yield Problem(f"{location}, row {number}", Refused("wrong_columns", what))
        elif fields[2] == _WEB_PAGE and (url := clean_url(fields[4])):
            published, title = _PUBLISHED.search(fields[26]), _TITLE.search(fields[26])
            yield Listed(
                url,
                location,
                title=clean_line(title[1]) if title else None,
                publisher=clean_line(fields[3]),
                published=f"{published[1][:8]}T{published[1][8:]}Z" if published else None,
            )


def _read_answer(file: File, reach: Reach) -> Iterator[Part]:
    """Yields the pages of an answer of the DOC API; the day that it saw them is not the day of publication."""
    try:
        articles = json.loads(file.read())["articles"]
        entries = [article for article in articles if isinstance(article, dict)]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        what = "It is no answer of the DOC API (mode=artlist, format=json)"
        raise Refused("not_a_list", what) from error
    for entry in entries:
        if url := clean_url(entry.get("url")):
            yield Listed(url, file.location, clean_line(entry.get("title")), clean_line(entry.get("domain")))
