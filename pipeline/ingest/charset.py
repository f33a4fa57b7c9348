"""Bytes to text: byte order mark, then UTF-8 if it is that, then what is declared, then a detector.

What belongs here: the choice of a charset. What does not: markup beyond the place where it declares one.
"""

import codecs
import re
from typing import Final

import cchardet

from pipeline.ingest.items import Refused

_MARKS: Final = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"""<(?:meta\b[^>]{0,200}?charset|\?xml\b[^>]{0,100}?encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE
)
_DECLARED_WITHIN = 4_096  # bytes; browsers look at 1,024, but generated heads are long
# Python codecs that are no charset of documents, and labels that browsers read as the larger Windows set.
_NO_CHARSETS: Final = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7", "utf_7"}
)
_LARGER: Final = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-9": "cp1254",
}
_SAMPLE = 200_000  # bytes shown to the detector
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_MAX_CONTROLS = 0.01  # share of control characters above which something is no text


def decode(data: bytes, declared: str | None = None) -> str:
    """Returns the text that bytes hold.

    UTF-8 goes before the declaration, since text in another charset is hardly ever valid UTF-8 by chance while
    declarations often lie.

    Args:
        data: The bytes of a whole file or response.
        declared: The charset that its transport declares; where null, what the markup declares.

    Raises:
        Refused: undecodable.
    """
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return _checked(_decode_as(data, charset), f"It begins like {charset} but is not")
    names = [_known(declared), _known(_declared_inside(data))]
    if data.isascii() and (names[0] or names[1] or "").startswith(("iso2022", "hz")):
        order = names
    else:
        order = ["utf-8", *names]
    for name in order:
        text = _decode_as(data, name)
        if text is not None:
            return _checked(text, "It is not text")
    guess = cchardet.detect(data[:_SAMPLE])["encoding"]
    return _checked(_decode_as(data, _known(guess)), "Its charset is not known")


def _decode_as(data: bytes, charset: str | None) -> str | None:
    """Returns the text, or None where the bytes are not of that charset."""
    if charset is None:
        return None
    try:
        return data.decode(charset)
    except (UnicodeError, LookupError):
        return None


def _checked(text: str | None, what: str) -> str:
    """Returns the text if it is one: binary files decode in many charsets, but to control characters."""
    if text is None:
        raise Refused("undecodable", what)
    sample = text[:_SAMPLE]
    controls = len(_CONTROLS.findall(sample))
    if controls > _MAX_CONTROLS * len(sample) + 1:
        raise Refused("undecodable", "It is not text")
    return text


def _known(label: str | None) -> str | None:
    """Returns the name under which Python knows a declared charset, or None."""
    try:
        name = codecs.lookup(label or "").name
    except (LookupError, ValueError):
        return None
    return None if name in _NO_CHARSETS else _LARGER.get(name, name)


def _declared_inside(data: bytes) -> str | None:
    """Returns the charset that an XML declaration or an HTML meta element names."""
    match = _DECLARED.search(data, 0, _DECLARED_WITHIN)
    return match.group(1).decode("ascii", "replace") if match else None
