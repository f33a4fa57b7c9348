import pytest

from pipeline.ingest.charset import decode
from pipeline.ingest.items import Refused

UKRAINIAN = "Унаслідок обстрілу загинули троє людей, ще дев'ятеро дістали поранень. " * 3
FRENCH = "L'attaque a fait douze morts, dont trois élèves, a déclaré l'armée. " * 3
CHINESE = "袭击造成至少十二人死亡，三十人受伤。警方周一表示。" * 3


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-16-le-bom", "utf-32", "utf-8"])
def test_unicode_is_known_by_its_mark_or_form(charset: str) -> None:
    data = b"\xff\xfe" + UKRAINIAN.encode("utf-16-le") if charset == "utf-16-le-bom" else UKRAINIAN.encode(charset)
    assert decode(data) == UKRAINIAN


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        (UKRAINIAN, "windows-1251"),
        (UKRAINIAN, "koi8-u"),
        (FRENCH, "iso-8859-1"),
        (CHINESE, "gb2312"),
        (CHINESE, "big5"),
    ],
)
def test_a_declared_charset_is_used(text: str, charset: str) -> None:
    assert decode(text.encode(charset, "replace"), charset) == text.encode(charset, "replace").decode(charset)


@pytest.mark.parametrize(
    "form",
    [
        '<meta charset="{}">',
        '<?xml version="1.0" encoding="{}"?>',
        '<meta http-equiv=a content="text/html; charset={}">',
    ],
)
def test_the_markup_declares_a_charset(form: str) -> None:
    page = form.format("koi8-u") + UKRAINIAN
    assert decode(page.encode("koi8-u")) == page


def test_utf_8_goes_before_a_declaration_that_lies() -> None:
    assert decode(UKRAINIAN.encode(), "iso-8859-1") == UKRAINIAN


@pytest.mark.parametrize(("text", "charset"), [(UKRAINIAN * 3, "windows-1251"), (CHINESE * 3, "gb18030")])
def test_an_undeclared_charset_is_detected(text: str, charset: str) -> None:
    assert decode(text.encode(charset)) == text


@pytest.mark.parametrize(
    "label", ["unicode_escape", "idna", "punycode", "hex", "rot13", "utf-7", "no such", "a\0b", ""]
)
def test_labels_that_are_no_charsets_are_ignored(label: str) -> None:
    assert decode(rb"killed \u0041 +AEE- xn--n3h", label) == r"killed \u0041 +AEE- xn--n3h"


def test_a_seven_bit_charset_needs_its_declaration() -> None:
    text = "攻撃で十二人が死亡した"
    assert decode(text.encode("iso2022_jp"), "iso-2022-jp") == text


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, id="picture"),
        pytest.param(b"%PDF-1.7\n" + bytes(range(256)) * 40, id="pdf"),
        pytest.param(b"\0" * 5_000, id="NULs"),
        pytest.param("killed twelve people".encode("utf-16-le"), id="utf-16 without mark"),
        pytest.param(b"\xff\xfea", id="half a character"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        decode(data)
    assert caught.value.reason == "undecodable"
