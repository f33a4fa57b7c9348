"""Clean text: one form for every text and every field, and the id of a text.

What belongs here: what is true of all scripts: Unicode form, newlines, blanks, invisible characters. What does not:
markup (page.py) and words of any language.
"""

import hashlib
import html
import re
import unicodedata
from itertools import pairwise
from typing import Final

from pipeline.ingest.items import Refused

MAX_TEXT = 1_000_000  # characters; a long feature has 50,000
_MAX_FIELD = 2_000  # characters of a title, an address or a name

_NEWLINES = re.compile(r"\r\n?|[\u000b\u000c\u0085\u2028\u2029]")
# Controls but tab and newline; soft hyphen, zero-width space, bidirectional marks, byte order mark; lone surrogates.
# Zero-width joiners stay: scripts need them.
_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Thirty marks on one letter are the most that any text has; sorting a run of them takes its length squared.
_MARKS = re.compile(r"([^\w\s\u0000-\u02ff]{30})[^\w\s\u0000-\u02ff]+")
# A no-break or thin space between digits groups one number ("1 100"); any other blank is a blank.
_GROUPING = re.compile(r"(?<=\d)[\u00a0\u2007\u2009\u202f](?=\d)")
_ODD_BLANK = re.compile(r"(?<!\d)\u00a0|\u00a0(?!\d)|[^\S\n\u00a0 ]")
_BLANKS = re.compile(r" {2,}")
_PARAGRAPHS = re.compile(r"\n{3,}")

_WRAP_WIDTH = 120  # characters; a longest line beyond it means that lines are paragraphs
_WRAP_MINIMUM = 40  # characters; shorter lines are bylines and headings
_WRAP_BREAKS = 3  # line ends needed to judge a text by their share
_WRAP_SHARE = 0.5  # of line ends that are in the middle of a sentence; paragraphs end there hardly ever
_IDEOGRAPH = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_BULLETS: Final = ("-", "*", "\u2022", "\u2013", "\u2014")
_FIRST_WORD = re.compile(rf"[{_IDEOGRAPH}]|[^\s{_IDEOGRAPH}]+")
_ENDS_SENTENCE = re.compile(r"[.!?\u2026\u3002\uff01\uff1f\u061f:\u201d\"\u00bb\u300d)\]]$")
_WIDE = re.compile(rf"[{_IDEOGRAPH}\u3000-\u303f\uff00-\uffef]")


def clean_text(text: str, *, wrapped: bool = False) -> str:
    """Returns text in its one form: NFC, plain newlines, no invisible characters, single blanks, paragraphs kept.

    Args:
        text: Any text.
        wrapped: Whether single newlines may be mere ends of lines; then they are joined where they look it.

    Raises:
        Refused: empty_text, too_large.
    """
    text = _normalize(text)
    text = "\n".join(line.strip() for line in text.split("\n")).strip()
    if wrapped:
        text = unwrap(text)
    text = _PARAGRAPHS.sub("\n\n", text)
    if not text:
        raise Refused("empty_text", "No text is left once markup and blanks are taken out")
    if len(text) > MAX_TEXT:
        raise Refused("too_large", f"The text has {len(text):,} characters; one article may have {MAX_TEXT:,}")
    return text


def clean_line(value: object) -> str | None:
    """Returns a field (title, name, address) on one line, or None where it is no string or empty."""
    if not isinstance(value, str):
        return None
    line = " ".join(_normalize(html.unescape(value)[:_MAX_FIELD]).split())
    return line or None


def clean_url(value: object) -> str | None:
    """Returns an http or https address, or None: other schemes run code or read files where they are opened."""
    line = clean_line(value)
    if line and line.lower().startswith(("http://", "https://")) and " " not in line:
        return line
    return None


def article_id(text: str) -> str:
    """Returns the id of a clean text; case and blanks do not change it."""
    key = " ".join(text.casefold().split())
    return f"a_{hashlib.sha256(key.encode()).hexdigest()[:20]}"


def unwrap(text: str) -> str:
    """Joins lines that were broken at a fixed width, and leaves lines that are paragraphs.

    A text is wrapped if most of its longer lines end in the middle of a sentence; then they are joined up to the next
    blank line. In others, and in texts too short to tell, a line is joined only if it ends so for want of room.
    """
    lines = text.split("\n")
    width = max(map(len, lines))
    if width > _WRAP_WIDTH:
        return text
    long = [
        i
        for i, (line, following) in enumerate(pairwise(lines))
        if len(line) >= _WRAP_MINIMUM and following and not following.startswith(_BULLETS)
    ]
    joined = {i for i in long if not _ENDS_SENTENCE.search(lines[i])}
    if len(long) >= _WRAP_BREAKS and len(joined) >= _WRAP_SHARE * len(long):
        joined = set(long)
    else:
        joined = {i for i in joined if not _has_room(lines[i], lines[i + 1], width)}
    out = [lines[0]]
    for i, (line, following) in enumerate(pairwise(lines)):
        glue = "" if i in joined and _WIDE.match(line[-1]) and _WIDE.match(following) else " "
        out += [glue if i in joined else "\n", following]
    return "".join(out)


def _has_room(line: str, following: str, width: int) -> bool:
    """Tells whether the following line's first word would have fitted."""
    word = _FIRST_WORD.match(following)
    return len(line) + 1 + len(word.group() if word else following) <= width


def _normalize(text: str) -> str:
    """Returns NFC text with plain newlines and blanks and without invisible characters."""
    text = _SURROGATE.sub("\ufffd", text)
    text = _MARKS.sub(r"\1", _INVISIBLE.sub("", _NEWLINES.sub("\n", text)))
    text = _GROUPING.sub("\u00a0", unicodedata.normalize("NFC", text))
    return _BLANKS.sub(" ", _ODD_BLANK.sub(" ", text))
