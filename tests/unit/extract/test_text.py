"""Sentences and tokens: where they end, that their spans are those of the article, and under which form words compare."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.text import (
    Apostrophe,
    fold,
    fold_letters,
    split_dateline,
    split_sentences,
    tokenize,
    tokenize_unplaced,
)

LANGUAGES: dict[str, Apostrophe] = {"ar": "suffix", "en": "suffix", "fr": "prefix", "ru": "suffix", "uk": "letter", "zh": "letter"}  # fmt: skip

WRAPPED = """The army said on Monday that it had taken the last of the hills that
look down upon the town, and that its guns were being moved forward by
night. Residents told of shelling that went on until the morning and of
fires in the market place. No number of the dead could be learned in the
capital."""

PIECES = ["Troops fired. ", "U.N. ", "7人死亡。", "平民逃离！", "قصف الجيش المدينة. ", "Войска отошли… ", "п'ять ", "l’armée ",
          "1 450,5 ", "Goma -- ", "\n", "\n\n", "\r\n", "\t", "\u00a0", "\u2028", "\x00", "\x1b[0m", "\u200f", "\ufeff", "e\u0301", "“", "”", "?!",
          "\U0001f4a5", "a line that is set to some sixty letters as agencies used to do\n"]  # fmt: skip
ANY_TEXT = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=14).map("".join)


def texts(text: str, language: str) -> list[str]:
    return [sentence.text for sentence in split_sentences(text, language, LANGUAGES[language])]


def words(text: str, apostrophe: Apostrophe = "suffix") -> list[str]:
    return [token.text for token in tokenize(text, apostrophe=apostrophe)]


@given(ANY_TEXT, st.sampled_from(sorted(LANGUAGES)))
@settings(deadline=None, max_examples=100)
def test_spans_are_those_of_the_article(text: str, language: str) -> None:
    sentences = split_sentences(text, language, LANGUAGES[language])
    assert [sentence.index for sentence in sentences] == list(range(len(sentences)))
    assert all(before.end <= after.start for before, after in pairwise(sentences))
    for sentence in sentences:
        # Line ends of wrapped copy are the one thing that a sentence writes otherwise.
        assert text[sentence.start : sentence.end].replace("\n", " ") == sentence.text.replace("\n", " ")
        assert all(before.end <= after.start for before, after in pairwise(sentence.tokens))
        for token in sentence.tokens:
            assert text[token.start : token.end] == token.text
            assert sentence.start <= token.start < token.end <= sentence.end


@given(ANY_TEXT, st.sampled_from(sorted(LANGUAGES)))
@settings(deadline=None, max_examples=100)
def test_every_sign_that_is_seen_is_in_one_token(text: str, language: str) -> None:
    tokens = [t for s in split_sentences(text, language, LANGUAGES[language]) for t in s.tokens]
    assert "".join("".join(t.text for t in tokens).split()) == "".join(text.split())


@given(ANY_TEXT, st.sampled_from(("letter", "prefix", "suffix")))
@settings(deadline=None, max_examples=60)
def test_tokens_without_spans_are_the_same_tokens(text: str, apostrophe: Apostrophe) -> None:
    placed = [token._replace(start=0, end=token.end - token.start) for token in tokenize(text, apostrophe=apostrophe)]
    assert tokenize_unplaced(text, apostrophe) == placed


@given(ANY_TEXT, st.sampled_from(sorted(LANGUAGES)))
@settings(deadline=None, max_examples=60)
def test_a_dateline_and_what_remains_do_not_overlap(text: str, language: str) -> None:
    for sentence in split_sentences(text, language, LANGUAGES[language])[:1]:
        dateline, rest = split_dateline(sentence)
        assert rest.end == sentence.end
        assert rest.text == sentence.text[rest.start - sentence.start :]
        if dateline is not None:
            assert (dateline.start, dateline.text) == (sentence.start, sentence.text[: dateline.end - dateline.start])
            assert dateline.end < rest.start


@pytest.mark.parametrize(
    ("language", "text", "sentences"),
    [
        pytest.param("en", "Rebels fled. It rained.", ["Rebels fled.", "It rained."], id="full stop"),
        pytest.param("en", "F.W. de Klerk met the U.N. Security Council. It rained.", ["F.W. de Klerk met the U.N. Security Council.", "It rained."], id="initials"),
        pytest.param("zh", "军队进攻。平民逃离！7人死亡。", ["军队进攻。", "平民逃离！", "7人死亡。"], id="ideographic stop before a number"),
        pytest.param("zh", "他说：“我们撤退。”随后离开。", ["他说：“我们撤退。”", "随后离开。"], id="ideographic stop within quotes"),
        pytest.param("en", "A headline\nA short line\n\nThe story.", ["A headline", "A short line", "The story."], id="lines end sentences"),
        pytest.param("en", " \n\t\n", [], id="nothing but space"),
    ],
)  # fmt: skip
def test_sentences_end_where_readers_end_them(language: str, text: str, sentences: list[str]) -> None:
    assert texts(text, language) == sentences


def test_hard_wrapped_copy_is_read_across_its_lines() -> None:
    assert [sentence.split()[0] for sentence in texts(WRAPPED, "en")] == ["The", "Residents", "No"]


def test_blank_lines_end_the_paragraphs_of_wrapped_copy() -> None:
    sentences = split_sentences(f"{WRAPPED}\n\n{WRAPPED}", "en")
    assert len(sentences) == 6
    assert sentences[2].paragraph < sentences[3].paragraph


@pytest.mark.parametrize(
    ("text", "dateline", "rest"),
    [
        ("KYIV, 3 May (Agency) -- Troops fired.", "KYIV, 3 May (Agency)", "Troops fired."),
        ("KYIV, 3 May (Agency) -- [Text] Troops fired.", "KYIV, 3 May (Agency)", "Troops fired."),
        ("EL FASHER — Troops fired.", "EL FASHER", "Troops fired."),
        ("BAGHDAD (Agency) – Rebels fled.", "BAGHDAD (Agency)", "Rebels fled."),
        ("Goma - Rebels fled.", "Goma", "Rebels fled."),
    ],
    ids=["place, day and agency", "editors' mark", "two capital words", "en dash", "hyphen"],
)  # fmt: skip
def test_datelines_are_split_off(text: str, dateline: str, rest: str) -> None:
    (sentence,) = split_sentences(text, "en")
    found, remaining = split_dateline(sentence)
    assert found is not None
    assert (found.text, remaining.text) == (dateline, rest)


@pytest.mark.parametrize(
    "text",
    [
        "Well-armed rebels fled.",
        "Troops who had come from the hills - and were tired - fired.",
        "troops - fired.",
        "Troops fired.",
    ],
    ids=["hyphenated word", "dash in a sentence", "no capital", "no dash"],
)
def test_sentences_without_a_dateline_stay_whole(text: str) -> None:
    (sentence,) = split_sentences(text, "en")
    assert split_dateline(sentence) == (None, sentence)


@pytest.mark.parametrize(
    ("apostrophe", "text", "parts"),
    [
        ("suffix", "Israel's", ["Israel", "'s"]),
        ("suffix", "Ankara’da", ["Ankara", "’da"]),
        ("prefix", "l'armée", ["l'", "armée"]),
        ("prefix", "l’armée", ["l’", "armée"]),
        ("prefix", "d'", ["d'"]),
        ("letter", "п'ять", ["п'ять"]),
        ("letter", "об’єкт", ["об’єкт"]),
    ],
)
def test_apostrophes_part_words_as_the_language_writes_them(
    apostrophe: Apostrophe, text: str, parts: list[str]
) -> None:
    assert words(text, apostrophe) == parts


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("1,450 men", ["number", "word"]),
        ("١٢٬٥٠٠", ["number"]),
        ("12月3日", ["number", "ideograph", "number", "ideograph"]),
        ("U.N. envoy", ["abbreviation", "word"]),
        ("F16", ["word"]),
        ("T-72", ["word", "mark", "number"]),
        ("打死", ["ideograph", "ideograph"]),
    ],
)
def test_tokens_are_of_their_kind(text: str, kinds: list[str]) -> None:
    assert [token.kind for token in tokenize(text)] == kinds


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Attaqué", "attaque"),
        ("KÂR", "kar"),
        ("İstanbul", "istanbul"),
        ("ıslak", "islak"),
        ("Ёлка", "елка"),
        ("Йод", "йод"),
        ("їжа", "їжа"),
        ("مُقاتِل", "مقاتل"),
        ("آذار", "اذار"),
        ("مقاتلة", "مقاتله"),
        ("п’ять", "п'ять"),
    ],
)
def test_fold_joins_the_spellings_of_one_word(word: str, folded: str) -> None:
    assert fold(word) == folded


@pytest.mark.parametrize(("word", "kept"), [("ÖLDÜ", "öldü"), ("Çin", "çin"), ("kâr", "kar"), ("İran", "iran")])
def test_fold_letters_keeps_marks_that_make_letters(word: str, kept: str) -> None:
    assert fold_letters(word) == kept


@given(st.text(max_size=12))
def test_folding_does_not_depend_on_how_marks_are_encoded(word: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, word) for form in ("NFC", "NFD"))
    assert fold(composed) == fold(decomposed)
    assert fold_letters(composed) == fold_letters(decomposed)


@pytest.mark.parametrize("text", ["می\u200cشوند", "می شوند", "مي شوند"], ids=["joined", "apart", "Arabic letters"])
def test_persian_spellings_of_a_word_are_one(text: str) -> None:
    assert [token.norm for token in tokenize(text)] == ["مي", "شوند"]
