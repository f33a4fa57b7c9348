"""Event ids and releases over time."""

from hashlib import sha256

from claim_frames import DAY, Resolved, killed, make_article, make_id

LVIV = {"place_id": "22"}


def test_the_id_is_minted_from_the_claim_published_first() -> None:
    articles = [make_article("one", hour=9), make_article("two", hour=7)]
    found = Resolved([killed("1", 5, "one"), killed("2", 5, "two")], articles)
    assert found.event_of("1") == "e_" + sha256(make_id("c", "2").encode()).hexdigest()[:20]


def test_an_id_stays_when_an_earlier_claim_arrives_later() -> None:
    articles = [make_article("one", hour=9), make_article("two", hour=7)]
    before = Resolved([killed("1", 5, "one")], articles)
    after = Resolved([killed("1", 5, "one"), killed("2", 5, "two")], articles, before, "2031.04.1")
    assert after.event_of("2") == before.event_of("1")
    assert (after.event("1")["first_release"], after.event("1")["last_changed_release"]) == ("2031.03.1", "2031.04.1")


def test_an_unchanged_event_keeps_its_releases() -> None:
    claims = [killed("1", 5), killed("2", 5, "two", **LVIV)]
    before = Resolved(claims)
    after = Resolved(claims, before=before, release="2031.04.1")
    assert after.events.equals(before.events)
    assert after.links.equals(before.links)


def test_of_two_events_that_become_one_the_one_with_more_claims_keeps_its_id() -> None:
    names = {"1": "one", "2": "two", "3": "three"}
    before = Resolved([killed(n, 5, a, **(LVIV if n == "1" else {})) for n, a in names.items()])
    after = Resolved([killed(n, 5, a) for n, a in names.items()], before=before, release="2031.04.1")
    assert after.are_one("1", "2", "3")
    assert after.event_of("1") == before.event_of("2")


def test_when_an_event_is_split_one_part_keeps_the_id_and_none_gets_it_twice() -> None:
    names = {"1": "one", "2": "two", "3": "three"}
    before = Resolved([killed(n, 5, a) for n, a in names.items()])
    founder = min(names, key=lambda n: make_id("c", n))
    after = Resolved(
        [killed(n, 5, a, **(LVIV if n == founder else {})) for n, a in names.items()],
        before=before,
        release="2031.04.1",
    )
    rest = next(n for n in names if n != founder)
    assert after.event_of(rest) == before.event_of(founder)
    assert after.event_of(founder) != before.event_of(founder)
    assert after.event(founder)["first_release"] == "2031.04.1"


def test_dates_of_publication_do_not_move_ids_of_other_events() -> None:
    before = Resolved([killed("1", 5)])
    after = Resolved([killed("1", 5), killed("9", 8, "nine", event_date_start=DAY.replace(month=5))], before=before)
    assert after.event_of("1") == before.event_of("1")
