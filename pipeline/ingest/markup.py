"""Markup made safe: hostile pages refused before a tree is built, and the text of fragments.

What belongs here: what pages and feed items share. What does not: where a page keeps its title or date (page.py).
"""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree
from lxml.html import HtmlComment, HtmlElement, HTMLParser, document_fromstring

from pipeline.ingest.items import Refused

MAX_PAGE_BYTES: Final = 5_000_000  # largest of 1,362 real pages: 2.2 MB
_MAX_ATTRIBUTES = 2_000  # in one tag; largest real: 248. Parsers take the square of it: 50,000 take 10 seconds
_SUSPECT_TAG = 2 * _MAX_ATTRIBUTES  # bytes; shorter tags cannot hold as many attributes
_TOO_DEEP = "Excessive depth"  # how libxml2 says that it left out what was nested below 256 elements

# Tags, comments and quoted values as the HTML standard, and so libxml2, tells them apart. Possessive, so linear.
_ATTRIBUTE_FORM = rb"""
    [ \t\n\f\r/]*+ [^ \t\n\f\r/>][^ \t\n\f\r/>=]*+
    (?: [ \t\n\f\r]*+ = [ \t\n\f\r]*+ (?: "[^"]*+ (?:"|\Z) | '[^']*+ (?:'|\Z) | [^ \t\n\f\r>"'][^ \t\n\f\r>]*+ | (?=>) ) )?+
"""
_ATTRIBUTE = re.compile(_ATTRIBUTE_FORM, re.VERBOSE)
_MARKUP = re.compile(
    rb"""
    <!-- (?: -?> | .*? (?: --!?> | \Z ) )
    | <(?P<closing>/?)(?P<name>[a-zA-Z][^ \t\n\f\r/>]*+) (?P<attributes>(?:"""
    + _ATTRIBUTE_FORM
    + rb""")*+ [ \t\n\f\r/]*+) (?: > | \Z )
    | <[!?/][^>]*+
    """,
    re.VERBOSE | re.DOTALL,
)
# Text and tags that cannot have 2,000 attributes, many at once: 60 quoted values and as many runs of 60 bytes.
_ORDINARY = re.compile(
    rb"""
    (?: [^<]++
      | < (?!/?(?i:script|style|title|textarea|xmp|iframe|noembed|noframes)[ \t\n\f\r/>]) /?[a-zA-Z]
        (?: [^<>"'=]{0,60}+ (?<=[^ \t\n\f\r/<>"'=]) = "[^"]*+" ){0,60}+ [^<>"'=]{0,60}+ >
    )++
    """,
    re.VERBOSE,
)
#: Elements whose content is no markup up to their end tag.
_RAW: Final = {
    name: re.compile(rb"</" + name + rb"[ \t\n\f\r/>]", re.IGNORECASE)
    for name in (b"script", b"style", b"title", b"textarea", b"xmp", b"iframe", b"noembed", b"noframes")
}
_BLOCKS: Final = frozenset(
    ("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1",
     "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "td", "th", "tr",
     "ul")
)  # fmt: skip
#: Elements have one class: lxml.html looks for a form's or a label's own at each element that is touched.
_CLASSES: Final = etree.ElementDefaultClassLookup(element=HtmlElement, comment=HtmlComment)
_SILENT: Final = frozenset(("script", "style", "noscript", "template", "iframe", "object", "svg", "nav", "head"))


def count_attributes(data: bytes) -> int:
    """Returns the number of attributes of the tag that has most, counting only tags long enough to be a danger.

    One pass over the bytes, before any tree is built.
    """
    most = position = 0
    while True:
        ordinary = _ORDINARY.match(data, position)
        match = _MARKUP.search(data, ordinary.end() if ordinary else position)
        if match is None:
            break
        position = match.end()
        name, attributes = match["name"], match["attributes"]
        if name is None:
            continue
        if len(attributes) > _SUSPECT_TAG:
            most = max(most, _count(attributes))
        raw = _RAW.get(name.lower())
        if raw and not match["closing"] and not attributes.endswith(b"/"):
            end = raw.search(data, position)
            if end is None:
                break
            position = end.start()
    return most


def _count(attributes: bytes) -> int:
    """Returns how many attributes a tag's inside holds; one follows the other, so nothing is searched twice."""
    number = position = 0
    while match := _ATTRIBUTE.match(attributes, position):
        number, position = number + 1, match.end()
    return number


def parse_html(text: str) -> HtmlElement | None:
    """Returns the tree of a page or fragment, or None where there is nothing to parse.

    Raises:
        Refused: too_large, html_too_many_attributes, html_too_deep.
    """
    data = text.replace("\0", "").encode("utf-8", "replace")
    if len(data) > MAX_PAGE_BYTES:
        raise Refused("too_large", f"The page has {len(data):,} bytes; a page may have {MAX_PAGE_BYTES:,}")
    if count_attributes(data) > _MAX_ATTRIBUTES:
        raise Refused("html_too_many_attributes", f"A tag has more than {_MAX_ATTRIBUTES:,} attributes")
    parser = HTMLParser(encoding="utf-8", no_network=True)
    parser.set_element_class_lookup(_CLASSES)
    try:
        tree = document_fromstring(data, parser=parser)
    except etree.ParserError:  # nothing but blanks and comments
        return None
    if any(entry.message.startswith(_TOO_DEEP) for entry in parser.error_log):
        raise Refused("html_too_deep", "Elements are nested too deeply to be read whole")
    return tree


def fragment_text(markup: str) -> str:
    """Returns the text of an HTML fragment: a line for each block, nothing of scripts, forms and navigation.

    Raises:
        Refused: see `parse_html`.
    """
    tree = parse_html(f"<div>{markup}</div>")
    if tree is None:
        return ""
    lines = "".join(_pieces(tree)).split("\n")
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def _pieces(tree: HtmlElement) -> Iterator[str]:
    """Yields the words of a tree and a newline at each block's edge; newlines of the source are blanks."""
    silent: etree._Element | None = None
    for event, node in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            if silent is None and tag in _SILENT:
                silent = node
            if silent is None:
                if tag in _BLOCKS:
                    yield "\n"
                yield (node.text or "").replace("\n", " ").replace("\r", " ")
            continue
        if silent is node:
            silent = None
        if silent is None:
            if tag in _BLOCKS:
                yield "\n"
            yield (node.tail or "").replace("\n", " ").replace("\r", " ")
