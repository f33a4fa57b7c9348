"""Which numbers an event has."""

from datetime import timedelta
from typing import Any

import pytest
from claim_frames import DAY, Resolved, killed, make_article

LATER = [make_article("one", hour=8), make_article("two", hour=12), make_article("three", hour=16)]
POLICE: dict[str, Any] = {"claimant_text": "police", "claimant_type": "government"}
ARMY: dict[str, Any] = {"claimant_text": "army", "claimant_type": "military"}
AT_LEAST: dict[str, Any] = {"quantity_bound": "at_least"}


def numbers(found: Resolved, name: str = "1", metric: str = "killed") -> tuple[int | None, ...]:
    """Returns low, best and high of a claim's event."""
    event = found.event(name)
    return tuple(event[f"{metric}_{end}"] for end in ("low", "best", "high"))


def test_one_claim_is_taken_as_it_is() -> None:
    found = Resolved([killed("1", 7)])
    assert numbers(found) == (7, 7, 7)
    assert found.event("1")["estimate_rule"] == "single_claim"
    assert found.link("1")["used_in_estimate"]


def test_a_pure_bound_has_no_best_number() -> None:
    found = Resolved([killed("1", None, quantity_low=100, **AT_LEAST)])
    assert numbers(found) == (100, None, None)
    assert found.event("1")["estimate_rule"] == "bounds_only"


def test_a_number_is_never_outside_its_bounds() -> None:
    claims = [
        killed("1", 19, "one", **AT_LEAST),
        killed("2", None, "two", quantity_low=0, quantity_high=4, quantity_bound="at_most", **POLICE),
    ]
    assert numbers(Resolved(claims, LATER)) == (0, 19, 19)


def test_a_later_number_of_one_claimant_replaces_the_earlier() -> None:
    found = Resolved([killed("1", 7, "one", **POLICE), killed("2", 9, "two", **POLICE)], LATER)
    assert numbers(found) == (9, 9, 9)
    assert [found.link(name)["relation"] for name in "12"] == ["supports", "updates"]
    assert not found.link("1")["used_in_estimate"]


def test_a_later_vague_word_does_not_replace_a_number() -> None:
    vague = {"quantity_bound": "vague", "quantity_low": 2}
    assert (
        numbers(Resolved([killed("1", 7, "one", **POLICE), killed("2", None, "two", **vague, **POLICE)], LATER))[1] == 7
    )


def test_a_later_bound_that_excludes_a_number_replaces_it() -> None:
    found = Resolved(
        [killed("1", 7, "one", **POLICE), killed("2", None, "two", quantity_low=15, **AT_LEAST, **POLICE)], LATER
    )
    assert numbers(found) == (15, None, None)


def test_those_who_count_are_preferred_to_those_who_fight_and_both_stand() -> None:
    found = Resolved([killed("1", 7, "one", **POLICE), killed("2", 20, "two", **ARMY)], LATER)
    assert numbers(found) == (7, 7, 20)
    assert found.link("2")["relation"] == "contradicts"


def test_an_outdated_count_of_a_better_source_gives_way() -> None:
    articles = [make_article("one"), make_article("two", DAY + timedelta(days=6))]
    found = Resolved([killed("1", 7, "one", **POLICE), killed("2", 20, "two", **ARMY)], articles)
    assert numbers(found) == (20, 20, 20)


def test_parts_of_one_sentence_are_added_up() -> None:
    parts = [
        killed("1", 7, mention="m", affected_text="soldiers", char_start=0, char_end=5),
        killed("2", 2, mention="m", affected_text="civilians", char_start=9, char_end=12),
    ]
    found = Resolved(parts)
    assert numbers(found) == (9, 9, 9)
    assert all(found.link(name)["used_in_estimate"] for name in "12")


