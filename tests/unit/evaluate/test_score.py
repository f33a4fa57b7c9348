"""What is counted as right."""

import itertools
from random import Random
from typing import Any

import numpy as np
import pytest
from golden import article, incident, make_set, perfect_rows, row
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.evaluate.figures import FAULTS, WHOLE_ROW, Figure, measure
from pipeline.evaluate.gold import GoldSet
from pipeline.evaluate.match import load_matcher
from pipeline.evaluate.run import compare
from pipeline.evaluate.score import assign

MATCHER = load_matcher()

FIRST = incident(
    date_start="2025-03-03", date_end="2025-03-03", places=[["Port Lindo", "Lindo"]], actions=["armed_clash", "attack"],
    actors=[["River Front", "fighters"]], recipients=[["guards"], ["drivers"]], claimants=[], claim_modes=["asserted"],
    quantities=[{"metric": "killed", "value": 8}],
)  # fmt: skip
SECOND = incident(
    incident=2, actions=["shooting"], actors=[["police"]], recipients=[["clerk"]], claim_modes=["asserted"],
    quantities=[{"metric": "injured", "value": 1}, {"metric": "killed", "value": 0}],
)  # fmt: skip
BOTH = perfect_rows([FIRST, SECOND])
TWO = make_set([article(), article("a2", text="A ferry sailed.")], [FIRST, SECOND])


def figures(rules: GoldSet, rows: list[dict[str, Any]]) -> dict[str, Figure]:
    tallies = [
        compare([one for one in rows if one["article_id"] == name], found, rules, MATCHER).tally
        for name, found in rules.articles.items()
    ]
    return measure(tallies, rules.slots, resamples=50)


def f1(rules: GoldSet, rows: list[dict[str, Any]]) -> dict[str, float | None]:
    return {name: figure.f1 for name, figure in figures(rules, rows).items()}


def test_saying_what_gold_says_is_perfect() -> None:
    for name, figure in figures(TWO, BOTH).items():
        assert figure.f1 in ((0, None) if name in FAULTS or name.startswith("claimants") else (1,)), name


def test_saying_nothing_finds_nothing() -> None:
    found = f1(TWO, [])
    assert found.pop("quantities exact") == pytest.approx(1 / 3)  # a gold zero is right
    assert set(found.values()) <= {0.0, None}


def test_swapped_parties_are_wrong_and_counted_as_confused() -> None:
    rows = [one | {"actor_text": one["recipient_text"], "recipient_text": one["actor_text"]} for one in BOTH]
    found = f1(TWO, rows)
    assert (found["actors"], found["recipients"], found["role confusion"], found["places"]) == (0, 0, 1, 1)


def test_a_claim_in_an_irrelevant_article_is_a_false_alarm() -> None:
    found = figures(TWO, [*BOTH, row(article_id="a2", actor_text="sailors")])
    assert found["relevance"].precision == pytest.approx(1 / 2)
    assert found["false alarms"].f1 == 1
    assert found["actors"].precision == pytest.approx(2 / 3)


def test_only_relevant_actions_are_spurious() -> None:
    rules = make_set([article(), article("a2")], [FIRST], relevant=frozenset(("attack", "armed_clash")))
    assert f1(rules, [*perfect_rows([FIRST]), row(article_id="a2", action="statement", actor_text="x")])[WHOLE_ROW] == 1


def test_more_is_not_wrong_where_gold_is_not_all() -> None:
    rules = make_set([article()], [FIRST], exhaustive=False, counts_spurious=False)
    assert f1(rules, [*perfect_rows([FIRST]), row(mention_id="z", actor_text="sailors")])[WHOLE_ROW] == 1


@pytest.mark.parametrize("mode", ["denied", "planned"])
def test_what_has_not_happened_counts_only_where_modes_do(mode: str) -> None:
    rows = [*BOTH, row(article_id="a2", claim_mode=mode)]
    assert f1(TWO, rows)["false alarms"] == 1
    assert f1(make_set([*TWO.articles.values()], [FIRST, SECOND], slots=("actors",)), rows)["false alarms"] == 0  # type: ignore[list-item]


def test_a_slot_that_is_not_annotated_is_not_scored_and_an_empty_one_is() -> None:
    rules = make_set([article()], [incident(actions=["attack"], actors=[])])
    found = figures(rules, [row(actor_text="sailors", recipient_text="clerks")])
    assert found["actors"].said == 1
    assert found["actors"].f1 is None
    assert "recipients" not in found


@pytest.mark.parametrize("rows", [BOTH, perfect_rows([FIRST])], ids=["said", "not-said"])
def test_an_optional_incident_is_neither_rewarded_nor_punished(rows: list[dict[str, Any]]) -> None:
    assert f1(make_set([article()], [FIRST, SECOND | {"optional": True}]), rows)[WHOLE_ROW] == 1


