"""What holds for whatever claims there are."""

from datetime import timedelta
from typing import Any

from claim_frames import DAY, Resolved, make_article, make_claim, make_id
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.resolve.groups import ACCOUNTING_CLASSES
from schemas.vocabulary import ACCOUNTINGS, CLAIM_MODES

LIMITS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Draws claims that are alike enough to join, and their articles."""
    articles = [
        make_article(
            str(n), DAY + timedelta(days=draw(st.integers(0, 3))), copy_of="0" if draw(st.booleans()) and n else None
        )
        for n in range(draw(st.integers(1, 4)))
    ]
    claims = []
    for n in range(draw(st.integers(1, 9))):
        country = draw(st.sampled_from(["UKR", "SDN", None]))
        parts: dict[str, Any] = {
            "action": draw(st.sampled_from(["attack", "shelling", "shooting", "casualty_report", "agreement"])),
            "event_date_start": draw(st.sampled_from([DAY, DAY, DAY + timedelta(days=1), None])),
            "actor_id": draw(st.sampled_from(["RUS", "RUS_MIL", "UKR_MIL", None])),
            "recipient_id": draw(st.sampled_from(["UKR", "RUS", None])),
            "claim_mode": draw(st.sampled_from(["asserted", "asserted", *CLAIM_MODES])),
            "char_start": n,
            "char_end": n + 1,
            "country": country,
        }
        if country and draw(st.booleans()):
            parts |= {"place_id": country + draw(st.sampled_from("12"))}
        if draw(st.booleans()):
            low = draw(st.one_of(st.none(), st.integers(0, 5)))
            parts |= {
                "metric": draw(st.sampled_from(["killed", "injured", "troops"])),
                "quantity_low": low,
                "quantity_best": draw(st.one_of(st.none(), st.integers(low or 0, 40))),
                "accounting": draw(st.sampled_from(ACCOUNTINGS)),
                "affected_text": draw(st.sampled_from(["men", "women", None])),
                "quantity_bound": draw(st.sampled_from(["exact", "at_least", "at_most", "vague"])),
            }
        article = str(draw(st.integers(0, len(articles) - 1)))
        claims.append(make_claim(str(n), article, draw(st.sampled_from(["m", None])), **parts))
    return claims, articles


@LIMITS
@given(stories(), st.randoms())
def test_the_order_of_the_claims_does_not_matter(story: Any, random: Any) -> None:
    claims, articles = story
    first = Resolved(claims, articles)
    random.shuffle(claims)
    random.shuffle(articles)
    second = Resolved(claims, articles)
    assert second.events.equals(first.events)
    assert second.links.equals(first.links)


@LIMITS
@given(stories())
def test_every_claim_is_in_one_event_at_most_and_every_event_has_a_claim(story: Any) -> None:
    claims, articles = story
    found = Resolved(claims, articles)
    told = {claim["claim_id"] for claim in claims if claim["claim_mode"] in ("asserted", "estimated", "historical")}
    linked = found.links["claim_id"].to_list()
    assert len(linked) == len(set(linked))
    assert told <= set(linked) <= {claim["claim_id"] for claim in claims}
    assert set(found.links["event_id"]) == set(found.events["event_id"])
    assert found.events["event_id"].is_unique().all()
    assert found.events["n_claims"].sum() == len(linked)


@LIMITS
@given(stories())
def test_totals_levels_and_increments_never_share_an_event(story: Any) -> None:
    claims, articles = story
    found = Resolved(claims, articles)
    by_id = {claim["claim_id"]: claim for claim in claims}
    for event_id in found.events["event_id"]:
        rows = [by_id[c] for c in found.links.filter(event_id=event_id)["claim_id"]]
        told = [row for row in rows if row["metric"] and row["claim_mode"] != "denied"]
        assert len({ACCOUNTING_CLASSES[row["accounting"]] for row in told}) <= 1


@LIMITS
@given(stories())
def test_unreal_claims_never_give_numbers_and_totals_are_never_sums(story: Any) -> None:
    claims, articles = story
    found = Resolved(claims, articles)
    by_id = {claim["claim_id"]: claim for claim in claims}
    for link in found.links.filter(used_in_estimate=True).iter_rows(named=True):
        assert by_id[link["claim_id"]]["claim_mode"] in ("asserted", "estimated", "historical")
    for event in found.events.filter(accounting="cumulative").iter_rows(named=True):
        said = {by_id[c]["quantity_best"] for c in found.links.filter(event_id=event["event_id"])["claim_id"]}
        assert event["killed_best"] in {None, *said}


@LIMITS
@given(stories())
def test_ids_stay_when_claims_are_added(story: Any) -> None:
    claims, articles = story
    before = Resolved(claims[: len(claims) // 2 + 1], articles)
    after = Resolved(claims, articles, before, "2031.04.1")
    old, new = (
        dict(before.links.select("claim_id", "event_id").rows()),
        dict(after.links.select("claim_id", "event_id").rows()),
    )
    for event_id in after.events["event_id"]:
        had = {old[claim] for claim, event in new.items() if event == event_id and claim in old}
        gone = [event for event in had - {event_id} if event not in new.values()]
        assert all(event_id in after.tombstone(event)["successor_ids"].split() for event in gone)
    again = Resolved(claims, articles, after, "2031.05.1")
    assert again.events.equals(after.events)
    assert again.links.equals(after.links)


def test_ids_of_lone_events_do_not_depend_on_the_rest() -> None:
    lone = make_claim("lone", "one", place_id="77", country="SDN")
    others = [make_claim(str(n), "two", place_id=str(n), country="UKR") for n in range(5)]
    assert Resolved([lone]).event_of("lone") == Resolved([*others, lone]).event_of("lone")
    assert make_id("c", "lone") in Resolved([lone]).links["claim_id"]