@pytest.mark.parametrize(
    ("changes", "best"),
    [
        pytest.param([{"quantity_best": 20}, {}, {}], 20, id="a total before its parts"),
        pytest.param([{}, {"sentence_index": 1}, {}], 12, id="another sentence"),
        pytest.param([{}, {"affected_text": None}, {}], 12, id="of whom is not said"),
        pytest.param([{}, {"accounting": "unknown"}, {}], 12, id="not said to be of this incident"),
        pytest.param([{}, {}, {}], 24, id="three parts"),
    ],
)
def test_what_may_be_contained_is_not_added(changes: list[dict[str, Any]], best: int) -> None:
    rows = zip("123", (7, 12, 5), ("guests", "soldiers", "civilians"), (0, 9, 18), changes, strict=True)
    claims = [
        killed(name, change.get("quantity_best", number), mention="m", char_start=at, char_end=at + 5)
        | {"affected_text": of}
        | change
        for name, number, of, at, change in rows
    ]
    assert numbers(Resolved(claims))[1] == best


def test_casualties_are_never_added_up() -> None:
    claims = [
        killed("1", 7, mention="m", affected_text="soldiers", metric="casualties"),
        killed("2", 2, mention="m", affected_text="civilians", metric="casualties", char_start=9, char_end=12),
    ]
    assert numbers(Resolved(claims), metric="casualties")[1] == 7


def test_one_number_said_of_two_actors_counts_once() -> None:
    claims = [
        killed("1", 7, mention="m", affected_text="soldiers", actor_id="AAA"),
        killed("2", 7, mention="m", affected_text="soldiers", actor_id="BBB"),
    ]
    assert numbers(Resolved(claims)) == (7, 7, 7)


def test_a_copy_counts_once_and_is_never_used() -> None:
    articles = [make_article("one"), make_article("two", copy_of="one", hour=20)]
    found = Resolved([killed("1", 7, "one"), killed("2", 7, "two")], articles)
    assert found.are_one("1", "2")
    assert numbers(found) == (7, 7, 7)
    assert found.link("2")["relation"] == "duplicates"
    assert not found.link("2")["used_in_estimate"]
    assert found.event("1")["estimate_rule"] == "single_claim"


def test_a_running_total_is_the_largest_of_its_claimant_and_never_a_sum() -> None:
    total = {"accounting": "cumulative", "recipient_id": "UKR_MIL", "affected_text": "soldiers", **ARMY}
    claims = [killed("1", 900, "one", **total), killed("2", 950, "two", **total), killed("3", 900, "three", **total)]
    found = Resolved(claims, LATER)
    assert found.are_one("1", "2", "3")
    assert numbers(found) == (950, 950, 950)
    assert found.event("1")["estimate_rule"] == "largest_cumulative"
    assert found.link("2")["relation"] == "updates"


TOTAL: dict[str, Any] = {"accounting": "cumulative", "recipient_id": "UKR_MIL", "affected_text": "soldiers", **ARMY}


def totals(*told: int, **changes: dict[str, Any]) -> Resolved:
    """Returns running totals of one army, told day after day; changes by the number of a claim."""
    days = [DAY + timedelta(days=n) for n in range(len(told))]
    return Resolved(
        [
            killed(str(n), number, f"a{n}", **{**TOTAL, "event_date_start": days[n], **changes.get(f"c{n}", {})})
            for n, number in enumerate(told)
        ],
        [make_article(f"a{n}", day) for n, day in enumerate(days)],
    )


def test_a_total_that_falls_and_stays_low_has_begun_anew() -> None:
    found = totals(900, 950, 400, 450)
    assert found.are_one("0", "1", "2", "3")
    assert numbers(found, "0") == (450, 450, 450)
    assert found.event("0")["estimate_rule"] == "cumulative_since_restart"
    assert [found.link(name)["relation"] for name in "0123"] == ["supports", "supports", "updates", "updates"]
    assert [found.link(name)["used_in_estimate"] for name in "0123"] == [False, False, False, True]


@pytest.mark.parametrize(
    "told",
    [
        pytest.param((900, 950, 900, 920), id="a little less: rounded or old"),
        pytest.param((900, 400, 950), id="a part, or a slip: it comes back"),
    ],
)
def test_a_total_that_does_not_fall_for_good_goes_on(told: tuple[int, ...]) -> None:
    found = totals(*told)
    assert numbers(found, "0")[1] == 950
    assert found.event("0")["estimate_rule"] == "largest_cumulative"


