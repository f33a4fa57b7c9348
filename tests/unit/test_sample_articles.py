"""The sample articles hold what their README says: counts, readable pages, and exactly two broken inputs.

What belongs here: facts about the files under seeds/articles and seeds/feeds. What does not: what the pipeline makes
of them.
"""

import csv
import json
import re
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trafilatura
from lxml import etree

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
ARTICLES = SEEDS / "articles"
FEED = SEEDS / "feeds" / "sample.xml"
LANGUAGES = {"en": 11, "fr": 7} | dict.fromkeys(("id", "es", "pt", "ar", "ru", "uk", "tr", "zh"), 6)
FIELDS = {"article_id", "language", "published", "title", "text", "url", "publisher"}
BROKEN_LINE = ("broken-line.jsonl", 2)
BROKEN_PAGE = "broken-picture.html"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
LANGUAGE = "{http://purl.org/dc/elements/1.1/}language"
TEXT_NAME = re.compile(r"(?P<date>\d{4}-\d{2}-\d{2})-[a-z-]+\.(?P<language>[a-z]{2})\.txt")

TEXT_FILES = sorted(ARTICLES.glob("*.txt"))
PAGES = sorted(path for path in ARTICLES.glob("*.html") if path.name != BROKEN_PAGE)
LINES = [
    (path.name, number, line)
    for path in sorted(ARTICLES.glob("*.jsonl"))
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
]
WHOLE_LINES = [line for line in LINES if line[:2] != BROKEN_LINE]


