"""Which claims are one event."""

from datetime import date, timedelta
from typing import Any

import pytest
from claim_frames import DAY, Resolved, actions_frame, articles_frame, claims_frame, killed, make_article, make_claim

from schemas import Articles, Claims

KYIV: dict[str, Any] = {"place_id": "11", "country": "UKR"}
LVIV: dict[str, Any] = {"place_id": "22", "country": "UKR"}
COUNTRY: dict[str, Any] = {"place_id": "UKR", "country": "UKR", "place_precision": "country"}
SIDES: dict[str, Any] = {"actor_id": "RUS_MIL", "recipient_id": "UKR"}
PACT: dict[str, Any] = {"action": "agreement", "actor_id": "PRK", "recipient_id": "RUS"}
TOTAL: dict[str, Any] = {
    "metric": "killed", "quantity_best": 900, "accounting": "cumulative", "recipient_id": "UKR_MIL", "country": "UKR",
}  # fmt: skip


def pair(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two claims of two articles are one event."""
    return Resolved([make_claim("1", "one", **one), make_claim("2", "two", **other)]).are_one("1", "2")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(KYIV, KYIV, id="same place and day"),
        pytest.param({**KYIV, "action": "missile_strike"}, {**KYIV, "action": "attack"}, id="a kind and no kind"),
        pytest.param(
            {**KYIV, "action": "missile_strike"}, {**KYIV, "action": "drone_strike"}, id="kinds of one family"
        ),
        pytest.param({**KYIV, **SIDES}, {**COUNTRY, **SIDES}, id="town and its country, same sides"),
        pytest.param(SIDES, {**SIDES, "actor_id": "RUS"}, id="no place, an army and its state"),
        pytest.param(
            {**KYIV, **SIDES}, {**KYIV, "actor_id": "RUS_GOV", "recipient_id": "UKR_MIL"}, id="arms of one state"
        ),
        pytest.param({"actor_text": "Masked men"}, {"actor_text": "masked men"}, id="same words for the actor"),
        pytest.param(PACT, {**PACT, "actor_id": "RUS", "recipient_id": "PRK"}, id="a pact has no first party"),
        pytest.param(
            KYIV,
            {**KYIV, "date_basis": "publication", "event_date_start": DAY + timedelta(days=2)},
            id="undated news of two days later",
        ),
        pytest.param({**KYIV, **SIDES}, {**KYIV, "actor_id": "UKR_MIL"}, id="contested actor at one place"),
    ],
)
def test_reports_of_one_incident_are_one_event(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert pair(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(KYIV, LVIV, id="two towns"),
        pytest.param({**KYIV, **SIDES}, {**LVIV, **SIDES}, id="two towns, same sides"),
        pytest.param(KYIV, {**KYIV, "event_date_start": DAY + timedelta(days=1)}, id="stated days, one apart"),
        pytest.param({**KYIV, "action": "missile_strike"}, {**KYIV, "action": "arrest"}, id="families that share none"),
        pytest.param({**KYIV, "action": "missile_strike"}, {**KYIV, "action": "armed_clash"}, id="two kinds"),
        pytest.param({**KYIV, **SIDES}, {**KYIV, "actor_id": "UKR_MIL", "recipient_id": "RUS"}, id="attack and reply"),
        pytest.param(
            {**KYIV, "actor_id": "SDN_RSF", "recipient_id": "SDN_MIL"},
            {**KYIV, "actor_id": "SDN_MIL", "recipient_id": "SDN_RSF"},
            id="two sides of a civil war",
        ),
        pytest.param(
            {"country": "UKR", "place_precision": "country"},
            {"country": "SDN", "place_precision": "country"},
            id="two countries",
        ),
        pytest.param({}, {}, id="nothing in common but the day"),
        pytest.param(KYIV, {**KYIV, "claim_mode": "planned"}, id="told and planned"),
        pytest.param(PACT, {**PACT, "recipient_id": "CHN"}, id="pacts with two others"),
        pytest.param(
            {**KYIV, "event_date_start": None}, {**KYIV, "event_date_start": None}, id="no dates, nothing else"
        ),
        pytest.param(TOTAL, {**TOTAL, "metric": "injured"}, id="totals of two metrics"),
        pytest.param(TOTAL, {**TOTAL, "recipient_id": "RUS_MIL"}, id="totals of two sides"),
        pytest.param(TOTAL, {**TOTAL, "accounting": "stock"}, id="total and level"),
    ],
)
def test_reports_of_two_incidents_are_two_events(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert not pair(one, other)


def test_a_stated_day_earlier_joins_where_the_same_number_is_told() -> None:
    claims = [killed("1", 12, "one"), killed("2", 12, "two", event_date_start=DAY + timedelta(days=1))]
    assert Resolved(claims).are_one("1", "2")


def test_a_vague_report_does_not_tie_two_places_together() -> None:
    claims = [
        make_claim("vague", "zero", **COUNTRY, **SIDES),
        make_claim("a", "one", **KYIV, **SIDES),
        make_claim("b", "two", **LVIV, **SIDES),
    ]
    found = Resolved(claims)
    assert not found.are_one("a", "b")
    assert found.events.height == 2


def test_claims_of_one_mention_stay_together_whatever_they_name() -> None:
    claims = [
        make_claim("a", mention="m", **KYIV),
        make_claim("b", mention="m", **LVIV, action="looting"),
        make_claim("c", mention="m", actor_id="SDN_RSF"),
    ]
    assert Resolved(claims).are_one("a", "b", "c")


def test_a_total_in_a_mention_is_an_event_of_its_own() -> None:
    claims = [killed("day", 4, mention="m"), killed("war", 900, mention="m", accounting="cumulative")]
    found = Resolved(claims)
    assert not found.are_one("day", "war")
    assert [found.event(name)["killed_best"] for name in ("day", "war")] == [4, 900]


def test_undated_claims_of_one_article_join_by_side_and_metric() -> None:
    total = {**TOTAL, "event_date_start": None}
    claims = [make_claim("1", quantity_text="over 900", **total), make_claim("2", **{**total, "quantity_best": 950})]
    assert Resolved(claims).are_one("1", "2")


def test_undated_claims_of_two_articles_join_by_claimant_and_number_only() -> None:
    total = {**TOTAL, "event_date_start": None}
    same = {**total, "claimant_id": "KOR_JCS"}
    found = Resolved(
        [make_claim("1", "one", **same), make_claim("2", "two", **same), make_claim("3", "three", **total)]
    )
    assert found.are_one("1", "2")
    assert not found.are_one("1", "3")


def test_a_denial_stands_beside_what_it_denies() -> None:
    denied = {"claim_mode": "denied", "claimant_id": "RUS_GOV", "claimant_type": "government"}
    found = Resolved([killed("said", 20, "one"), make_claim("denied", "two", **KYIV, **denied)])
    assert found.are_one("said", "denied")
    assert found.link("denied")["relation"] == "contradicts"
    assert not found.link("denied")["used_in_estimate"]
    assert found.event("said")["killed_best"] == 20
    assert found.event("said")["n_claims"] == 2


@pytest.mark.parametrize("mode", ["denied", "planned", "threatened", "hypothetical"])
def test_what_nobody_says_has_happened_is_a_claim_without_an_event(mode: str) -> None:
    found = Resolved(
        [killed("1", 20, claim_mode=mode), killed("2", 3, "two", event_date_start=DAY + timedelta(days=90))]
    )
    assert found.has_event("2")
    assert not found.has_event("1") or found.link("1")["relation"] == "contradicts"


@pytest.mark.parametrize(("mode", "action"), [("threatened", "threat"), ("denied", "denial")])
def test_a_threat_or_denial_is_an_event_of_its_own_without_numbers(mode: str, action: str) -> None:
    event = Resolved([killed("1", 20, claim_mode=mode, action=action)]).event("1")
    assert event["killed_best"] is None
    assert event["estimate_rule"] == "no_quantity"


def test_the_event_takes_the_most_precise_date_place_and_action() -> None:
    month: dict[str, Any] = {
        "event_date_start": date(2031, 3, 1),
        "event_date_end": date(2031, 3, 31),
        "date_precision": "month",
    }
    claims = [
        make_claim("1", "one", **COUNTRY, **{**SIDES, "actor_id": "RUS"}),
        make_claim("2", "two", **KYIV, **SIDES, action="drone_strike"),
        make_claim("3", "three", **KYIV, **SIDES, **month),
    ]
    found = Resolved(claims)
    event = found.event("2")
    assert found.are_one("1", "2", "3")
    assert (event["event_date_start"], event["event_date_end"], event["date_precision"]) == (DAY, DAY, "day")
    assert (event["place_id"], event["action"], event["actor_id"]) == ("11", "drone_strike", "RUS_MIL")


def test_publishers_of_copies_and_unnamed_claimants_do_not_count() -> None:
    articles = [make_article("one"), make_article("copy", copy_of="one"), make_article("two")]
    claims = [
        killed("1", 5, "one", claimant_text="Police"),
        killed("2", 5, "copy", claimant_text="police"),
        killed("3", 5, "two"),
    ]
    event = Resolved(claims, articles).event("1")
    assert (event["n_claims"], event["n_articles"], event["n_publishers"], event["n_claimants"]) == (3, 3, 2, 1)


def test_an_unknown_action_names_the_claim_and_the_remedy() -> None:
    with pytest.raises(ValueError, match=r"'dance'.*seeds/actions\.csv"):
        Resolved([make_claim("1", action="dance")])


def test_no_claims_make_no_events() -> None:
    assert Resolved([]).events.is_empty()


def test_the_claims_of_these_tests_keep_to_the_contract() -> None:
    Claims.validate(
        claims_frame([killed("1", 5), make_claim("2", **KYIV, **SIDES), make_claim("3", event_date_start=None)])
    )
    Articles.validate(articles_frame([make_article("one"), make_article("two", copy_of="one")]))


def test_every_action_has_a_family_of_known_names() -> None:
    actions = actions_frame()
    names = actions["family"].str.split("|").explode()
    assert names.str.contains(r"^[a-z_]+$").all()
    assert actions.filter(action="attack")["family"].item() == actions.filter(action="casualty_report")["family"].item()
