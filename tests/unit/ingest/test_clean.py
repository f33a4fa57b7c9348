import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ingest.clean import MAX_TEXT, article_id, clean_line, clean_text, clean_url
from pipeline.ingest.items import Refused


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        pytest.param("a\r\nb\rc\u2028d\x0be", "a\nb\nc\nd\ne", id="newlines"),
        pytest.param("a\n\n\n\n\nb", "a\n\nb", id="paragraphs are kept"),
        pytest.param("  a \t b  \n  c ", "a b\nc", id="blanks"),
        pytest.param("a\u00a0b\u2009c\u3000d", "a b c d", id="odd blanks"),
        pytest.param("1\u00a0100 and 2\u202f200", "1\u00a0100 and 2\u00a0200", id="digits that are one number"),
        pytest.param("5\u00a0\u00a06", "5 6", id="two blanks group nothing"),
        pytest.param("a\x00b\x07c\u200bd\ufeffe\u202ef\u00adg", "abcdefg", id="invisible"),
        pytest.param("e\u0301", "\u00e9", id="NFC"),
        pytest.param("a\ud800b", "a\ufffdb", id="lone surrogate"),
        pytest.param("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e", id="joiners stay"),
    ],
)
def test_text_has_one_form(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@pytest.mark.parametrize("raw", ["", " \n\t ", "\u200b\x00"])
def test_text_of_which_nothing_is_left_is_refused(raw: str) -> None:
    with pytest.raises(Refused) as caught:
        clean_text(raw)
    assert caught.value.reason == "empty_text"


def test_text_of_impossible_length_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        clean_text("ab" * MAX_TEXT)
    assert caught.value.reason == "too_large"


def test_endless_marks_on_a_letter_are_cut() -> None:
    assert len(clean_text("a" + "\u0301\u0316" * 100_000 + " b")) < 100


@settings(deadline=None)
@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    try:
        once = clean_text(raw)
    except Refused:
        return
    assert clean_text(once) == once
    assert once == unicodedata.normalize("NFC", once).strip()


def test_the_id_depends_on_the_words_alone() -> None:
    assert article_id("Twelve Killed\n\nin attack") == article_id("twelve killed in ATTACK")
    assert article_id("twelve killed in attack") != article_id("twelve killed in attacks")


WRAPPED = (
    "The army said on Tuesday that its soldiers had repelled an attack on\n"
    "the northern town and that eleven of the attackers had been killed in\n"
    "the fighting, which lasted for some hours before a calm returned to\n"
    "the streets.\n"
    "\n"
    "Residents spoke of heavy shelling.\n"
    "By Our Reporter"
)


def test_wrapped_lines_are_joined_up_to_the_blank_line() -> None:
    first, _, second = clean_text(WRAPPED, wrapped=True).partition("\n\n")
    assert first.endswith("killed in the fighting, which lasted for some hours before a calm returned to the streets.")
    assert second == "Residents spoke of heavy shelling.\nBy Our Reporter"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "Twelve people were killed in the north on Monday.\nPolice said thirty were hurt.\nA curfew holds.",
            id="sentences",
        ),
        pytest.param(
            "- Twelve people killed in the north of the country\n- Thirty hurt in the south of the country\n- A curfew holds in the whole of the country\n- Talks go on",
            id="list",
        ),
        pytest.param("Killed: 12\nHurt: 30\nMissing: 4", id="short lines"),
        pytest.param("word " * 40 + "\n" + "word " * 40, id="lines that are paragraphs"),
        pytest.param(
            "A headline of more than forty characters stands here\nThe first sentence, which is a good deal longer than the headline, follows.",
            id="headline",
        ),
    ],
)
def test_lines_that_are_paragraphs_stay(text: str) -> None:
    assert clean_text(text, wrapped=True) == "\n".join(line.strip() for line in text.split("\n"))


def test_wrapped_ideographs_are_joined_without_a_blank() -> None:
    line = "据当地警方周一通报武装分子袭击了边境附近的一个村庄造成至少十二人死亡三十人受伤多间房屋被烧毁"
    assert clean_text(f"{line}\n{line}\n{line}\n{line}。", wrapped=True) == line * 4 + "。"


def test_lines_are_joined_only_where_they_may_be_wrapped() -> None:
    assert clean_text(WRAPPED) == WRAPPED


@pytest.mark.parametrize(
    ("value", "line"),
    [(" Twelve\n killed ", "Twelve killed"), ("A &amp; B", "A & B"), ("", None), ("  ", None), (7, None), (None, None)],
)
def test_a_field_is_one_line_or_nothing(value: object, line: str | None) -> None:
    assert clean_line(value) == line


@pytest.mark.parametrize(
    "value", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//host/a", "a b", "http://a b", 3, None]
)
def test_other_schemes_are_no_address(value: object) -> None:
    assert clean_url(value) is None
    assert clean_url("HTTPS://news.example/a?b=1&amp;c=2") == "HTTPS://news.example/a?b=1&c=2"
