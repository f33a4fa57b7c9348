"""Files of corrections: what is read, and what an error says."""

import pytest

from pipeline.curation import CorrectionError, read_corrections
from pipeline.seeds import SEEDS
from schemas.vocabulary import DECISION_KINDS

COMMON = "  reason: Seen.\n  author: a\n  date: 2026-11-21\n"
EVENT = "e_" + "1" * 20
ACCEPT = f"- kind: accept\n  event: {EVENT}\n  expect: {{killed_best: 9}}\n{COMMON}"


def test_the_sample_shows_every_kind() -> None:
    sample = (SEEDS / "corrections" / "_sample.yml").read_bytes()
    assert {decision.kind for decision in read_corrections({"sample": sample})} == {*DECISION_KINDS}


def test_the_project_s_own_corrections_can_be_read() -> None:
    read_corrections({path.name: path.read_bytes() for path in (SEEDS / "corrections").glob("*.yml")})


def test_a_decision_keeps_its_id_when_its_reason_or_place_changes() -> None:
    (one,) = read_corrections({"a.yml": ACCEPT.encode()})
    (other,) = read_corrections({"b.yml": b"\n\n" + ACCEPT.replace("Seen.", "I have seen it.").encode()})
    assert one.decision_id == other.decision_id
    assert other.location == "b.yml, line 3"


def test_decisions_come_by_date_and_those_that_adjudicate_last() -> None:
    early = ACCEPT.replace("11-21", "11-20").replace("author: a", "author: b")
    last = ACCEPT.replace("11-21", "11-01").replace("author: a", "author: c") + "  adjudicates: true\n"
    made = read_corrections({"a.yml": (last + ACCEPT + early).encode()})
    assert [decision.author for decision in made] == ["b", "a", "c"]


def test_an_empty_file_holds_nothing() -> None:
    assert read_corrections({"a.yml": b"# later\n"}) == []


def override(field: str, value: str, expect: str) -> str:
    return f"- kind: override\n  event: {EVENT}\n  field: {field}\n  value: {value}\n  expect: {expect}\n{COMMON}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("- kind: [", r"a\.yml, line 1: is no YAML .*correct it", id="no-yaml"),
        pytest.param("kind: accept", r"a\.yml, line 1: is no list", id="no-list"),
        pytest.param("- accept", "is no correction", id="no-mapping"),
        pytest.param("- kind: undo", "kind is 'undo': use one of accept, reject", id="unknown-kind"),
        pytest.param(ACCEPT.replace("  author: a\n", ""), "author missing", id="missing-field"),
        pytest.param(ACCEPT + "  because: x\n", "because unknown", id="unknown-field"),
        pytest.param(ACCEPT + "  author: b\n", "author is there twice", id="repeated-field"),
        pytest.param(ACCEPT.replace("2026-11-21", "yesterday"), "date is 'yesterday': write YYYY-MM-DD", id="no-date"),
        pytest.param(ACCEPT.replace(EVENT, "e_1"), "'e_1' is no event", id="no-event"),
        pytest.param(ACCEPT.replace("{killed_best: 9}", "{}"), "guards nothing", id="no-guard"),
        pytest.param(ACCEPT.replace("killed_best", "deaths"), "expect names 'deaths'", id="unknown-guard"),
        pytest.param(ACCEPT + ACCEPT, r"line 7: says the same as a\.yml, line 1", id="repeated-decision"),
        pytest.param(override("n_claims", "3", "4"), "a person may set", id="machine-s-field"),
        pytest.param(override("killed_best", "nine", "4"), "killed_best is a whole number", id="wrong-type"),
        pytest.param(override("killed_best", "-1", "4"), "not below 0", id="negative"),
        pytest.param(override("accounting", "guess", "stock"), "accounting is one of", id="unknown-code"),
        pytest.param(override("action", "null", "attack"), "never null", id="null-where-none-may-be"),
        pytest.param(override("killed_best", "4", "4"), "nothing would change", id="no-change"),
        pytest.param(f"- kind: merge\n  events: [{EVENT}]\n  expect: {{action: attack}}\n{COMMON}", "two ids", id="lone"),
        pytest.param(f"- kind: split\n  event: {EVENT}\n  claims: [c_1]\n  expect: {{n_claims: 2}}\n{COMMON}",
                     "list of lists", id="no-parts"),
        pytest.param(f"- kind: alias\n  actor: RUS\n  name: R\n  language: English\n  expect: null\n{COMMON}",
                     "BCP 47", id="no-language"),
    ],
)  # fmt: skip
def test_an_error_names_file_line_and_remedy(text: str, said: str) -> None:
    with pytest.raises(CorrectionError, match=r"docs/corrections\.md") as caught:
        read_corrections({"a.yml": text.encode()})
    assert caught.match(said)
    assert caught.match(r"a\.yml, line \d")
