import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from pipeline.ingest import markup
from pipeline.ingest.markup import count_attributes, fragment_text

PIECES = st.sampled_from(
    ["<a", "<p", "<i ", "<script", "</script", "<style>", "</style", "<title>", "</title>", "<textarea", "<!--", "-->",
     "--!>", "<!-->", "<!", "<?", "</", "</>", ">", '"', "'", " ", "=", " x=1", ' y="', " z='", "/", "b", "<![CDATA[",
     "\n", "\x0b"]
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=25))
def test_no_attribute_that_the_parser_sees_goes_uncounted(pieces: list[str]) -> None:
    data = "".join(pieces).encode()
    try:
        tree = document_fromstring(data, parser=HTMLParser(encoding="utf-8"))
    except etree.ParserError:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markup, "_SUSPECT_TAG", -1)
        # What is skipped as ordinary holds fewer than 2,000 by its form: 61 runs of 60 characters, 60 values.
        patch.setattr(markup, "_ORDINARY", re.compile(rb"(?!)"))
        counted = count_attributes(data)
    assert counted >= max(len(node.attrib) for node in tree.iter() if isinstance(node.tag, str))


MANY = " ".join(f"a{i}=1" for i in range(3_000))


@pytest.mark.parametrize(
    "form",
    [
        "<p {}>",
        '<p x=">" {}>',
        "<p x='<' {}>",
        '<a title="x>" b="<script>"><p {}>',
        "<!--><p {}>",
        "<!-- <script> --><p {}>",
        '<! "<script>"><p {}>',
        "<title><script></title><p {}>",
        "<script/><p {}>",
        "<script>if (a<b) c()</script><p {}>",
        "<p {}",
    ],
)
def test_attributes_are_counted_wherever_they_hide(form: str) -> None:
    assert count_attributes(form.format(MANY).encode()) >= 3_000


@pytest.mark.parametrize(
    "form", ["<script>if (a<b {})</script>", "<style><p {}></style>", "<!-- <p {}> -->", "<p>{}</p>"]
)
def test_what_is_no_tag_has_no_attributes(form: str) -> None:
    assert count_attributes(form.format(MANY).encode()) == 0


@pytest.mark.parametrize(
    "data", [b"<a" + b" " * 4_000_000, b"<a b='" * 800_000, b"<!--" * 1_000_000, b"<" * 4_000_000, b"<a b = " * 700_000]
)
def test_counting_ends(data: bytes) -> None:
    assert count_attributes(data) >= 0


@pytest.mark.parametrize(
    ("html", "text"),
    [
        pytest.param("<p>One <b>two</b></p><p>three<br>four</p>", "One two\nthree\nfour", id="blocks are lines"),
        pytest.param("one\ntwo\n\nthree", "one two three", id="newlines of the source are blanks"),
        pytest.param("a<script>evil()</script>b<style>x{}</style>c<!-- d -->e", "abce", id="scripts and comments"),
        pytest.param("a &amp; b&nbsp;c &lt;i&gt;", "a & b c <i>", id="entities"),
        pytest.param("<ul><li>a<li>b</ul>c", "a\nb\nc", id="lists"),
        pytest.param("<p>unclosed <i>tags", "unclosed tags", id="unclosed"),
        pytest.param("", "", id="empty"),
    ],
)
def test_a_fragment_gives_its_text(html: str, text: str) -> None:
    assert fragment_text(html) == text
