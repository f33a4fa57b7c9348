"""Reads RSS 2.0, RSS 1.0 (RDF) and Atom: one article an item.

What belongs here: the three formats and the ways in which they are broken. What does not: fetching (fetch.py).
Feeds are read leniently, since many are not well-formed; nothing that they name is loaded or expanded.
"""

import html
import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from pipeline.ingest.charset import decode
from pipeline.ingest.clean import clean_line, clean_url
from pipeline.ingest.dates import misdated, parse_published
from pipeline.ingest.items import Item, RawFile, Refusal, Refused
from pipeline.ingest.markup import fragment_text

_ROOTS: Final = frozenset(("rss", "RDF", "feed", "channel"))
_ITEMS: Final = frozenset(("item", "entry"))
#: Namespaces of the elements that are read, with the prefix under which they are named here.
_PREFIXES: Final = {
    "": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://www.w3.org/2005/Atom": "",
    "http://purl.org/atom/ns#": "",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
}
_BODIES: Final = ("content:encoded", "content", "description", "summary")
_DATES: Final = ("pubDate", "published", "dc:date", "dcterms:created", "issued", "updated")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_CDATA = re.compile(r"<!\[CDATA\[.*?\]\]>", re.DOTALL)
_ITEM_END = re.compile(r"</\s*(?:\w+:)?(?:item|entry)\s*>")
_MAILBOX = re.compile(r"\S+@\S+\s*\((.+)\)")  # the form of RSS 2.0 authors


def read_feed(data: bytes, file: RawFile) -> Iterator[Item | Refusal]:
    """Reads a feed; items are numbered from 1 in the order of the file.

    A feed that was cut off gives its whole items, and a refusal for what is missing.

    Raises:
        Refused: undecodable, not_a_feed.
    """
    text = _DECLARATION.sub("", _CONTROLS.sub("", decode(data, file.charset)), count=1).strip()
    root = _parse(text)
    channel = next((child for child in root if _name(child) == "channel"), root)
    publisher = file.publisher or clean_line(_text(channel, "title"))
    items = [node for node in root.iter() if _name(node) in _ITEMS]
    markup = _CDATA.sub("", text)
    ends = len(_ITEM_END.findall(markup))
    is_cut = not re.search(rf"</\s*(?:\w+:)?{_local(root)}\s*>", markup)
    if is_cut:
        items = items[:ends]
    for number, node in enumerate(items, start=1):
        locator = f"item {number}"
        try:
            yield _item(locator, node, publisher, file)
        except Refused as refused:
            yield refused.at(locator)
    if is_cut or ends > len(items):
        yield Refused("truncated", f"Only {len(items)} whole items could be read").at(f"item {len(items) + 1}")


def _parse(text: str) -> etree._Element:
    """Returns the feed's root element."""
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or _local(root) not in _ROOTS:
        kind = "no element" if root is None else f"the element `{_local(root)[:50]}`"
        raise Refused("not_a_feed", f"It holds {kind} instead of rss, RDF or feed")
    return root


def _item(locator: str, node: etree._Element, publisher: str | None, file: RawFile) -> Item:
    """Returns the article of one item or entry."""
    children: dict[str, etree._Element] = {}
    for child in node:
        children.setdefault(_name(child), child)
    bodies = (_body(children[name]) for name in _BODIES if name in children)
    written = [_plain(children[name]) for name in _DATES if name in children]
    dates = (parse_published(value, file.retrieved_at, file.timezone) for value in written)
    published = next(filter(None, dates), None)
    identifier = next((children[name] for name in ("guid", "id") if name in children), None)
    external_id = clean_line(_plain(identifier)) if identifier is not None else None
    return Item(
        locator,
        next(filter(None, bodies), ""),
        title=clean_line(_body(children["title"])) if "title" in children else None,
        external_id=external_id,
        url=next(filter(None, map(clean_url, [*_links(node), external_id])), None),
        publisher=clean_line(_source(children.get("source"))) or publisher,
        authors=tuple(dict.fromkeys(_authors(node))),
        language=_text(node, "dc:language"),
        published=published,
        basis="feed" if published else "unknown",
        misdated=misdated(published, *written),
    )


def _name(node: etree._Element) -> str:
    """Returns an element's name with the prefix of its namespace, or its whole tag where that is not read."""
    if not isinstance(node.tag, str):
        return ""  # comments and the like
    space, _, local = node.tag.rpartition("}")
    prefix = _PREFIXES.get(space.lstrip("{"))
    return node.tag if prefix is None else prefix + local


def _local(node: etree._Element) -> str:
    """Returns an element's name without its namespace."""
    return str(node.tag).rpartition("}")[2]


def _plain(node: etree._Element) -> str:
    """Returns all text below an element; entities that no parser may expand stay as they are written."""
    return "".join(str(part) for part in node.itertext(with_tail=False)).strip()


def _text(node: etree._Element, name: str) -> str | None:
    """Returns the text of the first child of a name."""
    return next((_plain(child) for child in node if _name(child) == name), None)


def _body(node: etree._Element) -> str:
    """Returns the text of an element that may hold markup: as children (xhtml), escaped, or in CDATA."""
    if len(node) and any(isinstance(child.tag, str) for child in node):
        return fragment_text(etree.tostring(node, encoding="unicode", method="html", with_tail=False))
    content = _plain(node)
    if node.get("type") == "text" or not ("<" in content or "&" in content):
        return html.unescape(content)
    return fragment_text(content)


def _links(node: etree._Element) -> Iterator[str | None]:
    """Yields an item's addresses: the text of RSS links, the href of Atom's alternate ones."""
    for child in node:
        if _name(child) == "link" and child.get("rel", "alternate") == "alternate":
            yield child.get("href") or _plain(child)


def _source(node: etree._Element | None) -> str | None:
    """Returns the publication that an aggregated item is from."""
    if node is None:
        return None
    return _text(node, "title") or (node.text or "").strip() or None


def _authors(node: etree._Element) -> Iterator[str]:
    """Yields the names of an item's authors."""
    for child in node:
        if _name(child) in ("author", "dc:creator"):
            written = _text(child, "name") or _plain(child)
            mailbox = _MAILBOX.fullmatch(written)
            name = clean_line(mailbox.group(1) if mailbox else written)
            if name:
                yield name
