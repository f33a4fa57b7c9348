import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingesting import read, read_items, refusals

from pipeline.ingest.items import Item

JSONL = "application/x-ndjson"
CSV = "text/csv"
TXT = "text/plain"


# ---------------------------------------------------------------------------- text files


def test_a_first_line_before_a_blank_one_is_the_title() -> None:
    (item,) = read_items("Twelve killed in north\r\n\r\nAn attack killed twelve.\r\n\r\nPolice said so.", TXT)
    assert item.title == "Twelve killed in north"
    assert item.text.strip() == "An attack killed twelve.\n\nPolice said so."


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Twelve killed in north\nAn attack killed twelve.", id="no blank line"),
        pytest.param("An attack killed twelve.\n\nPolice said so.", id="a sentence"),
        pytest.param("袭击造成十二人死亡。\n\n警方说。", id="a Chinese sentence"),
        pytest.param("word " * 60 + "\n\nPolice said so.", id="a paragraph"),
        pytest.param("Twelve killed in north", id="one line"),
        pytest.param("Twelve killed in north\n\n  \n", id="nothing follows"),
    ],
)
def test_other_first_lines_stay_in_the_text(text: str) -> None:
    (item,) = read_items(text, TXT)
    assert item.title is None
    assert item.text == text.strip()


def test_a_text_file_is_dated_by_its_name() -> None:
    (dated,) = read_items("Twelve killed", TXT, "reports/2026-05-03-north.txt")
    (undated,) = read_items("Twelve killed", TXT, "reports/north.txt")
    assert dated.published is not None
    assert (dated.published.local_date.isoformat(), dated.basis) == ("2026-05-03", "filename")
    assert (undated.published, undated.basis) == (None, "unknown")


# ---------------------------------------------------------------------------- JSON lines


def test_a_line_gives_all_that_it_states() -> None:
    record = {
        "article_id": "n-1",
        "language": "en",
        "published": "2026-05-03T02:00:00+07:00",
        "title": "Twelve killed",
        "text": "An attack killed twelve.",
        "url": "https://news.example/1",
        "publisher": "Wire",
        "authors": ["A. Writer", " ", 7, "B. Writer"],
    }
    (item,) = read_items(json.dumps(record), JSONL)
    assert item.published is not None
    assert item.published.local_date.isoformat() == "2026-05-03"
    assert item == Item(
        "line 1",
        "An attack killed twelve.",
        title="Twelve killed",
        external_id="n-1",
        url="https://news.example/1",
        publisher="Wire",
        authors=("A. Writer", "B. Writer"),
        language="en",
        published=item.published,
        basis="metadata",
        wrapped=True,
    )


def test_a_line_needs_a_text_alone_and_odd_fields_count_as_missing() -> None:
    record = {
        "text": "x",
        "title": ["a"],
        "url": "javascript:x",
        "published": 20260503,
        "article_id": 12,
        "authors": {"a": 1},
        "language": None,
    }
    (item,) = read_items(json.dumps(record), JSONL)
    assert item == Item("line 1", "x", external_id="12", misdated="20260503", wrapped=True)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param(b'{"text": "twelve', "not_json", id="cut off"),
        pytest.param(b'["text"]', "not_json", id="a list"),
        pytest.param(b"null", "not_json", id="null"),
        pytest.param(b'{"text": "a\x00b"}', "not_json", id="NUL"),
        pytest.param(b'{"a":' * 100_000, "not_json", id="nested deeply"),
        pytest.param(b'{"text": "x", "n": ' + b"9" * 5_000 + b"}", "not_json", id="a number of 5,000 digits"),
        pytest.param(b'{"text": "caf\xe9"}', "undecodable", id="not UTF-8"),
        pytest.param(b'{"title": "x"}', "missing_text", id="no text"),
        pytest.param(b'{"text": null}', "missing_text", id="text null"),
        pytest.param(b'{"text": 12}', "text_not_a_string", id="text a number"),
        pytest.param(b'{"text": {"a": "b"}}', "text_not_a_string", id="text an object"),
    ],
)
def test_a_broken_line_is_refused_by_its_number_and_the_others_go_on(line: bytes, reason: str) -> None:
    found = read(b'{"text": "first"}\n\n' + line + b'\r\n{"text": "last"}\n', JSONL)
    assert refusals(found) == [("line 3", reason)]
    assert [(part.locator, part.text) for part in found if isinstance(part, Item)] == [
        ("line 1", "first"),
        ("line 4", "last"),
    ]


@pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", "1" + "0" * 400])
def test_numbers_beyond_all_bounds_harm_nothing(number: str) -> None:
    (item,) = read_items(f'{{"text": "x", "published": {number}, "views": {number}}}', JSONL)
    assert item.published is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_of_byte_order_are_no_part_of_the_first_line(encoding: str) -> None:
    (item,) = read_items('{"text": "дванадцять"}\n'.encode(encoding), JSONL)
    assert item.text == "дванадцять"


def test_a_line_separator_within_a_string_ends_no_line() -> None:
    (item,) = read_items('{"text": "one\u2028two\u0085three"}', JSONL)
    assert item.text == "one\u2028two\u0085three"


# ---------------------------------------------------------------------------- CSV


def test_a_row_gives_what_its_columns_name() -> None:
    table = '\ufeffArticle_ID,Text,published,other,authors\r\nn-1,"Twelve,\n""thirty"" hurt",2026-05-03,x,A; B\r\n\r\nn-2,Two,,,\r\n'
    one, two = read_items(table, CSV)
    assert (one.locator, one.external_id, one.text) == ("row 2", "n-1", 'Twelve,\n"thirty" hurt')
    assert one.published is not None
    assert one.authors == ("A", "B")
    assert (two.locator, two.external_id, two.published, two.authors) == ("row 4", "n-2", None, ())


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_commas_semicolons_and_tabs_separate(separator: str) -> None:
    (item,) = read_items(f"title{separator}text\nA{separator}B\n", CSV)
    assert (item.title, item.text) == ("A", "B")


@pytest.mark.parametrize(
    ("header", "reason"),
    [("title,body", "bad_header"), ("text,title,TEXT", "bad_header"), ("{}", "bad_header"), ('"text', "not_csv")],
)
def test_a_table_without_a_usable_header_is_refused(header: str, reason: str) -> None:
    assert [why for _, why in refusals(read(f"{header}\nA,B,C\n", CSV))] == [reason]


def test_rows_of_another_length_or_without_text_are_refused_and_the_others_go_on() -> None:
    found = read("title,text\nA\nB,b\nC,c,d\nD,\nE,e\n", CSV)
    assert refusals(found) == [("row 2", "wrong_columns"), ("row 4", "wrong_columns"), ("row 5", "missing_text")]
    assert [part.title for part in found if isinstance(part, Item)] == ["B", "E"]


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param('B,"b\nC,c\n', id="unbalanced quote"),
        pytest.param('B,"b"b\nC,c\n', id="text after a quote"),
        pytest.param("B," + "b" * 200_000 + "\nC,c\n", id="field beyond the limit"),
    ],
)
def test_after_a_row_that_is_no_csv_the_rest_is_refused_as_one(broken: str) -> None:
    found = read(f"title,text\nA,a\n{broken}", CSV)
    assert refusals(found) == [("row 3", "not_csv")]
    assert [part.title for part in found if isinstance(part, Item)] == ["A"]


def test_nul_bytes_in_a_table_harm_nothing() -> None:
    found = read(b"title,text\nA,a\x00b\nB,b\n" + b"C,c\n" * 50, CSV)
    assert len(found) == 52


# ---------------------------------------------------------------------------- any bytes


@settings(deadline=None)
@given(
    st.sampled_from([TXT, JSONL, CSV]),
    st.binary(max_size=200)
    | st.text(alphabet='{}[]",:;\n\ttex 0e9\\u\x00\ud800', max_size=200).map(
        lambda text: text.encode("utf-8", "surrogatepass")
    ),
)
def test_no_bytes_break_a_reader_and_each_file_gives_something(media_type: str, data: bytes) -> None:
    found = read(data, media_type)
    assert found
    assert not {reason for _, reason in refusals(found)} & {"parser_failed"}
    locators = [part.locator for part in found]
    assert len(set(locators)) == len(locators)
