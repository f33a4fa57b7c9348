"""Tries a source and says what it holds: is it there, how much, how new, in which language, and may it be fetched.

What belongs here: looking at a few parts of a source. What does not: keeping anything of it (collect.py).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Final

from pipeline.ingest.clean import clean_text
from pipeline.ingest.dates import parse_published
from pipeline.ingest.items import Item, Listed, RawFile, Refusal, Refused
from pipeline.ingest.language import detect_language
from pipeline.ingest.parse import read_file
from pipeline.ingest.sources import READERS, Part, Portion, Problem, Raw, Reach, Source
from pipeline.ingest.sources.places import is_web

_PORTIONS: Final = 5  # files, archives or lists that are looked into
_PARTS: Final = 200  # of one of them
_SHOWN: Final = 5  # problems


@dataclass
class Finding:
    """What a source was found to hold.

    Attributes:
        source: The source.
        portions: Its files, archives or lists.
        looked_into: How many of these were looked into.
        entries: Articles, records and pages in those.
        newest: The newest day of publication among them.
        languages: Languages of the articles among them.
        robots: What robots.txt says of its addresses: allowed, disallowed, or nothing where none was asked for.
        problems: What could not be had or read, with place and remedy.
    """

    source: Source
    portions: int = 0
    looked_into: int = 0
    entries: int = 0
    newest: date | None = None
    languages: Counter[str] = field(default_factory=Counter)
    robots: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def is_usable(self) -> bool:
        """Whether the text of an article could be read."""
        return bool(self.languages)


def check_source(source: Source, reach: Reach, languages: Sequence[str]) -> Finding:
    """Tries a source.

    Args:
        source: The source, enabled or not.
        reach: What is tried with; pass a fetcher without memory, so that nothing is taken for known.
        languages: The languages to choose from.
    """
    found = Finding(source)
    pages: list[Listed] = []
    try:
        for portion in READERS[source.kind](source, reach):
            found.portions += 1
            if found.looked_into < _PORTIONS:
                found.looked_into += 1
                pages += _look_into(portion, found, reach, languages)
    except Refused as refused:
        _note(found, source.location, refused)
    if pages:
        newest = max(pages, key=lambda page: page.published or "")
        try:
            fetched = reach.fetcher.fetch_page(newest.url)
            assert fetched.data is not None
            _look_at(Raw(newest.url, fetched.media_type or "text/html", fetched.data), found, reach, languages, newest)
        except Refused as refused:
            _note(found, newest.url, refused)
    if not found.robots and (pages or is_web(source.location)):
        found.robots = "allowed" if found.entries else ""
    return found


def _look_into(portion: Portion, found: Finding, reach: Reach, languages: Sequence[str]) -> list[Listed]:
    """Notes what a portion holds, and returns the pages that it names."""
    pages = []
    try:
        parts: Iterator[Part] = islice(portion.read(), _PARTS)
        for part in parts:
            if isinstance(part, Problem):
                _note(found, part.location, part.refused)
            elif isinstance(part, Raw):
                _look_at(part, found, reach, languages)
            else:
                # Pages of a feed are its items, which were counted.
                found.entries += found.source.kind != "feed"
                _date(found, part.published, reach)
                pages.append(part)
    except Refused as refused:
        _note(found, portion.name, refused)
    return pages


def _look_at(raw: Raw, found: Finding, reach: Reach, languages: Sequence[str], listed: Listed | None = None) -> None:
    """Notes what bytes hold: articles, their days, their languages."""
    source = found.source
    file = RawFile(
        source.kind, raw.location, raw.media_type, reach.fetcher.clock(), source.timezone, source.publisher, listed
    )
    for one in read_file((raw.data, file)):
        if isinstance(one, Refusal):
            where = ", ".join(filter(None, (raw.location, one.locator)))
            _note(found, where, Refused.again(one.reason, one.detail))
            continue
        found.entries += listed is None
        _note_article(found, one, languages)


def _note_article(found: Finding, item: Item, languages: Sequence[str]) -> None:
    if item.published:
        found.newest = max(found.newest or date.min, item.published.local_date)
    try:
        found.languages[detect_language(clean_text(item.text), languages)] += 1
    except Refused:
        return  # an item without text, as feeds have them


def _date(found: Finding, written: str | None, reach: Reach) -> None:
    published = parse_published(written, reach.fetcher.clock(), found.source.timezone)
    if published:
        found.newest = max(found.newest or date.min, published.local_date)


def _note(found: Finding, location: str, refused: Refused) -> None:
    if refused.reason == "robots_disallow":
        found.robots = "disallowed"
    found.problems.append(f"{location}: {refused.detail}")


def describe_finding(found: Finding) -> str:
    """Returns a finding in a few lines, article text not among them."""
    source = found.source
    if found.entries:
        named = ", ".join(f"{language} {count}" for language, count in found.languages.most_common(5))
        held = [
            f"{found.entries} entries in {found.looked_into} of {found.portions}",
            f"newest {found.newest or 'without a date'}",
            f"languages {named or 'unknown'}",
        ]
        held += [f"robots.txt: {found.robots}"] if found.robots else []
    else:
        held = ["nothing that can be read"] + ([f"robots.txt: {found.robots}"] if found.robots else [])
    lines = [f"{source.source_id}  {source.kind}  {source.location}{'' if source.enabled else '  (not enabled)'}"]
    lines.append(f"    {'; '.join(held)}")
    lines += [f"    problem: {' '.join(problem.split())}" for problem in found.problems[:_SHOWN]]
    if len(found.problems) > _SHOWN:
        lines.append(f"    and {len(found.problems) - _SHOWN} more problems")
    return "\n".join(lines)
