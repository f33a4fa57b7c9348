"""Web archives of any number of news pages, made of the project's texts and, where named, of a folder's.

What belongs here: texts, page chrome and archives for measurements. What does not: measuring.

An article is a text of the pool with some words and numbers changed, made as long as news is with sentences of texts of
its kind; so no two are near-duplicates but those that are meant to be. Around it stands what stands around
articles: scripts, styles, menus, teasers; bytes and elements as many as in 181 real news pages (50 to 300 kB, some
thousand elements). The same arguments always give the same bytes.
"""

import gzip
import html
import io
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent
FIRST_DAY: Final = datetime(2026, 10, 1, tzinfo=UTC)
_DAY_ARTICLES: Final = 20_000  # so that an archive of 100,000 pages covers five days
_PER_ARCHIVE: Final = 1_000
_MEDIAN_LENGTH: Final = 3_000  # characters of an article
_CHROME: Final = (50_000, 300_000)  # bytes around it
_MARKUP_SHARE: Final = 0.35  # of the chrome; the rest is scripts and styles
_CHANGED_WORDS: Final = 0.04
_COPIES: Final = 0.05  # of the articles nearly repeat one shortly before, at another publisher
_SITES: Final = 150
_SENTENCE = re.compile(r"[^.!?\u3002\uff01\uff1f\n]+[.!?\u3002\uff01\uff1f\n]*")
_WORD = re.compile(r"[^\W\d_]{3,}")


class Text(NamedTuple):
    """A text of the pool."""

    language: str
    text: str


class Pool(NamedTuple):
    """Texts that speak of conflict and those that do not, and by language what makes each longer.

    Attributes:
        conflict: Texts that speak of conflict.
        ordinary: Others.
        background: Sentences of the former that do not speak of it by themselves.
        ordinary_sentences: Sentences of the others.
        words: Words of the others.
    """

    conflict: list[Text]
    ordinary: list[Text]
    background: dict[str, list[str]]
    ordinary_sentences: dict[str, list[str]]
    words: dict[str, list[str]]


class Article(NamedTuple):
    """One article to be published."""

    number: int
    site: int
    language: str
    title: str
    text: str


def read_pool(folder: Path | None, is_relevant: Callable[[str, str], bool]) -> Pool:
    """Returns the sample articles, the small gold sets, and the texts of a folder of `articles.jsonl[.gz]` files."""
    texts = [
        Text(path.suffixes[-2][1:], path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "seeds" / "articles").glob("*.*.txt"))
    ]
    for root in filter(None, (ROOT / "tests" / "gold", folder)):
        for path in sorted([*root.glob("*/articles.jsonl"), *root.glob("*/articles.jsonl.gz")]):
            data = path.read_bytes()
            lines = (gzip.decompress(data) if path.suffix == ".gz" else data).decode().splitlines()
            rows = [json.loads(line) for line in lines]
            texts += [
                Text(row["language"], row["text"])
                for row in rows
                if row["text"].count(" ") >= 10 or not row["text"].isascii()
            ]
    conflict: list[Text] = []
    ordinary: list[Text] = []
    for text in texts:
        (conflict if is_relevant(text.text, text.language) else ordinary).append(text)
    words: dict[str, list[str]] = defaultdict(list)
    for one in ordinary:
        words[one.language] += _WORD.findall(one.text)
    known = [text for text in conflict if text.language in words]
    background = {
        language: [one for one in sentences if not is_relevant(one, language)]
        for language, sentences in _sentences(known).items()
    }
    return Pool(known, ordinary, background, _sentences(ordinary), dict(words))


def _sentences(texts: Sequence[Text]) -> dict[str, list[str]]:
    sentences: dict[str, list[str]] = defaultdict(list)
    for one in texts:
        sentences[one.language] += [part.strip() for part in _SENTENCE.findall(one.text) if part.strip()]
    return dict(sentences)


def make_articles(pool: Pool, count: int, share: float, seed: int = 1) -> Iterator[Article]:
    """Yields articles, a share of which speak of conflict."""
    rng = random.Random(seed)  # noqa: S311 - texts, no secrets
    recent: list[Article] = []
    for number in range(count):
        site = rng.randrange(_SITES)
        if recent and rng.random() < _COPIES:
            original = rng.choice(recent)
            yield original._replace(number=number, site=site, text=f"{original.text}\n({site})")
            continue
        tells = rng.random() < share
        base = rng.choice(pool.conflict if tells else pool.ordinary)
        wanted = min(12_000, int(_MEDIAN_LENGTH * rng.lognormvariate(0, 0.6)))
        if base.language == "zh":
            wanted //= 3
        lines, length = [_change(rng, base.text, pool.words[base.language])], len(base.text)
        wanted = max(wanted, int(1.3 * length))
        while length < wanted:
            more = (pool.background if tells else pool.ordinary_sentences)[base.language]
            paragraph = " ".join(rng.choices(more, k=3))
            lines.append(_change(rng, paragraph, pool.words[base.language]))
            length += len(paragraph)
        title = " ".join(lines[0].split()[:9])[:90]
        article = Article(number, site, base.language, title, "\n".join(lines))
        recent = [*recent[-200:], article]
        yield article


