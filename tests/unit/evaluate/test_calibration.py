"""Which claims are right, and whether confidence says so."""

from typing import Any

import pytest
from golden import article, incident, make_set, row

from pipeline.evaluate.calibration import CLAIM, Judgement, calibrate, judge_row
from pipeline.evaluate.incidents import group_incidents
from pipeline.evaluate.match import load_matcher

GOLD = incident(
    date_start="2025-03-03", date_end="2025-03-03", actions=["attack"], actors=[["fighters"]],
    actors_optional=[["sailors"]], recipients=[["guards"]], claimants=[], claim_modes=["asserted"],
    quantities=[{"metric": "killed", "value": 8}],
)  # fmt: skip


def judge(gold: dict[str, Any] | None, *, exhaustive: bool = True, **values: Any) -> dict[str, bool]:
    said, matcher = row(**values), load_matcher()
    [found] = group_incidents([said], "", matcher, all_modes=True)
    return judge_row(said, found, gold, make_set([article()], [GOLD], exhaustive=exhaustive), matcher, "en")


@pytest.mark.parametrize(
    ("values", "field", "verdict"),
    [
        pytest.param({"actor_text": "fighters"}, "actor", True, id="actor"),
        pytest.param({"actor_text": "clerks"}, "actor", False, id="wrong-actor"),
        pytest.param({"actor_text": "sailors"}, "actor", None, id="optional-actor"),
        pytest.param({}, "actor", None, id="no-actor"),
        pytest.param({"claimant_text": "police"}, "claimant", False, id="no-claimant-in-gold"),
        pytest.param({"place_text": "Lindo"}, "place", None, id="not-annotated"),
        pytest.param({"metric": "killed", "quantity_best": 8}, "quantity", True, id="number"),
        pytest.param({"metric": "killed", "quantity_best": 6}, "quantity", False, id="wrong-number"),
        pytest.param({"metric": "injured", "quantity_best": 8}, "quantity", False, id="wrong-metric"),
        pytest.param({"action": "riot"}, "action", False, id="wrong-action"),
    ],
)
def test_a_field_is_right_by_the_rule_of_its_slot(values: dict[str, Any], field: str, *, verdict: bool | None) -> None:
    assert judge(GOLD, **values).get(field) is verdict


@pytest.mark.parametrize(
    ("values", "is_right"),
    [
        pytest.param({"actor_text": "fighters"}, True, id="all-right"),
        pytest.param({"actor_text": "clerks"}, False, id="one-field-wrong"),
        pytest.param({"claim_mode": "denied"}, False, id="wrong-mode"),
    ],
)
def test_a_claim_is_right_if_all_that_it_says_is(values: dict[str, Any], *, is_right: bool) -> None:
    assert judge(GOLD, **values)[CLAIM] is is_right


def test_what_belongs_to_no_gold_is_wrong() -> None:
    assert not any(judge(None, actor_text="fighters", metric="killed", quantity_best=8).values())


def test_claims_are_not_judged_where_gold_is_not_all() -> None:
    verdicts = judge(GOLD, exhaustive=False, actor_text="fighters")
    assert verdicts["actor"]
    assert CLAIM not in verdicts


def test_confidence_that_means_what_it_says_has_no_error() -> None:
    judged = [Judgement(CLAIM, 0.75, k < 3) for k in range(4)] + [Judgement(CLAIM, 0.5, k < 1) for k in range(2)]
    found = calibrate(judged)[CLAIM]
    assert found.error == pytest.approx(0)
    assert [one.number for one in found.bins] == [2, 4]


def test_confidence_that_is_too_high_has_an_error_of_the_difference() -> None:
    assert calibrate([Judgement("actor", 1.0, k < 1) for k in range(4)])["actor"].error == pytest.approx(0.75)
