"""The trivial reader: what the extractor must beat to be worth anything.

What belongs here: nearest-word reading with the extractor's own word lists. What does not: any grammar.

One claim an article. The first word that tells of an action decides the action; the known actors nearest before and
after it in its sentence did it and suffered it; the number nearest to a word that says what is counted is the
quantity; the nearest place of the sentence, else the first of the article, is where; the day of publication is when;
nobody but the publication says so, and it asserts it.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from pipeline.evaluate.gold import Article
from pipeline.extract import Extractor, Language
from pipeline.extract.annotation import read_triggers
from pipeline.extract.place_choice import disambiguate
from pipeline.extract.places import PlaceMention
from pipeline.extract.text import Sentence, split_sentences
from pipeline.lines import JOINED
from pipeline.validate import table_types
from schemas import Claims

_EMPTY: Final[dict[str, Any]] = dict.fromkeys([*table_types(Claims), *(name for name, *_ in JOINED)])


def read_trivially(article: Article, extractor: Extractor, plover: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """Returns the one claim of an article, or none where no word tells of an action.

    Args:
        article: A line of articles.jsonl.
        extractor: Whose word lists are used.
        plover: The type of each action.
    """
    pack = extractor.languages.get(article.get("language") or "")
    if pack is None:
        return []
    lexicon = pack.lexicon
    sentences = split_sentences(article["text"], lexicon.language, lexicon.settings.apostrophe)
    for sentence in sentences:
        trigger = next((match for match in read_triggers(sentence, lexicon) if match.value.action), None)
        if trigger is None:
            continue
        day = date.fromisoformat(article["published"][:10]) if article.get("published") else None
        names = [
            (match.start, article["text"][sentence.tokens[match.start].start : sentence.tokens[match.end - 1].end])
            for match in lexicon.names.find(sentence.tokens)
        ]
        place = _nearest_place(sentence, sentences, trigger.start, extractor, lexicon.language)
        return [
            _EMPTY
            | {
                "article_id": article["article_id"],
                "mention_id": "m",
                "sentence_index": sentence.index,
                "char_start": sentence.start,
                "char_end": sentence.end,
                "event_date_start": day,
                "event_date_end": day,
                "action": trigger.value.action,
                "plover_type": plover.get(trigger.value.action),
                "actor_text": next((name for at, name in reversed(names) if at < trigger.start), None),
                "recipient_text": next((name for at, name in names if at > trigger.start), None),
                "place_text": place.text if place is not None else None,
                "claim_mode": "asserted",
                **_nearest_number(sentence, pack),
            }
        ]
    return []


def _nearest_number(sentence: Sentence, pack: Language) -> dict[str, Any]:
    """Returns the columns of the number that is nearest to the first word that says what is counted."""
    counted = next((match for match in read_triggers(sentence, pack.lexicon) if match.value.metric), None)
    numbers = pack.numbers.find(sentence) if counted is not None else []
    if counted is None or not numbers:
        return {}
    number = min(numbers, key=lambda found: abs(found.start_token - counted.start))
    return {
        "metric": counted.value.metric,
        "quantity_low": number.low,
        "quantity_best": number.best,
        "quantity_high": number.high,
        "quantity_text": number.text,
    }


def _nearest_place(
    sentence: Sentence, sentences: list[Sentence], at: int, extractor: Extractor, language: str
) -> PlaceMention | None:
    """Returns the place nearest to a token of a sentence, else the article's first."""
    found = disambiguate([m for each in sentences for m in extractor.places.find(each, language)], Counter())
    here = [mention for mention in found if mention.sentence_index == sentence.index]
    return min(here, key=lambda mention: abs(mention.start_token - at), default=next(iter(found), None))
