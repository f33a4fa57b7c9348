"""What a run says of its work while it goes on."""

from pipeline.defs.live import Live


def test_a_stage_tells_what_it_has_found_and_is_said_once_when_it_is_done_in_time() -> None:
    said: list[str] = []
    live = Live(said.append, every=3600)
    for done in range(4):
        live.count({"relevant": done, "irrelevant": 1_500 * done, "refused": 0})
        live.progress("parse", done, 3)
    assert said == ["parse, 3 of 3: 4,500 irrelevant, 3 relevant"]


def test_a_long_stage_is_told_of_as_it_goes_on() -> None:
    said: list[str] = []
    live = Live(said.append, every=0)
    for done in range(3):
        live.progress("extract", done, 2_000)
    assert said == ["extract, 0 of 2,000", "extract, 1 of 2,000", "extract, 2 of 2,000"]


def test_nothing_to_do_is_not_told() -> None:
    said: list[str] = []
    Live(said.append, every=0).progress("fetch pages", 0, 0)
    assert said == []
