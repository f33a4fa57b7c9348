"""What readers hand over: items, refusals, and what a reader may know of the file that it reads.

What belongs here: the words that all readers share, and the list of reasons. What does not: any reading.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

#: Every reason for which an input is refused, with what a person can do about it.
REMEDIES: Final[dict[str, str]] = {
    "unsupported_type": "Save it as .txt, .html, .jsonl, .csv, .parquet or .warc.gz, or take it out of the folder.",
    "unreadable": "Check that it is a regular file and that this user may read it.",
    "leaves_folder": "Copy the file into the source's folder instead of linking to it.",
    "missing_location": "Correct the location in seeds/sources.csv, or set enabled to false.",
    "too_large": "Split it into smaller files.",
    "empty_file": "Write it again; its writer may have been cut off.",
    "no_items": "Check that its writer ended normally, or take the file out of the folder.",
    "undecodable": "Save it as UTF-8.",
    "empty_text": "Check that the article has a body that can be read without scripts, or leave it out.",
    "missing_text": "Give every record a text.",
    "text_not_a_string": "Write the text as a quoted string.",
    "impossible_date": "The article was kept without a date; correct it at the source, or write it as YYYY-MM-DD.",
    "not_json": "Write one complete JSON object on each line.",
    "not_csv": "Quote fields with double quotes and double those inside; the rest of the file was not read.",
    "bad_header": "Write one header line with article_id, language, published, title, text, url, publisher, authors.",
    "wrong_columns": "Give the row as many fields as the header has.",
    "not_parquet": "Write it again: its writer may have been cut off.",
    "not_a_feed": "Check that the location gives RSS or Atom, not a web page.",
    "damaged_record": "Copy the archive again; the records around this one were read.",
    "truncated_archive": "Copy the archive again, or wait for its writer; the records before were read.",
    "truncated": "Fetch or copy the feed again; it ends before its end.",
    "html_too_many_attributes": "Leave the page out: no browser wrote it for people to read.",
    "html_too_deep": "Leave the page out: no browser wrote it for people to read.",
    "parser_failed": "Leave the file out, or report it with the message.",
    "worker_failed": "Leave the file out, or report it: reading it took too long or broke its process.",
    "bad_url": "Correct the address: http or https, with a host that has a public address.",
    "private_address": "Name a public host, or add its network to private_networks in seeds/fetching.toml.",
    "robots_disallow": "Ask the publisher for permission or for a feed, or set the source's enabled to false.",
    "host_left_alone": "Nothing needs to be done: a later build asks again.",
    "too_many_redirects": "Use the address that the redirects end at.",
    "not_a_sitemap": "Check that the location gives a sitemap or an index of sitemaps (XML), not a web page.",
    "not_a_list": "Export it again, with a column `url`; check that the location gives such a list.",
    "pages_left": "Nothing needs to be done: later builds fetch them; raise max_pages in seeds/fetching.toml to be faster.",
    "http_status": "Open the address in a browser; correct it or ask the publisher.",
    "unreachable": "Check the network and the address; the next build tries again.",
}


def mint(prefix: str, *parts: str) -> str:
    """Returns an id of the contract: the prefix, `_` and 20 hex digits of the sha256 of the parts."""
    return f"{prefix}_{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:20]}"


class Refused(Exception):
    """A file, response or record that is not read further.

    Args:
        reason: A code of `REMEDIES`.
        what: What is wrong, in words, without a full stop.
    """

    def __init__(self, reason: str, what: str) -> None:
        super().__init__(reason, what)
        self.reason = reason
        self.detail = f"{what}. {REMEDIES[reason]}"

    @classmethod
    def again(cls, reason: str, detail: str) -> "Refused":
        """Returns a refusal that was made before."""
        refused = cls(reason, "")
        refused.detail = detail
        return refused

    def at(self, locator: str) -> "Refusal":
        """Returns the refusal of the record at a place of its file."""
        return Refusal(locator, self.reason, self.detail)


@dataclass(frozen=True, slots=True)
class Published:
    """When something was published: the instant, and the day that it was at the publisher's."""

    at: datetime
    local_date: date


@dataclass(frozen=True, slots=True)
class Item:
    """One article as a reader found it, its text not yet cleaned."""

    locator: str
    text: str
    title: str | None = None
    external_id: str | None = None
    url: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    published: Published | None = None
    basis: str = "unknown"
    misdated: str | None = None  # the date of publication as it is written, where it cannot be
    wrapped: bool = False  # whether single newlines may be mere line ends


@dataclass(frozen=True, slots=True)
class Listed:
    """A page that a feed, sitemap or other list names, and what the list says of it."""

    url: str
    listed_in: str
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """One record that was refused, and where in its file it is."""

    locator: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class RawFile:
    """What is known of raw bytes without reading them."""

    kind: str
    location: str
    media_type: str
    retrieved_at: datetime
    timezone: str | None = None
    publisher: str | None = None
    listed: Listed | None = None  # for a page that a list led to

    @property
    def charset(self) -> str | None:
        """The charset that the media type declares."""
        return self._parameter("charset")

    @property
    def coding(self) -> str | None:
        """How the bytes are packed: gzip, zstd, or not at all."""
        return self._parameter("coding")

    def _parameter(self, wanted: str) -> str | None:
        for parameter in self.media_type.split(";")[1:]:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == wanted:
                return value.strip(" \"'") or None
        return None
