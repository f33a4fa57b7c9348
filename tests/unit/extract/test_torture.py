"""No text is too odd: damaged articles raise nothing, never hang, and every claim still quotes its article.

A few hundred damaged articles by default; the environment variable TORTURE asks for another number (`make torture`).
"""

import faulthandler
import json
import os
import random
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from support import Reliability

from pipeline.extract.extractor import Extractor
from pipeline.seeds import SEEDS

GOLD = Path(__file__).resolve().parents[2] / "gold"
COUNT = int(os.environ.get("TORTURE", "300"))
PARTS = 10
PATIENCE = 120  # seconds after which a hang is shown by its stack; a whole part takes a few

Text = tuple[str, str]  # language, text
Damage = Callable[[random.Random, str, str], str]  # of a text, with another text at hand


def read_texts() -> list[Text]:
    texts = [
        (path.suffixes[-2][1:], path.read_text(encoding="utf-8")) for path in sorted(SEEDS.glob("articles/*.*.txt"))
    ]
    for path in sorted(GOLD.glob("*/articles.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        texts += [(row["language"], row["text"]) for row in rows]
    return texts


def truncate(rng: random.Random, text: str, _: str) -> str:
    start, end = sorted(rng.choices(range(len(text) + 1), k=2))
    return text[start:end]


def splice(rng: random.Random, text: str, other: str) -> str:
    return text[: rng.randrange(len(text))] + other[rng.randrange(len(other)) :]


def mix_scripts(rng: random.Random, text: str, other: str) -> str:
    foreign = other.split()
    return " ".join(rng.choice(foreign) if rng.random() < 0.3 else word for word in text.split(" "))


def sow_controls(rng: random.Random, text: str, _: str) -> str:
    odd = "\x00\x07\x1b\u00ad\u200b\u200d\u200e\u200f\u202e\u2028\ufeff\ufffd\ud800\U000e0041\r\t\x85\u0301\u0670"
    return "".join(char + rng.choice(odd) if rng.random() < 0.05 else char for char in text)


def repeat_tokens(rng: random.Random, text: str, _: str) -> str:
    return " ".join(" ".join([word] * rng.choice((1, 1, 1, 2, 3, 40))) for word in text.split(" "))


def shuffle(rng: random.Random, text: str, _: str) -> str:
    words = text.split(" ")
    rng.shuffle(words)
    return " ".join(words)


def join_words(rng: random.Random, text: str, _: str) -> str:
    return "".join(char for char in text if not char.isspace() or rng.random() < 0.5)


def change_case(rng: random.Random, text: str, _: str) -> str:
    return rng.choice((text.upper(), text.lower(), text.title(), text.swapcase()))


def sow_marks(rng: random.Random, text: str, _: str) -> str:
    marks = "-–—'’\".,:;()[]/%$#@*|«»“”「」。،"
    return "".join(char + rng.choice(marks) if rng.random() < 0.08 else char for char in text)


def nest_quotes(rng: random.Random, text: str, _: str) -> str:
    words = text.split(" ")
    depth = rng.randrange(1, 200)
    for _depth in range(depth):
        words.insert(rng.randrange(len(words)), rng.choice(("“", "«", "「", '"', "„", "(", "”", "»")))
    return " ".join(words)


def sow_numbers(rng: random.Random, text: str, _: str) -> str:
    def number() -> str:
        digits = "".join(rng.choice("0123456789") for _ in range(rng.choice((1, 2, 3, 4, 9, 30, 400))))
        return rng.choice(
            (digits, f"{digits}.{digits[:3]}", f"{digits[:2]}-{digits}", "٣٤٥", "²½", f"{digits}%", "二三百万")
        )

    return " ".join(f"{word} {number()}" if rng.random() < 0.2 else word for word in text.split(" "))


def count_on(rng: random.Random, text: str, _: str) -> str:
    listed = rng.choice((", ", " and ", " ", "-", " to ")).join(str(rng.randrange(10**6)) for _ in range(1000))
    return f"{text.split('.')[0]} {listed} {text}"


def flatten(_: random.Random, text: str, other: str) -> str:
    """One sentence of many paragraphs' words."""
    return " ".join("".join(char for char in text + " " + other if char not in ".!?。！？؟\n").split(" ") * 3)


DAMAGES: tuple[Damage, ...] = (
    truncate, splice, mix_scripts, sow_controls, repeat_tokens, shuffle, join_words, change_case, sow_marks,
    nest_quotes, sow_numbers, count_on, flatten,
)  # fmt: skip


def damaged(numbers: range) -> Iterator[tuple[str, Text]]:
    """Yields names and texts, each damaged once or several times; the same number is always the same text."""
    texts = read_texts()
    for number in numbers:
        rng = random.Random(number)
        language, text = texts[number % len(texts)]
        names = []
        for damage in rng.sample(DAMAGES, rng.choice((1, 1, 2, 3))):
            names.append(damage.__name__)
            text = damage(rng, text, rng.choice(texts)[1]) or " "
        if rng.random() < 0.1:
            language = rng.choice(texts)[0]
        yield f"{number}: {', '.join(names)}", (language, text[:50_000])


def check(extractor: Extractor, language: str, text: str) -> int:
    """Reads a text, checks what is read, and returns the number of claims."""
    published = date(2025, 3, 14)
    article = {"article_id": "a_1", "language": language, "text": text, "title": text[:80], "published": published}
    claims, evidence = extractor.extract(article)
    for claim in claims:
        assert text[claim["char_start"] : claim["char_end"]] == claim["quote"]
        assert claim["quote"]
    assert all(proof["words"] and proof["char_start"] >= 0 for proof in evidence)
    assert len({claim["claim_id"] for claim in claims}) == len(claims)
    return len(claims)


@pytest.fixture(autouse=True)
def watchdog() -> Iterator[None]:
    faulthandler.dump_traceback_later(PATIENCE + COUNT / PARTS, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.mark.parametrize("part", range(PARTS))
def test_damaged_articles_give_claims_that_quote_them(
    extractor: Extractor, part: int, reliability: Reliability
) -> None:
    read, failures = 0, []
    for name, (language, text) in damaged(range(part, COUNT, PARTS)):
        try:
            read += check(extractor, language, text)
        except Exception as error:
            failures.append(f"{name} ({language}): {error!r}")
    reliability(
        "damaged articles read", len(range(part, COUNT, PARTS)), len(failures), "every claim quotes its article"
    )
    assert failures == []
    assert read > 0  # the damage leaves enough to be read


@pytest.mark.parametrize(
    ("language", "unit"),
    [
        pytest.param("en", "At least 14 soldiers were killed in an attack by rebels, the ministry said, and ", id="clauses"),
        pytest.param("en", "killed ", id="triggers"),
        pytest.param("en", "soldiers of the army and ", id="parties"),
        pytest.param("en", "between 30 and 40 or 1,200 thousand ", id="numbers"),
        pytest.param("en", "on Tuesday two days later ", id="dates"),
        pytest.param("en", "Aleppo, Syria, ", id="places"),
        pytest.param("en", "the army said “", id="quotes"),
        pytest.param("en", "“«(", id="marks"),
        pytest.param("en", "U.N. ", id="initials"),
        pytest.param("en", "a", id="letters"),
        pytest.param("en", "9", id="digits"),
        pytest.param("en", "a\u0301", id="accents"),
        pytest.param("en", "x9,", id="letters and digits"),
        pytest.param("en", "'", id="apostrophes"),
        pytest.param("fr", "l'", id="elisions"),
        pytest.param("ar", "ول", id="clitics"),
        pytest.param("tr", "askerlerin", id="endings"),
        pytest.param("zh", "军队打死了三百名士兵", id="no spaces"),
        pytest.param("zh", "三百", id="number signs"),
        pytest.param("en", "\n", id="lines"),
        pytest.param("en", "troops\n", id="short lines"),
        pytest.param("en", " ", id="spaces"),
    ],
)  # fmt: skip
def test_one_sentence_without_end_is_read(
    extractor: Extractor, language: str, unit: str, reliability: Reliability
) -> None:
    size = 1_000_000 if COUNT > 1000 else 20_000
    reliability("sentences without end", 1, 0, f"{size:,} characters each")
    check(extractor, language, "Rebels killed 3 soldiers. " + (unit * (size // len(unit) + 1))[:size])
