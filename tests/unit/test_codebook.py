"""The codebook says of every action what it is, is current, and its examples are read as it says."""

from datetime import date
from itertools import groupby
from pathlib import Path

import pytest

from pipeline.codebook import COLUMNS, Note, read_notes, render_codebook
from pipeline.extraction import load_extractor
from pipeline.seeds import SEEDS, languages, read_seed
from pipeline.validate import ContractError

PAGE = Path(__file__).resolve().parents[2] / "docs" / "codebook.md"
NOTES = read_notes()
#: No word list leads to this code, so no sentence shows it.
UNREAD = "other"


def test_the_page_is_the_rendering() -> None:
    written = PAGE.read_text(encoding="utf-8")
    current = render_codebook(read_seed("actions"), NOTES)
    assert written == current, "write it anew: python -m pipeline.codebook > docs/codebook.md"


def test_every_action_has_its_bounds_and_examples_in_three_languages() -> None:
    kinds = {
        action: {note.kind for note in NOTES if note.action == action} for action in read_seed("actions")["action"]
    }
    spoken = {action: {note.language for note in NOTES if note.action == action} - {""} for action in kinds}
    assert [action for action, said in kinds.items() if not {"inclusion", "exclusion"} <= said] == []
    assert [action for action, tags in spoken.items() if len(tags) < 3 and action != UNREAD] == []
    assert {note.language for note in NOTES} - {""} == set(languages())


@pytest.mark.parametrize(
    ("action", "examples"),
    [
        pytest.param(action, list(rows), id=action)
        for action, rows in groupby((note for note in NOTES if note.kind == "example"), key=lambda note: note.action)
    ],
)
def test_every_example_is_read_as_its_action(action: str, examples: list[Note]) -> None:
    extractor = load_extractor()
    read = {}
    for note in examples:
        article = {"article_id": "a", "language": note.language, "text": note.text, "title": None}
        claims, _ = extractor.extract({**article, "published": date(2026, 3, 6)})
        read[note.text] = {claim["action"] for claim in claims}
    assert [text for text, actions in read.items() if action not in actions] == []


@pytest.mark.parametrize(
    ("row", "column"),
    [
        pytest.param("war,inclusion,,Words.", "action", id="no such action"),
        pytest.param("riot,hint,,Words.", "kind", id="no such kind"),
        pytest.param("riot,example,,Words.", "language", id="example without a language"),
        pytest.param("riot,inclusion,en,Words.", "language", id="language of no example"),
        pytest.param("riot,inclusion,,", "text", id="no text"),
    ],
)
def test_a_broken_row_is_named(row: str, column: str, tmp_path: Path) -> None:
    (tmp_path / "actions.csv").symlink_to(SEEDS / "actions.csv")
    (tmp_path / "codebook.csv").write_text(f"{','.join(COLUMNS)}\n{row}\n", encoding="utf-8")
    with pytest.raises(ContractError, match=rf"codebook\.csv, row 2, column {column}"):
        read_notes(tmp_path)
