"""Chooses which of its namesakes a place name means, by what else the article names.

What belongs here: the choice, and joining what is named inner to outer. What does not: finding names (places.py).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log10
from typing import Final

from pipeline.extract.place_names import COMMAS, PlaceMention, weigh
from pipeline.extract.text import fold
from pipeline.gazetteer import Place

_KNOWN: Final = 5.0  # power of ten of people from which on a name means the place wherever the article plays
_DOUBT: Final = 2.0  # mentions' worth: one name alone does not settle where an article plays
_TWIN_SHARE: Final = 0.15  # of its division's people: below, a town of the same name is not its namesake


def disambiguate(mentions: Sequence[PlaceMention], country_hints: Counter[str]) -> list[PlaceMention]:
    """Chooses the place of every mention of an article, and joins what is named inner to outer.

    Args:
        mentions: All mentions of one article, in order.
        country_hints: Countries (alpha-3) that the article names otherwise: actors, publisher.

    Returns:
        The mentions with `place`, `precision` and `chain`; in "Poso, Central Sulawesi" one mention, the inner
        place's. Weak mentions that nothing in the article speaks for are left out.
    """
    shares = _share_countries(mentions, country_hints)
    divisions = {place.place_id for mention in mentions for place in mention.candidates if place.precision == "admin1"}
    groups: list[list[PlaceMention]] = []
    seen = {_read_weak(mention) for mention in mentions if mention.is_weak}
    weak = Counter(country for countries, _ in seen for country in countries)
    for mention in mentions:
        # A weak one is believed if the article names its country, or another place that only that country has.
        if mention.is_weak and not (
            any(place.country in shares for place in mention.candidates)
            or any(weak[country] > 1 for country in _read_weak(mention)[0])
        ):
            continue
        if mention.link is not None and groups:
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return [chosen for group in groups for chosen in _choose(group, shares, divisions)]


def _read_weak(mention: PlaceMention) -> tuple[tuple[str, ...], str]:
    """Returns the country of a weak mention that only one country has (else none), and its name."""
    countries = {place.country for place in mention.candidates if place.country is not None}
    is_sure = mention.is_weak and len(countries) == 1
    return (tuple(countries) if is_sure else (), fold(mention.text))


def _share_countries(mentions: Sequence[PlaceMention], country_hints: Counter[str]) -> dict[str, float]:
    """Returns each country's share of what the article names without doubt."""
    votes: dict[str, float] = {country: float(count) for country, count in country_hints.items()}
    for mention in mentions:
        best = mention.candidates[0]
        is_sure = best.precision == "country" or len({place.country for place in mention.candidates}) == 1
        if is_sure and not mention.is_weak and best.country is not None:
            votes[best.country] = votes.get(best.country, 0.0) + 1.0
    total = sum(votes.values()) + _DOUBT
    return {country: votes[country] / total for country in sorted(votes) if votes[country] > 0}


def _choose(group: Sequence[PlaceMention], shares: Mapping[str, float], divisions: set[str]) -> list[PlaceMention]:
    """Returns a run of linked mentions with their places, each containing one merged into what it contains."""
    chosen: list[PlaceMention] = []
    for mention in reversed(group):  # the outer place comes last: "Apopa, El Salvador"
        outer = chosen[-1] if chosen else None
        place = mention.candidates[0]
        if len(mention.candidates) > 1:
            place = max(
                mention.candidates,
                key=lambda place: (_score(place, mention, shares, divisions, outer), place.population, place.place_id),
            )
        precision = "near" if mention.is_near and place.precision == "exact" else place.precision
        mention = mention._replace(place=place, precision=precision)
        if outer is not None and outer.place is not None and outer.link is not None:
            if outer.place.contains(place):
                chosen[-1] = _join(mention, outer)
                continue
            if place.contains(outer.place):  # the outer place first, as some languages write
                chosen[-1] = outer._replace(chain=(*outer.chain, place), link=mention.link)
                continue
        chosen.append(mention)
    chosen.reverse()
    return chosen


def _join(inner: PlaceMention, outer: PlaceMention) -> PlaceMention:
    """Returns the inner place's mention with the outer one's; its words are both's where a comma joins them."""
    link = outer.link or ""
    chain = (outer.place, *outer.chain) if outer.place is not None else outer.chain
    if link[:1] not in COMMAS:
        return inner._replace(chain=chain)
    return inner._replace(
        end_token=outer.end_token, char_end=outer.char_end, text=inner.text + link + outer.text, chain=chain
    )


def _score(
    place: Place,
    mention: PlaceMention,
    shares: Mapping[str, float],
    divisions: set[str],
    outer: PlaceMention | None,
) -> float:
    """Returns how well a place fits: people in powers of ten, plus what the article says."""
    weight = weigh(place)
    size = log10(weight + 10)
    score = size + min(3.0, max(0.0, 3.0 * (size - _KNOWN)))
    if fold(place.name) == fold(mention.text):
        score += 2.5  # places far away are spelt like others in some language
    if place.country is not None:
        score += 4.0 * min(1.0, 2.0 * shares.get(place.country, 0.0))
    if place.precision == "exact" and place.admin1_code in divisions:
        score += 0.5
    if outer is not None and outer.place is not None and outer.place.contains(place):
        score += 5.0
    if mention.kind is not None:
        score += 2.0 if place.precision == mention.kind else -1.0
    elif place.precision in ("admin1", "admin2"):
        # A town and its division share a name: the town is meant where no word says otherwise.
        twins = (other for other in mention.candidates if other.precision == "exact" and other.country == place.country)
        if any(place.name.startswith(other.name) or other.population > _TWIN_SHARE * weight for other in twins):
            score -= 6.0
    return score
