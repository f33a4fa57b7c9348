"""Reads a web page: its body, and what it states of itself.

What belongs here: where pages keep headline, date, authors, publisher and address, in order of trust. What does not:
guards against hostile markup (markup.py), written dates (dates.py).
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import htmldate
import trafilatura
from lxml import etree
from lxml.html import HtmlElement
from trafilatura.settings import Extractor

from pipeline.ingest.charset import decode
from pipeline.ingest.clean import clean_line, clean_url
from pipeline.ingest.dates import date_in_name, misdated, parse_published
from pipeline.ingest.items import Item, Published, RawFile, Refused
from pipeline.ingest.markup import MAX_PAGE_BYTES, parse_html

_DATE_METAS: Final = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "article:published",
    "article.published",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "originalpublicationdate",
    "publish_date",
    "publish-date",
    "publishdate",
    "pubdate",
    "publication_date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "date",
)
_PARAGRAPH = 40  # characters; shorter paragraphs are captions and links
_BODY = 800  # characters; pages with less in paragraphs keep their text elsewhere
_MAIN_SHARE = 0.9  # of the paragraphs' text: at .8 bodies lose their last paragraphs
_FULL_DATE = re.compile(r"\s*\d{4}-\d{1,2}-\d{1,2}")
_MAX_JSON_LD = 2_000  # objects looked at in one page
_JSON = json.JSONDecoder(strict=False)
_JSON_START = re.compile(r"[\[{]")
_OPTIONS: Final = Extractor(fast=True, comments=False)  # made for each page, it takes a tenth of the extractor's time
_NAMES_OF_ARTICLES: Final = ("Article", "Posting", "Report")  # ends of schema.org type names

JsonObject = Mapping[str, object]


def read_page(data: bytes, file: RawFile) -> Iterator[Item]:
    """Reads one HTML page.

    The date is the first of: JSON-LD and meta elements (basis `metadata`), `<time datetime>` and what htmldate finds
    (basis `page`), the file's name (basis `filename`).

    Raises:
        Refused: too_large, undecodable, empty_text, html_too_many_attributes, html_too_deep.
    """
    if len(data) > MAX_PAGE_BYTES:  # before decoding: detectors take their time
        raise Refused("too_large", f"The page has {len(data):,} bytes; a page may have {MAX_PAGE_BYTES:,}")
    tree = parse_html(decode(data, file.charset))
    if tree is None:
        raise Refused("empty_text", "The page holds no element")
    article = _article_object(tree)
    metas = _metas(tree)
    stated = [article.get("datePublished"), *(metas.get(name) for name in _DATE_METAS), article.get("dateCreated")]
    published, basis = _published(tree, stated, file)
    title = _title(tree, article, metas)
    addresses = [*_addresses(tree, article, metas)]
    for menu in list(tree.iter("nav")):  # short pages are taken whole, and menus with them
        menu.drop_tree()
    body = trafilatura.extract(main_part(tree), options=_OPTIONS)
    if not body:
        raise Refused("empty_text", "No article body was found in the page")
    yield Item(
        "",
        _without_title(body, title),
        title=title,
        url=next(filter(None, map(clean_url, addresses)), None),
        publisher=_first([*_names(article.get("publisher")), metas.get("og:site_name")]),
        authors=tuple(dict.fromkeys(filter(None, map(clean_line, _authors(article, metas))))),
        published=published,
        basis=basis,
        misdated=misdated(published, *stated),
    )


def main_part(tree: HtmlElement) -> HtmlElement:
    """Returns the part of a page that holds nearly all text of its paragraphs, as a page of its own, or the page.

    The extractor's time grows with the elements that it is shown, most of which are menus, teasers and comments. On
    181 news pages it takes two thirds of the time, and finds the body as well (F1 .962 either way).
    """
    lengths: Counter[HtmlElement] = Counter()
    total = 0
    for paragraph in tree.iter("p"):
        length = len("".join(paragraph.itertext()).strip())
        if length >= _PARAGRAPH:
            total += length
            for parent in paragraph.iterancestors():
                lengths[parent] += length
    if total < _BODY:
        return tree
    part = tree
    while (inner := next((child for child in part if lengths[child] >= _MAIN_SHARE * total), None)) is not None:
        part = inner
    if part.tag in ("html", "body"):
        return tree
    page = tree.makeelement("html")
    part.tail = None
    etree.SubElement(page, "body").append(part)
    return page


def _title(tree: HtmlElement, article: JsonObject, metas: Mapping[str, str]) -> str | None:
    """Returns the headline: as stated, else the page's only main heading, else its title, which often names the site."""
    headings = [heading.text_content() for heading in tree.iter("h1")]
    only = headings if len(headings) == 1 else []
    stated = [article.get("headline"), metas.get("og:title"), metas.get("twitter:title")]
    return _first([*stated, *only, tree.findtext(".//title")])


def _without_title(body: str, title: str | None) -> str:
    """Returns the body without the headline as its first line: what it says is said again below."""
    first, _, rest = body.partition("\n")
    return rest if rest.strip() and clean_line(first) == title else body