def _change(rng: random.Random, text: str, words: Sequence[str]) -> str:
    """Returns a text with some words changed for others of its language, and numbers for others as long."""
    text = _WORD.sub(lambda m: rng.choice(words) if rng.random() < _CHANGED_WORDS else m[0], text)
    return re.sub(r"\d+", lambda m: str(rng.randrange(10 ** (len(m[0]) - 1), 10 ** len(m[0]))), text)


def make_chrome(seed: int) -> Callable[[Article], bytes]:
    """Returns what puts an article into the pages of one site."""
    rng = random.Random(seed)  # noqa: S311 - texts, no secrets
    size = int(_CHROME[0] * (_CHROME[1] / _CHROME[0]) ** rng.random())
    names = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randrange(4, 10))) for _ in range(400)]

    def blob(length: int) -> str:
        out = io.StringIO()
        while out.tell() < length:
            out.write(
                f'"{rng.choice(names)}":{{"{rng.choice(names)}":{rng.randrange(10**6)},"u":"/{rng.choice(names)}"}},'
            )
        return out.getvalue()

    def teasers(length: int, kind: str) -> str:
        out, at = io.StringIO(), 0
        while out.tell() < length:
            at += 1
            words = " ".join(rng.choices(names, k=7))
            out.write(
                f'<li class="{kind}-item {rng.choice(names)}"><a class="{kind}-link" href="/{rng.choice(names)}/{at}">'
                f'<img src="/i/{at}.jpg" alt=""><span>{words}</span></a></li>\n'
            )
        return out.getvalue()

    scripts, markup = int(size * (1 - _MARKUP_SHARE)), int(size * _MARKUP_SHARE)
    head = f"<style>{blob(scripts // 4)}</style><script>var a={{{blob(scripts // 2)}}};</script>"
    top = f'<header><nav class="menu"><ul>{teasers(markup // 4, "menu")}</ul></nav></header>'
    side = f'<aside class="related"><h3>More</h3><ul>{teasers(markup // 2, "teaser")}</ul></aside>'
    foot = f"<footer><ul>{teasers(markup // 4, 'foot')}</ul></footer><script>{blob(scripts // 4)}</script>"

    def page(article: Article) -> bytes:
        published = (FIRST_DAY + timedelta(days=article.number / _DAY_ARTICLES)).isoformat(timespec="seconds")
        title = html.escape(article.title)
        stated: dict[str, Any] = {"@type": "NewsArticle", "headline": article.title, "datePublished": published,
                                  "publisher": {"name": f"Site {article.site}"}}  # fmt: skip
        paragraphs = "\n".join(f"<p>{html.escape(line)}</p>" for line in article.text.split("\n") if line.strip())
        return (
            f'<!DOCTYPE html><html lang="{article.language}"><head><meta charset="utf-8"><title>{title}</title>'
            f'<script type="application/ld+json">{json.dumps(stated)}</script>{head}</head><body>{top}'
            f'<main><article><h1>{title}</h1><div class="body">{paragraphs}</div></article>{side}</main>{foot}</body></html>'
        ).encode()

    return page


def write_archives(articles: Iterator[Article], folder: Path, name: str = "pages") -> int:
    """Writes articles as pages into WARC files of a thousand records, named so; returns the bytes of the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    sites = [make_chrome(seed) for seed in range(_SITES)]
    total, file = 0, None
    for at, article in enumerate(articles):
        if at % _PER_ARCHIVE == 0:
            if file is not None:
                file.close()
            file = (folder / f"{name}-{at // _PER_ARCHIVE:04}.warc.gz").open("wb")
        page = sites[article.site](article)
        total += len(page)
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(page)
        head = (
            "WARC/1.0\r\nWARC-Type: response\r\n"
            f"WARC-Target-URI: https://site{article.site}.example/news/{article.number}\r\n"
            f"WARC-Date: 2026-10-10T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{article.number:012}>\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http) + len(page)}\r\n\r\n"
        )
        assert file is not None
        file.write(gzip.compress(head.encode() + http + page + b"\r\n\r\n", 1, mtime=0))
    if file is not None:
        file.close()
    return total
