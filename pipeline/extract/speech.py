"""Who goes on speaking: what a sentence without a claimant of its own says of the one before it.

What belongs here: the signs that the last claimant still speaks. What does not: who speaks in a sentence
(pipeline.extract.grammar).
"""

from dataclasses import replace

from pipeline.extract.patterns import Match
from pipeline.extract.reading import Reading
from pipeline.extract.roles import Claimant


def goes_on(reading: Reading) -> bool:
    """Whether a sentence without a claimant stands in quotation marks, so that the last one still speaks."""
    quoted = sum(reading.quoted)
    return quoted > 0.5 * max(1, len(reading.tokens))


def is_reported(reading: Reading) -> bool:
    """Whether the form of a verb tells that the last claimant still speaks (German `sei`, `habe`)."""
    return any("reported" in roles for roles in reading.roles)


def says_that(reading: Reading) -> bool:
    """Whether a sentence says of the one before it who said it: `That was confirmed by ...`, `Das sagte ...`."""
    return any(match.value.role == "say" and match.start == 1 for match in reading.attributions) and (
        reading.has_role(0, "pronoun")
    )


def says_again(reading: Reading) -> bool:
    """Whether a speech verb has a pronoun for its subject: `..., he said`."""
    return any(
        match.value.role == "say"
        and (reading.has_role(match.start - 1, "pronoun") or reading.has_role(match.end, "pronoun"))
        for match in reading.attributions
    )


def carry_on(claimant: Claimant) -> Claimant:
    """Returns a claimant carried into the next sentence."""
    return replace(claimant, match=Match(0, 0, claimant.match.value), rule="carried")