def read_records() -> list[dict[str, str]]:
    """Returns the whole JSON lines and the rows of the CSV file."""
    with (ARTICLES / "newsroom.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [json.loads(line) for *_, line in WHOLE_LINES] + rows


def read_items() -> list[etree._Element]:
    """Returns the items of the sample feed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(FEED.read_bytes(), parser).findall("channel/item")


def page_language(path: Path) -> str:
    """Returns the primary tag of a page's `<html lang>`."""
    match = re.search(rb'<html[^>]* lang="([a-z]{2})', path.read_bytes())
    assert match, path.name
    return match[1].decode()


def words(text: str) -> set[tuple[str, ...]]:
    """Returns a text's runs of three words."""
    tokens = re.findall(r"\w+", text.lower())
    return set(zip(tokens, tokens[1:], tokens[2:], strict=False))


def similarity(one: str, other: str) -> float:
    """Returns the share of runs of three words that two texts have in common, 0 to 1."""
    return len(words(one) & words(other)) / len(words(one) | words(other))


def text_by_id(article_id: str) -> str:
    """Returns the text of a JSON line or CSV row."""
    (text,) = [record["text"] for record in read_records() if record["article_id"] == article_id]
    return text


def test_each_format_holds_the_stated_number_of_articles() -> None:
    counts = Counter(name for name, *_ in WHOLE_LINES)
    assert counts == {"wire.jsonl": 15, "regional.jsonl": 13, "broken-line.jsonl": 2}
    assert (len(TEXT_FILES), len(PAGES), len(read_records()), len(read_items())) == (15, 11, 34, 6)


def test_each_language_has_the_stated_number_of_articles() -> None:
    tags = [path.suffixes[-2][1:] for path in TEXT_FILES]
    tags += [page_language(path) for path in PAGES]
    tags += [record["language"] for record in read_records()]
    tags += [item.findtext(LANGUAGE) or "" for item in read_items()]
    assert Counter(tags) == LANGUAGES


def test_no_file_is_left_out_of_the_counts() -> None:
    counted = {path.name for path in TEXT_FILES + PAGES} | {name for name, *_ in LINES}
    assert {path.name for path in ARTICLES.iterdir()} == counted | {"newsroom.csv", BROKEN_PAGE, "README.md"}


@pytest.mark.parametrize("path", TEXT_FILES, ids=lambda path: path.name)
def test_text_files_have_a_dated_name_and_a_headline_over_a_body(path: Path) -> None:
    match = TEXT_NAME.fullmatch(path.name)
    assert match
    assert date(2024, 1, 1) <= date.fromisoformat(match["date"]) <= date(2026, 10, 31)
    headline, blank, body = path.read_text("utf-8").split("\n", 2)
    assert headline
    assert not blank
    assert len(body) > len(headline)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_yield_their_body_without_menu_and_footer(path: Path) -> None:
    page = path.read_bytes()
    source = page.decode("windows-1251" if b"windows-1251" in page else "utf-8")
    text = trafilatura.extract(page, fast=True)
    assert text
    paragraphs = re.findall(r"<p(?: class=\"chapo\")?>([^<]{60,})</p>", source)
    assert len(paragraphs) >= 2
    assert [paragraph for paragraph in paragraphs if " ".join(paragraph.split()) not in text] == []
    menu = re.findall(r'<a href="[^"]*">([^<]+)</a>', source)
    assert len(menu) >= 3
    assert set(text.splitlines()).isdisjoint(menu)


def test_one_page_is_no_utf_8() -> None:
    def is_utf_8(path: Path) -> bool:
        try:
            path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            return False
        return True

    assert [path.name for path in PAGES if not is_utf_8(path)] == ["kramatorsk-minoborony.html"]


@pytest.mark.parametrize(
    ("name", "number", "line"), WHOLE_LINES, ids=[f"{name}-{number}" for name, number, _ in WHOLE_LINES]
)
def test_whole_lines_are_articles(name: str, number: int, line: str) -> None:
    record = json.loads(line)
    assert set(record) == FIELDS
    assert all(record.values())
    assert date(2024, 1, 1) <= datetime.fromisoformat(record["published"]).date() <= date(2026, 10, 31)


def test_records_have_ids_and_addresses_of_their_own() -> None:
    records = read_records()
    assert {field for record in records for field in record} == FIELDS
    assert len({record["article_id"] for record in records}) == len(records)
    assert len({record["url"] for record in records}) == len(records)
    assert {urlsplit(record["url"]).netloc for record in records} == {"example.org"}


def test_one_line_is_cut_off() -> None:
    ((*_, line),) = [line for line in LINES if line[:2] == BROKEN_LINE]
    assert line.startswith('{"article_id"')
    with pytest.raises(json.JSONDecodeError):
        json.loads(line)


def test_one_page_is_a_picture() -> None:
    data = (ARTICLES / BROKEN_PAGE).read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert trafilatura.extract(data, fast=True) is None


def test_feed_items_carry_whole_articles() -> None:
    items = read_items()
    assert len({item.findtext("guid") for item in items}) == len(items)
    for item in items:
        assert all(item.findtext(tag) for tag in ("title", "link", "pubDate", "description"))
        assert len(item.findtext(CONTENT) or "") > len(item.findtext("description") or "")


def test_one_text_is_there_twice() -> None:
    texts = Counter(record["text"] for record in read_records())
    assert [text for text, count in texts.items() if count > 1] == [text_by_id("sample-en-07")]
    assert text_by_id("harbour-118") == text_by_id("sample-en-07")


def test_two_texts_are_near_duplicates() -> None:
    ambush = (ARTICLES / "2025-03-14-convoy-ambush.en.txt").read_text("utf-8").split("\n", 2)[2]
    for one, other in ((ambush, text_by_id("sample-en-09")), (text_by_id("sample-fr-04"), text_by_id("sample-fr-07"))):
        assert one != other
        assert len(one.split()) >= 60
        assert similarity(one, other) > 0.8


def test_nothing_else_repeats() -> None:
    texts = sorted({record["text"] for record in read_records()})
    near = [(one, other) for i, one in enumerate(texts) for other in texts[i + 1 :] if similarity(one, other) > 0.3]
    assert len(near) == 1