def test_an_optional_fill_is_neither_rewarded_nor_punished() -> None:
    gold = [incident(actions=["attack"], actors=[["fighters"]], actors_optional=[["sailors"]])]
    found = f1(make_set([article()], gold), [*perfect_rows(gold), row(mention_id="m0", actor_text="sailors")])
    assert found["actors"] == 1


def test_who_is_counted_stands_in_for_a_missing_recipient() -> None:
    gold = [incident(actions=["attack"], recipients=[["guards"]])]
    assert f1(make_set([article()], gold), [row(affected_text="guards")])["recipients"] == 1


def test_where_an_article_has_one_incident_the_first_number_counts() -> None:
    gold = [incident(quantities=[{"metric": "killed", "value": 14}])]
    rows = [
        row(mention_id="m0", char_start=0),
        row(mention_id="m1", char_start=5, metric="killed", quantity_best=5),
        row(mention_id="m2", char_start=9, metric="killed", quantity_best=14),
    ]
    assert f1(make_set([article()], gold), rows)["quantities exact"] == 1
    assert f1(make_set([article()], gold, one_incident=True), rows)["quantities exact"] == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 10**6))
def test_assignment_is_the_best_there_is(rows: int, columns: int, seed: int) -> None:
    random = Random(seed)
    weights = np.array([[random.random() for _ in range(columns)] for _ in range(rows)]).reshape(rows, columns)
    pairs = assign(weights)
    size = min(rows, columns)
    best = max(
        sum(weights[i, j] for i, j in zip(first, second, strict=True))
        for first in itertools.combinations(range(rows), size)
        for second in itertools.permutations(range(columns), size)
    )
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs) == size
    assert sum(weights[i, j] for i, j in pairs) == pytest.approx(best)


PEOPLE = ("guards", "drivers", "fighters", "sailors", "police", "clerk")


@st.composite
def gold_sets(draw: st.DrawFn) -> GoldSet:
    """Sets of articles whose incidents have people of their own."""
    articles, gold = [], []
    for number in range(draw(st.integers(1, 3))):
        articles.append(article(f"a{number}"))
        people = draw(st.permutations(PEOPLE))
        for k in range(draw(st.integers(0, 3))):
            day = f"2025-0{k + 1}-01"
            values: dict[str, Any] = {
                "date_start": day, "actors": [[people[2 * k]]], "recipients": [[people[2 * k + 1]]],
                "actions": [draw(st.sampled_from(("attack", "arson", "protest")))], "claim_modes": ["asserted"],
                "quantities": [{"metric": "killed", "value": draw(st.integers(1, 90))}],
            }  # fmt: skip
            kept = draw(st.sets(st.sampled_from(sorted(values)))) | {"actions", "actors"}
            gold.append(incident(f"a{number}", incident=k) | {key: values[key] for key in values if key in kept})
    return make_set(articles, gold)


def perfect(rules: GoldSet) -> list[dict[str, Any]]:
    return perfect_rows([one for found in rules.incidents.values() for one in found])


@settings(max_examples=50, deadline=None)
@given(gold_sets())
def test_perfect_claims_are_right_in_every_slot(rules: GoldSet) -> None:
    slots = {name: figure for name, figure in figures(rules, perfect(rules)).items() if figure.gold}
    for name, figure in slots.items():
        assert figure.recall == (0 if name in FAULTS else 1), name
        # What gold does not annotate in one incident is no fill of another.
        assert figure.precision == (0 if name in FAULTS else 1), name


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "actor_text": st.sampled_from((*PEOPLE, None)),
        "action": st.sampled_from(("attack", "riot")),
        "quantity_best": st.integers(0, 9),
        "claim_mode": st.sampled_from(("asserted", "denied")),
    },
)


@settings(max_examples=50, deadline=None)
@given(gold_sets(), st.data())
def test_figures_are_shares(rules: GoldSet, data: st.DataObject) -> None:
    for figure in figures(rules, [one | data.draw(CHANGES) for one in perfect(rules)]).values():
        assert all(value is None or 0 <= value <= 1 for value in figure[2:])


@settings(max_examples=50, deadline=None)
@given(gold_sets(), st.data())
def test_the_order_of_mentions_and_articles_does_not_matter(rules: GoldSet, data: st.DataObject) -> None:
    rows = perfect(rules)
    mentions = sorted({one["mention_id"] for one in rows})
    said = [name for name in mentions if data.draw(st.booleans())]
    shuffled = data.draw(st.permutations(said))
    in_order, mixed = (
        [one for name in names for one in rows if one["mention_id"] == name] for names in (said, shuffled)
    )
    assert figures(rules, mixed) == figures(rules, in_order)


def test_intervals_are_the_same_every_time_and_hold_the_figure() -> None:
    rows = [*BOTH, row(article_id="a2", actor_text="sailors")]
    first = figures(TWO, rows)
    assert first == figures(TWO, rows)
    low, f1, high = first["actors"].low, first["actors"].f1, first["actors"].high
    assert low is not None
    assert f1 is not None
    assert high is not None
    assert low < f1 <= high