def _published(tree: HtmlElement, stated: Sequence[object], file: RawFile) -> tuple[Published | None, str]:
    """Returns when the page was published and where that was read, by the first source that gives a possible date.

    Args:
        tree: The page.
        stated: What its metadata states, the most trusted first.
        file: What is known of it otherwise.
    """
    for basis, values in (("metadata", stated), ("page", _times(tree))):
        for value in values:
            found = parse_published(value, file.retrieved_at, file.timezone)
            if found:
                return found, basis
    # A full date that cannot be (31 February) is read by patterns as another day: then none is sought by them.
    if not any(isinstance(value, str) and _FULL_DATE.match(value) for value in stated):
        found = parse_published(_found_by_pattern(tree, file.retrieved_at), file.retrieved_at)
        if found:
            return found, "page"
    found = date_in_name(file.location, file.retrieved_at)
    return found, "filename" if found else "unknown"


def _found_by_pattern(tree: HtmlElement, retrieved_at: datetime) -> str | None:
    """Returns the day that htmldate finds; its upper bound is given, since it would ask the clock."""
    latest = (retrieved_at + timedelta(days=1)).strftime("%Y-%m-%d")
    return htmldate.find_date(tree, original_date=True, max_date=latest)


def _times(tree: HtmlElement) -> Iterator[str]:
    """Yields the datetime attributes of `<time>`, those marked as the publication date first."""
    times = [(node, node.get("datetime") or "") for node in tree.iter("time")]
    marks = ("datepublished", "pubdate", "published")
    marked = [
        value
        for node, value in times
        if node.get("pubdate") is not None
        or any(mark in f"{node.get('itemprop', '')} {node.get('class', '')}".casefold() for mark in marks)
    ]
    yield from marked
    yield from (value for _, value in times)


def _metas(tree: HtmlElement) -> dict[str, str]:
    """Returns the page's meta elements by name; the first of a name counts."""
    metas: dict[str, str] = {}
    for node in tree.iter("meta"):
        name = node.get("property") or node.get("name") or node.get("itemprop")
        content = (node.get("content") or "").strip()
        if name and content:
            metas.setdefault(name.strip().casefold(), content)
    return metas


def _article_object(tree: HtmlElement) -> JsonObject:
    """Returns the page's JSON-LD object for its article: by type, else the first that is dated, else an empty one."""
    dated: JsonObject | None = None
    for found in _json_ld(tree):
        kinds = found.get("@type")
        if any(str(kind).endswith(_NAMES_OF_ARTICLES) for kind in (kinds if isinstance(kinds, list) else [kinds])):
            return found
        if dated is None and "datePublished" in found:
            dated = found
    return dated or {}


def _json_ld(tree: HtmlElement) -> Iterator[JsonObject]:
    """Yields the objects of the page's JSON-LD, outer before inner; broken blocks are skipped, as browsers do."""
    queue: list[object] = []
    for node in tree.iter("script"):
        if (node.get("type") or "").strip().casefold().startswith("application/ld+json"):
            try:
                queue.append(_parse_script(node.text or ""))
            except (ValueError, RecursionError):
                continue
    for seen, value in enumerate(queue):
        if seen > _MAX_JSON_LD:
            return
        if isinstance(value, list):
            queue.extend(value)
        elif isinstance(value, dict):
            yield value
            queue.extend(inner for inner in value.values() if isinstance(inner, (dict, list)))


def _parse_script(script: str) -> object:
    """Returns the JSON value of a script; old pages put comment or CDATA marks around it.

    Raises:
        ValueError: It holds none.
        RecursionError: It is nested too deeply.
    """
    script = script.replace("<![CDATA[", "")
    start = _JSON_START.search(script)
    return _JSON.raw_decode(script, start.start())[0] if start else None


def _addresses(tree: HtmlElement, article: JsonObject, metas: Mapping[str, str]) -> Iterator[object]:
    """Yields what may be the page's own address."""
    for node in tree.iter("link"):
        if (node.get("rel") or "").casefold() == "canonical":
            yield node.get("href")
    yield metas.get("og:url")
    yield article.get("url")


def _authors(article: JsonObject, metas: Mapping[str, str]) -> list[object]:
    """Returns the authors' names; addresses of their pages are none."""
    named = _names(article.get("author")) or [metas.get("author"), metas.get("article:author")]
    return [name for name in named if not str(name).startswith(("http://", "https://"))]


def _names(value: object) -> list[object]:
    """Returns the names in a JSON-LD person or organisation: a string, an object with a name, or a list of these."""
    if isinstance(value, list):
        return [name for part in value if not isinstance(part, list) for name in _names(part)]
    if isinstance(value, dict):
        return _names(value.get("name")) if not isinstance(value.get("name"), dict) else []
    return [value] if isinstance(value, str) else []


def _first(values: Iterable[object]) -> str | None:
    """Returns the first value that is a line of text."""
    return next(filter(None, map(clean_line, values)), None)
