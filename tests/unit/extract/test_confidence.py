"""How sure claims are."""

from datetime import date

import pytest

from pipeline.extract.confidence import CLAIM, Confidence, describe_claims
from pipeline.extract.extractor import Extractor

TEXT = "Rebels shelled Goma on Monday, killing at least nine civilians, the army said. Two days later a bridge was blown up."


def test_weights_add_up_to_a_probability() -> None:
    rated = Confidence({"actor": {"any": 1.0, "rule verb": -1.0, "long": 2.0}})
    assert rated.rate("actor", ["any", "rule verb"]) == 0.5
    assert rated.rate("actor", ["any", "long"]) == pytest.approx(0.953)


@pytest.mark.parametrize("field", ["actor", "place"])
def test_what_has_no_weight_decides_nothing(field: str) -> None:
    assert Confidence({"actor": {"any": 1.0}}).rate(field, ["unheard of"]) == 0.5


def test_every_claim_and_every_field_with_evidence_is_rated(extractor: Extractor) -> None:
    article = {"article_id": "a", "language": "en", "title": None, "text": TEXT, "published": date(2026, 3, 5)}
    claims, evidence = extractor.extract(article)
    assert claims
    assert evidence
    for row in (*claims, *evidence):
        assert 0 < row["confidence"] < 1
    rated = extractor.registry.confidence
    for claim, features in zip(claims, describe_claims(claims, evidence, TEXT), strict=True):
        assert claim["confidence"] == rated.rate(CLAIM, features[CLAIM])