def test_a_total_of_an_earlier_day_told_late_begins_nothing() -> None:
    since = {"event_date_start": DAY - timedelta(days=25), "date_precision": "range"}
    ends = [DAY, DAY + timedelta(days=1), DAY - timedelta(days=10)]
    found = totals(900, 950, 400, **{f"c{n}": {**since, "event_date_end": end} for n, end in enumerate(ends)})
    assert found.are_one("0", "1", "2")
    assert numbers(found, "0")[1] == 950


def test_a_total_with_a_later_first_day_begins_anew_even_where_it_is_larger() -> None:
    first, second = DAY - timedelta(days=60), DAY - timedelta(days=35)
    since = {"c0": {"event_date_start": first}, "c1": {"event_date_start": second}}
    spans = {key: {**said, "event_date_end": DAY, "date_precision": "range"} for key, said in since.items()}
    found = totals(900, 960, **spans)
    assert found.are_one("0", "1")
    assert found.event("0")["estimate_rule"] == "cumulative_since_restart"
    assert numbers(found, "0") == (960, 960, 960)


def test_a_total_of_others_from_before_a_restart_counts_no_more_unless_they_are_better_sources() -> None:
    others = {"claimant_text": "rebels", "claimant_type": "rebel"}
    better = {"claimant_text": "observers", "claimant_type": "ngo"}
    assert numbers(totals(1000, 900, 400, c0=others), "1") == (400, 400, 400)
    assert numbers(totals(1000, 900, 400, c0=better), "1") == (400, 1000, 1000)


def test_killed_injured_and_one_other_metric_have_their_columns() -> None:
    claims = [
        killed("1", 7, mention="m"),
        killed("2", 9, mention="m", metric="injured"),
        killed("3", 3, mention="m", metric="equipment_lost", quantity_unit="vehicle"),
        killed("4", 4, mention="m", metric="missing"),
    ]
    event = Resolved(claims).event("1")
    assert (event["killed_best"], event["injured_best"], event["casualties_best"]) == (7, 9, None)
    assert (event["quantity_metric"], event["quantity_unit"], event["quantity_best"]) == ("missing", "person", 4)


def test_two_metrics_of_two_claimants_stand_side_by_side() -> None:
    one = {"affected_id": "PRK_MIL", "accounting": "cumulative"}
    claims = [
        killed("1", 1100, metric="casualties", claimant_id="KOR_JCS", quantity_bound="approximate", **one),
        killed("2", None, quantity_low=100, claimant_id="KOR_NIS", quantity_bound="at_least", **one),
    ]
    found = Resolved(claims)
    assert not found.are_one("1", "2")
    assert numbers(found, "1", "casualties")[1] == 1100
    assert numbers(found, "2") == (100, None, None)


def test_the_example_of_the_documentation() -> None:
    articles = [
        make_article("one", hour=8),
        make_article("two", hour=12),
        make_article("copy", copy_of="two", hour=13),
        make_article("three", hour=15),
        make_article("four", DAY + timedelta(days=1)),
        make_article("five", DAY + timedelta(days=1)),
    ]
    denied = {
        "claim_mode": "denied",
        "metric": None,
        "quantity_bound": None,
        "quantity_text": None,
        "claimant_text": "air force",
    }
    since = {"accounting": "cumulative", "date_precision": "range", "event_date_start": DAY - timedelta(days=60)}
    claims = [
        killed("1", 4, "one", **POLICE),
        killed("2", 9, "two", **POLICE, action="missile_strike"),
        killed("3", 9, "copy", **POLICE, action="missile_strike"),
        killed("4", 20, "three", **ARMY),
        killed("5", None, "four", action="missile_strike", **denied),
        killed("6", 900, "five", **POLICE, **since, event_date_end=DAY),
    ]
    found = Resolved(claims, articles)
    event = found.event("1")
    assert found.are_one(*"12345")
    assert not found.are_one("1", "6")
    assert numbers(found) == (9, 9, 20)
    assert (event["action"], event["estimate_rule"], event["n_claims"]) == (
        "missile_strike",
        "latest_of_best_source",
        5,
    )
    assert event["n_claimants"] == 3
    relations = [found.link(name)["relation"] for name in "12345"]
    assert relations == ["supports", "updates", "duplicates", "contradicts", "contradicts"]
    assert [found.link(name)["used_in_estimate"] for name in "12345"] == [False, True, False, True, False]
